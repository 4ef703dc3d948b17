package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"maillage/internal/access"
	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/structures"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/testdata"
)

var (
	headings = regexp.MustCompile(`(?s)<h1>(.*?)</h1>`)
	pathsOf  = regexp.MustCompile(`<path class="c(\d)" d=`)
)

// region is the demonstration's Île-de-France, computed beside the program.
func region(t testing.TB, a *App) *atlas.Region {
	t.Helper()
	r, err := atlas.New("11", a.territory, a.cfg.Clock).Region(context.Background(), "11", atlas.DefaultDecay)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAtlasPages(t *testing.T) {
	a := demonstration(t)
	for _, c := range []struct {
		path   string
		status int
		h1     string
		paths  int // communes drawn
	}{
		{"/", 200, "L’accès aux soins en Île-de-France", 1285},
		{"/?lang=en", 200, "Access to care in Île-de-France", 1285},
		{"/?region=94", 200, "L’accès aux soins en Corse", 360},
		{"/?region=99", 422, "Demande à corriger", 0},
		{"/carte?couche=zone&departement=91", 200, "Carte de l’accès aux soins, Essonne", 1285},
		{"/carte?couche=depart&ages=all&decroissance=drees2012", 200, "Carte de l’accès aux soins, Île-de-France", 1285},
		{"/communes", 200, "Communes, Île-de-France", 0},
		{"/communes?q=zzzz", 200, "Communes, Île-de-France", 0},
		{"/communes?page=9999", 200, "Communes, Île-de-France", 0},
		{"/communes/91286", 200, "Grigny", 1285},
		{"/communes/75056", 404, "Page introuvable", 0},
		{"/communes/00000", 404, "Page introuvable", 0},
		{"/departements", 200, "Départements, Île-de-France", 0},
		{"/indicateurs?departement=93", 200, "Indicateurs, Seine-Saint-Denis", 0},
		{"/simulateur?ajout=91286:2", 200, "Simulateur", 1285},
		{"/simulateur?ajout=x", 422, "Demande à corriger", 0},
		{"/simulateur?genre=etp&commune=Atlantis&etp=1", 422, "Simulateur", 1285},
		{"/simulateur/inconnu", 404, "Page introuvable", 0},
		{"/placement?n=3&objectif=headcount", 200, "Où placer les prochains postes ?", 1285},
		{"/placement?n=0", 422, "Où placer les prochains postes ?", 1285},
		{"/donnees", 200, "Données ouvertes", 0},
		{"/sources", 200, "Sources et licences", 0},
		{"/recherche?q=nulle+part", 200, "Recherche", 0},
	} {
		status, body := page(t, a, c.path)
		found := headings.FindStringSubmatch(body)
		h1 := ""
		if len(found) > 1 {
			h1 = strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(html.UnescapeString(found[1]))
		}
		if status != c.status || h1 != c.h1 || len(pathsOf.FindAllString(body, -1)) != c.paths {
			t.Errorf("%s: %d %q, %d communes drawn", c.path, status, h1, len(pathsOf.FindAllString(body, -1)))
		}
		if strings.Count(body, "<h1") != 1 || strings.Contains(body, " style=") || strings.Contains(body, "<script>") {
			t.Errorf("%s: not one h1, or something inline", c.path)
		}
	}
}

func TestSearchLeadsToTheCommune(t *testing.T) {
	a := demonstration(t)
	for query, want := range map[string]string{"grigny+91": "", "91350": "/communes/91286", "evry+courcouronnes": "/communes/91228"} {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/recherche?commune=1&q="+query, http.NoBody))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s led to %q, want %q", query, got, want)
		}
	}
	for query, want := range map[string]string{"grigny": "/consultations/demo-grigny", "faisabilité": "/regles/msp-faisabilite", "télé-expertise": "/initiatives/", "données": "/donnees", "postes partagés": "/appels/"} {
		if _, body := page(t, a, "/recherche/vite?q="+url.QueryEscape(query)); !strings.Contains(body, `href="`+want) || strings.Contains(body, "<html") {
			t.Errorf("%s does not find %s", query, want)
		}
	}
	if _, body := page(t, a, "/recherche?q=91-2026"); strings.Contains(body, "/dossiers/") {
		t.Error("nobody finds dossiers")
	}
	if _, body := page(t, a, "/recherche?q=saint"); strings.Count(body, `href="/communes/`) < 20 {
		t.Error("few communes for « saint »")
	}
}

// Several layers of points show together, each sort with its symbol; projects only to whoever may see them.
func TestLayersOfPoints(t *testing.T) {
	a := demonstration(t)
	if _, err := a.territory.Import(context.Background(), accounts.System("test"), territory.ImportCommand{Kind: intake.QPVList, FileName: "qpv.csv", ValidFrom: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		Body: strings.NewReader("code_qp,nom_qp,insee_com_principal\nQN09125M,La Grande Borne,91286\nQN09126M,Grigny 2,91286\nQN07503M,Kellermann,75056\n")}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	_, body := (&wire{t: t, server: server}).do(browser(t, server, "demo-officer-91"), http.MethodGet, "/carte?reperes=structures&reperes=projets&reperes=qpv", "")
	for _, want := range []string{"La Grande Borne, Grigny\nGrigny 2, Grigny", "Kellermann, Paris", `class="flag"`, `class="house"`, "Quartiers sans contour connu, au centre de leur commune\u00a0: 3"} {
		if !strings.Contains(body, want) {
			t.Errorf("the map lacks %q", want)
		}
	}
	for kind := range structureShapes {
		if !slices.ContainsFunc(structuresOnMap{}.Symbols(), func(s atlas.Symbol) bool { return s.Shape == structureShape(kind) }) {
			t.Errorf("the legend does not say how %s is drawn", kind)
		}
	}
}

// Other rooms' structures stand on the map, in the search and on their commune's page; the page leads on to the aids.
func TestStructuresOnTheMap(t *testing.T) {
	a := demonstration(t)
	found, total, err := a.structures.List(context.Background(), accounts.Actor{}, structures.Filter{Region: "11", Limit: mostOnMap})
	if err != nil || total == 0 {
		t.Fatalf("%d structures, %v", total, err)
	}
	_, body := page(t, a, "/carte?reperes=structures&reperes=projets")
	counted := 0
	for _, line := range regexp.MustCompile(`</svg>[^<]*\x{a0}: (\d+)`).FindAllStringSubmatch(body, -1) {
		n, _ := strconv.Atoi(line[1])
		counted += n
	}
	if others, err := a.structures.OtherSites(context.Background(), "11"); err != nil || counted != total+len(others) {
		t.Errorf("%d structures and %d other sites, the legend counts %d: %v", total, len(others), counted, err)
	}
	if strings.Contains(body, `value="projets"`) || strings.Contains(body, `class="flag"`) {
		t.Error("everybody is shown the projects")
	}
	one := found[0]
	link := `href="/structures/` + one.ID + `"`
	if _, body = page(t, a, "/communes/"+one.Commune); !strings.Contains(body, link) || !strings.Contains(body, "/aides?lieu="+one.Commune) {
		t.Errorf("%s does not show on the page of %s", one.Name, one.Commune)
	}
	if _, body := page(t, a, "/recherche?"+url.Values{"q": {one.Name}}.Encode()); !strings.Contains(body, link) {
		t.Errorf("searching %q does not find it", one.Name)
	}
	if status, body := page(t, a, "/aides?lieu=91286"); status != http.StatusOK || !strings.Contains(body, "Grigny") {
		t.Errorf("the door to the aids: %d", status)
	}
}

// What pages colour and write is what internal/access computed.
func TestMapShowsWhatWasComputed(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	apl, _ := atlas.LayerOf("apl")
	_, body := page(t, a, "/?ages=60")
	for n, found := range pathsOf.FindAllStringSubmatch(body, -1) {
		if want := strconv.Itoa(apl.Class(r.Model(territory.UpTo60).Value[n])); found[1] != want {
			t.Fatalf("%s is drawn in class %s, want %s", r.Places[n].Name, found[1], want)
		}
	}
	grigny, _ := r.Find("91286")
	_, body = page(t, a, "/communes/91286")
	for _, ages := range atlas.AgeFilters {
		if shown := strings.Replace(fmt.Sprintf("%.2f", r.Model(ages).Value[grigny]), ".", ",", 1); !strings.Contains(body, ">"+shown+"<") {
			t.Errorf("Grigny's page lacks %s, doctors %s", shown, ages)
		}
	}
	sum := 0.0
	for _, c := range r.Model(territory.UpTo65).Explain(grigny) {
		sum += c.Part
	}
	if math.Abs(sum-r.Model(territory.UpTo65).Value[grigny]) > 1e-9 {
		t.Errorf("the parts add up to %v", sum)
	}
}

func TestDownloadsReadBack(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	_, body := page(t, a, "/communes.csv?departement=93&sort=-population")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 1+len(r.In("93")) || len(rows[0]) != len(atlas.Columns) {
		t.Fatalf("CSV: %d rows, %v", len(rows), err)
	}
	column := map[string]int{}
	for k, name := range rows[0] {
		column[name] = k
	}
	for _, row := range rows[1:] {
		n, ok := r.Find(row[column["code_insee"]])
		value, err := strconv.ParseFloat(row[column["apl_65"]], 64)
		if !ok || err != nil || math.Abs(value-r.Model(territory.UpTo65).Value[n]) > 1e-6 {
			t.Errorf("row %v: %v", row, err)
		}
	}
	_, body = page(t, a, "/communes.geojson?departement=75")
	var collection struct {
		Type     string
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates [][][][2]float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal([]byte(body), &collection); err != nil || collection.Type != "FeatureCollection" || len(collection.Features) != 20 {
		t.Fatalf("GeoJSON: %v", err)
	}
	for _, f := range collection.Features {
		ring := f.Geometry.Coordinates[0][0]
		if f.Geometry.Type != "MultiPolygon" || len(ring) < 4 || ring[0] != ring[len(ring)-1] || f.Properties["offre_demonstration"] != true {
			t.Errorf("feature %v", f.Properties["code_insee"])
		}
	}
	for _, path := range []string{"/communes.xlsx", "/communes.ods", "/departements.xlsx", "/departements.ods", "/placement.xlsx?n=2", "/placement.ods?n=2"} {
		_, body := page(t, a, path)
		if archive, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body))); err != nil || len(archive.File) < 3 {
			t.Errorf("%s is not a workbook: %v", path, err)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	var answer struct {
		Count    int
		Caveats  []string
		Communes []struct {
			Code    string   `json:"code_insee"`
			APL     float64  `json:"apl_65"`
			Income  *float64 `json:"revenu_median"`
			Apports []struct{ Apport float64 }
		}
		Figures struct {
			Mean float64
			Gini float64
		}
	}
	read := func(path string) {
		t.Helper()
		status, body := page(t, a, path)
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, status, err)
		}
	}
	read("/api/v1/communes/91286")
	sum := 0.0
	for _, part := range answer.Communes[0].Apports {
		sum += part.Apport
	}
	if c := answer.Communes[0]; answer.Count != 1 || c.Code != "91286" || math.Abs(sum-c.APL) > 1e-5 || c.Income != nil || len(answer.Caveats) != 5 {
		t.Errorf("%+v, parts %v", c, sum)
	}
	read("/api/v1/communes?zone=ZIP")
	figures, err := r.Figures(territory.UpTo65, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Count != len(r.List(territory.UpTo65, atlas.Filter{Zone: atlas.ZIP})) || answer.Count == 0 {
		t.Errorf("%d communes in ZIP", answer.Count)
	}
	read("/api/v1/indicateurs")
	if math.Abs(answer.Figures.Mean-figures.Mean) > 1e-9 || math.Abs(answer.Figures.Gini-figures.Gini) > 1e-9 {
		t.Errorf("figures %+v, want %v and %v", answer.Figures, figures.Mean, figures.Gini)
	}
}

func askSandbox(t testing.TB, a *App, body string) (int, map[string]json.RawMessage) {
	t.Helper()
	w := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/api/simulateur", strings.NewReader(body))
	request.Header.Set("Accept", "application/json")
	a.Handler().ServeHTTP(w, request)
	var reply map[string]json.RawMessage
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return w.Code, reply
}

// The island's answer says which communes move and by how much; those it does not name stay.
func TestSandboxReply(t *testing.T) {
	a := demonstration(t)
	r := region(t, a)
	status, reply := askSandbox(t, a, `{"changes":["77379:4"],"add":{"kind":"poste","sites":[{"commune":"Grigny","fte":0.4},{"commune":"91228","fte":0.6}]}}`)
	var changes []string
	var places, classes []int
	var apl []float64
	for name, into := range map[string]any{"changes": &changes, "places": &places, "classes": &classes, "apl": &apl} {
		if err := json.Unmarshal(reply[name], into); err != nil {
			t.Fatalf("%d %s: %v", status, name, err)
		}
	}
	model := r.Model(territory.UpTo65)
	supply := append([]float64(nil), model.Supply...)
	for code, fte := range map[string]float64{"77379": 4, "91286": 0.4, "91228": 0.6} {
		n, _ := r.Find(code)
		supply[n] += fte * atlas.ConsultationsPerFTE
	}
	full, err := access.NewModel(model.Links, r.Decay, model.Population, supply)
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]float64{}
	for k, n := range places {
		said[n] = apl[k]
		if want := atlas.Layers[0].Class(full.Value[n]); math.Abs(apl[k]-full.Value[n]) > 0.0006 || classes[k] != want {
			t.Errorf("%s: %v in class %d, again %v in class %d", r.Places[n].Name, apl[k], classes[k], full.Value[n], want)
		}
	}
	for n := range r.Inside {
		if _, named := said[n]; !named && math.Abs(full.Value[n]-model.Value[n]) > 1e-9 {
			t.Errorf("%s moves and is not named", r.Places[n].Name)
		}
	}
	if len(changes) != 2 || changes[1] != "poste:91286:0.4,91228:0.6" || len(places) == 0 {
		t.Errorf("changes %v, %d places", changes, len(places))
	}
	for _, bad := range []string{`{"changes":["x"]}`, `{"changes":[],"add":{"kind":"etp","sites":[]}}`, `{"changes":["91286:-900"]}`, `{"more":1}`, `nonsense`} {
		if status, _ := askSandbox(t, a, bad); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

// Real files of the region change the map as they should.
func TestRealImportsChangeTheMap(t *testing.T) {
	a := demonstration(t)
	demo := region(t, a)
	for kind, name := range map[intake.Kind]string{
		intake.Contours: "communes/communes-ile-de-france-2018.geojson", intake.Zones: "zones/zonage_mg_idf.csv",
		intake.GPSupply: "supply/ps_sirene_par_commune_idf.csv", intake.PopulationStandardised: "communes/population_standardisee_2016_idf.csv",
		intake.Income: "communes/filosofi_2015_communes_idf.csv", intake.QPVList: "zones/qpv_2024_liste_idf.csv",
	} {
		f, err := os.Open(testdata.Shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		out, err := a.territory.Import(context.Background(), accounts.System("test"), territory.ImportCommand{Kind: kind, FileName: name, Body: f,
			ValidFrom: time.Date(2022, 3, 25, 0, 0, 0, 0, time.UTC)})
		_ = f.Close()
		if err != nil {
			t.Fatalf("%s: %v\n%+v", name, err, out.Report)
		}
	}
	r := region(t, a)
	if r.DemoSupply() || !r.ProxySupply() || r.ZonesComputed() || !r.Weighted || r == demo {
		t.Errorf("demo %v, proxy %v, zones computed %v, weighted %v", r.DemoSupply(), r.ProxySupply(), r.ZonesComputed(), r.Weighted)
	}
	people := map[string]int{}
	total := 0
	for n := range r.Inside {
		people[r.ZoneOf(n).Class] += r.Places[n].Population
		total += r.Places[n].Population
	}
	// The README of the data gives 62.1, 34.3 and 3.6 % of the population.
	for class, want := range map[string]float64{atlas.ZIP: 62.1, atlas.ZAC: 34.3, atlas.Outside: 3.6} {
		if got := 100 * float64(people[class]) / float64(total); math.Abs(got-want) > 0.5 {
			t.Errorf("%s: %.1f %% of the population, want %.1f", class, got, want)
		}
	}
	status, body := page(t, a, "/carte?couche=zone")
	if status != http.StatusOK || len(body) > 900_000 || strings.Contains(body, "zonage calculé") || strings.Contains(body, "démonstration (inventée)") {
		t.Errorf("the map: %d, %d bytes", status, len(body))
	}
	for path, text := range map[string]string{"/indicateurs": "Indice de concentration", "/sources": "approchée par une autre mesure", "/communes/91286": "Grigny 2", "/carte?reperes=qpv": "Quartiers sans contour connu, au centre de leur commune\u00a0: 298"} {
		if _, body := page(t, a, path); !strings.Contains(body, text) {
			t.Errorf("%s lacks %q", path, text)
		}
	}
	// Nothing is called a doctor of some age that the import does not tell.
	for path, words := range map[string][2]string{"/": {"approchés par une autre mesure", "généralistes de 65 ans"}, "/communes/91286": {"ne dit pas l’âge des médecins", "Médecins de 62 ans et moins</th>"}} {
		if _, body := page(t, a, path); !strings.Contains(body, words[0]) || strings.Contains(body, words[1]) {
			t.Errorf("%s lacks %q, or says %q", path, words[0], words[1])
		}
	}
	if _, body := page(t, a, "/structures?type=msp"); strings.Contains(body, "(calculé)") {
		t.Error("an official zone is marked as computed")
	}
}

// The bar: a change in the sandbox is answered within 50 ms.
func BenchmarkSandboxAnswer(b *testing.B) {
	a := demonstration(b)
	ask := func() {
		w := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/api/simulateur", strings.NewReader(`{"changes":["91286:2","77379:1"],"add":{"kind":"etp","sites":[{"commune":"Grigny","fte":1}]}}`))
		a.Handler().ServeHTTP(w, request)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	ask()
	for b.Loop() {
		ask()
	}
}

func BenchmarkFrontPage(b *testing.B) {
	a := demonstration(b)
	bytes := 0
	read := func() {
		w := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.Header.Set("Accept-Encoding", "gzip")
		a.Handler().ServeHTTP(w, request)
		bytes = w.Body.Len()
	}
	read()
	for b.Loop() {
		read()
	}
	b.ReportMetric(float64(bytes), "gz-bytes")
}

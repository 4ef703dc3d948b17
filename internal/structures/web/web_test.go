package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

type book struct{}

func (book) CPTSSizes(structures.Day) []structures.SizeClass { return nil }
func (book) CPTSMissions(structures.Day) []structures.Mission {
	return []structures.Mission{{ID: "access", Core: true, Start: 6, Deploy: 18}}
}
func (book) ACI(structures.Day) structures.ACITerms {
	return structures.ACITerms{GPs: 2, Others: 1, SISAMonths: 6}
}

func (book) Fragility(structures.Day) structures.FragilityScale {
	return structures.FragilityScale{Risk: 40, Age: 60, AgePoints: 30, Months: 24, DeparturePoints: 30, SinglePoints: 20, LowAPL: 25, LowPoints: 20, MidAPL: 40, MidPoints: 10}
}

// shelf keeps documents in memory.
type shelf map[string][]byte

func (f shelf) Put(_ context.Context, id string, r io.Reader) (int64, string, error) {
	all, err := io.ReadAll(r)
	f[id] = all
	return int64(len(all)), "sha", err
}

func (f shelf) Get(_ context.Context, id string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f[id])), nil
}

var (
	nobody  = accounts.Actor{}
	officer = accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	admin   = accounts.Actor{ID: "a", Name: "Administratrice", Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}}
)

type site struct {
	t   *testing.T
	mux *http.ServeMux
	err error
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, c := dbtest.SQLite(t), clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	service := structures.New(d, c, book{})
	if err := service.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, mux: http.NewServeMux()}
	service.Equip(nil, shelf{})
	pages := &Pages{Service: service, Places: territory.New(d, c, true), Region: "11",
		Auditors: func(context.Context) ([]Auditor, error) { return []Auditor{{ID: "u", Name: "Évaluatrice URPS"}}, nil }}
	for _, r := range pages.Routes() {
		s.mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, req *http.Request) {
			if s.err = accounts.FromContext(req.Context()).RequireSomewhere(r.Permission); s.err == nil {
				s.err = r.Handler(w, req)
			}
			if s.err != nil {
				w.WriteHeader(httpx.Status(s.err))
			}
		})
	}
	return s
}

func (s *site) do(actor accounts.Actor, r *http.Request) (int, string) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
	return w.Code, w.Body.String()
}

func (s *site) get(actor accounts.Actor, address string) (int, string) {
	return s.do(actor, httptest.NewRequest(http.MethodGet, address, nil))
}

func (s *site) post(actor accounts.Actor, address string, form url.Values) (int, string) {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(actor, r)
}

func TestListFiltersAndExports(t *testing.T) {
	s := newSite(t)
	for address, want := range map[string]string{
		"/structures?type=cds&le=2019-06-30": "<strong>567</strong>",
		"/structures?type=msp&le=2019-06-30": "<strong>100</strong>",
		"/structures?q=paris+13&type=cpts":   "CPTS Paris 13",
		"/structures?q=zzzz":                 "Aucune structure",
		"/structures.geojson?type=hospital":  `"kind":"hospital"`,
	} {
		if code, body := s.get(nobody, address); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q", address, code, want)
		}
	}
	code, body := s.get(nobody, "/structures.csv?type=cds&le=2019-06-30")
	if lines := strings.Count(body, "\r\n"); code != 200 || lines != 568 {
		t.Errorf("export: %d, %d lines", code, lines)
	}
}

func TestThePublicSeesIdentityOnly(t *testing.T) {
	s := newSite(t)
	address := "/structures/" + structures.DemoParis13
	_, public := s.get(nobody, address)
	_, inside := s.get(officer, address)
	for _, secret := range []string{"cpts-paris13@example.org", "Les 150 membres", "Faire avancer"} {
		if strings.Contains(public, secret) || !strings.Contains(inside, secret) {
			t.Errorf("%q: public %v, officer %v", secret, strings.Contains(public, secret), strings.Contains(inside, secret))
		}
	}
	if !strings.Contains(public, "périnatalité") || !strings.Contains(public, "Que peut-elle obtenir") {
		t.Error("the public page lacks identity")
	}
}

func TestWritesComeBackWithWhatWasTyped(t *testing.T) {
	s := newSite(t)
	address := "/structures/" + structures.DemoMSPGrigny
	if code, _ := s.post(nobody, address+"/membres", url.Values{"name": {"x"}}); code != 401 {
		t.Errorf("nobody added a member: %d", code)
	}
	code, body := s.post(officer, address+"/membres", url.Values{"name": {"Alix Essai"}, "profession": {"gp"}, "rpps": {"12"}, "from": {"2026-01-01"}})
	if code != 422 || !strings.Contains(body, "Alix Essai") || !strings.Contains(body, "a 11 chiffres\u202f; celui-ci en a 2") {
		t.Errorf("a wrong RPPS: %d", code)
	}
	if code, _ := s.post(officer, address+"/membres", url.Values{"name": {"Alix Essai"}, "profession": {"gp"}, "from": {"2026-01-01"}}); code != 303 {
		t.Errorf("adding a member: %d %v", code, s.err)
	}
	if code, body := s.post(officer, address+"/avancer", url.Values{"move": {"cease"}}); code != 422 || !strings.Contains(body, "Indiquez le motif") {
		t.Errorf("ceasing without a reason: %d", code)
	}
	if code, body := s.post(officer, address+"/avancer", url.Values{"move": {"validate"}}); code != 409 || !strings.Contains(body, "n’est pas possible dans l’état") {
		t.Errorf("a move of another state: %d", code)
	}
	if code, _ := s.post(officer, address+"/avancer", url.Values{"move": {"study"}}); code != 303 {
		t.Errorf("a move: %d %v", code, s.err)
	}
	if code, body := s.post(officer, "/structures", url.Values{"kind": {"cds"}, "name": {"Centre d’essai"}, "commune": {"Grigny"}}); code != 422 || !strings.Contains(body, "Centre d’essai") {
		t.Errorf("creating with a name of commune: %d", code)
	}
	if code, _ := s.post(officer, "/structures", url.Values{"kind": {"cds"}, "name": {"Centre d’essai"}, "commune": {"91286"}}); code != 303 {
		t.Errorf("creating: %d %v", code, s.err)
	}
	for _, page := range []string{"/structures/nouvelle", "/structures/doublons", address + "/modifier"} {
		if code, _ := s.get(officer, page); code != 200 {
			t.Errorf("%s: %d %v", page, code, s.err)
		}
	}
}

// Two structures that look alike are merged from the list of duplicates, which then holds one pair less.
func TestDuplicatesAreMergedFromTheirList(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"Centre de santé des Acacias", "Centre de santé des Acacia"} {
		if code, _ := s.post(officer, "/structures", url.Values{"kind": {"cds"}, "name": {name}, "commune": {"91286"}}); code != 303 {
			t.Fatal(code, s.err)
		}
	}
	_, list := s.get(officer, "/structures/doublons")
	found := regexp.MustCompile(`value="([a-z0-9]+)" formaction="(/structures/[a-z0-9]+/fusion)"[^>]*>\s*Garder «.Centre de santé des Acacias.»`).FindStringSubmatch(list)
	if found == nil {
		t.Fatal("the pair is not in the list of duplicates")
	}
	if code, body := s.post(officer, found[2], url.Values{"into": {found[1]}, "back": {"duplicates"}}); code != 422 || !strings.Contains(body, "motif") || !regexp.MustCompile(`<details class="fold" open><summary>Fusionner`).MatchString(body) {
		t.Errorf("merged without a reason, or the form that was refused is folded away: %d", code)
	}
	if code, body := s.post(officer, found[2], url.Values{"into": {structures.DemoMSPGrigny}, "reason": {"Saisie deux fois"}}); code != 422 || !strings.Contains(body, `value="Saisie deux fois"`) {
		t.Errorf("merged into another kind, or the reason is lost: %d", code)
	}
	if code, _ := s.post(officer, found[2], url.Values{"into": {found[1]}, "back": {"duplicates"}, "reason": {"Même centre, saisi deux fois"}}); code != 303 {
		t.Errorf("merging: %d %v", code, s.err)
	}
	if _, list = s.get(officer, "/structures/doublons"); strings.Contains(list, "Acacias") {
		t.Error("the pair is still in the list")
	}
}

func TestRegisterPage(t *testing.T) {
	s := newSite(t)
	upload := func(actor accounts.Actor, text, action string) (int, string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("fichier", "finess.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		_ = form.WriteField("action", action)
		_ = form.Close()
		r := httptest.NewRequest(http.MethodPost, "/administration/finess", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		return s.do(actor, r)
	}
	const rows = "numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n910002773;CH;91174;355;;\n"
	if code, _ := upload(officer, rows, "importer"); code != 403 || !fault.Is(s.err, fault.KindForbidden) {
		t.Errorf("an officer imported: %d", code)
	}
	if code, body := upload(admin, rows, "simuler"); code != 200 || !strings.Contains(body, "Ce qui changerait") || !strings.Contains(body, "910002773") {
		t.Errorf("dry run: %d", code)
	}
	if code, body := upload(admin, strings.Replace(rows, "910002773", "910002774", 1), "importer"); code != 422 || !strings.Contains(body, "2:1") {
		t.Errorf("a broken file: %d", code)
	}
	if code, body := upload(admin, rows, "importer"); code != 200 || !strings.Contains(body, "Imports passés") {
		t.Errorf("import: %d", code)
	}
}

package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"maillage/internal/consultations"
	"maillage/internal/platform/i18n"
)

// api is a server with what is said of it.
type api struct {
	t      *testing.T
	app    *App
	server *httptest.Server
	doc    map[string]any
	called map[string]bool
}

func newAPI(t *testing.T) *api {
	t.Helper()
	doc, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	a := demonstration(t)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return &api{t, a, server, doc, map[string]bool{}}
}

// call asks one operation and checks the answer against the description: status, media type, schema.
func (a *api) call(client *http.Client, id, address string, body []byte, status int, headers map[string]string) []byte {
	a.t.Helper()
	path, method, op := a.operation(id)
	if address == "" {
		address = path
	}
	r, err := http.NewRequestWithContext(a.t.Context(), strings.ToUpper(method), a.server.URL+address, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		a.t.Fatalf("%s %s: %d, want %d (%v)\n%.300s", id, address, answer.StatusCode, status, err, text)
	}
	a.called[id] = true
	a.check(id, op, answer, text)
	return text
}

func (a *api) operation(id string) (path, method string, op map[string]any) {
	a.t.Helper()
	for path, item := range a.doc["paths"].(map[string]any) {
		for method, value := range item.(map[string]any) {
			if op, ok := value.(map[string]any); ok && op["operationId"] == id {
				return path, method, op
			}
		}
	}
	a.t.Fatalf("no operation %s", id)
	return "", "", nil
}

func (a *api) check(id string, op map[string]any, answer *http.Response, text []byte) {
	a.t.Helper()
	responses := op["responses"].(map[string]any)
	said, ok := responses[strings.Fields(answer.Status)[0]].(map[string]any)
	if !ok {
		a.t.Errorf("%s: status %s is not described", id, answer.Status)
		return
	}
	said = resolve(a.doc, said)
	content, _ := said["content"].(map[string]any)
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	if content == nil && len(text) == 0 {
		return
	}
	form, ok := content[kind].(map[string]any)
	if !ok {
		a.t.Errorf("%s: the media type %q is not described", id, kind)
		return
	}
	if form["schema"] == nil || !strings.Contains(kind, "json") {
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		a.t.Errorf("%s: %v", id, err)
		return
	}
	c := jsonschema.NewCompiler()
	whole := map[string]any{"$ref": "#/wanted", "wanted": form["schema"], "components": a.doc["components"]}
	if err := c.AddResource("https://maillage.example/"+id, whole); err != nil {
		a.t.Fatal(err)
	}
	schema, err := c.Compile("https://maillage.example/" + id)
	if err != nil {
		a.t.Fatalf("%s: %v", id, err)
	}
	if err := schema.Validate(value); err != nil {
		a.t.Errorf("%s: %v\n%.300s", id, err, text)
	}
}

// One demonstration serves the three: starting it takes the most time.
func TestWhatProgramsMayAsk(t *testing.T) {
	a := newAPI(t)
	t.Run("the description is whole", a.whole)
	t.Run("open data is open and named", a.open)
	t.Run("the description is true", a.true)
}

// Every operation of the description is answered by the server, and each answer is what the description says.
func (a *api) true(t *testing.T) {
	a.t = t
	nobody, gp := browser(t, a.server, ""), browser(t, a.server, "demo-gp")
	for _, tag := range described(a.doc) {
		for _, o := range tag.Operations {
			if o.Method == http.MethodGet && tag.Name != "telephone" && !strings.Contains(o.Path, "{") {
				a.call(nobody, o.ID, "", nil, http.StatusOK, nil)
			}
		}
	}
	a.call(nobody, "commune", "/api/v1/communes/91286", nil, http.StatusOK, nil)
	a.call(nobody, "commune", "/api/v1/communes/00000", nil, http.StatusNotFound, nil)
	a.call(nobody, "communes", "/api/v1/communes?departement=91&ages=60&zone=ZIP", nil, http.StatusOK, nil)
	for _, format := range []string{"CSV", "XLSX", "ODS"} {
		a.call(nobody, "preuves"+format, "/initiatives/protocole-ars-urps/preuves."+strings.ToLower(format), nil, http.StatusOK, nil)
		a.call(nobody, "seances"+format, "/consultations/"+consultations.DemoGrigny+"/seances."+strings.ToLower(format), nil, http.StatusOK, nil)
		a.call(nobody, "bilan"+format, "/consultations/"+consultations.DemoGrigny+"/bilan."+strings.ToLower(format), nil, http.StatusOK, nil)
	}
	a.call(nobody, "simulateur", "", []byte(`{"changes":[]}`), http.StatusOK, nil)
	a.call(nobody, "simulateur", "", []byte(`{"colour":1}`), http.StatusUnprocessableEntity, nil)
	a.phone(nobody, gp)
	for _, tag := range described(a.doc) {
		for _, o := range tag.Operations {
			if !a.called[o.ID] {
				t.Errorf("%s %s was never asked", o.Method, o.Path)
			}
		}
	}
	t.Logf("%d operations answered as described", len(a.called))
}

// phone drives a request from its draft to its receipt.
func (a *api) phone(nobody, gp *http.Client) {
	a.t.Helper()
	const id, base = "00000000-0000-4000-8000-00000000a0a0", "/telexpertise/api/demandes/00000000-0000-4000-8000-00000000a0a0"
	for _, op := range []string{"contexte", "demandes"} {
		a.call(nobody, op, "", nil, http.StatusUnauthorized, nil)
		a.call(gp, op, "", nil, http.StatusOK, nil)
	}
	a.call(gp, "demande", base, nil, http.StatusNotFound, nil)
	draft := []byte(`{"urgency":"P3","patient":{"birth_name":"DUCHEMIN","first_birth_name":"Alix","birth_date":"1990-01-02","sex":"F"},
		"consent":{"given":true,"form":"oral","by_whom":"patient"},"clinical":{"site":"back"},"question":"?"}`)
	a.call(gp, "brouillon", base, draft, http.StatusOK, nil)
	a.call(gp, "brouillon", base, []byte(`{"colour":1}`), http.StatusUnprocessableEntity, nil)
	a.call(gp, "demande", base, nil, http.StatusOK, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 800, 600)), nil); err != nil {
		a.t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	hash := hex.EncodeToString(sum[:])
	headers := map[string]string{"X-Photo-View": "overview", "X-Photo-Sha256": hash, "Content-Type": "image/jpeg"}
	a.call(gp, "photo", base+"/photos/"+id, b.Bytes(), http.StatusOK, headers)
	a.call(gp, "retirerPhoto", base+"/photos/"+id, nil, http.StatusNoContent, nil)
	a.call(gp, "photo", base+"/photos/"+id, b.Bytes(), http.StatusOK, headers)
	a.call(gp, "complement", base+"/complement", []byte(`{}`), http.StatusConflict, nil)
	sent, _ := json.Marshal(map[string]any{"photos": []map[string]string{{"id": id, "sha256": hash}}})
	first := a.call(gp, "envoi", base+"/envoi", sent, http.StatusOK, nil)
	if again := a.call(gp, "envoi", base+"/envoi", sent, http.StatusOK, nil); !bytes.Equal(first, again) {
		a.t.Error("sending again gives another receipt")
	}
	a.call(gp, "effacer", base, nil, http.StatusConflict, nil)
	a.call(gp, "suite", base+"/suite", nil, http.StatusOK, nil)
	a.call(gp, "complementAttendu", base+"/complement", nil, http.StatusConflict, nil)
}

// Every address of an API and every public file is in the description, and nothing in it is missing from the routes.
func (a *api) whole(t *testing.T) {
	routes, said := map[string]bool{}, map[string]bool{}
	for _, r := range a.app.router.Routes() {
		routes[r.Method+" "+r.Path] = true
		if strings.HasPrefix(r.Path, "/dossiers.") || strings.HasPrefix(r.Path, "/simulateur/comparer.") {
			continue // what a visitor holds, by the cookie or the scenarios' addresses
		}
		file := slices.ContainsFunc([]string{".csv", ".xlsx", ".ods", ".geojson", ".json"}, func(end string) bool { return strings.HasSuffix(r.Path, end) }) && !private(r.Permission)
		said[r.Method+" "+r.Path] = !strings.Contains(r.Path, "/api/") && !file // needs no line
	}
	for _, tag := range described(a.doc) {
		for _, o := range tag.Operations {
			name := o.Method + " " + o.Path
			if !routes[name] {
				t.Errorf("%s is described and not served", name)
			}
			said[name] = true
		}
	}
	for name, is := range said {
		if !is {
			t.Errorf("%s is not described", name)
		}
	}
}

// Open data is for any site, named by its content, and not sent again when it did not change; the rest is for this site alone.
func (a *api) open(t *testing.T) {
	get := func(path, tag string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return answer
	}
	for _, path := range []string{"/communes.csv", "/communes.geojson", "/structures.csv", "/departements.ods", "/api/v1/communes", "/api/openapi.json"} {
		first := get(path, "")
		tag := first.Header.Get("ETag")
		if first.StatusCode != http.StatusOK || tag == "" || first.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(first.Header.Get("Cache-Control"), "public") {
			t.Errorf("%s: %d %v", path, first.StatusCode, first.Header)
		}
		if again := get(path, tag); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d for what is known", path, again.StatusCode)
		}
		if other := get(path, `W/"other"`); other.StatusCode != http.StatusOK {
			t.Errorf("%s: %d for another version", path, other.StatusCode)
		}
	}
	for _, path := range []string{"/", "/carte", "/connexion", "/carte/donnees.json"} {
		if got := get(path, "").Header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s is open to other sites: %s", path, got)
		}
	}
}

// TestTheDescriptionSpeaksEnglish: every summary and description has its English words, and the rest is the same.
func TestTheDescriptionSpeaksEnglish(t *testing.T) {
	doc, err := openAPIIn(i18n.FR)
	if err != nil {
		t.Fatal(err)
	}
	english, err := openAPIIn(i18n.EN)
	if err != nil {
		t.Fatal(err)
	}
	schemas := func(doc map[string]any) map[string]any {
		return doc["components"].(map[string]any)["schemas"].(map[string]any)
	}
	if fr, en := schemas(doc)["Commune"], schemas(english)["Commune"]; reflect.DeepEqual(fr, en) {
		t.Error("the columns of a municipality are not in English")
	}
	var compare func(at string, fr, en any)
	compare = func(at string, fr, en any) {
		switch fr := fr.(type) {
		case map[string]any:
			for key, value := range fr {
				said, is := value.(string)
				if _, known := openAPIEnglish[said]; is && !known && (key == "summary" || key == "description") && !strings.Contains(at, "/Commune/") {
					t.Errorf("%s/%s: “%s” has no English", at, key, said)
				} else if !is || key != "summary" && key != "description" && key != "title" {
					compare(at+"/"+key, value, en.(map[string]any)[key])
				}
			}
		case []any:
			for i := range fr {
				compare(fmt.Sprint(at, "/", i), fr[i], en.([]any)[i])
			}
		default:
			if fr != en {
				t.Errorf("%s: %v is %v in English", at, fr, en)
			}
		}
	}
	compare("", doc, english)
}

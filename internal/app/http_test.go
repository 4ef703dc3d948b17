package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"maillage/internal/consultations"
	"maillage/internal/structures"
)

// wire is a demonstration as browsers and programs meet it, and what it logs.
type wire struct {
	t      *testing.T
	app    *App
	server *httptest.Server
	log    *paper
}

// One demonstration serves them all: starting it takes the most time.
func TestOnTheWire(t *testing.T) {
	w := &wire{t, demonstration(t), nil, &paper{}}
	w.app.cfg.Log = slog.New(slog.NewTextHandler(w.log, nil))
	w.server = httptest.NewServer(w.app.handler)
	defer w.server.Close()
	t.Run("private once signed in", w.private)
	t.Run("illegible text", w.illegible)
	t.Run("searches of any length", w.searches)
	t.Run("refusals are pages", w.refusals)
	t.Run("our faults alone are errors", w.faults)
	t.Run("who may send long bodies", w.longBodies)
}

// do sends a request and gives its answer with its text.
func (w *wire) do(b *http.Client, method, path, body string, headers ...string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := b.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer, string(text)
}

// A page that anybody may read is kept by no browser once somebody is signed in, nor open to other sites; files that are the same for
// everybody are kept, and the phone finds its own without a network.
func (w *wire) private(t *testing.T) {
	w.t = t
	nobody, officer, gp := browser(t, w.server, ""), browser(t, w.server, "demo-officer-91"), browser(t, w.server, "demo-gp")
	bilan := "/consultations/" + consultations.DemoGrigny + "/bilan.csv"
	for _, path := range []string{"/", "/recherche?q=grigny", "/structures/" + structures.DemoMSPGrigny, "/consultations/" + consultations.DemoGrigny, "/communes", "/communes.csv", "/nowhere", bilan, "/api/v1/communes", "/fhir/Organization"} {
		for _, b := range []*http.Client{officer, gp} {
			answer, _ := w.do(b, http.MethodGet, path, "")
			if got := answer.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") || answer.Header.Get("Access-Control-Allow-Origin") != "" || answer.Header.Get("ETag") != "" {
				t.Errorf("%s signed in: %v", path, answer.Header)
			}
		}
		if answer, _ := w.do(nobody, http.MethodGet, path, ""); answer.Header.Get("Cache-Control") == "no-store" {
			t.Errorf("%s for nobody: %v", path, answer.Header)
		}
	}
	if answer, _ := w.do(nobody, http.MethodGet, bilan, ""); answer.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("open data for nobody: %v", answer.Header)
	}
	_, page := w.do(gp, http.MethodGet, "/telexpertise/telephone", "")
	_, asset, _ := strings.Cut(page, `src="/assets/`)
	asset, _, _ = strings.Cut(asset, `"`)
	for path, want := range map[string]string{"/telexpertise/sw.js": "no-cache", "/telexpertise/app.webmanifest": "no-cache", "/assets/" + asset: "public, max-age=31536000, immutable", "/carte/donnees.json": "public, max-age=600"} {
		if answer, _ := w.do(gp, http.MethodGet, path, ""); answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %d %q", path, answer.StatusCode, answer.Header.Get("Cache-Control"))
		}
	}
}

// What PostgreSQL could not keep is refused before it, on both databases alike.
func (w *wire) illegible(t *testing.T) {
	w.t = t
	nobody := browser(t, w.server, "")
	for path, want := range map[string]int{
		"/structures/a%00b": 404, "/simulateur/a%FFb": 404, "/appels/a%00b": 404, "/structures?departement=a%00b": 422, "/fhir/Organization/a%00b": 404, "/fhir/Organization?name=a%00b": 400, "/recherche?q=a%00b": 422, "/assets/%00": 404,
	} {
		if answer, _ := w.do(nobody, http.MethodGet, path, ""); answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	for _, path := range []string{"/connexion", "/mot-de-passe", "/dossiers/x/messages"} {
		if answer, _ := w.do(nobody, http.MethodPost, path, "email=a%00b@ex.fr&text=%ff"); answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
	for body, want := range map[string]int{`{"changes":[]}`: 200, `{"changes":[]} ]`: 422, `{"changes":["\u0000"]}`: 422} {
		if answer, _ := w.do(nobody, http.MethodPost, "/api/simulateur", body); answer.StatusCode != want { // as a form, which is what curl says
			t.Errorf("%s: %d", body, answer.StatusCode)
		}
	}
}

// However much is typed, a search answers.
func (w *wire) searches(t *testing.T) {
	w.t = t
	admin := browser(t, w.server, "demo-officer-91")
	for _, path := range []string{"/recherche", "/recherche/vite", "/structures", "/initiatives", "/communes", "/consultations", "/instruction", "/conventions", "/postes", "/fhir/Organization"} {
		name := "q"
		if strings.HasPrefix(path, "/fhir") {
			name = "name"
		}
		for _, q := range []string{strings.Repeat("a", 50_000), strings.Repeat("a+", 2000)} {
			if answer, text := w.do(admin, http.MethodGet, path+"?"+name+"="+q, ""); answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %d %.200s", path, answer.StatusCode, text)
			}
		}
	}
}

// What is refused before a page is found is told on a page of the product, in the reader's language, and to programs as JSON or FHIR.
func (w *wire) refusals(t *testing.T) {
	w.t = t
	nobody := browser(t, w.server, "")
	for _, c := range []struct {
		method, path, accept, lang, foreign string
		status                              int
		kind, says                          string
	}{
		{http.MethodPost, "/communes", "text/html", "fr", "", 405, "text/html", "ne reçoit pas ce genre d’envoi"},
		{http.MethodPost, "/communes", "text/html", "en", "", 405, "text/html", "does not take what was sent this way"},
		{http.MethodDelete, "/communes", "application/json", "en", "", 405, "application/json", `"error":"method"`},
		{http.MethodDelete, "/api/v1/communes", "*/*", "fr", "", 405, "application/json", `"error":"method"`},
		{http.MethodOptions, "/fhir/Organization", "", "fr", "", 405, "application/fhir+json", "not-supported"},
		{http.MethodPost, "/connexion", "text/html", "fr", "https://evil.example", 403, "text/html", "vient d’un autre site"},
		{http.MethodPost, "/connexion", "text/html", "en", "https://evil.example", 403, "text/html", "sent from another site"},
		{http.MethodPost, "/api/simulateur", "", "fr", "https://evil.example", 403, "application/json", `"error":"forbidden"`},
	} {
		answer, text := w.do(nobody, c.method, c.path, "a=b", "Accept", c.accept, "Accept-Language", c.lang, "Origin", c.foreign)
		if answer.StatusCode != c.status || !strings.HasPrefix(answer.Header.Get("Content-Type"), c.kind) || !strings.Contains(text, c.says) {
			t.Errorf("%s %s: %d %s %.300s", c.method, c.path, answer.StatusCode, answer.Header.Get("Content-Type"), text)
		}
		if c.status == http.StatusMethodNotAllowed && answer.Header.Get("Allow") == "" {
			t.Errorf("%s %s: what it takes is not said", c.method, c.path)
		}
	}
}

// What a sender did wrong is no error of ours in the log.
func (w *wire) faults(t *testing.T) {
	w.t = t
	officer, nobody := browser(t, w.server, "demo-officer-91"), browser(t, w.server, "")
	for path, c := range map[string]struct {
		by   *http.Client
		kind string
		size int
		want int
	}{
		"/connexion":           {nobody, "application/x-www-form-urlencoded", 2 << 20, 413},
		"/zonage/simulation":   {officer, "multipart/form-data", 10, 422},
		"/zonage/simulation?x": {officer, "multipart/form-data; boundary=x", 17 << 20, 413},
	} {
		w.log.take()
		body := strings.Repeat("x", c.size)
		if c.want == http.StatusRequestEntityTooLarge && strings.HasPrefix(c.kind, "multipart") {
			body = "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"f\"\r\n\r\n" + body
		}
		r := httptest.NewRequest(http.MethodPost, w.server.URL+path, bytes.NewReader([]byte(body)))
		r.RequestURI = ""
		r.Header.Set("Content-Type", c.kind)
		for _, cookie := range c.by.Jar.Cookies(r.URL) {
			r.AddCookie(cookie)
		}
		answer := httptest.NewRecorder()
		w.app.handler.ServeHTTP(answer, r)
		if text := w.log.take(); answer.Code != c.want || strings.Contains(text, "ERROR") {
			t.Errorf("%s: %d, log %q", path, answer.Code, text)
		}
	}
}

// Where anybody may send a long body, the handler finds the object before it reads it.
func (w *wire) longBodies(t *testing.T) {
	n := 0
	for _, r := range w.app.router.Routes() {
		if r.MaxBody <= 1<<20 || private(r.Permission) {
			continue
		}
		n++
		if !r.Raw {
			t.Errorf("%s %s reads up to %d bytes of anybody before it knows why", r.Method, r.Path, r.MaxBody)
		}
		body := &unread{}
		asked := httptest.NewRequest(r.Method, w.server.URL+wildcard.ReplaceAllString(r.Path, "x"), body)
		asked.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		answer := httptest.NewRecorder()
		w.app.handler.ServeHTTP(answer, asked)
		if answer.Code != http.StatusNotFound || body.read {
			t.Errorf("%s %s: %d, read: %v", r.Method, r.Path, answer.Code, body.read)
		}
	}
	if n == 0 {
		t.Error("no such route")
	}
}

// unread is a body that tells whether it was read.
type unread struct{ read bool }

// Read ends the body.
func (u *unread) Read([]byte) (int, error) { u.read = true; return 0, io.EOF }

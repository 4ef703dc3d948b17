package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/platform/clock"
)

// Over TLS every cookie of the program belongs to this host alone, travels over TLS only and is out of reach of scripts; one planted
// under the plain name is not read. Signing out empties what the browser kept.
func TestCookiesBelongToThisHost(t *testing.T) {
	dir := t.TempDir()
	a, err := New(context.Background(), Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, BaseURL: "https://maillage.example", Region: "11",
		Demo: true, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	var call string
	if err := a.DB.Get(&call, "SELECT id FROM call WHERE state = 'published' ORDER BY id LIMIT 1"); err != nil {
		t.Fatal(err)
	}
	jar := map[string]string{}
	ask := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "https://maillage.example"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range jar {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		return w
	}
	given := map[string]bool{}
	for _, step := range []struct {
		method, path string
		form         url.Values
	}{
		{http.MethodGet, "/?lang=en", nil},
		{http.MethodPost, "/affichage", url.Values{"theme": {"dark"}}},
		{http.MethodPost, "/appels/" + call + "/dossier", nil},
		{http.MethodPost, "/connexion/demonstration", url.Values{"account": {"demo-gp"}}},
		{http.MethodPost, "/compte/langue", url.Values{"lang": {"fr"}}},
		{http.MethodPost, "/deconnexion", nil},
	} {
		answer := ask(step.method, step.path, step.form)
		if answer.Code >= http.StatusBadRequest {
			t.Errorf("%s %s: %d", step.method, step.path, answer.Code)
		}
		for _, c := range answer.Result().Cookies() {
			given[c.Name] = true
			jar[c.Name] = c.Value
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite == http.SameSiteNoneMode {
				t.Errorf("%s gives %s", step.path, c.Raw)
			}
		}
		if step.path == "/deconnexion" && !strings.Contains(answer.Header().Get("Clear-Site-Data"), `"storage"`) {
			t.Error("signing out leaves what the browser kept")
		}
	}
	for _, name := range []string{"__Host-lang", "__Host-affichage", "__Host-dossier", "__Host-maillage"} {
		if !given[name] {
			t.Errorf("%s was never given: %v", name, given)
		}
	}
	jar = map[string]string{"lang": "en", "affichage": "contrast"}
	if page := ask(http.MethodGet, "/", nil).Body.String(); !strings.Contains(page, `lang="fr"`) || strings.Contains(page, `"contrast"`) {
		t.Error("cookies planted under plain names are read")
	}
}

// A form or a text over what a route takes is refused as such, rather than read as an empty one.
func TestBodiesAreLimited(t *testing.T) {
	a := demonstration(t)
	heavy := "x=" + strings.Repeat("y", 3<<19) // one and a half MiB: over what a form may hold
	tried := 0
	for _, route := range a.router.Routes() {
		if route.Method == http.MethodGet || route.MaxBody > 0 {
			continue
		}
		for _, kind := range []string{"application/x-www-form-urlencoded", "application/json"} {
			r := httptest.NewRequest(route.Method, wildcard.ReplaceAllString(route.Path, "x"), strings.NewReader(heavy))
			r.Header.Set("Content-Type", kind)
			w := httptest.NewRecorder()
			a.router.ServeHTTP(w, r.WithContext(withEverybody(r.Context())))
			tried++
			if w.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("%s %s (%s): %d %.300s", route.Method, route.Path, kind, w.Code, w.Body.String())
			}
		}
	}
	t.Logf("%d requests of 1.5 MiB, all answered 413", tried)
}

package web

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/territory"
	"maillage/internal/testdata"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

func pages(t *testing.T) *Pages {
	t.Helper()
	d, c := dbtest.SQLite(t), clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	rules, err := rulebook.Open(context.Background(), d, c)
	if err != nil {
		t.Fatal(err)
	}
	return &Pages{Rules: rules, Structures: structures.New(d, c, rules), Places: territory.New(d, c, true), Region: "11"}
}

func get(t *testing.T, h func(*httptest.ResponseRecorder) error) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := h(w); err != nil {
		t.Fatal(err)
	}
	return w.Code, w.Body.String()
}

func TestAskNeedsNoAccountAndExplains(t *testing.T) {
	p := pages(t)
	for address, want := range map[string][]string{
		"/aides": {"Que puis-je obtenir ici", `name="lieu"`},
		"/aides?lieu=Grigny+%2891286%29&who=msp&plan=start&zone=ZIP&health_project=oui&study_paid=35000": {"Possible", "65\u202f000", "Version 1", "femasif.fr", "a déjà payé est déduit"},
		"/aides?commune=91286&who=msp&plan=start&zone=HZ":                                                {"Hors zone", "0 aide possible"},
		"/aides?lieu=Saint-Denis&who=msp":                                                                {"Laquelle"},
		"/aides?lieu=Xyzzy&who=msp":                                                                      {"Aucune commune ne répond"},
		"/aides?commune=91286&who=group_practice&plan=rescue":                                            {"montant non vérifié"},
		"/aides?commune=91286&who=gp&plan=succession&detient=caim":                                       {"Contrat de transition"},
	} {
		code, body := get(t, func(w *httptest.ResponseRecorder) error {
			return p.ask(w, httptest.NewRequest(http.MethodGet, address, nil))
		})
		for _, text := range want {
			if code != 200 || !strings.Contains(body, text) {
				t.Errorf("%s: %d, without %q", address, code, text)
			}
		}
	}
	code, body := get(t, func(w *httptest.ResponseRecorder) error {
		return p.ask(w, httptest.NewRequest(http.MethodGet, "/aides?commune=91286&who=msp&gps=deux", nil))
	})
	if code != 422 || !strings.Contains(body, "deux") {
		t.Errorf("a number that is not one: %d", code)
	}
}

func TestStackPage(t *testing.T) {
	p := pages(t)
	code, body := get(t, func(w *httptest.ResponseRecorder) error {
		return p.stack(w, httptest.NewRequest(http.MethodGet, "/aides/cumul?cost=100000&aide=protocole-murs&montant=45000&aide=msp-immobilier&montant=60000", nil))
	})
	for _, text := range []string{"ne se cumulent pas", "dépasse le coût éligible", `<a href="/regles/msp-immobilier">`, "105\u202f000"} {
		if code != 200 || !strings.Contains(body, text) {
			t.Errorf("%d, without %q", code, text)
		}
	}
}

// TestFormKeepsTheRule has every shipped rule go through the form and come back the same.
func TestFormKeepsTheRule(t *testing.T) {
	for _, r := range rulebook.Embedded() {
		back, err := ruleOf(formOf(r))
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
			continue
		}
		slices.Sort(back.NotWith)
		slices.Sort(r.NotWith)
		back.Version = r.Version
		if len(r.NotWith) == 0 {
			r.NotWith, back.NotWith = nil, nil
		}
		back.Tests, r.Tests = nil, nil // numbers come back as other Go types; the service normalises them
		if d := cmp.Diff(r, back); d != "" {
			t.Errorf("%s:\n%s", r.ID, d)
		}
	}
}

func TestADraftThatDoesNotCompileComesBackWhole(t *testing.T) {
	p := pages(t)
	form := formOf(rulebook.Embedded()[0])
	form.Set("rule", form.Get("id"))
	form.Set("conditions.0.id", "essai")
	form.Set("conditions.0.label_fr", "Essai")
	form.Set("conditions.0.label_en", "Test")
	form.Set("conditions.0.when", "gps >== 2")
	post := func(f url.Values) (*httptest.ResponseRecorder, error) {
		r := httptest.NewRequest(http.MethodPost, "/regles/versions", strings.NewReader(f.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := r.ParseForm(); err != nil { // the router does
			t.Fatal(err)
		}
		actor := accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
		w := httptest.NewRecorder()
		return w, p.save(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
	}
	w, err := post(form)
	if err != nil || w.Code != 422 || !strings.Contains(w.Body.String(), "gps &gt;== 2") || !strings.Contains(w.Body.String(), "ligne 1, colonne") {
		t.Errorf("%v %d", err, w.Code)
	}
	form.Set("conditions.0.when", "gps >= 0")
	form.Set("tests", "")
	if w, err := post(form); err != nil || w.Code != 422 || !strings.Contains(w.Body.String(), "La version 1 est déjà en vigueur") {
		t.Errorf("a draft on the days of another version: %v %d", err, w.Code)
	}
	form.Set("from", "2030-01-01")
	form.Set("to", "")
	if w, err := post(form); err != nil || w.Code != 303 {
		t.Errorf("%v %d %s", err, w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/regles/versions", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := p.save(w, r); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("nobody wrote a rule: %v", err)
	}
}

// TestSimulateTheRealZoning gives the zoning of a region to the simulator, over the demonstration's structures.
func TestSimulateTheRealZoning(t *testing.T) {
	data, err := os.ReadFile(testdata.Shared(t, "zones/zonage_mg_idf.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p := pages(t)
	if err := p.Structures.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.Computed = func(context.Context) func(string) (string, bool) {
		return func(string) (string, bool) { return "HZ", true }
	}
	officer := accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	run := func(actor accounts.Actor, file []byte) (int, string, error) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("fichier", "zones.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			t.Fatal(err)
		}
		_ = form.Close()
		r := httptest.NewRequest(http.MethodPost, "/zonage/simulation", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		w := httptest.NewRecorder()
		err = p.simulate(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
		return w.Code, w.Body.String(), err
	}
	if _, _, err := run(accounts.Actor{}, data); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("nobody simulated: %v", err)
	}
	code, body, err := run(officer, data)
	if err != nil || code != 200 || !strings.Contains(body, "HZ → ZIP") || !strings.Contains(body, "Médecins généralistes salariés") {
		t.Errorf("%d %v", code, err)
	}
	if code, body, err := run(officer, []byte("n’importe quoi")); err != nil || code != 422 || !strings.Contains(body, "zones.csv:1") {
		t.Errorf("a file that is no zoning: %d %v", code, err)
	}
}

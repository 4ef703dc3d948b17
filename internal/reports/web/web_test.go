package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/reports"
)

type source struct{}

func (source) Facts(context.Context, string, clock.Day, clock.Day) ([]reports.Fact, error) {
	return []reports.Fact{{Measure: reports.Recruits, Departement: "75", N: 2}, {Measure: reports.Decided, Departement: "75", N: 1_234_56}}, nil
}

func (source) Started(context.Context, string, clock.Day, clock.Day) ([]reports.Site, error) {
	return nil, nil
}

func (source) Access(context.Context, string, clock.Day) (reports.Picture, error) {
	return reports.Picture{From: "2024-01-01", Demo: true, All: reports.Access{Population: 2_000_000, Mean: 3.25}}, nil
}

func (source) Gain(context.Context, string, clock.Day, []reports.Site) (reports.Gain, error) {
	return reports.Gain{}, nil
}

func (source) Quarters(context.Context, int) ([]reports.Quarter, error) { return nil, nil }

// The report is a page, a document and files; the public sees no small count in any of them, an officer does, and may look as the public.
func TestTheReportInEveryShape(t *testing.T) {
	x := source{}
	p := &Pages{Reports: reports.New(clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), reports.Sources{Region: "11", Departements: []reports.Departement{{Code: "75", Name: "Paris"}},
		Territory: x, Sites: x, Delays: x, Facts: []reports.Facts{x}, Notes: []i18n.Text{{FR: "Démonstration", EN: "Demonstration"}}})}
	mux := http.NewServeMux()
	var failed error
	for _, route := range p.Routes() {
		mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) { failed = route.Handler(w, r) })
	}
	officer := accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	get := func(actor accounts.Actor, address string) string {
		t.Helper()
		failed = nil
		r := httptest.NewRequest(http.MethodGet, address, nil)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(i18n.With(accounts.WithActor(r.Context(), actor), i18n.FR)))
		return w.Body.String()
	}
	for address, want := range map[string][]string{
		"/bilan":                              {"Bilan annuel 2025", "Version publique", "masqué", "Démonstration", "1\u202f234,56", "rien à comparer", "Rien n’est publié"},
		"/bilan?annee=2026":                   {"en cours : du 1er janvier au 25 novembre 2026"},
		"/bilan/export/offre.csv?annee=2025":  {"Généralistes recrutés"},
		"/bilan/export/argent.csv?annee=2025": {"1234.56"},
		"/bilan/export/acces.xlsx?annee=2025": {"PK"},
		"/bilan/export/consultations.ods":     {"PK"},
		"/bilan/bilan.pdf?annee=2025":         {"%PDF"},
	} {
		body := get(accounts.Actor{}, address)
		for _, text := range want {
			if failed != nil || !strings.Contains(body, i18n.French(text)) {
				t.Errorf("%s: %v, without %q", address, failed, text)
			}
		}
	}
	if csv := get(accounts.Actor{}, "/bilan/export/offre.csv"); strings.Contains(csv, ",2") {
		t.Errorf("the public file holds a small count: %s", csv)
	}
	if csv := get(officer, "/bilan/export/offre.csv"); !strings.Contains(csv, ",2") {
		t.Errorf("an officer reads no count: %s", csv)
	}
	if csv := get(officer, "/bilan/export/offre.csv?public=1"); strings.Contains(csv, ",2") {
		t.Errorf("an officer does not see the public version: %s", csv)
	}
	for _, address := range []string{"/bilan?annee=1999", "/bilan?annee=x", "/bilan/autre.pdf", "/bilan/export/rien.csv"} {
		if get(officer, address); !fault.Is(failed, fault.KindNotFound) {
			t.Errorf("%s: %v", address, failed)
		}
	}
}

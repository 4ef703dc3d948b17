package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/protocols"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// files are two projects of walls, as the room of calls would tell them.
type files struct{}

func (files) Sources(context.Context, string) ([]protocols.Source, error) {
	return []protocols.Source{{ID: "walls", Label: i18n.Text{FR: "Murs", EN: "Walls"}, Href: "/appels/murs"}}, nil
}

func (files) Projects(_ context.Context, _, source string, _ protocols.Day) ([]protocols.Project, error) {
	if source != "walls" {
		return nil, nil
	}
	state := i18n.Text{FR: "Soldé", EN: "Settled"}
	return []protocols.Project{
		{Number: "91-1", Title: "Cabinet de Grigny", Href: "/dossiers/1", Commune: "91286", Departement: "91", Kind: "creation", State: state, On: "2018-01-02", Granted: 100_000_00, Supported: true, TowardMSP: true},
		{Number: "77-1", Title: "Cabinet de Meaux", Commune: "77284", Departement: "77", Kind: "renovation", State: state, On: "2018-02-03", Granted: 50_000_00, Supported: true},
	}, nil
}

var (
	nobody  = accounts.Actor{}
	officer = accounts.Actor{ID: "o", Name: "Agente", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	of91    = accounts.Actor{ID: "d", Name: "Agent 91", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: "91"}}}
	urps    = accounts.Actor{ID: "u", Name: "URPS", Grants: []accounts.Grant{{Role: accounts.RoleReviewer, Region: "11", Structure: "urps"}}}
)

type site struct {
	t   *testing.T
	mux *http.ServeMux
	err error
}

func newSite(t *testing.T) *site {
	t.Helper()
	service := protocols.New(dbtest.SQLite(t), clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)), files{})
	if err := service.SeedDemo(context.Background(), "11", "urps", "URPS", protocols.DemoSources{Walls: "walls", Practices: "practices"}); err != nil {
		t.Fatal(err)
	}
	pages := &Pages{Protocols: service, Region: "11", Parties: func(context.Context) ([]Institution, error) { return []Institution{{"urps", "URPS"}}, nil }}
	s := &site{t: t, mux: http.NewServeMux()}
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

func (s *site) do(actor accounts.Actor, method, address string, form url.Values) (int, string) {
	s.t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r.WithContext(accounts.WithActor(r.Context(), actor)))
	return w.Code, w.Body.String()
}

const address = "/protocoles/" + protocols.DemoID

// Everybody reads the counts; the projects are the parties', and a département's own.
func TestWhatEachReaderSees(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		actor                           accounts.Actor
		grigny, meaux, history, writing bool
	}{{nobody, false, false, false, false}, {of91, true, false, false, false}, {urps, true, true, true, false}, {officer, true, true, true, true}} {
		code, body := s.do(c.actor, http.MethodGet, address, nil)
		if code != 200 || !strings.Contains(body, "2 projets soutenus, dont 1 vers une MSP") || !strings.Contains(body, `href="/appels/murs"`) {
			t.Errorf("%q: %d without the counts", c.actor.ID, code)
		}
		for text, want := range map[string]bool{"Cabinet de Grigny": c.grigny, "Cabinet de Meaux": c.meaux, `id="history"`: c.history, "Écrire une action": c.writing} {
			if strings.Contains(body, text) != want {
				t.Errorf("%q reads %q: %t", c.actor.ID, text, !want)
			}
		}
	}
	for query, want := range map[string]int{"": 3, "?departement=77": 2, "?msp=1": 2, "?nature=renovation&soutenus=1": 2, "?nature=rehabilitation": 1} {
		if code, body := s.do(officer, http.MethodGet, address+"/projets.csv"+query, nil); code != 200 || strings.Count(body, "\r\n") != want {
			t.Errorf("export %s: %d, %q", query, code, body)
		}
	}
	if code, _ := s.do(nobody, http.MethodGet, address+"/projets.csv", nil); code != 401 {
		t.Errorf("everybody exports: %d", code)
	}
}

// A refusal comes back with what was typed; each party writes its own word.
func TestTheReviewThroughThePage(t *testing.T) {
	s := newSite(t)
	post := func(actor accounts.Actor, where string, form url.Values) (int, string) {
		return s.do(actor, http.MethodPost, address+where, form)
	}
	if code, _ := post(urps, "/avancer", url.Values{"move": {"review"}, "version": {"1"}}); code != 303 {
		t.Fatalf("the partner opens the review: %d %v", code, s.err)
	}
	if code, body := post(urps, "/bilan", url.Values{"word": {"court"}, "version": {"2"}}); code != 422 || !strings.Contains(body, ">court</textarea>") {
		t.Errorf("too short a word: %d", code)
	}
	if code, _ := post(urps, "/bilan", url.Values{"word": {"Les cabinets tiennent."}, "version": {"2"}}); code != 303 {
		t.Errorf("the partner writes: %d %v", code, s.err)
	}
	if code, body := post(officer, "/avancer", url.Values{"move": {"reviewed"}, "version": {"3"}}); code != 409 || !strings.Contains(body, "Chaque partie écrit d’abord son bilan") {
		t.Errorf("closed on one word: %d", code)
	}
	if code, body := s.do(nobody, http.MethodGet, address, nil); code != 200 || strings.Contains(body, "Les cabinets tiennent.") {
		t.Errorf("everybody reads an open review: %d", code)
	}
	if code, body := s.do(officer, http.MethodPost, "/protocoles", url.Values{"title": {"Protocole d’essai"}, "purpose": {"court"}}); code != 422 || !strings.Contains(body, "Protocole d’essai") {
		t.Errorf("a protocol without its days: %d", code)
	}
	if code, _ := s.do(officer, http.MethodPost, "/protocoles", url.Values{"title": {"Protocole d’essai"}, "purpose": {"Essayer un autre axe."}, "partner": {"urps"}, "signed": {"2026-01-01"}, "ends": {"2027-01-01"}}); code != 303 {
		t.Errorf("signing: %d %v", code, s.err)
	}
	if code, _ := s.do(urps, http.MethodGet, "/protocoles/nouveau", nil); code != 403 {
		t.Errorf("the partner records a protocol: %d", code)
	}
	for _, page := range []string{"/protocoles", "/protocoles/nouveau"} {
		if code, _ := s.do(officer, http.MethodGet, page, nil); code != 200 {
			t.Errorf("%s: %d %v", page, code, s.err)
		}
	}
}

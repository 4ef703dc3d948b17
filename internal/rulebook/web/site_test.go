package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

func TestAPositionTellsTheNeighbourhood(t *testing.T) {
	for text, want := range map[string]site{"48.6552, 2.3842": {48.6552, 2.3842}, "48,6552 2,3842": {48.6552, 2.3842}, "48,6552 ; 2,3842": {48.6552, 2.3842}, "Grigny": {}, "91350": {}, "148.2, 2.3": {}} {
		if got, ok := positionTyped(text); ok != (want != site{}) || got != want {
			t.Errorf("%q: %v %t", text, got, ok)
		}
	}
	square := orb.MultiPolygon{{{{2, 48}, {3, 48}, {3, 49}, {2, 49}, {2, 48}}}}
	known, unknown := territory.QPV{Name: "La Grande Borne", Outline: square}, territory.QPV{Name: "Ailleurs"}
	for _, c := range []struct {
		quarters        []territory.QPV
		at              site
		name            string
		inside, settled bool
	}{
		{[]territory.QPV{known}, site{48.5, 2.5}, "La Grande Borne", true, true},
		{[]territory.QPV{known}, site{47.5, 2.5}, "", false, true},
		{[]territory.QPV{unknown}, site{48.5, 2.5}, "", false, false}, // an outline that nobody imported settles nothing
		{[]territory.QPV{unknown, known}, site{48.5, 2.5}, "La Grande Borne", true, true},
	} {
		if name, inside, settled := quarterAt(c.quarters, c.at); name != c.name || inside != c.inside || settled != c.settled {
			t.Errorf("%v: %q %t %t", c.at, name, inside, settled)
		}
	}
}

func TestTheAnswerLeadsToTheCallAndKnowsWhatIsHeld(t *testing.T) {
	p := pages(t)
	if err := p.Structures.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.Open = func(context.Context) (map[string]OpenCall, error) {
		return map[string]OpenCall{"msp-demarrage": {ID: "call-1", Title: i18n.Text{FR: "Appel", EN: "Call"}, Closes: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}}, nil
	}
	p.Held = func(_ context.Context, actor accounts.Actor, _ string) (map[string]rulebook.Cents, error) {
		if actor.Anonymous() {
			return nil, nil
		}
		return map[string]rulebook.Cents{"msp-faisabilite": 35_000_00}, nil
	}
	ask := func(h func(http.ResponseWriter, *http.Request) error, address string, who accounts.Actor) string {
		t.Helper()
		_, body := get(t, func(w *httptest.ResponseRecorder) error {
			r := httptest.NewRequest(http.MethodGet, address, nil)
			return h(w, r.WithContext(accounts.WithActor(r.Context(), who)))
		})
		return body
	}
	msp := "structure=" + structures.DemoID(structures.MSP, 1)
	officer := accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	public := ask(p.ask, "/aides?"+msp+"&plan=start&zone=ZIP", accounts.Actor{})
	inside := ask(p.ask, "/aides?"+msp+"&plan=start&zone=ZIP", officer)
	if !strings.Contains(public, `action="/appels/call-1/dossier"`) || !strings.Contains(public, "à vérifier") {
		t.Error("the answer neither leads to the open call nor marks what nobody verified")
	}
	if !strings.Contains(inside, "65\u202f000") || strings.Contains(public, "65\u202f000") {
		t.Error("the study aid already held is deducted for whoever may know it, and for nobody else")
	}
	if plan := ask(p.stack, "/aides/cumul?"+msp, officer); !strings.Contains(plan, `value="35000,00"`) {
		t.Error("the combination does not start from what is held")
	}
}

func TestTheRulePageRunsItsTests(t *testing.T) {
	p := pages(t)
	code, body := get(t, func(w *httptest.ResponseRecorder) error {
		r := httptest.NewRequest(http.MethodGet, "/regles/cotram", nil)
		r.SetPathValue("id", "cotram")
		return p.rule(w, r)
	})
	if code != 200 || !strings.Contains(body, "4 tests joués à l’instant, tous réussis") || strings.Count(body, "à vérifier") < 2 {
		t.Errorf("%d: the tests are not run, or what nobody read is not marked", code)
	}
}

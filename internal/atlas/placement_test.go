package atlas

import (
	"math"
	"net/url"
	"testing"

	"maillage/internal/access"
	"maillage/internal/platform/fault"
	"maillage/internal/territory"
)

func TestPlacementHoldsItsConstraints(t *testing.T) {
	_, r := demoRegion(t)
	for _, objective := range access.Objectives() {
		o := DefaultOrder()
		o.Posts, o.Objective, o.Only, o.Cap = 8, objective, ZIP, 2
		o.Forbidden, o.Quotas = []string{"Provins"}, map[string]int{"77": 3, "78": 1}
		p, err := r.Propose(territory.UpTo65, o)
		if err != nil {
			t.Fatalf("%s: %v", objective, err)
		}
		sites, departements := map[int]int{}, map[string]int{}
		for k, u := range p.Plan.Units {
			sites[u.Site]++
			departements[r.Places[u.Site].Departement]++
			if u.Rank != k+1 || u.Site >= r.Inside || r.ZoneOf(u.Site).Class != ZIP || r.Places[u.Site].Name == "Provins" || sites[u.Site] > 2 {
				t.Errorf("%s: rank %d at %s breaks a constraint", objective, u.Rank, r.Places[u.Site].Name)
			}
		}
		if departements["77"] > 3 || departements["78"] > 1 || len(p.Plan.Units) == 0 || len(p.Changes) != len(p.Plan.Units) {
			t.Errorf("%s: %d units, per département %v", objective, len(p.Plan.Units), departements)
		}
		if p.Plan.AtLeast <= 0 || p.Plan.AtLeast > 1 {
			t.Errorf("%s: certificate %v", objective, p.Plan.AtLeast)
		}
		if objective == access.Shortfall && math.Abs(p.Plan.Value-(p.Answer.ShortfallBefore-p.Answer.ShortfallAfter)) > 1e-3 {
			t.Errorf("the plan gains %v, the sandbox %v", p.Plan.Value, p.Answer.ShortfallBefore-p.Answer.ShortfallAfter)
		}
		if objective == access.Headcount && int(math.Round(p.Plan.Value)) != p.Answer.Lifted {
			t.Errorf("the plan lifts %v, the sandbox %d", p.Plan.Value, p.Answer.Lifted)
		}
	}
	inside, err := ParseOrder(url.Values{"n": {"6"}, "departement": {"91"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Propose(territory.UpTo65, inside)
	if err != nil || len(p.Plan.Units) != 6 {
		t.Fatalf("posts in the Essonne: %v", err)
	}
	for _, u := range p.Plan.Units {
		if r.Places[u.Site].Departement != "91" {
			t.Errorf("%s is not in the Essonne", r.Places[u.Site].Name)
		}
	}
	elsewhere, err := ParseOrder(url.Values{"n": {"6"}, "quotas": {"91:2, 69:1"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Propose(territory.UpTo65, elsewhere); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a quota outside the region: %v", err)
	}
	for _, bad := range []string{"n=0", "n=51", "n=x", "n=1&objectif=x", "n=1&quotas=91", "n=1&quotas=00:1", "n=1&seulement=x", "n=1&etp=99"} {
		q, _ := url.ParseQuery(bad)
		if _, err := ParseOrder(q); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

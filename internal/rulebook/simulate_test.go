package rulebook

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

func zoning(zones map[string]string) func(string) string {
	return func(commune string) string { return zones[commune] }
}

func TestSimulateRezoning(t *testing.T) {
	book, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	before := zoning(map[string]string{"91286": "HZ", "75113": "ZIP", "93001": "ZAC"})
	after := zoning(map[string]string{"91286": "ZIP", "75113": "HZ", "93001": "ZAC"})
	sim := book.Simulate([]Subject{
		{ID: "gains", Who: "msp", Commune: "91286"},
		{ID: "loses", Who: "msp", Commune: "75113"},
		{ID: "decided", Who: "msp", Commune: "75113", Aids: []string{"msp-demarrage"}, Decided: true, Zone: "ZIP"},
		{ID: "decided by a frozen zone", Who: "msp", Commune: "93001", Aids: []string{"msp-demarrage"}, Decided: true, Zone: "ZAC"},
		{ID: "saved by its QPV", Who: "cds", Commune: "75113", QPV: true, Aids: []string{"400-mg-volet-2"}},
		{ID: "same", Who: "msp", Commune: "93001"},
	}, before, after, "2026-03-01")
	got := map[string]string{}
	for _, c := range sim.Changes {
		got[c.ID] = fmt.Sprintf("+%d -%d =%d", len(c.Gained), len(c.Lost), len(c.Kept))
	}
	want := map[string]string{"gains": "+2 -0 =0", "loses": "+0 -2 =0", "decided": "+0 -0 =1"}
	if len(got) != len(want) || sim.Gain != 1 || sim.Loss != 1 || sim.Stay != 1 || sim.Subjects != 6 {
		t.Errorf("got %v, %+v", got, sim)
	}
	for id, w := range want {
		if got[id] != w {
			t.Errorf("%s: got %s, want %s", id, got[id], w)
		}
	}
}

// A rate or an amount that follows the zone changes for whoever keeps the aid, and stays for what is decided.
func TestSimulateRevisesAmounts(t *testing.T) {
	rule := Rule{ID: "walls", Version: 1, Kind: KindAid, Title: both("Murs"), Article: "art. 1", Funder: "ars", Source: Source{Name: "essai"}, Verified: VerifiedNo, From: "2020-01-01", Zones: []string{"ZIP", "ZAC"},
		Amounts: []Amount{
			{Label: both("en ZIP"), Group: "taux", When: `zone == "ZIP"`, RateMin: 4500, RateMax: 4500, Of: "cost", Max: 400_000_00},
			{Label: both("en ZAC"), Group: "taux", When: `zone == "ZAC"`, RateMin: 2500, RateMax: 2500, Of: "cost", Max: 400_000_00},
		}}
	closed := Rule{ID: "closed", Version: 1, Kind: KindAid, Title: both("En ZIP par condition"), Article: "art. 2", Funder: "ars", Source: Source{Name: "essai"}, Verified: VerifiedNo, From: "2020-01-01",
		Conditions: []Condition{{ID: "zip", Label: both("zip"), When: `zone == "ZIP"`}}}
	book, err := New([]Rule{rule, closed})
	if err != nil {
		t.Fatal(err)
	}
	sim := book.Simulate([]Subject{
		{ID: "open", Commune: "1"}, {ID: "only walls", Commune: "1", Aids: []string{"walls"}}, {ID: "decided", Commune: "1", Aids: []string{"walls"}, Decided: true, Zone: "ZIP"},
		{ID: "decided in ZAC", Commune: "1", Aids: []string{"walls"}, Decided: true, Zone: "ZAC"},
	}, zoning(map[string]string{"1": "ZIP"}), zoning(map[string]string{"1": "ZAC"}), "2026-03-01")
	got := map[string]string{}
	for _, c := range sim.Changes {
		got[c.ID] = fmt.Sprintf("+%d -%d ~%d =%d", len(c.Gained), len(c.Lost), len(c.Revised), len(c.Kept))
		for _, r := range c.Revised {
			if len(r.Before) != 1 || r.Before[0].RateMax != 4500 || len(r.After) != 1 || r.After[0].RateMax != 2500 {
				t.Errorf("%s: %+v", c.ID, r)
			}
		}
	}
	want := map[string]string{"open": "+0 -1 ~1 =0", "only walls": "+0 -0 ~1 =0", "decided": "+0 -0 ~0 =1"}
	if !maps.Equal(got, want) || sim.Loss != 1 || sim.Revised != 1 || sim.Stay != 1 {
		t.Errorf("got %v, %+v", got, sim)
	}
	embedded, err := New(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	p := embedded.Passage("ZIP", "ZAC", "2026-03-01")
	if !slices.ContainsFunc(p.Revised, func(r Revision) bool {
		return r.Rule.ID == "installation-2026" && r.Before[0].High == 10_000_00 && r.After[0].High == 5_000_00
	}) {
		t.Errorf("from ZIP to ZAC, the installation aid falls from 10,000 to 5,000 euros: %+v", p.Revised)
	}
}

func BenchmarkSimulate10000(b *testing.B) {
	book, err := New(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	subjects := make([]Subject, 10_000)
	zones := []string{"ZIP", "ZAC", "HZ"}
	for i := range subjects {
		subjects[i] = Subject{ID: fmt.Sprint(i), Who: []string{"msp", "cds", "gp"}[i%3], Commune: fmt.Sprint(i % 1300)}
	}
	before := func(c string) string { return zones[len(c)%3] }
	after := func(c string) string { return zones[(len(c)+int(c[0]))%3] }
	for b.Loop() {
		book.Simulate(subjects, before, after, "2026-03-01")
	}
}

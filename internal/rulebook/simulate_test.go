package rulebook

import (
	"fmt"
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

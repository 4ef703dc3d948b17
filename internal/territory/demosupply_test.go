package territory

import (
	"math"
	"testing"
)

func TestDemoSupplyIsPlausible(t *testing.T) {
	f := Embedded()
	supply := f.DemoSupply()
	var fte FTE
	population, small, smallWithout, largeWithout := 0, 0, 0, 0
	for _, i := range f.UnitsOf("11") {
		c := f.Communes[i]
		population += c.Population
		for band, x := range supply[i] {
			fte[band] += x
		}
		total := supply[i].Count(AllAges)
		if c.Population < 1000 {
			small++
			if total == 0 {
				smallWithout++
			}
		}
		if c.Population > 20_000 && total == 0 {
			largeWithout++
		}
	}
	per100k := fte.Count(AllAges) / float64(population) * 1e5
	over60 := 1 - fte.Count(UpTo60)/fte.Count(AllAges)
	t.Logf("%.0f FTE, %.1f per 100,000, %.0f%% over 60; %d of %d small communes without", fte.Count(AllAges), per100k, 100*over60, smallWithout, small)
	if per100k < 50 || per100k > 80 || over60 < 0.28 || over60 > 0.4 || fte[AgeUnknown] != 0 {
		t.Errorf("implausible: %v per 100,000, %v over 60", per100k, over60)
	}
	if float64(smallWithout) < 0.75*float64(small) || largeWithout > 0 {
		t.Errorf("%d of %d small communes and %d large ones have nobody", smallWithout, small, largeWithout)
	}
}

func TestDemoSupplyIsAlwaysTheSame(t *testing.T) {
	f := Embedded()
	first, second := f.makeDemoSupply(), f.makeDemoSupply()
	for i := range first {
		if first[i] != second[i] {
			t.Fatalf("%s: %v then %v", f.Communes[i].Code, first[i], second[i])
		}
	}
	for _, code := range []string{"75056", "69123", "13055"} {
		if i, _ := f.Index(code); first[i] != (FTE{}) {
			t.Errorf("%s is divided: its doctors belong to its arrondissements", code)
		}
	}
}

func TestAgeFilters(t *testing.T) {
	f := FTE{AgeTo60: 1, Age61To62: 2, Age63To65: 4, AgeOver65: 8, AgeUnknown: 16}
	for filter, want := range map[AgeFilter]float64{UpTo60: 17, UpTo62: 19, UpTo65: 23, AllAges: 31, "?": 31} {
		if got := f.Count(filter); math.Abs(got-want) > 1e-12 {
			t.Errorf("Count(%s) = %v, want %v", filter, got, want)
		}
	}
}

package access

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEstimateLinksFindsEveryNeighbour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.Float64Range(0, 60).Draw(t, "minutes")
		base := rapid.SampledFrom([]float64{-21, 4, 48.5, 66}).Draw(t, "latitude")
		positions := make([]Position, rapid.IntRange(1, 30).Draw(t, "places"))
		for k := range positions {
			positions[k] = Position{
				Lat: base + rapid.Float64Range(-0.6, 0.6).Draw(t, "lat"),
				Lon: rapid.Float64Range(-1, 1).Draw(t, "lon"),
			}
		}
		links, err := EstimateLinks(positions, positions, nil, minutes)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range positions {
			for j, b := range positions {
				want := EstimateMinutes(CrowKm(a, b))
				if i == j {
					want = 0
				}
				got, found := links.CostOf(i, j)
				if found != (want <= minutes) && math.Abs(want-minutes) > 1e-9 {
					t.Fatalf("pair %d-%d at %v minutes of %v: found %v", i, j, want, minutes, found)
				}
				if found && !near(got, want) {
					t.Fatalf("pair %d-%d: got %v minutes, want %v", i, j, got, want)
				}
			}
		}
	})
}

func TestKnownDistance(t *testing.T) {
	paris, melun := Position{48.8566, 2.3522}, Position{48.5397, 2.6608}
	if km := CrowKm(paris, melun); math.Abs(km-41.9) > 0.3 {
		t.Errorf("Paris to Melun: %v km", km)
	}
	if minutes := EstimateMinutes(10); math.Abs(minutes-(1.44+1.062*math.Pow(10, 1.019))) > 1e-12 {
		t.Errorf("10 km: %v minutes", minutes)
	}
}

func TestSupplyClampsKnownActivityAndFiltersAges(t *testing.T) {
	unknown := math.NaN()
	doctors := []Doctor{
		{Place: 0, Consultations: 1000, Age: 50},
		{Place: 0, Consultations: 9000, Age: 64},
		{Place: 0, Consultations: unknown, FTE: 0.5, Age: 70},
		{Place: 1, Consultations: 4000},
		{Place: 1, Consultations: unknown, FTE: 1, Age: 61},
	}
	want := map[int][]float64{
		0:  {3600 + 6000 + 2700, 4000 + 5400},
		65: {3600 + 6000, 4000 + 5400},
		62: {3600, 4000 + 5400},
		60: {3600, 4000},
	}
	for age, values := range want {
		got, err := SupplyOf(doctors, 2, GPSupply(age))
		if err != nil || !slices.Equal(got, values) {
			t.Errorf("up to %d: got %v (%v), want %v", age, got, err, values)
		}
	}
	if _, err := SupplyOf([]Doctor{{Place: 2}}, 2, GPSupply(0)); err == nil {
		t.Error("a doctor outside the territory was accepted")
	}
}

func TestStandardisedPopulationKeepsTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(t, "places")
		totals, bands := make([]float64, n), make([][]float64, n)
		for i := range n {
			totals[i] = float64(rapid.IntRange(0, 1000).Draw(t, "people"))
			if rapid.Bool().Draw(t, "known") {
				for range 3 {
					bands[i] = append(bands[i], float64(rapid.IntRange(0, 300).Draw(t, "band")))
				}
			}
		}
		got, err := Standardise(totals, bands, []float64{0.7, 0.9, 1.8})
		if err != nil {
			t.Fatal(err)
		}
		if !near(sum(got.People), sum(totals)) {
			t.Fatalf("total %v became %v", sum(totals), sum(got.People))
		}
	})
}

func TestZonesOf2017(t *testing.T) {
	rule, found := RuleOn(ZoningRules(), time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	if !found {
		t.Fatal("no rule in 2022")
	}
	if _, before := RuleOn(ZoningRules(), time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)); before {
		t.Error("a rule was in force before 2017")
	}
	got := rule.Propose(ZoningInput{
		Value:      []float64{2.5, 2.6, 3, 4, 4.01, 0, 3.5},
		Population: []float64{100, 50, 200, 10, 10, 10, 70},
		QPV:        []bool{false, false, false, false, false, true, false},
		Ceilings:   Ceilings{ZIP: map[int]float64{0: 160}, ZAC: map[int]float64{0: 100}},
	})
	// 2.6 fits in ZIP beside the 100 of the rule; 3 fits nowhere; 3.5 fits in ZAC; 4 still fits in ZIP's last ten.
	want := []Zone{ZIP, ZIP, Outside, ZIP, Outside, QPV, ZAC}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

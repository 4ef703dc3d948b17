package synthetic

import (
	"slices"
	"testing"

	"maillage/internal/access"
)

func TestTerritoryHasItsShapeAndIsAlwaysTheSame(t *testing.T) {
	first, err := Make(Region, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := first.Links.Pairs(); got != Region.Pairs || len(first.Supply) != Region.Sites || len(first.Population) != Region.Communes {
		t.Fatalf("%d pairs, %d sites, %d communes", got, len(first.Supply), len(first.Population))
	}
	if longest := slices.Max(first.Links.Cost); longest > Region.Minutes || longest < Region.Minutes-0.01 {
		t.Errorf("the longest link takes %v minutes", longest)
	}
	second, err := Make(Region, 1)
	if err != nil || !slices.Equal(first.Supply, second.Supply) || !slices.Equal(first.Links.Cost, second.Links.Cost) {
		t.Errorf("the same numbers gave another territory (%v)", err)
	}
	decay, err := access.ParseDecay("drees2015")
	if err != nil {
		t.Fatal(err)
	}
	model, err := access.NewModel(first.Links, decay, first.Population, first.Supply)
	if err != nil {
		t.Fatal(err)
	}
	ind, err := access.Measure(model.Value, first.Population, access.IndicatorOptions{Tau: 2.5})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("mean %.2f, tenths %.2f, below 2.5: %.3f", ind.Mean, ind.DecileMeans, ind.FGT0)
	if ind.Mean < 3 || ind.Mean > 3.6 || ind.FGT0 < 0.05 || ind.FGT0 > 0.6 {
		t.Errorf("mean %v and %v below 2.5 are not like France", ind.Mean, ind.FGT0)
	}
}

// HiGHS proves these optima, in 18 s and 278 s.
func TestHeadcountComesNearTheOptimum(t *testing.T) {
	region, err := Make(Region, 1)
	if err != nil {
		t.Fatal(err)
	}
	decay, err := access.ParseDecay("drees2015")
	if err != nil {
		t.Fatal(err)
	}
	model, err := access.NewModel(region.Links, decay, region.Population, region.Supply)
	if err != nil {
		t.Fatal(err)
	}
	for n, optimum := range map[int]float64{5: 63242, 10: 110150} {
		plan, err := model.Place(access.Request{Objective: access.Headcount, N: n, Tau: 2.5, Unit: 5400})
		if err != nil {
			t.Fatal(err)
		}
		if plan.Value < 0.95*optimum || plan.Value > optimum || plan.Bound < optimum {
			t.Errorf("%d doctors lift %v people, bound %v; the optimum is %v", n, plan.Value, plan.Bound, optimum)
		}
	}
}

func TestShortfallIsCertifiedWithinThreePercent(t *testing.T) {
	for seed := uint64(1); seed < 4; seed++ {
		region, err := Make(Region, seed)
		if err != nil {
			t.Fatal(err)
		}
		decay, err := access.ParseDecay("drees2015")
		if err != nil {
			t.Fatal(err)
		}
		model, err := access.NewModel(region.Links, decay, region.Population, region.Supply)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := model.Place(access.Request{Objective: access.Shortfall, N: 50, Tau: 2.5, Unit: 5400})
		if err != nil {
			t.Fatal(err)
		}
		if plan.AtLeast < 0.97 {
			t.Errorf("seed %d: certified %v", seed, plan.AtLeast)
		}
	}
}

package access

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestPlacementsAreNearTheBestList holds the lists of each objective against the best of all lists, over worlds that
// are always the same: no bound promises how near a single list comes, so the share is asserted over many of them.
func TestPlacementsAreNearTheBestList(t *testing.T) {
	const worlds = 5000
	for _, objective := range Objectives() {
		t.Run(string(objective), func(t *testing.T) {
			share := rapid.Custom(func(t *rapid.T) float64 { return shareOfBest(t, objective) })
			total, lowest, counted := 0.0, 1.0, 0
			for seed := range worlds {
				s := share.Example(seed + 1)
				if math.IsNaN(s) {
					continue
				}
				total, lowest, counted = total+s, min(lowest, s), counted+1
			}
			t.Logf("%d worlds: on average %.2f %% of the best list's gain, at least %.1f %%", counted, 100*total/float64(counted), 100*lowest)
			if counted < 300 || total < 0.999*float64(counted) {
				t.Errorf("%d worlds: on average %.2f %%, at least %.1f %%", counted, 100*total/float64(counted), 100*lowest)
			}
		})
	}
}

// shareOfBest is the share of the best list's gain that the plan of a drawn world reaches, NaN where there is nothing
// to gain or the limits contradict each other.
func shareOfBest(t *rapid.T, objective Objective) float64 {
	w := drawWorld(t)
	m := w.model(t)
	r := drawRequest(t, objective, len(w.supply))
	if r.Ranking == Nested {
		return math.NaN()
	}
	plan, measure, lower, err := planned(w, m, &r)
	if err != nil {
		return math.NaN()
	}
	best := bestOf(&r, len(w.supply), measure, lower)
	if possible := math.Abs(best - plan.Before); possible > 1e-7*(1+math.Abs(best)) {
		return math.Abs(plan.After-plan.Before) / possible
	}
	return math.NaN()
}

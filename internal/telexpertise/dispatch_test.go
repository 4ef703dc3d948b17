package telexpertise

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func far(a, b string) float64 {
	at := map[string]float64{"77": 0, "94": 30, "93": 45}
	return max(at[a]-at[b], at[b]-at[a])
}

func ids(cs []Candidate) []string {
	var out []string
	for _, c := range cs {
		out = append(out, c.ID)
	}
	return out
}

func TestShareOrders(t *testing.T) {
	got := ids(Share("77", []Candidate{
		{ID: "far", Departement: "93"},
		{ID: "busy", Departement: "77", Load: 4},
		{ID: "near", Departement: "77", Load: 1},
		{ID: "full", Departement: "77", Load: 2, Capacity: 2},
		{ID: "duty", Departement: "94", OnDuty: true, Load: 9},
		{ID: "away", Departement: "77", Away: true, OnDuty: true},
	}, far))
	if want := []string{"duty", "near", "busy", "far", "full"}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestOfferEscalatesToEverybodyThenTheCoordinator(t *testing.T) {
	pool := []Candidate{{ID: "a"}, {ID: "b"}}
	offer := NextOffer(-1, nil, pool)
	seen := []Offer{offer}
	var tried []string
	for offer.Level < LevelCoordinator {
		tried = append(tried, offer.To)
		offer = NextOffer(offer.Level, tried, pool)
		seen = append(seen, offer)
	}
	want := []Offer{{0, "a"}, {1, "b"}, {2, ""}, {3, ""}}
	if !slices.Equal(seen, want) {
		t.Fatalf("got %v, want %v", seen, want)
	}
	if alone := NextOffer(0, []string{"a"}, pool[:1]); alone != (Offer{Level: LevelAll}) {
		t.Fatalf("with one expert: %v", alone)
	}
	if nobody := NextOffer(-1, nil, nil); nobody != (Offer{Level: LevelCoordinator}) {
		t.Fatalf("with nobody: %v", nobody)
	}
}

func TestSharingDoesNotDependOnTheOrderOfCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "n")
		pool := make([]Candidate, n)
		for i := range pool {
			pool[i] = Candidate{ID: string(rune('a' + i)), Departement: rapid.SampledFrom([]string{"77", "93", "94"}).Draw(t, "d"),
				OnDuty: rapid.Bool().Draw(t, "duty"), Away: rapid.Bool().Draw(t, "away"), Load: rapid.IntRange(0, 5).Draw(t, "load"), Capacity: rapid.IntRange(0, 3).Draw(t, "cap")}
		}
		a := Share("93", pool, far)
		b := Share("93", rapid.Permutation(pool).Draw(t, "shuffled"), far)
		if !slices.Equal(a, b) {
			t.Fatalf("%v and %v", a, b)
		}
		for _, c := range a {
			if c.Away {
				t.Fatalf("%s is away", c.ID)
			}
		}
	})
}

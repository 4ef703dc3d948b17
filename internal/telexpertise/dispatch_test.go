package telexpertise

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/platform/i18n"
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

func TestShareByLoadLooksAtWorkBeforeDistance(t *testing.T) {
	got := ids(ShareByLoad("77", []Candidate{
		{ID: "near", Departement: "77", Load: 1, Recent: 6}, {ID: "far", Departement: "93", Recent: 2}, {ID: "idle", Departement: "77", Idle: true},
	}, far))
	if want := []string{"far", "near", "idle"}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// escalation follows an offer nobody takes, as "level: who joins".
func escalation(pool []Candidate, wide int) []string {
	level, tried, seen := -1, []string(nil), []string(nil)
	for level < LevelCoordinator {
		o := NextOffer(level, tried, pool, wide)
		level, tried = o.Level, append(tried, o.To...)
		seen = append(seen, fmt.Sprint(o.Level, o.To))
	}
	return seen
}

func TestOffersWidenToEverybodyThenTheCoordinator(t *testing.T) {
	pool := []Candidate{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	for wide, want := range map[int][]string{
		1:        {"0 [a]", "1 [b]", "2 []", "3 []"},
		3:        {"0 [a b c]", "1 [d]", "2 []", "3 []"},
		4:        {"0 [a b c d]", "2 []", "3 []"},
		Everyone: {"2 []", "3 []"},
	} {
		if got := escalation(pool, wide); !slices.Equal(got, want) {
			t.Errorf("%d at once: got %v, want %v", wide, got, want)
		}
	}
	var crowd []Candidate
	for i := range 3 * Crowd {
		crowd = append(crowd, Candidate{ID: fmt.Sprint(i)})
	}
	if got := escalation(crowd[:Crowd], Everyone); !slices.Equal(got, []string{"2 []", "3 []"}) {
		t.Errorf("a pool of %d asked at once: %v", Crowd, got)
	}
	if got, want := escalation(crowd, Everyone), []string{fmt.Sprint(0, ids(crowd[:Crowd])), fmt.Sprint(1, ids(crowd[Crowd:2*Crowd])), "2 []", "3 []"}; !slices.Equal(got, want) {
		t.Errorf("a large pool asked at once: got %v, want %v", got, want)
	}
	if got := escalation(pool[:1], 1); !slices.Equal(got, []string{"0 [a]", "2 []", "3 []"}) {
		t.Errorf("with one expert: %v", got)
	}
	if got := escalation(nil, 1); !slices.Equal(got, []string{"3 []"}) {
		t.Errorf("with nobody: %v", got)
	}
}

// TestNothingSleepsThroughARest: in the last working hours before a weekend, a holiday or both, an offer goes to everybody.
func TestNothingSleepsThroughARest(t *testing.T) {
	paris := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, i18n.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	s := Recommended()
	for at, wide := range map[string]int{
		"2026-03-06 14:59": 3,        // a Friday, four hours and a minute before the weekend
		"2026-03-06 15:00": Everyone, //
		"2026-03-05 16:00": 3,        // a Thursday
		"2026-04-30 15:30": Everyone, // the day before 1 May, a Friday
		"2026-05-13 17:00": Everyone, // the day before the Ascension
		"2026-03-07 10:00": 3,        // in the rest itself: the next one is a week away
	} {
		if got := s.wide(P2, paris(at)); got != wide {
			t.Errorf("%s: %d at once, want %d", at, got, wide)
		}
	}
	for at, ends := range map[string]string{
		"2026-03-06 14:00": "2026-03-06 15:00", // the last call, not two working hours later
		"2026-03-05 18:00": "2026-03-06 09:00", // two working hours
		"2026-03-28 12:00": "2026-03-30 10:00", // a Saturday: Monday, the clocks having gone forward
		"2026-10-23 10:00": "2026-10-23 12:00",
	} {
		if got := s.OfferEnds(P2, LevelFirst, paris(at)); !got.Equal(paris(ends)) {
			t.Errorf("offered %s: until %s, want %s", at, got.In(i18n.Paris), ends)
		}
	}
	if got := DefaultSettings().OfferEnds(P2, LevelFirst, paris("2026-03-06 14:00")); !got.Equal(paris("2026-03-09 11:00")) {
		t.Errorf("by default, 8 working hours: %s", got.In(i18n.Paris))
	}
}

func TestIdleCountsWorkingDays(t *testing.T) {
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, i18n.Paris)
	for days, want := range map[int]bool{0: false, 2: false, 4: true} {
		if got := Idle(monday, monday.AddDate(0, 0, days).Add(9*time.Hour)); got != want {
			t.Errorf("%d days later: %v", days, got)
		}
	}
	if Idle(monday.AddDate(0, 0, 4), monday.AddDate(0, 0, 7).Add(12*time.Hour)) {
		t.Error("Friday to Monday is no absence")
	}
	if Idle(time.Time{}, monday) {
		t.Error("who never had a list to open is not idle")
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

package reports

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/sheets"
)

var ctx = context.Background()

// world hands over what a test says happened.
type world struct {
	facts    []Fact
	versions map[clock.Day]float64 // mean access from a day
	asked    int                   // readings of tele-expertise
}

func (w *world) Facts(context.Context, string, clock.Day, clock.Day) ([]Fact, error) {
	return w.facts, nil
}

func (w *world) Started(context.Context, string, clock.Day, clock.Day) ([]Site, error) {
	return []Site{{Commune: "91286", Departement: "91", FTE: 0.5}}, nil
}

func (w *world) Access(_ context.Context, _ string, on clock.Day) (Picture, error) {
	p := Picture{Demo: true, Of: map[string]Access{}}
	for from := range w.versions {
		if from <= on && from > p.From {
			p.From = from
		}
	}
	p.All = Access{Population: 100, Mean: w.versions[p.From], Below: 0.25}
	p.Of["75"], p.Of["91"] = p.All, p.All
	return p, nil
}

func (w *world) Gain(_ context.Context, _ string, _ clock.Day, sites []Site) (Gain, error) {
	return Gain{All: sites[0].FTE, Of: map[string]float64{"91": 1}, Lifted: 40}, nil
}

func (w *world) Quarters(context.Context, int) ([]Quarter, error) {
	w.asked++
	return []Quarter{{Name: "2025-T1", Hidden: true}, {Name: "2025-T2", Cases: 12, Answer: 6 * time.Hour, Visit: 36 * time.Hour}}, nil
}

func (w *world) open() *Service {
	return New(clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), Sources{Region: "11", Departements: []Departement{{"75", "Paris"}, {"91", "Essonne"}, {"93", "Seine-Saint-Denis"}, {"94", "Val-de-Marne"}},
		Territory: w, Sites: w, Delays: w, Facts: []Facts{w}})
}

func officer(departement string) accounts.Actor {
	return accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: departement}}}
}

// of gives a column of a table, by the title in French.
func of(t *testing.T, r *Report, table, column string) []any {
	t.Helper()
	part, ok := r.Table(table)
	at := slices.IndexFunc(part.Columns, func(c sheets.Column) bool { return c.Title.FR == column })
	if !ok || at < 0 {
		t.Fatalf("no column %s of %s", column, table)
	}
	var all []any
	for _, row := range part.Rows {
		if len(row) != len(part.Columns) {
			t.Fatalf("a row of %s has %d cells for %d columns", table, len(row), len(part.Columns))
		}
		all = append(all, row[at])
	}
	return all
}

// Who does not manage the territory reads no small count of people, nor what would give it back; money and structures are public.
func TestSmallCountsAreForTheTerritory(t *testing.T) {
	w := &world{versions: map[clock.Day]float64{"2024-01-01": 3, "2026-01-01": 2.9}, facts: []Fact{
		{Recruits, "75", 2}, {Recruits, "91", 7}, {Recruits, "93", 8}, {Recruits, "94", 9}, {Recruits, "94", 1}, {Decided, "75", 1_000_00}, {MSP, "75", 1}}}
	s := w.open()
	for _, x := range []struct {
		actor  accounts.Actor
		public bool
		want   []any
	}{
		{accounts.Actor{}, false, []any{Hidden{}, Hidden{}, Hidden{}, int64(10), int64(27)}},
		{officer(""), false, []any{int64(2), int64(7), int64(8), int64(10), int64(27)}},
		{officer(""), true, []any{Hidden{}, Hidden{}, Hidden{}, int64(10), int64(27)}},
		{officer("75"), false, []any{int64(2), Hidden{}, Hidden{}, int64(10), int64(27)}},
	} {
		r, err := s.Year(ctx, x.actor, 2025, x.public)
		if err != nil {
			t.Fatal(err)
		}
		if got := of(t, r, "offre", "Généralistes recrutés"); !slices.Equal(got, x.want) {
			t.Errorf("%+v, public %v: %v, want %v", x.actor.Grants, x.public, got, x.want)
		}
		if got := of(t, r, "argent", "Décidé"); got[0] != int64(1_000_00) || got[4] != int64(1_000_00) {
			t.Errorf("money: %v", got)
		}
		if gain := of(t, r, "acces", "Gain estimé des postes"); (gain[1] == Hidden{}) != (x.want[1] == Hidden{}) {
			t.Errorf("the gain gives the posts away: %v", gain)
		}
	}
	if w.asked != 1 {
		t.Errorf("tele-expertise was read %d times in a day", w.asked)
	}
}

// No hidden count is found by subtraction: whenever one is hidden, those hidden together could be shared out in several ways.
func TestNothingComesBackBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 30), 1, 12).Draw(t, "counts")
		hide := hidden(counts)
		hid, sum := 0, int64(0)
		for i, n := range counts {
			if n > 0 && n < smallest && !hide[i] {
				t.Fatalf("a small count is shown: %v %v", counts, hide)
			}
			if hide[i] {
				hid, sum = hid+1, sum+n
			}
		}
		if hid == 1 && len(counts) > 1 {
			t.Fatalf("one count alone is hidden: %v", counts)
		}
	})
}

// Access is compared between two versions, named; within one there is nothing to compare.
func TestAccessIsComparedBetweenVersions(t *testing.T) {
	s := (&world{versions: map[clock.Day]float64{"2024-01-01": 3, "2026-01-01": 2.9}}).open()
	r, err := s.Year(ctx, officer(""), 2025, false)
	if err != nil {
		t.Fatal(err)
	}
	change := of(t, r, "acces", "Évolution")
	if x, ok := change[4].(float64); !ok || math.Abs(x+0.1) > 1e-9 {
		t.Errorf("change: %v", change)
	}
	if r.Running || r.Public || s.Last() != 2025 || r.Years[0] != 2026 || r.Years[len(r.Years)-1] != FirstYear {
		t.Errorf("%+v", r)
	}
	now, err := s.Year(ctx, accounts.Actor{}, 2026, false)
	if err != nil {
		t.Fatal(err)
	}
	if change := of(t, now, "acces", "Évolution"); change[4] != nil || !now.Running || !now.Public || now.To != "2026-11-26" {
		t.Errorf("the running year: %v, %+v", change, now)
	}
	for _, year := range []int{FirstYear - 1, 2027} {
		if _, err := s.Year(ctx, officer(""), year, false); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%d: %v", year, err)
		}
	}
}

// What tele-expertise hides stays hidden, from officers too.
func TestDelaysAreThosePublished(t *testing.T) {
	r, err := (&world{versions: map[clock.Day]float64{"2024-01-01": 3}}).open().Year(ctx, officer(""), 2025, false)
	if err != nil {
		t.Fatal(err)
	}
	if cases := of(t, r, "telexpertise", "Demandes"); cases[0] != (Hidden{}) || cases[1] != 12 {
		t.Errorf("%v", cases)
	}
	if visit := of(t, r, "telexpertise", "Demande → consultation (jours)"); visit[0] != nil || visit[1] != 1.5 {
		t.Errorf("%v", visit)
	}
}

package telexpertise

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNoHiddenCountIsFoundBySubtraction groups every small row by what is published of it, its sum included: a hidden count must be
// compatible with at least two values.
func TestNoHiddenCountIsFoundBySubtraction(t *testing.T) {
	const most = 13
	possible := map[string][]map[int]bool{}
	for a := range most {
		for b := range most {
			for c := range most {
				counts := []int{a, b, c}
				shown := Suppress(counts)
				key := fmt.Sprint(shown, a+b+c)
				if possible[key] == nil {
					possible[key] = []map[int]bool{{}, {}, {}}
				}
				for i, n := range counts {
					if n < smallest && !shown[i].Hidden {
						t.Fatalf("%v shows %d", counts, n)
					}
					possible[key][i][n] = true
				}
			}
		}
	}
	alone := 0
	for a := range most {
		for b := range most {
			for c := range most {
				shown := Suppress([]int{a, b, c})
				key := fmt.Sprint(shown, a+b+c)
				if a+b+c == 0 {
					continue // nobody asked: there is nothing to protect
				}
				for i := range shown {
					if shown[i].Hidden && len(possible[key][i]) < 2 {
						alone++
						if alone < 10 {
							t.Errorf("%v of sum %d: count %d can only be %v", shown, a+b+c, i, possible[key][i])
						}
					}
				}
			}
		}
	}
}

// TestTheAgencysTablesGiveNoSmallCountBack draws quarters at random: no line under six is shown, no line is missing because it counts
// nobody, and the count of cancers never stands beside a hidden cancer.
func TestTheAgencysTablesGiveNoSmallCountBack(t *testing.T) {
	from, _ := Quarter{2026, 1}.bounds()
	at := from.Add(24 * time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		var cases []Case
		for range rapid.IntRange(0, 60).Draw(t, "cases") {
			usable := rapid.Bool().Draw(t, "usable")
			cases = append(cases, Case{SubmittedAt: &at, PhotosUsable: &usable, QPV: rapid.Bool().Draw(t, "qpv"), Zone: rapid.SampledFrom(zoneCodes).Draw(t, "zone"),
				Outcome: Outcome(rapid.SampledFrom(outcomeCodes).Draw(t, "outcome")), Disposition: Disposition(rapid.SampledFrom(dispositionCodes).Draw(t, "disposition")),
				Urgency: rapid.SampledFrom(Urgencies).Draw(t, "urgency"), Departement: rapid.SampledFrom([]string{"77", "93", "94"}).Draw(t, "departement")})
		}
		f := compute(cases, nil, Quarter{2026, 1}, true)
		for _, table := range []struct {
			lines []Line
			every []string
		}{{f.Outcomes, outcomeCodes}, {f.Dispositions, dispositionCodes}, {f.Zones, zoneCodes}, {f.Priority, priorityCodes}, {f.Urgencies, urgencyCodes}} {
			var codes []string
			hidden := 0
			for _, l := range table.lines {
				codes = append(codes, l.Code)
				if l.Count.Hidden {
					hidden++
				}
				if !l.Count.Hidden && l.Count.N < smallest || l.Count.Hidden && l.Answer.N > 0 || l.Answer.N > 0 && l.Answer.N < smallest {
					t.Fatalf("shown: %+v", l)
				}
			}
			if !slices.Equal(codes, table.every) || hidden == 1 {
				t.Fatalf("%d hidden among %v, want the lines %v", hidden, codes, table.every)
			}
		}
		cancerHidden := slices.ContainsFunc(f.Outcomes, func(l Line) bool { return Outcome(l.Code).Cancer() && l.Count.Hidden })
		if cancerHidden && !f.Cancers.Hidden || !f.Cancers.Hidden && f.Cancers.N < smallest {
			t.Fatalf("cancers %+v beside %+v", f.Cancers, f.Outcomes)
		}
	})
}

// TestTheGridSaysNoMoreThanItsQuarters: each column of the grid is the table of its quarter, and pools that read little hide with others.
func TestTheGridSaysNoMoreThanItsQuarters(t *testing.T) {
	quarters := []Quarter{{2026, 2}, {2026, 1}, {2025, 4}}
	rapid.Check(t, func(t *rapid.T) {
		var cases []Case
		var pairs []pair
		for i := range rapid.IntRange(1, 60).Draw(t, "cases") {
			from, _ := rapid.SampledFrom(quarters).Draw(t, "quarter").bounds()
			sent := from.Add(24 * time.Hour)
			answered := sent.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "hours")) * time.Hour)
			c := Case{ID: fmt.Sprint(i), SubmittedAt: &sent, AnsweredAt: &answered, PoolID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "pool"),
				Departement: rapid.SampledFrom([]string{"77", "93", "94"}).Draw(t, "departement")}
			cases = append(cases, c)
			if rapid.Bool().Draw(t, "second") {
				pairs = append(pairs, pair{c.ID, rapid.SampledFrom([]Disposition{D1, D3}).Draw(t, "first"), rapid.SampledFrom([]Disposition{D1, D3}).Draw(t, "other")})
			}
		}
		for _, suppressed := range []bool{true, false} {
			rows := grid(cases, quarters, suppressed)
			for i, q := range slices.Backward(quarters) {
				table := compute(cases, pairs, q, suppressed).Departements
				for _, area := range rows {
					cell := area.Cells[len(quarters)-1-i]
					at := slices.IndexFunc(table, func(l Line) bool { return l.Code == area.Code })
					if cell.Quarter != q || at < 0 && (suppressed || cell.Count.N > 0) || at >= 0 && (cell.Count != table[at].Count || cell.Steps[1] != table[at].Answer) {
						t.Fatalf("%s %s: %+v beside %+v", area.Code, q, cell, table)
					}
				}
			}
		}
		hidden := 0
		for _, a := range agreements(within(cases, quarters[0]), pairs, poolsOf(cases), true) {
			if a.Readings.Hidden {
				hidden++
			}
			if a.Readings.Hidden && !math.IsNaN(a.Kappa) || !a.Readings.Hidden && a.Readings.N < smallest {
				t.Fatalf("shown: %+v", a)
			}
		}
		if hidden == 1 && len(poolsOf(cases)) > 1 {
			t.Fatal("one hidden pool is given back by the sum")
		}
	})
}

func TestKappa(t *testing.T) {
	var pairs [][2]string
	for class, n := range map[[2]string]int{{"a", "a"}: 20, {"a", "b"}: 5, {"b", "a"}: 10, {"b", "b"}: 15} {
		for range n {
			pairs = append(pairs, class)
		}
	}
	if got := Kappa(pairs); math.Abs(got-0.4) > 1e-9 { // the textbook's example
		t.Errorf("κ = %v", got)
	}
	if !math.IsNaN(Kappa(nil)) || !math.IsNaN(Kappa([][2]string{{"a", "a"}})) {
		t.Error("no agreement can be measured where nothing varies")
	}
}

func TestIntervals(t *testing.T) {
	var all []time.Duration
	for i := 10; i >= 1; i-- {
		all = append(all, time.Duration(i)*time.Hour)
	}
	if got := interval(all); got.Median != 5*time.Hour || got.P90 != 9*time.Hour || got.N != 10 {
		t.Errorf("%+v", got)
	}
}

package telexpertise

import (
	"context"
	"fmt"
	"slices"
)

// Cell is one département in one quarter.
type Cell struct {
	Quarter Quarter
	Count   Count
	Steps   []Interval // in the order of Steps; N 0 when hidden or none
}

// Area is a département over the quarters, oldest first.
type Area struct {
	Code  string
	Cells []Cell
}

// Agreement is what second readings of one pool say.
type Agreement struct {
	Pool     string
	Readings Count
	Kappa    float64 // NaN when too few
}

// grid gives each step by département and quarter. Each quarter is hidden as its own table is, so that the grid says nothing that those
// do not: no sum over quarters is published.
func grid(cases []Case, quarters []Quarter, suppressed bool) []Area {
	every := departementsOf(cases)
	rows := make([]Area, len(every))
	for _, q := range slices.Backward(quarters) {
		in := within(cases, q)
		for i, l := range lines(in, suppressed, func(c *Case) string { return c.Departement }, every...) {
			at := i
			if !suppressed {
				at = slices.Index(every, l.Code) // lines without a case are left out
			}
			cell := Cell{Quarter: q, Count: l.Count, Steps: make([]Interval, len(Steps))}
			if !l.Count.Hidden {
				of := slices.DeleteFunc(slices.Clone(in), func(c *Case) bool { return c.Departement != l.Code })
				for k, step := range Steps {
					cell.Steps[k] = enough(step.measure(of), suppressed)
				}
			}
			rows[at].Cells = append(rows[at].Cells, cell)
		}
		for i, code := range every {
			rows[i].Code = code
			if n := len(rows[i].Cells); n == 0 || rows[i].Cells[n-1].Quarter != q {
				rows[i].Cells = append(rows[i].Cells, Cell{Quarter: q, Steps: make([]Interval, len(Steps))})
			}
		}
	}
	return rows
}

// within are the cases sent in a quarter.
func within(cases []Case, q Quarter) []*Case {
	from, to := q.bounds()
	var in []*Case
	for i := range cases {
		if at := cases[i].SubmittedAt; !at.Before(from) && at.Before(to) {
			in = append(in, &cases[i])
		}
	}
	return in
}

// agreements splits the second readings of a quarter by pool, in the order of their identifiers; small ones are hidden with others, as in
// any table whose sum is known.
func agreements(in []*Case, pairs []pair, pools []string, suppressed bool) []Agreement {
	of := map[string]string{}
	for _, c := range in {
		of[c.ID] = c.PoolID
	}
	both := map[string][][2]string{}
	for _, p := range pairs {
		if pool, known := of[p.CaseID]; known {
			both[pool] = append(both[pool], [2]string{urgencyOf(p.First), urgencyOf(p.Second)})
		}
	}
	counts := make([]int, len(pools))
	for i, pool := range pools {
		counts[i] = len(both[pool])
	}
	shown := shownCounts(counts, suppressed)
	var all []Agreement
	for i, pool := range pools {
		a := Agreement{Pool: pool, Readings: shown[i], Kappa: Kappa(nil)}
		if !a.Readings.Hidden {
			a.Kappa = Kappa(both[pool])
		}
		all = append(all, a)
	}
	return all
}

// poolsOf lists the pools to which cases ever came: the same lines in every quarter.
func poolsOf(cases []Case) []string {
	var all []string
	for i := range cases {
		if !slices.Contains(all, cases[i].PoolID) {
			all = append(all, cases[i].PoolID)
		}
	}
	slices.Sort(all)
	return all
}

// nameAgreements puts the names of pools where their identifiers stood.
func (s *Service) nameAgreements(ctx context.Context, all []Agreement) error {
	for i := range all {
		if err := s.db.GetContext(ctx, &all[i].Pool, "SELECT name FROM telex_pool WHERE id = $1", all[i].Pool); err != nil {
			return fmt.Errorf("name a pool: %w", err)
		}
	}
	return nil
}

package access

import (
	"errors"
	"fmt"
	"slices"
)

// Cover is the answer to "how few sites reach everybody?" (location set covering, Toregas et al. 1971).
type Cover struct {
	// Sites, the most useful first.
	Sites []int
	// AtLeast is a number of sites that no cover can go under; the cover is optimal when it equals len(Sites).
	AtLeast int
	// Unreachable counts inhabited places that no site reaches; they are left out.
	Unreachable int
}

// coverNodes limits the exact search; beyond it the best cover found stands, with its bound.
const coverNodes = 200_000

// CoverAll finds the fewest sites such that every place of positive weight has one within the radius.
func (l *Links) CoverAll(weights []float64, radius float64) (*Cover, error) {
	if len(weights) != l.Demands {
		return nil, fmt.Errorf("cover: %d weights for %d places", len(weights), l.Demands)
	}
	r := &Request{N: 1, Radius: radius}
	f := l.coverField(weights, r)
	cover := &Cover{}
	left := slices.Clone(f.need)
	for row := range left {
		if f.rowStart[row] == f.rowStart[row+1] {
			cover.Unreachable++
			left[row] = 0
		}
	}
	if len(f.sites) == 0 || slices.Max(append(left, 0)) == 0 {
		return cover, nil
	}
	count := *f
	count.value = slices.Repeat([]float64{1}, len(f.value))
	free := limits{budget: len(f.sites), caps: slices.Repeat([]int{1}, len(f.sites))}
	greedy := count.greedy(free.tally(), slices.Clone(left))
	search := &coverSearch{f: f, best: len(greedy), nodes: coverNodes, blocked: make([]int, len(left)), needed: make([]bool, len(left))}
	for _, p := range greedy {
		search.found = append(search.found, p.Site)
	}
	for row := range left {
		search.needed[row] = left[row] > 0
	}
	cover.AtLeast = search.packing()
	search.descend(nil)
	if search.nodes > 0 {
		cover.AtLeast = search.best
	}
	chosen := limits{caps: make([]int, len(f.sites)), budget: len(search.found)}
	for _, s := range search.found {
		chosen.caps[s] = 1
	}
	for _, p := range count.greedy(chosen.tally(), slices.Clone(left)) {
		cover.Sites = append(cover.Sites, f.sites[p.Site])
	}
	if len(cover.Sites) < cover.AtLeast {
		return nil, errors.New("cover: the bound contradicts the cover found")
	}
	return cover, nil
}

// coverSearch goes through covers depth first: it takes the needed row with the fewest sites, and tries each of them.
type coverSearch struct {
	f       *field
	needed  []bool
	blocked []int // scratch of packing: the last call that took a row
	calls   int
	found   []int
	best    int
	nodes   int
}

// packing counts needed rows of which no two share a site: each takes a site of its own, so it bounds what is still to open.
func (s *coverSearch) packing() int {
	s.calls++
	var rows []int
	for row, needed := range s.needed {
		if needed {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return s.degree(a) - s.degree(b) })
	count := 0
	for _, row := range rows {
		if s.blocked[row] == s.calls {
			continue
		}
		count++
		sites, _ := s.f.row(row)
		for _, site := range sites {
			others, _ := s.f.column(int(site))
			for _, other := range others {
				s.blocked[other] = s.calls
			}
		}
	}
	return count
}

func (s *coverSearch) degree(row int) int { return int(s.f.rowStart[row+1] - s.f.rowStart[row]) }

func (s *coverSearch) descend(open []int) {
	if s.nodes--; s.nodes <= 0 {
		return
	}
	hardest := -1
	for row, needed := range s.needed {
		if needed && (hardest < 0 || s.degree(row) < s.degree(hardest)) {
			hardest = row
		}
	}
	if hardest < 0 {
		s.best, s.found = len(open), slices.Clone(open)
		return
	}
	if len(open)+s.packing() >= s.best {
		return
	}
	sites, _ := s.f.row(hardest)
	for _, site := range sites {
		var met []uint32
		rows, _ := s.f.column(int(site))
		for _, row := range rows {
			if s.needed[row] {
				s.needed[row] = false
				met = append(met, row)
			}
		}
		s.descend(append(open, int(site)))
		for _, row := range met {
			s.needed[row] = true
		}
	}
}

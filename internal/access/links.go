package access

import (
	"fmt"
	"slices"
)

// Links holds the travel costs between demand places (rows) and supply places, in compressed rows: what row i reaches lies at
// Start[i]..Start[i+1] in Dest and Cost, sorted by destination. Pairs that are absent are out of reach.
type Links struct {
	Demands, Supplies int
	Start             []uint32
	Dest              []uint32
	Cost              []float64
}

// DuplicateError says that a pair occurs twice. Position is the place of the second occurrence among all pairs, from 0.
type DuplicateError struct {
	Origin, Dest uint32
	Position     int
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("pair %d-%d is given twice", e.Origin, e.Dest)
}

// NewLinks builds the compressed rows. It refuses an index out of range, a cost that is negative or not a number, and a pair
// given twice (*DuplicateError). Where pairs come sorted, each block is emptied once copied: its memory serves what follows.
func NewLinks(demands, supplies int, blocks ...PairBlock) (*Links, error) {
	list, err := survey(demands, supplies, blocks)
	if err != nil {
		return nil, err
	}
	l := &Links{Demands: demands, Supplies: supplies, Start: make([]uint32, demands+1)}
	for _, runs := range list.runs {
		for _, run := range runs {
			l.Start[run.Origin+1] += run.Count
		}
	}
	for i := range demands {
		l.Start[i+1] += l.Start[i]
	}
	l.Dest, l.Cost = make([]uint32, list.pairs), make([]float64, list.pairs)
	if list.sorted {
		l.copyBlocks(blocks)
		return l, nil
	}
	next := slices.Clone(l.Start[:demands])
	var costs []float64
	for n, block := range blocks {
		costs = block.AppendCosts(costs[:0])
		k := 0
		for _, run := range list.runs[n] {
			at := next[run.Origin]
			next[run.Origin] += run.Count
			for range run.Count {
				l.Dest[at], l.Cost[at] = block.Dest[k], costs[k]
				at, k = at+1, k+1
			}
		}
	}
	if err := l.sortRows(); err != nil {
		err.Position = secondOccurrence(blocks, err.Origin, err.Dest)
		return nil, err
	}
	return l, nil
}

// copyBlocks lays sorted blocks end to end, on every core: the time goes into first touching the memory.
func (l *Links) copyBlocks(blocks []PairBlock) {
	begin := make([]int, len(blocks)+1)
	for k, block := range blocks {
		begin[k+1] = begin[k] + block.Pairs()
	}
	inRuns(len(blocks), l.Pairs(), 0, func(from, to int) {
		for k := from; k < to; k++ {
			copy(l.Dest[begin[k]:], blocks[k].Dest)
			blocks[k].AppendCosts(l.Cost[begin[k]:begin[k]])
			blocks[k] = PairBlock{}
		}
	})
}

func (l *Links) sortRows() *DuplicateError {
	var scratch []pairCost
	for i := range l.Demands {
		from, to := l.Start[i], l.Start[i+1]
		dest, cost := l.Dest[from:to], l.Cost[from:to]
		if !slices.IsSorted(dest) {
			scratch = sortPairs(dest, cost, scratch)
		}
		for k := 1; k < len(dest); k++ {
			if dest[k] == dest[k-1] {
				return &DuplicateError{Origin: uint32(i), Dest: dest[k]}
			}
		}
	}
	return nil
}

type pairCost struct {
	dest uint32
	cost float64
}

func sortPairs(dest []uint32, cost []float64, scratch []pairCost) []pairCost {
	scratch = scratch[:0]
	for k, d := range dest {
		scratch = append(scratch, pairCost{d, cost[k]})
	}
	slices.SortFunc(scratch, func(a, b pairCost) int { return int(a.dest) - int(b.dest) })
	for k, p := range scratch {
		dest[k], cost[k] = p.dest, p.cost
	}
	return scratch
}

// Pairs is the number of links.
func (l *Links) Pairs() int { return len(l.Dest) }

// Row gives what demand i reaches, and at which cost. The slices belong to l.
func (l *Links) Row(i int) (dest []uint32, cost []float64) {
	return l.Dest[l.Start[i]:l.Start[i+1]], l.Cost[l.Start[i]:l.Start[i+1]]
}

// CostOf is the cost between two places; found is false when they are not linked.
func (l *Links) CostOf(demand, supply int) (cost float64, found bool) {
	dest, costs := l.Row(demand)
	k, found := slices.BinarySearch(dest, uint32(supply))
	if !found {
		return 0, false
	}
	return costs[k], true
}

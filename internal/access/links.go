package access

import (
	"fmt"
	"math"
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

// PairBlock holds pairs in the order in which they were read. Origins are one per pair, or runs: what comes origin by origin takes
// less room so.
type PairBlock struct {
	Origin []uint32
	Runs   []Run
	Dest   []uint32
	Cost   []float64
}

// Run is a number of successive pairs of one origin.
type Run struct{ Origin, Count uint32 }

// Pairs is the number of pairs of the block.
func (b *PairBlock) Pairs() int { return len(b.Dest) }

// runs gives the origins as runs, whichever way they are held.
func (b *PairBlock) runs() []Run {
	if b.Origin == nil {
		return b.Runs
	}
	runs := make([]Run, 0, 16)
	for k, origin := range b.Origin {
		if k == 0 || origin != b.Origin[k-1] {
			runs = append(runs, Run{Origin: origin})
		}
		runs[len(runs)-1].Count++
	}
	return runs
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
	l := &Links{Demands: demands, Supplies: supplies, Start: make([]uint32, demands+1)}
	total, ordered, err := l.count(blocks)
	if err != nil {
		return nil, err
	}
	for i := range demands {
		l.Start[i+1] += l.Start[i]
	}
	l.Dest, l.Cost = make([]uint32, total), make([]float64, total)
	if ordered {
		l.copyBlocks(blocks)
		return l, nil
	}
	next := slices.Clone(l.Start[:demands])
	for _, block := range blocks {
		k := 0
		for _, run := range block.runs() {
			at := next[run.Origin]
			next[run.Origin] += run.Count
			for range run.Count {
				l.Dest[at], l.Cost[at] = block.Dest[k], block.Cost[k]
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
			copy(l.Cost[begin[k]:], blocks[k].Cost)
			blocks[k] = PairBlock{}
		}
	})
}

// count checks the pairs, counts them by row into Start, and tells whether they come sorted by origin then destination, none twice.
func (l *Links) count(blocks []PairBlock) (total int, ordered bool, err error) {
	ordered = true
	last := int64(-1)
	for _, block := range blocks {
		k := 0
		for _, run := range block.runs() {
			if int(run.Origin) >= l.Demands || k+int(run.Count) > len(block.Dest) {
				return 0, false, fmt.Errorf("origin %d is outside %d places, or has no destination", run.Origin, l.Demands)
			}
			l.Start[run.Origin+1] += run.Count
			for range run.Count {
				dest, cost := block.Dest[k], block.Cost[k]
				if int(dest) >= l.Supplies {
					return 0, false, fmt.Errorf("pair %d-%d is outside %d × %d places", run.Origin, dest, l.Demands, l.Supplies)
				}
				if !(cost >= 0) || math.IsInf(cost, 1) {
					return 0, false, fmt.Errorf("pair %d-%d: cost %v is not a distance", run.Origin, dest, cost)
				}
				key := int64(run.Origin)<<32 | int64(dest)
				ordered = ordered && key > last
				last = key
				k++
			}
		}
		total += k
	}
	if uint64(total) > math.MaxUint32 {
		return 0, false, fmt.Errorf("%d pairs are more than this index can hold", total)
	}
	return total, ordered, nil
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

func secondOccurrence(blocks []PairBlock, origin, dest uint32) int {
	seen, position := false, 0
	for _, block := range blocks {
		k := 0
		for _, run := range block.runs() {
			for range run.Count {
				if run.Origin == origin && block.Dest[k] == dest {
					if seen {
						return position
					}
					seen = true
				}
				position, k = position+1, k+1
			}
		}
	}
	return position
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

package access

import (
	"fmt"
	"math"
)

// PairBlock holds pairs in the order in which they were read. Origins are one per pair, or runs: what comes origin by origin takes
// less room so. Costs are as given, or packed.
type PairBlock struct {
	Origin []uint32
	Runs   []Run
	Dest   []uint32
	Cost   []float64

	packed []uint16 // costs times scale, where Pack found them to be whole
	scale  float64
}

// Run is a number of successive pairs of one origin.
type Run struct{ Origin, Count uint32 }

// Pairs is the number of pairs of the block.
func (b *PairBlock) Pairs() int { return len(b.Dest) }

// Pack sets costs in two bytes each, where all are decimals small enough for that not to lose a bit (minutes with two decimals, up to
// 655.35, are). It tells whether they were; costs is then the caller's again.
func (b *PairBlock) Pack(costs []float64) bool {
	const most = 1e6
	scale := 1.0
	for _, cost := range costs {
		for {
			scaled := cost * scale
			if !(scaled <= math.MaxUint16) {
				return false
			}
			if float64(uint16(scaled+0.5))/scale == cost {
				break
			}
			if scale *= 10; scale > most {
				return false
			}
		}
	}
	packed := make([]uint16, len(costs))
	for k, cost := range costs {
		scaled := cost * scale
		if scaled > math.MaxUint16 {
			return false
		}
		packed[k] = uint16(scaled + 0.5)
	}
	b.Cost, b.packed, b.scale = nil, packed, scale
	return true
}

// AppendCosts appends the costs of the pairs. A whole number over a power of ten is the float64 nearest to the decimal, as read.
func (b *PairBlock) AppendCosts(out []float64) []float64 {
	if b.packed == nil {
		return append(out, b.Cost...)
	}
	for _, whole := range b.packed {
		out = append(out, float64(whole)/b.scale)
	}
	return out
}

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

// check refuses pairs that are no distance between two places, and tells whether they come sorted by origin then destination, none
// twice; first and last are then the ends, first above last where there is no pair.
func (b *PairBlock) check(demands, supplies int, runs []Run) (first, last int64, sorted bool, err error) {
	sorted, first, last = true, math.MaxInt64, -1
	k := 0
	for _, run := range runs {
		if int(run.Origin) >= demands || k+int(run.Count) > len(b.Dest) {
			return 0, 0, false, fmt.Errorf("origin %d is outside %d places, or has no destination", run.Origin, demands)
		}
		for _, dest := range b.Dest[k : k+int(run.Count)] {
			if int(dest) >= supplies {
				return 0, 0, false, fmt.Errorf("pair %d-%d is outside %d × %d places", run.Origin, dest, demands, supplies)
			}
			key := int64(run.Origin)<<32 | int64(dest)
			sorted = sorted && key > last
			first, last = min(first, key), key
			if b.packed == nil {
				if cost := b.Cost[k]; !(cost >= 0) || math.IsInf(cost, 1) {
					return 0, 0, false, fmt.Errorf("pair %d-%d: cost %v is not a distance", run.Origin, dest, cost)
				}
			}
			k++
		}
	}
	return first, last, sorted, nil
}

// surveyed is what a look at blocks tells.
type surveyed struct {
	runs   [][]Run // of each block
	pairs  int
	sorted bool // by origin then destination, none twice
}

func survey(demands, supplies int, blocks []PairBlock) (surveyed, error) {
	s := surveyed{runs: make([][]Run, len(blocks)), sorted: true}
	for n := range blocks {
		s.runs[n] = blocks[n].runs()
		for _, run := range s.runs[n] {
			s.pairs += int(run.Count)
		}
	}
	type end struct {
		first, last int64
		sorted      bool
		err         error
	}
	ends := make([]end, len(blocks))
	inRuns(len(blocks), s.pairs, 0, func(from, to int) {
		for n := from; n < to; n++ {
			e := &ends[n]
			e.first, e.last, e.sorted, e.err = blocks[n].check(demands, supplies, s.runs[n])
		}
	})
	last := int64(-1)
	for _, e := range ends {
		if e.err != nil {
			return s, e.err
		}
		s.sorted = s.sorted && e.sorted && e.first > last
		last = max(last, e.last)
	}
	if uint64(s.pairs) > math.MaxUint32 {
		return s, fmt.Errorf("%d pairs are more than this index can hold", s.pairs)
	}
	return s, nil
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

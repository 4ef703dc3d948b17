package access

import "slices"

// Stream computes over pairs where they lie, as read: it holds neither links nor a catchment, which cost more than they bring when access
// is computed once. Results are those of a Catchment to the last bit: each sum adds the same products in the same lanes.
type Stream struct {
	demands, supplies int
	blocks            []PairBlock
	runs              [][]Run
	pairs             int
	mask              int                        // sums that run side by side, less one
	weight            func(cost float64) float64 // outOfReach or the weight
	weights           map[float64][]float64      // by scale, the weight of every packed cost
}

// NewStream applies a decay to pairs, which it keeps. They must come sorted by origin then destination, none twice: sorted is false when they do
// not, and NewLinks is then the way. It refuses what NewLinks refuses.
func NewStream(demands, supplies int, d Decay, blocks ...PairBlock) (stream *Stream, sorted bool, err error) {
	list, err := survey(demands, supplies, blocks)
	if err != nil || !list.sorted {
		return nil, false, err
	}
	s := &Stream{demands: demands, supplies: supplies, pairs: list.pairs, mask: 1}
	if d.Stepped() {
		s.mask = lanes - 1
	}
	for n, runs := range list.runs {
		if len(runs) > 0 {
			s.blocks, s.runs = append(s.blocks, blocks[n]), append(s.runs, runs)
		}
	}
	return s.weighted(func(cost float64) float64 {
		if w := d.Weight(cost); w > 0 {
			return w
		}
		return outOfReach
	}), true, nil
}

// outOfReach marks a pair that no sum counts. A weight whose square is too small for a float64 does count, with 0, and takes a lane.
const outOfReach = -1

// weighted is s with other weights.
func (s *Stream) weighted(weight func(cost float64) float64) *Stream {
	most := map[float64]uint16{}
	for _, b := range s.blocks {
		if len(b.packed) > 0 {
			most[b.scale] = max(most[b.scale], slices.Max(b.packed))
		}
	}
	other := *s
	other.weight, other.weights = weight, make(map[float64][]float64, len(most))
	for scale, largest := range most {
		list := make([]float64, int(largest)+1)
		for whole := range list {
			list[whole] = weight(float64(whole) / scale)
		}
		other.weights[scale] = list
	}
	return &other
}

// Compute is that of a Catchment.
func (s *Stream) Compute(method Method, population, supply []float64, workers int) (*Result, error) {
	return compute(s, method, population, supply, workers)
}

func (s *Stream) places() (demands, supplies int) { return s.demands, s.supplies }

func (s *Stream) squared() sums {
	return s.weighted(func(cost float64) float64 {
		w := s.weight(cost)
		if w == outOfReach {
			return w
		}
		return w * w
	})
}

// weigh sets the weights of pairs from..to of a block.
func (s *Stream) weigh(b *PairBlock, from, to int, out []float64) []float64 {
	out = slices.Grow(out[:0], to-from)[:to-from]
	if b.packed == nil {
		for k, cost := range b.Cost[from:to] {
			out[k] = s.weight(cost)
		}
		return out
	}
	list := s.weights[b.scale]
	for k, whole := range b.packed[from:to] {
		out[k] = list[whole]
	}
	return out
}

// laned is a sum in the making: terms go to its lanes in turn.
type laned [lanes]float64

func (s *laned) total() float64 { return (s[0] + s[1]) + (s[2] + s[3]) }

// byDemand gives each worker a run of blocks, and a row that lies across blocks to the worker where it begins.
func (s *Stream) byDemand(x, out []float64, workers int) {
	clear(out)
	inRuns(len(s.blocks), s.pairs, workers, func(from, to int) {
		row, others := -1, -1
		if from > 0 {
			before := s.runs[from-1]
			others = int(before[len(before)-1].Origin)
		}
		var lane laned
		var next int
		var weights []float64
		defer func() {
			if row >= 0 {
				out[row] = lane.total()
			}
		}()
		for n := from; n < len(s.blocks); n++ {
			b, k := &s.blocks[n], 0
			for _, run := range s.runs[n] {
				begin := k
				k += int(run.Count)
				origin := int(run.Origin)
				if origin == others {
					continue
				}
				if origin != row {
					if n >= to {
						return
					}
					if row >= 0 {
						out[row] = lane.total()
					}
					row, lane, next = origin, laned{}, 0
				}
				weights = s.weigh(b, begin, k, weights)
				for q, j := range b.Dest[begin:k] {
					if w := weights[q]; w >= 0 {
						lane[next&s.mask] += w * x[j]
						next++
					}
				}
			}
		}
	})
}

// bySupply gives each worker a range of places, and every row: rows are sorted, what concerns a worker lies together.
func (s *Stream) bySupply(x, out []float64, workers int) {
	inRuns(s.supplies, s.pairs, workers, func(from, to int) {
		lane, next := make([]laned, to-from), make([]uint8, to-from)
		var weights []float64
		for n := range s.blocks {
			b, k := &s.blocks[n], 0
			for _, run := range s.runs[n] {
				dest := b.Dest[k : k+int(run.Count)]
				first, _ := slices.BinarySearch(dest, uint32(from))
				last, _ := slices.BinarySearch(dest, uint32(to))
				weights = s.weigh(b, k+first, k+last, weights)
				value := x[run.Origin]
				for q, j := range dest[first:last] {
					if w := weights[q]; w >= 0 {
						at := int(j) - from
						lane[at][int(next[at])&s.mask] += w * value
						next[at]++
					}
				}
				k += int(run.Count)
			}
		}
		for at := range lane {
			out[from+at] = lane[at].total()
		}
	})
}

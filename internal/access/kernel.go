package access

import (
	"runtime"
	"sync"
)

// multiply sets out[r] = Σ weight·x[target] over the targets of each row r. Rows are cut into runs, one per worker; each row is
// summed by one worker in storage order, so the result does not depend on the number of workers.
func (s *side) multiply(x, out []float64, workers int) {
	var table []float64
	if s.classes != nil {
		table = s.table(x)
		defer tables.Put(&table)
	}
	inRuns(s.n, s.kept, workers, func(from, to int) {
		switch {
		case s.classes != nil && s.short != nil:
			sumSlots(s.start, s.short, table, out, from, to)
		case s.classes != nil:
			sumSlots(s.start, s.long, table, out, from, to)
		case s.short != nil:
			sumByWeight(s.start, s.short, s.weight, x, out, from, to)
		default:
			sumByWeight(s.start, s.long, s.weight, x, out, from, to)
		}
	})
}

var tables = sync.Pool{New: func() any { return new([]float64) }}

// table lays out x weighted by every class, by slot, and a last 0.
func (s *side) table(x []float64) []float64 {
	k := len(s.classes)
	table := *tables.Get().(*[]float64)
	if size := k*len(x) + 1; cap(table) < size {
		table = make([]float64, size)
	} else {
		table = table[:size]
	}
	for c, weight := range s.classes {
		for i, at := 0, c; i < len(x) && at < len(table); i, at = i+1, at+k {
			table[at] = weight * x[i]
		}
	}
	table[len(table)-1] = 0
	return table
}

// smallWork is the number of pairs under which a second worker costs more than it brings.
const smallWork = 1 << 16

// inRuns calls work on runs of rows that cover 0..n, on at most `workers` goroutines (0: as many as there are cores).
func inRuns(n, pairs, workers int, work func(from, to int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if workers == 1 || pairs < smallWork || n < 2 {
		work(0, n)
		return
	}
	var group sync.WaitGroup
	for k := range workers {
		group.Go(func() { work(n*k/workers, n*(k+1)/workers) })
	}
	group.Wait()
}

// sumSlots adds the slots of each row, with running sums side by side so that additions overlap.
func sumSlots[I uint16 | uint32](start []uint32, index []I, table, out []float64, from, to int) {
	for r := from; r < to; r++ {
		slots := index[start[r]:start[r+1]]
		var a, b, c, d float64
		for len(slots) >= lanes {
			a += table[slots[0]]
			b += table[slots[1]]
			c += table[slots[2]]
			d += table[slots[3]]
			slots = slots[lanes:]
		}
		out[r] = (a + b) + (c + d)
	}
}

func sumByWeight[I uint16 | uint32](start []uint32, index []I, weight, x, out []float64, from, to int) {
	for r := from; r < to; r++ {
		places := index[start[r]:start[r+1]]
		weights := weight[start[r]:start[r+1]]
		weights = weights[:len(places)]
		var a, b float64
		for len(places) >= 2 && len(weights) >= 2 {
			a += weights[0] * x[places[0]]
			b += weights[1] * x[places[1]]
			places, weights = places[2:], weights[2:]
		}
		if len(places) == 1 && len(weights) == 1 {
			a += weights[0] * x[places[0]]
		}
		out[r] = a + b
	}
}

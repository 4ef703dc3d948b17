package access

import (
	"runtime"
	"sync"
)

// multiply sets out[r] = Σ weight·x[target] over the targets of each row r. Rows are cut into runs, one per worker; each row is
// summed by one worker in storage order, so the result does not depend on the number of workers.
func (s *side) multiply(x, out []float64, workers int) {
	inRuns(s.n, s.pairs(), workers, func(from, to int) {
		switch {
		case s.classes != nil && s.short != nil:
			sumByClass(s.start, s.short, s.classes, x, out, from, to)
		case s.classes != nil:
			sumByClass(s.start, s.long, s.classes, x, out, from, to)
		case s.short != nil:
			sumByWeight(s.start, s.short, s.weight, x, out, from, to)
		default:
			sumByWeight(s.start, s.long, s.weight, x, out, from, to)
		}
	})
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

func sumByClass[I uint16 | uint32](start []uint32, index []I, classes, x, out []float64, from, to int) {
	k := len(classes)
	for r := from; r < to; r++ {
		total := 0.0
		bounds := start[r*k : r*k+k+1]
		for c, weight := range classes {
			total += weight * sumAt(index[bounds[c]:bounds[c+1]], x)
		}
		out[r] = total
	}
}

// sumAt adds x at the given places, with four running sums so that additions overlap.
func sumAt[I uint16 | uint32](places []I, x []float64) float64 {
	var a, b, c, d float64
	for len(places) >= 4 {
		a += x[places[0]]
		b += x[places[1]]
		c += x[places[2]]
		d += x[places[3]]
		places = places[4:]
	}
	for _, place := range places {
		a += x[place]
	}
	return (a + b) + (c + d)
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

package telexpertise

import (
	"math"
	"slices"
	"time"
)

// smallest is the smallest count that the agency sees.
const smallest = 6

// Count is a count as it may be shown.
type Count struct {
	N      int
	Hidden bool
}

// Suppress hides the counts under six of a row whose sum anybody may know, and further ones so that no hidden count is found by
// subtraction, even by who knows this rule. The further ones are taken in the order of the row, never by their size (choosing the
// smallest would tell that the others are larger), until two of six or more are hidden with the small ones. When there are not so
// many, the whole row is hidden.
func Suppress(counts []int) []Count {
	shown := make([]Count, len(counts))
	small := slices.ContainsFunc(counts, func(n int) bool { return n < smallest })
	large := 0
	for i, n := range counts {
		shown[i].N = n
		if small && (n < smallest || large < 2) {
			shown[i] = Count{Hidden: true}
			if n >= smallest {
				large++
			}
		}
	}
	return shown
}

// Interval is the time that a step takes, over the cases that went through it.
type Interval struct {
	N           int
	Median, P90 time.Duration
}

// interval summarises durations: the median and the ninth decile, by the nearest rank.
func interval(all []time.Duration) Interval {
	if len(all) == 0 {
		return Interval{}
	}
	sorted := slices.Sorted(slices.Values(all))
	rank := func(share float64) time.Duration { return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)] }
	return Interval{N: len(sorted), Median: rank(0.5), P90: rank(0.9)}
}

// Kappa is Cohen's agreement between two readings beyond chance: 1 is perfect, 0 is chance. NaN when every reading is the same.
func Kappa(pairs [][2]string) float64 {
	n := float64(len(pairs))
	if n == 0 {
		return math.NaN()
	}
	agree, first, second := 0.0, map[string]float64{}, map[string]float64{}
	for _, p := range pairs {
		if p[0] == p[1] {
			agree++
		}
		first[p[0]]++
		second[p[1]]++
	}
	chance := 0.0
	for class, k := range first {
		chance += k / n * second[class] / n
	}
	if chance == 1 {
		return math.NaN()
	}
	return (agree/n - chance) / (1 - chance)
}

// shownCounts are the counts of a table: as they are for the pool's own people, suppressed for others.
func shownCounts(counts []int, suppressed bool) []Count {
	if suppressed {
		return Suppress(counts)
	}
	shown := make([]Count, len(counts))
	for i, n := range counts {
		shown[i].N = n
	}
	return shown
}

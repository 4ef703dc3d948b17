package access

import (
	"container/heap"
)

// greedy adds units one by one, the most valuable first. The value is submodular: the worth of a site never grows as others are
// added, so a site is only evaluated again when its last known worth comes first (Minoux 1978). It stops when the budget is
// spent or when nothing gains any more. Among sites that gain as much, the one whose places lack most comes first.
func (f *field) greedy(t *tally, left []float64) []Placed {
	queue := make(worths, 0, len(f.sites))
	for s := range f.sites {
		if t.fits(s) > 0 {
			if w := f.worth(s, left); w.gain > 0 {
				queue = append(queue, w)
			}
		}
	}
	heap.Init(&queue)
	var placed []Placed
	for round := 0; len(queue) > 0 && t.left > 0; {
		top := &queue[0]
		if t.fits(top.site) == 0 {
			heap.Pop(&queue)
			continue
		}
		if top.round != round {
			*top = f.worth(top.site, left)
			top.round = round
			if top.gain <= 0 {
				heap.Pop(&queue)
			} else {
				heap.Fix(&queue, 0)
			}
			continue
		}
		round++
		placed = append(placed, Placed{Rank: len(placed) + 1, Site: top.site, Gain: top.gain})
		t.add(top.site, 1)
		f.apply(top.site, 1, left)
	}
	return placed
}

// worth is a site with its value at some round of the greedy.
type worth struct {
	site  int
	gain  float64
	key   float64 // the gain, and a thousand-millionth of it at most for how much its places lack
	round int
}

// worth values one more unit at a site. Neither part of the key grows as others are added.
func (f *field) worth(s int, left []float64) worth {
	rows, lift := f.column(s)
	gain, depth := 0.0, 0.0
	for k, r := range rows {
		if lack := left[r]; lack > 0 {
			met := f.value[r] * min(lack, lift[k])
			gain += met
			depth += met * lack
		}
	}
	return worth{site: s, gain: gain, key: gain + 1e-9*depth/f.deepest}
}

type worths []worth

func (w worths) Len() int { return len(w) }
func (w worths) Less(a, b int) bool {
	return w[a].key > w[b].key || (w[a].key == w[b].key && w[a].site < w[b].site)
}
func (w worths) Swap(a, b int) { w[a], w[b] = w[b], w[a] }
func (w *worths) Push(x any)   { *w = append(*w, x.(worth)) }
func (w *worths) Pop() any {
	old := *w
	last := old[len(old)-1]
	*w = old[:len(old)-1]
	return last
}

// swapper moves single units to where they are worth more, until no move gains.
type swapper struct {
	f     *field
	t     *tally
	left  []float64
	gains []float64 // worth of one more unit at each site, kept exact
	mark  []int     // last pass that touched a site
	pass  int
}

func (f *field) swapper(t *tally, left []float64) *swapper {
	s := &swapper{f: f, t: t, left: left, gains: make([]float64, len(f.sites)), mark: make([]int, len(f.sites))}
	for site := range f.sites {
		s.gains[site] = f.gain(site, left)
	}
	return s
}

// improve runs passes over the placed sites until one changes nothing, at most `passes` times, and returns what was gained.
func (s *swapper) improve(passes int) float64 {
	total := 0.0
	for range passes {
		gained := 0.0
		for site := range s.f.sites {
			if s.t.units[site] > 0 {
				gained += s.move(site)
			}
		}
		total += gained
		if gained <= 0 {
			break
		}
	}
	return total
}

// move takes one unit from a site and puts it where it is worth most, maybe back.
func (s *swapper) move(site int) float64 {
	s.shift(site, -1)
	best, gain := site, s.gains[site]
	threshold := gain * (1 + 1e-9)
	for candidate, g := range s.gains {
		if g > threshold && s.t.fits(candidate) > 0 {
			best, threshold = candidate, g
		}
	}
	won := s.gains[best] - gain
	s.shift(best, +1)
	if best == site {
		return 0
	}
	return won
}

// shift adds or takes one unit, and refreshes the worth of the sites that share a demand place with it.
func (s *swapper) shift(site, units int) {
	if units > 0 {
		s.t.add(site, units)
	} else {
		s.t.remove(site, -units)
	}
	s.pass++
	rows, lift := s.f.column(site)
	for k, r := range rows {
		before := s.left[r]
		after := before - float64(units)*lift[k]
		s.left[r] = after
		if before <= 0 && after <= 0 {
			continue
		}
		sites, lifts := s.f.row(int(r))
		value := s.f.value[r]
		for q, other := range sites {
			s.gains[other] += value * (min(max(after, 0), lifts[q]) - min(max(before, 0), lifts[q]))
		}
	}
}

// ranked orders the units of a tally by the greedy rule, with the gain that each brings after the ones before it.
func (f *field) ranked(units []int, left []float64) []Placed {
	chosen := limits{caps: append([]int(nil), units...)}
	for _, u := range units {
		chosen.budget += u
	}
	placed := f.greedy(chosen.tally(), left)
	// Units that no longer gain close the list: the caller asked for them, or they were fixed by a ceiling.
	count := make([]int, len(units))
	for _, p := range placed {
		count[p.Site]++
	}
	for s, u := range units {
		for range u - count[s] {
			placed = append(placed, Placed{Rank: len(placed) + 1, Site: s})
		}
	}
	return placed
}

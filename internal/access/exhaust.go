package access

import "slices"

// fewLists is the work, lists times rows, under which trying every list costs less than looking for a good one.
const fewLists = 400_000

// exhaust tries every admissible list when they are few: what it finds is the best, and its worth the tightest bound. worth values
// what each row lacks. Nil when there are too many.
func (f *field) exhaust(l *limits, left []float64, worth func(left []float64) float64) (units []int, best float64) {
	if !l.fewerThan(fewLists / (len(left) + 1)) {
		return nil, 0
	}
	t := l.tally()
	lacks := make([][]float64, len(f.sites)+1)
	for s := range lacks {
		lacks[s] = slices.Clone(left)
	}
	var from func(s int)
	from = func(s int) {
		if s == len(f.sites) {
			if w := worth(lacks[s]); units == nil || w > best {
				units, best = slices.Clone(t.units), w
			}
			return
		}
		for u := range t.fits(s) + 1 {
			copy(lacks[s+1], lacks[s])
			f.apply(s, float64(u), lacks[s+1])
			t.add(s, u)
			from(s + 1)
			t.remove(s, u)
		}
	}
	from(0)
	return units, best
}

// fewerThan tells whether budget and caps alone leave fewer lists than some number.
func (l *limits) fewerThan(most int) bool {
	ways := make([]int, l.budget+1) // lists of the sites so far, by the units they use
	ways[0] = 1
	for _, limit := range l.caps {
		next := make([]int, l.budget+1)
		all := 0
		for used, n := range ways {
			for u := range min(limit, l.budget-used) + 1 {
				next[used+u] += n
			}
			all += n
		}
		if all >= most {
			return false
		}
		ways = next
	}
	all := 0
	for _, n := range ways {
		all += n
	}
	return all < most
}

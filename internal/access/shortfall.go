package access

import (
	"math"
	"slices"
)

const (
	// certified is the gap under which looking for a better bound stops.
	certified = 0.01
	// nestedEnough is the gap under which a nested list is kept: a plan that only grows is worth more to who decides than the last percents.
	nestedEnough = 0.03
)

// enough is the gap at which a long search for a better bound stops.
const enough = 0.025

// mayReplace tells whether another list may take the place of the nested one, given what this one gains and what none can exceed.
func (r *Request) mayReplace(value, bound float64) bool {
	return r.Ranking == Best || r.Ranking != Nested && value < bound*(1-nestedEnough)
}

// fix applies the fixed units of a request to what each row lacks, and lists them.
func (f *field) fix(r *Request, left []float64) []Placed {
	var placed []Placed
	for site, units := range r.Fixed {
		s, useful := f.index[site]
		for range units {
			p := Placed{Rank: len(placed) + 1, Site: site}
			if useful {
				p.Gain = f.gain(s, left)
				f.apply(s, 1, left)
			}
			placed = append(placed, p)
		}
	}
	return placed
}

// named gives the units of a list their original sites, after those already placed.
func (f *field) named(fixed, units []Placed) []Placed {
	for _, p := range units {
		fixed = append(fixed, Placed{Rank: len(fixed) + 1, Site: f.sites[p.Site], Gain: p.Gain})
	}
	return fixed
}

func (m *Model) placeShortfall(r *Request) *Plan {
	need := make([]float64, len(m.Value))
	for i, v := range m.Value {
		need[i] = max(0, r.Tau-v)
	}
	f := m.liftField(need, m.Population, func(site int) bool { return r.capOf(site) > 0 }, r.Unit)
	plan := &Plan{Objective: Shortfall}
	for i, n := range need {
		plan.Before += n * m.Population[i]
	}
	f.solve(r, plan)
	plan.After = plan.Before - plan.Value
	return plan
}

func (l *Links) placeCoverage(weights []float64, r *Request) *Plan {
	if r.Ranking == Auto || r.Ranking == "" {
		r.Ranking = Best
	}
	f := l.coverField(weights, r)
	plan := &Plan{Objective: Coverage}
	f.solve(r, plan)
	f.openRest(r, plan)
	plan.After = plan.Value
	return plan
}

// boundSteps and boundWork limit the search for a bound: steps, and links visited over all of them.
const (
	boundSteps = 400
	boundWork  = 60_000_000
)

// littleProblem is the number of sites times units under which a thorough search costs nothing.
const littleProblem = 4000

// stepsFor is the number of steps that a field of this size may take.
func (f *field) stepsFor() int {
	return min(boundSteps, max(2*restartEvery, boundWork/(2*len(f.siteRow)+1)))
}

// solve fills units, value, bound and certificate of a submodular placement.
func (f *field) solve(r *Request, plan *Plan) {
	left := slices.Clone(f.need)
	fixed := f.fix(r, left)
	for k := range left {
		left[k] = max(0, left[k])
	}
	already := f.met(left)
	l := r.limitsFor(f.sites)
	f.trim(&l, left)
	t := l.tally()
	after := slices.Clone(left)
	units := f.greedy(t, after)
	value := f.met(after) - already
	plan.Nested = true
	optimum, best, bound := f.better(r, &l, t, after, left, value)
	if best > value*(1+1e-9) {
		value, units, plan.Nested = best, f.ranked(optimum, slices.Clone(left)), false
	}
	plan.Units = f.named(fixed, units)
	plan.Value = already + value
	plan.Bound = max(plan.Value, already+bound)
	plan.AtLeast = ratio(plan.Value, plan.Bound)
}

// better looks for a list worth more than the nested one, where the request allows another, and for the bound of all lists. `after` is
// what the nested list, counted in t, leaves of `left`.
func (f *field) better(r *Request, l *limits, t *tally, after, left []float64, value float64) (units []int, best, bound float64) {
	already := f.met(left)
	if units, best = f.exhaust(l, left, func(lack []float64) float64 { return f.met(lack) - already }); units != nil {
		bound = best
		if !r.mayReplace(value, bound) {
			best = value
		}
		return units, best, bound
	}
	d := newDual(f, l, left, t.units, false)
	steps := f.stepsFor()
	bound = d.search(steps/8, value/(1-certified))
	if value < bound*(1-nestedEnough) {
		bound = d.search(steps/4, value/(1-certified))
	}
	best = value
	if r.mayReplace(value, bound) {
		f.improve(t, after)
		if r.Ranking == Best || len(f.sites)*l.budget < littleProblem {
			bound = d.search(steps/4, value)
			f.wander(t, after, left, bound, wanderWork)
		}
		best = max(best, f.met(after)-already)
	}
	d.search(steps/4, best/(1-certified))
	return t.units, best, d.search(steps-steps/4-steps/8, best/(1-enough))
}

// improve moves units, and spends what moves make useful again, until neither gains.
func (f *field) improve(t *tally, left []float64) {
	for {
		gained := f.swapper(t, left).improve(20)
		if more := f.greedy(t, left); gained <= 0 && len(more) == 0 || t.left == 0 {
			return
		}
	}
}

// trim lowers each cap to the units after which a site alone meets every need that it lifts: more of them gain nothing.
func (f *field) trim(l *limits, left []float64) {
	for s := range f.sites {
		rows, lift := f.column(s)
		useful := 0.0
		for k, r := range rows {
			useful = max(useful, left[r]/lift[k])
		}
		if useful < float64(l.caps[s]) {
			l.caps[s] = int(math.Ceil(useful))
		}
	}
}

// openRest opens sites that no longer gain, the lowest first, until the budget of a location problem is spent.
func (f *field) openRest(r *Request, plan *Plan) {
	opened := make(map[int]int, len(plan.Units))
	for _, p := range plan.Units {
		opened[p.Site]++
	}
	l := r.limitsFor(f.sites)
	t := l.tally()
	for _, p := range plan.Units[r.fixedUnits():] {
		t.add(f.index[p.Site], 1)
	}
	for s, site := range f.sites {
		for opened[site] < r.capOf(site) && t.fits(s) > 0 {
			t.add(s, 1)
			opened[site]++
			plan.Units = append(plan.Units, Placed{Rank: len(plan.Units) + 1, Site: site})
		}
	}
}

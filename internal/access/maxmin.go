package access

import (
	"math"
	"slices"
)

// placeMaxMin raises the lowest access. Places that no admissible site reaches, or where nobody lives, are left out: nothing
// placed could change them.
func (m *Model) placeMaxMin(r *Request) *Plan {
	highest := slices.Max(append(slices.Clone(m.Value), 0))
	inhabited := make([]float64, len(m.Value))
	for i, people := range m.Population {
		if people > 0 {
			inhabited[i] = 1
		}
	}
	// Every inhabited place is a row: needs are counted from a level that nothing reaches, so that no lift is clipped.
	ceiling := highest + 1 + r.Unit*float64(r.N)*m.largestLift()
	need := make([]float64, len(m.Value))
	for i := range need {
		if inhabited[i] > 0 {
			need[i] = ceiling - m.Value[i]
		}
	}
	f := m.liftField(need, inhabited, func(site int) bool { return r.capOf(site) > 0 }, r.Unit)
	plan := &Plan{Objective: MaxMin, Before: math.Inf(1)}
	level := make([]float64, len(f.places)) // access, +Inf for the rows left out
	for row, i := range f.places {
		level[row] = m.Value[i]
		if f.rowStart[row] == f.rowStart[row+1] {
			level[row] = math.Inf(1)
			plan.Skipped++
		}
		plan.Before = min(plan.Before, level[row])
	}
	if math.IsInf(plan.Before, 1) {
		plan.Before, plan.AtLeast, plan.Nested = 0, 1, true
		plan.Units = f.raiseFixed(r, level)
		return plan
	}
	f.solveMaxMin(r, plan, level)
	return plan
}

// largestLift is the most that one unit of supply adds to any place.
func (m *Model) largestLift() float64 {
	largest := 0.0
	for _, load := range m.Load {
		if load > 0 {
			largest = max(largest, 1/load)
		}
	}
	return largest
}

func (f *field) solveMaxMin(r *Request, plan *Plan, level []float64) {
	fixed := f.raiseFixed(r, level)
	l := r.limitsFor(f.sites)
	units := f.raise(l.tally(), slices.Clone(level))
	plan.Nested = true
	lowest := slices.Min(level) + totalGain(units)
	optimum, bound := f.exhaust(&l, negated(level), func(lack []float64) float64 { return -slices.Max(lack) })
	if optimum == nil {
		bound = f.maxMinBound(&l, level, units, lowest)
	}
	if r.mayReplace(lowest-plan.Before, bound-plan.Before) {
		other := optimum
		if other == nil {
			other = f.waterLevel(&l, level, lowest, bound)
		}
		if other != nil {
			chosen := limits{caps: other}
			for _, u := range other {
				chosen.budget += u
			}
			list := f.raise(chosen.tally(), slices.Clone(level))
			if better := slices.Min(level) + totalGain(list); better > lowest*(1+1e-9) {
				lowest, units, plan.Nested = better, list, false
			}
		}
	}
	plan.Units = f.named(fixed, units)
	plan.After = lowest
	plan.Value = plan.After - plan.Before
	plan.Bound = max(lowest, bound)
	plan.AtLeast = ratio(plan.After, plan.Bound)
}

func negated(values []float64) []float64 {
	out := make([]float64, len(values))
	for k, v := range values {
		out[k] = -v
	}
	return out
}

func (f *field) raiseFixed(r *Request, level []float64) []Placed {
	placed := make([]Placed, 0, r.fixedUnits())
	for site, units := range r.Fixed {
		s, useful := f.index[site]
		for range units {
			before := slices.Min(append([]float64{math.Inf(1)}, level...))
			if useful {
				f.apply(s, -1, level)
			}
			placed = append(placed, Placed{Rank: len(placed) + 1, Site: site, Gain: rise(before, level)})
		}
	}
	return placed
}

// rise is how much the lowest level grew; 0 when there is none.
func rise(before float64, level []float64) float64 {
	if len(level) == 0 || math.IsInf(before, 1) {
		return 0
	}
	return slices.Min(level) - before
}

// raise gives each unit to the site that lifts the worst served place most; among equals, to the one that most helps the places
// nearly as badly served.
func (f *field) raise(t *tally, level []float64) []Placed {
	var placed []Placed
	for t.left > 0 {
		before := slices.Min(level)
		worst := slices.Index(level, before)
		site, best, help := -1, 0.0, 0.0
		sites, lifts := f.row(worst)
		for k, s := range sites {
			if t.fits(int(s)) == 0 {
				continue
			}
			switch h := f.help(int(s), level, before); {
			case site < 0, lifts[k] > best*(1+1e-9), lifts[k] >= best*(1-1e-9) && h > help:
				site, best, help = int(s), lifts[k], h
			}
		}
		if site < 0 {
			break // the worst served place can get nothing more
		}
		t.add(site, 1)
		f.apply(site, -1, level)
		placed = append(placed, Placed{Rank: len(placed) + 1, Site: site, Gain: slices.Min(level) - before})
	}
	return placed
}

// help weighs what a site brings to all places, those near the lowest level counting most.
func (f *field) help(s int, level []float64, lowest float64) float64 {
	rows, lifts := f.column(s)
	total := 0.0
	for k, r := range rows {
		distance := 1 + 20*(level[r]-lowest)/(1+lowest)
		total += lifts[k] / (distance * distance)
	}
	return total
}

// waterLevel looks for the highest level that a greedy cover reaches within the budget, between a level already reached and
// one that cannot be. Nil when it finds none higher.
func (f *field) waterLevel(l *limits, level []float64, low, high float64) []int {
	var found []int
	for range 24 {
		middle := (low + high) / 2
		need := make([]float64, len(level))
		for r, at := range level {
			need[r] = max(0, middle-at)
		}
		cover := *f
		cover.value = make([]float64, len(level))
		for r, n := range need {
			if n > 0 {
				cover.value[r] = 1 / n
			}
		}
		t := l.tally()
		start := slices.Clone(need)
		cover.greedy(t, need)
		if slices.Max(need) > 1e-9*(1+middle) {
			cover.improve(t, need)
			cover.wander(t, need, start, cover.met(make([]float64, len(need)))-cover.met(start), littleWork)
		}
		if slices.Max(need) <= 1e-9*(1+middle) {
			low, found = middle, t.units
		} else {
			high = middle
		}
	}
	return found
}

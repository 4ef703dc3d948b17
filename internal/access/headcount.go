package access

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Lifting people over a threshold is not submodular: half of what a commune lacks lifts nobody, the other half lifts all. So sites
// are valued by packages: k units at once, for the k that lifts most people per unit. A list built from packages is then improved by
// ruin and recreate: some neighbouring sites are emptied and filled anew, with more or less credit for needs met in part.

// headcounts is the state of a search. Rows are places below the threshold, value is their population.
type headcounts struct {
	f       *field
	t       *tally
	left    []float64
	lifted  float64 // people over the threshold thanks to the units placed
	credit  float64 // share of a partly met need that counts while choosing
	best    []offer // best package of each site
	stale   []bool
	counts  []float64 // people by number of units needed; scratch
	rates   []float64 // people per unit of those needing that many; scratch
	epsilon float64
}

type offer struct {
	worth float64 // people per unit, with credit
	units int
}

// placeHeadcount lifts as many people as it can to τ.
func (m *Model) placeHeadcount(r *Request) *Plan {
	need, plan := make([]float64, len(m.Value)), &Plan{Objective: Headcount}
	for i, v := range m.Value {
		if need[i] = max(0, r.Tau-v); need[i] <= r.Tau*1e-9 {
			need[i] = 0
			plan.Before += m.Population[i]
		}
	}
	f := m.liftField(need, m.Population, func(site int) bool { return r.capOf(site) > 0 }, r.Unit)
	left := slices.Clone(f.need)
	fixed := f.fixHeadcount(r, left)
	already := 0.0
	for _, p := range fixed {
		already += p.Gain
	}
	l := r.limitsFor(f.sites)
	f.trim(&l, left)
	bound := f.headcountBound(&l, left, r.Tau)
	optimum, most := f.exhaust(&l, left, func(lack []float64) float64 { return f.liftedFrom(left, lack, r.Tau*1e-9) })
	if optimum != nil {
		bound = min(bound, most)
	}
	units := f.spend(&l, left, f.packages(r, left), r.Tau*1e-9)
	plan.Nested = true
	value := totalGain(units)
	if r.mayReplace(value, bound) {
		if optimum == nil {
			h := f.headcounts(&l, left, r.Tau*1e-9)
			h.search()
			optimum = h.t.units
		}
		list := f.spend(&l, left, f.rankedPackages(optimum, left, r.Tau*1e-9), r.Tau*1e-9)
		if better := totalGain(list); better > value {
			value, units, plan.Nested = better, list, false
		}
	}
	plan.Units = f.named(fixed, units)
	plan.Value = already + value
	plan.After = plan.Before + plan.Value
	plan.Bound = max(plan.Value, already+bound)
	plan.AtLeast = ratio(plan.Value, plan.Bound)
	return plan
}

func totalGain(units []Placed) float64 {
	total := 0.0
	for _, p := range units {
		total += p.Gain
	}
	return total
}

// fixHeadcount applies the fixed units and counts whom each lifts.
func (f *field) fixHeadcount(r *Request, left []float64) []Placed {
	placed := make([]Placed, 0, r.fixedUnits())
	for site, units := range r.Fixed {
		s, useful := f.index[site]
		for range units {
			p := Placed{Rank: len(placed) + 1, Site: site}
			if useful {
				p.Gain = f.lift(s, 1, left, r.Tau*1e-9)
			}
			placed = append(placed, p)
		}
	}
	for k := range left {
		left[k] = max(0, left[k])
	}
	return placed
}

// lift applies units at a site and counts the people whose need they complete.
func (f *field) lift(s, units int, left []float64, epsilon float64) float64 {
	lifted := 0.0
	rows, lifts := f.column(s)
	for k, r := range rows {
		before := left[r]
		left[r] -= float64(units) * lifts[k]
		if before > epsilon && left[r] <= epsilon {
			lifted += f.value[r]
		}
	}
	return lifted
}

// liftedFrom counts the people whose need was open and is met.
func (f *field) liftedFrom(before, after []float64, epsilon float64) float64 {
	lifted := 0.0
	for r, lack := range after {
		if before[r] > epsilon && lack <= epsilon {
			lifted += f.value[r]
		}
	}
	return lifted
}

func (f *field) headcounts(l *limits, left []float64, epsilon float64) *headcounts {
	h := &headcounts{f: f, t: l.tally(), left: slices.Clone(left), epsilon: epsilon}
	h.best, h.stale = make([]offer, len(f.sites)), make([]bool, len(f.sites))
	for s := range h.stale {
		h.stale[s] = true
	}
	longest := slices.Max(append(slices.Clone(l.caps), 1))
	h.counts, h.rates = make([]float64, longest+1), make([]float64, longest+1)
	return h
}

// appraise finds the best package of a site among those that still fit.
func (h *headcounts) appraise(s int) offer {
	most := h.t.fits(s)
	if most == 0 {
		return offer{}
	}
	counts, rates := h.counts[:most+1], h.rates[:most+1]
	clear(counts)
	clear(rates)
	later := 0.0 // people per unit among those whom no package here lifts
	rows, lifts := h.f.column(s)
	for k, r := range rows {
		lack := h.left[r] - h.epsilon
		if lack <= 0 {
			continue
		}
		units, rate := lack/lifts[k], h.f.value[r]*lifts[k]/lack
		if units > float64(most) {
			later += rate
			continue
		}
		whole := int(units)
		if float64(whole) < units {
			whole++
		}
		counts[whole] += h.f.value[r]
		rates[whole] += rate
	}
	for _, rate := range rates {
		later += rate
	}
	var best offer
	people := 0.0
	for units := 1; units <= most; units++ {
		people += counts[units]
		later -= rates[units]
		if worth := people/float64(units) + h.credit*max(0, later); worth > best.worth*(1+1e-12) {
			best = offer{worth, units}
		}
	}
	return best
}

// fill places packages, the most valuable per unit first, until the budget is spent or nothing lifts anybody.
func (h *headcounts) fill(record func(site, units int)) {
	for h.t.left > 0 {
		site := -1
		for s := range h.best {
			if h.stale[s] {
				h.best[s], h.stale[s] = h.appraise(s), false
			}
			if h.best[s].worth > 0 && h.best[s].units > h.t.fits(s) {
				h.best[s] = h.appraise(s)
			}
			if h.best[s].worth > 0 && (site < 0 || h.best[s].worth > h.best[site].worth) {
				site = s
			}
		}
		chosen := []pick{{site, 0}}
		if site >= 0 {
			chosen[0].units = h.best[site].units
		} else if chosen = h.joint(); chosen == nil {
			return
		}
		for _, c := range chosen {
			h.change(c.site, c.units)
			if record != nil {
				record(c.site, c.units)
			}
		}
	}
}

// joint is the package of several sites that lifts most people per unit, one place at a time: where no site alone lifts anybody.
func (h *headcounts) joint() []pick {
	var best []pick
	worth := 0.0
	for r, lack := range h.left {
		if lack <= h.epsilon {
			continue
		}
		sites, lifts := h.f.row(r)
		largest := 0.0
		for k, s := range sites {
			if lifts[k] > largest && h.t.fits(int(s)) > 0 {
				largest = lifts[k]
			}
		}
		if h.f.value[r]*largest <= worth*lack {
			continue
		}
		if mix, units := h.mix(r); mix != nil && h.f.value[r] > worth*float64(units) {
			best, worth = mix, h.f.value[r]/float64(units)
		}
	}
	return best
}

// mix gathers the fewest units that meet the need of a row, from the sites that lift it most. Nil when they do not fit, or are many.
func (h *headcounts) mix(r int) (chosen []pick, total int) {
	sites, lifts := h.f.row(r)
	order := make([]int, len(sites))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lifts[b], lifts[a]) })
	lack := h.left[r]
	for _, k := range order {
		s := int(sites[k])
		if units := min(h.t.fits(s), int(math.Ceil((lack-h.epsilon)/lifts[k]))); units > 0 {
			chosen, total = append(chosen, pick{s, units}), total+units
			h.t.add(s, units)
			lack -= float64(units) * lifts[k]
		}
		if lack <= h.epsilon || total > largestPackage {
			break
		}
	}
	for _, c := range chosen {
		h.t.remove(c.site, c.units)
	}
	if lack > h.epsilon || total > largestPackage {
		return nil, 0
	}
	return chosen, total
}

// change adds units to a site (takes them when negative) and marks the sites that share a place with it.
func (h *headcounts) change(site, units int) {
	if units > 0 {
		h.t.add(site, units)
	} else {
		h.t.remove(site, -units)
	}
	rows, lifts := h.f.column(site)
	for k, r := range rows {
		before := h.left[r]
		h.left[r] -= float64(units) * lifts[k]
		switch {
		case before > h.epsilon && h.left[r] <= h.epsilon:
			h.lifted += h.f.value[r]
		case before <= h.epsilon && h.left[r] > h.epsilon:
			h.lifted -= h.f.value[r]
		}
		if before > 0 || h.left[r] > 0 {
			sites, _ := h.f.row(int(r))
			for _, s := range sites {
				h.stale[s] = true
			}
		}
	}
	h.stale[site] = true
}

// searchWork limits the ruin and recreate rounds by the links that they visit.
const searchWork = 12_000_000

// search builds a list, then ruins and recreates parts of it. It is deterministic.
func (h *headcounts) search() {
	random := rand.New(rand.NewPCG(uint64(len(h.f.sites)), uint64(h.t.budget)))
	bestLifted, bestUnits := -1.0, []int(nil)
	for _, credit := range []float64{0, 0.15, 0.4, 0.8} {
		h.become(make([]int, len(h.f.sites)), credit)
		h.fill(nil)
		if h.lifted > bestLifted {
			bestLifted, bestUnits = h.lifted, slices.Clone(h.t.units)
		}
	}
	h.become(bestUnits, 0)
	rounds := min(1200, max(20, searchWork/(3*len(h.f.siteRow)/10+1)))
	credits := [...]float64{0, 0.15, 0.4, 0.8, 0, 0.25}
	for round := range rounds {
		if round%25 == 0 { // changing the credit means appraising every site anew
			h.setCredit(credits[round/25%len(credits)])
		}
		before, saved := h.lifted, slices.Clone(h.t.units)
		h.ruin(random)
		h.fill(nil)
		if h.lifted < before-1e-9 {
			h.become(saved, h.credit)
		}
	}
}

// become changes the units placed to those given.
func (h *headcounts) become(units []int, credit float64) {
	for s, u := range units {
		if h.t.units[s] > u {
			h.change(s, u-h.t.units[s])
		}
	}
	for s, u := range units {
		if h.t.units[s] < u {
			h.change(s, u-h.t.units[s])
		}
	}
	h.setCredit(credit)
}

func (h *headcounts) setCredit(credit float64) {
	if credit == h.credit {
		return
	}
	h.credit = credit
	for s := range h.stale {
		h.stale[s] = true
	}
}

// ruin empties a random site and a few of the sites that share places with it, or that lie anywhere.
func (h *headcounts) ruin(random *rand.Rand) {
	var used []int
	for s, u := range h.t.units {
		if u > 0 {
			used = append(used, s)
		}
	}
	if len(used) == 0 {
		return
	}
	first := used[random.IntN(len(used))]
	h.change(first, -h.t.units[first])
	for range random.IntN(4) {
		s := used[random.IntN(len(used))]
		if random.IntN(3) > 0 {
			if near := h.neighbour(first, random); h.t.units[near] > 0 {
				s = near
			}
		}
		if u := h.t.units[s]; u > 0 {
			h.change(s, -(1 + random.IntN(u)))
		}
	}
}

// neighbour draws a site that shares a place with another one.
func (h *headcounts) neighbour(site int, random *rand.Rand) int {
	rows, _ := h.f.column(site)
	sites, _ := h.f.row(int(rows[random.IntN(len(rows))]))
	return int(sites[random.IntN(len(sites))])
}

// largestPackage is the most units that the plain rule places at once, whatever the budget.
const largestPackage = 64

// packages is the list of the plain rule, cut at the budget: a larger budget only adds to it.
func (f *field) packages(r *Request, left []float64) []Placed {
	longer := *r
	longer.N = r.N + largestPackage
	l := longer.limitsFor(f.sites)
	for s := range l.caps {
		l.caps[s] = min(l.caps[s], largestPackage)
	}
	f.trim(&l, left)
	h := f.headcounts(&l, left, r.Tau*1e-9)
	budget := r.N - r.fixedUnits()
	var list []int
	h.fill(func(site, units int) {
		for range units {
			list = append(list, site)
		}
		if len(list) >= budget {
			h.t.left = 0
		}
	})
	return f.liftedBy(list[:min(budget, len(list))], left, r.Tau*1e-9)
}

// rankedPackages orders given units by the plain rule.
func (f *field) rankedPackages(units []int, left []float64, epsilon float64) []Placed {
	chosen := limits{caps: units, budget: 0}
	for _, u := range units {
		chosen.budget += u
	}
	h := f.headcounts(&chosen, left, epsilon)
	var list []int
	add := func(site, units int) {
		for range units {
			list = append(list, site)
		}
	}
	h.fill(add)
	for s, u := range units { // units that complete a need together with others, in no package of their own
		add(s, u-h.t.units[s])
	}
	return f.liftedBy(list, left, epsilon)
}

// liftedBy replays a list and counts whom each unit lifts.
func (f *field) liftedBy(list []int, left []float64, epsilon float64) []Placed {
	lack := slices.Clone(left)
	placed := make([]Placed, len(list))
	for k, s := range list {
		placed[k] = Placed{Rank: k + 1, Site: s, Gain: f.lift(s, 1, lack, epsilon)}
	}
	return placed
}

// spend puts what is left of the budget where it lowers the shortfall most: it lifts few or none, and still helps.
func (f *field) spend(l *limits, left []float64, units []Placed, epsilon float64) []Placed {
	t, lack := l.tally(), slices.Clone(left)
	list := make([]int, 0, l.budget)
	for _, p := range units {
		t.add(p.Site, 1)
		f.apply(p.Site, 1, lack)
		list = append(list, p.Site)
	}
	for _, p := range f.greedy(t, lack) {
		list = append(list, p.Site)
	}
	return f.liftedBy(list, left, epsilon)
}

// headcountBound bounds the people that any admissible list lifts.
func (f *field) headcountBound(l *limits, left []float64, tau float64) float64 {
	counted := *f
	counted.value = make([]float64, len(f.value))
	need := slices.Clone(left)
	for r, lack := range left {
		if lack > tau*1e-9 && f.reach(r, l) >= lack*(1-1e-9) {
			counted.value[r] = f.value[r] / lack
		} else {
			need[r] = 0
		}
	}
	d := newDual(&counted, l, need, make([]int, len(f.sites)), true)
	return d.search(counted.stepsFor()/2, 0)
}

// reach is the most that the whole budget can bring to a row, by its caps.
func (f *field) reach(r int, l *limits) float64 {
	sites, lifts := f.row(r)
	total := 0.0
	offers := make([]pick, 0, len(sites))
	for k, s := range sites {
		offers = append(offers, pick{k, l.caps[s]})
	}
	slices.SortFunc(offers, func(a, b pick) int {
		if lifts[a.site] > lifts[b.site] {
			return -1
		}
		return 1
	})
	budget := l.budget
	for _, o := range offers {
		units := min(budget, o.units)
		total += float64(units) * lifts[o.site]
		budget -= units
	}
	return total
}

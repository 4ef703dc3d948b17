package access

import (
	"container/heap"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// median is a p-median problem: each demand place goes to its cheapest open site, or pays `unserved` when none is linked.
type median struct {
	sites  []int // original site of each column
	places []int // original demand of each row
	start  []uint32
	column []uint32
	cost   []float64 // weighted, sorted within each row
	colAt  []uint32
	colRow []uint32
	colFee []float64
	worst  []float64 // what a row pays when nothing open is linked
	whole  bool      // every cost is an integer
	limits limits
	fixed  []int // columns open from the start
}

// placeDistance opens sites so that the total weighted cost is least.
func (l *Links) placeDistance(weights []float64, r *Request) (*Plan, error) {
	if slices.Max(append(slices.Clone(r.Caps), r.Cap)) > 1 {
		return nil, errors.New("placement: a site opens once, the cap of a distance problem is 1")
	}
	p := l.medianOf(weights, r)
	plan := &Plan{Objective: Distance}
	if len(p.sites) == 0 {
		return nil, errors.New("placement: no site may be opened")
	}
	order, total := p.build()
	plan.Nested = true
	var bound float64
	if r.Ranking != Nested {
		solution := p.solve(order, total)
		if solution.total < total*(1-1e-12) {
			order, plan.Nested = p.rank(solution.open), false
		}
		total, bound = solution.total, solution.bound
	} else {
		bound = p.relax(order, total, nil)
	}
	plan.Before = sum(p.worst)
	plan.After, plan.Bound = total, min(total, bound)
	plan.Value = plan.Before - plan.After
	plan.AtLeast = ratio(plan.Bound, plan.After)
	p.describe(plan, order)
	return plan, nil
}

// describe lists the sites in order with what each saves, and counts the places that nothing open serves.
func (p *median) describe(plan *Plan, order []int) {
	paid := slices.Clone(p.worst)
	served := make([]bool, len(p.worst))
	for k, j := range order {
		saved := 0.0
		for at := p.colAt[j]; at < p.colAt[j+1]; at++ {
			row := p.colRow[at]
			served[row] = true
			if fee := p.colFee[at]; fee < paid[row] {
				saved += paid[row] - fee
				paid[row] = fee
			}
		}
		plan.Units = append(plan.Units, Placed{Rank: k + 1, Site: p.sites[j], Gain: saved})
	}
	for _, yes := range served {
		if !yes {
			plan.Skipped++
		}
	}
}

func (l *Links) medianOf(weights []float64, r *Request) *median {
	p := &median{whole: true, start: []uint32{0}}
	column := make([]int32, l.Supplies)
	for j := range column {
		column[j] = -1
		if r.capOf(j) > 0 {
			column[j] = int32(len(p.sites))
			p.sites = append(p.sites, j)
		}
	}
	longest := 0.0
	for _, cost := range l.Cost {
		longest = max(longest, cost)
	}
	var row []pairCost
	for i, weight := range weights {
		if weight <= 0 {
			continue
		}
		row = row[:0]
		dest, cost := l.Row(i)
		for k, j := range dest {
			inside := r.Radius == 0 || cost[k] < r.Radius || (cost[k] == r.Radius && !r.OpenRight)
			if column[j] >= 0 && inside {
				row = append(row, pairCost{uint32(column[j]), weight * cost[k]})
			}
		}
		slices.SortFunc(row, func(a, b pairCost) int {
			switch {
			case a.cost < b.cost:
				return -1
			case a.cost > b.cost:
				return 1
			}
			return int(a.dest) - int(b.dest)
		})
		for _, pair := range row {
			p.column, p.cost = append(p.column, pair.dest), append(p.cost, pair.cost)
			p.whole = p.whole && pair.cost == math.Trunc(pair.cost)
		}
		p.places, p.start = append(p.places, i), append(p.start, uint32(len(p.column)))
		p.worst = append(p.worst, 2*weight*longest)
		p.whole = p.whole && 2*weight*longest == math.Trunc(2*weight*longest)
	}
	p.transpose()
	p.limits = r.limitsFor(p.sites)
	for s, site := range p.sites {
		if r.Fixed != nil && r.Fixed[site] > 0 {
			p.fixed = append(p.fixed, s)
		}
	}
	return p
}

func (p *median) transpose() {
	p.colAt = make([]uint32, len(p.sites)+1)
	for _, j := range p.column {
		p.colAt[j+1]++
	}
	for j := range p.sites {
		p.colAt[j+1] += p.colAt[j]
	}
	next := slices.Clone(p.colAt)
	p.colRow, p.colFee = make([]uint32, len(p.column)), make([]float64, len(p.column))
	for i := range p.places {
		for at := p.start[i]; at < p.start[i+1]; at++ {
			j := p.column[at]
			p.colRow[next[j]], p.colFee[next[j]] = uint32(i), p.cost[at]
			next[j]++
		}
	}
}

// build opens sites one after the other, each the one that saves most: a nested list.
func (p *median) build() (order []int, total float64) {
	paid := slices.Clone(p.worst)
	t := p.limits.tally()
	open := make([]bool, len(p.sites))
	add := func(j int) {
		open[j] = true
		order = append(order, j)
		for at := p.colAt[j]; at < p.colAt[j+1]; at++ {
			paid[p.colRow[at]] = min(paid[p.colRow[at]], p.colFee[at])
		}
	}
	for _, j := range p.fixed {
		add(j)
	}
	saved := func(j int) float64 {
		total := 0.0
		for at := p.colAt[j]; at < p.colAt[j+1]; at++ {
			total += max(0, paid[p.colRow[at]]-p.colFee[at])
		}
		return total
	}
	queue := make(worths, 0, len(p.sites))
	for j := range p.sites {
		if !open[j] && t.fits(j) > 0 {
			queue = append(queue, worth{site: j, key: saved(j)})
		}
	}
	heap.Init(&queue)
	for round := 0; len(queue) > 0 && t.left > 0; {
		switch top := &queue[0]; {
		case t.fits(top.site) == 0:
			heap.Pop(&queue)
		case top.round != round: // what a site saves never grows: only the first is looked at again
			top.key, top.round = saved(top.site), round
			heap.Fix(&queue, 0)
		default:
			round++
			t.add(top.site, 1)
			add(top.site)
			heap.Pop(&queue)
		}
	}
	return order, sum(paid)
}

// rank orders open sites by the greedy rule, the fixed ones first.
func (p *median) rank(open []bool) []int {
	chosen := *p
	chosen.limits = limits{caps: make([]int, len(p.sites))}
	for j, yes := range open {
		if yes && !slices.Contains(p.fixed, j) {
			chosen.limits.caps[j] = 1
			chosen.limits.budget++
		}
	}
	order, _ := chosen.build()
	return order
}

// medianSolution is the best set of open sites known, and what no set can go under.
type medianSolution struct {
	open  []bool
	total float64
	bound float64
}

// solve alternates a Lagrangian bound with interchanges from the sets that the relaxation favours, until they meet or until the
// bound stops rising.
func (p *median) solve(order []int, total float64) *medianSolution {
	best := &medianSolution{open: p.opened(order), total: total}
	x := p.interchange(best.open)
	best.open, best.total = slices.Clone(x.open), x.total
	best.bound = p.relax(order, best.total, func(picked []int) float64 {
		if candidate := p.interchange(p.opened(picked)); candidate.total < best.total-1e-9*best.total {
			best.open, best.total = slices.Clone(candidate.open), candidate.total
		}
		return best.total
	})
	p.shake(best)
	return best
}

// shakeWork limits the rounds of shake by the links and sites that they visit.
const shakeWork = 100_000_000

// shake leaves the best set known, while it is not proven: it exchanges a few open sites at random and substitutes again.
func (p *median) shake(best *medianSolution) {
	random := rand.New(rand.NewPCG(uint64(len(p.sites)), uint64(p.limits.budget)))
	for range min(200, shakeWork/(4*len(p.column)+len(p.sites)*p.limits.budget+1)) {
		if p.met(best.bound, best.total) {
			return
		}
		open := slices.Clone(best.open)
		t := p.limits.tally()
		for j, yes := range open {
			if yes && !slices.Contains(p.fixed, j) {
				t.add(j, 1)
			}
		}
		for range 2 + random.IntN(2) {
			if leave := random.IntN(len(open)); t.units[leave] > 0 {
				t.remove(leave, 1)
				open[leave] = false
			}
			if enter := random.IntN(len(open)); !open[enter] && t.fits(enter) > 0 {
				t.add(enter, 1)
				open[enter] = true
			}
		}
		if x := p.interchange(open); x.total < best.total*(1-1e-12) {
			best.open, best.total = slices.Clone(x.open), x.total
		}
	}
}

func (p *median) opened(columns []int) []bool {
	open := make([]bool, len(p.sites))
	for _, j := range columns {
		open[j] = true
	}
	return open
}

// met tells whether a bound proves a total optimal; whole costs let the bound be rounded up.
func (p *median) met(bound, total float64) bool {
	if p.whole {
		return bound > total-1+1e-6
	}
	return bound >= total*(1-1e-9)
}

// relaxSteps and relaxWork limit the search for a bound: steps, and links and sites visited over all of them.
const (
	relaxSteps = 3000
	relaxWork  = 3_000_000_000
)

// relax bounds the least total from below. With a price λ_i for serving each row, a site is worth Σ_i min(0, cost_ij − λ_i), and the
// bound is Σ λ_i + the fixed sites + the best admissible others: valid for any prices. Prices follow a subgradient. try, when not
// nil, gets sets of open sites to improve, and returns the best total known.
func (p *median) relax(order []int, total float64, try func(picked []int) float64) float64 {
	price := p.firstPrices(p.opened(order))
	worth, served := make([]float64, len(p.sites)), make([]float64, len(price))
	best, pace, stalled := 0.0, 1.5, 0
	var lastTried []int
	var picks []pick
	var scratch []int
	steps := min(relaxSteps, max(100, relaxWork/(len(p.column)+60*len(p.sites)+1)))
	for step := range steps {
		var bound float64
		bound, picks, scratch = p.priced(price, worth, picks, scratch)
		picked := slices.Clone(p.fixed)
		for _, pick := range picks {
			picked = append(picked, pick.site)
		}
		if bound > best {
			if bound > best*(1+1e-5) {
				stalled = 0
			}
			best = bound
		}
		if stalled++; stalled > 25 {
			pace, stalled = pace*0.7, 0
		}
		if try != nil && (step%15 == 0 || p.met(best, total)) {
			if slices.Sort(picked); !slices.Equal(picked, lastTried) {
				total = try(picked)
				lastTried = picked
			}
		}
		if p.met(best, total) || pace < 1e-4 {
			break
		}
		p.reprice(price, served, picked, pace*(total*1.002-bound))
	}
	if p.whole {
		best = math.Ceil(best - 1e-6)
	}
	return min(best, total)
}

// firstPrices are what each row would pay at its second open site: rows then already refuse most sites.
func (p *median) firstPrices(open []bool) []float64 {
	price := make([]float64, len(p.worst))
	for i := range price {
		price[i] = p.worst[i]
		seen := 0
		for at := p.start[i]; at < p.start[i+1] && seen < 2; at++ {
			if open[p.column[at]] {
				price[i] = p.cost[at]
				seen++
			}
		}
	}
	return price
}

// priced is the bound that prices give, and the sites that it picks.
func (p *median) priced(price, worth []float64, picks []pick, scratch []int) (float64, []pick, []int) {
	clear(worth)
	bound := 0.0
	for i, lambda := range price {
		bound += min(lambda, p.worst[i]) // going unserved is always possible
		for at := p.start[i]; at < p.start[i+1] && p.cost[at] < lambda; at++ {
			worth[p.column[at]] += lambda - p.cost[at]
		}
	}
	for _, j := range p.fixed {
		bound -= worth[j]
		worth[j] = 0
	}
	picks, scratch = p.limits.best(worth, scratch, picks[:0])
	for _, pick := range picks {
		bound -= worth[pick.site]
	}
	return bound, picks, scratch
}

// reprice moves prices against the number of picked sites that want each row: up when none does, down when several do.
func (p *median) reprice(price, served []float64, picked []int, push float64) {
	clear(served)
	for _, j := range picked {
		for at := p.colAt[j]; at < p.colAt[j+1]; at++ {
			if p.colFee[at] < price[p.colRow[at]] {
				served[p.colRow[at]]++
			}
		}
	}
	norm := 0.0
	for i := range served {
		if price[i] > p.worst[i] {
			served[i]++
		}
		norm += (1 - served[i]) * (1 - served[i])
	}
	if norm == 0 || push <= 0 {
		return
	}
	for i := range price {
		price[i] = max(0, price[i]+push/norm*(1-served[i]))
	}
}

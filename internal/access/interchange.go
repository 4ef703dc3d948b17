package access

import "math"

// exchange is the state of a vertex substitution (Teitz & Bart 1968, evaluated as Whitaker 1983): for each row the cheapest and
// the second cheapest open sites.
type exchange struct {
	p             *median
	open          []bool
	first, second []int32 // −1: going unserved
	pays, next    []float64
	total         float64
	fixed         []bool
	opens         []int     // open sites that may close
	base          []float64 // per site: what its rows would pay more at their second site
	loss          []float64 // the same once another site opens, scratch of one evaluation
}

// interchange swaps an open site for a closed one while that lowers the total. Fixed sites stay open; ceilings of groups hold.
func (p *median) interchange(open []bool) *exchange {
	x := &exchange{p: p, open: open, fixed: p.opened(p.fixed), loss: make([]float64, len(p.sites)), base: make([]float64, len(p.sites))}
	x.first, x.second = make([]int32, len(p.worst)), make([]int32, len(p.worst))
	x.pays, x.next = make([]float64, len(p.worst)), make([]float64, len(p.worst))
	t := p.limits.tally()
	for j, yes := range open {
		if yes && !x.fixed[j] {
			t.add(j, 1)
		}
	}
	x.fillUp(t)
	for j, yes := range x.open {
		if yes && !x.fixed[j] {
			x.opens = append(x.opens, j)
		}
	}
	for i := range p.worst {
		x.first[i] = -1
		x.settle(i)
	}
	x.total = sum(x.pays)
	for enter, without := 0, 0; without < len(p.sites); enter = (enter + 1) % len(p.sites) {
		without++
		if x.open[enter] || p.limits.caps[enter] == 0 {
			continue
		}
		if at, gain := x.partner(enter, t); gain > 1e-9*(1+x.total) {
			leave := x.opens[at]
			t.remove(leave, 1)
			t.add(enter, 1)
			x.opens[at] = enter
			x.swap(enter, leave)
			without = 0
		}
	}
	return x
}

// fillUp opens what the budget still allows: a relaxation may pick fewer sites.
func (x *exchange) fillUp(t *tally) {
	for j := range x.open {
		if t.left == 0 {
			return
		}
		if !x.open[j] && t.fits(j) > 0 {
			t.add(j, 1)
			x.open[j] = true
		}
	}
}

// settle finds the two cheapest open sites of a row.
func (x *exchange) settle(i int) {
	if r := x.first[i]; r >= 0 {
		x.base[r] -= x.next[i] - x.pays[i]
	}
	x.first[i], x.second[i] = -1, -1
	x.pays[i], x.next[i] = x.p.worst[i], x.p.worst[i]
	for at := x.p.start[i]; at < x.p.start[i+1]; at++ {
		j := x.p.column[at]
		if !x.open[j] {
			continue
		}
		if x.first[i] < 0 {
			x.first[i], x.pays[i] = int32(j), x.p.cost[at]
			continue
		}
		x.second[i], x.next[i] = int32(j), x.p.cost[at]
		break
	}
	if r := x.first[i]; r >= 0 {
		x.base[r] += x.next[i] - x.pays[i]
	}
}

// partner finds which of the open sites should close if `enter` opens, by its place in opens, and what the exchange saves.
func (x *exchange) partner(enter int, t *tally) (at int, gain float64) {
	// Closing r sends its rows to their second site; the rows that `enter` serves cheaper than that lose less.
	for _, r := range x.opens {
		x.loss[r] = x.base[r]
	}
	saved := 0.0
	for at := x.p.colAt[enter]; at < x.p.colAt[enter+1]; at++ {
		i, fee := x.p.colRow[at], x.p.colFee[at]
		if fee >= x.next[i] {
			continue
		}
		r := x.first[i]
		if fee < x.pays[i] {
			saved += x.pays[i] - fee
			fee = x.pays[i]
		}
		if r >= 0 {
			x.loss[r] -= x.next[i] - fee
		}
	}
	best, least := -1, math.Inf(1)
	for k, r := range x.opens {
		if x.loss[r] < least && x.mayReplace(r, enter, t) {
			best, least = k, x.loss[r]
		}
	}
	if best < 0 {
		return -1, 0
	}
	return best, saved - least
}

// mayReplace tells whether the ceilings allow `enter` once `leave` is closed.
func (x *exchange) mayReplace(leave, enter int, t *tally) bool {
	if t.group == nil {
		return true
	}
	group := t.group[enter]
	return t.room[group] != 0 || t.group[leave] == group
}

func (x *exchange) swap(enter, leave int) {
	x.open[enter], x.open[leave] = true, false
	for at := x.p.colAt[enter]; at < x.p.colAt[enter+1]; at++ {
		if i := x.p.colRow[at]; x.p.colFee[at] < x.next[i] {
			x.settle(int(i))
		}
	}
	for at := x.p.colAt[leave]; at < x.p.colAt[leave+1]; at++ {
		if i := x.p.colRow[at]; x.first[i] == int32(leave) || x.second[i] == int32(leave) {
			x.settle(int(i))
		}
	}
	x.total = sum(x.pays)
}

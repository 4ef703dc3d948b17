package access

import (
	"math"
	"slices"
)

// The bound of a placement. Lifted needs obey min(need, lifted) ≤ need, ≤ Σ lift·x and, since units are whole, a mixed integer
// rounding cut: with δ the largest lift of the row, k = ⌈need/δ⌉ and c = need − (k−1)·δ,
//
//	min(need, lifted) ≤ need − k·c + Σ min(lift, c)·x,
//
// and, where a need only counts once met whole, need·[lifted ≥ need] ≤ Σ min(lift, c)·x · need/(k·c).
//
// Weighting the three for each row by value−y−u, y and u, all at least 0, gives for every admissible x
//
//	Σ value·min(need, lifted) ≤ Σ (value−y−u)·need + u·(need−k·c) + max over admissible x of Σ_s x_s·Σ_r (y·lift + u·min(lift, c))
//
// and the last maximum is a sort: caps, ceilings and budget are nested counts, over which taking the best scores first is exact.
// So every y and u give a valid bound, whatever found them. Good ones are found by the primal–dual hybrid gradient (Chambolle &
// Pock 2011, with their diagonal steps): a fractional placement x climbs the scores while the weights fall where needs are met.
type dual struct {
	f    *field
	l    *limits
	left []float64 // need before anything is placed, per row; never negative
	cut  []float64 // c, 0 where the row has no cut
	base []float64 // need − k·c
	rate []float64 // what each lifted unit of the cut counts: 1, or need/(k·c) for headcounts

	x, ahead, scores, stepX []float64 // per site
	tops                    []float64 // per site: caps
	prices                  []float64 // of the budget, then of each group: where the next search starts
	y, u                    []float64 // per row: weights
	meanY, meanU            []float64
	lifted, rounded         []float64 // per row: Σ lift·x, Σ min(lift, c)·x
	stepY                   []float64
	order                   []int
	picks                   []pick
	best, averaged          float64
	steps                   int
}

type pick struct{ site, units int }

// checkEvery is the number of steps between two bounds: a bound needs a sort, a step does not. restartEvery is the number of
// steps whose mean is kept: means forget the oscillation of the steps, but lag behind.
const (
	checkEvery   = 16
	restartEvery = 64
)

// search takes up to `steps` steps and stops once the bound is at or under `target`. It can be called again to go on.
func (d *dual) search(steps int, target float64) float64 {
	for range steps {
		if d.best <= target {
			break
		}
		d.step()
		d.steps++
		if d.steps%checkEvery == 0 {
			d.evaluate(d.meanY, d.meanU)
		}
		if d.steps%restartEvery == 0 {
			d.averaged = 0
		}
	}
	return d.best
}

// newDual prepares the search from a placement. headcount makes a need count only once it is met whole.
func newDual(f *field, l *limits, left []float64, start []int, headcount bool) *dual {
	sites, rows := len(f.sites), len(left)
	d := &dual{f: f, l: l, left: left, best: math.Inf(1)}
	perSite, perRow := make([]float64, 5*sites), make([]float64, 10*rows)
	take := func(from *[]float64, n int) []float64 {
		part := (*from)[:n:n]
		*from = (*from)[n:]
		return part
	}
	for _, at := range []*[]float64{&d.x, &d.ahead, &d.scores, &d.stepX, &d.tops} {
		*at = take(&perSite, sites)
	}
	for _, at := range []*[]float64{&d.cut, &d.base, &d.rate, &d.y, &d.u, &d.meanY, &d.meanU, &d.lifted, &d.rounded, &d.stepY} {
		*at = take(&perRow, rows)
	}
	d.prices = make([]float64, 1+len(l.ceiling))
	for s := range sites {
		d.x[s], d.tops[s] = float64(start[s]), float64(l.caps[s])
		d.ahead[s] = d.x[s]
		at, lift := f.column(s)
		for k, r := range at {
			d.stepX[s] += lift[k]
			d.stepY[r] += lift[k]
			d.lifted[r] += d.x[s] * lift[k]
			d.cut[r] = max(d.cut[r], lift[k])
		}
	}
	d.round(headcount)
	d.balance()
	d.evaluate(d.y, d.u)
	return d
}

// round computes the rounding cut of each row from its largest lift.
func (d *dual) round(headcount bool) {
	for r, need := range d.left {
		largest := d.cut[r]
		d.cut[r] = 0
		if largest <= 0 || need <= largest {
			continue
		}
		k := math.Ceil(need/largest - 1e-9)
		if c := need - (k-1)*largest; c < largest*(1-1e-9) {
			d.cut[r], d.base[r], d.rate[r] = c, need-k*c, 1
			if headcount {
				d.base[r], d.rate[r] = 0, need/(k*c)
			}
		}
	}
}

// balance sets the first weights and the lengths of the steps, so that both sides move at a like pace.
func (d *dual) balance() {
	sizeX, sizeY := 0.0, 0.0
	for r, need := range d.left {
		if d.lifted[r] < need {
			d.y[r] = d.f.value[r]
		}
		sizeY += d.y[r] * d.y[r] * d.stepY[r]
	}
	for s, x := range d.x {
		sizeX += x * x * d.stepX[s]
	}
	pace := 1.0
	if sizeX > 0 && sizeY > 0 {
		pace = 3 * math.Sqrt(sizeX/sizeY) // 3 was the best of 0.3, 1 and 3 on made-up regions
	}
	for s, total := range d.stepX {
		d.stepX[s] = pace / max(total, 1e-300)
	}
	for r, total := range d.stepY {
		d.stepY[r] = 1 / pace / max(total, 1e-300)
	}
}

// step moves the weights against the needs that the extrapolated placement meets, then the placement up its scores.
func (d *dual) step() {
	d.lift(d.ahead)
	d.averaged++
	for r, need := range d.left {
		y := max(0, d.y[r]+d.stepY[r]*(need-d.lifted[r]))
		u, value := 0.0, d.f.value[r]
		if d.cut[r] > 0 {
			u = max(0, d.u[r]+d.stepY[r]*(need-d.base[r]-d.rate[r]*d.rounded[r]))
		}
		if over := y + u - value; over > 0 {
			y, u = y-over/2, u-over/2
			if y < 0 {
				y, u = 0, value
			} else if u < 0 {
				y, u = value, 0
			}
		}
		d.y[r], d.u[r] = y, u
		d.meanY[r] += (y - d.meanY[r]) / d.averaged
		d.meanU[r] += (u - d.meanU[r]) / d.averaged
	}
	d.score(d.y, d.u)
	for s, score := range d.scores {
		d.scores[s] = d.x[s] + d.stepX[s]*score
	}
	d.project()
}

func (d *dual) lift(x []float64) {
	clear(d.lifted)
	clear(d.rounded)
	for s, units := range x {
		if units == 0 {
			continue
		}
		rows, lift := d.f.column(s)
		for k, r := range rows {
			d.lifted[r] += units * lift[k]
			d.rounded[r] += units * min(lift[k], d.cut[r])
		}
	}
}

func (d *dual) score(y, u []float64) {
	clear(d.scores)
	for r, weight := range y {
		sites, lift := d.f.row(r)
		switch extra := u[r] * d.rate[r]; {
		case extra > 0:
			cut := d.cut[r]
			for k, s := range sites {
				d.scores[s] += weight*lift[k] + extra*min(lift[k], cut)
			}
		case weight > 0:
			for k, s := range sites {
				d.scores[s] += weight * lift[k]
			}
		}
	}
}

// project brings the placement in d.scores back within the budget, the caps and the ceilings: x_s = z_s − step_s·price, held in
// 0..cap, at the least price that respects the limit. It sets x, and its extrapolation.
func (d *dual) project() {
	if d.l.group != nil {
		for g, ceiling := range d.l.ceiling {
			if ceiling >= 0 {
				d.charge(float64(ceiling), g)
			}
		}
	}
	d.charge(float64(d.l.budget), -1)
	for s, z := range d.scores {
		x := min(max(z, 0), d.tops[s])
		d.ahead[s] = 2*x - d.x[s]
		d.x[s] = x
	}
}

// charge lowers d.scores by step·price over a group (−1: all sites), so that the units held fit in the limit. What is held falls
// with the price, in straight pieces: Newton's steps from the last price find it, halving where they would leave the bracket.
func (d *dual) charge(limit float64, group int) {
	price, low, high := d.prices[group+1], 0.0, math.Inf(1)
	for range 60 {
		units, slope := d.held(price, group)
		if math.Abs(units-limit) <= 1e-6*limit+1e-9 {
			break
		}
		if units > limit {
			low = price
		} else if high = price; price == 0 {
			break
		}
		next := math.Inf(1)
		if slope > 0 {
			next = price + (units-limit)/slope
		}
		switch {
		case next > low && next < high:
			price = next
		case next <= low && low == 0:
			price = 0
		case math.IsInf(high, 1):
			price = 2*low + 1e-9
		default:
			price = (low + high) / 2
		}
	}
	d.prices[group+1] = price
	if price == 0 {
		return
	}
	for s := range d.scores {
		if group < 0 || d.l.group[s] == group {
			d.scores[s] -= d.stepX[s] * price
		}
	}
}

// held is what d.scores holds in a group at a price, and how fast that falls with the price.
func (d *dual) held(price float64, group int) (units, slope float64) {
	for s, z := range d.scores {
		x := z - d.stepX[s]*price
		if x <= 0 || (group >= 0 && d.l.group[s] != group) {
			continue
		}
		if top := d.tops[s]; x < top {
			units += x
			slope += d.stepX[s]
		} else {
			units += top
		}
	}
	return units, slope
}

// evaluate computes the bound that weights give, and keeps the least.
func (d *dual) evaluate(y, u []float64) {
	d.score(y, u)
	total := 0.0
	for r, need := range d.left {
		total += (d.f.value[r]-y[r]-u[r])*need + u[r]*d.base[r]
	}
	d.picks, d.order = d.l.best(d.scores, d.order, d.picks[:0])
	for _, p := range d.picks {
		total += float64(p.units) * d.scores[p.site]
	}
	d.best = min(d.best, total)
}

// best is the admissible placement of the largest total score.
func (l *limits) best(scores []float64, order []int, picks []pick) ([]pick, []int) {
	order = order[:0]
	for s, score := range scores {
		if score > 0 && l.caps[s] > 0 {
			order = append(order, s)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	})
	t := l.tally()
	for _, s := range order {
		if t.left == 0 {
			break
		}
		if units := t.fits(s); units > 0 {
			t.add(s, units)
			picks = append(picks, pick{s, units})
		}
	}
	return picks, order
}

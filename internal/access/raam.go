package access

import (
	"cmp"
	"math"
	"slices"
)

// RationalOptions tunes the rational agent access model.
type RationalOptions struct {
	// Tau is the travel cost that people accept to avoid a place loaded at 100 % of the mean demand per unit of supply.
	// 0 means 60 minutes.
	Tau float64
	// Tolerance is the largest change of a place's congestion over one sweep at which the search stops. 0 means 1e-10.
	Tolerance float64
	// Sweeps is the most passes over all demand places. 0 means 2,000.
	Sweeps int
}

// Rational computes the rational agent access model (Saxon & Snow 2020): everyone picks the place where travel plus congestion
// costs least, c_ij = D_j/(ρ·S_j) + t_ij/τ with ρ = ΣP/ΣS, until nobody gains by moving. The value is that cost, so *lower is
// better*; 0 where no supply is in reach. A place without inhabitants gets the cost that its first inhabitant would meet. d
// only says which links are in reach (weight above 0).
//
// The equilibrium is the minimum of a convex function; each sweep lets every demand place split itself exactly, given the others.
func (l *Links) Rational(d Decay, population, supply []float64, options RationalOptions) []float64 {
	value := make([]float64, l.Demands)
	totalSupply := sum(supply)
	if totalSupply <= 0 {
		return value
	}
	rho := sum(population) / totalSupply
	g := newGame(l, d, supply, rho, cmp.Or(options.Tau, 60))
	tolerance := cmp.Or(options.Tolerance, 1e-10)
	for range cmp.Or(options.Sweeps, 2000) {
		if g.sweep(population) <= tolerance {
			break
		}
	}
	for i := range l.Demands {
		value[i] = g.cost(i)
	}
	return value
}

// game is the state of the search: how many people of each row go to each of its places.
type game struct {
	start    []uint32
	dest     []uint32
	travel   []float64
	people   []float64
	load     []float64 // people at each place
	capacity []float64 // ρ·S_j
	order    []int
	floor    []float64
}

func newGame(l *Links, d Decay, supply []float64, rho, tau float64) *game {
	g := &game{start: make([]uint32, 1, l.Demands+1), load: make([]float64, l.Supplies), capacity: make([]float64, l.Supplies)}
	for j, s := range supply {
		// Without demand anywhere ρ is 0: congestion is then nil, whatever the supply.
		g.capacity[j] = s * cmp.Or(rho, 1)
	}
	for i := range l.Demands {
		dest, cost := l.Row(i)
		for k, j := range dest {
			if supply[j] > 0 && d.Weight(cost[k]) > 0 {
				g.dest, g.travel = append(g.dest, j), append(g.travel, cost[k]/tau)
			}
		}
		g.start = append(g.start, uint32(len(g.dest)))
	}
	g.people = make([]float64, len(g.dest))
	return g
}

// sweep lets each demand place split itself anew, and returns the largest change of congestion met.
func (g *game) sweep(population []float64) float64 {
	moved := 0.0
	for i, total := range population {
		if from, to := g.start[i], g.start[i+1]; total > 0 && from < to {
			moved = max(moved, g.split(from, to, total))
		}
	}
	return moved
}

// split pours `total` people over the places of one row so that all used places cost the same, and returns the largest change of
// congestion.
func (g *game) split(from, to uint32, total float64) float64 {
	dest := g.dest[from:to]
	g.order, g.floor = g.order[:0], g.floor[:0]
	for k, j := range dest {
		others := g.load[j] - g.people[int(from)+k]
		g.floor = append(g.floor, others/g.capacity[j]+g.travel[int(from)+k])
		g.order = append(g.order, k)
	}
	slices.SortFunc(g.order, func(a, b int) int { return cmp.Or(cmp.Compare(g.floor[a], g.floor[b]), a-b) })
	level, width, volume := 0.0, 0.0, 0.0
	for n, k := range g.order {
		width += g.capacity[dest[k]]
		volume += g.capacity[dest[k]] * g.floor[k]
		level = (total + volume) / width
		if n+1 == len(g.order) || level <= g.floor[g.order[n+1]] {
			break
		}
	}
	moved := 0.0
	for k, j := range dest {
		people := max(0, g.capacity[j]*(level-g.floor[k]))
		change := people - g.people[int(from)+k]
		g.people[int(from)+k] = people
		g.load[j] += change
		moved = max(moved, math.Abs(change)/g.capacity[j])
	}
	return moved
}

// cost is what the people of row i pay on average, or would pay if nobody lives there.
func (g *game) cost(i int) float64 {
	paid, people, least := 0.0, 0.0, math.Inf(1)
	for p := g.start[i]; p < g.start[i+1]; p++ {
		j := g.dest[p]
		price := g.load[j]/g.capacity[j] + g.travel[p]
		paid += price * g.people[p]
		people += g.people[p]
		least = min(least, price)
	}
	switch {
	case people > 0:
		return paid / people
	case math.IsInf(least, 1):
		return 0
	}
	return least
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

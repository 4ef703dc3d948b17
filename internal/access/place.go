package access

import (
	"errors"
	"fmt"
	"math"
)

// Objective is what a placement tries to improve.
type Objective string

// The objectives. Shortfall, Headcount and MaxMin add doctors to a model; Coverage and Distance open sites in links.
const (
	// Shortfall lowers Σ P_i·max(0, τ−A_i), in consultations a year.
	Shortfall Objective = "shortfall"
	// Headcount lifts as many inhabitants as it can to τ or above.
	Headcount Objective = "headcount"
	// MaxMin raises the lowest access among the inhabited places that some site reaches.
	MaxMin Objective = "maxmin"
	// Coverage opens sites so that as much demand as possible lies within a radius (MCLP, Church & ReVelle 1974).
	Coverage Objective = "coverage"
	// Distance opens sites so that Σ P_i × cost to the nearest is least (p-median, Hakimi 1964).
	Distance Objective = "distance"
)

// Objectives lists the objectives in the order in which they are offered.
func Objectives() []Objective { return []Objective{Shortfall, Headcount, MaxMin, Coverage, Distance} }

// Ranking says how the list of a placement may change when N does.
type Ranking string

const (
	// Auto keeps the nested list where it is certified within 3 % of the best possible, else takes the best list found.
	Auto Ranking = "auto"
	// Nested only ever adds to the list of a smaller N.
	Nested Ranking = "nested"
	// Best looks for the best list for this N.
	Best Ranking = "best"
)

// Request asks for a placement of N units.
type Request struct {
	Objective Objective
	// N is the budget in units.
	N int
	// Tau is the access under which a place lacks care; used by Shortfall and Headcount.
	Tau float64
	// Unit is what one unit adds to a site's supply: 5,400 for a full-time doctor, k times that for a house of k doctors.
	Unit float64
	// Cap is the most units at one site; 0 sets none. Caps, when not nil, gives one per site and wins over Cap.
	Cap  int
	Caps []int
	// Forbidden sites get nothing. Nil forbids none.
	Forbidden []bool
	// Fixed units are placed first, and count in N and in the caps and ceilings. Nil fixes none.
	Fixed []int
	// Group is the region of each site, and Ceiling the most units in each region; a region without an entry has none.
	Group   []int
	Ceiling map[int]int
	// Radius is the cost within which Coverage covers; for Distance, links beyond it are left out when it is positive.
	Radius float64
	// OpenRight makes the radius strict.
	OpenRight bool
	Ranking   Ranking
}

// Placed is one unit of a plan.
type Placed struct {
	Rank int // from 1
	Site int // index of the supply place
	// Gain is what the objective gains when this unit joins the ones ranked before it.
	Gain float64
}

// Plan is a ranked list of units with what it is worth and how much better any other list could be.
type Plan struct {
	Objective Objective
	Units     []Placed
	// Before and After are the objective's figure without and with the plan: the shortfall, the inhabitants at τ or above, the
	// lowest access, the demand covered, the total distance.
	Before, After float64
	// Value is what the plan gains: Before − After for Shortfall and Distance, After − Before for the others.
	Value float64
	// Bound limits what any admissible list can reach: at most Bound is gained (Shortfall, Headcount), the figure is at most
	// Bound (MaxMin, Coverage), or at least Bound (Distance). It comes from a dual solution and holds whatever the heuristic did.
	Bound float64
	// AtLeast is the certified part of the best possible, in 0..1.
	AtLeast float64
	// Nested tells whether the list only adds to the lists of smaller N.
	Nested bool
	// Skipped counts demand places that the objective leaves out: no site in reach (MaxMin), or nothing opened in reach
	// (Distance, where each counts at twice the longest cost).
	Skipped int
}

// fixedUnits is the number of units that are decided beforehand.
func (r *Request) fixedUnits() int {
	total := 0
	for _, units := range r.Fixed {
		total += units
	}
	return total
}

// check refuses a request that cannot be met or read.
func (r *Request) check(sites int) error {
	switch {
	case r.N < 1:
		return fmt.Errorf("placement: %d units is not a budget", r.N)
	case r.Cap < 0:
		return fmt.Errorf("placement: a cap of %d units", r.Cap)
	case r.Caps != nil && len(r.Caps) != sites, r.Forbidden != nil && len(r.Forbidden) != sites,
		r.Fixed != nil && len(r.Fixed) != sites, r.Group != nil && len(r.Group) != sites:
		return fmt.Errorf("placement: a list has not one entry for each of the %d sites", sites)
	case r.Ceiling != nil && r.Group == nil:
		return errors.New("placement: ceilings without the groups of sites")
	}
	fixed := 0
	perGroup := make(map[int]int)
	for site, units := range r.Fixed {
		if units < 0 || units > r.capOf(site) {
			return fmt.Errorf("placement: %d fixed units at site %d, whose cap is %d", units, site, r.capOf(site))
		}
		fixed += units
		if r.Group != nil {
			perGroup[r.Group[site]] += units
		}
	}
	if fixed > r.N {
		return fmt.Errorf("placement: %d fixed units exceed the %d to place", fixed, r.N)
	}
	for group, ceiling := range r.Ceiling {
		if ceiling < 0 || perGroup[group] > ceiling {
			return fmt.Errorf("placement: %d fixed units in group %d, whose ceiling is %d", perGroup[group], group, ceiling)
		}
	}
	return nil
}

// capOf is the most units at a site, fixed ones included.
func (r *Request) capOf(site int) int {
	limit := r.N
	if r.Caps != nil {
		limit = min(limit, r.Caps[site])
	} else if r.Cap > 0 {
		limit = min(limit, r.Cap)
	}
	if r.Forbidden != nil && r.Forbidden[site] {
		limit = 0
	}
	return max(0, limit)
}

// limits is what is left to place once the fixed units are: the admissible lists of every heuristic and of every bound.
type limits struct {
	budget  int
	caps    []int // per site of the field
	group   []int // per site; nil without ceilings
	ceiling []int // per group; −1 without
}

// limitsFor computes the limits over the given sites.
func (r *Request) limitsFor(sites []int) limits {
	l := limits{budget: r.N - r.fixedUnits(), caps: make([]int, len(sites))}
	for s, site := range sites {
		l.caps[s] = min(r.capOf(site), r.N)
		if r.Fixed != nil {
			l.caps[s] -= r.Fixed[site]
		}
		l.caps[s] = min(l.caps[s], l.budget)
	}
	if len(r.Ceiling) == 0 {
		return l
	}
	number := make(map[int]int)
	l.group = make([]int, len(sites))
	for s, site := range sites {
		name := r.Group[site]
		g, known := number[name]
		if !known {
			g = len(l.ceiling)
			number[name] = g
			left, limited := r.Ceiling[name]
			if !limited {
				left = -1
			}
			l.ceiling = append(l.ceiling, left)
		}
		l.group[s] = g
	}
	for site, units := range r.Fixed {
		if g, known := number[r.Group[site]]; known && l.ceiling[g] >= 0 {
			l.ceiling[g] -= units
		}
	}
	return l
}

// tally counts what a list uses of its limits.
type tally struct {
	*limits
	left  int
	units []int // per site
	room  []int // per group
}

func (l *limits) tally() *tally {
	return &tally{limits: l, left: l.budget, units: make([]int, len(l.caps)), room: append([]int(nil), l.ceiling...)}
}

// fits is the number of further units that a site may take.
func (t *tally) fits(site int) int {
	fits := min(t.left, t.caps[site]-t.units[site])
	if t.group != nil && t.room[t.group[site]] >= 0 {
		fits = min(fits, t.room[t.group[site]])
	}
	return fits
}

func (t *tally) add(site, units int) {
	t.left -= units
	t.units[site] += units
	if t.group != nil && t.room[t.group[site]] >= 0 {
		t.room[t.group[site]] -= units
	}
}

// remove may only take back what add put; a group without a ceiling stays at −1.
func (t *tally) remove(site, units int) {
	t.left += units
	t.units[site] -= units
	if t.group != nil && t.ceiling[t.group[site]] >= 0 {
		t.room[t.group[site]] += units
	}
}

// Place adds N units of supply to the model: Shortfall, Headcount or MaxMin.
func (m *Model) Place(r Request) (*Plan, error) {
	if err := r.check(len(m.Supply)); err != nil {
		return nil, err
	}
	if !(r.Unit > 0) || math.IsInf(r.Unit, 0) {
		return nil, fmt.Errorf("placement: a unit of %v", r.Unit)
	}
	if r.Objective != MaxMin && (!(r.Tau > 0) || math.IsInf(r.Tau, 0)) {
		return nil, fmt.Errorf("placement: a threshold of %v", r.Tau)
	}
	switch r.Objective {
	case Shortfall:
		return m.placeShortfall(&r), nil
	case Headcount:
		return m.placeHeadcount(&r), nil
	case MaxMin:
		return m.placeMaxMin(&r), nil
	}
	return nil, fmt.Errorf("placement: objective %q does not add supply", r.Objective)
}

// Locate opens N sites among the destinations of the links, for a demand of the given weights: Coverage or Distance.
func (l *Links) Locate(weights []float64, r Request) (*Plan, error) {
	if len(weights) != l.Demands {
		return nil, fmt.Errorf("placement: %d weights for %d places", len(weights), l.Demands)
	}
	if r.Cap == 0 && r.Caps == nil {
		r.Cap = 1
	}
	if err := r.check(l.Supplies); err != nil {
		return nil, err
	}
	if r.Radius < 0 || math.IsNaN(r.Radius) {
		return nil, fmt.Errorf("placement: a radius of %v", r.Radius)
	}
	switch r.Objective {
	case Coverage:
		return l.placeCoverage(weights, &r), nil
	case Distance:
		return l.placeDistance(weights, &r)
	}
	return nil, fmt.Errorf("placement: objective %q does not open sites", r.Objective)
}

// ratio is a/b held within 0..1, and 1 when there is nothing to gain.
func ratio(a, b float64) float64 {
	if !(b > 0) {
		return 1
	}
	return max(0, min(1, a/b))
}

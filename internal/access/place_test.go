package access

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"maillage/internal/testdata"
)

// readGraph reads an OR-Library p-median file: a graph whose shortest paths are the costs.
func readGraph(t *testing.T, path string) (links *Links, weights []float64, p int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	words := bufio.NewScanner(f)
	words.Split(bufio.ScanWords)
	next := func() int {
		words.Scan()
		n, err := strconv.Atoi(words.Text())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n, edges := next(), next()
	p = next()
	distance := make([]float64, n*n)
	for k := range distance {
		distance[k] = math.Inf(1)
	}
	for i := range n {
		distance[i*n+i] = 0
	}
	for range edges {
		a, b, length := next()-1, next()-1, float64(next())
		distance[a*n+b], distance[b*n+a] = length, length // a later line replaces an earlier one
	}
	for k := range n {
		for i := range n {
			via := distance[i*n+k]
			if math.IsInf(via, 1) {
				continue
			}
			for j := range n {
				if d := via + distance[k*n+j]; d < distance[i*n+j] {
					distance[i*n+j] = d
				}
			}
		}
	}
	var block PairBlock
	for i := range n {
		weights = append(weights, 1)
		for j := range n {
			block.Origin, block.Dest = append(block.Origin, uint32(i)), append(block.Dest, uint32(j))
			block.Cost = append(block.Cost, distance[i*n+j])
		}
	}
	links, err = NewLinks(n, n, block)
	if err != nil {
		t.Fatal(err)
	}
	return links, weights, p
}

var pmedOptima = []struct {
	file    int
	optimum float64
}{
	{1, 5819}, {3, 4250}, {5, 1355}, {7, 5631}, {9, 2734}, {11, 7696}, {13, 4374}, {15, 1729}, {17, 6999}, {19, 2845},
	{21, 9138}, {23, 4619}, {25, 1828}, {27, 8307}, {29, 3033}, {31, 10086}, {33, 4700}, {35, 10400}, {37, 5057}, {39, 9423},
}

func TestPublishedMedians(t *testing.T) {
	for _, c := range pmedOptima {
		t.Run(fmt.Sprintf("pmed%d", c.file), func(t *testing.T) {
			path := testdata.Shared(t, fmt.Sprintf("access/orlib_pmed/pmed%d.txt", c.file))
			if testing.Short() && c.file > 15 {
				return
			}
			links, weights, p := readGraph(t, path)
			plan, err := links.Locate(weights, Request{Objective: Distance, N: p})
			if err != nil {
				t.Fatal(err)
			}
			if plan.After != c.optimum {
				t.Errorf("reached %v, the optimum is %v", plan.After, c.optimum)
			}
			if plan.Bound > c.optimum {
				t.Errorf("bound %v is above the optimum %v", plan.Bound, c.optimum)
			}
			if len(plan.Units) != p {
				t.Errorf("%d sites of %d", len(plan.Units), p)
			}
			t.Logf("total %v, bound %v, at least %.4f", plan.After, plan.Bound, plan.AtLeast)
		})
	}
}

// sanFrancisco reads the 205 census tracts and 16 stores of spopt's tests.
func sanFrancisco(t *testing.T) (links *Links, weights []float64) {
	t.Helper()
	content, err := os.ReadFile(testdata.Shared(t, "access/spopt_sf/SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
	if err != nil {
		t.Fatal(err)
	}
	tracts, stores := map[string]uint32{}, map[string]uint32{}
	number := func(names map[string]uint32, name string) uint32 {
		if _, known := names[name]; !known {
			names[name] = uint32(len(names))
		}
		return names[name]
	}
	var block PairBlock
	for k, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		field := strings.Split(strings.TrimSpace(line), ",")
		if k == 0 {
			continue
		}
		distance, err1 := strconv.ParseFloat(field[0], 64)
		people, err2 := strconv.ParseFloat(field[3], 64)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		tract := number(tracts, field[2])
		if int(tract) == len(weights) {
			weights = append(weights, people)
		}
		block.Origin, block.Dest = append(block.Origin, tract), append(block.Dest, number(stores, field[1]))
		block.Cost = append(block.Cost, distance)
	}
	links, err = NewLinks(len(tracts), len(stores), block)
	if err != nil {
		t.Fatal(err)
	}
	return links, weights
}

func coveredPlaces(links *Links, plan *Plan, radius float64) float64 {
	covered := 0.0
	for i := range links.Demands {
		for _, p := range plan.Units {
			if cost, found := links.CostOf(i, p.Site); found && cost <= radius {
				covered++
				break
			}
		}
	}
	return covered
}

func TestPublishedSanFrancisco(t *testing.T) {
	links, weights := sanFrancisco(t)
	coverage, err := links.Locate(weights, Request{Objective: Coverage, N: 4, Radius: 5000})
	if err != nil {
		t.Fatal(err)
	}
	if coverage.After != 875247 {
		t.Errorf("%v people are covered, 875,247 can be", coverage.After)
	}
	// Every set of 6 of the 16 stores was tried.
	six, err := links.Locate(weights, Request{Objective: Coverage, N: 6, Radius: 5000})
	if err != nil || six.After != 941462 {
		t.Errorf("6 stores cover %v people (%v), 941,462 can be", six.After, err)
	}
	// The published 89.756 % counts census tracts, 184 of 205.
	if share := coveredPlaces(links, coverage, 5000) / 205; math.Abs(share-0.89756) > 5e-6 {
		t.Errorf("%v of the tracts are covered", share)
	}
	cover, err := links.CoverAll(weights, 5000)
	if err != nil {
		t.Fatal(err)
	}
	if len(cover.Sites) != 8 || cover.AtLeast != 8 {
		t.Errorf("%d sites cover everybody, at least %d must; the optimum is 8", len(cover.Sites), cover.AtLeast)
	}
	distance, err := links.Locate(weights, Request{Objective: Distance, N: 4})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(distance.After-2848268129.71) > 0.01 {
		t.Errorf("total %.2f, the optimum is 2,848,268,129.71", distance.After)
	}
	t.Logf("coverage bound %v, distance bound %v (%.5f)", coverage.Bound, distance.Bound, distance.AtLeast)
}

// enumerate visits every admissible list of units, one count per site.
func enumerate(r *Request, sites int, visit func(units []int)) {
	units := make([]int, sites)
	var descend func(site, left int)
	descend = func(site, left int) {
		if site == sites {
			visit(units)
			return
		}
		for u := 0; u <= min(left, r.capOf(site)); u++ {
			if r.Fixed != nil && u < r.Fixed[site] {
				continue
			}
			units[site] = u
			if r.Group != nil {
				used := 0
				for s := 0; s <= site; s++ {
					if r.Group[s] == r.Group[site] {
						used += units[s]
					}
				}
				if ceiling, limited := r.Ceiling[r.Group[site]]; limited && used > ceiling {
					continue
				}
			}
			descend(site+1, left-u)
		}
		units[site] = 0
	}
	descend(0, r.N)
}

func drawRequest(t *rapid.T, objective Objective, sites int) Request {
	r := Request{Objective: objective, N: rapid.IntRange(1, 4).Draw(t, "n"), Tau: 6, Unit: 900}
	r.Cap = rapid.IntRange(0, 2).Draw(t, "cap")
	r.Ranking = rapid.SampledFrom([]Ranking{Auto, Nested, Best}).Draw(t, "ranking")
	if rapid.Bool().Draw(t, "limited") {
		r.Forbidden, r.Group = make([]bool, sites), make([]int, sites)
		for s := range sites {
			r.Forbidden[s] = rapid.IntRange(0, 4).Draw(t, "forbidden") == 0
			r.Group[s] = rapid.IntRange(0, 2).Draw(t, "group")
		}
		r.Ceiling = map[int]int{0: rapid.IntRange(0, 2).Draw(t, "ceiling"), 1: 1}
	}
	if objective == Coverage || objective == Distance {
		r.Cap = 1
		r.Radius = rapid.SampledFrom([]float64{0, 8, 15}).Draw(t, "radius")
	} else if rapid.IntRange(0, 2).Draw(t, "fix") == 0 {
		r.Fixed = make([]int, sites)
		r.Fixed[rapid.IntRange(0, sites-1).Draw(t, "fixed")] = 1
	}
	return r
}

// figure is the objective of a list, computed anew.
func figure(w world, m *Model, r *Request, units []int) float64 {
	supply := append([]float64(nil), w.supply...)
	for s, u := range units {
		supply[s] += float64(u) * r.Unit
	}
	other, _ := m.WithSupply(supply)
	total, lowest := 0.0, math.Inf(1)
	for i, people := range w.population {
		switch r.Objective {
		case Shortfall:
			total += people * max(0, r.Tau-other.Value[i])
		case Headcount:
			if other.Value[i] >= r.Tau*(1-1e-9) {
				total += people
			}
		case MaxMin:
			if people > 0 && reachable(m, r, i) {
				lowest = min(lowest, other.Value[i])
			}
		}
	}
	if r.Objective == MaxMin && !math.IsInf(lowest, 1) {
		return lowest
	}
	return total
}

func reachable(m *Model, r *Request, demand int) bool {
	found := false
	m.Catchment.Reached(demand, func(site int, _ float64) {
		found = found || (r.capOf(site) > 0 && m.Load[site] > 0)
	})
	return found
}

func siteFigure(w world, r *Request, units []int) float64 {
	longest, total := 0.0, 0.0
	for _, cost := range w.links.Cost {
		longest = max(longest, cost)
	}
	for i, people := range w.population {
		best := math.Inf(1)
		for s, u := range units {
			cost, found := w.links.CostOf(i, s)
			if u > 0 && found && (r.Radius == 0 && r.Objective == Distance || cost <= r.Radius) {
				best = min(best, cost)
			}
		}
		switch {
		case r.Objective == Distance:
			total += people * min(best, 2*longest)
		case !math.IsInf(best, 1):
			total += people
		}
	}
	return total
}

func TestPlacementsAgainstEveryList(t *testing.T) {
	for _, objective := range Objectives() {
		t.Run(string(objective), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := drawWorld(t)
				m := w.model(t)
				r := drawRequest(t, objective, len(w.supply))
				plan, measure, lower, err := planned(w, m, &r)
				if err != nil {
					t.Skip(err) // limits that contradict each other
				}
				checkPlan(t, &r, plan, len(w.supply), measure, lower)
			})
		})
	}
}

// planned places what r asks for, and gives the measure of a list and whether lower is better.
func planned(w world, m *Model, r *Request) (plan *Plan, measure func([]int) float64, lower bool, err error) {
	lower = r.Objective == Shortfall || r.Objective == Distance
	if r.Objective == Coverage || r.Objective == Distance {
		plan, err = w.links.Locate(w.population, *r)
		return plan, func(units []int) float64 { return siteFigure(w, r, units) }, lower, err
	}
	plan, err = m.Place(*r)
	return plan, func(units []int) float64 { return figure(w, m, r, units) }, lower, err
}

// bestOf is the figure of the best of all admissible lists.
func bestOf(r *Request, sites int, measure func([]int) float64, lower bool) float64 {
	best := math.Inf(1)
	enumerate(r, sites, func(list []int) {
		value := measure(list)
		if !lower {
			value = -value
		}
		best = min(best, value)
	})
	if !lower {
		best = -best
	}
	return best
}

func checkPlan(t *rapid.T, r *Request, plan *Plan, sites int, measure func([]int) float64, lower bool) {
	units := make([]int, sites)
	for k, p := range plan.Units {
		units[p.Site]++
		if p.Rank != k+1 {
			t.Fatalf("rank %d at position %d", p.Rank, k)
		}
	}
	admissible := false
	enumerate(r, sites, func(list []int) { admissible = admissible || slices.Equal(list, units) })
	if !admissible {
		t.Fatalf("%v breaks the limits of %+v", units, *r)
	}
	best := bestOf(r, sites, measure, lower)
	after := measure(units)
	if !near(after, plan.After) {
		t.Fatalf("the plan says %v, the list gives %v", plan.After, after)
	}
	limit := plan.Bound // as a figure
	switch r.Objective {
	case Shortfall:
		limit = plan.Before - plan.Bound
	case Headcount:
		limit = plan.Before + plan.Bound
	}
	slack := 1e-7 * (1 + math.Abs(best))
	if lower && limit > best+slack || !lower && limit < best-slack {
		t.Fatalf("the bound %v excludes the best list, %v", limit, best)
	}
	total := 0.0
	for _, p := range plan.Units {
		total += p.Gain
	}
	if !near(total, plan.Value) {
		t.Fatalf("gains add up to %v of %v", total, plan.Value)
	}
}

func TestNestedListsOnlyGrow(t *testing.T) {
	for _, objective := range Objectives() {
		t.Run(string(objective), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := drawWorld(t)
				m := w.model(t)
				r := drawRequest(t, objective, len(w.supply))
				r.Fixed, r.Ranking = nil, Nested
				list := func(n int) []Placed {
					r.N = n
					var plan *Plan
					var err error
					if objective == Coverage || objective == Distance {
						plan, err = w.links.Locate(w.population, r)
					} else {
						plan, err = m.Place(r)
					}
					if err != nil {
						t.Skip(err)
					}
					return plan.Units
				}
				small, large := list(2), list(4)
				if objective == Headcount || objective == Coverage {
					small = gaining(small) // what no longer gains closes the list, and may move
				}
				for k, p := range small {
					if k >= len(large) || large[k].Site != p.Site {
						t.Fatalf("%v is not the beginning of %v", small, large)
					}
				}
			})
		})
	}
}

func gaining(units []Placed) []Placed {
	last := 0
	for k, p := range units {
		if p.Gain > 0 {
			last = k + 1
		}
	}
	return units[:last]
}

package access

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bhLinks are the five cells of Belo Horizonte of IPEA's accessibility package, rows and columns in the order
// …d57b, …d597, …d5b3, …d5cf, …d909; minutes.
func bhLinks(t testing.TB) (links *Links, population, jobs []float64) {
	minutes := [5][5]float64{
		{5.8, 47, 48, 47, 64}, {45, 5.8, 13, 41, 70}, {44, 13, 5.8, 42, 67}, {43, 43, 49, 5.8, 58}, {60, 70, 68, 64, 5.8},
	}
	var block PairBlock
	for i, row := range minutes {
		for j, cost := range row {
			block.Origin, block.Dest = append(block.Origin, uint32(i)), append(block.Dest, uint32(j))
			block.Cost = append(block.Cost, cost)
		}
	}
	links, err := NewLinks(5, 5, block)
	if err != nil {
		t.Fatal(err)
	}
	return links, []float64{852, 394, 1969, 2189, 0}, []float64{82, 308, 100, 109, 0}
}

func TestPublishedBeloHorizonte(t *testing.T) {
	links, population, jobs := bhLinks(t)
	decay, err := ParseDecay("binary:45")
	if err != nil {
		t.Fatal(err)
	}
	want := map[Method][]float64{
		TwoStep:  {0.0152, 0.1491, 0.1491, 0.1068, 0},
		Balanced: {0.0094, 0.1993, 0.1993, 0.1147, 0},
	}
	for method, values := range want {
		got, err := NewCatchment(links, decay).Compute(method, population, jobs, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got.Value {
			if math.Abs(v-values[i]) > 5e-5 {
				t.Errorf("%s cell %d: got %.6f, want %.4f", method, i, v, values[i])
			}
		}
	}
}

// world is a random small territory.
type world struct {
	links              *Links
	decay              Decay
	population, supply []float64
}

func drawDecay(t *rapid.T) Decay {
	spec := rapid.SampledFrom([]string{
		"drees2015", "drees2012", "binary:12", "linear:20", "exp:0.05", "gauss:10", "step:5=1,10=1,20=0.25", "step:0=1,15=0.5,18=0",
	}).Draw(t, "decay")
	d, err := ParseDecay(spec)
	if err != nil {
		t.Fatal(err)
	}
	d.OpenRight = rapid.Bool().Draw(t, "open")
	return d
}

func drawWorld(t *rapid.T) world {
	demands, supplies := rapid.IntRange(1, 12).Draw(t, "demands"), rapid.IntRange(1, 9).Draw(t, "supplies")
	w := world{decay: drawDecay(t)}
	var block PairBlock
	for i := range demands {
		for j := range supplies {
			if rapid.IntRange(0, 2).Draw(t, "linked") == 0 {
				continue
			}
			block.Origin, block.Dest = append(block.Origin, uint32(i)), append(block.Dest, uint32(j))
			block.Cost = append(block.Cost, float64(rapid.IntRange(0, 50).Draw(t, "minutes"))/2)
		}
	}
	links, err := NewLinks(demands, supplies, block)
	if err != nil {
		t.Fatal(err)
	}
	w.links = links
	for range demands {
		w.population = append(w.population, float64(rapid.IntRange(0, 500).Draw(t, "people")))
	}
	for range supplies {
		w.supply = append(w.supply, float64(rapid.IntRange(0, 20).Draw(t, "fte"))*900)
	}
	return w
}

func (w world) model(t *rapid.T) *Model {
	m, err := NewModel(w.links, w.decay, w.population, w.supply)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

func TestDecayNeverGrowsAndStaysInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDecay(t)
		a := rapid.Float64Range(0, 60).Draw(t, "a")
		b := a + rapid.Float64Range(0, 60).Draw(t, "further")
		near, far := d.Weight(a), d.Weight(b)
		if far > near || near > 1 || far < 0 {
			t.Fatalf("weight %v at %v, %v at %v", near, a, far, b)
		}
		if b > d.Reach() && far != 0 {
			t.Fatalf("weight %v at %v, beyond the reach of %v", far, b, d.Reach())
		}
	})
}

// Each method against its formula, written with plain loops.
func TestMethodsFollowTheirFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		c := NewCatchment(w.links, w.decay)
		weight := func(i, j int) float64 {
			if cost, found := w.links.CostOf(i, j); found {
				return w.decay.Weight(cost)
			}
			return 0
		}
		n, m := len(w.population), len(w.supply)
		rowSum, colSum := make([]float64, n), make([]float64, m)
		for i := range n {
			for j := range m {
				rowSum[i] += weight(i, j)
				colSum[j] += weight(i, j)
			}
		}
		share := func(a, b float64) float64 {
			if b == 0 {
				return 0
			}
			return a / b
		}
		first := map[Method]func(i, j int) float64{
			TwoStep:   weight,
			ThreeStep: func(i, j int) float64 { return weight(i, j) * share(weight(i, j), rowSum[i]) },
			Balanced:  func(i, j int) float64 { return share(weight(i, j), rowSum[i]) },
		}
		second := map[Method]func(i, j int) float64{
			TwoStep:   weight,
			ThreeStep: first[ThreeStep],
			Balanced:  func(i, j int) float64 { return share(weight(i, j), colSum[j]) },
		}
		for method := range first {
			got, err := c.Compute(method, w.population, w.supply, 1)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				want := 0.0
				for j := range m {
					load := 0.0
					for k := range n {
						load += first[method](k, j) * w.population[k]
					}
					want += second[method](i, j) * share(w.supply[j], load)
				}
				if !near(got.Value[i], want) {
					t.Fatalf("%s of %d: got %v, want %v", method, i, got.Value[i], want)
				}
			}
		}
	})
}

func TestWhatIsOfferedIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for _, method := range []Method{TwoStep, ThreeStep} {
			got, err := NewCatchment(w.links, w.decay).Compute(method, w.population, w.supply, 1)
			if err != nil {
				t.Fatal(err)
			}
			received, offered := 0.0, 0.0
			for i, v := range got.Value {
				received += v * w.population[i]
			}
			for j, s := range w.supply {
				if got.Load[j] > 0 {
					offered += s
				}
			}
			if !near(received, offered) {
				t.Fatalf("%s: %v received of %v offered", method, received, offered)
			}
		}
	})
}

func TestSandboxIsLinearAndUndoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		m := w.model(t)
		s := m.Sandbox()
		changed := slices.Clone(w.supply)
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			j := rapid.IntRange(0, len(changed)-1).Draw(t, "site")
			amount := float64(rapid.IntRange(-3, 6).Draw(t, "fte")) * 900
			if err := s.Add(j, amount); err != nil {
				if changed[j]+amount >= 0 {
					t.Fatal(err)
				}
				continue
			}
			changed[j] += amount
		}
		other, err := m.WithSupply(changed)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range other.Value {
			if !near(s.Value[i], v) {
				t.Fatalf("place %d: walked to %v, computed %v", i, s.Value[i], v)
			}
		}
		s.Reset()
		if !slices.Equal(s.Value, m.Value) || !slices.Equal(s.Supply, m.Supply) || s.Depth() != 0 {
			t.Fatal("undo did not bring back what was there")
		}
	})
}

func TestExplanationAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawWorld(t).model(t)
		for i, v := range m.Value {
			total, before := 0.0, math.Inf(1)
			for _, part := range m.Explain(i) {
				if part.Part > before {
					t.Fatal("parts are not sorted")
				}
				before = part.Part
				total += part.Part
			}
			if !near(total, v) {
				t.Fatalf("place %d: parts add up to %v of %v", i, total, v)
			}
		}
	})
}

func TestRationalAgentsHaveNothingToGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		everywhere, _ := ParseDecay("exp:0")
		total, people := sum(w.supply), sum(w.population)
		if total == 0 || people == 0 {
			return
		}
		g := newGame(w.links, everywhere, w.supply, people/total, 60)
		for range 5000 {
			if g.sweep(w.population) < 1e-12 {
				break
			}
		}
		for i, p := range w.population {
			best := math.Inf(1)
			for k := g.start[i]; k < g.start[i+1]; k++ {
				best = min(best, g.load[g.dest[k]]/g.capacity[g.dest[k]]+g.travel[k])
			}
			if p > 0 && g.start[i] < g.start[i+1] && g.cost(i) > best+1e-6*(1+best) {
				t.Fatalf("people of %d pay %v, the cheapest place costs %v", i, g.cost(i), best)
			}
		}
	})
}

func TestResultsDoNotDependOnCores(t *testing.T) {
	links, population, supply := bigGrid(t, 3000)
	for _, spec := range []string{"drees2015", "exp:0.1"} {
		decay, _ := ParseDecay(spec)
		c := NewCatchment(links, decay)
		for _, method := range []Method{TwoStep, ThreeStep, Balanced} {
			one, err := c.Compute(method, population, supply, 1)
			if err != nil {
				t.Fatal(err)
			}
			five, err := c.Compute(method, population, supply, 5)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(one.Value, five.Value) {
				t.Errorf("%s %s: one core and five differ", method, spec)
			}
		}
	}
}

// bigGrid links each of n places in a line to the sixty nearest ones.
func bigGrid(t testing.TB, n int) (links *Links, population, supply []float64) {
	var block PairBlock
	for i := range n {
		for j := max(0, i-30); j < min(n, i+30); j++ {
			block.Origin, block.Dest = append(block.Origin, uint32(i)), append(block.Dest, uint32(j))
			block.Cost = append(block.Cost, math.Abs(float64(i-j))*0.7)
		}
		population = append(population, float64(100+i*7919%1000))
		supply = append(supply, float64(i*104729%5)*5400)
	}
	links, err := NewLinks(n, n, block)
	if err != nil {
		t.Fatal(err)
	}
	return links, population, supply
}

func TestIndicatorsOfAKnownSpread(t *testing.T) {
	// Ten tenths of equal size, access 1..10, richer places better served.
	var values, population, income []float64
	for k := range 10 {
		values, population, income = append(values, float64(k+1)), append(population, 50), append(income, float64(1000*k))
	}
	ind, err := Measure(values, population, IndicatorOptions{Tau: 4, Thresholds: []float64{2.5}, Income: income})
	if err != nil {
		t.Fatal(err)
	}
	checks := map[string][2]float64{
		"mean":          {ind.Mean, 5.5},
		"D10/D1":        {*ind.D10D1, 10},
		"fifth limit":   {ind.DecileLimits[4], 5},
		"below 2.5":     {ind.Shares[1].Share, 0.2},
		"FGT0":          {ind.FGT0, 0.3},
		"FGT1":          {ind.FGT1, (0.75 + 0.5 + 0.25) / 10},
		"FGT2":          {ind.FGT2, (0.5625 + 0.25 + 0.0625) / 10},
		"Gini":          {ind.Gini, 0.3},
		"concentration": {*ind.Concentration, 0.3},
	}
	for name, pair := range checks {
		if !near(pair[0], pair[1]) {
			t.Errorf("%s: got %v, want %v", name, pair[0], pair[1])
		}
	}
	if curve := Lorenz(values, population, 10); !near(curve[5].Access, 15.0/55) || curve[10].Access != 1 {
		t.Errorf("Lorenz curve %v", curve)
	}
}

func TestAscendingSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-1e9, 1e9)).Draw(t, "values")
		order := ascending(values)
		for k := 1; k < len(order); k++ {
			a, b := values[order[k-1]], values[order[k]]
			if a > b || (a == b && math.Signbit(a) == math.Signbit(b) && order[k-1] > order[k]) {
				t.Fatalf("%v comes before %v", a, b)
			}
		}
	})
}

package access

import (
	"cmp"
	"fmt"
	"slices"
)

// Model is a two-step access computation that stays in memory: what a map, a commune's page, a sandbox and a placement read.
type Model struct {
	Links      *Links
	Decay      Decay
	Catchment  *Catchment
	Population []float64
	Supply     []float64
	Result
}

// NewModel applies the decay and computes access. It keeps the slices it is given.
func NewModel(links *Links, decay Decay, population, supply []float64) (*Model, error) {
	m := &Model{Links: links, Decay: decay, Catchment: NewCatchment(links, decay), Population: population, Supply: supply}
	result, err := m.Catchment.Compute(TwoStep, population, supply, 0)
	if err != nil {
		return nil, fmt.Errorf("access model: %w", err)
	}
	m.Result = *result
	return m, nil
}

// WithSupply is the same territory with other doctors (all ages, ≤ 62 …): links, catchment, population and loads are shared.
func (m *Model) WithSupply(supply []float64) (*Model, error) {
	if len(supply) != len(m.Supply) {
		return nil, fmt.Errorf("access model: %d supplies for %d places", len(supply), len(m.Supply))
	}
	other := *m
	other.Supply = supply
	other.Ratio, other.Value = make([]float64, len(m.Ratio)), make([]float64, len(m.Value))
	divide(other.Ratio, supply, m.Load)
	m.Catchment.rows.multiply(other.Ratio, other.Value, 0)
	return &other, nil
}

// Contribution is the part of one place's access that comes from one supply place: Part = Weight · Ratio.
type Contribution struct {
	Supply  int     // index of the supply place
	Minutes float64 // travel cost to it
	Weight  float64 // decay at that cost
	Offer   float64 // S_j, in supply units
	Load    float64 // weighted demand on it
	Ratio   float64 // S_j / load
	Part    float64 // what it adds to the access of the demand place
}

// Explain lists where the access of a demand place comes from, largest part first; the parts add up to its value. Places in
// reach that offer nothing are listed last, nearest first.
func (m *Model) Explain(demand int) []Contribution {
	dest, cost := m.Links.Row(demand)
	parts := make([]Contribution, 0, len(dest))
	for k, j := range dest {
		weight := m.Decay.Weight(cost[k])
		if weight <= 0 {
			continue
		}
		parts = append(parts, Contribution{
			Supply: int(j), Minutes: cost[k], Weight: weight,
			Offer: m.Supply[j], Load: m.Load[j], Ratio: m.Ratio[j], Part: weight * m.Ratio[j],
		})
	}
	slices.SortStableFunc(parts, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(b.Part, a.Part), cmp.Compare(a.Minutes, b.Minutes), a.Supply-b.Supply)
	})
	return parts
}

// Mean is the population-weighted mean of access over the given demand places; over all of them when none is given.
func (m *Model) Mean(demands ...int) float64 { return weightedMean(m.Value, m.Population, demands) }

func weightedMean(values, weights []float64, places []int) float64 {
	total, people := 0.0, 0.0
	add := func(i int) { total += values[i] * weights[i]; people += weights[i] }
	if places == nil {
		for i := range values {
			add(i)
		}
	}
	for _, i := range places {
		add(i)
	}
	if people == 0 {
		return 0
	}
	return total / people
}

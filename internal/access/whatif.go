package access

import "fmt"

// Sandbox tries changes of supply on a model without touching it. Loads depend on the population only, so access is linear in
// the supply: a change walks over the neighbours of one site. Each step can be undone, bit for bit.
type Sandbox struct {
	model *Model
	// Value is access after the changes; read only.
	Value []float64
	// Supply is the supply after the changes; read only.
	Supply []float64
	steps  []change
	saved  []float64 // values before each step, one after another
}

type change struct {
	site   int
	amount float64 // supply before the step
}

// Sandbox opens a sandbox on the model.
func (m *Model) Sandbox() *Sandbox {
	return &Sandbox{
		model:  m,
		Value:  append([]float64(nil), m.Value...),
		Supply: append([]float64(nil), m.Supply...),
	}
}

// Add changes the supply of a site by an amount in supply units (consultations: FTE × 5,400). A negative amount removes doctors;
// removing more than there are is refused and changes nothing.
func (s *Sandbox) Add(site int, amount float64) error {
	if site < 0 || site >= len(s.Supply) {
		return fmt.Errorf("site %d is not among the %d supply places", site, len(s.Supply))
	}
	if !(s.Supply[site]+amount >= 0) {
		return fmt.Errorf("site %d has %v, %v cannot be removed", site, s.Supply[site], -amount)
	}
	s.steps = append(s.steps, change{site, s.Supply[site]})
	s.Supply[site] += amount
	load := s.model.Load[site]
	if load > 0 {
		s.walk(site, amount/load)
	}
	return nil
}

// walk adds ratio·w to every demand place that reaches the site, and saves what was there.
func (s *Sandbox) walk(site int, ratio float64) {
	cols := &s.model.Catchment.cols
	if cols.classes == nil || cols.short == nil {
		cols.each(site, func(demand int, weight float64) {
			s.saved = append(s.saved, s.Value[demand])
			s.Value[demand] += ratio * weight
		})
		return
	}
	k := len(cols.classes)
	for c, weight := range cols.classes {
		step := ratio * weight
		for _, demand := range cols.short[cols.start[site*k+c]:cols.start[site*k+c+1]] {
			s.saved = append(s.saved, s.Value[demand])
			s.Value[demand] += step
		}
	}
}

// Undo takes back the last change; false when there is none.
func (s *Sandbox) Undo() bool {
	if len(s.steps) == 0 {
		return false
	}
	last := s.steps[len(s.steps)-1]
	s.steps = s.steps[:len(s.steps)-1]
	s.Supply[last.site] = last.amount
	if s.model.Load[last.site] > 0 {
		at := len(s.saved) - s.model.Catchment.cols.degree(last.site)
		from := at
		s.model.Catchment.cols.each(last.site, func(demand int, _ float64) {
			s.Value[demand] = s.saved[at]
			at++
		})
		s.saved = s.saved[:from]
	}
	return true
}

// Reset takes back every change.
func (s *Sandbox) Reset() {
	for s.Undo() {
	}
}

// Depth is the number of changes that can be undone.
func (s *Sandbox) Depth() int { return len(s.steps) }

// Touched lists the demand places that a change at this site moves.
func (s *Sandbox) Touched(site int) []int {
	touched := make([]int, 0, s.model.Catchment.cols.degree(site))
	s.model.Catchment.cols.each(site, func(demand int, _ float64) { touched = append(touched, demand) })
	return touched
}

// Mean is the population-weighted mean of access after the changes.
func (s *Sandbox) Mean(demands ...int) float64 {
	return weightedMean(s.Value, s.model.Population, demands)
}

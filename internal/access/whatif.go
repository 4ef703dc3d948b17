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
	before float64 // supply before the step
	saved  int     // length of the saved values after it
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
	s.steps = append(s.steps, change{site, s.Supply[site], len(s.saved)})
	s.Supply[site] += amount
	load := s.model.Load[site]
	if load > 0 {
		s.walk(site, amount/load)
	}
	return nil
}

// walk adds ratio·w to every demand place that reaches the site, and saves what was there.
func (s *Sandbox) walk(site int, ratio float64) {
	s.model.Catchment.cols.each(site, func(demand int, weight float64) {
		s.saved = append(s.saved, s.Value[demand])
		s.Value[demand] += ratio * weight
	})
	s.steps[len(s.steps)-1].saved = len(s.saved)
}

// Undo takes back the last change; false when there is none.
func (s *Sandbox) Undo() bool {
	if len(s.steps) == 0 {
		return false
	}
	last := s.steps[len(s.steps)-1]
	s.steps = s.steps[:len(s.steps)-1]
	s.Supply[last.site] = last.before
	from := 0
	if n := len(s.steps); n > 0 {
		from = s.steps[n-1].saved
	}
	if at := from; at < len(s.saved) {
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
	var touched []int
	s.model.Catchment.cols.each(site, func(demand int, _ float64) { touched = append(touched, demand) })
	return touched
}

// Mean is the population-weighted mean of access after the changes.
func (s *Sandbox) Mean(demands ...int) float64 {
	return weightedMean(s.Value, s.model.Population, demands)
}

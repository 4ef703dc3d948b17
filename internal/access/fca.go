package access

import (
	"fmt"
	"slices"
)

// Method names a way to compute access.
type Method string

// The methods. Formulas and sources are in the package's documentation.
const (
	TwoStep   Method = "2sfca"
	ThreeStep Method = "3sfca"
	Balanced  Method = "bfca"
	Rational  Method = "raam"
)

// Methods lists the methods in the order in which they are offered.
func Methods() []Method { return []Method{TwoStep, ThreeStep, Balanced, Rational} }

// Result holds what a catchment method found.
type Result struct {
	// Value is the access of each demand place, in supply units per unit of demand; 0 where nothing is in reach.
	Value []float64
	// Ratio is R_j: what supply place j offers per unit of the demand that weighs on it; 0 where no demand does.
	Ratio []float64
	// Load is the weighted demand on each supply place.
	Load []float64
}

// Compute runs one of the floating catchment methods over population (one value per demand place) and supply (one per
// supply place). workers 0 uses every core; the result is the same for any number.
func (c *Catchment) Compute(method Method, population, supply []float64, workers int) (*Result, error) {
	if len(population) != c.Demands || len(supply) != c.Supplies {
		return nil, fmt.Errorf("%d populations and %d supplies for %d × %d places", len(population), len(supply), c.Demands, c.Supplies)
	}
	result := &Result{
		Value: make([]float64, c.Demands),
		Ratio: make([]float64, c.Supplies),
		Load:  make([]float64, c.Supplies),
	}
	switch method {
	case TwoStep:
		c.TwoStep(population, supply, result, workers)
	case ThreeStep:
		c.threeStep(population, supply, result, workers)
	case Balanced:
		c.balanced(population, supply, result, workers)
	default:
		return nil, fmt.Errorf("method %q is not a floating catchment method", method)
	}
	return result, nil
}

// TwoStep computes the two-step method into result, whose three slices have their lengths already: nothing is allocated.
func (c *Catchment) TwoStep(population, supply []float64, result *Result, workers int) {
	c.cols.multiply(population, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	c.rows.multiply(result.Ratio, result.Value, workers)
}

// threeStep weighs each pair by w·G, G_ij = w_ij / Σ_k w_ik, in both steps: with W_i = Σ_k w_ik that is w²/W_i.
func (c *Catchment) threeStep(population, supply []float64, result *Result, workers int) {
	rows, cols := c.rows.squared(), c.cols.squared()
	pull := c.pull(&c.rows, c.Supplies, workers)
	shared := make([]float64, c.Demands)
	divide(shared, population, pull)
	cols.multiply(shared, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	rows.multiply(result.Ratio, result.Value, workers)
	divide(result.Value, result.Value, pull)
}

// balanced shares each demand over the places it reaches, and each level of service over the demand it reaches.
func (c *Catchment) balanced(population, supply []float64, result *Result, workers int) {
	pull, press := c.pull(&c.rows, c.Supplies, workers), c.pull(&c.cols, c.Demands, workers)
	shared, level := make([]float64, c.Demands), make([]float64, c.Supplies)
	divide(shared, population, pull)
	c.cols.multiply(shared, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	divide(level, result.Ratio, press)
	c.rows.multiply(level, result.Value, workers)
}

// pull is the sum of the weights of each row of a side.
func (c *Catchment) pull(s *side, targets, workers int) []float64 {
	out := make([]float64, s.n)
	s.multiply(slices.Repeat([]float64{1}, targets), out, workers)
	return out
}

// squared is the side with every weight squared; the places are shared.
func (s *side) squared() side {
	square := *s
	square.classes, square.weight = nil, nil
	for _, w := range s.classes {
		square.classes = append(square.classes, w*w)
	}
	if s.weight != nil {
		square.weight = make([]float64, len(s.weight))
		for k, w := range s.weight {
			square.weight[k] = w * w
		}
	}
	return square
}

// divide sets out = a / b, and 0 where b is 0: supply that nobody reaches offers nothing.
func divide(out, a, b []float64) {
	for k, divisor := range b {
		if divisor > 0 {
			out[k] = a[k] / divisor
		} else {
			out[k] = 0
		}
	}
}

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

// sums is what the catchment methods need of the pairs within reach.
type sums interface {
	places() (demands, supplies int)
	// byDemand sets out[i] = Σ_j w_ij·x[j], bySupply out[j] = Σ_i w_ij·x[i].
	byDemand(x, out []float64, workers int)
	bySupply(x, out []float64, workers int)
	// squared has every weight squared.
	squared() sums
}

func (c *Catchment) places() (demands, supplies int) { return c.Demands, c.Supplies }

func (c *Catchment) byDemand(x, out []float64, workers int) { c.rows.multiply(x, out, workers) }

func (c *Catchment) bySupply(x, out []float64, workers int) { c.cols.multiply(x, out, workers) }

func (c *Catchment) squared() sums {
	return &Catchment{Demands: c.Demands, Supplies: c.Supplies, rows: c.rows.squared(), cols: c.cols.squared()}
}

// Compute runs one of the floating catchment methods over population (one value per demand place) and supply (one per
// supply place). workers 0 uses every core; the result is the same for any number.
func (c *Catchment) Compute(method Method, population, supply []float64, workers int) (*Result, error) {
	return compute(c, method, population, supply, workers)
}

func compute(c sums, method Method, population, supply []float64, workers int) (*Result, error) {
	demands, supplies := c.places()
	if len(population) != demands || len(supply) != supplies {
		return nil, fmt.Errorf("%d populations and %d supplies for %d × %d places", len(population), len(supply), demands, supplies)
	}
	result := &Result{
		Value: make([]float64, demands),
		Ratio: make([]float64, supplies),
		Load:  make([]float64, supplies),
	}
	switch method {
	case TwoStep:
		twoStep(c, population, supply, result, workers)
	case ThreeStep:
		threeStep(c, population, supply, result, workers)
	case Balanced:
		balanced(c, population, supply, result, workers)
	default:
		return nil, fmt.Errorf("method %q is not a floating catchment method", method)
	}
	return result, nil
}

// TwoStep computes the two-step method into result, whose three slices have their lengths already: nothing is allocated.
func (c *Catchment) TwoStep(population, supply []float64, result *Result, workers int) {
	twoStep(c, population, supply, result, workers)
}

func twoStep(c sums, population, supply []float64, result *Result, workers int) {
	c.bySupply(population, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	c.byDemand(result.Ratio, result.Value, workers)
}

// threeStep weighs each pair by w·G, G_ij = w_ij / Σ_k w_ik, in both steps: with W_i = Σ_k w_ik that is w²/W_i.
func threeStep(c sums, population, supply []float64, result *Result, workers int) {
	square, pull, shared := c.squared(), make([]float64, len(population)), make([]float64, len(population))
	c.byDemand(ones(len(supply)), pull, workers)
	divide(shared, population, pull)
	square.bySupply(shared, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	square.byDemand(result.Ratio, result.Value, workers)
	divide(result.Value, result.Value, pull)
}

// balanced shares each demand over the places it reaches, and each level of service over the demand it reaches.
func balanced(c sums, population, supply []float64, result *Result, workers int) {
	pull, press := make([]float64, len(population)), make([]float64, len(supply))
	c.byDemand(ones(len(supply)), pull, workers)
	c.bySupply(ones(len(population)), press, workers)
	shared, level := make([]float64, len(population)), make([]float64, len(supply))
	divide(shared, population, pull)
	c.bySupply(shared, result.Load, workers)
	divide(result.Ratio, supply, result.Load)
	divide(level, result.Ratio, press)
	c.byDemand(level, result.Value, workers)
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

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

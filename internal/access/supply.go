package access

import (
	"fmt"
	"math"
)

// SupplyRules turn doctors into consultations. They are dated data; the zero value is not usable.
type SupplyRules struct {
	// A doctor whose activity is known counts for it, held between Floor and Ceiling consultations a year.
	Floor, Ceiling float64
	// A doctor whose activity is unknown counts for PerFTE consultations per full-time equivalent.
	PerFTE float64
	// MaxAge leaves out doctors who are older, in years; 0 keeps everybody. A doctor of unknown age is always kept.
	MaxAge int
}

// GPSupply are the rules of the APL of general practitioners, for doctors up to an age: 65 for zoning; 62, 60 and 0 (everybody)
// are shown beside. Source: DREES and the zoning texts of 2017.
func GPSupply(maxAge int) SupplyRules {
	return SupplyRules{Floor: 3600, Ceiling: 6000, PerFTE: 5400, MaxAge: maxAge}
}

// Doctor is one practitioner at one supply place. A doctor who works in several places is listed once per place, with parts of
// a full-time equivalent.
type Doctor struct {
	Place         int
	Consultations float64 // a year, fees for service or equivalent; NaN when unknown
	FTE           float64 // used when Consultations is unknown
	Age           int     // years; 0 when unknown
}

// SupplyOf adds up the consultations of the doctors of each place.
func SupplyOf(doctors []Doctor, places int, rules SupplyRules) ([]float64, error) {
	supply := make([]float64, places)
	for k, d := range doctors {
		if d.Place < 0 || d.Place >= places {
			return nil, fmt.Errorf("doctor %d practises in place %d of %d", k, d.Place, places)
		}
		if rules.MaxAge > 0 && d.Age > rules.MaxAge {
			continue
		}
		amount := rules.PerFTE * d.FTE
		if !math.IsNaN(d.Consultations) {
			amount = min(max(d.Consultations, rules.Floor), rules.Ceiling)
		}
		if !(amount >= 0) {
			return nil, fmt.Errorf("doctor %d counts for %v consultations", k, amount)
		}
		supply[d.Place] += amount
	}
	return supply, nil
}

// Standardised is a population weighted by how much care each age consumes.
type Standardised struct {
	People []float64
	// Plain marks the places without age bands: their plain population stands, and the product says so.
	Plain []bool
}

// Standardise weighs each place's inhabitants by the relative consumption of their age band, then scales so that the total
// stays the total population: Σ People = Σ totals. bands[i] counts the inhabitants of place i per band, nil when unknown; weights
// has one relative consumption per band.
func Standardise(totals []float64, bands [][]float64, weights []float64) (*Standardised, error) {
	if len(bands) != len(totals) {
		return nil, fmt.Errorf("standardised population: %d places with bands, %d totals", len(bands), len(totals))
	}
	out := &Standardised{People: make([]float64, len(totals)), Plain: make([]bool, len(totals))}
	weighted, people := 0.0, 0.0
	for i, counts := range bands {
		if counts == nil {
			out.Plain[i], out.People[i] = true, totals[i]
			continue
		}
		if len(counts) != len(weights) {
			return nil, fmt.Errorf("standardised population: place %d has %d bands of %d", i, len(counts), len(weights))
		}
		// The bands give the structure, the total gives the size: a census of another year does not change it.
		inBands, need := sum(counts), 0.0
		if inBands <= 0 {
			out.Plain[i], out.People[i] = true, totals[i]
			continue
		}
		for b, count := range counts {
			need += count * weights[b]
		}
		out.People[i] = totals[i] * need / inBands
		weighted += out.People[i]
		people += totals[i]
	}
	if weighted <= 0 {
		return out, nil
	}
	for i := range out.People {
		if !out.Plain[i] {
			out.People[i] *= people / weighted
		}
	}
	return out, nil
}

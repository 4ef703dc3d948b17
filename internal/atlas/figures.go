package atlas

import (
	"math"

	"maillage/internal/access"
	"maillage/internal/territory"
)

// Figures sum up a region, or one of its départements.
type Figures struct {
	Communes      int     `json:"communes"`
	Population    int     `json:"-"`              // the indicators write it
	Doctors       float64 `json:"doctors_fte"`    // full-time equivalents within the age limit
	WithoutDoctor int     `json:"without_doctor"` // communes without any, all ages
	access.Indicators
}

// In lists the places of the region, or of one of its départements.
func (r *Region) In(departement string) []int {
	places := make([]int, 0, r.Inside)
	for n := range r.Inside {
		if departement == "" || r.Places[n].Departement == departement {
			places = append(places, n)
		}
	}
	return places
}

// Figures measures access over the region or a département ("" for all), every figure weighted by inhabitants. values are the
// access of all places; nil takes the model's.
func (r *Region) Figures(ages territory.AgeFilter, departement string, values []float64) (*Figures, error) {
	if values == nil {
		values = r.Model(ages).Value
	}
	f := &Figures{}
	var apl, people, incomes []float64
	known := false
	for _, n := range r.In(departement) {
		p := &r.Places[n]
		f.Communes++
		f.Population += p.Population
		f.Doctors += p.FTE.Count(ages)
		if p.FTE.Count(territory.AllAges) == 0 {
			f.WithoutDoctor++
		}
		apl, people, incomes = append(apl, values[n]), append(people, float64(p.Population)), append(incomes, p.Income)
		known = known || !math.IsNaN(p.Income)
	}
	options := access.IndicatorOptions{Tau: ThresholdZIP, Thresholds: []float64{ThresholdPool}}
	if known {
		options.Income = incomes
	}
	indicators, err := access.Measure(apl, people, options)
	if err != nil {
		return nil, err
	}
	f.Indicators = *indicators
	return f, nil
}

// Mean is the access of an average inhabitant of the places; 0 where nobody lives.
func (r *Region) Mean(ages territory.AgeFilter, places []int) float64 {
	total, people := 0.0, 0.0
	for _, n := range places {
		p := float64(r.Places[n].Population)
		total += p * r.Model(ages).Value[n]
		people += p
	}
	if people == 0 {
		return 0
	}
	return total / people
}

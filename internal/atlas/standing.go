package atlas

import (
	"math"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Thresholds are the limits of the zoning of general practitioners, in consultations a year per inhabitant, from the day that they are
// in force: a text that moves them is one more row here.
type Thresholds struct {
	From      clock.Day
	ZIP, Pool float64
	Source    i18n.Text
}

var thresholds = []Thresholds{
	{From: "2017-11-14", ZIP: ThresholdZIP, Pool: ThresholdPool, Source: i18n.Text{FR: "arrêté du 13 novembre 2017", EN: "order of 13 November 2017"}},
}

// ThresholdsOn are those in force on a day, the first known before it.
func ThresholdsOn(day clock.Day) Thresholds {
	current := thresholds[0]
	for _, t := range thresholds {
		if t.From <= day {
			current = t
		}
	}
	return current
}

// Thresholds are those in force today.
func (a *Atlas) Thresholds() Thresholds { return ThresholdsOn(clock.DayOf(a.clock.Now())) }

// Standing is how a commune compares with its region.
type Standing struct {
	APL, Mean float64
	Rank, Of  int     // among the region's communes, from 1 for the best served; equals share a rank
	Better    float64 // share of the region's inhabitants who live where access is better
}

// Standing compares a place of the region with an average inhabitant's access, and with every other commune.
func (r *Region) Standing(place int, ages territory.AgeFilter) Standing {
	values := r.Model(ages).Value[:r.Inside]
	s := Standing{APL: values[place], Mean: r.Mean(ages, r.In("")), Rank: 1, Of: r.Inside}
	better, people := 0, 0
	for n, v := range values {
		people += r.Places[n].Population
		if v > s.APL {
			s.Rank, better = s.Rank+1, better+r.Places[n].Population
		}
	}
	s.Better = float64(better) / float64(max(people, 1))
	return s
}

// Compared is -1, 0 or 1 when the commune is below, at or above the mean, as both are written: at two decimals.
func (s Standing) Compared() int {
	apl, mean := math.Round(100*s.APL), math.Round(100*s.Mean)
	switch {
	case apl < mean:
		return -1
	case apl > mean:
		return 1
	}
	return 0
}

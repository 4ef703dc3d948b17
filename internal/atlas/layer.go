package atlas

import (
	"math"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Scale is the family of colours of a layer.
type Scale string

// The scales: diverging around a threshold, sequential for amounts, and one colour per zone.
const (
	Diverging  Scale = "div"
	Sequential Scale = "seq"
	Zonal      Scale = "zone"
)

// Layer colours communes. A value falls in class k (from 1) when it is at least Breaks[k-2] and under Breaks[k-1]; class 0 is
// "no data".
type Layer struct {
	Key      string
	Name     i18n.Text
	Unit     i18n.Text
	Note     i18n.Text
	Scale    Scale
	Breaks   []float64
	Labels   []i18n.Text // of the classes, for zones; else the breaks say it
	Decimals int
	value    func(r *Region, ages territory.AgeFilter, place int) float64 // NaN: no data
}

// Thresholds of the zoning of 2017, in consultations a year per inhabitant.
const (
	ThresholdZIP  = 2.5
	ThresholdPool = 4.0
)

// Trend is the layer that needs an earlier import to compare with.
const Trend = "evolution"

// Layers are what the map can show, in order.
var Layers = []Layer{
	{
		Key: "apl", Scale: Diverging, Decimals: 1, Breaks: []float64{1, 1.5, 2, ThresholdZIP, 3, 3.5, ThresholdPool},
		Name:  i18n.Text{FR: "Accessibilité (APL)", EN: "Access (APL)"},
		Unit:  i18n.Text{FR: "consultations par an et par habitant", EN: "consultations a year per inhabitant"},
		Note:  i18n.Text{FR: "Sous 2,5 : sous-densité forte. De 2,5 à 4 : sous-densité possible.", EN: "Under 2.5: severe shortage. From 2.5 to 4: possible shortage."},
		value: func(r *Region, ages territory.AgeFilter, n int) float64 { return r.Model(ages).Value[n] },
	},
	{
		Key: "zone", Scale: Zonal, Breaks: []float64{2, 3},
		Name:   i18n.Text{FR: "Zonage", EN: "Zones"},
		Unit:   i18n.Text{FR: "zone des médecins généralistes", EN: "zone for general practitioners"},
		Labels: []i18n.Text{{FR: "ZIP – intervention prioritaire", EN: "ZIP – priority intervention"}, {FR: "ZAC – action complémentaire", EN: "ZAC – complementary action"}, {FR: "Hors zonage", EN: "Outside zoning"}},
		value:  func(r *Region, _ territory.AgeFilter, n int) float64 { return zoneRank[r.ZoneOf(n).Class] },
	},
	{
		Key: "population", Scale: Sequential, Breaks: []float64{500, 2000, 5000, 15000, 40000},
		Name:  i18n.Text{FR: "Population", EN: "Population"},
		Unit:  i18n.Text{FR: "habitants", EN: "inhabitants"},
		value: func(r *Region, _ territory.AgeFilter, n int) float64 { return float64(r.Places[n].Population) },
	},
	{
		Key: "densite", Scale: Sequential, Breaks: []float64{100, 300, 1000, 5000, 15000},
		Name:  i18n.Text{FR: "Densité", EN: "Density"},
		Unit:  i18n.Text{FR: "habitants par km²", EN: "inhabitants per km²"},
		value: func(r *Region, _ territory.AgeFilter, n int) float64 { return r.Density(n) },
	},
	{
		Key: "depart", Scale: Sequential, Breaks: []float64{10, 20, 30, 40, 50},
		Name:  i18n.Text{FR: "Offre des 61 ans et plus", EN: "Supply from doctors over 60"},
		Unit:  i18n.Text{FR: "% de l’accessibilité portée par des médecins de plus de 60 ans", EN: "% of access that comes from doctors over 60"},
		Note:  i18n.Text{FR: "Ce que les départs à la retraite retireraient sans remplacement.", EN: "What retirements would take away without replacement."},
		value: retiring,
	},
	{
		Key: Trend, Scale: Diverging, Decimals: 2, Breaks: []float64{-1, -0.5, -0.25, 0, 0.25, 0.5, 1},
		Name:  i18n.Text{FR: "Évolution", EN: "Change"},
		Unit:  i18n.Text{FR: "consultations par an et par habitant, depuis le premier import", EN: "consultations a year per inhabitant, since the first import"},
		value: changed,
	},
}

// LayerOf finds a layer by its key.
func LayerOf(key string) (Layer, bool) {
	for _, l := range Layers {
		if l.Key == key {
			return l, true
		}
	}
	return Layer{}, false
}

// Value is what the layer shows of a place; NaN without data.
func (l Layer) Value(r *Region, ages territory.AgeFilter, place int) float64 {
	return l.value(r, ages, place)
}

// Class is the place of a value in the scale, from 1; 0 without data.
func (l Layer) Class(value float64) int {
	if math.IsNaN(value) {
		return 0
	}
	class := 1
	for _, b := range l.Breaks {
		if value >= b {
			class++
		}
	}
	return class
}

// Classes is the number of classes.
func (l Layer) Classes() int { return len(l.Breaks) + 1 }

func retiring(r *Region, _ territory.AgeFilter, n int) float64 {
	all := r.Model(territory.AllAges).Value[n]
	if all <= 0 || !r.AgesKnown {
		return math.NaN()
	}
	return 100 * (1 - r.Model(territory.UpTo60).Value[n]/all)
}

func changed(r *Region, ages territory.AgeFilter, n int) float64 {
	if r.past == nil {
		return math.NaN()
	}
	before, ok := r.past.Find(r.Places[n].Code)
	if !ok {
		return math.NaN()
	}
	return r.Model(ages).Value[n] - r.past.Model(ages).Value[before]
}

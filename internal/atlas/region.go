package atlas

import (
	"fmt"
	"math"

	"maillage/internal/access"
	"maillage/internal/territory"
)

// Place is a commune, or an arrondissement of a divided one, with what is known of it.
type Place struct {
	territory.Commune
	FTE      territory.FTE
	Weighted float64 // population standardised by age
	Zone     Zone
	Income   float64 // median income, euros a year; NaN when unknown
	Quarters []Quarter
}

// Region is a region under one decay. Places are its communes, by code, then those beyond its border that count in the
// computation; the first Inside of them are drawn and counted.
type Region struct {
	Code, Name string
	Ground     *Ground
	Decay      access.Decay
	Spec       string // the decay as it was asked for
	Places     []Place
	Inside     int
	Estimated  bool // travel times are estimated from distances as the crow flies

	at     map[string]int
	models map[territory.AgeFilter]*access.Model
}

// AgeFilters are the age limits of doctors under which access is computed, in the order in which they are shown.
var AgeFilters = []territory.AgeFilter{territory.AllAges, territory.UpTo65, territory.UpTo62, territory.UpTo60}

// newRegion computes a region. It is an error when there is no such region, or when the decay reaches too far.
func newRegion(g *Ground, code, spec string) (*Region, error) {
	area, ok := g.France.Region(code)
	if !ok {
		return nil, errNoRegion(code)
	}
	decay, err := parseDecay(spec)
	if err != nil {
		return nil, err
	}
	r := &Region{Code: code, Name: area.Name, Ground: g, Decay: decay, Spec: spec, at: map[string]int{}, Estimated: g.Minutes == nil}
	r.settle(decay.Reach())
	links, err := r.links(decay.Reach())
	if err != nil {
		return nil, err
	}
	return r, r.compute(links)
}

// settle lists the places: the region's own, then the neighbours. A place's access depends on the supply within reach of it, whose
// load depends on the people within reach of that: twice the reach holds everything that counts. A minute by car is at most about
// a kilometre as the crow flies in the estimate; imported times may be faster, so that they get half as much again.
func (r *Region) settle(minutes float64) {
	g := r.Ground
	units := g.France.UnitsOf(r.Code)
	r.Inside = len(units)
	lat, lon := make([]float64, len(units)), make([]float64, len(units))
	box := newBox()
	for n, unit := range units {
		c := &g.France.Communes[unit]
		lat[n], lon[n] = c.Lat, c.Lon
		box.add(c.Lat, c.Lon)
	}
	km := 2 * minutes
	if !r.Estimated {
		km *= 1.5
	}
	grid := territory.NewGrid(lat, lon, max(km, 1))
	for i := range g.France.Communes {
		c := &g.France.Communes[i]
		if !c.Unit() || c.Region == r.Code || !box.near(c.Lat, c.Lon, km) {
			continue
		}
		near := false
		grid.Within(c.Lat, c.Lon, km, func(int, float64) { near = true })
		if near {
			units = append(units, i)
		}
	}
	r.Places = make([]Place, len(units))
	for n, unit := range units {
		r.Places[n] = r.place(unit)
		r.at[r.Places[n].Code] = n
	}
}

func (r *Region) place(unit int) Place {
	g := r.Ground
	c := g.France.Communes[unit]
	p := Place{Commune: c, FTE: g.Supply[unit], Weighted: float64(c.Population), Zone: g.Zones[c.Code], Income: math.NaN(), Quarters: g.Quarters[c.Code]}
	if g.Weighted != nil {
		p.Weighted = g.Weighted[unit]
	}
	if income, ok := g.Incomes[c.Code]; ok {
		p.Income = income
	}
	return p
}

func (r *Region) links(most float64) (*access.Links, error) {
	if !r.Estimated {
		return r.importedLinks(most)
	}
	positions := make([]access.Position, len(r.Places))
	for n := range r.Places {
		positions[n] = access.Position{Lat: r.Places[n].Lat, Lon: r.Places[n].Lon}
	}
	links, err := access.EstimateLinks(positions, positions, nil, most)
	if err != nil {
		return nil, fmt.Errorf("region %s: %w", r.Code, err)
	}
	return links, nil
}

func (r *Region) importedLinks(most float64) (*access.Links, error) {
	var pairs access.PairBlock
	add := func(from, to int, minutes float64) {
		pairs.Origin, pairs.Dest, pairs.Cost = append(pairs.Origin, uint32(from)), append(pairs.Dest, uint32(to)), append(pairs.Cost, minutes)
	}
	for n := range r.Places {
		add(n, n, 0)
		r.Ground.Minutes.From(r.Places[n].Code, most, func(to string, minutes float64) {
			if m, known := r.at[to]; known && m != n {
				add(n, m, minutes)
			}
		})
	}
	links, err := access.NewLinks(len(r.Places), len(r.Places), pairs)
	if err != nil {
		return nil, fmt.Errorf("region %s, imported travel times: %w", r.Code, err)
	}
	return links, nil
}

// compute makes a model per age limit; links, weights and loads are shared.
func (r *Region) compute(links *access.Links) error {
	weighted := make([]float64, len(r.Places))
	for n := range r.Places {
		weighted[n] = r.Places[n].Weighted
	}
	all, err := access.NewModel(links, r.Decay, weighted, r.consultations(territory.AllAges, nil))
	if err != nil {
		return fmt.Errorf("region %s: %w", r.Code, err)
	}
	r.models = map[territory.AgeFilter]*access.Model{territory.AllAges: all}
	for _, ages := range AgeFilters[1:] {
		if r.models[ages], err = all.WithSupply(r.consultations(ages, nil)); err != nil {
			return fmt.Errorf("region %s: %w", r.Code, err)
		}
	}
	return nil
}

// consultations is the supply of each place a year. A nil past means today's.
func (r *Region) consultations(ages territory.AgeFilter, past *Past) []float64 {
	supply := make([]float64, len(r.Places))
	for n := range r.Places {
		fte := r.Places[n].FTE
		if past != nil {
			unit, _ := r.Ground.France.Index(r.Places[n].Code)
			fte = past.Supply[unit]
		}
		supply[n] = ConsultationsPerFTE * fte.Count(ages)
	}
	return supply
}

// Model is the access model with doctors up to an age limit; that of zoning (≤ 65) for an unknown one.
func (r *Region) Model(ages territory.AgeFilter) *access.Model {
	if m, ok := r.models[ages]; ok {
		return m
	}
	return r.models[territory.UpTo65]
}

// Find gives the index in Places of a commune of the region.
func (r *Region) Find(code string) (int, bool) {
	n, ok := r.at[code]
	return n, ok && n < r.Inside
}

// box is the rectangle around some positions, in degrees.
type box struct{ south, north, west, east float64 }

func newBox() *box { return &box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)} }

func (b *box) add(lat, lon float64) {
	b.south, b.north = min(b.south, lat), max(b.north, lat)
	b.west, b.east = min(b.west, lon), max(b.east, lon)
}

// near tells whether a position may lie within some kilometres of the rectangle.
func (b *box) near(lat, lon, km float64) bool {
	const kmPerDegree = 111
	dLat := km / kmPerDegree
	dLon := dLat / max(0.05, math.Cos(lat*math.Pi/180))
	return lat >= b.south-dLat && lat <= b.north+dLat && lon >= b.west-dLon && lon <= b.east+dLon
}

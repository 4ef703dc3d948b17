package atlas

import (
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb/geo"

	"maillage/internal/access"
	"maillage/internal/platform/db"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// Place is a commune, or an arrondissement of a divided one, with what is known of it.
type Place struct {
	territory.Commune
	Unit     int // index in France.Communes
	FTE      territory.FTE
	Weighted float64 // population standardised by age
	Zone     Zone
	Income   float64 // median income, euros a year; NaN when unknown
	Quarters []territory.QPV
	Folded   string // the name as it is searched and sorted
}

// Region is a region under one decay. Places are its communes, by code, then those beyond its border that count in the
// computation; the first Inside of them are drawn and counted.
type Region struct {
	Code, Name string
	Snap       *territory.Snapshot
	Decay      access.Decay
	Spec       string // the decay as it was asked for
	Places     []Place
	Inside     int
	Estimated  bool // travel times are estimated from distances as the crow flies
	Weighted   bool // populations are standardised by age somewhere in the region
	AgesKnown  bool // the supply tells doctors' ages
	ZonesKnown bool // an official zoning is in force somewhere in the region

	areas  func() []float64 // of the places inside, in km²
	past   *Region          // at the first import, for the layer of change; nil otherwise
	at     map[string]int
	models map[territory.AgeFilter]*access.Model
}

// AgeFilters are the age limits of doctors under which access is computed, in the order in which they are shown.
var AgeFilters = []territory.AgeFilter{territory.AllAges, territory.UpTo65, territory.UpTo62, territory.UpTo60}

// newRegion computes a region, as it was some years back in an invented past; like is as for regionOf. It is an error when there is no such region, or when the decay reaches too far.
func newRegion(snap *territory.Snapshot, code, spec string, back int, like *Region) (*Region, error) {
	area, ok := snap.France.Region(code)
	if !ok {
		return nil, errNoRegion(code)
	}
	decay, err := parseDecay(spec)
	if err != nil {
		return nil, err
	}
	r := &Region{Code: code, Name: area.Name, Snap: snap, Decay: decay, Spec: spec, at: map[string]int{}, Estimated: snap.TravelTimes() == nil, AgesKnown: snap.AgesKnown()}
	r.areas = sync.OnceValue(r.measured)
	if like != nil && (like.Snap.France != snap.France || like.Snap.TravelTimes() != snap.TravelTimes()) {
		like = nil
	}
	r.settle(decay.Reach(), like)
	if back > 0 {
		for n := range r.Places {
			r.Places[n].FTE = territory.DemoPast(r.Places[n].Code, r.Places[n].FTE, back)
		}
	}
	if like != nil {
		return r, r.compute(like.Model(territory.AllAges).Links)
	}
	links, err := r.links(decay.Reach())
	if err != nil {
		return nil, err
	}
	return r, r.compute(links)
}

// settle lists the places: the region's own, then the neighbours. A place's access depends on the supply within reach of it, whose
// load depends on the people within reach of that: twice the reach holds everything that counts. A minute by car is at most about
// a kilometre as the crow flies in the estimate; imported times may be faster, so that they get half as much again. The places are
// those of the region that this one is like, when there is one.
func (r *Region) settle(minutes float64, like *Region) {
	var units []int
	if like != nil {
		r.Inside = like.Inside
		for n := range like.Places {
			units = append(units, like.Places[n].Unit)
		}
	} else {
		km := 2 * minutes
		if !r.Estimated {
			km *= 1.5
		}
		units, r.Inside = r.Snap.Around(r.Code, km)
	}
	r.Places = make([]Place, len(units))
	for n, unit := range units {
		r.Places[n] = r.settled(unit, n < r.Inside)
		r.at[r.Places[n].Code] = n
	}
}

func (r *Region) settled(unit int, inside bool) Place {
	c := r.Snap.Commune(unit)
	p := Place{Commune: c, Unit: unit, FTE: r.Snap.FTE(unit), Quarters: r.Snap.QPVs(unit), Folded: db.Fold(c.Name)}
	income, _ := r.Snap.Income(unit)
	p.Income = income.Median
	weighted, known := r.Snap.Weighted(unit)
	p.Weighted = weighted
	zone, official := r.Snap.Zone(unit)
	if official {
		p.Zone = Zone{Class: zone.Code, Since: zone.Since, Decree: zone.Decree}
	}
	r.Weighted, r.ZonesKnown = r.Weighted || known && inside, r.ZonesKnown || official && inside
	return p
}

// links are the travel times: imported ones where both communes are in the matrix, the estimate elsewhere.
func (r *Region) links(most float64) (*access.Links, error) {
	positions := make([]access.Position, len(r.Places))
	for n := range r.Places {
		positions[n] = access.Position{Lat: r.Places[n].Lat, Lon: r.Places[n].Lon}
	}
	links, err := access.EstimateLinks(positions, positions, nil, most)
	if err != nil {
		return nil, fmt.Errorf("region %s: %w", r.Code, err)
	}
	if r.Estimated {
		return links, nil
	}
	return r.importedLinks(links, most)
}

func (r *Region) importedLinks(estimated *access.Links, most float64) (*access.Links, error) {
	var pairs access.PairBlock
	add := func(from, to int, minutes float64) {
		pairs.Origin, pairs.Dest, pairs.Cost = append(pairs.Origin, uint32(from)), append(pairs.Dest, uint32(to)), append(pairs.Cost, minutes)
	}
	measured := make([]bool, len(r.Places))
	r.Snap.TravelTimes().Each(func(origin, dest string, minutes float64) {
		from, ok := r.at[origin]
		if !ok {
			return
		}
		measured[from] = true
		if to, ok := r.at[dest]; ok && to != from && minutes <= most {
			add(from, to, minutes)
		}
	})
	for n := range r.Places {
		dest, cost := estimated.Row(n)
		for k, to := range dest {
			if int(to) == n || !measured[n] || !measured[to] {
				add(n, int(to), cost[k])
			}
		}
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
	all, err := access.NewModel(links, r.Decay, weighted, r.consultations(territory.AllAges))
	if err != nil {
		return fmt.Errorf("region %s: %w", r.Code, err)
	}
	r.models = map[territory.AgeFilter]*access.Model{territory.AllAges: all}
	for _, ages := range AgeFilters[1:] {
		if r.models[ages], err = all.WithSupply(r.consultations(ages)); err != nil {
			return fmt.Errorf("region %s: %w", r.Code, err)
		}
	}
	return nil
}

// consultations is the supply of each place a year.
func (r *Region) consultations(ages territory.AgeFilter) []float64 {
	supply := make([]float64, len(r.Places))
	for n := range r.Places {
		supply[n] = ConsultationsPerFTE * r.Places[n].FTE.Count(ages)
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

// measured gives the areas of the places inside, by their outlines.
func (r *Region) measured() []float64 {
	areas := make([]float64, r.Inside)
	for n := range areas {
		outline, _ := r.Snap.Outline(r.Places[n].Unit)
		areas[n] = math.Abs(geo.Area(outline)) / 1e6
	}
	return areas
}

// Density is inhabitants per km² of a place inside; NaN without an outline.
func (r *Region) Density(place int) float64 {
	if area := r.areas()[place]; area > 0 {
		return float64(r.Places[place].Population) / area
	}
	return math.NaN()
}

// Find gives the index in Places of a commune of the region.
func (r *Region) Find(code string) (int, bool) {
	n, ok := r.at[code]
	return n, ok && n < r.Inside
}

// DemoSupply tells whether the supply is the demonstration's: invented.
func (r *Region) DemoSupply() bool { return r.Snap.Origin(intake.GPSupply).Demo }

// ProxySupply tells whether the supply stands for something else, establishments counted as doctors.
func (r *Region) ProxySupply() bool { return r.Snap.Origin(intake.GPSupply).Proxy }

// BareEdge tells whether no supply is known beyond the region's border, though people live there: the supply that was imported covers
// the region only, and the edge looks emptier than it is.
func (r *Region) BareEdge() bool {
	for _, p := range r.Places[r.Inside:] {
		if p.FTE.Count(territory.AllAges) > 0 {
			return false
		}
	}
	return len(r.Places) > r.Inside
}

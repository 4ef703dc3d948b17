package territory

import (
	"math"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// Origin says where values come from, to be shown with them.
type Origin struct {
	Kind      intake.Kind
	Dataset   string // identifier of the imported version; "" for what is embedded or invented
	Label     i18n.Text
	Source    string
	Licence   string
	Vintage   string // the year that the data describe, when known
	ValidFrom time.Time
	Decree    string
	Demo      bool // invented for the demonstration
	Proxy     bool // stands for something else: establishments counted as doctors
	Estimated bool // computed from something coarser
}

// Key names what is in force: it changes whenever a value may.
func (s *Snapshot) Key() string { return s.key }

// Missing tells whether nothing is in force.
func (o Origin) Missing() bool { return o.Label.Empty() }

// Snapshot is the territory as it stood in force at a date: immutable, shared, indexed like France.Communes. What is asked of a
// divided commune is the sum of its arrondissements; what is asked of an arrondissement and known only of its commune is the
// commune's, where that makes sense.
type Snapshot struct {
	France  *France
	Version int64 // grows with each import or rollback, on every node
	key     string

	contents map[intake.Kind]intake.Content
	origins  map[intake.Kind]Origin

	weighted []float64 // NaN where only the plain population is known
	fte      []FTE
	zones    []string
	median   []float64
	poverty  []float64
	shapes   []string
	qpvs     map[int][]QPV
	travel   *intake.Matrix
	since    func() []zoneSince
	demo     bool            // an installation of demonstration
	covered  map[string]bool // départements of the imported supply; nil when none was imported
	filled   bool
	drawn    sync.Map // index → orb.MultiPolygon
}

// Zone is a commune's zone of general practice at a date.
type Zone struct {
	Code    string    // ZIP, ZAC or HZ
	Since   time.Time // the first day of the unbroken run of versions that say so
	Decree  string
	Dataset string
}

// QPV is a priority neighbourhood. Approximate tells that only the commune's position is known.
type QPV struct {
	Code, Name  string
	Lat, Lon    float64
	Outline     orb.MultiPolygon // nil when it was never imported
	Approximate bool
}

// Income is the median income per consumption unit (euros a year) and the share of people in poverty (per cent); NaN where the source
// keeps it secret.
type Income struct{ Median, Poverty float64 }

// Origin tells where a kind's values come from; it is Missing when there are none.
func (s *Snapshot) Origin(kind intake.Kind) Origin { return s.origins[kind] }

// Origins lists what is in force, in the order of intake.Kinds, then what the demonstration invents beside it.
func (s *Snapshot) Origins() []Origin {
	var all []Origin
	for _, d := range intake.Kinds {
		if o := s.origins[d.Kind]; !o.Missing() {
			all = append(all, o)
		}
	}
	if s.filled {
		all = append(all, Origin{Kind: intake.GPSupply, Demo: true, Source: "Maillage", Label: i18n.Text{
			FR: "Offre inventée dans les départements que l’import ne couvre pas (démonstration)",
			EN: "Invented supply in the départements that the import does not cover (demonstration)"}})
	}
	return all
}

// Commune is the commune of an index.
func (s *Snapshot) Commune(i int) Commune { return s.France.Communes[i] }

// Find gives the index of a commune, following mergers.
func (s *Snapshot) Find(code string) (int, bool) {
	current, _, ok := s.France.Follow(code)
	if !ok {
		return 0, false
	}
	return s.France.Index(current)
}

// Population is the municipal population.
func (s *Snapshot) Population(i int) float64 { return float64(s.France.Communes[i].Population) }

// Weighted is the population weighted by age, normalised so that the communes where it is known keep their total; ok is false where
// only the plain population, which is then given, is known.
func (s *Snapshot) Weighted(i int) (population float64, ok bool) {
	if s.weighted == nil || math.IsNaN(s.weighted[i]) {
		return s.Population(i), false
	}
	return s.weighted[i], true
}

// FTE is the general practitioners of a commune by age band.
func (s *Snapshot) FTE(i int) FTE { return s.fte[i] }

// Supply is the full-time equivalents that an age filter keeps.
func (s *Snapshot) Supply(i int, filter AgeFilter) float64 { return s.fte[i].Count(filter) }

// SupplyCovers tells whether the imported supply speaks of a département; true everywhere when nothing was imported. Where it does not,
// no doctor means that nobody looked, not that there is none.
func (s *Snapshot) SupplyCovers(departement string) bool {
	return s.covered == nil || s.covered[departement]
}

// SupplyFilled tells whether the demonstration's invented supply stands in for the départements that the imported one does not cover.
func (s *Snapshot) SupplyFilled() bool { return s.filled }

// AgesKnown tells whether the supply in force tells ages; when it does not, every age filter gives the same.
func (s *Snapshot) AgesKnown() bool {
	for i := range s.fte {
		if s.fte[i].Count(AllAges) > s.fte[i][AgeUnknown] && s.SupplyCovers(s.France.Communes[i].Departement) {
			return true
		}
	}
	return false
}

// Zone is the zone in force; false where no zoning was imported for the commune.
func (s *Snapshot) Zone(i int) (Zone, bool) {
	if s.zones == nil || s.zones[i] == "" {
		return Zone{}, false
	}
	run := s.since()[i]
	return Zone{Code: s.zones[i], Since: run.from, Decree: s.origins[intake.Zones].Decree, Dataset: s.origins[intake.Zones].Dataset}, true
}

// QPVs lists the priority neighbourhoods known to lie in a commune.
func (s *Snapshot) QPVs(i int) []QPV { return s.qpvs[i] }

// CityQPVs lists, for an arrondissement, the neighbourhoods of its city of which the source does not say in which arrondissement they
// lie. They prove nothing about this one.
func (s *Snapshot) CityQPVs(i int) []QPV {
	c := &s.France.Communes[i]
	parent, ok := s.France.Index(c.Parent)
	if c.Kind != Arrondissement || !ok {
		return nil
	}
	return s.qpvs[parent]
}

// Income is a commune's income; false where it is not known.
func (s *Snapshot) Income(i int) (Income, bool) {
	if s.median == nil || math.IsNaN(s.median[i]) && math.IsNaN(s.poverty[i]) {
		return Income{math.NaN(), math.NaN()}, false
	}
	return Income{s.median[i], s.poverty[i]}, true
}

// Outline is a commune's contour; approximate tells that none was imported and that this is the cell around its position.
func (s *Snapshot) Outline(i int) (outline orb.MultiPolygon, approximate bool) {
	approximate = s.shapes == nil || s.shapes[i] == ""
	if drawn, ok := s.drawn.Load(i); ok {
		return drawn.(orb.MultiPolygon), approximate
	}
	city, isPart := s.France.Index(s.France.Communes[i].Parent)
	switch {
	case !approximate:
		outline = intake.DecodeShape(s.shapes[i])
	case s.shapes != nil && isPart && s.shapes[city] != "":
		outline = s.France.CellWithin(i, intake.DecodeShape(s.shapes[city]))
	default:
		outline = orb.MultiPolygon{s.France.Cell(i)}
	}
	s.drawn.Store(i, outline)
	return outline, approximate
}

// Minutes is the imported travel time between two communes; false when the pair was not imported. Inside a commune it is 0.
func (s *Snapshot) Minutes(origin, dest int) (float64, bool) {
	if origin == dest {
		return 0, true
	}
	if s.travel == nil {
		return 0, false
	}
	return s.travel.Between(s.France.Communes[origin].Code, s.France.Communes[dest].Code)
}

// TravelTimes is the imported matrix, nil when there is none.
func (s *Snapshot) TravelTimes() *intake.Matrix { return s.travel }

// Units lists the indices of a region's units, by code.
func (s *Snapshot) Units(region string) []int { return s.France.UnitsOf(region) }

// Around is France.Around.
func (s *Snapshot) Around(region string, km float64) (units []int, inside int) {
	return s.France.Around(region, km)
}

// Nearest is the unit whose centre is nearest to a place; false when none lies within 100 km.
func (s *Snapshot) Nearest(lat, lon float64) (int, bool) { return s.France.nearest(lat, lon) }

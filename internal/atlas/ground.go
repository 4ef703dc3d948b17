package atlas

import (
	"context"

	"github.com/paulmach/orb"

	"maillage/internal/territory"
)

// ConsultationsPerFTE is what a full-time equivalent of general practice counts for where activity is unknown, in consultations a
// year (the APL's convention, see internal/access).
const ConsultationsPerFTE = 5400

// Ground is the state of the territory that the atlas is drawn from. Slices by commune follow France.Communes. It is read only.
type Ground struct {
	// Version changes whenever anything below does: computed regions are kept per version.
	Version string
	France  *territory.France
	// Supply is the general practice of each commune, in full-time equivalents by age band.
	Supply []territory.FTE
	// DemoSupply says that the supply was invented for the demonstration.
	DemoSupply bool
	// Weighted is the population standardised by age; nil where nothing was imported: the plain population then counts.
	Weighted []float64
	// Zones is the official zone by commune code; nil before any import.
	Zones map[string]Zone
	// Incomes is the median income per consumption unit by commune code, in euros a year; nil before any import.
	Incomes map[string]float64
	// Quarters are the priority neighbourhoods (QPV) by commune code.
	Quarters map[string][]Quarter
	// Contours are the real outlines by commune code, in degrees (lon, lat); nil before any import.
	Contours map[string]orb.MultiPolygon
	// Minutes are imported travel times by car; nil before any import: times are then estimated.
	Minutes Minutes
	// Past holds earlier imports of the supply, oldest first.
	Past []Past
	// Sources says where everything comes from.
	Sources []Source
}

// Zone is what an official zoning says of a commune.
type Zone struct {
	Class string // ZIP, ZAC, HZ
	Since string // first day in force, "2022-10-03"; "" when the file does not say
	Text  string // the decree
}

// Quarter is a priority neighbourhood.
type Quarter struct{ Code, Name string }

// Minutes are travel times by car between communes.
type Minutes interface {
	// From calls yield with each commune (by code) that can be reached from another in at most a number of minutes.
	From(code string, most float64, yield func(to string, minutes float64))
}

// Past is the supply as an earlier import gave it.
type Past struct {
	Year   int
	Supply []territory.FTE
}

// Source is where a part of the ground comes from, as it is shown.
type Source struct {
	What    string
	Origin  string
	Licence string
	URL     string
	Vintage string
	// Made says that the values are invented, computed or approximate rather than read from a source.
	Made bool
}

// Grounds gives the ground of today. It is cheap when nothing changed.
type Grounds func(ctx context.Context) (*Ground, error)

// EmbeddedGround is the territory that ships with the product, with the demonstration's supply and nothing imported.
func EmbeddedGround() *Ground {
	france := territory.Embedded()
	return &Ground{Version: "embedded", France: france, Supply: france.DemoSupply(), DemoSupply: true}
}

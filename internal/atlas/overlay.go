package atlas

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// Overlay is how points are shown over the map: priority neighbourhoods, or what another room hands over. Several may be shown together.
type Overlay interface {
	Key() string // in addresses: lower-case letters
	Name() i18n.Text
	Symbols() []Symbol
	Points(ctx context.Context, actor accounts.Actor, r *Region) ([]Point, error)
}

// Lacking is an overlay that knows, without reading it, why it would be empty; an empty text when it would not.
type Lacking interface {
	Lacks(r *Region) i18n.Text
}

// Reserved is an overlay that is not offered to everybody.
type Reserved interface {
	May(actor accounts.Actor) bool
}

// Symbol is how one sort of points is drawn, and what it means. Sorts differ by shape, never by colour alone.
type Symbol struct {
	Shape string // one of Symbols' drawings
	Label i18n.Text
}

// Point is one of them, in degrees.
type Point struct {
	Lat, Lon float64
	Title    string
	Shape    string           // one of the overlay's symbols
	Href     string           // its own page, "" for none
	Area     orb.MultiPolygon // its outline, nil when unknown
}

// The shapes of priority neighbourhoods.
const (
	shapeQuarter   = "hexagon"
	shapeQuarterAt = "hexagon-at"
)

// QuarterOverlay shows the priority neighbourhoods; those whose own place is unknown stand at their commune's, with another symbol.
type QuarterOverlay struct{}

// Key is "qpv".
func (QuarterOverlay) Key() string { return "qpv" }

// Name is how people read it.
func (QuarterOverlay) Name() i18n.Text {
	return i18n.Text{FR: "Quartiers prioritaires (QPV)", EN: "Priority neighbourhoods (QPV)"}
}

// Symbols tell what is placed from what is not.
func (QuarterOverlay) Symbols() []Symbol {
	return []Symbol{
		{shapeQuarter, i18n.Text{FR: "Quartiers dont le contour est connu", EN: "Neighbourhoods whose outline is known"}},
		{shapeQuarterAt, i18n.Text{FR: "Quartiers sans contour connu, au centre de leur commune", EN: "Neighbourhoods without a known outline, in the middle of their municipality"}},
	}
}

// Lacks says whether the list of neighbourhoods is missing, or names none in the region.
func (QuarterOverlay) Lacks(r *Region) i18n.Text {
	switch {
	case r.HasQuarters():
		return i18n.Text{}
	case r.Snap.Origin(intake.QPVList).Missing():
		return i18n.Text{FR: "liste non importée", EN: "list not imported"}
	}
	return i18n.Text{FR: "aucun dans cette région", EN: "none in this region"}
}

// HasQuarters tells whether a priority neighbourhood is known in the region.
func (r *Region) HasQuarters() bool {
	return slices.ContainsFunc(r.Places[:r.Inside], func(p Place) bool { return len(p.Quarters) > 0 || len(r.Snap.CityQPVs(p.Unit)) > 0 })
}

// Points lists the neighbourhoods of the region's communes, each once; those of a city of which nobody says in which arrondissement they
// lie stand at the city's position.
func (QuarterOverlay) Points(_ context.Context, _ accounts.Actor, r *Region) ([]Point, error) {
	var points []Point
	seen := map[string]bool{}
	add := func(quarters []territory.QPV, name string, lat, lon float64) {
		for _, q := range quarters {
			if seen[q.Code] {
				continue
			}
			seen[q.Code] = true
			at := Point{Lat: q.Lat, Lon: q.Lon, Title: q.Name + ", " + name, Shape: shapeQuarter, Area: q.Outline}
			if q.Approximate || q.Lat == 0 {
				at.Lat, at.Lon, at.Shape = lat, lon, shapeQuarterAt
			}
			points = append(points, at)
		}
	}
	for _, p := range r.Places[:r.Inside] {
		add(p.Quarters, p.Name, p.Lat, p.Lon)
	}
	for _, p := range r.Places[:r.Inside] {
		if quarters := r.Snap.CityQPVs(p.Unit); len(quarters) > 0 {
			city, _ := r.Snap.France.Index(p.Parent)
			c := r.Snap.Commune(city)
			add(quarters, c.Name, c.Lat, c.Lon)
		}
	}
	return points, nil
}

// InCommune is how another room tells what it knows in a commune, for the commune's page.
type InCommune interface {
	InCommune(ctx context.Context, actor accounts.Actor, code string) ([]Hit, error)
}

// Teaser is what the front page tells of another room: where it leads, and a line of what is there now.
type Teaser struct {
	Title i18n.Text
	Icon  string
	Href  string
	Line  string
}

// Door leads from a commune to another room's page about it.
type Door struct {
	Label i18n.Text
	Icon  string
	Href  func(code string) string
}

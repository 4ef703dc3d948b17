package atlas

import (
	"context"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// Overlay is how points are shown over the map: priority neighbourhoods, or what another room hands over.
type Overlay interface {
	// Key stands in addresses: lower-case letters.
	Key() string
	Name() i18n.Text
	// Points gives what this actor may see in a region.
	Points(ctx context.Context, actor accounts.Actor, r *Region) ([]Point, error)
}

// Lacking is an overlay that may have nothing to show in a region, and says why; an empty text when it has.
type Lacking interface {
	Lacks(r *Region) i18n.Text
}

// Point is one of them, in degrees.
type Point struct {
	Lat, Lon float64
	Title    string
}

// QuarterOverlay shows the priority neighbourhoods; those whose own position is unknown stand at their commune's.
type QuarterOverlay struct{}

// Key is "qpv".
func (QuarterOverlay) Key() string { return "qpv" }

// Name is how people read it.
func (QuarterOverlay) Name() i18n.Text {
	return i18n.Text{FR: "Quartiers prioritaires (QPV)", EN: "Priority neighbourhoods (QPV)"}
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
	return slices.ContainsFunc(r.Places[:r.Inside], func(p Place) bool { return len(p.Quarters) > 0 })
}

// Points lists the neighbourhoods of the region's communes, each once.
func (QuarterOverlay) Points(_ context.Context, _ accounts.Actor, r *Region) ([]Point, error) {
	var points []Point
	seen := map[string]bool{}
	for _, p := range r.Places[:r.Inside] {
		for _, q := range p.Quarters {
			if seen[q.Code] {
				continue
			}
			seen[q.Code] = true
			at := Point{Lat: q.Lat, Lon: q.Lon, Title: q.Name + ", " + p.Name}
			if q.Approximate || q.Lat == 0 {
				at.Lat, at.Lon = p.Lat, p.Lon
			}
			points = append(points, at)
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

package territory

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"
)

func TestCellsTileTheRegion(t *testing.T) {
	f := Embedded()
	units := f.UnitsOf("11")
	cells := f.Cells(units)
	area := 0.0
	for n, unit := range units {
		c := f.Communes[unit]
		ring := cells[n][0]
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] || ring.Orientation() != orb.CCW {
			t.Fatalf("%s: ring of %d corners, closed %v", c.Code, len(ring), ring[0] == ring[len(ring)-1])
		}
		if !planar.PolygonContains(cells[n], orb.Point{c.Lon, c.Lat}) {
			t.Errorf("%s lies outside its own cell", c.Code)
		}
		area += geo.Area(cells[n]) / 1e6
	}
	if math.Abs(area-12_012) > 1_500 { // the region has 12,012 km²; its cells end half-way to the neighbours' centres
		t.Errorf("the cells cover %.0f km²", area)
	}
}

func TestCellsDoNotOverlap(t *testing.T) {
	f := Embedded()
	units := f.UnitsOf("11")
	cells := f.Cells(units)
	inside := 0
	for lat := 48.3; lat < 49.1; lat += 0.013 {
		for lon := 1.7; lon < 3.3; lon += 0.017 {
			n := 0
			for _, cell := range cells {
				if planar.PolygonContains(cell, orb.Point{lon, lat}) {
					n++
				}
			}
			if n > 1 {
				inside++
			}
		}
	}
	if inside > 25 { // corners are rounded to a metre and distances are flat inside a cell: a hair's overlap may be hit
		t.Errorf("%d probes lie in two cells", inside)
	}
}

func TestCellsStopAtTheSea(t *testing.T) {
	f := Embedded()
	i, _ := f.Index("29155") // Ouessant
	cell := f.Cells([]int{i})[0]
	if km2 := geo.Area(cell) / 1e6; km2 > math.Pi*cellRadiusKm*cellRadiusKm*1.02 {
		t.Errorf("an island's cell covers %.0f km²", km2)
	}
}

// With the outline of a city and none of its arrondissements, these tile the city: no gap to its neighbours, each around its town hall.
func TestArrondissementsTileTheirCity(t *testing.T) {
	f := Embedded()
	city := orb.MultiPolygon{{
		{{2.22, 48.80}, {2.48, 48.80}, {2.48, 48.91}, {2.30, 48.91}, {2.22, 48.86}, {2.22, 48.80}},
		{{2.40, 48.89}, {2.40, 48.90}, {2.41, 48.90}, {2.41, 48.89}, {2.40, 48.89}}, // a hole
	}}
	area, parts := 0.0, 0
	for unit := range f.Communes {
		c := f.Communes[unit]
		if c.Parent != "75056" {
			continue
		}
		cell := f.CellWithin(unit, city)
		if !planar.MultiPolygonContains(cell, orb.Point{c.Lon, c.Lat}) {
			t.Errorf("%s lies outside its own cell", c.Code)
		}
		area, parts = area+geo.Area(cell), parts+1
	}
	if whole := geo.Area(city); parts != 20 || math.Abs(area/whole-1) > 0.001 {
		t.Errorf("%d arrondissements cover %.4f of their city", parts, area/whole)
	}
}

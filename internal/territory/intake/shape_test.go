package intake_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"maillage/internal/territory/intake"
	"maillage/internal/testdata"
)

func TestSimplifiedNeighboursShareTheirBorder(t *testing.T) {
	content, report := read(t, intake.Contours, testdata.Shared(t, "communes/communes-ile-de-france-2018.geojson"), nil, false)
	if report.Refused() {
		t.Fatal(report.Rejected)
	}
	table := content.(*intake.Table)
	edges := map[[2]orb.Point]int{}
	points, area := 0, 0.0
	for _, text := range table.Text("shape") {
		for _, polygon := range intake.DecodeShape(text) {
			area += math.Abs(geo.Area(polygon)) / 1e6
			for _, ring := range polygon {
				points += len(ring)
				for i := 1; i < len(ring); i++ {
					a, b := ring[i-1], ring[i]
					if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
						a, b = b, a
					}
					edges[[2]orb.Point{a, b}]++
				}
			}
		}
	}
	alone, more := 0, 0
	for _, n := range edges {
		switch {
		case n == 1:
			alone++
		case n > 2:
			more++
		}
	}
	t.Logf("%d points, %d edges: %d on one side only, %d on more than two; %.0f km²", points, len(edges), alone, more, area)
	if math.Abs(area-12_012) > 60 {
		t.Errorf("the region's area became %.0f km²", area)
	}
	if more > 0 || float64(alone) > 0.09*float64(len(edges)) { // only the region's own border has one side
		t.Errorf("%d edges of %d have one side, %d more than two", alone, len(edges), more)
	}
	if points > 50_000 {
		t.Errorf("%d points are left of 60,000: nothing was simplified", points)
	}
}

func TestShapesComeBack(t *testing.T) {
	shape := orb.MultiPolygon{
		{{{2.1, 48.5}, {2.3, 48.5}, {2.3, 48.7}, {2.1, 48.5}}, {{2.2, 48.52}, {2.25, 48.52}, {2.25, 48.55}, {2.2, 48.52}}},
		{{{-61.5, 16.1}, {-61.4, 16.1}, {-61.4, 16.2}, {-61.5, 16.1}}},
	}
	if got := intake.DecodeShape(intake.EncodeShape(shape)); !got.Equal(shape) {
		t.Errorf("got %v", got)
	}
}

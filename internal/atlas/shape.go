package atlas

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"maillage/internal/territory"
)

// Shape is the drawing of a region, in whole units of a square of shapeSize: y grows downwards as in SVG.
type Shape struct {
	Version       string // hash of the outlines
	Width, Height int
	Paths         []string // the outline of each place inside the region, as SVG path data
	Centres       [][2]int // the position of each place inside the region
	Boxes         [][4]int // left, top, right, bottom of each place inside the region
	Borders       string   // limits between départements
	Outline       string   // limit of the region
	Towns         []Town
	Approximate   bool // cells around the positions stand for at least one commune

	project projection
}

// Town is a name on the map. Rank 1 shows at every size.
type Town struct {
	Name string
	X, Y int
	Rank int
}

// shapeSize is the longer side of a drawing: a region 150 km wide is drawn to about 60 m.
const shapeSize = 2400

// newShape draws a region from imported contours, and from approximate cells where there is none.
func newShape(r *Region) *Shape {
	outlines, approximate := r.outlines()
	s := &Shape{Approximate: approximate, project: newProjection(outlines)}
	s.Width, s.Height = s.project.width, s.project.height
	snap := newSnapper()
	edges := newBorders()
	for n, outline := range outlines {
		var rings [][]point
		for _, polygon := range outline {
			for _, ring := range polygon {
				if drawn := s.ring(ring, snap); len(drawn) >= 3 {
					rings = append(rings, drawn)
				}
			}
		}
		p := &r.Places[n]
		for _, ring := range rings {
			edges.add(ring, p.Departement)
		}
		centre := s.project.at(p.Lon, p.Lat)
		s.Paths = append(s.Paths, pathOf(rings, true))
		s.Centres = append(s.Centres, [2]int{int(centre.x), int(centre.y)})
		s.Boxes = append(s.Boxes, boxOf(rings, centre))
	}
	s.Borders, s.Outline = pathOf(edges.between(), false), pathOf(withoutSpecks(edges.outer()), false)
	s.Towns = s.TownsIn(r, [4]int{0, 0, s.Width, s.Height}, 1)
	s.Version = s.hash()
	return s
}

// speck is the size under which a line of the region's limit is a gap that rounding left between two communes, in units.
const speck = 60

func withoutSpecks(lines [][]point) [][]point {
	return slices.DeleteFunc(lines, func(line []point) bool {
		box := boxOf([][]point{line}, line[0])
		return box[2]-box[0] < speck && box[3]-box[1] < speck
	})
}

// outlines gives what to draw for each place inside the region.
func (r *Region) outlines() (outlines []orb.MultiPolygon, approximate bool) {
	outlines = make([]orb.MultiPolygon, r.Inside)
	for n := range outlines {
		outline, cell := r.Snap.Outline(r.Places[n].Unit)
		outlines[n], approximate = outline, approximate || cell
	}
	return outlines, approximate
}

// ring projects a ring, snaps it and leaves out what repeats.
func (s *Shape) ring(ring orb.Ring, snap *snapper) []point {
	drawn := make([]point, 0, len(ring))
	for _, p := range ring {
		at := snap.to(s.project.at(p[0], p[1]))
		if len(drawn) == 0 || drawn[len(drawn)-1] != at {
			drawn = append(drawn, at)
		}
	}
	for len(drawn) > 1 && drawn[0] == drawn[len(drawn)-1] {
		drawn = drawn[:len(drawn)-1]
	}
	return drawn
}

func boxOf(rings [][]point, centre point) [4]int {
	b := [4]int{int(centre.x), int(centre.y), int(centre.x), int(centre.y)}
	for _, ring := range rings {
		for _, p := range ring {
			b[0], b[1] = min(b[0], int(p.x)), min(b[1], int(p.y))
			b[2], b[3] = max(b[2], int(p.x)), max(b[3], int(p.y))
		}
	}
	return b
}

// Position is where a place in degrees lies on the drawing.
func (s *Shape) Position(lat, lon float64) (x, y int) {
	p := s.project.at(lon, lat)
	return int(p.x), int(p.y)
}

// Area draws an outline that is not a commune's, as SVG path data.
func (s *Shape) Area(outline orb.MultiPolygon) string {
	var rings [][]point
	for _, polygon := range outline {
		for _, ring := range polygon {
			line := make([]point, 0, len(ring))
			for _, p := range ring {
				if at := s.project.at(p[0], p[1]); len(line) == 0 || line[len(line)-1] != at {
					line = append(line, at)
				}
			}
			if len(line) > 1 {
				rings = append(rings, line)
			}
		}
	}
	return pathOf(rings, true)
}

// TownsIn chooses the names to write in a part of the drawing (left, top, right, bottom): the largest communes that stand far enough from the
// ones chosen before. Scale is the size of letters there against those of the whole drawing.
func (s *Shape) TownsIn(r *Region, box [4]int, scale float64) []Town {
	candidates := make([]territory.Commune, 0, r.Inside)
	for i := range r.Snap.France.Communes {
		if c := r.Snap.France.Communes[i]; c.Region == r.Code && c.Kind != territory.Arrondissement {
			candidates = append(candidates, c)
		}
	}
	slices.SortStableFunc(candidates, func(a, b territory.Commune) int { return b.Population - a.Population })
	var towns []Town
	for _, c := range candidates {
		if len(towns) == 16 || float64(c.Population) < 3000*scale {
			break
		}
		x, y := s.Position(c.Lat, c.Lon)
		inside := x > box[0] && float64(x) < float64(box[2])-200*scale && y > box[1] && y < box[3]
		if t := (Town{Name: c.Name, X: x, Y: y, Rank: 1 + len(towns)/6}); inside && t.clear(towns, scale) {
			towns = append(towns, t)
		}
	}
	return towns
}

// clear tells whether a name can be written without covering another.
func (t Town) clear(others []Town, scale float64) bool {
	for _, o := range others {
		if math.Abs(float64(t.X-o.X)) < 420*scale && math.Abs(float64(t.Y-o.Y)) < 140*scale {
			return false
		}
	}
	return true
}

func (s *Shape) hash() string {
	h := sha256.New()
	for _, p := range s.Paths {
		h.Write([]byte(p))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

type point struct{ x, y int32 }

// projection is a plane one that keeps shapes at the middle of the region.
type projection struct {
	west, north, perLon, perLat float64
	width, height               int
}

func newProjection(outlines []orb.MultiPolygon) projection {
	b := newBox()
	for _, outline := range outlines {
		bound := outline.Bound()
		b.add(bound.Min[1], bound.Min[0])
		b.add(bound.Max[1], bound.Max[0])
	}
	squeeze := math.Cos((b.south + b.north) / 2 * math.Pi / 180)
	width, height := (b.east-b.west)*squeeze, b.north-b.south
	scale := (shapeSize - 2*shapeMargin) / max(width, height, 1e-6)
	return projection{
		west: b.west, north: b.north, perLon: scale * squeeze, perLat: scale,
		width: int(math.Ceil(width*scale)) + 2*shapeMargin, height: int(math.Ceil(height*scale)) + 2*shapeMargin,
	}
}

const shapeMargin = 12

func (p projection) at(lon, lat float64) point {
	return point{int32(math.Round(shapeMargin + (lon-p.west)*p.perLon)), int32(math.Round(shapeMargin + (p.north-lat)*p.perLat))}
}

// snapper brings points that rounding moved a unit apart back together, so that neighbours share their limits.
type snapper struct{ seen map[point]point }

func newSnapper() *snapper { return &snapper{map[point]point{}} }

func (s *snapper) to(p point) point {
	for _, d := range [...]point{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
		if known, ok := s.seen[point{p.x + d.x, p.y + d.y}]; ok {
			return known
		}
	}
	s.seen[p] = p
	return p
}

// box is the rectangle around some positions, in degrees.
type box struct{ south, north, west, east float64 }

func newBox() *box { return &box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)} }

func (b *box) add(lat, lon float64) {
	b.south, b.north = min(b.south, lat), max(b.north, lat)
	b.west, b.east = min(b.west, lon), max(b.east, lon)
}

package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// cellRadiusKm is the furthest that an approximate commune reaches from its centre: the largest communes of mainland France have
// about this radius, and a cell at the seaside or at a border must stop somewhere.
const cellRadiusKm = 12

// Cell draws an approximate outline of a unit: the places that are nearer to its centre than to any other centre (its Voronoi cell),
// at most cellRadiusKm away. Every unit of the country takes part, so that the edge of a region looks like its neighbours'. The ring
// is closed, counter-clockwise, in degrees (lon, lat). It is never the real limit: say so wherever it is drawn.
func (f *France) Cell(unit int) orb.Polygon {
	c := &f.Communes[unit]
	var around []neighbour
	f.Near(c.Lat, c.Lon, 2*cellRadiusKm, func(i int, km float64) {
		if i != unit && km > 0.001 && f.Communes[i].Parent != c.Code {
			around = append(around, neighbour{lat: f.Communes[i].Lat, lon: f.Communes[i].Lon, km: km})
		}
	})
	return cellAround(c.Lat, c.Lon, around)
}

// CellWithin draws an approximate outline of an arrondissement inside its city's own: the places that are nearer to its centre than to that of
// another arrondissement. Those of a city tile its outline.
func (f *France) CellWithin(unit int, city orb.MultiPolygon) orb.MultiPolygon {
	c := &f.Communes[unit]
	kmPerLon := kmPerDegree
	if parent, ok := f.Index(c.Parent); ok { // one scale for the whole city: its cells share their sides
		kmPerLon *= math.Cos(f.Communes[parent].Lat * math.Pi / 180)
	}
	from := func(lat, lon float64) orb.Point {
		return orb.Point{(lon - c.Lon) * kmPerLon, (lat - c.Lat) * kmPerDegree}
	}
	var others []orb.Point
	for i := range f.Communes {
		if other := &f.Communes[i]; i != unit && other.Parent == c.Parent {
			others = append(others, from(other.Lat, other.Lon))
		}
	}
	var cell orb.MultiPolygon
	for _, polygon := range city {
		var kept orb.Polygon
		for _, limit := range polygon {
			ring := make([]orb.Point, 0, len(limit))
			for _, p := range limit[1:] { // it is closed
				ring = append(ring, from(p[1], p[0]))
			}
			for _, other := range others {
				ring = cut(ring, other)
			}
			if len(ring) > 2 {
				kept = append(kept, inDegrees(ring, c.Lat, c.Lon, kmPerLon))
			}
		}
		if len(kept) > 0 {
			cell = append(cell, kept)
		}
	}
	return cell
}

// Cells draws several units.
func (f *France) Cells(units []int) []orb.Polygon {
	cells := make([]orb.Polygon, len(units))
	for n, unit := range units {
		cells[n] = f.Cell(unit)
	}
	return cells
}

type neighbour struct{ lat, lon, km float64 }

// cellAround cuts a disc with the bisector of each neighbour, the nearest first, and stops when no further neighbour can reach it.
func cellAround(lat, lon float64, around []neighbour) orb.Polygon {
	slices.SortFunc(around, func(a, b neighbour) int {
		switch {
		case a.km < b.km:
			return -1
		case a.km > b.km:
			return 1
		case a.lat != b.lat:
			return sign(a.lat - b.lat)
		}
		return sign(a.lon - b.lon)
	})
	kmPerLon := kmPerDegree * math.Cos(lat*math.Pi/180)
	ring := disc(cellRadiusKm)
	for _, n := range around {
		if n.km > 2*reach(ring) {
			break
		}
		ring = cut(ring, orb.Point{(n.lon - lon) * kmPerLon, (n.lat - lat) * kmPerDegree})
	}
	return orb.Polygon{inDegrees(ring, lat, lon, kmPerLon)}
}

// inDegrees closes a ring drawn in kilometres around a place.
func inDegrees(ring []orb.Point, lat, lon, kmPerLon float64) orb.Ring {
	out := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		out = append(out, orb.Point{round5(lon + p[0]/kmPerLon), round5(lat + p[1]/kmPerDegree)})
	}
	return append(out, out[0])
}

func sign(x float64) int {
	if x < 0 {
		return -1
	}
	return 1
}

func round5(x float64) float64 { return math.Round(x*1e5) / 1e5 }

func disc(radius float64) []orb.Point {
	const sides = 32
	ring := make([]orb.Point, sides)
	for i := range ring {
		angle := 2 * math.Pi * float64(i) / sides
		ring[i] = orb.Point{radius * math.Cos(angle), radius * math.Sin(angle)}
	}
	return ring
}

// reach is the distance of the ring's furthest corner from the origin.
func reach(ring []orb.Point) float64 {
	furthest := 0.0
	for _, p := range ring {
		furthest = math.Max(furthest, math.Hypot(p[0], p[1]))
	}
	return furthest
}

// cut keeps what is nearer to the origin than to q.
func cut(ring []orb.Point, q orb.Point) []orb.Point {
	half := (q[0]*q[0] + q[1]*q[1]) / 2
	side := func(p orb.Point) float64 { return p[0]*q[0] + p[1]*q[1] - half }
	kept := make([]orb.Point, 0, len(ring)+1)
	for i, p := range ring {
		before := ring[(i+len(ring)-1)%len(ring)]
		a, b := side(before), side(p)
		if (a < 0) != (b < 0) {
			t := a / (a - b)
			kept = append(kept, orb.Point{before[0] + t*(p[0]-before[0]), before[1] + t*(p[1]-before[1])})
		}
		if b <= 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

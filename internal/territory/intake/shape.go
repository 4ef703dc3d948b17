package intake

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// Shapes are kept as text: rings are chains of differences of whole hundred-thousandths of a degree, in the printable base-32 way of
// map services; a blank stands between the rings of a polygon, an exclamation mark between polygons.
const shapeScale = 1e5

// EncodeShape writes polygons as one short line.
func EncodeShape(shape orb.MultiPolygon) string {
	var b strings.Builder
	for p, polygon := range shape {
		if p > 0 {
			b.WriteByte('!')
		}
		for i, ring := range polygon {
			if i > 0 {
				b.WriteByte(' ')
			}
			var lastX, lastY int
			for _, point := range ring {
				x, y := grain(point[0]), grain(point[1])
				writeStep(&b, x-lastX)
				writeStep(&b, y-lastY)
				lastX, lastY = x, y
			}
		}
	}
	return b.String()
}

func grain(degrees float64) int { return int(math.Round(degrees * shapeScale)) }

func writeStep(b *strings.Builder, step int) {
	u := uint64(step<<1) ^ uint64(step>>63)
	for u >= 32 {
		b.WriteByte(byte(32|u&31) + 63)
		u >>= 5
	}
	b.WriteByte(byte(u) + 63)
}

// DecodeShape reads what EncodeShape wrote; whatever is malformed ends its ring.
func DecodeShape(text string) orb.MultiPolygon {
	var shape orb.MultiPolygon
	for polygonText := range strings.SplitSeq(text, "!") {
		var polygon orb.Polygon
		for ringText := range strings.SplitSeq(polygonText, " ") {
			if ring := decodeRing(ringText); len(ring) > 0 {
				polygon = append(polygon, ring)
			}
		}
		if len(polygon) > 0 {
			shape = append(shape, polygon)
		}
	}
	return shape
}

func decodeRing(text string) orb.Ring {
	var ring orb.Ring
	x, y := 0, 0
	for len(text) > 0 {
		dx, rest, okX := readStep(text)
		dy, rest, okY := readStep(rest)
		if !okX || !okY {
			break
		}
		x, y, text = x+dx, y+dy, rest
		ring = append(ring, orb.Point{float64(x) / shapeScale, float64(y) / shapeScale})
	}
	return ring
}

func readStep(text string) (step int, rest string, ok bool) {
	var u uint64
	for shift := 0; len(text) > 0 && shift < 60; shift += 5 {
		c := uint64(text[0]) - 63
		text = text[1:]
		u |= c & 31 << shift
		if c < 32 {
			return int(u>>1) ^ -int(u&1), text, true
		}
	}
	return 0, "", false
}

// toleranceDegrees2 is the area, in square degrees, of the smallest corner that an outline keeps: about 0.015 km², which a map of a
// region does not show.
const toleranceDegrees2 = 2e-6

// simplifyTogether makes outlines lighter for display. Borders are cut into arcs where three territories meet, and each arc is
// simplified once, whichever side it is read from: neighbours go on sharing exactly the same points, so that no gap opens.
func simplifyTogether(shapes map[string]orb.MultiPolygon) map[string]orb.MultiPolygon {
	joints := findJoints(shapes)
	out := make(map[string]orb.MultiPolygon, len(shapes))
	for code, shape := range shapes {
		var lighter orb.MultiPolygon
		for _, polygon := range shape {
			var rings orb.Polygon
			for i, ring := range polygon {
				r := simplifyRing(ring, joints)
				if len(r) >= 4 {
					rings = append(rings, r)
				} else if i == 0 { // too small to survive: keep it as it was
					rings = append(rings, snapRing(ring))
				}
			}
			lighter = append(lighter, rings)
		}
		out[code] = lighter
	}
	return out
}

type node [2]int32

func nodeOf(p orb.Point) node { return node{int32(grain(p[0])), int32(grain(p[1]))} }

func (n node) point() orb.Point {
	return orb.Point{float64(n[0]) / shapeScale, float64(n[1]) / shapeScale}
}

func less(a, b node) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// findJoints lists the points whose neighbours differ from one ring to another: where a shared border begins or ends.
func findJoints(shapes map[string]orb.MultiPolygon) map[node]bool {
	type sides [2]node
	around := map[node]sides{}
	joints := map[node]bool{}
	for _, shape := range shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				nodes := nodesOf(ring)
				for i, n := range nodes {
					a, b := nodes[(i+len(nodes)-1)%len(nodes)], nodes[(i+1)%len(nodes)]
					if less(b, a) {
						a, b = b, a
					}
					if before, met := around[n]; !met {
						around[n] = sides{a, b}
					} else if before != (sides{a, b}) {
						joints[n] = true
					}
				}
			}
		}
	}
	return joints
}

// nodesOf is the ring without its closing point, repeated points dropped.
func nodesOf(ring orb.Ring) []node {
	nodes := make([]node, 0, len(ring))
	for _, p := range ring[:len(ring)-1] {
		if n := nodeOf(p); len(nodes) == 0 || nodes[len(nodes)-1] != n {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

func snapRing(ring orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(ring))
	for _, p := range ring {
		out = append(out, nodeOf(p).point())
	}
	return out
}

func simplifyRing(ring orb.Ring, joints map[node]bool) orb.Ring {
	nodes := nodesOf(ring)
	if len(nodes) < 4 {
		return nil
	}
	first := slices.IndexFunc(nodes, func(n node) bool { return joints[n] })
	if first < 0 { // an island: start from its smallest point, so that a hole and what fills it agree
		first = 0
		for i, n := range nodes {
			if less(n, nodes[first]) {
				first = i
			}
		}
	}
	nodes = append(slices.Clone(nodes[first:]), nodes[:first]...)
	nodes = append(nodes, nodes[0])
	var out orb.Ring
	start := 0
	for i := 1; i < len(nodes); i++ {
		if i == len(nodes)-1 || joints[nodes[i]] {
			arc := simplifyArc(nodes[start : i+1])
			out = append(out, arc[:len(arc)-1]...)
			start = i
		}
	}
	return append(out, out[0])
}

// simplifyArc drops details of an arc; it gives the same points for an arc and for its reverse.
func simplifyArc(nodes []node) orb.LineString {
	reversed := less(nodes[len(nodes)-1], nodes[0]) || nodes[0] == nodes[len(nodes)-1] && less(nodes[len(nodes)-2], nodes[1])
	line := make(orb.LineString, len(nodes))
	for i, n := range nodes {
		at := i
		if reversed {
			at = len(nodes) - 1 - i
		}
		line[at] = n.point()
	}
	keep := 2
	if nodes[0] == nodes[len(nodes)-1] {
		keep = 4 // a closed arc stays an area
	}
	if len(line) > keep {
		line = simplify.Visvalingam(toleranceDegrees2, keep).LineString(line)
	}
	if reversed {
		slices.Reverse(line)
	}
	return line
}

// flatKm is the distance between two near places, in km.
func flatKm(lat1, lon1, lat2, lon2 float64) float64 {
	const kmPerDegree = 111.195
	return kmPerDegree * math.Hypot(lat2-lat1, (lon2-lon1)*math.Cos(lat1*math.Pi/180))
}

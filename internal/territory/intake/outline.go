package intake

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"maillage/internal/platform/i18n"
)

// farKm is beyond the size of any commune of mainland France; farEstimatedKm is that and the error of any estimated position.
const (
	farKm          = 150
	farEstimatedKm = 300
)

// misplaced tells, with its reason, whether a position in degrees lies far from where a commune is known to be. Without a commune, or
// when nobody knows where it is, it tells whether the position lies outside France; so it does for the archipelagos of the Pacific,
// whose estimated positions may be a thousand kilometres wrong.
func misplaced(codes Codes, commune string, lat, lon float64) (i18n.Text, bool) {
	knownLat, knownLon, estimated, ok := codes.Position(commune)
	if !ok || estimated && strings.HasPrefix(commune, "98") {
		return say("Cette position n’est pas en France : la longitude vient avant la latitude, en degrés.",
			"This position is not in France: the longitude comes before the latitude, in degrees."), !inFrance(lat, lon)
	}
	most := float64(farKm)
	if estimated {
		most = farEstimatedKm
	}
	km := flatKm(knownLat, knownLon, lat, lon)
	return say("Cette position est à %.0f km de la commune : le code, la projection ou l’ordre des coordonnées est faux.",
		"This position lies %.0f km from the municipality: the code, the projection or the order of the coordinates is wrong.", km), km > most
}

// france is the boxes that hold France, in degrees: lowest latitude and longitude, then highest.
var france = [][4]float64{
	{41, -5.5, 51.5, 10},       // mainland and Corsica
	{14, -63.5, 18.5, -60.5},   // Antilles
	{2, -55, 6, -51},           // Guyane
	{-21.6, 55, -20.7, 56},     // La Réunion
	{-13.2, 44.8, -12.4, 45.5}, // Mayotte
	{46.6, -56.6, 47.3, -56},   // Saint-Pierre-et-Miquelon
	{-28, -155, -7, -134},      // French Polynesia
	{-23, 163, -18, 169},       // New Caledonia
	{-14.5, -178.5, -13, -176}, // Wallis and Futuna
}

func inFrance(lat, lon float64) bool {
	return slices.ContainsFunc(france, func(b [4]float64) bool { return lat >= b[0] && lat <= b[2] && lon >= b[1] && lon <= b[3] })
}

// soundRings rejects rings that cross themselves or have no area. Their coordinates are known to be degrees.
func (f *features) soundRings(polygons orb.MultiPolygon) bool {
	for _, polygon := range polygons {
		for _, ring := range polygon {
			if at, crosses := crossing(ring); crosses {
				f.reject("geometry", fmt.Sprintf("%.5f %.5f", at[0], at[1]), say("Le contour se croise lui-même à cette longitude et cette latitude.",
					"The outline crosses itself at this longitude and latitude."))
				return false
			}
			if math.Abs(area(ring)) < noArea {
				f.reject("geometry", fmt.Sprintf("%.5f %.5f", ring[0][0], ring[0][1]), say("Un anneau du contour n’a pas de surface.", "A ring of the outline has no area."))
				return false
			}
		}
	}
	return true
}

// noArea is zero, in square degrees, but for the rounding of a sum: a thousandth of a square metre.
const noArea = 1e-13

// area is the signed area of a chain of points, the last joined to the first, in square degrees; it is counted from the first point,
// so that little is lost to rounding.
func area(points []orb.Point) float64 {
	sum := 0.0
	for i := 1; i+1 < len(points); i++ {
		sum += cross(points[0], points[i], points[i+1])
	}
	return sum / 2
}

// cross is twice the signed area of the triangle a, b, c.
func cross(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// stepsPerPoint bounds the search for crossings in a ring made to be slow: it stops after so many comparisons per point. Real rings
// need a few dozen.
const stepsPerPoint = 400

// crossing finds a place where a closed ring crosses itself. Loops smaller than the smallest corner that an outline keeps are slips of
// a drawing, met in official files, which no map shows: they are let through. So is a ring that only touches itself.
func crossing(ring orb.Ring) (orb.Point, bool) {
	n := len(ring) - 1
	left := func(i int) float64 { return min(ring[i][0], ring[i+1][0]) }
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch a, b := left(i), left(j); {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return i - j
	})
	whole, steps := area(ring), 0
	for at, i := range order {
		right := max(ring[i][0], ring[i+1][0])
		for _, j := range order[at+1:] {
			if left(j) > right {
				break
			}
			if steps++; steps > stepsPerPoint*n {
				return orb.Point{}, false
			}
			where, crosses := meet(ring[i], ring[i+1], ring[j], ring[j+1])
			if !crosses {
				continue
			}
			from, to := min(i, j), max(i, j)
			steps += to - from
			loop := area(append([]orb.Point{where}, ring[from+1:to+1]...))
			if min(math.Abs(loop), math.Abs(whole-loop)) > toleranceDegrees2 {
				return where, true
			}
		}
	}
	return orb.Point{}, false
}

// meet is where two segments cross, both going on beyond.
func meet(a, b, c, d orb.Point) (orb.Point, bool) {
	if max(a[1], b[1]) < min(c[1], d[1]) || max(c[1], d[1]) < min(a[1], b[1]) {
		return orb.Point{}, false
	}
	toA, toB := cross(c, d, a), cross(c, d, b)
	if !(toA < 0 && toB > 0 || toA > 0 && toB < 0) {
		return orb.Point{}, false
	}
	if toC, toD := cross(a, b, c), cross(a, b, d); !(toC < 0 && toD > 0 || toC > 0 && toD < 0) {
		return orb.Point{}, false
	}
	t := toA / (toA - toB)
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}, true
}

package finess

import "math"

// fromLambert93 turns the projection of mainland France (EPSG:2154) into degrees (WGS 84), to within a centimetre. The constants are
// those of IGN, on the GRS 80 ellipsoid.
func fromLambert93(x, y float64) (lat, lon float64) {
	const (
		n        = 0.7256077650532670
		c        = 11754255.4260960
		xs, ys   = 700000.0, 12655612.0498760
		e        = 0.0818191910428158
		meridian = 3 * math.Pi / 180
	)
	dx, dy := x-xs, ys-y
	isometric := math.Log(c/math.Hypot(dx, dy)) / n
	phi := 2*math.Atan(math.Exp(isometric)) - math.Pi/2
	for range 8 {
		s := e * math.Sin(phi)
		phi = 2*math.Atan(math.Pow((1+s)/(1-s), e/2)*math.Exp(isometric)) - math.Pi/2
	}
	return phi * 180 / math.Pi, (meridian + math.Atan2(dx, dy)/n) * 180 / math.Pi
}

package web

import "math"

// round keeps some decimals; NaN stays.
func round(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale) / scale
}

// known gives nil for what is not known, which JSON writes as null.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// floorTo rounds down: a certificate never promises more than it holds.
func floorTo(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Floor(x*scale) / scale
}

// Package money reads and checks what people type about money.
package money

import (
	"strconv"
	"strings"
)

// NoSpaces drops every space that people and French typography put inside numbers.
func NoSpaces(v string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(v))
}

// mostEuros bounds what an amount may be: a thousand million euros.
const mostEuros = 1_000_000_000

// Cents reads an amount typed in euros ("12 500,50 €") as integer cents; ok is false when it is no amount, negative, or over a
// thousand million euros.
func Cents(v string) (cents int64, ok bool) {
	n, ok := Scaled(strings.TrimSuffix(NoSpaces(v), "€"), 2)
	return n, ok && n <= mostEuros*100
}

// BasisPoints reads a percentage ("12,5 %") in hundredths of a percent.
func BasisPoints(v string) (points int64, ok bool) {
	return Scaled(strings.TrimSuffix(NoSpaces(v), "%"), 2)
}

// Scaled reads a positive decimal number, with a comma or a point and at most so many decimals, as an integer of its smallest unit.
func Scaled(v string, decimals int) (n int64, ok bool) {
	whole, frac, cut := strings.Cut(strings.Replace(v, ",", ".", 1), ".")
	if whole == "" || len(whole) > 11 || len(frac) > decimals || cut && frac == "" {
		return 0, false
	}
	u, err := strconv.ParseUint(whole+frac+strings.Repeat("0", decimals-len(frac)), 10, 63)
	return int64(u), err == nil
}

package access

import "math"

const (
	digitBits = 11
	digits    = 6 // 6 × 11 bits cover the 64 of a float
)

// ascending returns the places of values from the smallest to the largest; equal values keep their order. Values are finite.
// It sorts by digits of 11 bits, and skips a digit that all values share.
func ascending(values []float64) []uint32 {
	keys := make([]uint64, len(values))
	counts := make([][1 << digitBits]uint32, digits)
	for k, v := range values {
		key := sortableBits(v)
		keys[k] = key
		for d := range digits {
			counts[d][key>>(d*digitBits)&(1<<digitBits-1)]++
		}
	}
	order, spare := make([]uint32, len(values)), make([]uint32, len(values))
	for k := range order {
		order[k] = uint32(k)
	}
	for d := range digits {
		count := &counts[d]
		if len(keys) > 0 && int(count[keys[0]>>(d*digitBits)&(1<<digitBits-1)]) == len(keys) {
			continue
		}
		at := uint32(0)
		for k, c := range count {
			count[k] = at
			at += c
		}
		for _, place := range order {
			digit := keys[place] >> (d * digitBits) & (1<<digitBits - 1)
			spare[count[digit]] = place
			count[digit]++
		}
		order, spare = spare, order
	}
	return order
}

// sortableBits orders floats like unsigned integers.
func sortableBits(v float64) uint64 {
	bits := math.Float64bits(v)
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}

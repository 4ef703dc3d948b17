package reports

// smallest is the first count that is not small.
const smallest = 6

// hidden tells which counts of a column may not be read by who knows the column's sum: the small ones, and larger ones in the order of
// the rows until two of them are hidden too, so that no difference gives a small one back. A zero is a count of nobody: it is hidden
// with the small ones as soon as there is one, for not to tell them apart.
func hidden(counts []int64) []bool {
	hide := make([]bool, len(counts))
	small := false
	for _, n := range counts {
		small = small || n > 0 && n < smallest
	}
	if !small {
		return hide
	}
	large := 0
	for i, n := range counts {
		if n < smallest || large < 2 {
			hide[i] = true
			if n >= smallest {
				large++
			}
		}
	}
	return hide
}

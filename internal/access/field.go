package access

import "slices"

// field is the sparse matrix that a placement works on: what one unit at each admissible site adds to each demand place that still
// lacks something, in both directions. All its objectives have the form Σ_i value_i·min(need_i, Σ_j lift_ij·x_j), or count the
// places whose need is met.
type field struct {
	sites  []int // original site of each column
	places []int // original demand of each row
	need   []float64
	value  []float64 // per unit of need
	// deepest is the largest need, at least 1.
	deepest float64
	index   map[int]int

	siteStart []uint32
	siteRow   []uint32
	siteLift  []float64
	rowStart  []uint32
	rowSite   []uint32
	rowLift   []float64
}

// liftField builds the field of a model: lift_ij = unit·w_ij/load_j over the demand places with a need above 0.
func (m *Model) liftField(need, value []float64, admissible func(site int) bool, unit float64) *field {
	f := &field{}
	row := make([]int32, len(need))
	for i, n := range need {
		row[i] = -1
		if n > 0 {
			row[i] = int32(len(f.places))
			f.places, f.need, f.value = append(f.places, i), append(f.need, n), append(f.value, value[i])
		}
	}
	f.siteStart = append(f.siteStart, 0)
	for j, load := range m.Load {
		if load <= 0 || !admissible(j) {
			continue
		}
		from := len(f.siteRow)
		m.Catchment.cols.each(j, func(i int, weight float64) {
			if row[i] >= 0 {
				// One unit never brings more than what is needed: clipping changes no whole placement, and tightens the bound.
				f.siteRow, f.siteLift = append(f.siteRow, uint32(row[i])), append(f.siteLift, min(need[i], unit*weight/load))
			}
		})
		if len(f.siteRow) > from {
			f.sites = append(f.sites, j)
			f.siteStart = append(f.siteStart, uint32(len(f.siteRow)))
		}
	}
	f.transpose()
	return f
}

// coverField is the field of coverage: each site within reach meets the whole need, 1, of a place.
func (l *Links) coverField(weights []float64, r *Request) *field {
	f := &field{}
	row := make([]int32, l.Demands)
	columns := make([][]uint32, l.Supplies)
	for i, weight := range weights {
		row[i] = -1
		if weight <= 0 {
			continue
		}
		row[i] = int32(len(f.places))
		f.places, f.need, f.value = append(f.places, i), append(f.need, 1), append(f.value, weight)
		dest, cost := l.Row(i)
		for k, j := range dest {
			if cost[k] < r.Radius || (cost[k] == r.Radius && !r.OpenRight) {
				columns[j] = append(columns[j], uint32(row[i]))
			}
		}
	}
	f.siteStart = append(f.siteStart, 0)
	for j, rows := range columns {
		if r.capOf(j) == 0 {
			continue
		}
		f.sites = append(f.sites, j)
		f.siteRow = append(f.siteRow, rows...)
		for range rows {
			f.siteLift = append(f.siteLift, 1)
		}
		f.siteStart = append(f.siteStart, uint32(len(f.siteRow)))
	}
	f.transpose()
	return f
}

func (f *field) transpose() {
	f.deepest = slices.Max(append([]float64{1}, f.need...))
	f.rowStart = make([]uint32, len(f.need)+1)
	for _, r := range f.siteRow {
		f.rowStart[r+1]++
	}
	for r := range f.need {
		f.rowStart[r+1] += f.rowStart[r]
	}
	next := append([]uint32(nil), f.rowStart[:len(f.need)]...)
	f.rowSite, f.rowLift = make([]uint32, len(f.siteRow)), make([]float64, len(f.siteRow))
	for s := range f.sites {
		for p := f.siteStart[s]; p < f.siteStart[s+1]; p++ {
			at := next[f.siteRow[p]]
			next[f.siteRow[p]]++
			f.rowSite[at], f.rowLift[at] = uint32(s), f.siteLift[p]
		}
	}
	f.index = make(map[int]int, len(f.sites))
	for s, site := range f.sites {
		f.index[site] = s
	}
}

// column gives the rows that site s lifts, and by how much per unit.
func (f *field) column(s int) (rows []uint32, lift []float64) {
	return f.siteRow[f.siteStart[s]:f.siteStart[s+1]], f.siteLift[f.siteStart[s]:f.siteStart[s+1]]
}

// row gives the sites that lift row r, and by how much per unit.
func (f *field) row(r int) (sites []uint32, lift []float64) {
	return f.rowSite[f.rowStart[r]:f.rowStart[r+1]], f.rowLift[f.rowStart[r]:f.rowStart[r+1]]
}

// gain is what one more unit at site s is worth when `left` is what each row still lacks (negative once it has too much).
func (f *field) gain(s int, left []float64) float64 {
	rows, lift := f.column(s)
	total := 0.0
	for k, r := range rows {
		if lack := left[r]; lack > 0 {
			total += f.value[r] * min(lack, lift[k])
		}
	}
	return total
}

// apply takes what `units` more units at site s bring from what each row lacks.
func (f *field) apply(s int, units float64, left []float64) {
	rows, lift := f.column(s)
	for k, r := range rows {
		left[r] -= units * lift[k]
	}
}

// met is Σ value·min(need, lifted) for what is left lacking.
func (f *field) met(left []float64) float64 {
	total := 0.0
	for r, need := range f.need {
		total += f.value[r] * (need - max(0, left[r]))
	}
	return total
}

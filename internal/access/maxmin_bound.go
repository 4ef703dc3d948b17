package access

import "math"

// maxMinBound bounds the lowest level: for any shares λ of the places, adding up to 1, the lowest is at most the λ-mean, which is
// at most Σ λ·level + the best admissible Σ_s x_s·Σ_r λ_r·lift_rs. Good shares are found as for the other objectives, by a
// fractional placement that climbs its scores while the shares move to the places that it leaves lowest.
func (f *field) maxMinBound(l *limits, level []float64, placed []Placed, reached float64) float64 {
	start := make([]int, len(f.sites))
	for _, p := range placed {
		start[p.Site]++
	}
	// A row without a site has an infinite level, and its share stays 0.
	finite := make([]float64, len(level))
	for r, at := range level {
		if !math.IsInf(at, 1) {
			finite[r] = at
		}
	}
	m := &leveller{dual: newDual(f, l, finite, start, false), level: level}
	clear(m.cut)
	m.begin(reached)
	for step := 1; step <= f.stepsFor(); step++ {
		m.step()
		if step%checkEvery == 0 {
			m.measure(m.meanY)
			if m.best <= reached*(1+1e-6) {
				break
			}
		}
		if step%restartEvery == 0 {
			m.averaged = 0
		}
	}
	return m.best
}

// leveller is the search for shares; y holds them.
type leveller struct {
	*dual
	level []float64
	none  []float64
}

// begin shares 1 among the places that the first placement leaves lowest, and sets the lengths of the steps.
func (m *leveller) begin(reached float64) {
	m.best, m.none = math.Inf(1), make([]float64, len(m.level))
	total, sizeX, sizeY := 0.0, 0.0, 0.0
	for r, at := range m.level {
		m.y[r] = math.Exp(-10 * (at + m.lifted[r] - reached) / (1e-9 + math.Abs(reached)))
		total += m.y[r]
	}
	for s := range m.stepX {
		rows, lift := m.f.column(s)
		sum := 0.0
		for k := range rows {
			sum += lift[k]
		}
		sizeX += m.x[s] * m.x[s] * sum
		m.stepX[s] = 1 / max(sum, 1e-300)
	}
	for r := range m.y {
		_, lift := m.f.row(r)
		sum := 0.0
		for _, v := range lift {
			sum += v
		}
		m.y[r] /= total
		sizeY += m.y[r] * m.y[r] * sum
		m.stepY[r] = 1 / max(sum, 1e-300)
	}
	pace := 1.0
	if sizeX > 0 && sizeY > 0 {
		pace = math.Sqrt(sizeX / sizeY)
	}
	for s := range m.stepX {
		m.stepX[s] *= pace
	}
	for r := range m.stepY {
		m.stepY[r] /= pace
		if math.IsInf(m.level[r], 1) {
			m.stepY[r] = 0
		}
	}
	m.measure(m.y)
}

// step moves the shares to the lowest places, then the placement up its scores.
func (m *leveller) step() {
	m.lift(m.ahead)
	m.averaged++
	for r, at := range m.level {
		if m.stepY[r] > 0 {
			m.y[r] -= m.stepY[r] * (at + m.lifted[r])
		}
	}
	m.shareOut()
	for r, share := range m.y {
		m.meanY[r] += (share - m.meanY[r]) / m.averaged
	}
	m.score(m.y, m.none)
	for s, score := range m.scores {
		m.scores[s] = m.x[s] + m.stepX[s]*score
	}
	m.project()
}

// shareOut brings y back to shares: y_r + step_r·gift, held at 0 or above, for the gift that makes them add up to 1.
func (m *leveller) shareOut() {
	low, high, gift := math.Inf(-1), math.Inf(1), 0.0
	for range 100 {
		total, slope := 0.0, 0.0
		for r, y := range m.y {
			if share := y + m.stepY[r]*gift; share > 0 && m.stepY[r] > 0 {
				total += share
				slope += m.stepY[r]
			}
		}
		if math.Abs(total-1) <= 1e-12 {
			break
		}
		if total < 1 {
			low = gift
		} else {
			high = gift
		}
		switch next := gift + (1-total)/slope; {
		case slope > 0 && next > low && next < high:
			gift = next
		case math.IsInf(high, 1):
			gift = gift + 1 + math.Abs(gift)
		case math.IsInf(low, -1):
			gift = gift - 1 - math.Abs(gift)
		default:
			gift = (low + high) / 2
		}
	}
	total := 0.0
	for r, y := range m.y {
		m.y[r] = max(0, y+m.stepY[r]*gift)
		if m.stepY[r] == 0 {
			m.y[r] = 0
		}
		total += m.y[r]
	}
	for r := range m.y {
		m.y[r] /= total
	}
}

// measure is the bound that shares give; shares that do not quite add up to 1 are scaled.
func (m *leveller) measure(shares []float64) {
	m.score(shares, m.none)
	bound, total := 0.0, 0.0
	for r, share := range shares {
		if share > 0 {
			bound += share * m.level[r]
			total += share
		}
	}
	m.picks, m.order = m.l.best(m.scores, m.order, m.picks[:0])
	for _, p := range m.picks {
		bound += float64(p.units) * m.scores[p.site]
	}
	if total > 0 {
		m.best = min(m.best, bound/total)
	}
}

package atlas

import (
	"slices"
	"strconv"
)

// pathOf writes rings or lines as SVG path data: a start, then steps, as short as they can be.
func pathOf(lines [][]point, closed bool) string {
	var b []byte
	for _, line := range lines {
		b = append(b, 'M')
		b = number(b, line[0].x, false)
		b = number(b, line[0].y, true)
		b = append(b, 'l')
		for k := 1; k < len(line); k++ {
			b = number(b, line[k].x-line[k-1].x, k > 1)
			b = number(b, line[k].y-line[k-1].y, true)
		}
		if closed {
			b = append(b, 'z')
		}
	}
	return string(b)
}

// number appends a number; a minus sign is separation enough.
func number(b []byte, n int32, separate bool) []byte {
	if separate && n >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// borders finds the limits between départements among the edges of communes.
type borders struct{ sides map[[2]point][]string }

func newBorders() *borders { return &borders{map[[2]point][]string{}} }

func (b *borders) add(ring []point, departement string) {
	for k, p := range ring {
		edge := edgeOf(p, ring[(k+1)%len(ring)])
		b.sides[edge] = append(b.sides[edge], departement)
	}
}

func edgeOf(p, q point) [2]point {
	if comparePoints(p, q) > 0 {
		return [2]point{q, p}
	}
	return [2]point{p, q}
}

func comparePoints(a, b point) int {
	if a.x != b.x {
		return int(a.x - b.x)
	}
	return int(a.y - b.y)
}

// between chains the edges that two départements share.
func (b *borders) between() [][]point {
	return b.chain(func(sides []string) bool { return len(sides) > 1 && sides[0] != sides[1] })
}

// outer chains the edges that one commune alone has.
func (b *borders) outer() [][]point {
	return b.chain(func(sides []string) bool { return len(sides) == 1 })
}

// chain joins the wanted edges end to end into lines, always in the same order.
func (b *borders) chain(wanted func(sides []string) bool) [][]point {
	next := map[point][]point{}
	var starts []point
	for edge, sides := range b.sides {
		if wanted(sides) {
			next[edge[0]] = append(next[edge[0]], edge[1])
			next[edge[1]] = append(next[edge[1]], edge[0])
		}
	}
	for p, ends := range next {
		slices.SortFunc(ends, comparePoints)
		starts = append(starts, p)
	}
	slices.SortFunc(starts, comparePoints)
	var lines [][]point
	for _, start := range starts {
		for len(next[start]) > 0 {
			lines = append(lines, walk(next, start))
		}
	}
	return lines
}

// walk follows edges from a point until none is left, and takes them away.
func walk(next map[point][]point, from point) []point {
	line := []point{from}
	for len(next[from]) > 0 {
		to := next[from][0]
		next[from] = next[from][1:]
		back := slices.Index(next[to], from)
		next[to] = slices.Delete(next[to], back, back+1)
		line = append(line, to)
		from = to
	}
	return line
}

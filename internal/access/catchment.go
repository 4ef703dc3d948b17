package access

import "math"

// Catchment is a set of links seen through a decay, in both directions. A stepped decay is stored by class: the places of one
// row are grouped by step, so that no weight is read while summing and a pair costs two bytes where places are few. A
// smooth decay stores one float64 weight per pair.
type Catchment struct {
	Demands, Supplies int
	rows, cols        side
}

// side holds one direction of the links. Row r has its class k at index[start[r*K+k]:start[r*K+k+1]], K classes.
type side struct {
	n       int
	start   []uint32
	short   []uint16 // index, when it fits
	long    []uint32 // index otherwise
	weight  []float64
	classes []float64 // weight of each class; nil when weight holds one per pair
}

// NewCatchment applies a decay to links. Pairs out of reach are left out.
func NewCatchment(l *Links, d Decay) *Catchment {
	c := &Catchment{Demands: l.Demands, Supplies: l.Supplies}
	if d.Stepped() {
		c.rows, c.cols = steppedSides(l, d)
	} else {
		c.rows, c.cols = smoothSides(l, d)
	}
	return c
}

func steppedSides(l *Links, d Decay) (rows, cols side) {
	classes, classOf := d.positiveClasses()
	k := len(classes)
	rows = side{n: l.Demands, start: make([]uint32, l.Demands*k+1), classes: classes}
	cols = side{n: l.Supplies, start: make([]uint32, l.Supplies*k+1), classes: classes}
	class := make([]uint8, l.Pairs())
	kept := 0
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			class[p] = classOf[d.class(l.Cost[p])]
			if class[p] == outside {
				continue
			}
			rows.start[i*k+int(class[p])+1]++
			cols.start[int(l.Dest[p])*k+int(class[p])+1]++
			kept++
		}
	}
	nextRow, nextCol := rows.cumulate(kept, l.Supplies), cols.cumulate(kept, l.Demands)
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if class[p] == outside {
				continue
			}
			r, c := i*k+int(class[p]), int(l.Dest[p])*k+int(class[p])
			rows.put(nextRow[r], l.Dest[p])
			cols.put(nextCol[c], uint32(i))
			nextRow[r]++
			nextCol[c]++
		}
	}
	return rows, cols
}

func smoothSides(l *Links, d Decay) (rows, cols side) {
	rows = side{n: l.Demands, start: make([]uint32, l.Demands+1)}
	cols = side{n: l.Supplies, start: make([]uint32, l.Supplies+1)}
	weight := make([]float64, l.Pairs())
	kept := 0
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if weight[p] = d.Weight(l.Cost[p]); weight[p] > 0 {
				rows.start[i+1]++
				cols.start[l.Dest[p]+1]++
				kept++
			}
		}
	}
	nextRow, nextCol := rows.cumulate(kept, l.Supplies), cols.cumulate(kept, l.Demands)
	rows.weight, cols.weight = make([]float64, kept), make([]float64, kept)
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if weight[p] <= 0 {
				continue
			}
			r, c := nextRow[i], nextCol[l.Dest[p]]
			rows.put(r, l.Dest[p])
			cols.put(c, uint32(i))
			rows.weight[r], cols.weight[c] = weight[p], weight[p]
			nextRow[i]++
			nextCol[l.Dest[p]]++
		}
	}
	return rows, cols
}

const outside = math.MaxUint8

// positiveClasses lists the distinct positive weights of a stepped decay, and for each step (and beyond the last) its class.
func (d Decay) positiveClasses() (weights []float64, classOf []uint8) {
	classOf = make([]uint8, len(d.steps)+1)
	for k := range classOf {
		classOf[k] = outside
	}
	for k, step := range d.steps {
		if step.Weight <= 0 {
			continue
		}
		if n := len(weights); n == 0 || weights[n-1] != step.Weight {
			weights = append(weights, step.Weight)
		}
		classOf[k] = uint8(len(weights) - 1)
	}
	if weights == nil {
		weights = []float64{0}
	}
	return weights, classOf
}

// cumulate turns counts into starts, makes room for the index of `places` targets and returns a cursor per slot.
func (s *side) cumulate(kept, places int) []uint32 {
	for k := 1; k < len(s.start); k++ {
		s.start[k] += s.start[k-1]
	}
	if places <= math.MaxUint16+1 {
		s.short = make([]uint16, kept)
	} else {
		s.long = make([]uint32, kept)
	}
	return append([]uint32(nil), s.start[:len(s.start)-1]...)
}

func (s *side) put(at, target uint32) {
	if s.short != nil {
		s.short[at] = uint16(target)
	} else {
		s.long[at] = target
	}
}

func (s *side) target(at uint32) int {
	if s.short != nil {
		return int(s.short[at])
	}
	return int(s.long[at])
}

// pairs is the number of links that this side holds.
func (s *side) pairs() int { return len(s.short) + len(s.long) }

// each calls visit for every target of row r, in storage order.
func (s *side) each(r int, visit func(target int, weight float64)) {
	if s.classes == nil {
		for p := s.start[r]; p < s.start[r+1]; p++ {
			visit(s.target(p), s.weight[p])
		}
		return
	}
	k := len(s.classes)
	for c, weight := range s.classes {
		for p := s.start[r*k+c]; p < s.start[r*k+c+1]; p++ {
			visit(s.target(p), weight)
		}
	}
}

// degree is the number of targets of row r.
func (s *side) degree(r int) int {
	k := max(1, len(s.classes))
	return int(s.start[(r+1)*k] - s.start[r*k])
}

// Pairs is the number of links within reach.
func (c *Catchment) Pairs() int { return c.rows.pairs() }

// Reached visits the supply places that demand i reaches, with their weights.
func (c *Catchment) Reached(demand int, visit func(supply int, weight float64)) {
	c.rows.each(demand, visit)
}

// Served visits the demand places that reach supply j, with their weights.
func (c *Catchment) Served(supply int, visit func(demand int, weight float64)) {
	c.cols.each(supply, visit)
}

// Bytes is the memory that one pass over both directions reads, without the vectors.
func (c *Catchment) Bytes() int { return c.rows.bytes() + c.cols.bytes() }

func (s *side) bytes() int {
	return 4*len(s.start) + 2*len(s.short) + 4*len(s.long) + 8*len(s.weight)
}

package access

import (
	"math"
	"slices"
	"sync"
)

// Catchment is a set of links seen through a decay, in both directions. A smooth decay stores one float64 weight per pair. A
// stepped decay stores none: a pair is one number, its slot, that names both the place and the step, so that summing a row is
// adding the slots of a table which holds each value already weighted by each step. Two or four bytes per pair.
type Catchment struct {
	Demands, Supplies int
	rows, cols        side
}

// side holds one direction of the links: row r has its targets at start[r]..start[r+1]. Without classes a target is a place. With K
// classes it is the slot place·K + class; rows are then filled up to a multiple of four with the slot that follows the last
// one, whose value is 0.
type side struct {
	n       int // rows
	targets int // places on the other side
	start   []uint32
	short   []uint16 // targets, when they fit
	long    []uint32 // targets otherwise
	weight  []float64
	classes []float64 // weight of each class; nil when weight holds one per pair
	kept    int       // pairs, without the filling
}

// lanes is the number of sums that run side by side; rows of slots have a multiple of it.
const lanes = 4

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
	k := uint32(len(classes))
	rows = side{n: l.Demands, targets: l.Supplies, start: make([]uint32, l.Demands+1), classes: classes}
	cols = side{n: l.Supplies, targets: l.Demands, start: make([]uint32, l.Supplies+1), classes: classes}
	class := make([]uint8, l.Pairs())
	inRuns(l.Demands, l.Pairs(), 0, func(from, to int) {
		for i := from; i < to; i++ {
			for p := l.Start[i]; p < l.Start[i+1]; p++ {
				if class[p] = classOf[d.class(l.Cost[p])]; class[p] != outside {
					rows.start[i+1]++
				}
			}
		}
	})
	for p, j := range l.Dest {
		if class[p] != outside {
			cols.start[j+1]++
		}
	}
	nextRow, nextCol := rows.cumulate(), cols.cumulate()
	var group sync.WaitGroup
	group.Go(func() {
		for i := range l.Demands {
			for p := l.Start[i]; p < l.Start[i+1]; p++ {
				if class[p] != outside {
					rows.put(nextRow[i], l.Dest[p]*k+uint32(class[p]))
					nextRow[i]++
				}
			}
		}
		rows.fill(nextRow)
	})
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if class[p] != outside {
				j := l.Dest[p]
				cols.put(nextCol[j], uint32(i)*k+uint32(class[p]))
				nextCol[j]++
			}
		}
	}
	cols.fill(nextCol)
	group.Wait()
	return rows, cols
}

// fill puts the empty slot after the last target of each row.
func (s *side) fill(next []uint32) {
	for r, at := range next {
		for ; at < s.start[r+1]; at++ {
			s.put(at, uint32(s.targets*len(s.classes)))
		}
	}
}

func smoothSides(l *Links, d Decay) (rows, cols side) {
	rows = side{n: l.Demands, targets: l.Supplies, start: make([]uint32, l.Demands+1)}
	cols = side{n: l.Supplies, targets: l.Demands, start: make([]uint32, l.Supplies+1)}
	weight := make([]float64, 0, l.Pairs()) // rows keep the order of the links: this is their final place
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if w := d.Weight(l.Cost[p]); w > 0 {
				weight = append(weight, w)
				rows.start[i+1]++
				cols.start[l.Dest[p]+1]++
			}
		}
	}
	nextRow, nextCol := rows.cumulate(), cols.cumulate()
	rows.weight, cols.weight = weight, make([]float64, cols.kept)
	for i := range l.Demands {
		for p := l.Start[i]; p < l.Start[i+1]; p++ {
			if d.Weight(l.Cost[p]) <= 0 {
				continue
			}
			r, j := nextRow[i], l.Dest[p]
			rows.put(r, j)
			cols.put(nextCol[j], uint32(i))
			cols.weight[nextCol[j]] = weight[r]
			nextRow[i]++
			nextCol[j]++
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

// cumulate turns counts into starts, makes room for the targets and returns a cursor per row.
func (s *side) cumulate() []uint32 {
	for r := range s.n {
		count := s.start[r+1]
		s.kept += int(count)
		if s.classes != nil {
			count = (count + lanes - 1) / lanes * lanes
		}
		s.start[r+1] = s.start[r] + count
	}
	if size := s.start[s.n]; s.targets*max(1, len(s.classes)) <= math.MaxUint16 {
		s.short = make([]uint16, size)
	} else {
		s.long = make([]uint32, size)
	}
	return slices.Clone(s.start[:s.n])
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

// each calls visit for every target of row r, in storage order.
func (s *side) each(r int, visit func(target int, weight float64)) {
	if s.classes == nil {
		for p := s.start[r]; p < s.start[r+1]; p++ {
			visit(s.target(p), s.weight[p])
		}
		return
	}
	k := len(s.classes)
	for p := s.start[r]; p < s.start[r+1]; p++ {
		if slot := s.target(p); slot < s.targets*k {
			visit(slot/k, s.classes[slot%k])
		}
	}
}

// Pairs is the number of links within reach.
func (c *Catchment) Pairs() int { return c.rows.kept }

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

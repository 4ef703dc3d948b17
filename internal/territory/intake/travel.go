package intake

import (
	"math"
	"slices"
	"sort"
	"strings"

	"maillage/internal/territory/columns"
)

// Matrix is travel times between communes, origin by origin. It is read only once made.
type Matrix struct {
	Codes   []string // sorted; origins and destinations are places in it
	Start   []int    // the times of origin o are those from Start[o] to Start[o+1]
	Dest    []int32
	Minutes []float32
}

// Rows counts the pairs.
func (m *Matrix) Rows() int { return len(m.Dest) }

// Between is the minutes from one commune to another; false when the pair is not in the matrix.
func (m *Matrix) Between(origin, dest string) (float64, bool) {
	o, okO := slices.BinarySearch(m.Codes, origin)
	d, okD := slices.BinarySearch(m.Codes, dest)
	if !okO || !okD {
		return 0, false
	}
	if at, ok := m.find(o, int32(d)); ok {
		return float64(m.Minutes[at]), true
	}
	return 0, false
}

func (m *Matrix) find(origin int, dest int32) (int, bool) {
	at, ok := slices.BinarySearch(m.Dest[m.Start[origin]:m.Start[origin+1]], dest)
	return m.Start[origin] + at, ok
}

// Each calls yield with every pair, origin by origin.
func (m *Matrix) Each(yield func(origin, dest string, minutes float64)) {
	for o, code := range m.Codes {
		for at := m.Start[o]; at < m.Start[o+1]; at++ {
			yield(code, m.Codes[m.Dest[at]], float64(m.Minutes[at]))
		}
	}
}

// timeScale is the number of steps per minute that are kept: about a second.
const timeScale = 60

// Encode writes the matrix; minutes are kept to the second.
func (m *Matrix) Encode() ([]byte, error) {
	var w columns.Writer
	w.Strings("shape", []string{"matrix"})
	w.Strings("code", m.Codes)
	w.Ints("start", m.Start)
	dest, seconds := make([]int, len(m.Dest)), make([]int, len(m.Dest))
	for i := range m.Dest {
		dest[i], seconds[i] = int(m.Dest[i]), int(math.Round(float64(m.Minutes[i])*timeScale))
	}
	w.Ints("dest", dest)
	w.Ints("seconds", seconds)
	return w.Bytes()
}

func decodeMatrix(r *columns.Reader) *Matrix {
	m := &Matrix{Codes: r.Strings("code"), Start: r.Ints("start")}
	dest, seconds := r.Ints("dest"), r.Ints("seconds")
	m.Dest, m.Minutes = make([]int32, len(dest)), make([]float32, len(dest))
	for i := range dest {
		m.Dest[i] = int32(dest[i])
	}
	for i := range seconds[:min(len(seconds), len(dest))] {
		m.Minutes[i] = float32(seconds[i]) / timeScale
	}
	return m
}

func (m *Matrix) compare(older Content, r *Report) {
	o, ok := older.(*Matrix)
	if !ok {
		r.Added = m.Rows()
		return
	}
	found := 0
	for i, code := range m.Codes {
		from, known := slices.BinarySearch(o.Codes, code)
		for at := m.Start[i]; at < m.Start[i+1]; at++ {
			name := code + " → " + m.Codes[m.Dest[at]]
			var there int
			there, in := 0, false
			if to, ok := slices.BinarySearch(o.Codes, m.Codes[m.Dest[at]]); ok && known {
				there, in = o.find(from, int32(to))
			}
			switch {
			case !in:
				r.Added++
				r.AddedKeys = sample(r.AddedKeys, name)
			case math.Abs(float64(o.Minutes[there]-m.Minutes[at])) > 1.0/timeScale:
				found++
				r.Changed++
				r.ChangedKeys = sample(r.ChangedKeys, name)
			default:
				found++
				r.Same++
			}
		}
	}
	r.Removed = o.Rows() - found
}

func (m *Matrix) over(older Content) Content {
	o, ok := older.(*Matrix)
	if !ok {
		return m
	}
	b := &pairs{index: map[string]uint32{}}
	m.Each(func(origin, dest string, minutes float64) { b.add(origin, dest, float32(minutes), 0) })
	o.Each(func(origin, dest string, minutes float64) {
		if _, ok := m.Between(origin, dest); !ok {
			b.add(origin, dest, float32(minutes), 0)
		}
	})
	return b.matrix()
}

// pairs collects travel times in any order, sixteen bytes each.
type pairs struct {
	index map[string]uint32
	codes []string
	list  []pair
}

type pair struct {
	key     uint64 // origin's index, then destination's
	minutes float32
	line    int32
}

func (p *pairs) place(code string) uint32 {
	at, ok := p.index[code]
	if !ok {
		at = uint32(len(p.codes))
		code = strings.Clone(code)
		p.index[code] = at
		p.codes = append(p.codes, code)
	}
	return at
}

func (p *pairs) add(origin, dest string, minutes float32, line int) {
	p.list = append(p.list, pair{uint64(p.place(origin))<<32 | uint64(p.place(dest)), minutes, int32(line)})
}

// matrix renumbers the communes by code and sorts the pairs. Of several times for one pair the shortest is kept.
func (p *pairs) matrix() *Matrix {
	m := &Matrix{Codes: slices.Clone(p.codes)}
	sort.Strings(m.Codes)
	place := make([]uint32, len(p.codes))
	for i, code := range p.codes {
		at, _ := slices.BinarySearch(m.Codes, code)
		place[i] = uint32(at)
	}
	for i := range p.list {
		key := p.list[i].key
		p.list[i].key = uint64(place[key>>32])<<32 | uint64(place[uint32(key)])
	}
	p.sort()
	m.Start = make([]int, len(m.Codes)+1)
	for i, x := range p.list {
		if i > 0 && x.key == p.list[i-1].key {
			continue
		}
		m.Start[x.key>>32+1]++
		m.Dest = append(m.Dest, int32(uint32(x.key)))
		m.Minutes = append(m.Minutes, x.minutes)
	}
	for o := range m.Codes {
		m.Start[o+1] += m.Start[o]
	}
	return m
}

func (p *pairs) sort() {
	slices.SortFunc(p.list, func(a, b pair) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		case a.minutes < b.minutes:
			return -1
		case a.minutes > b.minutes:
			return 1
		}
		return int(a.line - b.line)
	})
}

// maxPairs bounds memory: a file of 200 MB holds fewer.
const maxPairs = 20_000_000

// readTravelTimes reads origin, dest and minutes. When communes merged, the shortest of their times is kept.
func readTravelTimes(r *reading) (Content, error) {
	rs, err := r.open()
	if rs == nil || err != nil || !rs.need("origin", "dest", "minutes") {
		return nil, err
	}
	written := &pairs{index: map[string]uint32{}}
	for {
		more, err := rs.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		rs.commune("origin")
		rs.commune("dest")
		minutes := rs.number("minutes", 0, 1440, false)
		if len(written.list) == maxPairs {
			rs.reject("origin", say("Plus de %d lignes : découpez le fichier par région.", "More than %d rows: split the file by region.", maxPairs))
			return nil, nil
		}
		if !rs.bad {
			written.add(strings.ToUpper(rs.text("origin")), strings.ToUpper(rs.text("dest")), float32(minutes), rs.lines.line)
		}
	}
	rs.rejectTwins(written)
	today := &pairs{index: map[string]uint32{}, list: written.list}
	follow := make([]uint32, len(written.codes))
	for i, code := range written.codes {
		current, _, _ := r.codes.Follow(code)
		follow[i] = today.place(current)
	}
	for i := range today.list {
		key := today.list[i].key
		today.list[i].key = uint64(follow[key>>32])<<32 | uint64(follow[uint32(key)])
	}
	return today.matrix(), nil
}

// rejectTwins refuses pairs that the file gives twice.
func (rs *rows) rejectTwins(p *pairs) {
	slices.SortFunc(p.list, func(a, b pair) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return int(a.line - b.line)
	})
	for i := 1; i < len(p.list); i++ {
		if x, before := p.list[i], p.list[i-1]; x.key == before.key {
			rs.report.reject(Issue{Line: int(x.line), Column: rs.column["origin"] + 1, Header: "origin",
				Value:  p.codes[x.key>>32] + " → " + p.codes[uint32(x.key)],
				Reason: say("Déjà présent à la ligne %d.", "Already on line %d.", before.line)})
		}
	}
}

// From calls yield with each commune that can be reached from another in at most a number of minutes.
func (m *Matrix) From(code string, most float64, yield func(to string, minutes float64)) {
	o, ok := slices.BinarySearch(m.Codes, code)
	if !ok {
		return
	}
	for at := m.Start[o]; at < m.Start[o+1]; at++ {
		if minutes := float64(m.Minutes[at]); minutes <= most {
			yield(m.Codes[m.Dest[at]], minutes)
		}
	}
}

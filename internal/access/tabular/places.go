package tabular

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Places is a file of places, in the file's order, with one value each.
type Places struct {
	IDs    []string
	Values []float64
	Lines  []int  // line of each place
	Column string // header of the value
	index  index
}

// Find gives the position of a place.
func (p *Places) Find(id string) (int, bool) {
	at, found := p.index.find([]byte(id))
	return int(at), found
}

// ReadPlaces reads `id,<value>`. column names the value: a header, or a position from 1; empty takes the first column that
// is not the id. An id given twice, a value that is missing, negative or not a number, and a file without a row are refused.
func ReadPlaces(file string, r io.Reader, column string) (*Places, error) {
	s, err := readAll(file, r)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	idAt, err := h.column("id")
	if err != nil {
		return nil, err
	}
	valueAt, err := h.valueColumn(idAt, column)
	if err != nil {
		return nil, err
	}
	places := &Places{Column: h.names[valueAt]}
	for {
		found, err := s.next()
		if err != nil {
			return nil, places.orDuplicate(h, idAt, err)
		}
		if !found {
			break
		}
		if err := h.checkWidth(s); err != nil {
			return nil, places.orDuplicate(h, idAt, err)
		}
		id := string(s.field(idAt))
		if id == "" {
			return nil, places.orDuplicate(h, idAt, h.fault(s.line, idAt, "the id is empty"))
		}
		value, err := number(s.field(valueAt))
		if err != nil {
			return nil, places.orDuplicate(h, idAt, h.fault(s.line, valueAt, fmt.Sprintf("%q %s", s.field(valueAt), err)))
		}
		places.IDs, places.Values = append(places.IDs, id), append(places.Values, value)
		places.Lines = append(places.Lines, s.line)
	}
	if len(places.IDs) == 0 {
		return nil, &Error{File: file, Line: s.after, Column: 1, Reason: "the file has a header and no row"}
	}
	return places, places.orDuplicate(h, idAt, nil)
}

// orDuplicate builds the index, and gives the refusal of an id that came twice before another refusal was met; else that one.
func (p *Places) orDuplicate(h *header, idAt int, refusal error) error {
	var first, second int
	if p.index, first, second = newIndex(p.IDs); second > 0 {
		return h.fault(p.Lines[second], idAt, fmt.Sprintf("%q is already on line %d", p.IDs[second], p.Lines[first]))
	}
	return refusal
}

func (h *header) valueColumn(idAt int, column string) (int, error) {
	if column != "" {
		if at, err := h.column(column); err == nil {
			return at, nil
		}
		if position, err := strconv.Atoi(column); err == nil && position >= 1 && position <= len(h.names) {
			return position - 1, nil
		}
		_, err := h.column(column)
		return 0, err
	}
	for k := range h.names {
		if k != idAt {
			return k, nil
		}
	}
	return 0, &Error{File: h.file, Line: h.line, Column: len(h.names) + 1, Reason: "the column of the value is missing"}
}

// Align reads the values of `other` in the order of p. A place of other that p lacks is refused; a place of p that other lacks gets
// NaN, or is refused when all is set.
func (p *Places) Align(other *Places, file string, all bool) ([]float64, error) {
	values := make([]float64, len(p.IDs))
	for k := range values {
		values[k] = math.NaN()
	}
	for k, id := range other.IDs {
		at, found := p.Find(id)
		if !found {
			return nil, &Error{File: file, Line: other.Lines[k], Column: 1, Name: "id", Reason: fmt.Sprintf("%q is not a known id", id)}
		}
		values[at] = other.Values[k]
	}
	if !all {
		return values, nil
	}
	for k, v := range values {
		if math.IsNaN(v) {
			return nil, &Error{File: file, Line: other.Lines[len(other.Lines)-1] + 1, Column: 1, Name: "id", Reason: fmt.Sprintf("%q has no row", p.IDs[k])}
		}
	}
	return values, nil
}

// ReadIDs reads a list of places, in a column named id or site (else the first one), and gives their positions among known
// places. Unknown and repeated ones are refused, and a list without a header, whose first place would be lost; a list without a row
// is an empty list.
func ReadIDs(file string, r io.Reader, known *Places) ([]int, error) {
	s, err := readAll(file, r)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	at := 0
	for k, name := range h.names {
		if strings.EqualFold(name, "id") || strings.EqualFold(name, "site") {
			at = k
			break
		}
	}
	if _, known := known.Find(h.names[at]); known {
		return nil, h.fault(h.line, at, "the file has no header: its first line must name the columns")
	}
	var list []int
	err = eachPlace(s, h, at, known, func(place int) { list = append(list, place) })
	if err != nil {
		return nil, err
	}
	return list, nil
}

// eachPlace reads the rows that are left, each with the id of a known place in a column, none twice.
func eachPlace(s *scanner, h *header, at int, known *Places, yield func(place int)) error {
	seen := make(map[int]bool)
	for {
		found, err := s.next()
		if err != nil || !found {
			return err
		}
		if err := h.checkWidth(s); err != nil {
			return err
		}
		place, exists := known.Find(string(s.field(at)))
		switch {
		case !exists:
			return h.fault(s.line, at, fmt.Sprintf("%q is not a known id", s.field(at)))
		case seen[place]:
			return h.fault(s.line, at, fmt.Sprintf("%q is there twice", s.field(at)))
		}
		seen[place] = true
		yield(place)
	}
}

// index finds a place by its id. Ids of up to seven bytes, as commune codes are, are packed in one word; longer ones go
// through a map.
type index struct {
	mask  uint64
	slots []slot
	long  map[string]uint32
	lines bool // an id holds a line feed
}

type slot struct {
	key   uint64 // 0: free
	place uint32
}

const packedLimit = 7

// newIndex indexes ids. second is the position of the first id that comes twice, first where it came before; 0 when none does.
func newIndex(ids []string) (x index, first, second int) {
	for _, id := range ids {
		if len(id) > packedLimit {
			return longIndex(ids)
		}
	}
	size := 16
	for 2*size < 3*len(ids) { // small enough to stay in a core's cache
		size *= 2
	}
	x = index{mask: uint64(size - 1), slots: make([]slot, size)}
	for k, id := range ids {
		x.lines = x.lines || strings.Contains(id, "\n")
		key := pack([]byte(id))
		at := spread(key) & x.mask
		for x.slots[at].key != 0 {
			if x.slots[at].key == key {
				return x, int(x.slots[at].place), k
			}
			at = (at + 1) & x.mask
		}
		x.slots[at] = slot{key, uint32(k)}
	}
	return x, 0, 0
}

func longIndex(ids []string) (x index, first, second int) {
	x.long = make(map[string]uint32, len(ids))
	for k, id := range ids {
		if earlier, twice := x.long[id]; twice {
			return x, int(earlier), k
		}
		x.long[id] = uint32(k)
	}
	return x, 0, 0
}

func (x *index) find(id []byte) (uint32, bool) {
	if x.long != nil {
		place, found := x.long[string(id)]
		return place, found
	}
	if len(id) > packedLimit {
		return 0, false
	}
	return x.search(pack(id))
}

// search finds a packed id.
func (x *index) search(key uint64) (uint32, bool) {
	for at := spread(key) & x.mask; ; at = (at + 1) & x.mask {
		switch x.slots[at].key {
		case key:
			return x.slots[at].place, true
		case 0:
			return 0, false
		}
	}
}

// pack puts up to seven bytes and their number in one word; never 0. Where the slice has room behind it, as fields of a line
// have, it reads eight bytes at once and drops those that follow.
func pack(id []byte) uint64 {
	n := len(id)
	if cap(id) >= 8 {
		return binary.LittleEndian.Uint64(id[:8])&(1<<(8*n)-1) | uint64(n+1)<<56
	}
	key := uint64(n+1) << 56
	for k, c := range id {
		key |= uint64(c) << (8 * k)
	}
	return key
}

// packField packs what comes before the first comma of at least eight bytes, as pack does, and gives its length; 0 when that is empty
// or longer than a word holds.
func packField(text []byte) (key uint64, n int) {
	const ones, commas = 0x0101010101010101, 0x2c2c2c2c2c2c2c2c
	word := binary.LittleEndian.Uint64(text)
	differs := word ^ commas
	n = bits.TrailingZeros64((differs-ones)&^differs&(ones<<7)) / 8 // the lowest zero byte; 8 when there is none
	if n > packedLimit || n == 0 {
		return 0, 0
	}
	return word&(1<<(8*n)-1) | uint64(n+1)<<56, n
}

func spread(key uint64) uint64 {
	key *= 0x9e3779b97f4a7c15
	return key ^ key>>32
}

// Labels reads `id,<label>`: a text per known place, empty where the file has none.
func Labels(file string, r io.Reader, known *Places) ([]string, error) {
	s, err := readAll(file, r)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	idAt, err := h.column("id")
	if err != nil {
		return nil, err
	}
	labelAt, err := h.valueColumn(idAt, "")
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(known.IDs))
	if err := eachPlace(s, h, idAt, known, func(place int) { labels[place] = string(s.field(labelAt)) }); err != nil {
		return nil, err
	}
	return labels, nil
}

// Destinations lists the places of the dest column of a travel cost file, in the order in which they first come.
func Destinations(file string, r io.Reader) (*Places, error) {
	s, err := readAll(file, r)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	at, err := h.column("dest")
	if err != nil {
		return nil, err
	}
	places := &Places{Column: h.names[at]}
	seen := make(map[string]bool)
	for {
		found, err := s.next()
		if err != nil {
			return nil, err
		}
		if !found {
			break
		}
		if err := h.checkWidth(s); err != nil {
			return nil, err
		}
		if id := s.field(at); !seen[string(id)] {
			if len(id) == 0 {
				return nil, h.fault(s.line, at, "the id is empty")
			}
			seen[string(id)] = true
			places.IDs, places.Values = append(places.IDs, string(id)), append(places.Values, 0)
			places.Lines = append(places.Lines, s.line)
		}
	}
	places.index, _, _ = newIndex(places.IDs)
	return places, nil
}

package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sort"
	"sync"

	"maillage/internal/access"
)

// Pairs is a file of travel costs, in blocks in the file's order.
type Pairs struct {
	Blocks []access.PairBlock
	file   string
	names  []string
	dest   int
	lines  []lineMark
}

// lineMark says that pair number `pair` of the file is on line `line`; the pairs after it follow line by line until the next
// mark.
type lineMark struct{ pair, line int }

// Place tells where a pair given twice is, for the refusal of access.NewLinks.
func (p *Pairs) Place(pair int, reason string) error {
	k := sort.Search(len(p.lines), func(k int) bool { return p.lines[k].pair > pair }) - 1
	return &Error{File: p.file, Line: p.lines[k].line + pair - p.lines[k].pair, Column: p.dest + 1, Name: p.names[p.dest], Reason: reason}
}

// blockSize is how much of a file one worker parses at a time.
const blockSize = 1 << 19

// ReadPairs reads `origin,dest,cost`, origins being ids of `demand` and destinations ids of `supply`. An unknown id and a cost
// that is negative or not a number are refused. Pairs given twice are found by access.NewLinks.
func ReadPairs(file string, r io.Reader, demand, supply *Places) (*Pairs, error) {
	return readPairs(&blockReader{r: r, file: file, line: 1, size: blockSize}, demand, supply)
}

func readPairs(source *blockReader, demand, supply *Places) (*Pairs, error) {
	file := source.file
	first, err := source.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	s := &scanner{file: file, data: bytes.TrimPrefix(first.data, byteOrderMark), after: 1}
	h, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	parser := pairParser{header: h, demand: &demand.index, supply: &supply.index}
	for k, name := range [...]string{"origin", "dest", "cost"} {
		if parser.at[k], err = h.column(name); err != nil {
			return nil, err
		}
	}
	pairs := &Pairs{file: file, names: h.names, dest: parser.at[1]}
	first = block{data: s.data[min(s.pos, len(s.data)):], line: s.after}
	if err := parser.all(first, source, pairs); err != nil {
		return nil, err
	}
	for _, b := range pairs.Blocks {
		if b.Pairs() > 0 {
			return pairs, nil
		}
	}
	return nil, &Error{File: file, Line: source.line, Column: 1, Reason: "the file has a header and no row"}
}

type pairParser struct {
	header         *header
	at             [3]int
	demand, supply *index
}

// plain tells that the columns are origin, dest and cost, in this order and alone, and that ids fit in a word and on a line: what plainPair reads.
func (p *pairParser) plain() bool {
	return p.at == [3]int{0, 1, 2} && len(p.header.names) == 3 &&
		p.demand.long == nil && p.supply.long == nil && !p.demand.lines && !p.supply.lines
}

type parsed struct {
	pairs access.PairBlock
	lines []lineMark // pair numbers within the block
	err   error
}

// all parses the blocks on every core, and keeps the file's order. The first refusal in the file wins.
func (p *pairParser) all(first block, source *blockReader, pairs *Pairs) error {
	workers := runtime.GOMAXPROCS(0)
	queue := make(chan chan parsed, workers+1)
	stop := make(chan struct{})
	defer close(stop)
	var readErr error
	spare := sync.Pool{New: func() any { return new([]float64) }}
	go func() {
		defer close(queue)
		var err error
		for b := first; err == nil; b, err = source.next() {
			result := make(chan parsed, 1)
			select {
			case queue <- result:
			case <-stop:
				return
			}
			go func() {
				costs := spare.Get().(*[]float64)
				got := p.parse(b, costs)
				spare.Put(costs)
				result <- got
				source.recycle(b.data)
			}()
		}
		if !errors.Is(err, io.EOF) {
			readErr = err
		}
	}()
	count := 0
	for result := range queue {
		got := <-result
		if got.err != nil {
			return got.err
		}
		for _, mark := range got.lines {
			pairs.lines = append(pairs.lines, lineMark{count + mark.pair, mark.line})
		}
		count += got.pairs.Pairs()
		pairs.Blocks = append(pairs.Blocks, got.pairs)
	}
	return readErr
}

// parse reads a block. Costs are read into `costs`, room that serves again unless the block keeps it.
func (p *pairParser) parse(b block, costs *[]float64) parsed {
	room := bytes.Count(b.data, []byte{'\n'}) + 1
	out := parsed{pairs: access.PairBlock{Dest: make([]uint32, 0, room)}}
	*costs, out.err = p.records(b, &out, slices.Grow((*costs)[:0], room))
	if !out.pairs.Pack(*costs) {
		out.pairs.Cost, *costs = *costs, nil
	}
	return out
}

// records reads the pairs of a block into out, save the costs, which it appends.
func (p *pairParser) records(b block, out *parsed, costs []float64) ([]float64, error) {
	s := scanner{file: p.header.file, data: b.data, after: b.line}
	var last origin
	expected := -1
	plain := p.plain() && bytes.IndexByte(b.data, '"') < 0
	for {
		dest, cost, read := uint32(0), 0.0, false
		if plain {
			dest, cost, read = p.plainPair(&s, &last)
		}
		if !read {
			found, err := s.next()
			if err != nil || !found {
				return costs, err
			}
			if dest, cost, err = p.pair(&s, &last); err != nil {
				return costs, err
			}
		}
		if s.line != expected {
			out.lines = append(out.lines, lineMark{out.pairs.Pairs(), s.line})
		}
		expected = s.line + 1
		if n := len(out.pairs.Runs); n > 0 && out.pairs.Runs[n-1].Origin == last.place {
			out.pairs.Runs[n-1].Count++
		} else {
			out.pairs.Runs = append(out.pairs.Runs, access.Run{Origin: last.place, Count: 1})
		}
		out.pairs.Dest, costs = append(out.pairs.Dest, dest), append(costs, cost)
	}
}

// origin is the one of the record before: files go origin by origin.
type origin struct {
	place    uint32
	from, to int    // its text in the block; to is 0 before the first
	word     uint64 // its packed text
}

// pair reads the current record, whatever its form.
func (p *pairParser) pair(s *scanner, last *origin) (dest uint32, cost float64, err error) {
	if len(s.fields) != len(p.header.names) {
		return 0, 0, p.header.checkWidth(s)
	}
	if id := s.field(p.at[0]); last.to == 0 || string(id) != string(s.data[last.from:last.to]) {
		place, known := p.demand.find(id)
		if !known {
			return 0, 0, p.header.fault(s.line, p.at[0], fmt.Sprintf("%q is not a demand id", id))
		}
		*last = origin{place: place, from: s.fields[p.at[0]].from, to: s.fields[p.at[0]].to}
	}
	dest, known := p.supply.find(s.field(p.at[1]))
	if !known {
		return 0, 0, p.header.fault(s.line, p.at[1], fmt.Sprintf("%q is not a supply id", s.field(p.at[1])))
	}
	if cost, err = number(s.field(p.at[2])); err != nil {
		return 0, 0, p.header.fault(s.line, p.at[2], fmt.Sprintf("%q %s", s.field(p.at[2]), err))
	}
	return dest, cost, nil
}

// plainPair reads a record of the usual form, `id,id,digits` with a dot or none, and moves past it. Anything else, refusals
// included, is left where it is for pair: read is then false.
func (p *pairParser) plainPair(s *scanner, last *origin) (dest uint32, cost float64, read bool) {
	const room = 2*(packedLimit+1) + 8 // what the words below may touch
	data, pos := s.data, s.pos
	if pos+room > len(data) {
		return 0, 0, false
	}
	word, n := packField(data[pos:])
	if n == 0 {
		return 0, 0, false
	}
	now := *last
	if word != last.word {
		place, known := p.demand.search(word)
		if !known {
			return 0, 0, false
		}
		now = origin{place: place, from: pos, to: pos + n, word: word}
	}
	pos += n + 1
	word, n = packField(data[pos:])
	if n == 0 {
		return 0, 0, false
	}
	dest, known := p.supply.search(word)
	if !known {
		return 0, 0, false
	}
	pos += n + 1
	mantissa, from, point := uint64(0), pos, -1
	for ; pos < len(data); pos++ {
		if digit := data[pos] - '0'; digit <= 9 {
			mantissa = mantissa*10 + uint64(digit)
		} else if data[pos] == '.' && point < 0 {
			point = pos
		} else {
			break
		}
	}
	digits, decimals := pos-from, 0
	if point >= 0 {
		digits, decimals = digits-1, pos-point-1
	}
	if pos == len(data) || data[pos] != '\n' || digits == 0 || digits > exactDigits {
		return 0, 0, false
	}
	*last = now
	s.line, s.after, s.pos = s.after, s.after+1, pos+1
	return dest, float64(mantissa) / powersOfTen[decimals], true
}

// block is a run of whole lines; line is the number of its first one.
type block struct {
	data []byte
	line int
}

// blockReader cuts a stream at line ends, never inside quotes.
type blockReader struct {
	r    io.Reader
	file string
	size int
	rest []byte
	line int
	done bool
	free sync.Pool // buffers that have been parsed
}

// buffer gives an empty buffer with room for a block and what precedes it.
func (b *blockReader) buffer() []byte {
	if used, ok := b.free.Get().(*[]byte); ok {
		return (*used)[:0]
	}
	return make([]byte, 0, b.size+b.size/8)
}

// recycle takes back a buffer whose content is no longer needed.
func (b *blockReader) recycle(data []byte) { b.free.Put(&data) }

func (b *blockReader) next() (block, error) {
	if b.done {
		return block{}, io.EOF
	}
	data := b.rest
	for {
		from := len(data)
		data = slices.Grow(data, b.size)[:from+b.size]
		n, err := io.ReadFull(b.r, data[from:])
		data = data[:from+n]
		if err != nil {
			b.done = true
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return block{}, &Error{File: b.file, Reason: err.Error()}
			}
			b.rest = nil
			return b.emit(data), nil
		}
		if cut := lastLineEnd(data); cut > 0 {
			b.rest = append(b.buffer(), data[cut:]...)
			return b.emit(data[:cut]), nil
		}
	}
}

func (b *blockReader) emit(data []byte) block {
	out := block{data, b.line}
	b.line += bytes.Count(data, []byte{'\n'})
	return out
}

// lastLineEnd is the place after the last line feed that lies outside quotes; 0 when there is none.
func lastLineEnd(data []byte) int {
	cut := bytes.LastIndexByte(data, '\n') + 1
	quotes := bytes.Count(data[:cut], []byte{'"'})
	for cut > 0 && quotes%2 == 1 {
		earlier := bytes.LastIndexByte(data[:cut-1], '\n') + 1
		quotes -= bytes.Count(data[earlier:cut], []byte{'"'})
		cut = earlier
	}
	return cut
}

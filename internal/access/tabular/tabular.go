// Package tabular reads the CSV files of the access commands: places with a value, and travel costs between places. It reads
// fast (blocks of lines parsed side by side), tolerates a byte order mark, CRLF and quoted fields, and refuses anything else with
// the file, the line and the column.
package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Error is a refusal: one line that says where and why.
type Error struct {
	File   string
	Line   int    // from 1; 0 when the file as a whole is at fault
	Column int    // from 1; 0 when the line as a whole is at fault
	Name   string // header of the column
	Reason string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ": line %d", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
	}
	if e.Name != "" {
		fmt.Fprintf(&b, " (%s)", oneLine(e.Name, 40))
	}
	b.WriteString(": " + oneLine(e.Reason, 200))
	return b.String()
}

// oneLine keeps a text on one line, and short.
func oneLine(text string, most int) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(clean); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return clean
}

// scanner walks over the records of a block of whole lines. It owns the block: quotes doubled inside a field are folded in place.
type scanner struct {
	file   string
	data   []byte
	pos    int
	line   int // line of the current record, from 1
	after  int // line of the next record
	fields []span
}

// span is where a field lies in the block.
type span struct{ from, to int }

// field is the text of a field of the current record.
func (s *scanner) field(k int) []byte { return s.data[s.fields[k].from:s.fields[k].to] }

// next reads one record into fields; false at the end. Blank lines are passed over.
func (s *scanner) next() (bool, error) {
	for s.pos < len(s.data) {
		s.line, s.fields = s.after, s.fields[:0]
		if err := s.record(); err != nil {
			return false, err
		}
		if len(s.fields) > 1 || s.fields[0].from < s.fields[0].to {
			return true, nil
		}
	}
	return false, nil
}

func (s *scanner) record() error {
	data, start, pos := s.data, s.pos, s.pos
	for pos < len(data) {
		switch c := data[pos]; {
		case c > ',': // nearly every byte
			pos++
		case c == ',':
			s.fields = append(s.fields, span{start, pos})
			pos++
			start = pos
		case c == '\n':
			s.end(start, pos)
			return nil
		case c == '"' && pos != start:
			return s.fault("a quote stands inside a field that does not begin with one")
		case c == '"':
			last, err := s.quoted(pos)
			if err != nil || last {
				return err
			}
			pos = s.pos
			start = pos
		default:
			pos++
		}
	}
	s.end(start, pos)
	return nil
}

// end closes a record whose last field is start..pos, without its carriage return.
func (s *scanner) end(start, pos int) {
	s.pos = pos + 1
	s.after++
	if pos > start && s.data[pos-1] == '\r' {
		pos--
	}
	s.fields = append(s.fields, span{start, pos})
}

// quoted reads the field whose opening quote is at `open`; last tells that it ends the record.
func (s *scanner) quoted(open int) (last bool, err error) {
	write := open + 1
	for p := write; p < len(s.data); p++ {
		switch c := s.data[p]; {
		case c == '"' && p+1 < len(s.data) && s.data[p+1] == '"':
			p++
		case c == '"':
			s.fields = append(s.fields, span{open + 1, write})
			return s.follow(p + 1)
		case c == '\n':
			s.after++
		}
		s.data[write] = s.data[p]
		write++
	}
	return false, s.fault("a quote is not closed")
}

// follow steps over what comes after a closing quote.
func (s *scanner) follow(pos int) (last bool, err error) {
	if pos < len(s.data) && s.data[pos] == '\r' {
		pos++
	}
	s.pos = pos + 1
	switch {
	case pos >= len(s.data) || s.data[pos] == '\n':
		s.after++
		return true, nil
	case s.data[pos] == ',':
		return false, nil
	}
	s.fields = s.fields[:len(s.fields)-1]
	return false, s.fault("text follows the closing quote")
}

func (s *scanner) fault(reason string) error {
	return &Error{File: s.file, Line: s.line, Column: len(s.fields) + 1, Reason: reason}
}

// header is the first record of a file.
type header struct {
	file  string
	names []string
	line  int
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func readHeader(s *scanner) (*header, error) {
	found, err := s.next()
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &Error{File: s.file, Line: 1, Column: 1, Reason: "the file is empty"}
	}
	h := &header{file: s.file, line: s.line}
	for k := range s.fields {
		name := strings.TrimSpace(string(s.field(k)))
		for _, earlier := range h.names {
			if name != "" && strings.EqualFold(earlier, name) {
				return nil, &Error{File: s.file, Line: s.line, Column: k + 1, Name: name, Reason: "the column is there twice"}
			}
		}
		h.names = append(h.names, name)
	}
	return h, nil
}

// column finds a column by its name, whatever its case.
func (h *header) column(name string) (int, error) {
	for k, n := range h.names {
		if strings.EqualFold(n, name) {
			return k, nil
		}
	}
	return 0, &Error{
		File: h.file, Line: h.line, Column: len(h.names) + 1, Name: name,
		Reason: fmt.Sprintf("the column is missing, the header has %s", strings.Join(h.names, ", ")),
	}
}

func (h *header) fault(line, column int, reason string) error {
	name := ""
	if column < len(h.names) {
		name = h.names[column]
	}
	return &Error{File: h.file, Line: line, Column: column + 1, Name: name, Reason: reason}
}

func (h *header) checkWidth(s *scanner) error {
	switch {
	case len(s.fields) < len(h.names):
		return h.fault(s.line, len(s.fields), fmt.Sprintf("the line has %d fields, the header %d", len(s.fields), len(h.names)))
	case len(s.fields) > len(h.names):
		return h.fault(s.line, len(h.names), fmt.Sprintf("the line has %d fields, the header %d", len(s.fields), len(h.names)))
	}
	return nil
}

var (
	errNotNumber = errors.New("is not a number")
	errNegative  = errors.New("is negative")
	errTooLarge  = errors.New("is too large")
)

var powersOfTen = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// exactDigits is how many digits a float64 surely holds.
const exactDigits = 15

// number reads a decimal number that is not negative. Up to 15 digits and 22 decimals take a short way, whose single rounding
// makes it exact; the rest goes through strconv.
func number(field []byte) (float64, error) {
	mantissa, digits, decimals, point := uint64(0), 0, 0, false
	for _, c := range field {
		switch {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + uint64(c-'0')
			digits++
			if point {
				decimals++
			}
		case c == '.' && !point:
			point = true
		default:
			return slowNumber(field)
		}
		if digits > exactDigits {
			return slowNumber(field)
		}
	}
	if digits == 0 {
		return slowNumber(field)
	}
	return float64(mantissa) / powersOfTen[decimals], nil
}

func slowNumber(field []byte) (float64, error) {
	text := string(bytes.TrimSpace(field))
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, errNotNumber
	}
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || math.IsInf(value, 0):
		return 0, errTooLarge
	case err != nil:
		return 0, errNotNumber
	case value < 0:
		return 0, errNegative
	}
	return value + 0, nil // −0 becomes 0
}

// readAll reads a small file whole.
func readAll(file string, r io.Reader) (*scanner, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, &Error{File: file, Reason: err.Error()}
	}
	return &scanner{file: file, data: bytes.TrimPrefix(data, byteOrderMark), after: 1}, nil
}

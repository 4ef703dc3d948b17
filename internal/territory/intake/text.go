package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxLine is the longest record that a delimited file may hold; longer ones are a sign of an unclosed quote.
const maxLine = 1 << 20

// lines reads a delimited file record by record. Nothing of the file is kept but the current record.
type lines struct {
	in      *bufio.Reader
	sep     byte
	quoted  bool   // fields may be quoted
	line    int    // of the current record's first line, from 1
	next    int    // line of the next record
	buf     []byte // the current record
	latin   bool   // at least one line was not UTF-8
	cut     bool   // the last line had no end
	overrun bool   // the current record is too long, or its quote is never closed
}

var errUTF16 = errors.New("UTF-16")

// skipMark passes over the byte-order mark of UTF-8, if any. The error is errUTF16 when the mark is that of UTF-16.
func skipMark(in *bufio.Reader) error {
	head, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err = in.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return errUTF16
	}
	return nil
}

func (r *reading) rejectUTF16() {
	r.report.reject(Issue{Line: 1, Reason: say("Le fichier est en UTF-16 : enregistrez-le en UTF-8.", "The file is in UTF-16: save it as UTF-8.")})
}

// newLines skips the byte-order mark and chooses the separator of the header: the one that it holds most.
func newLines(r io.Reader) (*lines, error) {
	l := &lines{in: bufio.NewReaderSize(r, 1<<16), next: 1, quoted: true}
	if err := skipMark(l.in); err != nil {
		return nil, err
	}
	head, err := l.in.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	l.sep = ','
	for _, sep := range []byte{';', '\t', '|'} {
		if bytes.Count(first, []byte{sep}) > bytes.Count(first, []byte{l.sep}) {
			l.sep = sep
		}
	}
	l.quoted = l.sep != '|' // registers separated by bars never quote
	return l, nil
}

// read gives the next record's fields, or io.EOF. The fields are valid until the next call. Blank lines are passed over.
func (l *lines) read(fields []string) ([]string, error) {
	for {
		if err := l.readRecord(); err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(l.buf)) > 0 || l.overrun {
			break
		}
	}
	text := l.decode()
	fields = fields[:0]
	if !l.quoted || !strings.Contains(text, `"`) {
		for {
			field, rest, more := strings.Cut(text, string(l.sep))
			fields = append(fields, strings.TrimSpace(field))
			if !more {
				return fields, nil
			}
			text = rest
		}
	}
	return l.split(text, fields), nil
}

// readRecord fills buf with one record: one line, or several when a quote is open at the end of a line.
func (l *lines) readRecord() error {
	l.buf, l.overrun, l.line = l.buf[:0], false, l.next
	quotes := 0
	for {
		start := len(l.buf)
		complete, err := l.readLine()
		if err != nil && (!errors.Is(err, io.EOF) || len(l.buf) == 0) {
			return err
		}
		if l.quoted {
			quotes += bytes.Count(l.buf[start:], []byte{'"'})
		}
		if !complete {
			l.cut = true
		}
		if l.overrun || quotes%2 == 0 || !complete {
			l.overrun = l.overrun || quotes%2 == 1
			l.buf = bytes.TrimRight(l.buf, "\r\n")
			return nil
		}
	}
}

// readLine appends one line, its end included, and tells whether it had one. A line beyond maxLine is passed over.
func (l *lines) readLine() (complete bool, err error) {
	for {
		part, err := l.in.ReadSlice('\n')
		if len(l.buf)+len(part) > maxLine {
			l.overrun = true
		} else {
			l.buf = append(l.buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err == nil {
			l.next++
		}
		return err == nil, err
	}
}

func (l *lines) decode() string {
	if utf8.Valid(l.buf) {
		return string(l.buf)
	}
	l.latin = true
	text, err := charmap.Windows1252.NewDecoder().Bytes(l.buf)
	if err != nil {
		return string(bytes.ToValidUTF8(l.buf, []byte("\uFFFD")))
	}
	return string(text)
}

// split reads quoted fields: a doubled quote inside quotes is one quote; text around the quotes is kept as it stands.
func (l *lines) split(text string, fields []string) []string {
	var field strings.Builder
	inside := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"' && inside && i+1 < len(text) && text[i+1] == '"':
			field.WriteByte('"')
			i++
		case c == '"':
			inside = !inside
		case c == l.sep && !inside:
			fields = append(fields, strings.TrimSpace(field.String()))
			field.Reset()
		default:
			field.WriteByte(c)
		}
	}
	return append(fields, strings.TrimSpace(field.String()))
}

func (l *lines) encoding() string {
	if l.latin {
		return "Windows-1252"
	}
	return "UTF-8"
}

// positions counts the lines of a stream, so that a byte's offset can be told as line and column. Offsets must be asked in order.
type positions struct {
	in     io.Reader
	read   int64
	breaks []int64 // offsets of line feeds that are still ahead of what was asked
	line   int
	start  int64 // offset of the current line
}

func (p *positions) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	for i, c := range b[:n] {
		if c == '\n' {
			p.breaks = append(p.breaks, p.read+int64(i))
		}
	}
	p.read += int64(n)
	return n, err
}

// at tells an offset as line and column, from 1.
func (p *positions) at(offset int64) (line, column int) {
	passed := 0
	for passed < len(p.breaks) && p.breaks[passed] < offset {
		p.line++
		p.start = p.breaks[passed] + 1
		passed++
	}
	p.breaks = append(p.breaks[:0], p.breaks[passed:]...)
	return p.line + 1, int(offset-p.start) + 1
}

// quote shows a separator in a message.
func quote(sep byte) string {
	if sep == '\t' {
		return "tab"
	}
	return fmt.Sprintf("%q", string(sep))
}

// Package columns writes and reads tables column after column: small once compressed, and read back in a few milliseconds because
// every text column is one string that the rows share.
//
// A file is a gzip stream of columns; the reader must ask for them in the order in which they were written. Each column starts with
// its name, so that a reader that has lost its place says so instead of giving nonsense.
package columns

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Writer collects columns.
type Writer struct{ buf bytes.Buffer }

func (w *Writer) uvarint(n uint64) {
	w.buf.Write(binary.AppendUvarint(nil, n))
}

func (w *Writer) text(s string) {
	w.uvarint(uint64(len(s)))
	w.buf.WriteString(s)
}

// Strings writes a column of texts; a text must not hold a line feed.
func (w *Writer) Strings(name string, values []string) {
	w.text(name)
	w.uvarint(uint64(len(values)))
	w.text(strings.Join(values, "\n"))
}

// Ints writes a column of whole numbers, each as its difference from the one before.
func (w *Writer) Ints(name string, values []int) {
	w.text(name)
	w.uvarint(uint64(len(values)))
	last := 0
	for _, v := range values {
		w.buf.Write(binary.AppendVarint(nil, int64(v-last)))
		last = v
	}
}

// Floats writes a column of numbers in full precision.
func (w *Writer) Floats(name string, values []float64) {
	w.text(name)
	w.uvarint(uint64(len(values)))
	for _, v := range values {
		w.buf.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
}

// Bytes gives the compressed file. The same columns always give the same bytes.
func (w *Writer) Bytes() ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zip.Write(w.buf.Bytes()); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Reader gives columns back. After the first failure every column is empty and Err tells what happened.
type Reader struct {
	data string
	err  error
}

var errShort = errors.New("columns: the file ends too early")

// MaxBytes is the most that a file may hold once decompressed.
const MaxBytes = 1 << 30

// Open decompresses a file.
func Open(file []byte) *Reader {
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return &Reader{err: fmt.Errorf("columns: %w", err)}
	}
	var b strings.Builder
	if n := len(file); n >= 4 { // a gzip stream ends with its plain length: one allocation instead of many
		b.Grow(int(min(binary.LittleEndian.Uint32(file[n-4:]), uint32(n)*20)))
	}
	if _, err := io.Copy(&b, io.LimitReader(zip, MaxBytes)); err != nil {
		return &Reader{err: fmt.Errorf("columns: %w", err)}
	}
	return &Reader{data: b.String()}
}

// Err is the first failure, if any.
func (r *Reader) Err() error { return r.err }

func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.data = ""
}

func (r *Reader) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64 && len(r.data) > 0; shift += 7 {
		b := r.data[0]
		r.data = r.data[1:]
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	r.fail(errShort)
	return 0
}

func (r *Reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail(errShort)
		return ""
	}
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

// start reads a column's name and its count of values, each of at least size bytes.
func (r *Reader) start(name string, size int) int {
	if got := r.text(); r.err == nil && got != name {
		r.fail(fmt.Errorf("columns: wanted column %q, found %q", name, got))
	}
	n := r.uvarint()
	if size > 0 && n > uint64(len(r.data)/size) {
		r.fail(errShort)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// Strings reads a column of texts, which share one string.
func (r *Reader) Strings(name string) []string {
	n := r.start(name, 0)
	all := r.text()
	if n == 0 || r.err != nil {
		return nil
	}
	values := strings.Split(all, "\n")
	if len(values) != n {
		r.fail(fmt.Errorf("columns: column %q announces %d texts and holds %d", name, n, len(values)))
		return nil
	}
	return values
}

// Ints reads a column of whole numbers.
func (r *Reader) Ints(name string) []int {
	values := make([]int, r.start(name, 1))
	last := 0
	for i := range values {
		u := r.uvarint()
		last += int(int64(u>>1) ^ -int64(u&1))
		values[i] = last
	}
	return values
}

// Floats reads a column of numbers.
func (r *Reader) Floats(name string) []float64 {
	values := make([]float64, r.start(name, 8))
	for i := range values {
		var bits uint64
		for k := range 8 {
			bits |= uint64(r.data[k]) << (8 * k)
		}
		r.data = r.data[8:]
		values[i] = math.Float64frombits(bits)
	}
	return values
}

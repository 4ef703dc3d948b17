// Package sheets writes tables as CSV, XLSX and ODS, row by row: memory does not grow with the table.
//
// Cells are typed, so that sums and sorting work. Text that a spreadsheet could take for a formula (it starts with = + - @, a tab or a
// line end) gets an apostrophe in front, in every format: a file saved again as CSV stays harmless.
//
// CSV is for programs: UTF-8, comma, point, ISO dates, true/false, RFC 4180. People open XLSX or ODS.
package sheets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"mime"
	"net/http"
	"strings"
	"time"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Format is a file format.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
	ODS  Format = "ods"
)

// Formats lists the formats in the order in which they are offered.
var Formats = []Format{XLSX, ODS, CSV}

// ParseFormat reads a format's name, as in a URL.
func ParseFormat(s string) (Format, error) {
	if _, ok := mediaTypes[Format(s)]; !ok {
		return "", fault.NotFound("Ce format d’export n’existe pas : choisissez xlsx, ods ou csv.", "There is no such export format: choose xlsx, ods or csv.")
	}
	return Format(s), nil
}

var mediaTypes = map[Format]string{
	CSV:  "text/csv; charset=utf-8",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	ODS:  "application/vnd.oasis.opendocument.spreadsheet",
}

// MediaType is the format's media type.
func (f Format) MediaType() string { return mediaTypes[f] }

// Kind is what a column holds. A nil value is an empty cell in every kind.
type Kind int

// The kinds, and the Go values that they take.
const (
	Text    Kind = iota // string, or i18n.Text
	Int                 // int, int64
	Decimal             // float64; a value that is no number is an empty cell
	Cents               // int, int64: euro cents, shown in euros
	Date                // time.Time: the day in Paris; the zero time is an empty cell
	Time                // time.Time: day and minute in Paris
	Bool                // bool
)

// kindNames say what a column holds, to whoever reads its dictionary.
var kindNames = [...]i18n.Text{
	Text: {FR: "texte", EN: "text"}, Int: {FR: "entier", EN: "whole number"}, Decimal: {FR: "nombre", EN: "number"}, Cents: {FR: "euros", EN: "euros"},
	Date: {FR: "jour", EN: "day"}, Time: {FR: "jour et heure", EN: "day and time"}, Bool: {FR: "vrai ou faux", EN: "true or false"},
}

// Name is how people read the kind.
func (k Kind) Name() i18n.Text { return kindNames[k] }

// Column is a column of the table.
type Column struct {
	Title    i18n.Text
	Kind     Kind
	Decimals int // of a Decimal column; 2 when 0
	// Unit and Doc explain the column in a data dictionary; files do not hold them.
	Unit, Doc i18n.Text
}

func (c Column) decimals() int {
	if c.Decimals == 0 {
		return 2
	}
	return c.Decimals
}

// Rows yields rows, one value per column, and stops at the first error.
type Rows = iter.Seq2[[]any, error]

// maxRows is what spreadsheets hold below the header.
const maxRows = 1<<20 - 1

// writer is what a format must do.
type writer interface {
	begin(name string, columns []Column, titles []string) error
	row(cells []cell) error
	end() error
}

// cell is a value brought to what formats write.
type cell struct {
	empty bool
	text  string    // Text
	num   float64   // Int, Decimal, Cents (in euros)
	exact string    // the number as digits
	at    time.Time // Date, Time, in Paris
	yes   bool      // Bool
}

// Write writes a table. The language of titles and texts is the context's.
func Write(ctx context.Context, out io.Writer, format Format, name string, columns []Column, rows Rows) error {
	buffered := bufio.NewWriterSize(out, 64<<10)
	var w writer
	switch format {
	case CSV:
		w = newCSV(buffered, columns)
	case XLSX:
		w = newXLSX(buffered)
	case ODS:
		w = newODS(buffered)
	default:
		return fmt.Errorf("write table: no format %q", format)
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = Neutral(c.Title.Ctx(ctx))
	}
	if err := w.begin(sheetName(name), columns, titles); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	cells, n := make([]cell, len(columns)), 0
	for values, err := range rows {
		if err != nil {
			return err
		}
		if n++; n > maxRows && format != CSV {
			return fault.New(fault.KindTooLarge, i18n.Text{FR: "Ce tableau est trop long pour un tableur : exportez-le en CSV.", EN: "This table is too long for a spreadsheet: export it as CSV."})
		}
		if err := fill(ctx, cells, columns, values); err != nil {
			return fmt.Errorf("write row %d: %w", n, err)
		}
		if err := w.row(cells); err != nil {
			return fmt.Errorf("write row %d: %w", n, err)
		}
	}
	if err := errors.Join(w.end(), buffered.Flush()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// Serve answers a request with a table, as a file to keep, called name. An error before the first row is returned, for an error page;
// after it the connection is dropped, so that nobody takes half a table for a whole one.
func Serve(w http.ResponseWriter, r *http.Request, format Format, name string, columns []Column, rows Rows) error {
	next, stop := iter.Pull2(rows)
	defer stop()
	first, err, some := next()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(name) + "." + string(format)}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	all := func(yield func([]any, error) bool) {
		for values, err, more := first, error(nil), some; more; values, err, more = next() {
			if !yield(values, err) {
				return
			}
		}
	}
	if err := Write(r.Context(), w, format, name, columns, all); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// Neutral puts an apostrophe before text that a spreadsheet could take for a formula.
func Neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

func sheetName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	if runes := []rune(clean); len(runes) > 31 {
		clean = string(runes[:31])
	}
	if strings.TrimSpace(clean) == "" {
		return "Maillage"
	}
	return strings.TrimSpace(clean)
}

func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
}

func fill(ctx context.Context, cells []cell, columns []Column, values []any) error {
	if len(values) != len(columns) {
		return fmt.Errorf("%d values for %d columns", len(values), len(columns))
	}
	for i, c := range columns {
		var ok bool
		if cells[i], ok = c.cell(ctx, values[i]); !ok {
			return fmt.Errorf("column %q cannot hold a %T", c.Title.EN, values[i])
		}
	}
	return nil
}

func (c Column) cell(ctx context.Context, value any) (cell, bool) {
	if value == nil {
		return cell{empty: true}, true
	}
	switch c.Kind {
	case Text:
		if t, ok := value.(i18n.Text); ok {
			value = t.Ctx(ctx)
		}
		s, ok := value.(string)
		return cell{text: Neutral(s), empty: s == ""}, ok
	case Int, Cents:
		n, ok := integer(value)
		if c.Kind == Cents {
			sign := ""
			if n < 0 {
				sign = "-"
			}
			return cell{num: float64(n) / 100, exact: fmt.Sprintf("%s%d.%02d", sign, abs(n/100), abs(n%100))}, ok
		}
		return cell{num: float64(n), exact: fmt.Sprint(n)}, ok
	case Decimal:
		f, ok := value.(float64)
		return cell{num: f, exact: fmt.Sprintf("%.*f", c.decimals(), f), empty: math.IsNaN(f) || math.IsInf(f, 0)}, ok
	case Date, Time:
		t, ok := value.(time.Time)
		return cell{at: t.In(i18n.Paris), empty: t.IsZero()}, ok
	default:
		b, ok := value.(bool)
		return cell{yes: b}, ok
	}
}

func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	default:
		return 0, false
	}
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

package reports

import (
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// Report is the effect of a year.
type Report struct {
	Year     int
	From, To clock.Day // the last one excluded; today's when the year is not over
	Running  bool      // the year is not over
	Public   bool      // small counts are hidden
	Years    []int     // that can be asked for, latest first
	Notes    []i18n.Text
	Heads    []Head
	Tables   []Table
}

// Head is a figure of the region in large.
type Head struct {
	Label i18n.Text
	Kind  sheets.Kind
	Value any // as a cell's
}

// Table is a part of the report. A value is what its column's kind takes, nil for what nobody knows, or Hidden.
type Table struct {
	ID      string // in addresses and file names
	Title   i18n.Text
	Note    i18n.Text
	Columns []sheets.Column
	Rows    [][]any
}

// Hidden stands for a small count.
type Hidden struct{}

// Table finds a part by its name.
func (r *Report) Table(id string) (Table, bool) {
	for _, t := range r.Tables {
		if t.ID == id {
			return t, true
		}
	}
	return Table{}, false
}

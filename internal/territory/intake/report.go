package intake

import (
	"fmt"

	"maillage/internal/platform/i18n"
)

// Issue is one thing said about one place of a file. Line and Column are counted from 1; Column is 0 when the whole line is meant.
// In delimited files Column is the place of the field; in JSON it is the byte in the line.
type Issue struct {
	File   string    `json:"file"`
	Line   int       `json:"line"`
	Column int       `json:"column,omitempty"`
	Header string    `json:"header,omitempty"`
	Value  string    `json:"value,omitempty"`
	Reason i18n.Text `json:"reason"`
}

// Where writes the place: "zones.csv:12:4".
func (i Issue) Where() string {
	if i.Column == 0 {
		return fmt.Sprintf("%s:%d", i.File, i.Line)
	}
	return fmt.Sprintf("%s:%d:%d", i.File, i.Line, i.Column)
}

// Merge says that a row named a former commune, and which one took it over.
type Merge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Line int    `json:"line"`
}

// Report is what a reading, and its comparison with the version in force, found.
type Report struct {
	Kind     Kind   `json:"kind"`
	Format   string `json:"format"`
	File     string `json:"file"`
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`
	Encoding string `json:"encoding"` // "UTF-8" or "Windows-1252"
	Lines    int    `json:"lines"`    // read, the header included
	Rows     int    `json:"rows"`     // kept in the table
	Vintage  string `json:"vintage,omitempty"`

	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
	Same    int `json:"same"`
	// A few keys of each, to see what it is about.
	AddedKeys   []string `json:"addedKeys,omitempty"`
	ChangedKeys []string `json:"changedKeys,omitempty"`
	RemovedKeys []string `json:"removedKeys,omitempty"`

	Rejected      []Issue `json:"rejected,omitempty"` // the first keptIssues
	RejectedCount int     `json:"rejectedCount"`
	Ignored       []Issue `json:"ignored,omitempty"` // the first keptIssues
	IgnoredCount  int     `json:"ignoredCount"`
	Warnings      []Issue `json:"warnings,omitempty"` // accepted, to be looked at: one per sort of doubt and column
	Merged        []Merge `json:"merged,omitempty"`   // the first keptIssues
	MergedCount   int     `json:"mergedCount"`
}

const (
	keptIssues = 200
	keptKeys   = 20
)

// Refused tells whether the file may not be imported.
func (r *Report) Refused() bool { return r.RejectedCount > 0 }

func (r *Report) reject(i Issue) {
	r.RejectedCount++
	if len(r.Rejected) < keptIssues {
		i.File = r.File
		i.Value = Clip(i.Value, valueShown)
		r.Rejected = append(r.Rejected, i)
	}
}

func (r *Report) ignore(i Issue) {
	r.IgnoredCount++
	if len(r.Ignored) < keptIssues {
		i.File = r.File
		i.Value = Clip(i.Value, valueShown)
		r.Ignored = append(r.Ignored, i)
	}
}

func (r *Report) warn(i Issue) {
	i.File = r.File
	i.Value = Clip(i.Value, valueShown)
	r.Warnings = append(r.Warnings, i)
}

func (r *Report) merge(from, to string, line int) {
	r.MergedCount++
	if len(r.Merged) < keptIssues {
		r.Merged = append(r.Merged, Merge{from, to, line})
	}
}

// valueShown is how many characters of a value a report shows: enough to recognise it.
const valueShown = 60

// Clip keeps the first characters of a text that somebody else wrote.
func Clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func say(fr, en string, args ...any) i18n.Text {
	if len(args) == 0 {
		return i18n.Text{FR: fr, EN: en}
	}
	return i18n.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}
}

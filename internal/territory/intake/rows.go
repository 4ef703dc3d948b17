package intake

import (
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"maillage/internal/platform/i18n"
)

// rows is a delimited file with its header.
type rows struct {
	*reading
	lines  *lines
	header []string       // as written
	column map[string]int // by folded name
	fields []string
	bad    bool // the current row was rejected
	seen   map[string]int
}

// open reads the header. It gives nil when the file cannot be read as a delimited file at all; the report then says why.
func (r *reading) open() (*rows, error) {
	in, err := newLines(r.in)
	if errors.Is(err, errUTF16) {
		r.report.reject(Issue{Line: 1, Reason: say("Le fichier est en UTF-16 : enregistrez-le en UTF-8.", "The file is in UTF-16: save it as UTF-8.")})
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	header, err := in.read(nil)
	if errors.Is(err, io.EOF) {
		r.report.reject(Issue{Line: 1, Reason: say("Le fichier est vide.", "The file is empty.")})
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for len(header) > 1 && header[len(header)-1] == "" { // registers end each line with a separator
		header = header[:len(header)-1]
	}
	rs := &rows{reading: r, lines: in, header: append([]string(nil), header...), column: map[string]int{}, seen: map[string]int{}}
	for i, name := range rs.header {
		if _, twice := rs.column[foldHeader(name)]; !twice {
			rs.column[foldHeader(name)] = i
		}
	}
	r.report.Lines = 1
	r.report.Encoding = in.encoding()
	r.rows = rs
	return rs, nil
}

// foldHeader makes headers comparable: case and the shape of apostrophes differ between vintages of the same file.
func foldHeader(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "’", "'")
}

// has tells whether the header holds a column.
func (rs *rows) has(name string) bool {
	_, ok := rs.column[foldHeader(name)]
	return ok
}

// need rejects the file when a column is missing.
func (rs *rows) need(names ...string) bool {
	ok := true
	for _, name := range names {
		if !rs.has(name) {
			ok = false
			rs.report.reject(Issue{Line: 1, Header: name, Value: strings.Join(rs.header, " "), Reason: say(
				"La colonne « %s » manque (séparateur reconnu : %s).", "The column %[1]q is missing (separator found: %[2]s).", name, quote(rs.lines.sep))})
		}
	}
	return ok
}

// match finds the first header that fits a pattern, "" when none does.
func (rs *rows) match(pattern *regexp.Regexp) string {
	for _, name := range rs.header {
		if pattern.MatchString(name) {
			return name
		}
	}
	return ""
}

// next reads a row. Rows with the wrong number of fields are rejected and passed over; trailing empty fields are no matter.
func (rs *rows) next() (bool, error) {
	for {
		fields, err := rs.lines.read(rs.fields)
		rs.report.Encoding = rs.lines.encoding()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		rs.fields, rs.bad = fields, false
		rs.report.Lines++
		if reason, ok := rs.shape(); !ok {
			rs.report.reject(Issue{Line: rs.lines.line, Column: min(len(fields), len(rs.header)), Reason: reason})
			continue
		}
		return true, nil
	}
}

// shape tells whether the row has the header's fields.
func (rs *rows) shape() (i18n.Text, bool) {
	for len(rs.fields) > len(rs.header) && rs.fields[len(rs.fields)-1] == "" {
		rs.fields = rs.fields[:len(rs.fields)-1]
	}
	switch {
	case rs.lines.overrun:
		return say("La ligne est trop longue ou un guillemet n’est jamais refermé.", "The line is too long, or a quote is never closed."), false
	case len(rs.fields) < len(rs.header) && rs.lines.cut:
		return say("Le fichier s’arrête au milieu d’une ligne : %d champs sur %d. Il a sans doute été tronqué.",
			"The file stops in the middle of a line: %d fields out of %d. It was probably truncated.", len(rs.fields), len(rs.header)), false
	case len(rs.fields) != len(rs.header):
		return say("%d champs au lieu de %d.", "%d fields instead of %d.", len(rs.fields), len(rs.header)), false
	}
	return i18n.Text{}, true
}

// reject refuses the current row for one field.
func (rs *rows) reject(column string, reason i18n.Text) {
	rs.bad = true
	at := rs.column[foldHeader(column)]
	rs.report.reject(Issue{Line: rs.lines.line, Column: at + 1, Header: rs.header[at], Value: rs.fields[at], Reason: reason})
}

// text is a field; "" when the column is absent.
func (rs *rows) text(column string) string {
	if at, ok := rs.column[foldHeader(column)]; ok {
		return rs.fields[at]
	}
	return ""
}

var blanks = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "")

// number is a field between low and high; an empty one is NaN when optional, else rejected.
func (rs *rows) number(column string, low, high float64, optional bool) float64 {
	raw := blanks.Replace(rs.text(column))
	if raw == "" && optional {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(strings.Replace(raw, ",", ".", 1), 64)
	switch {
	case raw == "":
		rs.reject(column, say("Une valeur est attendue.", "A value is expected."))
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
		rs.reject(column, say("Ce n’est pas un nombre.", "This is not a number."))
	case x < low || x > high:
		rs.reject(column, say("La valeur doit être comprise entre %v et %v.", "The value must lie between %v and %v.", low, high))
	default:
		return x
	}
	return math.NaN()
}

var communeCode = regexp.MustCompile(`^(\d{5}|2[AB]\d{3})$`)

// commune is a field that names a commune: its current code. A code that a spreadsheet shortened ("1001" for "01001") is refused with
// its reason, because it may as well be another commune.
func (rs *rows) commune(column string) string {
	raw := strings.ToUpper(rs.text(column))
	if !communeCode.MatchString(raw) {
		reason := say("Un code INSEE a cinq caractères.", "An INSEE code has five characters.")
		if len(raw) == 4 {
			reason = say("Un code INSEE a cinq caractères : un zéro a sans doute été perdu par un tableur.",
				"An INSEE code has five characters: a spreadsheet probably dropped a zero.")
		}
		rs.reject(column, reason)
		return ""
	}
	current, merged, ok := rs.codes.Follow(raw)
	if !ok {
		rs.reject(column, say("Aucune commune n’a ce code.", "No municipality has this code."))
		return ""
	}
	if merged {
		rs.report.merge(raw, current, rs.lines.line)
	}
	return current
}

// once rejects the row when what the file wrote as its key was met before.
func (rs *rows) once(column, key string) bool {
	if line, twice := rs.seen[key]; twice {
		rs.reject(column, say("Déjà présent à la ligne %d.", "Already on line %d.", line))
		return false
	}
	rs.seen[strings.Clone(key)] = rs.lines.line // a field is part of its record, which must not be kept
	return true
}

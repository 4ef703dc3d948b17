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
	twins  map[string]int // the second column of a name
	fields []string
	bad    bool            // the current row was rejected
	comma  map[string]bool // columns whose decimal commas were doubted
	seen   map[string]int
}

// open reads the header. It gives nil when the file cannot be read as a delimited file at all; the report then says why.
func (r *reading) open() (*rows, error) {
	in, err := newLines(r.in)
	if errors.Is(err, errUTF16) {
		r.rejectUTF16()
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
	rs := &rows{reading: r, lines: in, header: append([]string(nil), header...), column: map[string]int{}, twins: map[string]int{},
		comma: map[string]bool{}, seen: map[string]int{}}
	for i, name := range rs.header {
		if _, twice := rs.column[foldHeader(name)]; twice {
			rs.twins[foldHeader(name)] = i
		} else {
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

// place is where the header holds a column, from 0. A column that is asked for and that the header gives twice refuses the file: one
// of the two would be lost. Twins that nobody reads are no matter.
func (rs *rows) place(name string) (int, bool) {
	folded := foldHeader(name)
	at, ok := rs.column[folded]
	if twin, twice := rs.twins[folded]; twice {
		delete(rs.twins, folded) // said once
		rs.report.reject(Issue{Line: 1, Column: twin + 1, Header: rs.header[twin], Reason: say(
			"La colonne « %s » est donnée deux fois, aux places %d et %d.", "The column %q is given twice, as number %d and number %d.", rs.header[at], at+1, twin+1)})
	}
	return at, ok
}

// has tells whether the header holds a column.
func (rs *rows) has(name string) bool {
	_, ok := rs.place(name)
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
		if rs.lines.cut {
			rs.warnCut()
		}
		return true, nil
	}
}

// warnCut says that the current row, the last, has no line end. Honest files come so, and so do files cut in the middle of their last
// value: only who has the original can tell.
func (rs *rows) warnCut() {
	rs.warn(len(rs.header)-1, say(
		"Le fichier finit sans fin de ligne : s’il a été tronqué, cette dernière valeur est incomplète. Comparez-la à l’original.",
		"The file ends without a line end: if it was truncated, this last value is incomplete. Compare it with the original."))
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

// warn doubts the field of a column of the current row, counted from 0, without refusing it.
func (rs *rows) warn(at int, reason i18n.Text) {
	rs.report.warn(Issue{Line: rs.lines.line, Column: at + 1, Header: rs.header[at], Value: rs.fields[at], Reason: reason})
}

// text is a field; "" when the column is absent.
func (rs *rows) text(column string) string {
	if at, ok := rs.place(column); ok {
		return rs.fields[at]
	}
	return ""
}

var blanks = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "")

// likeThousands is a number whose comma may have been meant to part thousands.
var likeThousands = regexp.MustCompile(`^[+-]?[1-9]\d{0,2},\d{3}$`)

// number is a field between low and high; an empty one is NaN when optional, else rejected. A comma is a decimal comma, always: blanks
// part thousands. A number that could be read either way is warned of, but between semicolons, as in French files.
func (rs *rows) number(column string, low, high float64, optional bool) float64 {
	raw := blanks.Replace(rs.text(column))
	if raw == "" && optional {
		return math.NaN()
	}
	x, err := parseNumber(raw)
	switch {
	case raw == "":
		rs.reject(column, say("Une valeur est attendue.", "A value is expected."))
	case err != nil || math.IsInf(x, 0):
		rs.reject(column, say("Ce n’est pas un nombre.", "This is not a number."))
	case x < low || x > high:
		rs.reject(column, say("La valeur doit être comprise entre %v et %v.", "The value must lie between %v and %v.", low, high))
	default:
		if rs.lines.sep != ';' && !rs.comma[column] && likeThousands.MatchString(raw) {
			rs.comma[column] = true
			at, _ := rs.place(column)
			rs.warn(at, say("Cette virgule est lue comme une virgule décimale. Si elle sépare des milliers, ôtez-la, ici et plus bas.",
				"This comma is read as a decimal comma. If it parts thousands, remove it, here and below."))
		}
		return x
	}
	return math.NaN()
}

// parseNumber reads digits with at most one comma or point, maybe a sign and a power of ten: not what only programs write (1_000,
// 0x10, NaN).
func parseNumber(raw string) (float64, error) {
	if strings.ContainsFunc(raw, func(r rune) bool { return !strings.ContainsRune("0123456789+-.,eE", r) }) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(strings.Replace(raw, ",", ".", 1), 64)
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

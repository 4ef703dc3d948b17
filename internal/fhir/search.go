package fhir

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Param is a way to narrow a search.
type Param struct {
	Name, Type, Doc string
}

// Page sizes.
const (
	pageSize    = 20
	maxPageSize = 100
)

// Query is a search as it was understood.
type Query struct {
	IDs           []string
	From, Until   time.Time // of the last change: From counts, Until does not
	Count, Offset int
	Include       []string
	values        url.Values // the parameters of the kind, and those above as they came
}

// Value gives the first value of a parameter of the kind.
func (q Query) Value(name string) string { return q.values.Get(name) }

// List gives the values of a parameter that takes several, parted by commas.
func (q Query) List(name string) []string {
	return strings.FieldsFunc(q.values.Get(name), func(r rune) bool { return r == ',' })
}

// Token parts a token "system|code".
func (q Query) Token(name string) (system, code string) {
	system, code, parted := strings.Cut(q.values.Get(name), "|")
	if !parted {
		return "", system
	}
	return system, code
}

// Ref gives the identifier that a reference parameter names: "Patient/12" or "12".
func (q Query) Ref(name string) string {
	v := q.values.Get(name)
	return v[strings.LastIndexByte(v, '/')+1:]
}

// control are the parameters that every kind takes.
var control = []string{"_id", "_lastUpdated", "_count", "_offset", "_include", "_include:iterate", "_format", "_pretty", "_total", "_summary", "lang"}

// common are those of control that narrow, as the CapabilityStatement names them.
var common = []Param{{"_id", "token", "Identifiant"}, {"_lastUpdated", "date", "Dernier changement : ge, gt, le, lt, eq"}}

func badParam(name, fr, en string) error {
	f := fault.Invalid("Paramètre « "+name+" » : "+fr, "Parameter “"+name+"”: "+en)
	f.Rule = name
	return f
}

// Parse reads a search. A parameter that is not known is passed over, or refused when strict.
func (k *Kind) Parse(values url.Values, strict bool) (Query, error) {
	q := Query{Count: pageSize, values: url.Values{}}
	for name, given := range values {
		bare, modifier, _ := strings.Cut(name, ":")
		switch known := slices.ContainsFunc(k.Params, func(p Param) bool { return p.Name == name || p.Name == bare }); {
		case slices.Contains(control, name):
		case !known && strict:
			return q, badParam(name, "il n’est pas connu ici.", "it is not known here.")
		case !known:
			continue
		case modifier != "" && !slices.ContainsFunc(k.Params, func(p Param) bool { return p.Name == name }):
			return q, badParam(name, "cette forme n’est pas prise en charge.", "this form is not supported.")
		}
		q.values[name] = given
	}
	if ids := q.values.Get("_id"); ids != "" {
		q.IDs = strings.Split(ids, ",")
	}
	q.Include = append(slices.Clone(q.values["_include"]), q.values["_include:iterate"]...)
	return q, q.numbers()
}

func (q *Query) numbers() error {
	for name, into := range map[string]*int{"_count": &q.Count, "_offset": &q.Offset} {
		text := q.values.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1_000_000 {
			return badParam(name, "un nombre entier est attendu.", "a whole number is expected.")
		}
		*into = n
	}
	q.Count = min(q.Count, maxPageSize)
	for _, text := range q.values["_lastUpdated"] {
		if err := q.changed(text); err != nil {
			return err
		}
	}
	return nil
}

// changed narrows by a date with its prefix.
func (q *Query) changed(text string) error {
	prefix, rest := "eq", text
	if len(text) > 2 && text[0] >= 'a' && text[0] <= 'z' {
		prefix, rest = text[:2], text[2:]
	}
	from, until, ok := moment(rest)
	if !ok {
		return badParam("_lastUpdated", "une date est attendue : 2026-01-31, ou avec l’heure.", "a date is expected: 2026-01-31, or with its time.")
	}
	switch prefix {
	case "eq":
		q.From, q.Until = from, until
	case "ge":
		q.From = from
	case "gt", "sa":
		q.From = until
	case "le":
		q.Until = until
	case "lt", "eb":
		q.Until = from
	default:
		return badParam("_lastUpdated", "le préfixe est eq, ge, gt, le ou lt.", "the prefix is eq, ge, gt, le or lt.")
	}
	return nil
}

// moment reads a FHIR date of any precision as the time that it covers.
func moment(text string) (from, until time.Time, ok bool) {
	for _, form := range []struct {
		layout  string
		y, m, d int
		more    time.Duration
	}{
		{"2006", 1, 0, 0, 0}, {"2006-01", 0, 1, 0, 0}, {"2006-01-02", 0, 0, 1, 0}, {"2006-01-02T15:04", 0, 0, 0, time.Minute},
		{"2006-01-02T15:04Z07:00", 0, 0, 0, time.Minute}, {time.RFC3339, 0, 0, 0, time.Second}, {"2006-01-02T15:04:05.000Z07:00", 0, 0, 0, time.Millisecond},
	} {
		if at, err := time.ParseInLocation(form.layout, strings.Replace(text, " ", "+", 1), i18n.Paris); err == nil {
			return at, at.AddDate(form.y, form.m, form.d).Add(form.more), true
		}
	}
	return from, until, false
}

// Found is one page of what a search found.
type Found struct {
	Resources []r4.Resource
	Total     int // −1 when it is not counted
	More      bool
}

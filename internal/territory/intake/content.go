package intake

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"maillage/internal/territory/columns"
)

// Content is what a version of a dataset holds.
type Content interface {
	// Rows counts what is in it.
	Rows() int
	// Encode writes it compactly.
	Encode() ([]byte, error)
	// compare fills the counts of a report with the difference from an older content; older may be nil.
	compare(older Content, r *Report)
	// over gives this content completed by what an older one holds beside it.
	over(older Content) Content
}

// Table is rows by key, sorted, with named columns. It is read only once made.
type Table struct {
	Keys    []string
	Texts   []TextColumn
	Numbers []NumberColumn
}

// TextColumn is one column of texts, in the order of the keys.
type TextColumn struct {
	Name   string
	Values []string
}

// NumberColumn is one column of numbers, in the order of the keys; an absent value is NaN.
type NumberColumn struct {
	Name   string
	Values []float64
}

// Rows counts the keys.
func (t *Table) Rows() int { return len(t.Keys) }

// Find is a key's place, or false.
func (t *Table) Find(key string) (int, bool) { return slices.BinarySearch(t.Keys, key) }

// Text is a column's values; nil when the table has no such column.
func (t *Table) Text(name string) []string {
	for _, c := range t.Texts {
		if c.Name == name {
			return c.Values
		}
	}
	return nil
}

// Number is a column's values; nil when the table has no such column.
func (t *Table) Number(name string) []float64 {
	for _, c := range t.Numbers {
		if c.Name == name {
			return c.Values
		}
	}
	return nil
}

// Encode writes the table.
func (t *Table) Encode() ([]byte, error) {
	var w columns.Writer
	w.Strings("shape", []string{"table"})
	var texts, numbers []string
	for _, c := range t.Texts {
		texts = append(texts, c.Name)
	}
	for _, c := range t.Numbers {
		numbers = append(numbers, c.Name)
	}
	w.Strings("texts", texts)
	w.Strings("numbers", numbers)
	w.Strings("key", t.Keys)
	for _, c := range t.Texts {
		w.Strings(c.Name, c.Values)
	}
	for _, c := range t.Numbers {
		w.Floats(c.Name, c.Values)
	}
	return w.Bytes()
}

// Decode reads back what Encode wrote.
func Decode(file []byte) (Content, error) {
	r := columns.Open(file)
	shape := strings.Join(r.Strings("shape"), "")
	var c Content
	switch {
	case r.Err() != nil:
	case shape == "table":
		c = decodeTable(r)
	case shape == "matrix":
		c = decodeMatrix(r)
	default:
		return nil, fmt.Errorf("intake: unknown shape %q", shape)
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	return c, nil
}

func decodeTable(r *columns.Reader) *Table {
	texts, numbers := r.Strings("texts"), r.Strings("numbers")
	t := &Table{Keys: r.Strings("key")}
	for _, name := range texts {
		t.Texts = append(t.Texts, TextColumn{name, r.Strings(name)})
	}
	for _, name := range numbers {
		t.Numbers = append(t.Numbers, NumberColumn{name, r.Floats(name)})
	}
	return t
}

// same tells whether row i of t equals row j of o, column by column.
func (t *Table) same(i int, o *Table, j int) bool {
	for _, c := range t.Texts {
		if other := o.Text(c.Name); other == nil || other[j] != c.Values[i] {
			return false
		}
	}
	for _, c := range t.Numbers {
		other := o.Number(c.Name)
		if other == nil {
			return false
		}
		if a, b := c.Values[i], other[j]; a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
			return false
		}
	}
	return true
}

func (t *Table) compare(older Content, r *Report) {
	o, ok := older.(*Table)
	if !ok {
		o = &Table{}
	}
	i, j := 0, 0
	for i < len(t.Keys) || j < len(o.Keys) {
		switch {
		case j == len(o.Keys) || i < len(t.Keys) && t.Keys[i] < o.Keys[j]:
			r.Added++
			r.AddedKeys = sample(r.AddedKeys, t.Keys[i])
			i++
		case i == len(t.Keys) || o.Keys[j] < t.Keys[i]:
			r.Removed++
			r.RemovedKeys = sample(r.RemovedKeys, o.Keys[j])
			j++
		default:
			if t.same(i, o, j) {
				r.Same++
			} else {
				r.Changed++
				r.ChangedKeys = sample(r.ChangedKeys, t.Keys[i])
			}
			i, j = i+1, j+1
		}
	}
}

func sample(keys []string, key string) []string {
	if len(keys) < keptKeys {
		keys = append(keys, key)
	}
	return keys
}

func (t *Table) over(older Content) Content {
	o, ok := older.(*Table)
	if !ok {
		return t
	}
	b := t.like()
	for _, from := range []*Table{o, t} {
		for i, key := range from.Keys {
			row := &record{}
			for _, c := range t.Texts {
				value := ""
				if values := from.Text(c.Name); values != nil {
					value = values[i]
				}
				row.texts = append(row.texts, value)
			}
			for _, c := range t.Numbers {
				value := math.NaN()
				if values := from.Number(c.Name); values != nil {
					value = values[i]
				}
				row.numbers = append(row.numbers, value)
			}
			b.rows[key] = row
		}
	}
	return b.table()
}

// like makes an empty builder with the columns of a table.
func (t *Table) like() *builder {
	b := &builder{rows: make(map[string]*record, len(t.Keys))}
	for _, c := range t.Texts {
		b.texts = append(b.texts, c.Name)
	}
	for _, c := range t.Numbers {
		b.numbers = append(b.numbers, c.Name)
	}
	return b
}

// builder collects rows in any order.
type builder struct {
	texts, numbers []string
	rows           map[string]*record
}

type record struct {
	texts   []string
	numbers []float64
	code    string // as the file wrote it, before mergers were followed
	line    int
}

func build(texts, numbers []string) *builder {
	return &builder{texts: texts, numbers: numbers, rows: map[string]*record{}}
}

func (b *builder) table() *Table {
	t := &Table{Keys: make([]string, 0, len(b.rows))}
	for key := range b.rows {
		t.Keys = append(t.Keys, key)
	}
	slices.Sort(t.Keys)
	for c, name := range b.texts {
		values := make([]string, len(t.Keys))
		for i, key := range t.Keys {
			values[i] = b.rows[key].texts[c]
		}
		t.Texts = append(t.Texts, TextColumn{name, values})
	}
	for c, name := range b.numbers {
		values := make([]float64, len(t.Keys))
		for i, key := range t.Keys {
			values[i] = b.rows[key].numbers[c]
		}
		t.Numbers = append(t.Numbers, NumberColumn{name, values})
	}
	return t
}

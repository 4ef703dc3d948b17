package backup

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// References say which rows name files, by the store in which these lie.
type References map[string][]blobs.Reference

// Blob is a file that a row names.
type Blob struct {
	Store string `json:"store"`
	ID    string `json:"id"`
	Table string `json:"table"`
}

// MissingError says that all is as it should be, but for files that rows name and that are not there.
type MissingError struct{ Blobs []Blob }

// Error counts them and names the first.
func (e *MissingError) Error() string {
	first := e.Blobs[0]
	return fmt.Sprintf("%d files that rows name are missing; the first is %s/%s, which a row of %s names", len(e.Blobs), first.Store, first.ID, first.Table)
}

// missing is nil when there is none.
func missing(all []Blob) error {
	if len(all) == 0 {
		return nil
	}
	return &MissingError{all}
}

// bucket is the name of the one store that holds the files of all others.
const bucket = "bucket"

// held tells which files there are.
type held map[[2]string]bool

func (h held) has(b Blob) bool { return h[[2]string{b.Store, b.ID}] || h[[2]string{bucket, b.ID}] }

// named lists what rows name now, once each. What the schema of another version does not have names nothing.
func named(ctx context.Context, tx *db.Tx, refs References) ([]Blob, error) {
	known, err := tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	var all []Blob
	for store, list := range refs {
		for _, ref := range list {
			if !slices.Contains(known, ref.Table) {
				continue
			}
			some, err := namedBy(ctx, tx, store, ref)
			if err != nil {
				return nil, fmt.Errorf("read which files %s names: %w", ref.Table, err)
			}
			all = append(all, some...)
		}
	}
	return once(all), nil
}

func namedBy(ctx context.Context, tx *db.Tx, store string, ref blobs.Reference) ([]Blob, error) {
	names, _, err := columns(ctx, tx, ref.Table)
	if err != nil || slices.ContainsFunc(ref.Columns, func(c string) bool { return !slices.Contains(names, c) }) {
		return nil, err
	}
	rows, err := tx.QueryxContext(ctx, "SELECT "+quoted(slices.Clone(ref.Columns)...)+" FROM "+quoted(ref.Table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Blob
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return nil, err
		}
		all = append(all, of(store, ref, row)...)
	}
	return all, rows.Err()
}

// of lists what one row names, its values being in the order of the reference's columns.
func of(store string, ref blobs.Reference, values []any) []Blob {
	row := make([]string, len(values))
	for i, value := range values {
		row[i] = asText(value)
	}
	var all []Blob
	for _, id := range ref.Of(row) {
		all = append(all, Blob{store, id, ref.Table})
	}
	return all
}

// once keeps one of each: two rows may name one file.
func once(all []Blob) []Blob {
	slices.SortFunc(all, func(a, b Blob) int {
		return strings.Compare(a.Store+"\x00"+a.ID+"\x00"+a.Table, b.Store+"\x00"+b.ID+"\x00"+b.Table)
	})
	return slices.CompactFunc(all, func(a, b Blob) bool { return a.Store == b.Store && a.ID == b.ID })
}

func asText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(value)
}

// Missing lists the files that rows of an installation, which may be serving, name and that are not there: nil, or a MissingError.
func Missing(ctx context.Context, in Installation) error {
	wanted, err := namedNow(ctx, in)
	if err != nil {
		return err
	}
	there := held{}
	for name, store := range in.Stores {
		for info, err := range store.List(ctx, "") {
			if err != nil {
				return err
			}
			there[[2]string{name, info.ID}] = true
		}
	}
	still, err := stillNamed(ctx, in, slices.DeleteFunc(wanted, there.has))
	if err != nil {
		return err
	}
	var lost []Blob
	for _, b := range still {
		_, err := in.store(b).Stat(ctx, b.ID) // walking a folder may pass over what is replaced meanwhile
		switch {
		case fault.Is(err, fault.KindNotFound):
			lost = append(lost, b)
		case err != nil:
			return err
		}
	}
	return missing(lost)
}

// store is where a file lies.
func (in Installation) store(b Blob) blobs.Store {
	if all := in.Stores[bucket]; all != nil {
		return all
	}
	return in.Stores[b.Store]
}

func namedNow(ctx context.Context, in Installation) ([]Blob, error) {
	var all []Blob
	err := in.DB.Snapshot(ctx, func(tx *db.Tx) (err error) {
		all, err = named(ctx, tx, in.References)
		return err
	})
	return all, err
}

// stillNamed keeps what rows name at this moment: what was erased on purpose meanwhile lost its row first.
func stillNamed(ctx context.Context, in Installation, some []Blob) ([]Blob, error) {
	if len(some) == 0 {
		return nil, nil
	}
	now, err := namedNow(ctx, in)
	if err != nil {
		return nil, err
	}
	kept := held{}
	for _, b := range now {
		kept[[2]string{b.Store, b.ID}] = true
	}
	return slices.DeleteFunc(slices.Clone(some), func(b Blob) bool { return !kept[[2]string{b.Store, b.ID}] }), nil
}

// gathered are the rows of a backup that name files, kept until its manifest, which comes last, tells their columns.
type gathered struct {
	refs  References
	lines map[string][][]byte // by table
}

func gather(refs References) *gathered {
	g := &gathered{refs, map[string][][]byte{}}
	for _, list := range refs {
		for _, ref := range list {
			g.lines[ref.Table] = nil
		}
	}
	return g
}

func (g *gathered) row(table string, text []byte) {
	if kept, wanted := g.lines[table]; wanted {
		g.lines[table] = append(kept, slices.Clone(text))
	}
}

// missing lists what the rows name and the backup does not hold, but for what was erased on purpose while it was made. A column that the
// version that made it did not have names nothing.
func (g *gathered) missing(m Manifest) ([]Blob, error) {
	there := held{}
	for _, f := range m.Files {
		there[[2]string{f.Store, f.ID}] = true
	}
	for _, b := range m.Gone {
		there[[2]string{b.Store, b.ID}] = true
	}
	var all []Blob
	for store, list := range g.refs {
		for _, ref := range list {
			places := m.places(ref)
			if places == nil {
				continue
			}
			for _, text := range g.lines[ref.Table] {
				row, err := parse(text)
				if err != nil {
					return nil, err
				}
				if slices.Max(places) >= len(row) {
					return nil, fmt.Errorf("%w: a row of table %s does not fit its columns", ErrSpoilt, ref.Table)
				}
				values := make([]any, len(places))
				for i, p := range places {
					values[i] = row[p]
				}
				all = append(all, of(store, ref, values)...)
			}
		}
	}
	return slices.DeleteFunc(once(all), there.has), nil
}

// places are where the columns of a reference stand in the rows of its table; nil when one of them is not there.
func (m Manifest) places(ref blobs.Reference) []int {
	for _, t := range m.Tables {
		if t.Name != ref.Table {
			continue
		}
		places := make([]int, len(ref.Columns))
		for i, column := range ref.Columns {
			if places[i] = slices.Index(t.Columns, column); places[i] < 0 {
				return nil
			}
		}
		return places
	}
	return nil
}

package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"

	"maillage/internal/platform/db"
)

// ErrNotEmpty says that a restore would write over something.
var ErrNotEmpty = errors.New("there is already an installation here: restore into an empty database and data folder")

// Restore puts a backup back into an empty installation: the schema of the backup, its rows in one transaction, its files; then the
// migrations that this program adds. The backup is read and checked whole before anything is written (open is called twice), and what
// was written is checked before it is kept. A restore that failed may be run again. MissingError says that everything was restored, and
// which files the backup did not hold.
func Restore(ctx context.Context, open func() (io.ReadCloser, error), with []age.Identity, into Installation) (Manifest, error) {
	m, err := Look(ctx, open, with, into.References)
	if lost := (*MissingError)(nil); err != nil && !errors.As(err, &lost) {
		return m, err
	}
	return m, errors.Join(Load(ctx, open, with, m, into), err)
}

// Look is Check of a backup that open opens: what Restore does first, before there is an installation.
func Look(ctx context.Context, open func() (io.ReadCloser, error), with []age.Identity, refs References) (Manifest, error) {
	return reading(open, func(r io.Reader) (Manifest, error) { return Check(ctx, r, with, refs) })
}

// Load puts back a backup that Look found sound; m is what it holds.
func Load(ctx context.Context, open func() (io.ReadCloser, error), with []age.Identity, m Manifest, into Installation) error {
	for _, f := range m.Files {
		if into.Stores[f.Store] == nil {
			return fmt.Errorf("the backup holds files of the store %q, which this installation does not have", f.Store)
		}
	}
	if err := empty(ctx, into); err != nil {
		return err
	}
	if err := into.DB.MigrateTo(ctx, m.Migrations); err != nil {
		return err
	}
	err := into.DB.InTx(ctx, func(tx *db.Tx) error {
		_, err := reading(open, func(r io.Reader) (Manifest, error) { return load(ctx, tx, r, with, m, into) })
		if err == nil && into.Accept != nil {
			err = into.Accept(ctx, tx)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	_, err = into.DB.Migrate(ctx)
	return err
}

func reading(open func() (io.ReadCloser, error), do func(io.Reader) (Manifest, error)) (Manifest, error) {
	r, err := open()
	if err != nil {
		return Manifest{}, err
	}
	defer r.Close()
	return do(r)
}

// empty refuses a database that anybody used. Files may lie there already: a restore that failed left them.
func empty(ctx context.Context, into Installation) error {
	for _, table := range []string{"person", "audit_entry"} {
		var n int
		if err := into.DB.GetContext(ctx, &n, "SELECT COUNT(*) FROM "+table); err == nil && n > 0 {
			return ErrNotEmpty
		}
	}
	return nil
}

func load(ctx context.Context, tx *db.Tx, r io.Reader, with []age.Identity, m Manifest, into Installation) (Manifest, error) {
	names, err := tables(ctx, tx)
	if err != nil {
		return m, err
	}
	for _, name := range slices.Backward(names) { // what migrations wrote is in the backup too
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+quoted(name)); err != nil {
			return m, fmt.Errorf("empty table %s: %w", name, err)
		}
	}
	l := &loader{tx: tx, columns: map[string][]string{}, truths: map[string][]bool{}, wanted: map[string]*tally{}}
	for _, t := range m.Tables {
		l.columns[t.Name], l.wanted[t.Name] = t.Columns, &tally{}
		if _, l.truths[t.Name], err = columns(ctx, tx, t.Name); err != nil {
			return m, err
		}
	}
	if _, err := read(r, with, visitor{
		row: func(table string, line []byte) error { return l.row(ctx, table, line) },
		file: func(store, id string, _ int64, body io.Reader) error {
			_, err := into.Stores[store].Put(ctx, id, body)
			return err
		},
	}); err != nil {
		return m, err
	}
	if err := l.flush(ctx); err != nil {
		return m, err
	}
	got, err := fingerprint(ctx, tx)
	if err != nil {
		return m, err
	}
	return m, sameTables(l.tables(), got, ErrUnequal)
}

// loader inserts rows, many per statement.
type loader struct {
	tx      *db.Tx
	columns map[string][]string
	truths  map[string][]bool
	wanted  map[string]*tally // what was read, in the form in which it is compared: the first backups of SQLite hold 0 and 1 for false and true
	table   string
	rows    int
	values  []any
}

// maxValues is how many values one statement takes: SQLite allows 32,766.
const maxValues = 8000

func (l *loader) row(ctx context.Context, table string, text []byte) error {
	values, err := parse(text)
	if err != nil {
		return err
	}
	if columns := l.columns[table]; columns == nil || len(values) != len(columns) || len(values) != len(l.truths[table]) {
		return fmt.Errorf("%w: a row of table %s does not fit its columns", ErrSpoilt, table)
	}
	if text, err = line(asTruths(values, l.truths[table])); err != nil {
		return err
	}
	l.wanted[table].add(text)
	if table != l.table || len(l.values)+len(values) > maxValues {
		if err := l.flush(ctx); err != nil {
			return err
		}
		l.table = table
	}
	l.values = append(l.values, values...)
	l.rows++
	return nil
}

func (l *loader) flush(ctx context.Context) error {
	if l.rows == 0 {
		return nil
	}
	columns := l.columns[l.table]
	rows := make([]string, l.rows)
	for n := range rows {
		marks := make([]string, len(columns))
		for i := range marks {
			marks[i] = "$" + strconv.Itoa(n*len(columns)+i+1)
		}
		rows[n] = "(" + strings.Join(marks, ", ") + ")"
	}
	query := "INSERT INTO " + quoted(l.table) + " (" + quoted(slices.Clone(columns)...) + ") VALUES " + strings.Join(rows, ", ")
	if _, err := l.tx.ExecContext(ctx, query, l.values...); err != nil {
		return fmt.Errorf("fill table %s: %w", l.table, err)
	}
	l.rows, l.values = 0, l.values[:0]
	return nil
}

// tables is what the restored tables must hold.
func (l *loader) tables() (all []Table) {
	for name, t := range l.wanted {
		all = append(all, Table{Name: name, Rows: t.rows, Hash: t.hash()})
	}
	return all
}

package backup

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/platform/db"
)

// tables lists the tables of a database, what refers coming after what it refers to. The migrations' own table is left out: restoring
// runs the migrations.
func tables(ctx context.Context, tx *db.Tx) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
	if tx.Dialect == db.Postgres {
		query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	var names []string
	if err := tx.SelectContext(ctx, &names, query); err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "goose_db_version" })
	return byReference(ctx, tx, names)
}

func byReference(ctx context.Context, tx *db.Tx, names []string) ([]string, error) {
	query := "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)"
	if tx.Dialect == db.Postgres {
		query = "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = $1::regclass"
	}
	needs := map[string][]string{}
	for _, name := range names {
		var parents []string
		if err := tx.SelectContext(ctx, &parents, query, name); err != nil {
			return nil, fmt.Errorf("read what %s refers to: %w", name, err)
		}
		needs[name] = parents
	}
	var ordered []string
	var visit func(name string)
	visit = func(name string) {
		if slices.Contains(ordered, name) {
			return
		}
		parents := needs[name]
		needs[name] = nil // a table that refers to itself does not wait for itself
		for _, parent := range parents {
			visit(parent)
		}
		if !slices.Contains(ordered, name) {
			ordered = append(ordered, name)
		}
	}
	for _, name := range names {
		visit(name)
	}
	return ordered, nil
}

// columns lists the columns of a table by name, as the order in which they were added may differ, and tells which ones hold true or false.
func columns(ctx context.Context, tx *db.Tx, table string) (names []string, truths []bool, err error) {
	rows, err := tx.QueryxContext(ctx, "SELECT * FROM "+quoted(table)+" LIMIT 0")
	if err != nil {
		return nil, nil, fmt.Errorf("read table %s: %w", table, err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, nil, fmt.Errorf("read table %s: %w", table, err)
	}
	slices.SortFunc(types, func(a, b *sql.ColumnType) int { return strings.Compare(a.Name(), b.Name()) })
	for _, t := range types {
		names = append(names, t.Name())
		truths = append(truths, strings.HasPrefix(t.DatabaseTypeName(), "BOOL"))
	}
	return names, truths, rows.Err()
}

func quoted(names ...string) string {
	for i, name := range names {
		names[i] = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return strings.Join(names, ", ")
}

// walk gives each row of a table as a line, and what the table held.
func walk(ctx context.Context, tx *db.Tx, name string, do func(line []byte) error) (Table, error) {
	t := Table{Name: name}
	names, truths, err := columns(ctx, tx, name)
	if err != nil {
		return t, err
	}
	t.Columns = names
	rows, err := tx.QueryxContext(ctx, "SELECT "+quoted(slices.Clone(t.Columns)...)+" FROM "+quoted(name))
	if err != nil {
		return t, fmt.Errorf("read table %s: %w", name, err)
	}
	defer rows.Close()
	var sum tally
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return t, fmt.Errorf("read table %s: %w", name, err)
		}
		text, err := line(asTruths(row, truths))
		if err != nil {
			return t, fmt.Errorf("table %s: %w", name, err)
		}
		sum.add(text)
		if err := do(text); err != nil {
			return t, err
		}
	}
	t.Rows, t.Hash = sum.rows, sum.hash()
	if err := rows.Err(); err != nil {
		return t, fmt.Errorf("read table %s: %w", name, err)
	}
	return t, nil
}

// Fingerprint counts and hashes the rows of every table: equal for equal content on either database.
func Fingerprint(ctx context.Context, d *db.DB) ([]Table, error) {
	var all []Table
	return all, d.Snapshot(ctx, func(tx *db.Tx) (err error) {
		all, err = fingerprint(ctx, tx)
		return err
	})
}

func fingerprint(ctx context.Context, tx *db.Tx) ([]Table, error) {
	names, err := tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Table, len(names))
	for i, name := range names {
		if all[i], err = walk(ctx, tx, name, func([]byte) error { return nil }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"maillage/migrations"
)

// ErrNewer says that a newer Maillage wrote this database.
var ErrNewer = errors.New("this database was written by a newer version of Maillage: install that version, or restore a backup")

func (d *DB) provider() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.Dialect == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.DB.DB, migrations.FS, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
}

// Migrate brings the schema to this version of the program and says how many migrations ran. A database of a newer version is
// refused with ErrNewer and not touched.
func (d *DB) Migrate(ctx context.Context) (int, error) {
	p, err := d.provider()
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	if err := d.CheckVersion(ctx); err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrate: %w", err)
	}
	return len(done), nil
}

// MigrateTo runs just the migrations named, in their order, those that ran already left out: the schema of a backup. One that this
// program does not know is ErrNewer, and nothing is touched.
func (d *DB) MigrateTo(ctx context.Context, versions []int64) error {
	p, err := d.provider()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	known := map[int64]bool{}
	for _, s := range p.ListSources() {
		known[s.Version] = true
	}
	for _, v := range versions {
		if !known[v] {
			return ErrNewer
		}
	}
	for _, v := range versions {
		if _, err := p.ApplyVersion(ctx, v, true); err != nil && !errors.Is(err, goose.ErrAlreadyApplied) {
			return fmt.Errorf("migrate to the schema of the backup: %w", err)
		}
	}
	return nil
}

// CheckVersion refuses a database that holds migrations unknown to this program.
func (d *DB) CheckVersion(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	known := map[int64]bool{0: true}
	for _, s := range p.ListSources() {
		known[s.Version] = true
	}
	var applied []int64
	if err := d.SelectContext(ctx, &applied, "SELECT version_id FROM goose_db_version"); err != nil {
		return nil //nolint:nilerr // no table yet: a new database
	}
	for _, v := range applied {
		if !known[v] {
			return ErrNewer
		}
	}
	return nil
}

// Pending counts the migrations that this program would run.
func (d *DB) Pending(ctx context.Context) (int, error) {
	p, err := d.provider()
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	all, err := p.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("read migration status: %w", err)
	}
	n := 0
	for _, s := range all {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

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
	applied, err := d.applied(ctx)
	if err != nil {
		return err
	}
	for _, s := range p.ListSources() {
		delete(applied, s.Version)
	}
	if len(applied) > 0 {
		return ErrNewer
	}
	return nil
}

// Pending counts the migrations that this program would run. It writes nothing, not even in an empty database.
func (d *DB) Pending(ctx context.Context) (int, error) {
	p, err := d.provider()
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	applied, err := d.applied(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range p.ListSources() {
		if !applied[s.Version] {
			n++
		}
	}
	return n, nil
}

// CheckCurrent refuses a database whose schema is not this program's: ErrNewer, or one that waits for migrations. Nothing is written.
func (d *DB) CheckCurrent(ctx context.Context) error {
	if err := d.CheckVersion(ctx); err != nil {
		return err
	}
	n, err := d.Pending(ctx)
	if err == nil && n > 0 {
		err = fmt.Errorf("%d migrations wait: run maillage migrate, or start maillage serve", n)
	}
	return err
}

// applied are the migrations that ran; none when there is no table of them yet.
func (d *DB) applied(ctx context.Context) (map[int64]bool, error) {
	question := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'"
	if d.Dialect == Postgres {
		question = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'"
	}
	var there int
	var versions []int64
	err := d.GetContext(ctx, &there, question)
	if err == nil && there > 0 {
		err = d.SelectContext(ctx, &versions, "SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0")
	}
	if err != nil {
		return nil, fmt.Errorf("read which migrations ran: %w", err)
	}
	all := map[int64]bool{}
	for _, v := range versions {
		all[v] = true
	}
	return all, nil
}

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// OpenBeside opens a database that a server may be using, for commands that look at it or copy it: unlike Open it takes no lock of
// its own and makes nothing. Jobs and servers never use it. It may write little: SQLite lets one process write at a time.
func OpenBeside(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, func(address string) (*DB, error) {
		if err := isThere(address); err != nil {
			return nil, err
		}
		path, err := resolve(address)
		if err != nil {
			return nil, fmt.Errorf("open SQLite file: %w", err)
		}
		return openSQLiteFile(ctx, path, "&mode=rw&_txlock=immediate")
	})
}

// Snapshot runs fn in one read-only transaction that sees the database as it stands now, whatever is written meanwhile, and holds
// nobody up.
func (d *DB) Snapshot(ctx context.Context, fn func(tx *Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Dialect == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := d.BeginTxx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	// SQLite takes its snapshot at the first read.
	var n int
	if err := tx.GetContext(ctx, &n, "SELECT COUNT(*) FROM setting"); err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	return fn(&Tx{Tx: tx, Dialect: d.Dialect})
}

// OpenToImport opens a database that is there and of this version, for a command that fills it: one made for a mistyped name would take the
// file, and nobody would see it. A dry run writes nothing, and may run beside a server.
func OpenToImport(ctx context.Context, dsn string, dry bool) (*DB, error) {
	open := OpenExisting
	if dry {
		open = OpenBeside
	}
	d, err := open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := d.CheckCurrent(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

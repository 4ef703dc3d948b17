package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// InTx runs fn in one transaction: committed when fn returns nil, rolled back otherwise. On PostgreSQL the transaction is
// serializable and is run again when the engine asks for it; fn must therefore be free of outside effects.
//
// Writers that lost once run one at a time from then on, over all nodes: otherwise many writers of one row (the audit head) would
// make one another lose again and again.
func (d *DB) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	err := d.once(ctx, d.DB, fn)
	if err == nil || !isRetryable(err) || ctx.Err() != nil {
		return err
	}
	conn, err := d.Connx(ctx)
	if err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	defer func() { _ = conn.Close() }()
	const queue = 7_230_114 // any number, the same on every node
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", queue); err != nil {
		return fmt.Errorf("wait for other writers: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", queue) }()
	const attempts = 40
	for range attempts {
		if err = d.once(ctx, conn, fn); err == nil || !isRetryable(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// patience is how long a writer of SQLite waits for its turn; past it, it is told to come back.
var patience = 30 * time.Second

var errBusy = errors.New("wait to write: the database is busy with others")

type beginner interface {
	BeginTxx(ctx context.Context, opts *sql.TxOptions) (*sqlx.Tx, error)
}

func (d *DB) once(ctx context.Context, from beginner, fn func(tx *Tx) error) error {
	if d.turn != nil {
		select {
		case d.turn <- struct{}{}:
			defer func() { <-d.turn }()
		case <-ctx.Done():
			return fmt.Errorf("wait to write: %w", ctx.Err())
		case <-time.After(patience):
			return errBusy
		}
	}
	opts := &sql.TxOptions{}
	if d.Dialect == Postgres {
		opts.Isolation = sql.LevelSerializable
	}
	tx, err := from.BeginTxx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // no effect once committed
	if err := fn(&Tx{Tx: tx, Dialect: d.Dialect}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

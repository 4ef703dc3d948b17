package main

import (
	"context"
	"fmt"

	"maillage/internal/platform/db"
)

type migrateCommand struct {
	installation
	Check bool `help:"Only say how many migrations would run."`
}

// Run migrates, or counts what would run.
func (m migrateCommand) Run(ctx context.Context) error {
	if m.Check {
		return m.count(ctx)
	}
	store, err := db.Open(ctx, m.DB)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	n, err := store.Migrate(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations run\n", n)
	return nil
}

// count makes and holds nothing: a server may be using the database. One that is newer than this program is refused.
func (m migrateCommand) count(ctx context.Context) error {
	store, err := db.OpenBeside(ctx, m.DB)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := store.CheckVersion(ctx); err != nil {
		return err
	}
	n, err := store.Pending(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations to run\n", n)
	return nil
}

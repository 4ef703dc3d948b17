package main

import (
	"context"
	"fmt"

	"maillage/internal/app"
	"maillage/internal/platform/db"
)

type sealCommand struct {
	Rotate rotateCommand `cmd:"" help:"Make a new sealing key and wrap every case's key again under it."`
	Retire retireCommand `cmd:"" help:"Destroy the former sealing keys, minutes after a rotation."`
}

type rotateCommand struct{ installation }

// Run rotates; sealed content is not touched. With SQLite the server is stopped meanwhile.
func (r rotateCommand) Run(ctx context.Context) error {
	return withSeal(ctx, r.installation, app.RotateSeal, "%d case keys wrapped under a new sealing key: copy keys/seal.keys again, apart from the backups\n")
}

type retireCommand struct{ installation }

// Run retires the former keys: backups that need them can no longer be read.
func (r retireCommand) Run(ctx context.Context) error {
	return withSeal(ctx, r.installation, app.RetireSeal, "%d case keys more were wrapped; the former sealing keys are destroyed\n")
}

func withSeal(ctx context.Context, i installation, do func(context.Context, *db.DB, string) (int, error), done string) error {
	store, err := db.Open(ctx, i.DB)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	n, err := do(ctx, store, i.Data)
	if err != nil {
		return err
	}
	fmt.Printf(done, n)
	return nil
}

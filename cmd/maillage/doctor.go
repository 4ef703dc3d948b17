package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"maillage/internal/app"
	"maillage/internal/platform/db"
)

type doctorCommand struct{ installation }

// Run checks each part of an installation, prints a line for each and fails when one is wrong.
func (d doctorCommand) Run(ctx context.Context) error {
	var wrong int
	report := func(what string, err error) {
		if err == nil {
			fmt.Println("ok     ", what)
			return
		}
		wrong++
		fmt.Println("WRONG  ", what+":", err)
	}
	report("data folder is writable", writable(d.Data))
	store, err := db.Open(ctx, d.DB)
	report("database opens", err)
	if err == nil {
		defer func() { _ = store.Close() }()
		report("database version", store.CheckVersion(ctx))
		report("database is migrated", pending(ctx, store))
		report("sealing keys open what is sealed", app.CheckSeal(ctx, store, d.Data))
	}
	if wrong > 0 {
		return fmt.Errorf("%d checks failed", wrong)
	}
	return nil
}

func pending(ctx context.Context, store *db.DB) error {
	n, err := store.Pending(ctx)
	if err == nil && n > 0 {
		return fmt.Errorf("%d migrations wait: run maillage migrate", n)
	}
	return err
}

func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	probe := filepath.Join(folder, ".doctor")
	if err := os.WriteFile(probe, []byte("x"), 0o600); err != nil {
		return err
	}
	return errors.Join(os.Remove(probe))
}

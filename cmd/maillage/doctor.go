package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"maillage/internal/app"
	"maillage/internal/operations"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

type doctorCommand struct {
	installation
	Bucket string `help:"S3 bucket of the installation's files, when it has one." placeholder:"URL"`
	Mail   string `help:"Mail server of the installation, when it has one." placeholder:"URL"`
}

// Run checks each part of an installation, serving or not, prints a line for each and fails when one is wrong.
func (d doctorCommand) Run(ctx context.Context) error {
	var wrong int
	report := func(state operations.State, what, says string) {
		if state == operations.Wrong {
			wrong++
		}
		fmt.Printf("%-6s %s: %s\n", [...]string{"ok", "watch", "WRONG"}[state], what, says)
	}
	if err := writable(d.Data); err != nil {
		report(operations.Wrong, "Data folder", err.Error())
	} else {
		report(operations.Well, "Data folder", "it can be written.")
	}
	if err := d.checks(ctx, report); err != nil {
		report(operations.Wrong, "Database", err.Error())
	}
	if wrong > 0 {
		return fmt.Errorf("%d checks failed", wrong)
	}
	return nil
}

func (d doctorCommand) checks(ctx context.Context, report func(operations.State, string, string)) error {
	store, err := db.OpenBeside(ctx, d.DB)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := store.CheckVersion(ctx); err != nil {
		return err
	}
	if n, err := store.Pending(ctx); err != nil || n > 0 {
		if err == nil {
			err = fmt.Errorf("%d migrations wait: run maillage migrate", n)
		}
		return err // the other checks read tables that are not there yet
	}
	cfg := d.config()
	cfg.Bucket, cfg.Mail = d.Bucket, d.Mail
	if err := app.CheckFiles(ctx, cfg); err != nil {
		report(operations.Wrong, "Files", err.Error())
	} else {
		report(operations.Well, "Files", "they can be written.")
	}
	if err := app.CheckNamed(ctx, cfg, store); err != nil {
		report(operations.Wrong, "Files named by rows", err.Error()+": restore an earlier backup into an empty place and copy them from there.")
	} else {
		report(operations.Well, "Files named by rows", "all are there.")
	}
	for _, c := range app.Examine(ctx, cfg, store) {
		says := c.Says.In(i18n.EN)
		if !c.Do.Empty() {
			says += " " + c.Do.In(i18n.EN)
		}
		report(c.State, c.Name.In(i18n.EN), says)
	}
	return nil
}

// writable tries a folder that is there: making it would hide that its name is wrong.
func writable(folder string) error {
	if _, err := os.Stat(folder); err != nil {
		return err
	}
	probe := filepath.Join(folder, ".doctor")
	if err := os.WriteFile(probe, []byte("x"), 0o600); err != nil {
		return err
	}
	return errors.Join(os.Remove(probe))
}

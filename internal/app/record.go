package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"maillage/internal/audit"
	"maillage/internal/platform/jobs"
)

// AuditFolder is where an installation keeps the key that signs its audit record, and what it signed.
func AuditFolder(data string) string { return filepath.Join(data, "audit") }

// openRecord has the audit record signed each hour; Close signs it too.
func (a *App) openRecord() error {
	notary, err := audit.OpenNotary(AuditFolder(a.cfg.Data))
	if err != nil {
		return err
	}
	a.notary = notary
	a.jobs.Periodic("audit.checkpoint", jobs.Every(time.Hour), func(ctx context.Context, _ *jobs.Job) error { return a.signRecord(ctx) })
	a.jobs.Periodic("audit.verify", jobs.DailyAt(3, 40), func(ctx context.Context, _ *jobs.Job) error { return a.verifyRecord(ctx) })
	return nil
}

func (a *App) signRecord(ctx context.Context) error {
	if _, err := a.notary.Checkpoint(ctx, a.DB, a.cfg.Clock.Now()); err != nil {
		return fmt.Errorf("sign the audit record: %w", err)
	}
	return nil
}

// verifyRecord recomputes the whole record each night; a broken one leaves a dead job, which the state of the service shows.
func (a *App) verifyRecord(ctx context.Context) error {
	report, err := a.notary.Verify(ctx, a.DB)
	if err == nil && !report.OK() {
		err = jobs.Permanent(errors.New("the audit record was changed: run maillage audit verify"))
	}
	return err
}

package app

import (
	"context"
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
	return nil
}

func (a *App) signRecord(ctx context.Context) error {
	if _, err := a.notary.Checkpoint(ctx, a.DB, a.cfg.Clock.Now()); err != nil {
		return fmt.Errorf("sign the audit record: %w", err)
	}
	return nil
}

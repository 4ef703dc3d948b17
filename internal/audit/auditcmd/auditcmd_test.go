package auditcmd_test

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maillage/internal/audit"
	"maillage/internal/audit/auditcmd"
	"maillage/internal/platform/db"
)

type house struct {
	dir string
	out bytes.Buffer
}

func (h *house) OpenDB(ctx context.Context) (*db.DB, error) {
	return db.Open(ctx, filepath.Join(h.dir, "maillage.db"))
}
func (h *house) AuditFolder() string { return filepath.Join(h.dir, "audit") }
func (h *house) Output() io.Writer   { return &h.out }

func TestVerifyAndExport(t *testing.T) {
	ctx := context.Background()
	h := &house{dir: t.TempDir()}
	withDB := func(do func(d *db.DB) error) {
		t.Helper()
		d, err := h.OpenDB(ctx)
		if err == nil {
			err = do(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	withDB(func(d *db.DB) error {
		if _, err := d.Migrate(ctx); err != nil {
			return err
		}
		err := d.InTx(ctx, func(tx *db.Tx) error {
			return audit.Append(ctx, tx, audit.Entry{At: at, Actor: audit.System, Action: "a.b", Object: audit.Object{Kind: "k", ID: "1"}, Text: "Zonage importé"})
		})
		if err != nil {
			return err
		}
		n, err := audit.OpenNotary(h.AuditFolder())
		if err != nil {
			return err
		}
		_, err = n.Checkpoint(ctx, d, at)
		return err
	})
	if err := (&auditcmd.Verify{}).Run(ctx, h); err != nil {
		t.Fatal(err)
	}
	if got := h.out.String(); !strings.Contains(got, "whole: 1 entries, 1 under 1 signed") {
		t.Fatal(got)
	}
	h.out.Reset()
	if err := (&auditcmd.Export{}).Run(ctx, h); err != nil {
		t.Fatal(err)
	}
	if got := h.out.String(); !strings.HasPrefix(got, `{"n":0,"at":"2026-03-01T08:00:00Z","actor":{"id":"system"`) || strings.Count(got, "\n") != 1 {
		t.Fatal(got)
	}
	withDB(func(d *db.DB) error {
		_, err := d.Exec("UPDATE audit_entry SET entry = REPLACE(entry, 'Zonage', 'Zone')")
		return err
	})
	if err := (&auditcmd.Verify{}).Run(ctx, h); err == nil || !strings.Contains(err.Error(), "entry 0 was altered") {
		t.Fatalf("got %v", err)
	}
}

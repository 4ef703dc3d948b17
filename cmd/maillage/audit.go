package main

import (
	"context"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"maillage/internal/app"
	"maillage/internal/audit/auditcmd"
	"maillage/internal/platform/db"
)

type auditCommand struct {
	installation
	auditcmd.Command
}

// AfterApply tells the commands below which installation they look at.
func (a *auditCommand) AfterApply(k *kong.Context) error {
	k.BindTo(house{a.installation}, (*auditcmd.House)(nil))
	return nil
}

type house struct{ installation }

// OpenDB opens the installation's database, which a server may be using.
func (h house) OpenDB(ctx context.Context) (*db.DB, error) { return db.OpenBeside(ctx, h.DB) }

// AuditFolder is where its key and checkpoints lie.
func (h house) AuditFolder() string { return app.AuditFolder(h.Data) }

// Output is the terminal.
func (h house) Output() io.Writer { return os.Stdout }

// Package auditcmd holds the commands `maillage audit verify` and `maillage audit export`, as a kong structure.
package auditcmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/note"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
)

// House is what the commands need of the installation; the program binds it.
type House interface {
	OpenDB(ctx context.Context) (*db.DB, error)
	// AuditFolder holds the audit key and the signed checkpoints.
	AuditFolder() string
	Output() io.Writer
}

// Command is `maillage audit`.
type Command struct {
	Verify Verify `cmd:"" help:"Check that nobody edited, deleted or reordered an entry of the audit record."`
	Export Export `cmd:"" help:"Write the audit record as JSON lines."`
}

// Verify is `maillage audit verify`. It fails, with one line that names the first bad entry, when the record is not whole.
type Verify struct {
	Key         string `help:"File of the public key, when checking on a machine that does not hold the audit folder." type:"existingfile"`
	Checkpoints string `help:"Folder of the signed checkpoints kept elsewhere." type:"existingdir"`
}

// Run checks the record.
func (c *Verify) Run(ctx context.Context, house House) error {
	d, err := house.OpenDB(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	key, folder, err := c.sources(house)
	if err != nil {
		return err
	}
	outside, err := audit.History(folder)
	if err != nil {
		return err
	}
	report, err := audit.Verify(ctx, d, key, outside...)
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("audit record BROKEN: %w", report.Broken)
	}
	_, err = fmt.Fprintf(house.Output(), "audit record whole: %d entries, %d under %d signed checkpoints (last %s)\n",
		report.Size, report.Signed, report.Checkpoints, signedAt(report))
	return err
}

func (c *Verify) sources(house House) (note.Verifier, string, error) {
	folder := house.AuditFolder()
	if c.Checkpoints != "" {
		folder = c.Checkpoints
	}
	if c.Key != "" {
		key, err := audit.OpenVerifier(c.Key)
		return key, folder, err
	}
	key, err := audit.OpenVerifier(audit.PublicKeyFile(house.AuditFolder()))
	return key, folder, err
}

func signedAt(r audit.Report) string {
	if r.SignedAt.IsZero() {
		return "none"
	}
	return r.SignedAt.Format(time.RFC3339)
}

// Export is `maillage audit export`.
type Export struct{}

// Run writes one JSON object per entry, oldest first.
func (c *Export) Run(ctx context.Context, house House) error {
	d, err := house.OpenDB(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	out := json.NewEncoder(house.Output())
	return audit.Each(ctx, d, func(r audit.Record) error {
		return out.Encode(struct {
			N int64 `json:"n"`
			audit.Entry
		}{r.N, r.Entry})
	})
}

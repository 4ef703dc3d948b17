package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"maillage/internal/audit"
	"maillage/internal/operations"
	"maillage/internal/platform/backup"
	"maillage/internal/platform/blobs"
	"maillage/internal/platform/db"
)

// Backup copies an installation, which may be serving, into w. A data folder without keys is refused: it is another one. A
// backup.MissingError says that the copy is whole but for files that rows name and that the folder does not hold.
func Backup(ctx context.Context, cfg Config, w io.Writer, to []age.Recipient) (backup.Manifest, error) {
	if err := hasKeys(cfg.Data); err != nil {
		return backup.Manifest{}, err
	}
	d, err := db.OpenBeside(ctx, cfg.DB)
	if err != nil {
		return backup.Manifest{}, err
	}
	defer func() { _ = d.Close() }()
	from, err := cfg.installation(ctx, d, reading)
	if err != nil {
		return backup.Manifest{}, err
	}
	return backup.Write(ctx, w, to, from, cfg.Clock.Now())
}

// checkpoints is the name, in a backup, of the store of the audit record's signed checkpoints.
const checkpoints = "audit"

// installation is what a backup copies: the database, the files, and the signed checkpoints of the audit record.
func (c Config) installation(ctx context.Context, d *db.DB, open func(folder string) (*blobs.Disk, error)) (backup.Installation, error) {
	stores, err := c.stores(ctx, open)
	if err != nil {
		return backup.Installation{}, err
	}
	signed, err := openCheckpoints(AuditFolder(c.Data))
	if err != nil {
		return backup.Installation{}, err
	}
	stores[checkpoints] = signed
	return backup.Installation{DB: d, Stores: stores, References: named}, nil
}

// CheckBackup reads a backup whole and gives what it holds, or why it cannot be used. A backup.MissingError says that it can, but for files
// that its rows name.
func CheckBackup(ctx context.Context, r io.Reader, with []age.Identity) (backup.Manifest, error) {
	return backup.Check(ctx, r, with, named)
}

// RememberBackup notes, in the installation and in its audit record, that a backup is kept.
func RememberBackup(ctx context.Context, cfg Config, m backup.Manifest) error {
	d, err := db.OpenBeside(ctx, cfg.DB)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	note, err := json.Marshal(operations.BackupNote{At: m.At, Rows: m.Rows(), Files: len(m.Files), Bytes: m.Bytes()})
	if err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	now := db.Now(cfg.Clock)
	return d.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, operations.LastBackup, string(note), now); err != nil {
			return fmt.Errorf("note the backup: %w", err)
		}
		return audit.Append(ctx, tx, audit.Entry{At: now, Actor: audit.System, Action: "platform.backup", Object: audit.Object{Kind: "platform.installation"},
			Text: fmt.Sprintf("Sauvegarde chiffrée : %d lignes, %d fichiers.", m.Rows(), len(m.Files))})
	})
}

// Restore puts a backup back into the empty database and data folder of cfg, with the keys of their copy; nil when they lie there already,
// as what is restored could not be opened without them. The backup is read whole before anything is made, the keys come last, and a
// restore that fails removes what it made. A backup.MissingError says that everything was restored, and which files the backup did not hold.
func Restore(ctx context.Context, cfg Config, open func() (io.ReadCloser, error), with []age.Identity, keys Keys) (backup.Manifest, error) {
	if err := keys.fit(cfg.Data); err != nil {
		return backup.Manifest{}, err
	}
	m, looked := backup.Look(ctx, open, with, named)
	if lost := (*backup.MissingError)(nil); looked != nil && !errors.As(looked, &lost) {
		return m, looked
	}
	undo, err := cfg.newcomers()
	if err != nil {
		return m, err
	}
	if err := cfg.load(ctx, open, with, m, keys); err != nil {
		return m, errors.Join(err, undo.remove())
	}
	return m, errors.Join(cfg.checkRestored(ctx), looked)
}

// load makes the installation and fills it.
func (c Config) load(ctx context.Context, open func() (io.ReadCloser, error), with []age.Identity, m backup.Manifest, keys Keys) error {
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	into, err := c.installation(ctx, d, blobs.OpenDisk)
	if err != nil {
		return err
	}
	if keys != nil {
		into.Accept = func(ctx context.Context, q db.Queryer) error {
			if err := keys.check(ctx, q); err != nil {
				return err
			}
			return keys.write(c.Data)
		}
	}
	return backup.Load(ctx, open, with, m, into)
}

// checkRestored says when the keys do not open what was restored: it is kept, as nothing is wrong with it.
func (c Config) checkRestored(ctx context.Context) error {
	d, err := db.OpenBeside(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := CheckSeal(ctx, d, c.Data); err != nil {
		return fmt.Errorf("everything was restored, but %w", err)
	}
	return nil
}

// newcomers are the files and folders that a restore may make and that are not there yet.
type newcomers []string

func (c Config) newcomers() (newcomers, error) {
	paths, err := db.Files(c.DB)
	if err != nil {
		return nil, err
	}
	paths = append(paths, filepath.Join(AuditFolder(c.Data), checkpointFile))
	for _, name := range secrets {
		paths = append(paths, filepath.Join(c.Data, name))
	}
	for folder := range named {
		paths = append(paths, filepath.Join(c.Data, folder))
	}
	var all newcomers
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		for parent := filepath.Dir(path); parent != path; path, parent = parent, filepath.Dir(parent) {
			if _, err := os.Lstat(parent); err == nil {
				break
			}
		}
		all = append(all, path)
	}
	return all, nil
}

// remove removes them, with what is below.
func (n newcomers) remove() error {
	var errs []error
	for _, path := range n {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// CheckFiles writes, reads and removes a small file in each store of an installation. A data folder without keys is refused: it is another
// one.
func CheckFiles(ctx context.Context, cfg Config) error {
	if err := hasKeys(cfg.Data); err != nil {
		return err
	}
	stores, err := cfg.stores(ctx, blobs.OpenDisk)
	if err != nil {
		return err
	}
	for name, store := range stores {
		id := "doctor/" + db.NewID()
		if _, err := store.Put(ctx, id, strings.NewReader("x")); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := store.Delete(ctx, id); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// CheckNamed fails with a backup.MissingError when rows name files that are not there.
func CheckNamed(ctx context.Context, cfg Config, d *db.DB) error {
	in, err := cfg.installation(ctx, d, reading)
	if err != nil {
		return err
	}
	return backup.Missing(ctx, in)
}

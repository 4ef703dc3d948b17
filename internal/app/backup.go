package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// secrets are the files of the data folder that no backup of the database holds: they are copied once, apart.
var secrets = []string{filepath.Join("keys", "accounts.key"), filepath.Join("keys", "seal.keys"), filepath.Join("audit", "audit.key"), filepath.Join("audit", "audit.pub")}

// stores are the folders of files of an installation, or its bucket.
func (c Config) stores(ctx context.Context) (map[string]blobs.Store, error) {
	if c.Bucket != "" {
		bucket, err := blobs.OpenS3(ctx, c.Bucket)
		return map[string]blobs.Store{"bucket": bucket}, err
	}
	all := map[string]blobs.Store{}
	for _, folder := range []string{filesOfCases, filesOfDossiers} {
		store, err := blobs.OpenDisk(filepath.Join(c.Data, folder))
		if err != nil {
			return nil, err
		}
		all[folder] = store
	}
	return all, nil
}

// Backup copies an installation, which may be serving, into w, and remembers that it did.
func Backup(ctx context.Context, cfg Config, w io.Writer, to []age.Recipient) (backup.Manifest, error) {
	d, err := db.OpenBeside(ctx, cfg.DB)
	if err != nil {
		return backup.Manifest{}, err
	}
	defer func() { _ = d.Close() }()
	stores, err := cfg.stores(ctx)
	if err != nil {
		return backup.Manifest{}, err
	}
	return backup.Write(ctx, w, to, backup.Installation{DB: d, Stores: stores}, cfg.Clock.Now())
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

// Restore puts a backup back into the empty database and data folder of cfg. The keys that belong to it must lie there already:
// without them what is restored could not be opened.
func Restore(ctx context.Context, cfg Config, open func() (io.ReadCloser, error), with []age.Identity) (backup.Manifest, error) {
	d, err := db.Open(ctx, cfg.DB)
	if err != nil {
		return backup.Manifest{}, err
	}
	defer func() { _ = d.Close() }()
	stores, err := cfg.stores(ctx)
	if err != nil {
		return backup.Manifest{}, err
	}
	m, err := backup.Restore(ctx, open, with, backup.Installation{DB: d, Stores: stores})
	if err != nil {
		return m, err
	}
	if err := CheckSeal(ctx, d, cfg.Data); err != nil {
		return m, fmt.Errorf("everything was restored, but %w", err)
	}
	return m, nil
}

// BackupKeys writes the secrets of a data folder, encrypted, and says which ones it found.
func BackupKeys(data string, w io.Writer, to []age.Recipient) ([]string, error) {
	found := map[string][]byte{}
	var names []string
	for _, name := range secrets {
		text, err := os.ReadFile(filepath.Join(data, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the keys: %w", err)
		}
		found[filepath.ToSlash(name)] = text
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there are no keys in %s: is it the data folder?", data)
	}
	sealed, err := age.Encrypt(w, to...)
	if err == nil {
		err = errors.Join(json.NewEncoder(sealed).Encode(found), sealed.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("write the keys: %w", err)
	}
	return names, nil
}

// RestoreKeys puts the secrets back into a data folder that has none of them.
func RestoreKeys(data string, r io.Reader, with []age.Identity) ([]string, error) {
	opened, err := age.Decrypt(r, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, backup.ErrWrongKey
	}
	found := map[string][]byte{}
	if err == nil {
		err = json.NewDecoder(opened).Decode(&found)
	}
	if err != nil {
		return nil, fmt.Errorf("read the copy of the keys: %w", err)
	}
	for _, name := range secrets {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			return nil, fmt.Errorf("%s already exists in %s: nothing was written over it", name, data)
		}
	}
	var names []string
	for _, name := range secrets {
		text, ok := found[filepath.ToSlash(name)]
		if !ok {
			continue
		}
		path := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, text, 0o600)); err != nil {
			return names, fmt.Errorf("write the keys: %w", err)
		}
		names = append(names, name)
	}
	return names, nil
}

// CheckFiles writes, reads and removes a small file in each store.
func CheckFiles(ctx context.Context, cfg Config) error {
	stores, err := cfg.stores(ctx)
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

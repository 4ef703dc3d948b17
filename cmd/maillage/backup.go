package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"maillage/internal/app"
	"maillage/internal/platform/backup"
)

type backupCommand struct {
	Write backupWriteCommand `cmd:"" default:"withargs" help:"Copy the installation, which may be serving, into one encrypted file."`
	Key   backupKeyCommand   `cmd:"" help:"Make the key that opens backups; keep it elsewhere. Prints the recipient to encrypt to."`
	Keys  backupKeysCommand  `cmd:"" help:"Copy the installation's own keys, which no backup holds, into one encrypted file."`
	Check backupCheckCommand `cmd:"" help:"Read a backup whole and compare it with its manifest."`
}

// recipients are whom a file is encrypted to.
type recipients struct {
	Recipient []string `help:"Public key that the file is encrypted to (age1…), as printed by “maillage backup key”; several may be given." required:"" placeholder:"AGE1…" sep:","`
}

func (r recipients) parse() ([]age.Recipient, error) {
	list, err := age.ParseRecipients(strings.NewReader(strings.Join(r.Recipient, "\n")))
	if err != nil {
		return nil, fmt.Errorf("the recipient cannot be read: %w", err)
	}
	return list, nil
}

// identity is the secret that opens a file.
type identity struct {
	Identity string `help:"File of the key that opens backups." required:"" placeholder:"FILE" type:"existingfile"`
}

func (i identity) parse() ([]age.Identity, error) {
	f, err := os.Open(i.Identity)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	list, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("the key file %s cannot be read: %w", i.Identity, err)
	}
	return list, nil
}

type backupWriteCommand struct {
	installation
	recipients
	Bucket string `help:"S3 bucket of the installation's files, when it has one." placeholder:"URL"`
	Keep   int    `help:"Of the backups in the folder, keep so many of the newest; 0 keeps all." default:"0"`
	Folder string `arg:"" help:"Folder in which to write the backup." type:"path"`
}

const backupPattern = "maillage-*.age"

// backupTime names a backup to the millisecond: with whole seconds, a second one could take the place of the first.
const backupTime = "20060102T150405.000Z"

// incomplete is the name of a backup that lacks files which rows name: no backup to count on, and better than none.
const incomplete = "incomplete.age"

// Run writes a backup under a temporary name, flushes it, then gives it its name: a file of that name is whole. One that lacks files is
// kept under another name, notes nothing and removes nothing: the earlier ones may be the only good ones.
func (b backupWriteCommand) Run(ctx context.Context) error {
	to, err := b.parse()
	if err != nil {
		return err
	}
	cfg := b.config()
	cfg.Bucket = b.Bucket
	var m backup.Manifest
	var lost *backup.MissingError
	began := time.Now()
	path := filepath.Join(b.Folder, "maillage-"+began.UTC().Format(backupTime)+".age")
	size, err := writeWhole(path, func(w io.Writer) (string, error) {
		var err error
		if m, err = app.Backup(ctx, cfg, w, to); errors.As(err, &lost) {
			return filepath.Join(b.Folder, incomplete), nil
		}
		return path, err
	})
	if err != nil {
		return err
	}
	if lost != nil {
		return fmt.Errorf("%w: is %s the data folder? What there is was kept as %s, no earlier backup was removed", lost, b.Data, filepath.Join(b.Folder, incomplete))
	}
	if err := app.RememberBackup(ctx, cfg, m); err != nil {
		return fmt.Errorf("the backup is kept in %s, but could not be noted: %w", path, err)
	}
	fmt.Printf("%s: %d tables, %d rows, %d files, %d bytes, in %s\n", path, len(m.Tables), m.Rows(), len(m.Files), size, time.Since(began).Round(time.Millisecond))
	return keepNewest(b.Folder, b.Keep)
}

// keepNewest removes the oldest backups of a folder. Their names follow time.
func keepNewest(folder string, keep int) error {
	if keep <= 0 {
		return nil
	}
	all, err := filepath.Glob(filepath.Join(folder, backupPattern))
	if err != nil || len(all) <= keep {
		return err
	}
	for _, old := range all[:len(all)-keep] {
		if err := os.Remove(old); err != nil {
			return err
		}
		fmt.Println("removed", old)
	}
	return nil
}

// writeWhole writes a file beside path that takes the name write gives once it is whole, and gives its size.
func writeWhole(path string, write func(io.Writer) (name string, err error)) (int64, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(path+".partial", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	name, err := write(f)
	if err == nil {
		err = f.Sync()
	}
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	return info.Size(), errors.Join(folder.Sync(), folder.Close())
}

type backupKeyCommand struct {
	File string `arg:"" help:"New file in which to keep the key." type:"path"`
}

// Run makes a key and prints its public half.
func (b backupKeyCommand) Run() error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(b.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "# opens the backups written to %s\n%s\n", key.Recipient(), key)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	fmt.Println(key.Recipient())
	return nil
}

type backupKeysCommand struct {
	installation
	recipients
	File string `arg:"" help:"File to write." type:"path"`
}

// Run copies the keys.
func (b backupKeysCommand) Run() error {
	to, err := b.parse()
	if err != nil {
		return err
	}
	var names []string
	if _, err := writeWhole(b.File, func(w io.Writer) (string, error) {
		var err error
		names, err = app.BackupKeys(b.Data, w, to)
		return b.File, err
	}); err != nil {
		return err
	}
	fmt.Printf("%s: %s. Keep it apart from the backups of the database.\n", b.File, strings.Join(names, ", "))
	return nil
}

type backupCheckCommand struct {
	identity
	File string `arg:"" help:"Backup to read." type:"existingfile"`
}

// Run reads a backup.
func (b backupCheckCommand) Run(ctx context.Context) error {
	with, err := b.parse()
	if err != nil {
		return err
	}
	f, err := os.Open(b.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	m, err := app.CheckBackup(ctx, f, with)
	if err != nil {
		return err
	}
	fmt.Printf("sound: %d tables, %d rows, %d files of %d bytes, as of %s\n", len(m.Tables), m.Rows(), len(m.Files), m.Bytes(), m.At.Format(time.RFC3339))
	return nil
}

type restoreCommand struct {
	installation
	identity
	Bucket string `help:"S3 bucket for files, when the installation has one." placeholder:"URL"`
	Keys   string `help:"Copy of the keys (“maillage backup keys”) to put back with it." placeholder:"FILE"`
	File   string `arg:"" help:"Backup to restore into an empty database and data folder." type:"existingfile"`
}

// Run restores, or says why it did not.
func (r restoreCommand) Run(ctx context.Context) error {
	with, err := r.parse()
	if err != nil {
		return err
	}
	keys, err := r.openKeys(with)
	if err != nil {
		return err
	}
	cfg := r.config()
	cfg.Bucket = r.Bucket
	began := time.Now()
	m, err := app.Restore(ctx, cfg, func() (io.ReadCloser, error) { return os.Open(r.File) }, with, keys)
	if lost := (*backup.MissingError)(nil); errors.As(err, &lost) {
		return fmt.Errorf("what the backup holds was restored, but %w", err)
	}
	if err != nil {
		return err
	}
	if keys != nil {
		fmt.Println("keys:", strings.Join(keys.Names(), ", "))
	}
	fmt.Printf("restored: %d tables, %d rows, %d files, as of %s, equal to the manifest, in %s\n",
		len(m.Tables), m.Rows(), len(m.Files), m.At.Format(time.RFC3339), time.Since(began).Round(time.Millisecond))
	return nil
}

// openKeys reads the copy of the keys; none when none is named.
func (r restoreCommand) openKeys(with []age.Identity) (app.Keys, error) {
	if r.Keys == "" {
		return nil, nil
	}
	f, err := os.Open(r.Keys)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return app.OpenKeys(f, with)
}

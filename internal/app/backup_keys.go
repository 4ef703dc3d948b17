package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"maillage/internal/platform/backup"
	"maillage/internal/platform/db"
	"maillage/internal/platform/seal"
)

// secrets are the files of the data folder that no backup of the database holds: they are copied once, apart.
var secrets = []string{
	filepath.Join("keys", "accounts.key"), filepath.Join("keys", "seal.keys"), filepath.Join("keys", "push.keys"),
	filepath.Join("audit", "audit.key"), filepath.Join("audit", "audit.pub"),
}

// Keys are the secrets of an installation, by their path below its data folder, with slashes.
type Keys map[string][]byte

// readKeys reads the secrets that a data folder has.
func readKeys(data string) (Keys, error) {
	found := Keys{}
	for _, name := range secrets {
		text, err := os.ReadFile(filepath.Join(data, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the keys: %w", err)
		}
		found[filepath.ToSlash(name)] = text
	}
	return found, nil
}

// hasKeys refuses a folder that is no data folder: an installation makes its keys the first time it serves.
func hasKeys(data string) error {
	found, err := readKeys(data)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there are no keys in %s: is it the data folder?", data)
	}
	return err
}

// Names lists them, in the order of secrets.
func (k Keys) Names() []string {
	var names []string
	for _, name := range secrets {
		if _, ok := k[filepath.ToSlash(name)]; ok {
			names = append(names, name)
		}
	}
	return names
}

// BackupKeys writes the secrets of a data folder, encrypted, and says which ones it found.
func BackupKeys(data string, w io.Writer, to []age.Recipient) ([]string, error) {
	if err := hasKeys(data); err != nil {
		return nil, err
	}
	found, err := readKeys(data)
	if err != nil {
		return nil, err
	}
	sealed, err := age.Encrypt(w, to...)
	if err == nil {
		err = errors.Join(json.NewEncoder(sealed).Encode(found), sealed.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("write the keys: %w", err)
	}
	return found.Names(), nil
}

// OpenKeys reads what BackupKeys wrote. ErrWrongKey says that it was encrypted to others.
func OpenKeys(r io.Reader, with []age.Identity) (Keys, error) {
	opened, err := age.Decrypt(r, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, backup.ErrWrongKey
	}
	found := Keys{}
	if err == nil {
		err = json.NewDecoder(opened).Decode(&found)
	}
	if err != nil {
		return nil, fmt.Errorf("read the copy of the keys: %w", err)
	}
	return found, nil
}

// fit refuses a data folder that has other secrets. The same ones may lie there: a restore that was cut short left them.
func (k Keys) fit(data string) error {
	if k == nil {
		return nil
	}
	there, err := readKeys(data)
	if err != nil {
		return err
	}
	for name, text := range there {
		if !bytes.Equal(text, k[name]) {
			return fmt.Errorf("%s already exists in %s, and is another one: nothing was written over it", name, data)
		}
	}
	return nil
}

// check fails when the sealing keys do not open what a database holds.
func (k Keys) check(ctx context.Context, q db.Queryer) error {
	text := string(k["keys/seal.keys"])
	if given := os.Getenv(seal.KeysEnv); given != "" {
		text = given
	}
	if text == "" {
		return nothingSealed(ctx, q)
	}
	ring, err := seal.ParseKeyring(text)
	if err == nil {
		err = seal.NewVault(ring).Check(ctx, q)
	}
	if err != nil {
		return fmt.Errorf("this copy of the keys does not belong to this backup: %w", err)
	}
	return nil
}

// write puts the secrets into a data folder.
func (k Keys) write(data string) error {
	for _, name := range k.Names() {
		path := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, k[filepath.ToSlash(name)], 0o600)); err != nil {
			return fmt.Errorf("write the keys: %w", err)
		}
	}
	return nil
}

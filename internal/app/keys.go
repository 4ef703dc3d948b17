package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"maillage/internal/platform/db"
	"maillage/internal/platform/seal"
)

// sealKeys is where an installation keeps the keys that protect patient content.
func sealKeys(data string) string { return filepath.Join(data, "keys", "seal.keys") }

// CheckSeal fails when the sealing keys do not open what the database holds. It makes no key.
func CheckSeal(ctx context.Context, d *db.DB, data string) error {
	if os.Getenv(seal.KeysEnv) == "" {
		if _, err := os.Stat(sealKeys(data)); errors.Is(err, os.ErrNotExist) {
			return nothingSealed(ctx, d)
		}
	}
	ring, err := seal.OpenKeyring(sealKeys(data))
	if err != nil {
		return err
	}
	return seal.NewVault(ring).Check(ctx, d)
}

// nothingSealed is asked when there are no sealing keys.
func nothingSealed(ctx context.Context, q db.Queryer) error {
	var sealed int
	err := q.GetContext(ctx, &sealed, "SELECT COUNT(*) FROM seal_key")
	if err == nil && sealed > 0 {
		return errors.New("the file keys/seal.keys is missing, while the database holds sealed content: restore it")
	}
	return err
}

// RotateSeal makes a new sealing key and wraps every data key again under it. The former key stays in the file, for what other
// processes were just writing, until RetireSeal. It says how many it wrapped; stopped half way, either is run again.
func RotateSeal(ctx context.Context, d *db.DB, data string) (int, error) {
	return withSealKeys(ctx, d, data, func(ring *seal.Keyring) (int, error) {
		if _, err := ring.Add(); err != nil {
			return 0, err
		}
		return seal.NewVault(ring).Rewrap(ctx, d)
	})
}

// RetireSeal wraps what a former sealing key still wraps under the current one, then destroys the former ones. Run it minutes after
// RotateSeal, or with every server stopped.
func RetireSeal(ctx context.Context, d *db.DB, data string) (int, error) {
	return withSealKeys(ctx, d, data, func(ring *seal.Keyring) (int, error) {
		n, err := seal.NewVault(ring).Rewrap(ctx, d)
		if err != nil {
			return n, err
		}
		return n, ring.Retire()
	})
}

func withSealKeys(ctx context.Context, d *db.DB, data string, do func(*seal.Keyring) (int, error)) (int, error) {
	if err := CheckSeal(ctx, d, data); err != nil {
		return 0, err
	}
	ring, err := seal.OpenKeyring(sealKeys(data))
	if err != nil {
		return 0, err
	}
	return do(ring)
}

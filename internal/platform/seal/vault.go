package seal

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Vault keeps the wrapped data key of each object in the database.
type Vault struct{ ring *Keyring }

// NewVault makes a vault over a keyring.
func NewVault(ring *Keyring) *Vault { return &Vault{ring} }

// NewKey makes the data key of a new object, in the transaction that creates the object. An object has one key in its life: a second
// call is a conflict.
func (v *Vault) NewKey(ctx context.Context, tx *db.Tx, object string, now time.Time) (*Key, error) {
	dataKey := make([]byte, keySize)
	if _, err := rand.Read(dataKey); err != nil {
		return nil, fmt.Errorf("make a data key: %w", err)
	}
	kek, wrapped, err := v.ring.wrap(object, dataKey)
	if err != nil {
		return nil, err
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO seal_key (object, kek, wrapped, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (object) DO NOTHING",
		object, kek, wrapped, clock.Cut(now))
	if err != nil {
		return nil, fmt.Errorf("keep a data key: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return nil, fault.Conflict("Ce dossier existe déjà ; rien n’a changé.", "This case already exists; nothing has changed.").Because(err)
	}
	return newKey(object, dataKey)
}

type keyRow struct {
	Object      string
	KEK         string `db:"kek"`
	Wrapped     string
	ForgottenAt *time.Time `db:"forgotten_at"`
}

// Key reads an object's data key: KindNotFound when the object never had one or was forgotten.
func (v *Vault) Key(ctx context.Context, q db.Queryer, object string) (*Key, error) {
	var row keyRow
	err := q.GetContext(ctx, &row, "SELECT object, kek, wrapped, forgotten_at FROM seal_key WHERE object = $1", object)
	switch {
	case db.NoRows(err):
		return nil, fault.NotFound("Ce dossier n’existe pas.", "This case does not exist.")
	case err != nil:
		return nil, fmt.Errorf("read a data key: %w", err)
	case row.ForgottenAt != nil:
		return nil, fault.NotFound("Le contenu de ce dossier a été effacé définitivement.", "The content of this case was erased for good.")
	}
	dataKey, err := v.ring.unwrap(object, row.KEK, row.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("open the data key of %s: %w", object, err)
	}
	return newKey(object, dataKey)
}

// keysAtOnce bounds how many keys one question asks for.
const keysAtOnce = 500

// Keys opens the data keys of several objects with few questions: a list shows many. Those unknown or forgotten are left out.
func (v *Vault) Keys(ctx context.Context, q db.Queryer, objects []string) (map[string]*Key, error) {
	keys := make(map[string]*Key, len(objects))
	for some := range slices.Chunk(objects, keysAtOnce) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, object := range some {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), object
		}
		var rows []keyRow
		err := q.SelectContext(ctx, &rows, "SELECT object, kek, wrapped FROM seal_key WHERE forgotten_at IS NULL AND object IN ("+strings.Join(marks, ", ")+")", args...)
		if err != nil {
			return nil, fmt.Errorf("read data keys: %w", err)
		}
		for _, row := range rows {
			dataKey, err := v.ring.unwrap(row.Object, row.KEK, row.Wrapped)
			if err != nil {
				return nil, fmt.Errorf("open the data key of %s: %w", row.Object, err)
			}
			if keys[row.Object], err = newKey(row.Object, dataKey); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}

// Forget erases an object's data key: its content can never be read again. The row stays, with the time. Forgetting twice is no error.
func (v *Vault) Forget(ctx context.Context, tx *db.Tx, object string, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE seal_key SET wrapped = '', kek = '', forgotten_at = $1 WHERE object = $2 AND forgotten_at IS NULL", clock.Cut(now), object)
	if err != nil {
		return fmt.Errorf("forget a data key: %w", err)
	}
	return nil
}

// Rewrap moves every data key under the keyring's current key, some hundreds per transaction, and says how many it moved. It may be
// stopped and run again; sealed content stays readable throughout.
func (v *Vault) Rewrap(ctx context.Context, d *db.DB) (int, error) {
	for total := 0; ; {
		moved := 0
		err := d.InTx(ctx, func(tx *db.Tx) error {
			moved = 0
			var rows []keyRow
			err := tx.SelectContext(ctx, &rows, "SELECT object, kek, wrapped FROM seal_key WHERE kek <> $1 AND forgotten_at IS NULL ORDER BY object LIMIT 200", v.ring.Current())
			if err != nil {
				return err
			}
			for _, row := range rows {
				if err := v.rewrap(ctx, tx, row); err != nil {
					return err
				}
				moved++
			}
			return nil
		})
		if err != nil {
			return total, fmt.Errorf("wrap data keys again: %w", err)
		}
		if total += moved; moved == 0 {
			return total, nil
		}
	}
}

func (v *Vault) rewrap(ctx context.Context, tx *db.Tx, row keyRow) error {
	dataKey, err := v.ring.unwrap(row.Object, row.KEK, row.Wrapped)
	if err != nil {
		return fmt.Errorf("data key of %s: %w", row.Object, err)
	}
	kek, wrapped, err := v.ring.wrap(row.Object, dataKey)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE seal_key SET kek = $1, wrapped = $2 WHERE object = $3", kek, wrapped, row.Object)
	return err
}

// Check fails when the keyring cannot open what the database holds: wrong key file, or one that lacks an older key. A program
// calls it before it serves.
func (v *Vault) Check(ctx context.Context, q db.Queryer) error {
	var rows []keyRow
	err := q.SelectContext(ctx, &rows, `SELECT object, kek, wrapped FROM seal_key WHERE object IN
		(SELECT MIN(object) FROM seal_key WHERE forgotten_at IS NULL GROUP BY kek)`)
	if err != nil {
		return fmt.Errorf("check the sealing keys: %w", err)
	}
	for _, row := range rows {
		if _, err := v.ring.unwrap(row.Object, row.KEK, row.Wrapped); err != nil {
			return fmt.Errorf("check the sealing keys: %w", err)
		}
	}
	return nil
}

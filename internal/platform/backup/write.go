package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Installation is what is copied, or where it is put back.
type Installation struct {
	DB         *db.DB
	Stores     map[string]blobs.Store // files, by the name of their store; "bucket" stands for all those of References
	References References             // which rows name files
	// Accept looks at what was restored, in the transaction that keeps it: an error keeps nothing. Nil accepts all.
	Accept func(ctx context.Context, q db.Queryer) error
}

// Write copies an installation into w, encrypted to the recipients. Writers go on meanwhile. MissingError says that the backup is whole but
// for files that rows name and that are nowhere.
func Write(ctx context.Context, w io.Writer, to []age.Recipient, from Installation, now time.Time) (Manifest, error) {
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return Manifest{}, fmt.Errorf("encrypt the backup: %w", err)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return Manifest{}, fmt.Errorf("compress the backup: %w", err)
	}
	a := &archive{tar: tar.NewWriter(packed), manifest: Manifest{Format: format, At: now.UTC(), Dialect: from.DB.Dialect}}
	if err := a.write(ctx, from); err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(a.tar.Close(), packed.Close(), sealed.Close()); err != nil {
		return Manifest{}, fmt.Errorf("write the backup: %w", err)
	}
	return a.manifest, missing(a.lost)
}

type archive struct {
	tar      *tar.Writer
	manifest Manifest
	lost     []Blob // named by rows, and nowhere
}

func (a *archive) write(ctx context.Context, from Installation) error {
	var wanted []Blob
	if err := from.DB.Snapshot(ctx, func(tx *db.Tx) (err error) {
		if wanted, err = named(ctx, tx, from.References); err != nil {
			return err
		}
		return a.writeTables(ctx, tx)
	}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(from.Stores)) {
		if err := a.writeStore(ctx, name, from.Stores[name]); err != nil {
			return err
		}
	}
	if err := a.account(ctx, from, wanted); err != nil {
		return err
	}
	text, err := json.Marshal(a.manifest)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return a.entry(manifestName, bytes.NewReader(text), int64(len(text)))
}

const (
	manifestName = "manifest.json"
	tableFolder  = "tables/"
	storeFolder  = "files/"
	chunk        = 1 << 20
)

func (a *archive) writeTables(ctx context.Context, tx *db.Tx) error {
	err := tx.SelectContext(ctx, &a.manifest.Migrations, `SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0 ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	names, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		var buffer bytes.Buffer
		part := 0
		flush := func() error {
			part++
			defer buffer.Reset()
			return a.entry(fmt.Sprintf("%s%s/%06d.jsonl", tableFolder, name, part), &buffer, int64(buffer.Len()))
		}
		t, err := walk(ctx, tx, name, func(line []byte) error {
			buffer.Write(line)
			if buffer.Len() < chunk {
				return nil
			}
			return flush()
		})
		if err == nil && buffer.Len() > 0 {
			err = flush()
		}
		if err != nil {
			return err
		}
		a.manifest.Tables = append(a.manifest.Tables, t)
	}
	return nil
}

func (a *archive) writeStore(ctx context.Context, name string, store blobs.Store) error {
	for info, err := range store.List(ctx, "") {
		if err != nil {
			return err
		}
		err = a.writeFile(ctx, name, store, info.ID)
		if fault.Is(err, fault.KindNotFound) {
			a.manifest.Erased++
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// account sees that each file that the rows name was copied: one that the walk passed over is copied now; one that is nowhere was erased
// on purpose when no row names it any more, else it is lost.
func (a *archive) account(ctx context.Context, from Installation, wanted []Blob) error {
	copied := held{}
	for _, f := range a.manifest.Files {
		copied[[2]string{f.Store, f.ID}] = true
	}
	absent := slices.DeleteFunc(wanted, copied.has)
	still, err := stillNamed(ctx, from, absent)
	if err != nil {
		return err
	}
	a.manifest.Gone = slices.DeleteFunc(absent, func(b Blob) bool { return slices.Contains(still, b) })
	for _, b := range still {
		name := b.Store
		if from.Stores[bucket] != nil {
			name = bucket
		}
		err := a.writeFile(ctx, name, from.store(b), b.ID)
		if fault.Is(err, fault.KindNotFound) {
			a.lost = append(a.lost, b)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) writeFile(ctx context.Context, name string, store blobs.Store, id string) error {
	body, info, err := store.Get(ctx, id)
	if err != nil {
		return err
	}
	defer body.Close()
	hash := sha256.New()
	if err := a.entry(storeFolder+name+"/"+id, io.TeeReader(body, hash), info.Size); err != nil {
		return err
	}
	a.manifest.Files = append(a.manifest.Files, File{name, id, info.Size, hex.EncodeToString(hash.Sum(nil))})
	return nil
}

func (a *archive) entry(name string, body io.Reader, size int64) error {
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Format: tar.FormatPAX}); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if _, err := io.CopyN(a.tar, body, size); err != nil {
		return fmt.Errorf("write the backup: %s: %w", name, err)
	}
	return nil
}

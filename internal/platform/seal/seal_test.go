package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/seal"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	ctx = context.Background()
	now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

func keyring(t *testing.T) (*seal.Keyring, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys", "seal.keys")
	ring, err := seal.OpenKeyring(file)
	if err != nil {
		t.Fatal(err)
	}
	return ring, file
}

func newKey(t *testing.T, v *seal.Vault, d *db.DB, object string) (key *seal.Key) {
	t.Helper()
	err := d.InTx(ctx, func(tx *db.Tx) (err error) { key, err = v.NewKey(ctx, tx, object, now); return err })
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sealed(k *seal.Key, blob string, plain []byte) []byte {
	r := k.SealReader(bytes.NewReader(plain), blob)
	defer r.Close()
	out, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return out
}

func open(k *seal.Key, blob string, content []byte) ([]byte, error) {
	r, err := k.Open(bytes.NewReader(content), blob)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// TestStreams seals contents around the size of a segment and spoils them in every way.
func TestStreams(t *testing.T) {
	ring, _ := keyring(t)
	d := dbtest.SQLite(t)
	v := seal.NewVault(ring)
	one, two := newKey(t, v, d, "case-1"), newKey(t, v, d, "case-2")
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(65_400, 65_600), rapid.IntRange(130_000, 200_000)).Draw(t, "size")
		plain := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, size)
		content := sealed(one, "photo", plain)
		if got, err := open(one, "photo", content); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("does not come back: %v", err)
		}
		if size > 16 && bytes.Contains(content, plain[:16]) {
			t.Fatal("the content shows")
		}
		refused := func(what string, k *seal.Key, blob string, content []byte) {
			t.Helper()
			if _, err := open(k, blob, content); !errors.Is(err, seal.ErrSpoilt) {
				t.Fatalf("%s: %v", what, err)
			}
		}
		refused("another blob", one, "photo2", content)
		refused("another case", two, "photo", content)
		cut := rapid.IntRange(0, len(content)-1).Draw(t, "cut")
		refused("cut", one, "photo", content[:cut])
		refused("longer", one, "photo", append(bytes.Clone(content), 0))
		flipped := bytes.Clone(content)
		flipped[cut] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		refused("changed", one, "photo", flipped)
	})
	whole := sealed(one, "photo", make([]byte, 200_000))
	for _, end := range []int{64 << 10, 128 << 10} { // exactly after a segment
		if _, err := open(one, "photo", whole[:end]); !errors.Is(err, seal.ErrSpoilt) {
			t.Errorf("cut at %d: %v", end, err)
		}
	}
	away := errors.New("the bucket does not answer")
	r, err := one.Open(io.MultiReader(bytes.NewReader(whole[:70_000]), iotest.ErrReader(away)), "photo")
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if !errors.Is(err, away) || errors.Is(err, seal.ErrSpoilt) {
		t.Errorf("a source that fails is taken for spoilt content: %v", err)
	}
}

func TestFields(t *testing.T) {
	ring, _ := keyring(t)
	d := dbtest.SQLite(t)
	v := seal.NewVault(ring)
	one, two := newKey(t, v, d, "case-1"), newKey(t, v, d, "case-2")
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		text := one.SealBytes("patient.name", plain)
		if got, err := one.OpenBytes("patient.name", text); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("does not come back: %v", err)
		}
		if text == one.SealBytes("patient.name", plain) {
			t.Fatal("equal values show as equal")
		}
		i := rapid.IntRange(0, len(text)-5).Draw(t, "at")
		other := byte('A')
		if text[i] == other {
			other = 'B'
		}
		for what, err := range map[string]error{
			"another field": second(one.OpenBytes("patient.birth", text)),
			"another case":  second(two.OpenBytes("patient.name", text)),
			"cut":           second(one.OpenBytes("patient.name", text[:len(text)-4])),
			"changed":       second(one.OpenBytes("patient.name", text[:i]+string(other)+text[i+1:])),
			"empty":         second(one.OpenBytes("patient.name", "")),
		} {
			if !errors.Is(err, seal.ErrSpoilt) {
				t.Fatalf("%s: %v", what, err)
			}
		}
	})
}

func second(_ []byte, err error) error { return err }

func TestRotationKeepsReadingAndErasureEndsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring, file := keyring(t)
		v := seal.NewVault(ring)
		const cases = 450
		content, field := map[string][]byte{}, map[string]string{}
		for i := range cases {
			id := fmt.Sprintf("case-%03d", i)
			k := newKey(t, v, d, id)
			content[id], field[id] = sealed(k, "photo", []byte(id)), k.SealBytes("name", []byte(id))
		}
		readAll := func(v *seal.Vault) {
			t.Helper()
			for id := range content {
				k, err := v.Key(ctx, d, id)
				if err != nil {
					t.Fatal(err)
				}
				photo, err1 := open(k, "photo", content[id])
				name, err2 := k.OpenBytes("name", field[id])
				if err := errors.Join(err1, err2); err != nil || string(photo) != id || string(name) != id {
					t.Fatalf("%s reads %q %q %v", id, photo, name, err)
				}
			}
		}
		otherRing, err := seal.OpenKeyring(file)
		if err != nil {
			t.Fatal(err)
		}
		otherNode := seal.NewVault(otherRing)
		readAll(otherNode)
		before := ring.Current()
		if _, err := ring.Add(); err != nil || ring.Current() == before {
			t.Fatalf("no new key: %v", err)
		}
		newKey(t, otherNode, d, "made elsewhere")
		var kek string
		if err := d.Get(&kek, "SELECT kek FROM seal_key WHERE object = 'made elsewhere'"); err != nil || kek != ring.Current() {
			t.Fatalf("another process still wraps under the old key: %v", err)
		}
		readAll(v)
		if n, err := v.Rewrap(ctx, d); err != nil || n != cases {
			t.Fatalf("moved %d, %v", n, err)
		}
		if err := ring.Retire(); err != nil {
			t.Fatal(err)
		}
		readAll(v)
		readAll(otherNode) // which finds the new key by itself
		if err := v.Check(ctx, d); err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error { return v.Forget(ctx, tx, "case-007", now) }); err != nil {
			t.Fatal(err)
		}
		for id, kind := range map[string]fault.Kind{"case-007": fault.KindNotFound, "never": fault.KindNotFound, "case-008": ""} {
			if _, err := v.Key(ctx, d, id); fault.KindOf(err) != kind {
				t.Errorf("%s: %v", id, err)
			}
		}
		several, err := v.Keys(ctx, d, []string{"case-007", "never", "case-008", "made elsewhere"})
		if err != nil || len(several) != 2 || several["case-008"] == nil || several["made elsewhere"] == nil {
			t.Errorf("several keys: %v %v", several, err)
		}
		alone, err := v.Key(ctx, d, "case-008")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := several["case-008"].OpenBytes("record", alone.SealBytes("record", []byte("the same"))); err != nil || string(plain) != "the same" {
			t.Errorf("a key read with others is another key: %q %v", plain, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error { _, err := v.NewKey(ctx, tx, "case-007", now); return err })
		if !fault.Is(err, fault.KindConflict) {
			t.Errorf("a forgotten case got a new key: %v", err)
		}
		if err := v.Check(ctx, d); err != nil {
			t.Error(err)
		}
		stranger, _ := keyring(t)
		if err := seal.NewVault(stranger).Check(ctx, d); err == nil {
			t.Error("a wrong key file was accepted")
		}
	})
}

func TestWrappedKeysCannotBeExchanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring, _ := keyring(t)
		v := seal.NewVault(ring)
		newKey(t, v, d, "mine")
		newKey(t, v, d, "yours")
		if _, err := d.Exec("UPDATE seal_key SET wrapped = (SELECT wrapped FROM seal_key WHERE object = 'mine') WHERE object = 'yours'"); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Key(ctx, d, "yours"); err == nil {
			t.Fatal("a case opened with another one's key")
		}
	})
}

func TestKeyFile(t *testing.T) {
	ring, file := keyring(t)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(seal.KeysEnv, strings.TrimSpace(string(text)))
	fromEnv, err := seal.OpenKeyring("/nowhere")
	if err != nil || fromEnv.Current() != ring.Current() {
		t.Fatalf("from the environment: %v", err)
	}
	if _, err := fromEnv.Add(); err == nil {
		t.Error("a key was added to an environment variable")
	}
	t.Setenv(seal.KeysEnv, "c2hvcnQ=")
	if _, err := seal.OpenKeyring(file); err == nil {
		t.Error("a short key was accepted")
	}
	t.Setenv(seal.KeysEnv, "")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenKeyring(file); err == nil {
		t.Error("a key file that others can read was accepted")
	}
}

// TestForgottenKeyLeavesTheFile looks for the wrapped key in SQLite's files after it was forgotten.
func TestForgottenKeyLeavesTheFile(t *testing.T) {
	d := dbtest.SQLite(t)
	ring, _ := keyring(t)
	v := seal.NewVault(ring)
	newKey(t, v, d, "case")
	var wrapped string
	if err := d.Get(&wrapped, "SELECT wrapped FROM seal_key"); err != nil {
		t.Fatal(err)
	}
	found := func() bool {
		t.Helper()
		if _, err := d.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(d.Path + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(content, []byte(wrapped)) {
				return true
			}
		}
		return false
	}
	if !found() {
		t.Fatal("the test does not look where the key is")
	}
	if err := d.InTx(ctx, func(tx *db.Tx) error { return v.Forget(ctx, tx, "case", now) }); err != nil {
		t.Fatal(err)
	}
	if found() {
		t.Fatal("the forgotten key is still in the file")
	}
}

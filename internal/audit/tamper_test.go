package audit_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

// sql runs statements as somebody who holds the database, one after the other.
func sql(statements ...string) func(*testing.T, *db.DB, string) {
	return func(t *testing.T, d *db.DB, _ string) {
		t.Helper()
		for _, s := range statements {
			if _, err := d.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// rehash recomputes every hash and the head from the entries, as a patient forger would.
func rehash(t *testing.T, d *db.DB) {
	t.Helper()
	var texts []string
	if err := d.Select(&texts, "SELECT entry FROM audit_entry ORDER BY n"); err != nil {
		t.Fatal(err)
	}
	var hashes []tlog.Hash
	for n, text := range texts {
		more, err := tlog.StoredHashes(int64(n), []byte(text), tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			var found []tlog.Hash
			for _, i := range indexes {
				found = append(found, hashes[i])
			}
			return found, nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	sql("DELETE FROM audit_hash")(t, d, "")
	for i, h := range hashes {
		if _, err := d.Exec("INSERT INTO audit_hash (i, hash) VALUES ($1, $2)", i, h.String()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Exec("UPDATE audit_head SET size = $1", len(texts)); err != nil {
		t.Fatal(err)
	}
}

const forgeThird = "UPDATE audit_entry SET entry = REPLACE(entry, 'Dossier n° 3', 'Dossier n° 8') WHERE n = 3"

// TestEveryTamperingIsFound signs 7 entries, writes 4 more, spoils the database, and looks at what verification says. The first bad
// entry is asserted exactly.
func TestEveryTamperingIsFound(t *testing.T) {
	cases := map[string]struct {
		tamper   func(*testing.T, *db.DB, string)
		from, to int64
	}{
		"text edited":           {sql(forgeThird), 3, 3},
		"unsigned text edited":  {sql("UPDATE audit_entry SET entry = REPLACE(entry, 'conforme', 'refus') WHERE n = 9"), 9, 9},
		"column edited":         {sql("UPDATE audit_entry SET actor_id = 'somebody' WHERE n = 4"), 4, 4},
		"time edited":           {sql("UPDATE audit_entry SET at = '2001-01-01 00:00:00+00:00' WHERE n = 2"), 2, 2},
		"text made unreadable":  {sql("UPDATE audit_entry SET entry = 'x' WHERE n = 5"), 5, 5},
		"first deleted":         {sql("DELETE FROM audit_entry WHERE n = 0"), 0, 0},
		"one deleted":           {sql("DELETE FROM audit_entry WHERE n = 6"), 6, 6},
		"all deleted":           {sql("DELETE FROM audit_entry"), 0, 6},
		"last deleted":          {sql("DELETE FROM audit_entry WHERE n = 10"), 10, 10},
		"one added":             {sql("INSERT INTO audit_entry SELECT 11, at, actor_id, action, object_kind, object_id, entry FROM audit_entry WHERE n = 1"), 11, 11},
		"one slipped in before": {sql("INSERT INTO audit_entry SELECT -1, at, actor_id, action, object_kind, object_id, entry FROM audit_entry WHERE n = 1"), 11, 11},
		"two exchanged":         {sql("UPDATE audit_entry SET n = 99 WHERE n = 2", "UPDATE audit_entry SET n = 2 WHERE n = 5", "UPDATE audit_entry SET n = 5 WHERE n = 99"), 2, 2},
		"numbers closed up":     {sql("DELETE FROM audit_entry WHERE n = 9", "UPDATE audit_entry SET n = 9 WHERE n = 10"), 9, 9},
		"leaf hash edited":      {sql("UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE i = 0) WHERE i = 1"), 1, 1},
		"inner hash edited":     {sql("UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE i = 0) WHERE i = 2"), 1, 1},
		"hash deleted":          {sql("DELETE FROM audit_hash WHERE i = 4"), 3, 3},
		"hash added":            {sql("INSERT INTO audit_hash (i, hash) VALUES (500, 'x')"), 11, 11},
		"head lowered":          {sql("UPDATE audit_head SET size = 7"), 11, 11},
		"head deleted":          {sql("DELETE FROM audit_head"), 11, 11},
		"edited and rehashed": {func(t *testing.T, d *db.DB, _ string) {
			sql(forgeThird)(t, d, "")
			rehash(t, d)
		}, 0, 6},
		"cut before the checkpoint and rehashed": {func(t *testing.T, d *db.DB, _ string) {
			sql("DELETE FROM audit_entry WHERE n >= 5")(t, d, "")
			rehash(t, d)
		}, 5, 6},
		"rehashed, checkpoints of the database deleted": {func(t *testing.T, d *db.DB, _ string) {
			sql(forgeThird, "DELETE FROM audit_checkpoint")(t, d, "")
			rehash(t, d)
		}, 0, 6},
		"checkpoint edited": {sql("UPDATE audit_checkpoint SET note = REPLACE(note, '7', '8')"), 0, 0},
		"checkpoint file lost, then rehashed": {func(t *testing.T, d *db.DB, dir string) {
			if err := os.Remove(filepath.Join(dir, "audit.checkpoints")); err != nil {
				t.Fatal(err)
			}
			sql(forgeThird)(t, d, "")
			rehash(t, d)
		}, 0, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				n, dir := notary(t)
				write(t, d, 0, 7)
				checkpoint(t, n, d)
				write(t, d, 7, 11)
				if r := verify(t, n, d); !r.OK() || r.Size != 11 || r.Signed != 7 {
					t.Fatalf("before: %+v", r)
				}
				c.tamper(t, d, dir)
				r := verify(t, n, d)
				if r.OK() {
					t.Fatal("not found")
				}
				if r.Broken.From != c.from || r.Broken.To != c.to || r.Broken.What.Empty() {
					t.Fatalf("found %d–%d, want %d–%d: %s", r.Broken.From, r.Broken.To, c.from, c.to, r.Broken)
				}
			})
		})
	}
}

func TestRewrittenRecordGetsNoNewSignature(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, _ := notary(t)
		write(t, d, 0, 7)
		checkpoint(t, n, d)
		sql(forgeThird)(t, d, "")
		rehash(t, d)
		write(t, d, 7, 9)
		if _, err := n.Checkpoint(context.Background(), d, start); !errors.Is(err, audit.ErrRewritten) {
			t.Fatalf("got %v", err)
		}
	})
}

package backup

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"maillage/internal/platform/blobs"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

// naming is what the rows of these tests name: a setting called file-x names the file x. What another version had names nothing.
var naming = References{"blobs": {
	{Table: "setting", Columns: []string{"value", "name"}, IDs: func(row []string) []string {
		if id, ok := strings.CutPrefix(row[1], "file-"); ok {
			return []string{id}
		}
		return nil
	}},
	{Table: "setting", Columns: []string{"a_column_of_tomorrow"}},
	{Table: "a_table_of_tomorrow", Columns: []string{"blob"}},
}}

// withFiles is an installation whose rows name the files a, b and c; none is lost.
func withFiles(t *testing.T, d *db.DB) Installation {
	t.Helper()
	store := folder(t)
	for _, id := range []string{"a", "b", "c"} {
		_, err := store.Put(ctx, id, strings.NewReader(id))
		must(t, err)
		_, err = d.Exec("INSERT INTO setting (name, value, updated_at) VALUES ($1, '', $2)", "file-"+id, day)
		must(t, err)
	}
	return Installation{DB: d, Stores: map[string]blobs.Store{"blobs": store}, References: naming}
}

// lostIn are the files that an error says are missing.
func lostIn(t *testing.T, err error) string {
	t.Helper()
	var lost *MissingError
	if !errors.As(err, &lost) {
		t.Fatalf("not a missing file: %v", err)
	}
	var ids []string
	for _, b := range lost.Blobs {
		ids = append(ids, b.Store+"/"+b.ID+" of "+b.Table)
	}
	return strings.Join(ids, ", ")
}

// A file that a row names and that is not there is told by whoever looks, and what there is restores all the same.
func TestMissingFilesAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, from := identity(t), withFiles(t, d)
		must(t, Missing(ctx, from))
		_, file := written(t, from, key.Recipient())
		_, err := Look(ctx, opener(file), []age.Identity{key}, naming)
		must(t, err)

		must(t, from.Stores["blobs"].Delete(ctx, "b"))
		const lost = "blobs/b of setting"
		if got := lostIn(t, Missing(ctx, from)); got != lost {
			t.Error(got)
		}
		var without strings.Builder
		m, err := Write(ctx, &without, []age.Recipient{key.Recipient()}, from, day)
		if got := lostIn(t, err); got != lost || len(m.Files) != 2 || len(m.Gone) != 0 {
			t.Errorf("%s, %+v", got, m.Files)
		}
		_, err = Look(ctx, opener([]byte(without.String())), []age.Identity{key}, naming)
		if got := lostIn(t, err); got != lost {
			t.Error(got)
		}
		into := Installation{DB: dbtest.SQLite(t), Stores: map[string]blobs.Store{"blobs": folder(t)}, References: naming}
		_, err = Restore(ctx, opener([]byte(without.String())), []age.Identity{key}, into)
		if got := lostIn(t, err); got != lost {
			t.Error(got)
		}
		var rows int
		if err := into.DB.Get(&rows, "SELECT COUNT(*) FROM setting"); err != nil || rows != 3 {
			t.Errorf("%d rows, %v", rows, err)
		}
		if _, err := into.Stores["blobs"].Stat(ctx, "c"); err != nil {
			t.Error(err)
		}
	})
}

// meddling is a store in which something happens when it is walked.
type meddling struct {
	blobs.Store
	first func()
	skips string
}

func (m meddling) List(ctx context.Context, prefix string) iter.Seq2[blobs.Info, error] {
	m.first()
	return func(yield func(blobs.Info, error) bool) {
		for info, err := range m.Store.List(ctx, prefix) {
			if info.ID != m.skips && !yield(info, err) {
				return
			}
		}
	}
}

// What is erased on purpose while the backup runs is not missed; what the walk of a folder passes over is copied all the same.
func TestFilesThatComeAndGoAreNoLoss(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, from := identity(t), withFiles(t, d)
		store := from.Stores["blobs"]
		from.Stores = map[string]blobs.Store{"blobs": meddling{store, func() {
			_, err := d.Exec("DELETE FROM setting WHERE name = 'file-a'")
			must(t, errors.Join(err, store.Delete(ctx, "a")))
		}, "c"}}
		m, file := written(t, from, key.Recipient())
		copied := []string{}
		for _, f := range m.Files {
			copied = append(copied, f.ID)
		}
		if !slices.Equal(copied, []string{"b", "c"}) || len(m.Gone) != 1 || m.Gone[0].ID != "a" {
			t.Errorf("copied %v, gone %v", copied, m.Gone)
		}
		_, err := Look(ctx, opener(file), []age.Identity{key}, naming)
		must(t, err)
		must(t, Missing(ctx, from))
	})
}

// In a bucket the files of all stores lie together.
func TestABucketHoldsTheFilesOfAllStores(t *testing.T) {
	key, from := identity(t), withFiles(t, dbtest.SQLite(t))
	from.Stores = map[string]blobs.Store{"bucket": meddling{from.Stores["blobs"], func() {}, "c"}}
	must(t, Missing(ctx, from))
	_, file := written(t, from, key.Recipient())
	_, err := Look(ctx, opener(file), []age.Identity{key}, naming)
	must(t, err)
	must(t, from.Stores["bucket"].Delete(ctx, "b"))
	if got := lostIn(t, Missing(ctx, from)); got != "blobs/b of setting" {
		t.Error(got)
	}
}

// What is restored is looked at before it is kept.
func TestRefusedWhenLookedAtKeepsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, from := identity(t), withFiles(t, dbtest.SQLite(t))
		_, file := written(t, from, key.Recipient())
		no := errors.New("these keys open nothing of it")
		into := Installation{DB: d, Stores: map[string]blobs.Store{"blobs": folder(t)}, Accept: func(ctx context.Context, q db.Queryer) error {
			var rows int
			must(t, q.GetContext(ctx, &rows, "SELECT COUNT(*) FROM setting"))
			if rows != 3 {
				t.Errorf("%d rows to look at", rows)
			}
			return no
		}}
		if _, err := Restore(ctx, opener(file), []age.Identity{key}, into); !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		var rows int
		if err := d.Get(&rows, "SELECT COUNT(*) FROM setting"); err != nil || rows != 0 {
			t.Errorf("%d rows were kept, %v", rows, err)
		}
	})
}

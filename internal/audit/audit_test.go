package audit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var start = time.Date(2019, 6, 30, 10, 0, 0, 123456000, time.UTC)

func entry(i int) audit.Entry {
	return audit.Entry{
		At: start.Add(time.Duration(i) * time.Second), Actor: audit.Actor{ID: fmt.Sprintf("u%d", i%3), Name: "Agnès Lœw"},
		Action: []string{"calls.grant", "territory.import"}[i%2], Object: audit.Object{Kind: "dossier", ID: fmt.Sprintf("d%d", i%4)},
		Text: fmt.Sprintf("Dossier n° %d accordé", i), Reason: "conforme", Details: map[string]string{"b": "2", "a": "1"},
	}
}

// write appends entries from to to-1, one transaction each.
func write(t *testing.T, d *db.DB, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := d.InTx(context.Background(), func(tx *db.Tx) error { return audit.Append(context.Background(), tx, entry(i)) }); err != nil {
			t.Fatal(err)
		}
	}
}

func notary(t *testing.T) (*audit.Notary, string) {
	t.Helper()
	dir := t.TempDir()
	n, err := audit.OpenNotary(dir)
	if err != nil {
		t.Fatal(err)
	}
	return n, dir
}

func checkpoint(t *testing.T, n *audit.Notary, d *db.DB) int64 {
	t.Helper()
	size, err := n.Checkpoint(context.Background(), d, start.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return size
}

func verify(t *testing.T, n *audit.Notary, d *db.DB) audit.Report {
	t.Helper()
	r, err := n.Verify(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEntriesComeBackAsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		write(t, d, 0, 12)
		got, err := audit.Timeline(ctx, d, audit.Object{Kind: "dossier", ID: "d1"})
		if err != nil {
			t.Fatal(err)
		}
		want := []audit.Record{{N: 1, Entry: entry(1)}, {N: 5, Entry: entry(5)}, {N: 9, Entry: entry(9)}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for name, c := range map[string]struct {
			filter audit.Filter
			want   string
		}{
			"newest first": {audit.Filter{Limit: 3}, "11 10 9"},
			"next page":    {audit.Filter{Limit: 2, Before: 9}, "8 7"},
			"actor":        {audit.Filter{Actor: "u0"}, "9 6 3 0"},
			"action":       {audit.Filter{Action: "calls.grant", Limit: 2}, "10 8"},
			"room":         {audit.Filter{Action: "territory.", Limit: 2}, "11 9"},
			"object":       {audit.Filter{Object: audit.Object{Kind: "dossier", ID: "d2"}}, "10 6 2"},
			"days":         {audit.Filter{From: start.Add(2 * time.Second), To: start.Add(4 * time.Second)}, "3 2"},
			"nothing":      {audit.Filter{Action: "calls.refuse"}, ""},
		} {
			records, err := audit.List(ctx, d, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var numbers []string
			for _, r := range records {
				numbers = append(numbers, fmt.Sprint(r.N))
			}
			if strings.Join(numbers, " ") != c.want {
				t.Errorf("%s: got %v, want %s", name, numbers, c.want)
			}
		}
	})
}

func TestEntryFallsWithItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, _ := notary(t)
		write(t, d, 0, 3)
		err := d.InTx(context.Background(), func(tx *db.Tx) error {
			return errors.Join(audit.Append(context.Background(), tx, entry(3), entry(4)), errors.New("the change failed"))
		})
		if err == nil {
			t.Fatal("the failure was lost")
		}
		if r := verify(t, n, d); !r.OK() || r.Size != 3 {
			t.Fatalf("%+v", r)
		}
		err = d.InTx(context.Background(), func(tx *db.Tx) error { return audit.Append(context.Background(), tx, audit.Entry{Action: "x"}) })
		if err == nil {
			t.Fatal("an entry without actor was kept")
		}
	})
}

func TestAppendsFollowOneAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, _ := notary(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		kept := 0
		for w := range 16 {
			wg.Go(func() {
				for i := range 15 {
					err := d.InTx(context.Background(), func(tx *db.Tx) error {
						return audit.Append(context.Background(), tx, entry(100*w+i), entry(100*w+50+i))
					})
					mu.Lock()
					if err == nil {
						kept += 2
					} else {
						t.Errorf("writer %d: %v", w, err)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if r := verify(t, n, d); !r.OK() || r.Size != int64(kept) {
			t.Fatalf("%d kept, %+v", kept, r)
		}
	})
}

func TestCheckpoints(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, dir := notary(t)
		for size := range 20 {
			if got := checkpoint(t, n, d); got != int64(size) {
				t.Fatalf("signed %d entries of %d", got, size)
			}
			checkpoint(t, n, d) // nothing new: nothing signed
			write(t, d, size, size+1)
		}
		r := verify(t, n, d)
		if !r.OK() || r.Size != 20 || r.Signed != 19 || r.Checkpoints != 19 || !r.SignedAt.Equal(start.Add(time.Hour)) {
			t.Fatalf("%+v", r)
		}
		again, err := audit.OpenNotary(dir)
		if err != nil {
			t.Fatal(err)
		}
		if r := verify(t, again, d); !r.OK() {
			t.Fatalf("the reopened key finds %+v", r)
		}
		info, err := os.Stat(filepath.Join(dir, "audit.key"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the key is readable by others: %v %v", info.Mode(), err)
		}
		stranger, _ := notary(t)
		if r := verify(t, stranger, d); r.OK() {
			t.Fatal("another key's checkpoints were believed")
		}
	})
}

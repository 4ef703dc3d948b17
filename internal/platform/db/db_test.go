package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

func TestTransactionsKeepAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		now := db.Now(clock.System{})
		put := func(name string, after error) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)", name, "x", now)
				return errors.Join(err, after)
			})
		}
		if err := put("kept", nil); err != nil {
			t.Fatal(err)
		}
		if err := put("dropped", errors.New("no")); err == nil {
			t.Fatal("the failure was lost")
		}
		if err := put("kept", nil); !db.IsUnique(err) {
			t.Fatalf("a duplicate gave %v", err)
		}
		var names []string
		if err := d.SelectContext(ctx, &names, "SELECT name FROM setting ORDER BY name"); err != nil {
			t.Fatal(err)
		}
		if strings.Join(names, " ") != "kept" {
			t.Fatalf("kept %v", names)
		}
		var at time.Time
		if err := d.GetContext(ctx, &at, "SELECT updated_at FROM setting"); err != nil {
			t.Fatal(err)
		}
		if !at.Equal(now) {
			t.Fatalf("wrote %v, read %v", now, at)
		}
	})
}

// Readers are served while many writers wait, and the writers then come in one by one, none lost.
func TestWaitingWritersLeaveReadersAlone(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	put := func(name string, meanwhile func() error) error {
		return d.InTx(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO setting (name, value, updated_at) VALUES ($1, 'x', $2)", name, db.Now(clock.System{}))
			return errors.Join(err, meanwhile())
		})
	}
	const many = 40
	var writers sync.WaitGroup
	failed := make(chan error, many)
	err := put("first", func() error {
		for n := range many {
			writers.Go(func() { failed <- put(fmt.Sprint(n), func() error { return nil }) })
		}
		within, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		for range 20 {
			var n int
			if err := d.GetContext(within, &n, "SELECT COUNT(*) FROM setting"); err != nil || n != 0 {
				return fmt.Errorf("a reader got %d, %w", n, err)
			}
		}
		return nil
	})
	writers.Wait()
	close(failed)
	for one := range failed {
		err = errors.Join(err, one)
	}
	var n int
	if err := errors.Join(err, d.GetContext(ctx, &n, "SELECT COUNT(*) FROM setting")); err != nil || n != many+1 {
		t.Fatalf("%d rows, %v", n, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.InTx(ended, func(*db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("a writer that gave up got %v", err)
	}
}

func TestSecondNodeOnSQLiteIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.db")
	first, err := db.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	if _, err := db.Open(context.Background(), path); err == nil || !strings.Contains(err.Error(), "another Maillage process") {
		t.Fatalf("a second process got %v", err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.CheckCurrent(context.Background()); err != nil {
			t.Fatalf("this program's own schema: %v", err)
		}
		if _, err := d.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999999, TRUE)"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(context.Background()); !errors.Is(err, db.ErrNewer) {
			t.Fatalf("got %v", err)
		}
		if err := d.CheckCurrent(context.Background()); !errors.Is(err, db.ErrNewer) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"L'Haÿ-les-Roses":        "l hay les roses",
		"Œuvre de l’ÉCOLE":       "oeuvre de l ecole",
		"  Évry--Courcouronnes ": "evry courcouronnes",
	} {
		if got := db.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// What is read of a search stays small, and is cut between characters.
func TestSearchesAreBounded(t *testing.T) {
	if got := db.Searched(strings.Repeat("é", 300)); got != strings.Repeat("é", 200) {
		t.Errorf("%d bytes", len(got))
	}
	if got := db.Words(strings.Repeat("a ", 100)); len(got) != 20 {
		t.Errorf("%d words", len(got))
	}
	for typed, want := range map[string]string{"": "%", "Saint-Denis": "%saint%denis%", " Évry  œuvre ": "%evry%oeuvre%"} {
		if got := db.Like(typed); got != want {
			t.Errorf("Like(%q) = %q, want %q", typed, got, want)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, typed := range []string{strings.Repeat("a", 60_000), strings.Repeat("a ", 30_000), strings.Repeat("œ", 60_000)} {
			var n int
			if err := d.Get(&n, "SELECT COUNT(*) FROM initiative WHERE search_text LIKE $1", db.Like(typed)); err != nil {
				t.Errorf("%.10s: %v", typed, err)
			}
		}
	})
}

// Rows written at the same moment of a clock are listed by their identifiers: however fast the machine, in the order they were made.
func TestIdentifiersFollowEachOther(t *testing.T) {
	last := ""
	for range 20_000 {
		id := db.NewID()
		if len(id) != 26 || id <= last {
			t.Fatalf("%q, then %q", last, id)
		}
		last = id
	}
}

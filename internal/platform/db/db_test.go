package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
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
		if _, err := d.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999999, TRUE)"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(context.Background()); !errors.Is(err, db.ErrNewer) {
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

package app

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"maillage/internal/platform/backup"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/structures"
)

// A dry run of the register tells what would change and writes nothing, not even the rules that come with the program; it makes no database.
func TestDryRunOfTheRegisterWritesNothing(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t)
	cfg := Config{DB: d.Path, Data: t.TempDir(), Clock: clock.System{}}
	dry := func() structures.ImportCommand {
		return structures.ImportCommand{Name: "finess.csv", AsOf: "2026-03-02", DryRun: true,
			File: strings.NewReader("numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n910000017;CDS DE GRIGNY;91286;124;;2020-01-01\n")}
	}
	before, err := backup.Fingerprint(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	diff, err := ImportFINESS(ctx, cfg, dry())
	if err != nil || len(diff.Created) != 1 {
		t.Fatalf("%+v %v", diff, err)
	}
	after, err := backup.Fingerprint(ctx, d)
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("a dry run wrote: %v", err)
	}
	typo := filepath.Join(cfg.Data, "none", "typo.db")
	for _, cmd := range []structures.ImportCommand{dry(), {Name: "finess.csv"}} {
		if _, err := ImportFINESS(ctx, Config{DB: typo, Clock: clock.System{}}, cmd); err == nil || !strings.Contains(err.Error(), "there is no database at") {
			t.Errorf("got %v", err)
		}
	}
	if left, _ := os.ReadDir(cfg.Data); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	made, err := db.Open(ctx, empty)
	if err != nil {
		t.Fatal(err)
	}
	_ = made.Close()
	if _, err := ImportFINESS(ctx, Config{DB: empty, Clock: clock.System{}}, dry()); err == nil || !strings.Contains(err.Error(), "migrations wait") {
		t.Errorf("got %v", err)
	}
}

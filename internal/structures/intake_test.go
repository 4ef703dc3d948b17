package structures

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/structures/identifier"
	"maillage/internal/testdata"
)

const header = "numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n"

var administrator = accounts.Actor{ID: "admin", Name: "Administratrice", Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}}

func TestImportIsADatedDiff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		run := func(rows string, day Day, dry bool) *Diff {
			t.Helper()
			diff, err := w.Import(w.ctx, administrator, ImportCommand{Name: "f.csv", File: strings.NewReader(header + rows), AsOf: day, DryRun: dry})
			if err != nil {
				t.Fatal(err)
			}
			return diff
		}
		const first = "910002773;CH SUD FRANCILIEN;91174;355;;2012-01-23\n910099993;MSP DE GRIGNY;91286;603;;2018-05-01\n910002781;PHARMACIE;91286;620;;\n"
		if diff := run(first, "2026-01-01", true); len(diff.Created) != 2 {
			t.Fatalf("dry run: %+v", diff)
		}
		if _, total, _ := w.List(w.ctx, administrator, Filter{}); total != 0 {
			t.Fatal("a dry run wrote something")
		}
		run(first, "2026-01-01", false)
		if diff := run(first, "2026-01-02", false); diff.Unchanged != 2 || len(diff.Changed)+len(diff.Created)+len(diff.Closed) != 0 {
			t.Errorf("the same file again: %+v", diff)
		}
		diff := run("910002773;CENTRE HOSPITALIER SUD FRANCILIEN;91174;355;;2012-01-23\n", "2026-02-01", false)
		if len(diff.Changed) != 1 || len(diff.Changed[0].Fields) != 1 || len(diff.Closed) != 1 || diff.Closed[0].Kind != MSP {
			t.Fatalf("second file: %+v", diff)
		}
		closed, _, _ := w.List(w.ctx, administrator, Filter{Kinds: []Kind{MSP}, All: true})
		if len(closed) != 1 || closed[0].State != "ceased" || closed[0].Closed != "2026-02-01" {
			t.Fatalf("closed: %+v", closed)
		}
		events, err := w.Timeline(w.ctx, w.essonne, closed[0].ID)
		if err != nil || len(events) < 3 {
			t.Errorf("its history: %d events, %v", len(events), err)
		}
		if diff := run("310000112;CDS TOULOUSE;31555;124;;\n", "2026-02-02", false); len(diff.Closed) != 0 || len(diff.Created) != 1 {
			t.Errorf("an extract of another region closed something here: %+v", diff)
		}
		if diff := run(first, "2026-03-01", false); len(diff.Changed) != 2 {
			t.Errorf("what comes back: %+v", diff)
		}
		if again, _ := w.Get(w.ctx, administrator, closed[0].ID); again.State != "running" || again.Closed != "" {
			t.Errorf("did not reopen: %+v", again)
		}
		records, _ := audit.List(w.ctx, d, audit.Filter{Action: "structures.import"})
		imports, _ := w.Imports(w.ctx, administrator)
		if len(records) != 5 || len(imports) != 5 {
			t.Errorf("%d audit entries, %d imports", len(records), len(imports))
		}
	})
}

func TestABrokenFileImportsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		rows := header + "910002773;CH;91174;355;;2012-01-23\n910002774;MSP;91286;603;;\n"
		diff, err := w.Import(w.ctx, administrator, ImportCommand{File: strings.NewReader(rows)})
		if !fault.Is(err, fault.KindInvalid) || diff.File.Issues[0].Where() != "3:1" {
			t.Errorf("%v %+v", err, diff)
		}
		if _, total, _ := w.List(w.ctx, administrator, Filter{All: true}); total != 0 {
			t.Errorf("%d structures imported", total)
		}
		if _, err := w.Import(w.ctx, w.essonne, ImportCommand{File: strings.NewReader(rows)}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer imported: %v", err)
		}
		for _, dry := range []bool{true, false} {
			_, err := w.Import(w.ctx, administrator, ImportCommand{File: strings.NewReader(header + "910002773;CH;91174;355;;2012-01-23\n"), AsOf: "2026-03-03", DryRun: dry})
			if fieldOf(err, "as_of") == "" {
				t.Errorf("a file of tomorrow, dry run %v: %v", dry, err)
			}
		}
		if _, err := w.Import(w.ctx, administrator, ImportCommand{File: strings.NewReader(rows), Categories: []string{"620"}}); fieldOf(err, "categories") == "" {
			t.Errorf("a category nobody follows: %v", err)
		}
	})
}

// A file cut at the end of a line is well formed: it closes nothing until somebody confirms. A few closings need no confirmation.
func TestAFileThatClosesMuchIsConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		var lines []string
		for n := range 60 {
			lines = append(lines, fmt.Sprintf("%s;CDS %d;91286;124;;", identifier.WithKey(fmt.Sprintf("9109%04d", n)), n))
		}
		run := func(n int, day Day, dry, many bool) (*Diff, error) {
			return w.Import(w.ctx, administrator, ImportCommand{File: strings.NewReader(header + strings.Join(lines[:n], "\n") + "\n"), AsOf: day, DryRun: dry, ManyClose: many})
		}
		if _, err := run(60, "2026-01-01", false, false); err != nil {
			t.Fatal(err)
		}
		if diff, err := run(45, "2026-01-02", false, false); err != nil || len(diff.Closed) != 15 || diff.ClosesMany() {
			t.Errorf("fifteen closings: %v", err)
		}
		if diff, err := run(10, "2026-01-03", true, false); err != nil || !diff.ClosesMany() || len(diff.Closed) != 35 {
			t.Errorf("a dry run tells: %v", err)
		}
		diff, err := run(10, "2026-01-03", false, false)
		if ruleOf(err) != "finess-closings" || len(diff.Closed) != 35 {
			t.Errorf("cut short: %v", err)
		}
		if _, open, _ := w.List(w.ctx, administrator, Filter{}); open != 45 {
			t.Errorf("%d are open after a refusal, want 45", open)
		}
		if _, err := run(10, "2026-01-03", false, true); err != nil {
			t.Errorf("confirmed: %v", err)
		}
		if _, open, _ := w.List(w.ctx, administrator, Filter{}); open != 10 {
			t.Errorf("%d are open, want 10", open)
		}
	})
}

func TestRealRegisterExtract(t *testing.T) {
	path := testdata.Shared(t, "structures/finess_etablissements_occitanie.csv")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		for _, want := range []struct{ created, unchanged int }{{734, 0}, {0, 734}} {
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			diff, err := w.Import(w.ctx, administrator, ImportCommand{Name: path, File: file, Categories: []string{"124", "603", "604"}, AsOf: "2024-01-01"})
			_ = file.Close()
			if err != nil || len(diff.Created) != want.created || diff.Unchanged != want.unchanged {
				t.Fatalf("%v: %d created, %d unchanged, %d changed", err, len(diff.Created), diff.Unchanged, len(diff.Changed))
			}
		}
	})
}

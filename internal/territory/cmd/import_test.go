package cmd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"maillage/internal/platform/db"
)

// run gives what the command prints and its exit code.
func run(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var c struct {
		Import Import `cmd:""`
	}
	parser, err := kong.New(&c, kong.Vars(Vars()), kong.BindTo(context.Background(), (*context.Context)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(append([]string{"import"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c.Import.out = &out
	err = parsed.Run()
	var coded interface{ ExitCode() int }
	switch {
	case err == nil:
		return out.String(), 0
	case errors.As(err, &coded):
		return out.String() + err.Error(), coded.ExitCode()
	}
	return out.String() + err.Error(), 1
}

// migrated makes a database of this version, as maillage migrate does.
func migrated(t *testing.T, path string) string {
	t.Helper()
	d, err := db.Open(context.Background(), path)
	if err == nil {
		_, err = d.Migrate(context.Background())
		err = errors.Join(err, d.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A database that is not there, or not of this version, takes no file: it is said, and nothing is made nor migrated.
func TestImportMakesNoDatabase(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "zones.csv")
	if err := os.WriteFile(file, []byte("code_insee,zonage_mg\n91286,ZIP\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.db")
	d, err := db.Open(context.Background(), empty)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]string{nil, {"--dry-run"}} {
		for path, says := range map[string]string{filepath.Join(dir, "none", "typo.db"): "there is no database at", empty: "migrations wait"} {
			out, code := run(t, append([]string{"zones", file, "--db=" + path}, more...)...)
			if code == 0 || !strings.Contains(out, says) || !strings.Contains(out, "maillage migrate") {
				t.Errorf("%s %v: exit %d, %s", path, more, code, out)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
	if info, err := os.Stat(empty); err != nil || info.Size() > 4096 {
		t.Errorf("the empty database was filled: %v %v", info.Size(), err)
	}
}

func TestImportCommand(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	store := "--db=" + migrated(t, filepath.Join(dir, "maillage.db"))
	good := write("zones.csv", "code_insee,zonage_mg\n91286,ZIP\n93059,ZAC\n")
	more := write("suite.csv", "code_insee,zonage_mg\n91228,ZIP\n")
	bad := write("faux.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZUP\n")
	for _, c := range []struct {
		args  []string
		code  int
		wants []string
	}{
		{[]string{"zones", good, "--dry-run"}, 0, []string{"2 ajoutées", "rien n’a été écrit", "zones.csv:3: ancienne commune 93059, rattachée à 93066"}},
		{[]string{"zones", bad}, 2, []string{"faux.csv:3:2: refusé [zonage_mg=ZUP]", "rien n’a été importé"}},
		{[]string{"zones", bad, "--lang=en"}, 2, []string{"A zone is ZIP, ZAC or HZ."}},
		{[]string{"zones", good, more, "--valid-from=2022-03-25"}, 0, []string{"Importé", "25 mars 2022", "1 ajoutées, 0 modifiées, 0 retirées, 2 inchangées"}},
		{[]string{"zones", good, "--valid-from=2022-02-30"}, 2, []string{"is not a day"}},
		{[]string{"zones", filepath.Join(dir, "absent.csv")}, 2, []string{"absent.csv"}},
	} {
		out, code := run(t, append(c.args, store)...)
		if code != c.code {
			t.Errorf("%v: exit %d, want %d\n%s", c.args, code, c.code, out)
		}
		for _, want := range c.wants {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not say %q:\n%s", c.args, want, out)
			}
		}
	}
}

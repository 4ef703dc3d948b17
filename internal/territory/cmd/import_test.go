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

func TestImportCommand(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	store := "--db=" + filepath.Join(dir, "maillage.db")
	good := write("zones.csv", "code_insee,zonage_mg\n91286,ZIP\n93059,ZAC\n")
	more := write("suite.csv", "code_insee,zonage_mg\n91228,ZIP\n")
	cut := write("coupé.csv", "code_insee,zonage_mg\n91228,ZIP")
	bad := write("faux.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZUP\n")
	for _, c := range []struct {
		args  []string
		code  int
		wants []string
	}{
		{[]string{"zones", good, "--dry-run"}, 0, []string{"2 ajoutées", "rien n’a été écrit", "zones.csv:3: ancienne commune 93059, rattachée à 93066"}},
		{[]string{"zones", cut, "--dry-run"}, 0, []string{"coupé.csv:2:2: à vérifier [zonage_mg=ZIP] : Le fichier finit sans fin de ligne"}},
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

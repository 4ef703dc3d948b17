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
		return spaces.Replace(out.String()), 0
	case errors.As(err, &coded):
		return spaces.Replace(out.String() + err.Error()), coded.ExitCode()
	}
	return spaces.Replace(out.String() + err.Error()), 1
}

// spaces writes those of French typography as a plain one: what is looked for is the words.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

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
	cut := write("coupé.csv", "code_insee,zonage_mg\n91228,ZIP")
	bad := write("faux.csv", "code_insee,zonage_mg\n91286,ZIP\n91228,ZUP\n")
	for _, c := range []struct {
		args  []string
		code  int
		wants []string
	}{
		{[]string{"zones", good, "--dry-run"}, 0, []string{"2 ajoutées", "rien n’a été écrit", "zones.csv:3: ancienne commune 93059, rattachée à 93066"}},
		{[]string{"zones", good, more, "--dry-run"}, 0, []string{"suite.csv (csv, UTF-8) : 2 lignes lues, 1 ajoutées, 0 modifiées, 0 retirées, 2 inchangées"}},
		{[]string{"zones", cut, "--dry-run"}, 0, []string{"coupé.csv:2:2: à vérifier [zonage_mg=ZIP] : Le fichier finit sans fin de ligne"}},
		{[]string{"zones", bad}, 2, []string{"faux.csv:3:2: refusé [zonage_mg=ZUP]", "faux.csv est refusé : 1 problème. Rien n’a été importé."}},
		{[]string{"zones", bad, "--lang=en"}, 2, []string{"A zone is ZIP, ZAC or HZ.", "Nothing was imported."}},
		{[]string{"zones", good, more, "--valid-from=2022-03-25", "--data=" + dir}, 0, []string{"Importé", "25 mars 2022", "1 ajoutées, 0 modifiées, 0 retirées, 2 inchangées"}},
		{[]string{"zones", good, "--valid-from=2022-02-30"}, 2, []string{"n’est pas un jour"}},
		{[]string{"zones", good, "--label=" + strings.Repeat("é", 301)}, 2, []string{"--label : Ce texte est trop long"}},
		{[]string{"zones", filepath.Join(dir, "absent.csv")}, 2, []string{"absent.csv : ce fichier n’existe pas. Rien n’a été importé."}},
		{[]string{"zones", dir}, 2, []string{"c’est un dossier"}},
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

func TestSeveralFilesAreImportedTogetherOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{"ga.csv": "code_insee,zonage_mg\n91286,ZIP\n", "gb.csv": "code_insee,zonage_mg\n91228,ZUP\n", "gc.csv": "code_insee,zonage_mg\n,ZIP\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store := "--db=" + migrated(t, filepath.Join(dir, "maillage.db"))
	ga := filepath.Join(dir, "ga.csv")
	for _, c := range []struct {
		files []string
		wants []string
	}{
		{[]string{ga, filepath.Join(dir, "gb.csv"), filepath.Join(dir, "gc.csv")}, []string{"ga.csv (csv", "gb.csv:2:2: refusé", "gc.csv:2:1: refusé", "gb.csv est refusé : 1 problème. Rien n’a été importé."}},
		{[]string{ga, "/nulle/part.csv"}, []string{"/nulle/part.csv : ce fichier n’existe pas. Rien n’a été importé."}},
		{[]string{ga, dir}, []string{dir + " : c’est un dossier. Rien n’a été importé."}},
	} {
		out, code := run(t, append(append([]string{"zones"}, c.files...), store)...)
		for _, want := range c.wants {
			if code != 2 || !strings.Contains(out, want) {
				t.Errorf("exit %d, without %q:\n%s", code, want, out)
			}
		}
		// What is in force is nothing: the first file would be added whole.
		if out, _ := run(t, "zones", ga, "--dry-run", store); !strings.Contains(out, "1 ajoutées") {
			t.Errorf("something stayed of the first file:\n%s", out)
		}
	}
}

func TestNothingPrintedCommandsTheTerminal(t *testing.T) {
	dir := t.TempDir()
	store := "--db=" + migrated(t, filepath.Join(dir, "maillage.db"))
	name := filepath.Join(dir, "z\x1b]0;titre\a\u202e.csv")
	if err := os.WriteFile(name, []byte("code_insee,zonage_mg\n91286,\x1b[31mrouge\u009b2J\n"), 0o600); err != nil {
		t.Skip("this system refuses the name: ", err)
	}
	for _, args := range [][]string{{"zones", name, store}, {"zones", name + "\x1b[2J", store}, {"zones", filepath.Join(dir, "\x1b[2J"), store}} {
		out, code := run(t, args...)
		if code != 2 || strings.ContainsAny(out, "\x1b\a\u202e\u009b") || !strings.Contains(out, "\uFFFD") {
			t.Errorf("exit %d: %q", code, out)
		}
	}
}

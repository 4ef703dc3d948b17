package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Both forms of import take the same flags of the installation, and end alike: 0 when done, 2 when a file or a flag is refused.
func TestImportsEndAlike(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(body), 0o600))
		return path
	}
	const header = "numero_finess_etablissement;raison_sociale;code_insee;categetab;siret;dateouv\n"
	house := []string{"--db", filepath.Join(dir, "maillage.db"), "--data", dir}
	if code, _, problems := ends(t, nil, "migrate", house[0], house[1]); code != 0 {
		t.Fatal(problems)
	}
	good := write("finess.csv", header+"910099993;MSP DE GRIGNY;91286;603;;2018-05-01\n")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"finess", good, "--dry-run"}, 0, "1 à créer"},
		{[]string{"finess", good, "--dry-run", "--as-of", "2999-01-01", "--lang", "en"}, 2, "day to come"},
		{[]string{"finess", good, "--as-of", "2999-01-01"}, 2, "jour à venir"},
		{[]string{"finess", good, "--as-of", "2026-02-30"}, 2, "n’existe pas"},
		{[]string{"finess", good, "--categories", "999"}, 2, "pas suivie"},
		{[]string{"finess", write("faux.csv", header+"910099994;MSP;91286;603;;\n")}, 2, "faux.csv:2:1"},
		{[]string{"finess", write("z\x1b[2J.csv", header+"91009\x1b[31m9;MSP;91286;603;;\n")}, 2, "z\uFFFD[2J.csv:2:1"},
		{[]string{"finess", filepath.Join(dir, "absent.csv")}, 2, "absent.csv"},
		{[]string{"finess", good}, 0, "Importé."},
		{[]string{"zones", write("zones.csv", "code_insee,zonage_mg\n91286,ZIP\n")}, 0, "Importé"},
		{[]string{"zones", write("zup.csv", "code_insee,zonage_mg\n91286,ZUP\n")}, 2, "zup.csv:2:2"},
		{[]string{"zones", filepath.Join(dir, "absent.csv")}, 2, "absent.csv"},
	} {
		code, out, problems := ends(t, nil, append(append([]string{"import"}, c.args...), house...)...)
		if said := out + problems; code != c.code || !strings.Contains(said, c.says) || strings.Contains(said, "\x1b") {
			t.Errorf("%v: exit %d, want %d and %q:\n%q", c.args, code, c.code, c.says, said)
		}
	}
}

package accesscmd

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"maillage/internal/testdata"
)

// run executes `maillage access args…` and gives both outputs.
func run(t *testing.T, stdin string, args ...string) (out, warn string, err error) {
	t.Helper()
	var cli struct {
		Access Access `cmd:""`
	}
	cli.Access.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	parser, err := kong.New(&cli, kong.Name("maillage"), kong.Writers(&stdout, &stderr), kong.Exit(func(int) { t.Error("the command left by itself") }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(append([]string{"access"}, args...))
	if err != nil {
		return "", "", err
	}
	err = ctx.Run()
	return stdout.String(), stderr.String(), err
}

func file(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	demandCSV = "id,people,other\nA,100,1\nB,50,2\nC,0,3\nD,10,4\n"
	supplyCSV = "id,acts\nX,5400\nY,0\nZ,10800\n"
	costsCSV  = "origin,dest,cost\nA,X,0\nA,Y,12\nB,X,15\nB,Z,10\nC,Z,20.5\n"
)

func small(t *testing.T) (dir string, flags []string) {
	dir = t.TempDir()
	return dir, []string{
		"--demand", file(t, dir, "d.csv", demandCSV),
		"--supply", file(t, dir, "s.csv", supplyCSV),
		"--costs", file(t, dir, "c.csv", costsCSV),
	}
}

func TestComputeWritesEveryDemandInOrder(t *testing.T) {
	_, flags := small(t)
	out, _, err := run(t, "", append([]string{"compute", "--decay", "step:10=1,15=0.5"}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	// X carries 100 + 50/2, Z carries 50.
	want := "id,apl\nA,43.200000000000003\nB,237.59999999999999\nC,0\nD,0\n"
	if out != want {
		t.Fatalf("got\n%s\nwant\n%s", out, want)
	}
}

// Rows in any order give the result of sorted ones, and a pair given twice is refused where it comes again.
func TestComputeTakesCostsInAnyOrder(t *testing.T) {
	dir, flags := small(t)
	mixed := file(t, dir, "mixed.csv", "origin,dest,cost\nC,Z,20.5\nB,Z,10\nA,Y,12\nB,X,15\nA,X,0\n")
	twice := file(t, dir, "twice.csv", costsCSV+"A,Y,3\n")
	for _, method := range []string{"2sfca", "3sfca", "bfca", "raam"} {
		args := append([]string{"compute", "--method", method, "--decay", "exp:0.05"}, flags...)
		want, _, err := run(t, "", args...)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := run(t, "", append(args, "--costs", mixed)...)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", method, got, err, want)
		}
		if _, _, err = run(t, "", append(args, "--costs", twice)...); err == nil || !strings.Contains(err.Error(), "twice.csv: line 7, column 2 (dest)") {
			t.Errorf("%s: a pair given twice gives %v", method, err)
		}
	}
}

func TestClosedLeftDropsTheBreakItself(t *testing.T) {
	_, flags := small(t)
	out, _, err := run(t, "", append([]string{"compute", "--decay", "binary:10", "--closed", "left"}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	if want := "id,apl\nA,54\nB,0\nC,0\nD,0\n"; out != want {
		t.Fatalf("got %q, want %q", out, want)
	}
}

func TestDemandColumnByNameAndPosition(t *testing.T) {
	_, flags := small(t)
	base := append([]string{"compute", "--decay", "drees2015"}, flags...)
	byName, _, err := run(t, "", append(base, "--demand-col", "other")...)
	if err != nil {
		t.Fatal(err)
	}
	byPosition, _, err := run(t, "", append(base, "--demand-col", "3")...)
	if err != nil {
		t.Fatal(err)
	}
	standard, _, err := run(t, "", base...)
	if err != nil {
		t.Fatal(err)
	}
	if byName != byPosition || byName == standard {
		t.Fatalf("by name %q, by position %q, first column %q", byName, byPosition, standard)
	}
}

func TestStandardInputMarkAndLineEnds(t *testing.T) {
	dir, flags := small(t)
	args := append([]string{"compute", "--decay", "binary:15"}, flags...)
	want, _, err := run(t, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	windows := "\ufeff\"origin\",dest,cost\r\n\"A\",X,0\r\nA,\"Y\",12\r\nB,X,15\r\nB,Z,\"10\"\r\n\r\nC,Z,20.5"
	args[len(args)-1] = "-"
	got, _, err := run(t, windows, args...)
	if err != nil || got != want {
		t.Fatalf("got %q (%v), want %q", got, err, want)
	}
	target := filepath.Join(dir, "out.csv")
	if _, _, err := run(t, costsCSV, append(args, "--out", target)...); err != nil {
		t.Fatal(err)
	}
	if written, _ := os.ReadFile(target); string(written) != want {
		t.Fatalf("file holds %q, want %q", written, want)
	}
}

func TestWhatIfIsLinear(t *testing.T) {
	_, flags := small(t)
	out, _, err := run(t, "", append([]string{"whatif", "--decay", "binary:15", "--add", "Y=1,Z=-0.5"}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	// Y serves A alone; Z serves B alone and loses 2,700 of 10,800; C lies beyond reach.
	want := "id,before,after\nA,36,90\nB,252,198\nC,0,0\nD,0,0\n"
	if out != want {
		t.Fatalf("got\n%s\nwant\n%s", out, want)
	}
}

func TestRefusals(t *testing.T) {
	cases := []struct{ name, file, content, where string }{
		{"negative demand", "d.csv", "id,v\nA,-1\n", "d.csv: line 2, column 2 (v)"},
		{"not a number", "d.csv", "id,v\nA,1\nB,x\n", "d.csv: line 3, column 2 (v)"},
		{"NaN", "s.csv", "id,v\nX,NaN\n", "s.csv: line 2, column 2 (v)"},
		{"infinite", "s.csv", "id,v\nX,Inf\n", "s.csv: line 2, column 2 (v)"},
		{"hexadecimal", "s.csv", "id,v\nX,0x10\n", "s.csv: line 2, column 2 (v)"},
		{"empty value", "s.csv", "id,v\nX,\n", "s.csv: line 2, column 2 (v)"},
		{"duplicate id", "d.csv", "id,v\nA,1\nB,1\n\nA,2\n", "d.csv: line 5, column 1 (id)"},
		{"no id column", "d.csv", "code,v\nA,1\n", "d.csv: line 1, column 3 (id)"},
		{"no value column", "d.csv", "id\nA\n", "d.csv: line 1, column 2"},
		{"empty file", "c.csv", "", "c.csv: line 1, column 1"},
		{"header only", "c.csv", "origin,dest,cost\n", "c.csv: line 2, column 1"},
		{"missing column", "c.csv", "origin,dest\nA,X\n", "c.csv: line 1, column 3 (cost)"},
		{"unknown origin", "c.csv", "origin,dest,cost\nA,X,1\nQ,X,1\n", "c.csv: line 3, column 1 (origin)"},
		{"unknown dest", "c.csv", "origin,dest,cost\nA,X,1\nA,A,1\n", "c.csv: line 3, column 2 (dest)"},
		{"negative cost", "c.csv", "origin,dest,cost\nA,X,-0.5\n", "c.csv: line 2, column 3 (cost)"},
		{"duplicate pair", "c.csv", "origin,dest,cost\nA,X,1\n\nB,X,2\nA,X,1\n", "c.csv: line 5, column 2 (dest)"},
		{"short line", "c.csv", "origin,dest,cost\nA,X\n", "c.csv: line 2, column 3 (cost)"},
		{"long line", "c.csv", "origin,dest,cost\nA,X,1,2\n", "c.csv: line 2, column 4"},
		{"open quote", "c.csv", "origin,dest,cost\nA,X,1\n\"B,X,1\n", "c.csv: line 3, column 1"},
		{"twice the same column", "d.csv", "id,v,v\nA,1,1\n", "d.csv: line 1, column 3 (v)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir, flags := small(t)
			path := file(t, dir, c.file, c.content)
			target := filepath.Join(dir, "out.csv")
			out, _, err := run(t, "", append([]string{"compute", "--decay", "drees2015", "--out", target}, flags...)...)
			var exit interface{ ExitCode() int }
			if !errors.As(err, &exit) || exit.ExitCode() != 2 {
				t.Fatalf("got %v, want a refusal with exit code 2", err)
			}
			message := strings.TrimPrefix(err.Error(), filepath.Dir(path)+"/")
			if !strings.HasPrefix(message, c.where) || strings.Contains(message, "\n") {
				t.Errorf("message %q, want one line that starts with %q", message, c.where)
			}
			if files, _ := os.ReadDir(dir); out != "" || len(files) != 3 {
				t.Errorf("something was written: %q, %v", out, files)
			}
		})
	}
}

// What a link leads to is written, and the link stays; what is no file is written through; a folder that is not there is named.
func TestWritesWhereTheNameLeads(t *testing.T) {
	dir, flags := small(t)
	real := file(t, dir, "real.csv", "before")
	if err := os.Chmod(real, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink("real.csv", link); err != nil {
		t.Skip(err)
	}
	compute := func(to string) error {
		_, _, err := run(t, "", append([]string{"compute", "--decay", "drees2015", "--out", to}, flags...)...)
		return err
	}
	if err := compute(link); err != nil {
		t.Fatal(err)
	}
	written, _ := os.ReadFile(real)
	at, err := os.Lstat(link)
	if info, _ := os.Stat(real); err != nil || at.Mode()&os.ModeSymlink == 0 || !strings.HasPrefix(string(written), "id,apl\n") || info.Mode().Perm() != 0o600 {
		t.Errorf("the link is %v, the file %v holds %q", at.Mode(), info.Mode(), written)
	}
	if err := compute(os.DevNull); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s has become a file", os.DevNull)
	}
	missing := filepath.Join(dir, "none", "out.csv")
	if err := compute(missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("says %v", err)
	}
}

// Limits that contradict each other, or a list whose first site stands where the header should be, are refused by the names of their files.
func TestPlaceRefusesItsLimits(t *testing.T) {
	dir, flags := small(t)
	list := func(name, content string) string { return file(t, dir, name, content) }
	groups := list("groups.csv", "id,region\nX,north\nY,north\nZ,south\n")
	for says, args := range map[string][]string{
		"has no header":   {"--forbid", list("bare.csv", "X\n")},
		"is forbidden":    {"--forbid", list("no.csv", "id\nX\n"), "--fixed", list("yes.csv", "site\nX\n")},
		"yes.csv fixes 1": {"--fixed", list("yes.csv", "site\nX\n"), "--groups", groups, "--ceiling", "north=0"},
	} {
		_, _, err := run(t, "", append(append([]string{"place", "--decay", "drees2015", "--n", "2"}, args...), flags...)...)
		var exit interface{ ExitCode() int }
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", says, err)
		}
	}
}

// The five cells of Belo Horizonte, and the values that IPEA's accessibility package asserts for them.
func TestBeloHorizonte(t *testing.T) {
	inputs := []string{
		"--demand", testdata.Shared(t, "access/bh_five/demand.csv"),
		"--supply", testdata.Shared(t, "access/bh_five/supply.csv"),
		"--costs", testdata.Shared(t, "access/bh_five/costs.csv"),
		"--decay", "binary:45",
	}
	want := map[string]map[string]float64{
		"2sfca": {"89a88cdb57bffff": 0.0152, "89a88cdb597ffff": 0.1491, "89a88cdb5b3ffff": 0.1491, "89a88cdb5cfffff": 0.1068, "89a88cd909bffff": 0},
		"bfca":  {"89a88cdb57bffff": 0.0094, "89a88cdb597ffff": 0.1993, "89a88cdb5b3ffff": 0.1993, "89a88cdb5cfffff": 0.1147, "89a88cd909bffff": 0},
	}
	for method, values := range want {
		out, _, err := run(t, "", append([]string{"compute", "--method", method}, inputs...)...)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(strings.TrimPrefix(out, "id,apl\n")) {
			id, text, _ := strings.Cut(strings.TrimSpace(line), ",")
			got, err := strconv.ParseFloat(text, 64)
			if err != nil || math.Abs(got-values[id]) > 5e-5 {
				t.Errorf("%s %s: got %s, want %v", method, id, text, values[id])
			}
		}
	}
}

func TestIndicatorsJSON(t *testing.T) {
	dir, _ := small(t)
	out, _, err := run(t, "", "indicators", "--tau", "2", "--json",
		"--values", file(t, dir, "v.csv", "id,apl\nA,1\nB,3\n"),
		"--demand", file(t, dir, "p.csv", "id,people\nB,100\nA,300\n"),
		"--income", file(t, dir, "i.csv", "id,euros\nB,20000\nA,10000\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"mean": 1.5`, `"fgt0": 0.75`, `"fgt1": 0.375`, `"fgt2": 0.1875`, `"gini": 0.25`, `"concentration": 0.25`, `"d10_d1": 3`} {
		if !strings.Contains(out, part) {
			t.Errorf("%s is not in\n%s", part, out)
		}
	}
}

func TestPlaceWritesARankedListAndItsBound(t *testing.T) {
	dir, flags := small(t)
	target := filepath.Join(dir, "plan.csv")
	args := append([]string{"place", "--decay", "binary:15", "--tau", "100", "--n", "2", "--cap", "1", "--out", target, "--json"}, flags...)
	out, warn, err := run(t, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	// A lacks 64 for 100 people. One doctor at Y brings 54 to A alone, one at X 36 to A and B.
	if plan, _ := os.ReadFile(target); string(plan) != "rank,site,gain\n1,Y,5400\n2,X,1000\n" {
		t.Errorf("plan %q", plan)
	}
	if !strings.Contains(out, `"value": 6400`) || !strings.Contains(out, `"bound": 6400`) || !strings.Contains(out, `"at_least": 1`) {
		t.Errorf("JSON %s", out)
	}
	if !strings.Contains(warn, "at least 100.00 % of the best possible") || strings.Count(warn, "\n") != 1 {
		t.Errorf("verdict %q", warn)
	}
	forbidden, _, err := run(t, "", append(args[:len(args):len(args)], "--out", "-", "--forbid", file(t, dir, "f.csv", "id\nY\n"))...)
	if err != nil || strings.Contains(forbidden, `"site": "Y"`) {
		t.Errorf("forbidden site in %s (%v)", forbidden, err)
	}
	_, _, err = run(t, "", append(args[:len(args):len(args)], "--forbid", file(t, dir, "f.csv", "id\nQ\n"))...)
	if err == nil || !strings.Contains(err.Error(), "f.csv: line 2, column 1 (id)") {
		t.Errorf("unknown forbidden site: %v", err)
	}
}

func TestPlaceLocatesWithoutSupply(t *testing.T) {
	dir := t.TempDir()
	flags := []string{
		"--demand", file(t, dir, "d.csv", "id,people\nA,100\nB,50\nC,10\n"),
		"--costs", file(t, dir, "c.csv", "origin,dest,cost\nA,S1,4\nB,S1,9\nC,S1,30\nA,S2,11\nB,S2,3\nC,S2,5\n"),
	}
	out, _, err := run(t, "", append([]string{"place", "--objective", "coverage", "--radius", "5", "--n", "1"}, flags...)...)
	if err != nil || out != "rank,site,gain\n1,S1,100\n" {
		t.Errorf("coverage: %q (%v)", out, err)
	}
	out, warn, err := run(t, "", append([]string{"place", "--objective", "distance", "--n", "2"}, flags...)...)
	if err != nil || !strings.HasPrefix(warn, "distance 600, bound at least 600") || strings.Count(out, "\n") != 3 {
		t.Errorf("distance: %q %q (%v)", out, warn, err)
	}
	if _, _, err := run(t, "", append([]string{"place", "--objective", "coverage", "--n", "1"}, flags...)...); err == nil {
		t.Error("coverage without a radius was accepted")
	}
}

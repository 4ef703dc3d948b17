package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

// ends runs the program to its end and gives its exit code and what it wrote.
func ends(t testing.TB, env []string, args ...string) (code int, out, problems string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// onEach runs a test on a new database that nothing was written to: a SQLite file, then PostgreSQL where there is a server.
func onEach(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "maillage.db")) })
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv(dbtest.Env)
		if server == "" {
			t.Skipf("no PostgreSQL server: set %s", dbtest.Env)
		}
		d, err := db.Open(context.Background(), server)
		must(t, err)
		name := "start_" + db.NewID()
		_, err = d.Exec("CREATE DATABASE " + name)
		must(t, err)
		t.Cleanup(func() {
			_, _ = d.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
			_ = d.Close()
		})
		u, err := url.Parse(server)
		must(t, err)
		u.Path = "/" + name
		test(t, u.String())
	})
}

// What stops the program before it serves is said in one line that names what to change, and the exit code is not zero.
func TestRefusesInOneLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a-file")
	must(t, os.WriteFile(file, nil, 0o600))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = taken.Close() }()
	busy := taken.Addr().String()
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"demo, port in use":      {[]string{"demo", "--addr", busy, "--data", filepath.Join(dir, "a")}, "another program already listens on " + busy},
		"serve, port in use":     {[]string{"serve", "--addr", busy, "--data", filepath.Join(dir, "b")}, "another program already listens on " + busy},
		"demo, folder is a file": {[]string{"demo", "--addr", "127.0.0.1:0", "--data", file}, file},
		"demo, below a file":     {[]string{"demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(file, "x")}, file},
		"serve, below a file":    {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(file, "x"), "--db", filepath.Join(file, "m.db")}, file},
		"no such address":        {[]string{"demo", "--addr", "127.0.0.1:808080", "--data", filepath.Join(dir, "c")}, "invalid port"},
		"no such region":         {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--region", "ZZ"}, "no region has the INSEE code \"ZZ\""},
		"demo, no such region":   {[]string{"demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--region", "0"}, "no region has the INSEE code \"0\""},
		"issuer is no address":   {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--psc-issuer", "zz"}, "the issuer of Pro Santé Connect, \"zz\", is not an address"},
		"public address is none": {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--base-url", "example.org"}, "the public address \"example.org\" is not one"},
		"no such engine":         {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--db", "mysql://x"}, "mysql:// is no database"},
		"key=value pairs":        {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "e"), "--db", "host=x port=1"}, "not how a database is named"},
		"no database to check":   {[]string{"migrate", "--check", "--db", filepath.Join(dir, "e", "m.db")}, "there is no database at"},
		"no PostgreSQL there":    {[]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "d"), "--db", "postgres://x@127.0.0.1:1/x"}, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, problems := ends(t, nil, c.args...)
			if code == 0 || strings.Count(problems, "\n") != 1 || !strings.Contains(problems, c.says) {
				t.Errorf("exit %d, says %q", code, problems)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "[abce]")); len(left) > 0 {
		t.Errorf("folders were made before all that was asked for was known to be good: %v", left)
	}
}

// Arguments that the program cannot use are refused with 2, in one line that names them and the help, and nothing on the standard output.
func TestRefusesArgumentsInOneLine(t *testing.T) {
	for says, args := range map[string][]string{
		"--colour":               {"access", "compute", "--colour", "red"},
		"extra":                  {"access", "compute", "extra"},
		"expected one of":        {"access"},
		"spread":                 {"access", "spread"},
		"--n":                    {"access", "place", "--n", "2.5"},
		"--closed":               {"access", "compute", "--closed", "both"},
		"--out":                  {"access", "compute", "--out"},
		"--demand is missing":    {"access", "compute", "--decay", "drees2015", "--out", "-"},
		"--n is missing":         {"access", "place"},
		"not a positive number":  {"access", "place", "--n", "1", "--tau=-1"},
		"see maillage --help":    {"frobnicate"},
		"maillage access whatif": {"access", "whatif", "--frobnicate"},
	} {
		code, out, problems := ends(t, nil, args...)
		if code != 2 || out != "" || strings.Count(problems, "\n") != 1 || !strings.Contains(problems, says) {
			t.Errorf("%q: exit %d, writes %q, says %q", args, code, out, problems)
		}
	}
}

// A database of a newer version is refused by every command, in one line, and not touched.
func TestRefusesNewerDatabase(t *testing.T) {
	onEach(t, func(t *testing.T, dsn string) {
		data := t.TempDir()
		if code, out, problems := ends(t, nil, "migrate", "--db", dsn, "--data", data); code != 0 {
			t.Fatal(out, problems)
		}
		d, err := db.Open(context.Background(), dsn)
		must(t, err)
		_, err = d.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999999, TRUE)")
		must(t, err)
		must(t, d.Close())
		for _, args := range [][]string{{"demo", "--addr", "127.0.0.1:0"}, {"serve", "--addr", "127.0.0.1:0"}, {"migrate"}, {"migrate", "--check"}, {"invite", "--base-url", "https://example.org", "Ada Essai", "ada@example.org"}} {
			code, _, problems := ends(t, nil, append(args, "--db", dsn, "--data", data)...)
			if code == 0 || strings.Count(problems, "\n") != 1 || !strings.Contains(problems, "newer version of Maillage") {
				t.Errorf("%s: exit %d, says %q", args[0], code, problems)
			}
		}
		if code, out, _ := ends(t, nil, "doctor", "--db", dsn, "--data", data); code == 0 || !strings.Contains(out, "WRONG") || !strings.Contains(out, "newer version of Maillage") {
			t.Errorf("doctor: exit %d, says %q", code, out)
		}
	})
}

// A misspelt setting is refused in one line: passed over, it would leave the service on a default that nobody chose.
func TestRefusesUnknownSetting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.json")
	for text, says := range map[string]string{`{"databse": "x"}`: "databse", `{"db": `: "not JSON"} {
		must(t, os.WriteFile(file, []byte(text), 0o600))
		code, _, problems := ends(t, nil, "migrate", "--check", "--config", file)
		if code == 0 || !strings.Contains(problems, says) {
			t.Errorf("%s: exit %d, says %q", text, code, problems)
		}
	}
}

// serving starts `maillage serve`, asks what supervision asks, stops it as systemd does, and gives what it logged.
func serving(t *testing.T, addr string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"serve"}, args...)...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	var log bytes.Buffer
	cmd.Stderr = &log
	must(t, cmd.Start())
	s := &server{t: t, url: "http://" + addr, cmd: cmd, ended: make(chan error, 1)}
	go func() { s.ended <- cmd.Wait() }()
	t.Cleanup(s.stop)
	if !s.becomes(http.StatusOK, "/readyz", time.Minute) {
		s.stop()
		t.Fatalf("not ready: %s", log.String())
	}
	for path, holds := range map[string]string{"/livez": "ok", "/readyz": "ready", "/metrics": "go_goroutines", "/": "<h1"} {
		status, text, err := (&person{url: s.url}).get(path)
		if err != nil || status != http.StatusOK || !strings.Contains(text, holds) {
			t.Errorf("%s: %d %v %.200s", path, status, err, text)
		}
	}
	must(t, cmd.Process.Signal(syscall.SIGTERM))
	err := <-s.ended
	s.ended <- err
	if err != nil {
		t.Errorf("told to stop, it ended with %v: %s", err, log.String())
	}
	return log.String()
}

// freeAddress is one that nothing listens on. Its port lies below those that the system hands out: no connection, nor the server of
// another test, takes it before the program does.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(10_000)))
		if err != nil {
			continue
		}
		must(t, l.Close())
		return l.Addr().String()
	}
	t.Fatal("no port is free")
	return ""
}

// The real thing on each database, told by flags, by the environment and by a file: it migrates, serves, says that all is well, logs JSON.
func TestServe(t *testing.T) {
	onEach(t, func(t *testing.T, dsn string) {
		data := t.TempDir()
		where := []string{"--db", dsn, "--data", data}
		for _, step := range []struct {
			args  []string
			holds string
		}{{[]string{"migrate"}, "migrations run"}, {[]string{"migrate", "--check"}, "0 migrations to run"}} {
			if code, out, problems := ends(t, nil, append(step.args, where...)...); code != 0 || !strings.Contains(out, step.holds) {
				t.Fatalf("%v: exit %d, %q %q", step.args, code, out, problems)
			}
		}
		addr := freeAddress(t)
		settings := filepath.Join(t.TempDir(), "settings.json")
		text, err := json.Marshal(map[string]any{"db": dsn, "data": data, "addr": addr, "mail-from": "maillage@example.org", "proxies": []string{"10.0.0.0/8"}})
		must(t, err)
		must(t, os.WriteFile(settings, text, 0o600))
		for way, log := range map[string]string{
			"flags":       serving(t, addr, nil, append(where, "--addr", addr)...),
			"environment": serving(t, addr, []string{"MAILLAGE_DB=" + dsn, "MAILLAGE_DATA=" + data, "MAILLAGE_ADDR=" + addr}),
			"file":        serving(t, addr, nil, "--config", settings),
		} {
			for line := range strings.Lines(log) {
				entry := map[string]any{}
				if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["time"] == nil || entry["level"] == nil || entry["msg"] == nil {
					t.Errorf("%s: this line of the log is not JSON with time, level and msg: %s", way, line)
				}
			}
			if !strings.Contains(log, addr) || !strings.Contains(log, `"route":"GET /`) {
				t.Errorf("%s: the log names neither its address nor the routes asked for: %s", way, log)
			}
		}
		code, out, problems := ends(t, nil, append([]string{"doctor"}, where...)...)
		if code != 0 || strings.Contains(out, "WRONG") || !strings.Contains(out, "Database") {
			t.Errorf("doctor: exit %d, %q %q", code, out, problems)
		}
		if code, out, _ := ends(t, nil, "audit", "verify", "--db", dsn, "--data", data); code != 0 {
			t.Errorf("audit verify: exit %d, %q", code, out)
		}
	})
}

// A flag comes before the environment, which comes before the file.
func TestSettingsInOrder(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name+".db") }
	file := filepath.Join(dir, "settings.json")
	must(t, os.WriteFile(file, fmt.Appendf(nil, `{"db": %q}`, path("file")), 0o600))
	inEnvironment := []string{"MAILLAGE_DB=" + path("environment")}
	for _, c := range []struct {
		want string
		env  []string
		args []string
	}{
		{"file", nil, []string{"migrate", "--config", file}},
		{"environment", inEnvironment, []string{"migrate", "--config", file}},
		{"flag", inEnvironment, []string{"migrate", "--config", file, "--db", path("flag")}},
	} {
		if code, out, problems := ends(t, c.env, c.args...); code != 0 {
			t.Fatalf("%s: %q %q", c.want, out, problems)
		}
		if _, err := os.Stat(path(c.want)); err != nil {
			t.Errorf("%v with %v did not use the database of the %s", c.args, c.env, c.want)
		}
	}
}

// The second start of a demonstration loads nothing again: it is ready with the same people, structures, cases and files.
func TestDemonstrationStartsAgain(t *testing.T) {
	data := demonstration(t)
	count := func() map[string]int {
		d, err := db.OpenBeside(context.Background(), filepath.Join(data, "maillage.db"))
		must(t, err)
		defer func() { _ = d.Close() }()
		all := map[string]int{}
		for _, table := range []string{"person", "structure", "telex_case", "dossier"} {
			var n int
			must(t, d.Get(&n, "SELECT COUNT(*) FROM "+table))
			all[table] = n
		}
		return all
	}
	before := count()
	s := begin(t, data)
	s.stop()
	after := count()
	t.Logf("ready again after %s", s.took.Round(time.Millisecond))
	for table, n := range before {
		if n == 0 || after[table] != n {
			t.Errorf("%s: %d rows, then %d", table, n, after[table])
		}
	}
}

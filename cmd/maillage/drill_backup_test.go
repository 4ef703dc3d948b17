package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"maillage/internal/app"
	"maillage/internal/platform/backup"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/migrations"
)

// A backup while eight writers write, restored elsewhere: equal rows and files, keys that open it, a record that is whole; another key
// is refused.
func TestDrillBackup(t *testing.T) {
	data := demonstration(t)
	s := begin(t, data)
	attach(t, s)
	f := newFleet(s)
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	for range writers { // at a steady pace: unbounded, what they write would outgrow what a round copies
		writing.Go(func() { onEachTick(ctx, time.Second, func() { f.one(f.next()) }) })
	}
	key, err := age.GenerateX25519Identity()
	must(t, err)
	other, err := age.GenerateX25519Identity()
	must(t, err)
	to := []age.Recipient{key.Recipient()}
	from := app.Config{DB: filepath.Join(data, "maillage.db"), Data: data, Clock: clock.System{}}
	n, rows, files := 0, int64(0), 0
	var took []time.Duration
	for n = range repeat(1, 100) {
		var file, again bytes.Buffer
		began := time.Now()
		m, err := app.Backup(ctx, from, &file, to)
		must(t, err)
		took = append(took, time.Since(began))
		dir := t.TempDir()
		into := app.Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, Clock: clock.System{}}
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }
		if _, err := app.Restore(ctx, into, open, []age.Identity{other}, nil); !errors.Is(err, backup.ErrWrongKey) {
			t.Fatalf("another key: %v", err)
		}
		var keys bytes.Buffer
		_, err = app.BackupKeys(data, &keys, to)
		must(t, err)
		opened, err := app.OpenKeys(&keys, []age.Identity{key})
		must(t, err)
		_, err = app.Restore(ctx, into, open, []age.Identity{key}, opened)
		must(t, err)
		back, err := app.Backup(ctx, into, &again, to)
		must(t, err)
		if !reflect.DeepEqual(m.Tables, back.Tables) || !reflect.DeepEqual(m.Files, back.Files) {
			t.Fatal("what was restored differs from the backup")
		}
		for _, store := range []string{"blobs", "structures", "audit"} {
			if !slices.ContainsFunc(m.Files, func(f backup.File) bool { return f.Store == store }) {
				t.Fatalf("the backup holds no file of %s", store)
			}
		}
		rows, files = m.Rows(), len(m.Files)
		must(t, os.RemoveAll(dir))
	}
	cancel()
	writing.Wait()
	away := len(f.refused) // a database that stayed busy too long is said with 503, and nothing was acknowledged; anything else is a fault
	f.refused = slices.DeleteFunc(f.refused, func(r string) bool { return strings.Contains(r, ": 503 ") })
	away -= len(f.refused)
	if len(f.refused) > 0 {
		t.Errorf("refused meanwhile: %v", f.refused)
	}
	t.Logf("backup: %d drills under %d writers (%d cases written), equal rows and files each time (%d rows, %d files at the end), wrong key refused %d times, %d requests answered 503 meanwhile; backup median %s, p99 %s",
		n, writers, len(f.acknowledged), rows, files, n, away, percentile(took, 0.5), percentile(took, 0.99))
}

// attach has an officer keep a document of the regional agency, as the page does.
func attach(t testing.TB, s *server) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"document_kind": "bank", "readers": "public"} {
		must(t, form.WriteField(name, value))
	}
	file, err := form.CreateFormFile("file", "rib.pdf")
	must(t, err)
	_, err = file.Write([]byte("%PDF-1.7 …"))
	must(t, errors.Join(err, form.Close()))
	status, text, err := s.as("demo-officer-region").do(context.Background(), http.MethodPost, "/structures/demo-ars-idf/documents", body.Bytes(), map[string]string{"Content-Type": form.FormDataContentType()})
	if err != nil || status != http.StatusSeeOther {
		t.Fatalf("the document was not kept: %d %v %.400s", status, err, text)
	}
}

// What an operator types: a wrong data folder never passes for a backup nor takes good ones away, a refused restore leaves nothing, and what
// was attached to a structure comes back.
func TestBackupCommands(t *testing.T) {
	data, dir := demonstration(t), t.TempDir()
	s := begin(t, data)
	attach(t, s)
	s.stop()
	at := func(name string) string { return filepath.Join(dir, name) }
	run := func(want int, says string, args ...string) {
		t.Helper()
		if code, out, problems := ends(t, nil, args...); code != want || !strings.Contains(out+problems, says) {
			t.Fatalf("%v: exit %d, %q %q", args, code, out, problems)
		}
	}
	code, recipient, problems := ends(t, nil, "backup", "key", at("key"))
	if code != 0 {
		t.Fatal(problems)
	}
	recipient = strings.TrimSpace(recipient)
	dsn := filepath.Join(data, "maillage.db")
	write := func(data string) []string {
		return []string{"backup", "--db", dsn, "--data", data, "--recipient", recipient, "--keep", "1", at("kept")}
	}
	run(0, "tables", write(data)...)
	for n := range 3 { // within one second, and none takes the place of another
		run(0, "tables", "backup", "--db", dsn, "--data", data, "--recipient", recipient, at("quick"))
		if quick, err := filepath.Glob(at("quick/maillage-*.age")); err != nil || len(quick) != n+1 {
			t.Fatal(quick, err)
		}
	}
	run(0, "push.keys", "backup", "keys", "--data", data, "--recipient", recipient, at("keys"))
	kept, err := filepath.Glob(at("kept/maillage-*.age"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	run(1, "is it the data folder?", write(at("wrong"))...)
	must(t, os.MkdirAll(at("wrong/keys"), 0o700))
	must(t, os.WriteFile(at("wrong/keys/accounts.key"), []byte("x"), 0o600))
	run(1, "files that rows name are missing", write(at("wrong"))...)
	left, err := filepath.Glob(at("kept/*"))
	if err != nil || len(left) != 2 || left[0] != at("kept/incomplete.age") || left[1] != kept[0] {
		t.Fatal(left, err)
	}
	run(1, "files that rows name are missing", "backup", "check", "--identity", at("key"), left[0])
	run(0, "sound", "backup", "check", "--identity", at("key"), kept[0])

	whole, err := os.ReadFile(kept[0])
	must(t, err)
	restore := []string{"restore", "--identity", at("key"), "--keys", at("keys"), "--db", at("new/maillage.db"), "--data", at("new"), kept[0]}
	must(t, os.WriteFile(kept[0], whole[:len(whole)/2], 0o600))
	run(1, "spoilt", restore...)
	if _, err := os.Stat(at("new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a refused restore left its folder: %v", err)
	}
	must(t, os.WriteFile(kept[0], whole, 0o600))
	run(0, "restored", restore...)
	run(0, "Files named by rows: all are there", "doctor", "--db", at("new/maillage.db"), "--data", at("new"))
	must(t, os.RemoveAll(at("new/structures")))
	run(1, "structure_document names", "doctor", "--db", at("new/maillage.db"), "--data", at("new"))
	run(1, "no such file", "doctor", "--db", at("new/maillage.db"), "--data", at("none"))
}

// columnsOf lists every column of a database, to compare schemas.
func columnsOf(t testing.TB, dsn string) string {
	t.Helper()
	d, err := db.OpenBeside(context.Background(), dsn)
	must(t, err)
	defer func() { _ = d.Close() }()
	var all []string
	question := "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1"
	if strings.HasPrefix(dsn, "postgres") {
		question = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"
	}
	must(t, d.Select(&all, question))
	return strings.Join(all, "\n")
}

// earlier makes the database of an earlier version: all migrations but the last ones.
func earlier(t testing.TB, dsn string, without int) {
	t.Helper()
	entries, err := migrations.FS.ReadDir(".")
	must(t, err)
	var versions []int64
	for _, e := range entries {
		if number, _, ok := strings.Cut(e.Name(), "_"); ok && strings.HasSuffix(e.Name(), ".sql") {
			var v int64
			for _, digit := range number {
				v = 10*v + int64(digit-'0')
			}
			versions = append(versions, v)
		}
	}
	d, err := db.Open(context.Background(), dsn)
	must(t, err)
	must(t, d.MigrateTo(context.Background(), versions[:len(versions)-without]))
	must(t, d.Close())
}

// An earlier database is migrated by a server that is killed at every moment of it, while clients ask: never a half state, never an
// answer of 500, and the next start goes on to the whole schema.
func TestDrillMigration(t *testing.T) {
	drillMigration(t, func() string { return filepath.Join(t.TempDir(), "maillage.db") })
}

func TestDrillPostgresMigration(t *testing.T) {
	drillMigration(t, newCluster(t).database)
}

// drillMigration runs the drill on databases that empty gives.
func drillMigration(t *testing.T, empty func() string) {
	fresh := empty()
	earlier(t, fresh, 4)
	began := time.Now()
	must(t, command("migrate", "--db", fresh, "--data", t.TempDir()).Run())
	whole, want := time.Since(began), columnsOf(t, fresh)
	n, asked, bad, cut := 0, 0, 0, 0
	for n = range repeat(2, 100) {
		data, dsn := filepath.Join(t.TempDir(), "data"), empty()
		earlier(t, dsn, 1+n%8)
		c := command("migrate", "--db", dsn, "--data", data)
		must(t, c.Start())
		_, moment := math.Modf(float64(n) * math.Phi) // spread over the whole of it, however many rounds
		<-time.After(time.Duration(moment * float64(whole)))
		_ = c.Process.Kill()
		_ = c.Wait()
		if columnsOf(t, dsn) != want {
			cut++
		}
		s := prepare(t, data, "--db", dsn)
		s.args[0] = "serve" // an empty installation: the demonstration's data would take most of the time
		more, worse := ask(s)
		asked, bad = asked+more, bad+worse
		s.stop()
		if got := columnsOf(t, dsn); got != want {
			t.Errorf("round %d: the schema differs from a fresh one", n)
		}
	}
	t.Logf("migration: %d earlier databases, each killed while it migrated (%d before the end); %d requests while the server started again and migrated, %d answers of 500 or more; schema whole each time", n, cut, asked, bad)
	if bad > 0 {
		t.Error("a client saw an error of the server")
	}
}

// ask starts a server while clients already ask: each waits until the port is open, then for its answer.
func ask(s *server) (asked, bad int) {
	var mu sync.Mutex
	var clients sync.WaitGroup
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range writers {
		clients.Go(func() {
			for _, path := range []string{"/readyz", "/appels", "/structures"} {
				status := 0
				for ctx.Err() == nil && status == 0 { // the port is not open yet
					status, _, _ = (&person{url: s.url}).do(ctx, http.MethodGet, path, nil, nil)
				}
				mu.Lock()
				asked++
				if status == 0 || status >= http.StatusInternalServerError {
					bad++
				}
				mu.Unlock()
			}
		})
	}
	s.start()
	clients.Wait()
	return asked, bad
}

package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/platform/db"
)

// open opens a database, and closes it when the test ends.
func open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// What was meant as the address of another engine never opens an empty SQLite file; a password in it is not said again.
func TestAddressesOfOtherEnginesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for address, says := range map[string]string{
		"mysql://root:topsecret@host/x": "mysql:// is no database", "MySQL://x": "MySQL:// is no database", "file:///tmp/x.db": "file:// is no database",
		"host=127.0.0.1 port=1 password=topsecret": "not how a database is named", "dbname = x": "not how a database is named", "file:x.db": "not how a database is named",
		"": "no database is named", "sqlite:": "no database is named",
		"POSTGRES://x@127.0.0.1:1/x": "reach PostgreSQL", "PostgreSQL://x@127.0.0.1:1/x": "reach PostgreSQL",
	} {
		for name, open := range map[string]func(context.Context, string) (*db.DB, error){"Open": db.Open, "OpenBeside": db.OpenBeside, "OpenExisting": db.OpenExisting} {
			if _, err := open(context.Background(), address); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "topsecret") {
				t.Errorf("%s(%q): %v", name, address, err)
			}
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
}

// A path opens the file that it names, whatever its characters, for its owner alone, as is the log beside it.
func TestOddPathsOpenTheirOwnFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a?b.db", "a#b.db", "a%41b.db", "é è & ; +.db", ":memory:"} {
		path := filepath.Join(dir, name)
		d := open(t, path)
		if _, err := d.Exec("CREATE TABLE x (y INTEGER)"); err != nil {
			t.Fatal(name, err)
		}
		for _, file := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
			info, err := os.Stat(file)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v %v", file, info, err)
			}
		}
		beside, err := db.OpenBeside(context.Background(), path)
		if err != nil {
			t.Fatal(name, err)
		}
		var n int
		if err := beside.Get(&n, "SELECT COUNT(*) FROM x"); err != nil {
			t.Errorf("%s: beside: %v", name, err)
		}
		_ = beside.Close()
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != 5*4 {
		t.Errorf("files: %q", left)
	}
}

// However a file is named, it has one lock: two servers never share it.
func TestLinksLeadToOneLock(t *testing.T) {
	dir := t.TempDir()
	link := func(target, name string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	early := link("real/one.db", "early.db") // before there is a database
	folder := link("real", "folder")
	open(t, early)
	late := link(filepath.Join("folder", "one.db"), "late.db")
	t.Chdir(filepath.Join(dir, "real"))
	for _, path := range []string{filepath.Join(dir, "real", "one.db"), early, filepath.Join(folder, "one.db"), late, "one.db", "../real/./one.db", "sqlite:one.db"} {
		if _, err := db.Open(context.Background(), path); err == nil || !strings.Contains(err.Error(), "another Maillage process") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Stat("one.db"); err != nil {
		t.Error(err)
	}
	loop := link("loop.db", "loop.db")
	if _, err := db.Open(context.Background(), loop); err == nil {
		t.Error("a link to itself was opened")
	}
}

// Commands that work on an installation make none.
func TestOpenExistingMakesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "below", "none.db")
	if _, err := db.OpenExisting(context.Background(), path); err == nil || !strings.Contains(err.Error(), "there is no database at "+path) {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
	d := open(t, filepath.Join(dir, "empty.db"))
	before, err := d.Pending(context.Background())
	if err != nil || before == 0 {
		t.Fatalf("%d, %v", before, err)
	}
	if err := d.CheckCurrent(context.Background()); err == nil || !strings.Contains(err.Error(), "run maillage migrate") {
		t.Errorf("got %v", err)
	}
	var tables int
	if err := d.Get(&tables, "SELECT COUNT(*) FROM sqlite_master"); err != nil || tables != 0 {
		t.Errorf("counting made %d tables, %v", tables, err)
	}
}

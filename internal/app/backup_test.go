package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/backup"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/seal"
	"maillage/internal/structures"
)

// copied is the backup of an installation and the copy of its keys.
type copied struct {
	key        *age.X25519Identity
	file, keys []byte
	manifest   backup.Manifest
}

func (c copied) open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.file)), nil }

func (c copied) identities() []age.Identity { return []age.Identity{c.key} }

// opened is the copy of the keys, as a command reads it.
func (c copied) opened(t *testing.T) Keys {
	t.Helper()
	keys, err := OpenKeys(bytes.NewReader(c.keys), c.identities())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func copyOf(t *testing.T, cfg Config) copied {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var file, keys bytes.Buffer
	to := []age.Recipient{key.Recipient()}
	m, err := Backup(context.Background(), cfg, &file, to)
	if err == nil {
		_, err = BackupKeys(cfg.Data, &keys, to)
	}
	if err != nil {
		t.Fatal(err)
	}
	return copied{key, file.Bytes(), keys.Bytes(), m}
}

// elsewhere is a place where there is nothing yet, not even a folder.
func elsewhere(t *testing.T) Config {
	dir := filepath.Join(t.TempDir(), "new")
	return Config{DB: filepath.Join(dir, "base", "maillage.db"), Data: filepath.Join(dir, "data"), Clock: clock.System{}}
}

// nothingIn fails when there is something in the folder above a place.
func nothingIn(t *testing.T, cfg Config) {
	t.Helper()
	above := filepath.Dir(filepath.Dir(cfg.Data))
	if left, _ := filepath.Glob(filepath.Join(above, "*")); len(left) > 0 {
		t.Errorf("this was made: %v", left)
	}
}

// attach keeps a document of the regional agency's structure and gives its identifier.
func attach(t *testing.T, a *App, content string) string {
	t.Helper()
	officer := accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	d, err := a.structures.AddDocument(context.Background(), officer, structures.DocumentCommand{Structure: structures.DemoARS, Kind: "bank",
		Readers: structures.ReadPublic, FileName: "rib.pdf", Content: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// Each folder that the program opens for files is in the backup, and each other folder of its data is known for what it is.
func TestBackupHoldsEachFolder(t *testing.T) {
	a := demonstration(t)
	opened, err := filepath.Glob(filepath.Join(a.cfg.Data, "*", ".tmp"))
	if err != nil || len(opened) < 3 {
		t.Fatal(opened, err)
	}
	for _, path := range opened {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "file"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := copyOf(t, a.cfg).manifest
	for _, path := range opened {
		folder := filepath.Base(filepath.Dir(path))
		if !slices.ContainsFunc(m.Files, func(f backup.File) bool { return f.Store == folder }) {
			t.Errorf("the backup holds no file of %s, which the program writes", folder)
		}
	}
	folders, err := os.ReadDir(a.cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"keys", "audit", "mail"} // copied apart; signed and copied apart; letters that have left
	for folder := range named {
		known = append(known, folder)
	}
	for _, f := range folders {
		if f.IsDir() && !slices.Contains(known, f.Name()) {
			t.Errorf("%s is written and no backup holds it", f.Name())
		}
	}
	for _, folder := range []string{"keys", "audit"} {
		files, _ := filepath.Glob(filepath.Join(a.cfg.Data, folder, "*"))
		for _, path := range files {
			name := filepath.Join(folder, filepath.Base(path))
			if !slices.Contains(secrets, name) && name != filepath.Join("audit", audit.HistoryFile) {
				t.Errorf("%s is written, and no copy of the keys holds it", name)
			}
		}
	}
	if err := CheckNamed(context.Background(), a.cfg, a.DB); err != nil {
		t.Errorf("rows of the demonstration name files that are not there: %v", err)
	}
	if _, err := a.openFiles(context.Background(), "elsewhere"); err == nil {
		t.Error("a folder that no backup holds was opened")
	}
}

// A column that names files is declared by its room.
func TestEachColumnOfFilesIsDeclared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		question := "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%blob%' ORDER BY 1"
		if d.Dialect == db.Postgres {
			question = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%blob%' ORDER BY 1"
		}
		var columns, declared []string
		if err := d.Select(&columns, question); err != nil || len(columns) == 0 {
			t.Fatal(columns, err)
		}
		for _, list := range named {
			for _, ref := range list {
				declared = append(declared, ref.Table+"."+ref.Columns[0])
			}
		}
		for _, c := range columns {
			if !slices.Contains(declared, c) {
				t.Errorf("%s is not among the Blobs of its room", c)
			}
		}
		empty := backup.Installation{DB: d, References: named}
		if err := backup.Missing(context.Background(), empty); err != nil {
			t.Error(err)
		}
	})
}

// A document, the keys and what was signed come back as they were; the restored record still shows what somebody removes from it.
func TestRestoredAsItWas(t *testing.T) {
	ctx := context.Background()
	a := demonstration(t)
	id := attach(t, a, "%PDF-1.7 le relevé")
	if err := a.signRecord(ctx); err != nil {
		t.Fatal(err)
	}
	c, into := copyOf(t, a.cfg), elsewhere(t)
	m, err := Restore(ctx, into, c.open, c.identities(), c.opened(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{"audit/" + audit.HistoryFile}, secrets...) {
		want, err := os.ReadFile(filepath.Join(a.cfg.Data, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(into.Data, name))
		info, statErr := os.Stat(filepath.Join(into.Data, name))
		if err != nil || statErr != nil || !bytes.Equal(got, want) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s did not come back: %v", name, err)
		}
	}
	into.Demo, into.Region, into.BaseURL, into.Log = true, "11", a.cfg.BaseURL, a.cfg.Log
	again := copyOf(t, into).manifest
	if !reflect.DeepEqual(m.Tables, again.Tables) || !reflect.DeepEqual(m.Files, again.Files) {
		t.Error("what was restored differs")
	}
	back, err := New(ctx, into)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = back.Close() }()
	_, content, err := back.structures.OpenDocument(ctx, accounts.Actor{}, id)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if text, err := io.ReadAll(content); err != nil || string(text) != "%PDF-1.7 le relevé" {
		t.Errorf("the document became %q, %v", text, err)
	}
	if err := back.verifyRecord(ctx); err != nil {
		t.Error(err)
	}
	if _, err := back.DB.Exec("DELETE FROM audit_checkpoint"); err != nil {
		t.Fatal(err)
	}
	report, err := back.notary.Verify(ctx, back.DB)
	if err != nil || report.Signed == 0 {
		t.Errorf("removing what the database kept of the signatures hides them: %+v %v", report, err)
	}
}

// sealed is a small installation, with sealed content and the key of it.
func sealed(t *testing.T) (Config, *db.DB) {
	t.Helper()
	ctx, d, data := context.Background(), dbtest.SQLite(t), t.TempDir()
	ring, err := seal.OpenKeyring(sealKeys(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.InTx(ctx, func(tx *db.Tx) error {
		_, err := seal.NewVault(ring).NewKey(ctx, tx, "case", time.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return Config{DB: d.Path, Data: data, Clock: clock.System{}}, d
}

// A restore that is refused leaves nothing, and the same command works once what was wrong is put right.
func TestRefusedRestoreLeavesNothing(t *testing.T) {
	ctx := context.Background()
	cfg, d := sealed(t)
	good, other := copyOf(t, cfg), copyOf(t, cfg)
	cut, foreign := good, good.opened(t)
	cut.file = good.file[:len(good.file)*2/3]
	foreign["keys/seal.keys"] = []byte("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	for name, c := range map[string]struct {
		from copied
		with *age.X25519Identity
		keys Keys
		says string
	}{
		"another key":                  {good, other.key, good.opened(t), backup.ErrWrongKey.Error()},
		"cut short":                    {cut, good.key, good.opened(t), backup.ErrSpoilt.Error()},
		"cut short, no keys":           {cut, good.key, nil, backup.ErrSpoilt.Error()},
		"keys of another installation": {good, good.key, foreign, "does not belong to this backup"},
	} {
		t.Run(name, func(t *testing.T) {
			into := elsewhere(t)
			if _, err := Restore(ctx, into, c.from.open, []age.Identity{c.with}, c.keys); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			nothingIn(t, into)
			if _, err := Restore(ctx, into, good.open, good.identities(), good.opened(t)); err != nil {
				t.Error(err)
			}
		})
	}
	if _, err := d.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999999, TRUE)"); err != nil {
		t.Fatal(err)
	}
	newer, into := copyOf(t, cfg), elsewhere(t)
	if _, err := Restore(ctx, into, newer.open, newer.identities(), newer.opened(t)); !errors.Is(err, db.ErrNewer) {
		t.Errorf("got %v", err)
	}
	nothingIn(t, into)
}

// Keys that lie there already are not written over; the same ones are no hindrance.
func TestRestoreKeepsOtherKeys(t *testing.T) {
	data := t.TempDir()
	keys := Keys{"keys/seal.keys": []byte("a"), "keys/push.keys": []byte("b")}
	if err := errors.Join(keys.fit(data), keys.write(data), keys.fit(data)); err != nil {
		t.Fatal(err)
	}
	if err := (Keys{"keys/seal.keys": []byte("c"), "keys/push.keys": []byte("b")}).fit(data); err == nil || !strings.Contains(err.Error(), "keys/seal.keys already exists") {
		t.Errorf("got %v", err)
	}
	if err := (Keys{"keys/seal.keys": []byte("a")}).fit(data); err == nil {
		t.Error("a key that the copy does not hold would stay")
	}
}

// The backup of a folder that is not the installation's is refused, or told to be incomplete, and makes no folder.
func TestBackupOfAnotherFolder(t *testing.T) {
	ctx := context.Background()
	a := demonstration(t)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	to := []age.Recipient{key.Recipient()}
	wrong := elsewhere(t)
	wrong.DB = a.cfg.DB
	if _, err := Backup(ctx, wrong, io.Discard, to); err == nil || !strings.Contains(err.Error(), "is it the data folder?") {
		t.Errorf("got %v", err)
	}
	if err := CheckFiles(ctx, wrong); err == nil || !strings.Contains(err.Error(), "is it the data folder?") {
		t.Errorf("got %v", err)
	}
	nothingIn(t, wrong)
	if err := (Keys{"keys/accounts.key": []byte("x")}).write(wrong.Data); err != nil {
		t.Fatal(err)
	}
	var lost *backup.MissingError
	if m, err := Backup(ctx, wrong, io.Discard, to); !errors.As(err, &lost) || len(m.Files) != 0 || len(lost.Blobs) < 100 {
		t.Errorf("got %v, %d files", err, len(m.Files))
	}
	if left, _ := filepath.Glob(filepath.Join(wrong.Data, "*")); len(left) != 1 {
		t.Errorf("folders were made: %v", left)
	}
}

// A checkpoint that is on its way, or signed after the rows were read, is not in the copy; one that lies there already stays.
func TestCheckpointsAreThoseBeforeTheRows(t *testing.T) {
	ctx := context.Background()
	folder := filepath.Join(t.TempDir(), "audit")
	none, err := openCheckpoints(folder)
	if err != nil {
		t.Fatal(err)
	}
	for range none.List(ctx, "") {
		t.Error("a file that is not there was listed")
	}
	if _, err := none.Put(ctx, audit.HistoryFile, strings.NewReader("\"one\"\n\"tw")); err != nil {
		t.Fatal(err)
	}
	some, err := openCheckpoints(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := some.Put(ctx, audit.HistoryFile, strings.NewReader("\"other\"\n")); err != nil {
		t.Fatal(err)
	}
	content, info, err := some.Get(ctx, audit.HistoryFile)
	if err != nil || info.ModTime.After(time.Now()) {
		t.Fatal(err)
	}
	defer content.Close()
	if text, _ := io.ReadAll(content); string(text) != "\"one\"\n" {
		t.Errorf("%q", text)
	}
	if text, _ := os.ReadFile(filepath.Join(folder, audit.HistoryFile)); !strings.HasPrefix(string(text), "\"one\"\n") {
		t.Errorf("written over: %q", text)
	}
}

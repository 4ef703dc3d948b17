package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"maillage/internal/app"
	"maillage/internal/platform/clock"
)

// canaries are what nobody may find outside a sealed case: a name, a birth date, the phone number, the text typed, bytes of the photograph.
var canaries = map[string][]byte{
	"name": []byte("Zyxcanari"), "birth date": []byte("1931-07-09"), "phone": []byte("0699887766"), "question": []byte("quenouille-orpheline"),
	"photograph": []byte("canari-dans-le-fichier"), "JPEG header": {0xff, 0xd8, 0xff, 0xfe, 0x00, 0x18},
}

// A case goes through its life; then every file that the program, its database and its backups left is searched.
func TestDrillCanary(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		data := demonstration(t)
		canary(t, data, filepath.Join(data, "maillage.db"), "")
	})
	t.Run("postgres", func(t *testing.T) {
		c := newCluster(t)
		canary(t, filepath.Join(t.TempDir(), "data"), c.url(), c.data())
	})
}

func canary(t *testing.T, data, dsn, cluster string) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	s := begin(t, data, "--verbose", "--db", dsn)
	sing(t, s)
	if cluster == "" {
		searched(t, data) // while the database's log still holds the last writes
	}
	cfg := app.Config{DB: dsn, Data: data, Clock: clock.System{}}
	key, err := age.GenerateX25519Identity()
	must(t, err)
	var file, keys bytes.Buffer
	_, err = app.Backup(context.Background(), cfg, &file, []age.Recipient{key.Recipient()})
	must(t, err)
	_, err = app.BackupKeys(data, &keys, []age.Recipient{key.Recipient()})
	must(t, err)
	back := t.TempDir() // what the backup holds, once opened
	opened, err := app.OpenKeys(&keys, []age.Identity{key})
	must(t, err)
	_, err = app.Restore(context.Background(), app.Config{DB: filepath.Join(back, "maillage.db"), Data: back, Clock: clock.System{}},
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }, []age.Identity{key}, opened)
	must(t, err)
	s.stop()
	must(t, os.WriteFile(filepath.Join(temp, "log"), s.log.Bytes(), 0o600))
	n := 0
	for _, dir := range []string{data, temp, back, cluster} {
		if dir != "" {
			n += searched(t, dir)
		}
	}
	t.Logf("canary: %d files searched for %d canaries", n, len(canaries))
}

// sing takes one case through sending, reading and answering, so that everything that writes has written.
func sing(t *testing.T, s *server) {
	t.Helper()
	const id, photo = "drill-canary-aaaaaaaaaa", "drill-canary-photo-a"
	doctor, expert := s.as("demo-gp"), s.as("demo-dermatologist")
	jpg := marked(picture(300), string(canaries["photograph"]))
	draft := fmt.Appendf(nil, `{"id":%q,"urgency":"P2","question":%q,"patient":{"birth_name":%q,"first_birth_name":"Ada","birth_date":%q,"sex":"F","phone":%q},
		"consent":{"given":true,"form":"oral"},"clinical":{"site":"back"}}`, id, canaries["question"], canaries["name"], canaries["birth date"], canaries["phone"])
	half := len(jpg) / 2
	part := func(from, to int) func() (int, string, error) {
		return func() (int, string, error) {
			return doctor.do(context.Background(), http.MethodPut, cases+id+"/photos/"+photo, jpg[from:to], map[string]string{"X-Photo-View": "close-up",
				"X-Photo-Sha256": hashOf(jpg), "Content-Range": fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(jpg))})
		}
	}
	page := "/telexpertise/demandes/" + id
	for i, step := range []func() (int, string, error){
		func() (int, string, error) {
			return doctor.do(context.Background(), http.MethodPut, cases+id, draft, nil)
		},
		part(0, half), part(half, len(jpg)),
		func() (int, string, error) { return doctor.submit(id, photo, jpg) },
		func() (int, string, error) { return expert.form(page+"/prendre", url.Values{}) },
		func() (int, string, error) { return expert.get(page) },
		func() (int, string, error) {
			return expert.form(page+"/signer", url.Values{"disposition": {"D3"}, "confidence": {"high"}, "photos_usable": {"1"}, "hypothesis": {"Zyxcanari"}, "text": {"quenouille-orpheline"}})
		},
		func() (int, string, error) { return doctor.get(page) },
		func() (int, string, error) { return doctor.get(page + "/fiche") },
	} {
		if status, text, err := step(); err != nil || status >= http.StatusInternalServerError || i < 6 && status >= 400 {
			t.Fatalf("step %d: %d %v %.400s", i+1, status, err, text)
		}
	}
	if _, text, _ := doctor.get(page); !bytes.Contains([]byte(text), canaries["name"]) {
		t.Fatal("the page of the case does not show the canary: this drill searches for nothing")
	}
}

// searched looks for every canary in every file below a folder.
func searched(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		for name, canary := range canaries {
			if bytes.Contains(text, canary) {
				t.Errorf("the %s is readable in %s", name, path)
			}
		}
		return nil
	})
	must(t, err)
	return n
}

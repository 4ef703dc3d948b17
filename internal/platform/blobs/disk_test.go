package blobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"maillage/internal/platform/fault"
)

var ctx = context.Background()

func disk(t *testing.T) *Disk {
	t.Helper()
	d, err := OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t *testing.T, s Store, id string) string {
	t.Helper()
	r, _, err := s.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func list(t *testing.T, s Store, prefix string) string {
	t.Helper()
	var ids []string
	for info, err := range s.List(ctx, prefix) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, fmt.Sprintf("%s=%d", info.ID, info.Size))
	}
	return strings.Join(ids, " ")
}

func TestDisk(t *testing.T) { contract(t, disk(t)) }

// A folder that is only read is not made when it is not there, and keeps what arrives in it.
func TestReadingMakesNothing(t *testing.T) {
	root := filepath.Join(t.TempDir(), "none")
	d := ReadDisk(root)
	if got := list(t, d, ""); got != "" {
		t.Error(got)
	}
	if _, _, err := d.Get(ctx, "a"); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	full := disk(t)
	if _, err := full.Put(ctx, "a/b", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	arriving := filepath.Join(full.root, temporary, "arriving")
	if err := os.WriteFile(arriving, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if d := ReadDisk(full.root); list(t, d, "") != "a/b=1" || read(t, d, "a/b") != "x" {
		t.Error("read something else")
	}
	if _, err := os.Stat(arriving); err != nil {
		t.Error(err)
	}
}

// contract is what every store must do.
func contract(t *testing.T, s Store) {
	content := strings.Repeat("photo", 100_000)
	info, err := s.Put(ctx, "case/1/a.jpg", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	if info.Size != int64(len(content)) || info.SHA256 != hex.EncodeToString(sum[:]) || info.ID != "case/1/a.jpg" {
		t.Fatalf("%+v", info)
	}
	if read(t, s, "case/1/a.jpg") != content {
		t.Fatal("read something else")
	}
	for _, id := range []string{"case/1/b", "case/2/a", "other"} {
		if _, err := s.Put(ctx, id, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(ctx, "case/1/b", strings.NewReader("replaced")); err != nil || read(t, s, "case/1/b") != "replaced" {
		t.Fatal("not replaced", err)
	}
	if stat, err := s.Stat(ctx, "case/1/b"); err != nil || stat.Size != 8 {
		t.Fatalf("%+v %v", stat, err)
	}
	if got := list(t, s, "case/1/"); got != "case/1/a.jpg=500000 case/1/b=8" {
		t.Fatal(got)
	}
	for range 2 {
		if err := s.Delete(ctx, "case/1/b"); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"case/1/b", "case/1", "never", "other/x"} {
		if _, _, err := s.Get(ctx, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("Get(%s): %v", id, err)
		}
		if _, err := s.Stat(ctx, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("Stat(%s): %v", id, err)
		}
	}
	for _, id := range []string{"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".tmp/x", "A", "a b", "é", "a\x00", strings.Repeat("a", 301)} {
		if _, err := s.Put(ctx, id, strings.NewReader("")); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("Put(%q): %v", id, err)
		}
	}
	if _, err := s.Put(ctx, "cut", io.MultiReader(strings.NewReader("begin"), iotest.ErrReader(errors.New("the phone went away")))); err == nil {
		t.Error("a broken upload was kept")
	}
	if got := list(t, s, ""); got != "case/1/a.jpg=500000 case/2/a=1 other=1" {
		t.Fatal(got)
	}
}

// TestWriteOrder asserts the order that makes a blob durable, and that a full disk at any step is said and leaves no orphan.
func TestWriteOrder(t *testing.T) {
	steps := 0
	for failing := 0; ; failing++ {
		d := disk(t)
		var done []string
		step := func(name string) error {
			done = append(done, name)
			if failing == len(done) {
				return fmt.Errorf("step %d: %w", failing, syscall.ENOSPC)
			}
			return nil
		}
		d.sync = func(f *os.File) error {
			rel, _ := filepath.Rel(d.root, f.Name())
			if filepath.Dir(rel) == temporary {
				rel = "file"
			}
			return errors.Join(step("sync "+rel), f.Sync())
		}
		d.rename = func(from, to string) error {
			if err := step("rename"); err != nil {
				return err
			}
			return os.Rename(from, to)
		}
		_, err := d.Put(ctx, "case/1/a", strings.NewReader("x"))
		if failing == 0 {
			want := "sync file, sync ., sync case, rename, sync case/1"
			if got := strings.Join(done, ", "); err != nil || got != want {
				t.Fatalf("%v\n got %s\nwant %s", err, got, want)
			}
			steps = len(done)
			continue
		}
		if failing > steps {
			return
		}
		if !fault.Is(err, fault.KindFull) {
			t.Errorf("step %d: %v", failing, err)
		}
		if left, _ := filepath.Glob(filepath.Join(d.root, temporary, "*")); len(left) > 0 {
			t.Errorf("step %d left %v", failing, left)
		}
	}
}

func TestOrphansAreSwept(t *testing.T) {
	d := disk(t)
	orphan := filepath.Join(d.root, temporary, "orphan")
	if err := os.WriteFile(orphan, []byte("half a pho"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	var running sync.WaitGroup
	running.Go(func() {
		if _, err := d.Put(ctx, "slow", r); err != nil {
			t.Error(err)
		}
	})
	if _, err := w.Write([]byte("first half, ")); err != nil { // returns once Put reads, and so holds its file
		t.Fatal(err)
	}
	if _, err := OpenDisk(d.root); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(orphan); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the orphan is still there: %v", err)
	}
	_, _ = w.Write([]byte("second half"))
	_ = w.Close()
	running.Wait()
	if got := read(t, d, "slow"); got != "first half, second half" {
		t.Errorf("the running upload became %q", got)
	}
}

// A backup or a second node opens the folder, and sweeps it, while files arrive: none is taken away.
func TestSweepingLeavesArrivingFilesAlone(t *testing.T) {
	d := disk(t)
	done := make(chan struct{})
	var sweepers, writers sync.WaitGroup
	for range 2 {
		sweepers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if _, err := OpenDisk(d.root); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for w := range 4 {
		writers.Go(func() {
			for n := range 150 {
				if _, err := d.Put(ctx, fmt.Sprintf("a/%d-%d", w, n), strings.NewReader("x")); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	sweepers.Wait()
	if n := strings.Count(list(t, d, "a/"), "="); n != 600 && !t.Failed() {
		t.Errorf("%d files", n)
	}
}

func TestTwoHundredUploadsAtOnce(t *testing.T) {
	d := disk(t)
	var running sync.WaitGroup
	for i := range 200 {
		running.Go(func() {
			content := bytes.Repeat([]byte{byte(i)}, 10_000)
			if _, err := d.Put(ctx, fmt.Sprintf("many/%d/x", i), bytes.NewReader(content)); err != nil {
				t.Error(err)
			}
			if read(t, d, fmt.Sprintf("many/%d/x", i)) != string(content) {
				t.Errorf("%d is mixed up", i)
			}
		})
	}
	running.Wait()
	if n := len(strings.Fields(list(t, d, "many/"))); n != 200 {
		t.Errorf("%d kept", n)
	}
}

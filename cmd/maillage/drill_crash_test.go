package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/testdata"
)

// integrity asks SQLite whether the file is sound, and the audit record whether it is whole.
func integrity(t testing.TB, data string) {
	t.Helper()
	d, err := db.OpenBeside(context.Background(), filepath.Join(data, "maillage.db"))
	must(t, err)
	var says string
	must(t, d.Get(&says, "PRAGMA integrity_check"))
	must(t, d.Close())
	if says != "ok" {
		t.Errorf("the database is corrupt: %s", says)
	}
	if out, err := command("audit", "verify", "--db", filepath.Join(data, "maillage.db"), "--data", data).CombinedOutput(); err != nil {
		t.Errorf("the audit record: %v\n%s", err, out)
	}
}

// kill -9 while eight writers send and decide: what was acknowledged is there, the file is sound, half-written blobs are swept.
func TestDrillKilled(t *testing.T) {
	data := demonstration(t)
	s := begin(t, data)
	f := newFleet(s)
	n := 0
	var restarts []time.Duration
	var lost []string
	for n = range repeat(2, 1000) {
		ctx, cancel := context.WithCancel(context.Background())
		writing := f.run(ctx)
		f.writes(t) // a slow machine needs its time to the first
		<-time.After(time.Duration(50+rand.IntN(250)) * time.Millisecond)
		s.kill()
		cancel()
		writing.Wait()
		s.start()
		restarts = append(restarts, s.took)
	}
	s.stop()
	lost, twice := f.lost(t, filepath.Join(data, "maillage.db"))
	orphans := filesIn(t, filepath.Join(data, "blobs", ".tmp"))
	integrity(t, data)
	t.Logf("kill -9: %d cycles, %d cases acknowledged, %d lost, %d effects twice, %d orphans; restart median %s, p99 %s",
		n, len(f.acknowledged), len(lost), twice, orphans, percentile(restarts, 0.5), percentile(restarts, 0.99))
	if len(lost) > 0 || twice > 0 || orphans > 0 || len(f.refused) > 0 || len(f.acknowledged) == 0 {
		t.Errorf("lost: %v\nrefused: %v", lost, f.refused)
	}
}

// Many photographs of 100 kB, two hundred at once: no error, as many blobs.
func TestDrillUploads(t *testing.T) {
	data := demonstration(t)
	s := begin(t, data)
	doctor := s.as("demo-gp")
	n, atOnce := times(60, 10_000), 200
	base, per := picture(300), 10
	before := filesIn(t, filepath.Join(data, "blobs"))
	ids := make(chan int)
	var mu sync.Mutex
	var errs []string
	var all sync.WaitGroup
	began := time.Now()
	for i := range (n + per - 1) / per {
		if status, text, err := doctor.draft(fmt.Sprintf("drill-up-%07d-aaaaaaa", i), "Essai"); err != nil || status != http.StatusOK {
			t.Fatal(status, text, err)
		}
	}
	for range atOnce {
		all.Go(func() {
			for i := range ids {
				id := fmt.Sprintf("drill-up-%07d-aaaaaaa", i/per)
				if status, text, err := doctor.photo(id, fmt.Sprintf("photo-%010d", i), marked(base, fmt.Sprint(i))); err != nil || status != http.StatusOK {
					mu.Lock()
					errs = append(errs, fmt.Sprintf("%d: %d %.200s %v", i, status, text, err))
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		ids <- i
	}
	close(ids)
	all.Wait()
	took := time.Since(began)
	d, err := db.OpenBeside(context.Background(), filepath.Join(data, "maillage.db"))
	must(t, err)
	var received, distinct int
	must(t, d.Get(&received, "SELECT COUNT(*) FROM telex_photo WHERE case_id LIKE 'drill-up-%' AND received_at IS NOT NULL"))
	must(t, d.Get(&distinct, "SELECT COUNT(DISTINCT sha256) FROM telex_photo WHERE case_id LIKE 'drill-up-%' AND received_at IS NOT NULL"))
	must(t, d.Close())
	blobs := filesIn(t, filepath.Join(data, "blobs")) - before
	t.Logf("uploads: %d photographs of %d kB, %d at once: %d errors, %d received, %d distinct, %d more blobs, in %s", n, len(base)/1000, atOnce, len(errs), received, distinct, blobs, took.Round(time.Second))
	if len(errs) > 0 || received != n || distinct != n || blobs < n {
		t.Errorf("%v", errs[:min(5, len(errs))])
	}
}

// One request sent again and again, eight at a time: one effect.
func TestDrillReplay(t *testing.T) {
	data := demonstration(t)
	s := begin(t, data)
	f := newFleet(s)
	const id, photo = "drill-replay-aaaaaaaaaa", "drill-replay-photo-a"
	n := times(40, 1000)
	jpg := marked(f.picture, id)
	for name, send := range []struct {
		name string
		send func() (int, string, error)
	}{
		{"draft", func() (int, string, error) { return f.doctor.draft(id, "Essai") }},
		{"photograph", func() (int, string, error) { return f.doctor.photo(id, photo, jpg) }},
		{"submission", func() (int, string, error) { return f.doctor.submit(id, photo, jpg) }},
		{"taking", func() (int, string, error) {
			return f.expert.form("/telexpertise/demandes/"+id+"/prendre", url.Values{})
		}},
	} {
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range n / writers {
					if status, text, err := send.send(); err != nil || status >= 400 {
						t.Errorf("%s %d: %d %.200s %v", send.name, name, status, text, err)
					}
				}
			})
		}
		all.Wait()
	}
	d, err := db.OpenBeside(context.Background(), filepath.Join(data, "maillage.db"))
	must(t, err)
	defer func() { _ = d.Close() }()
	var effects []struct {
		Action string
		N      int
	}
	must(t, d.Select(&effects, "SELECT action, COUNT(*) AS n FROM audit_entry WHERE object_id = $1 AND action IN ('telexpertise.submit', 'telexpertise.take') GROUP BY action ORDER BY action", id))
	var photos int
	must(t, d.Get(&photos, "SELECT COUNT(*) FROM telex_photo WHERE case_id = $1", id))
	t.Logf("replay: each of 4 requests sent %d times: %v, %d photograph", n/writers*writers, effects, photos)
	if len(effects) != 2 || effects[0].N != 1 || effects[1].N != 1 || photos != 1 {
		t.Errorf("%v, %d photographs", effects, photos)
	}
}

// A disk that fills up: refused with 507, reads go on, nothing acknowledged is lost, and room made again is enough.
func TestDrillDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("a small disk needs root to be mounted")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=96m"); err != nil {
		t.Skipf("no small disk here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	data := filepath.Join(dir, "data")
	must(t, testdata.CopyData(data, demonstration(t)))
	s := begin(t, data)
	f := newFleet(s)
	officer := s.as("demo-officer-91")
	full, served, n := 0, 0, 0
	for n = range repeat(2, 50) {
		longAgo(t, data)
		filler := filepath.Join(dir, "filler")
		fill(t, filler)
		statuses := map[int]int{}
		for range 30 {
			id := f.next()
			jpg := marked(f.picture, id)
			status, _, err := f.doctor.draft(id, "Essai")
			must(t, err)
			if status == http.StatusOK {
				f.acknowledge(id, drafted)
				status, _, err = f.doctor.photo(id, id+"-p", jpg)
				must(t, err)
				if status == http.StatusOK {
					f.acknowledge(id, photographed)
				}
			}
			statuses[status]++
			for _, path := range []string{"/telexpertise/api/demandes", "/livez", "/communes/91286"} {
				if status, _, err := f.doctor.get(path); err != nil || status != http.StatusOK {
					t.Errorf("%s while full: %d %v", path, status, err)
				}
				served++
			}
		}
		full += statuses[http.StatusInsufficientStorage]
		if statuses[http.StatusInsufficientStorage] == 0 || statuses[http.StatusInsufficientStorage]+statuses[http.StatusOK] != 30 {
			t.Errorf("while full: %v\n%s", statuses, s.log.String())
		}
		for _, path := range []string{"/", "/instruction", "/compte", "/communes"} { // pages whose reader was seen over a minute ago
			if status, _, err := officer.get(path); err != nil || status != http.StatusOK {
				t.Errorf("%s, signed in, while full: %d %v", path, status, err)
			}
			served++
		}
		must(t, os.Remove(filler))
		before := len(f.refused)
		f.one(f.next())
		if len(f.refused) > before {
			t.Errorf("room made again, and still refused: %s", f.refused[before])
		}
	}
	s.stop()
	lost, _ := f.lost(t, filepath.Join(data, "maillage.db"))
	integrity(t, data)
	t.Logf("disk full: %d times, %d writes refused with 507, %d reads served meanwhile, %d acknowledged, %d lost", n, full, served, len(f.acknowledged), len(lost))
	if len(lost) > 0 {
		t.Errorf("lost: %v", lost)
	}
}

// longAgo has every session seen last two minutes ago: the next page notes that it is in use.
func longAgo(t testing.TB, data string) {
	t.Helper()
	d, err := db.OpenBeside(context.Background(), filepath.Join(data, "maillage.db"))
	must(t, err)
	_, err = d.Exec("UPDATE session SET seen_at = $1", db.Now(clock.System{}).Add(-2*time.Minute))
	must(t, errors.Join(err, d.Close()))
}

// fill takes what is left of a disk, and leaves a few kilobytes.
func fill(t testing.TB, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	block := []byte(strings.Repeat("x", 64<<10))
	for len(block) > 1<<10 {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	_ = f.Close()
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"maillage/internal/platform/db"
)

// How far a case was acknowledged.
const (
	drafted = iota + 1
	photographed
	submitted
	taken
)

// fleet is eight writers: doctors who send cases with a photograph, and the dermatologist who takes them, the decision of that life.
type fleet struct {
	doctor, expert *person
	picture        []byte
	mu             sync.Mutex
	acknowledged   map[string]int // case → how far
	refused        []string       // answers that were neither success nor a broken connection
	serial         int
}

const writers = 8

func newFleet(s *server) *fleet {
	return &fleet{doctor: s.as("demo-gp"), expert: s.as("demo-dermatologist"), picture: picture(120), acknowledged: map[string]int{}}
}

func (f *fleet) next() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	return fmt.Sprintf("drill-%08d-aaaaaaaaaa", f.serial)
}

func (f *fleet) acknowledge(id string, step int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acknowledged[id] = step
}

// run has the writers write until the context ends.
func (f *fleet) run(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for ctx.Err() == nil {
				f.one(f.next())
			}
		})
	}
	return &all
}

// writes waits until one more case is acknowledged.
func (f *fleet) writes(t testing.TB) {
	t.Helper()
	many := func() int { f.mu.Lock(); defer f.mu.Unlock(); return len(f.acknowledged) }
	late, tick := time.After(time.Minute), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for before := many(); many() == before; {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("nothing was acknowledged in a minute")
		}
	}
}

// one sends a case and has it taken, as far as the server lets it.
func (f *fleet) one(id string) {
	photo := id + "-p"
	jpg := marked(f.picture, id)
	steps := []func() (int, string, error){
		func() (int, string, error) { return f.doctor.draft(id, "Essai") },
		func() (int, string, error) { return f.doctor.photo(id, photo, jpg) },
		func() (int, string, error) { return f.doctor.submit(id, photo, jpg) },
		func() (int, string, error) {
			return f.expert.form("/telexpertise/demandes/"+id+"/prendre", url.Values{})
		},
	}
	for i, step := range steps {
		status, text, err := step()
		if err != nil {
			return // the server is gone: nothing was acknowledged
		}
		if status != http.StatusOK && status != http.StatusSeeOther {
			f.mu.Lock()
			f.refused = append(f.refused, fmt.Sprintf("%s, step %d: %d %.200s", id, i+1, status, text))
			f.mu.Unlock()
			return
		}
		f.acknowledge(id, i+1)
	}
}

// lost tells which acknowledged cases the database does not hold as far as it said.
func (f *fleet) lost(t testing.TB, dsn string) (lost []string, effects int) {
	t.Helper()
	d, err := db.OpenBeside(context.Background(), dsn)
	must(t, err)
	defer func() { _ = d.Close() }()
	var rows []struct {
		ID       string
		State    string
		Received int
	}
	must(t, d.Select(&rows, `SELECT c.id, c.state, COUNT(p.received_at) AS received FROM telex_case c LEFT JOIN telex_photo p ON p.case_id = c.id
		WHERE c.id LIKE 'drill-%' GROUP BY c.id, c.state`))
	found := map[string]int{}
	for _, r := range rows {
		switch {
		case r.State == "taken":
			found[r.ID] = taken
		case r.State != "draft":
			found[r.ID] = submitted
		case r.Received > 0:
			found[r.ID] = photographed
		default:
			found[r.ID] = drafted
		}
	}
	for id, step := range f.acknowledged {
		if found[id] < step {
			lost = append(lost, fmt.Sprintf("%s: acknowledged to step %d, found at %d", id, step, found[id]))
		}
	}
	must(t, d.Get(&effects, `SELECT COUNT(*) FROM (SELECT object_id FROM audit_entry WHERE action IN ('telexpertise.submit', 'telexpertise.take') AND object_id LIKE 'drill-%'
		GROUP BY object_id, action HAVING COUNT(*) > 1) AS twice`))
	return lost, effects
}

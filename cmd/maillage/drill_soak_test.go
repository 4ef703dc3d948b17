package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// soaked is what the program says of itself at one moment.
type soaked struct{ minutes, memory, goroutines float64 }

// The program under steady use: cases with photographs sent and taken, the map, communes, the sandbox, the table of the region, calls.
// Its memory and its goroutines, read from /metrics, must not climb once it is warm.
func TestDrillSoak(t *testing.T) {
	lasts := time.Duration(times(2, 3600)) * time.Second
	warm, every := lasts/4, max(200*time.Millisecond, lasts/720)
	s := begin(t, demonstration(t))
	f := newFleet(s)
	ctx, cancel := context.WithTimeout(context.Background(), lasts)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { onEachTick(ctx, time.Second, func() { f.one(f.next()) }) })
	readers := newReaders(s)
	for _, r := range readers {
		all.Go(func() { onEachTick(ctx, 100*time.Millisecond, r.next) })
	}
	var samples []soaked
	began := time.Now()
	onEachTick(ctx, every, func() {
		now := s.soaked(t)
		now.minutes = time.Since(began).Minutes()
		if time.Since(began) > warm {
			samples = append(samples, now)
		}
	})
	all.Wait()
	asked := 0
	for _, r := range readers {
		asked += r.asked
		f.refused = append(f.refused, r.refused...)
	}
	if len(f.refused) > 0 {
		t.Errorf("%d refused, the first: %s", len(f.refused), f.refused[0])
	}
	memory, goroutines := slope(samples, func(x soaked) float64 { return x.memory }), slope(samples, func(x soaked) float64 { return x.goroutines })
	if *full && (memory >= 1 || goroutines >= 1) {
		t.Error("it climbs")
	}
	last := samples[len(samples)-1]
	t.Logf("soak: %s after %s of warming up, %d cases written, %d pages read; memory %+.2f %% in 10 min (%.0f MB at the end), goroutines %+.2f %% in 10 min (%.0f at the end)",
		(lasts - warm).Round(time.Second), warm.Round(time.Second), len(f.acknowledged), asked, memory, last.memory/1e6, goroutines, last.goroutines)
}

// reader asks for the pages of one person, in turn.
type reader struct {
	person  *person
	pages   []func() (int, string, error)
	asked   int
	refused []string
}

func newReaders(s *server) []*reader {
	var all []*reader
	for account, paths := range map[string][]string{
		"demo-officer-region": {"/", "/carte", "/communes/91286", "/indicateurs", "/structures", "/aides", "/simulateur", "/appels"},
		"demo-gp":             {"/telexpertise", "/compte"},
		"demo-dermatologist":  {"/telexpertise"},
	} {
		r := &reader{person: s.as(account)}
		for _, path := range paths {
			r.pages = append(r.pages, func() (int, string, error) { return r.person.get(path) })
		}
		r.pages = append(r.pages, func() (int, string, error) {
			return r.person.do(context.Background(), http.MethodPost, "/api/simulateur", []byte(`{"changes":["91286:1"]}`), map[string]string{"Content-Type": "application/json"})
		}, func() (int, string, error) { return r.person.get("/recherche?" + url.Values{"q": {"Grigny"}}.Encode()) })
		all = append(all, r)
	}
	return all
}

func (r *reader) next() {
	page := r.asked % len(r.pages)
	r.asked++
	if status, text, err := r.pages[page](); err != nil || status >= http.StatusBadRequest {
		r.refused = append(r.refused, fmt.Sprintf("page %d: %d %v %.200s", page, status, err, text))
	}
}

// onEachTick works at a steady pace until the context ends.
func onEachTick(ctx context.Context, pace time.Duration, work func()) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			work()
		}
	}
}

// soaked reads the two figures from /metrics.
func (s *server) soaked(t testing.TB) (now soaked) {
	t.Helper()
	_, text, err := (&person{url: s.url}).get("/metrics")
	must(t, err)
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "process_resident_memory_bytes":
			now.memory, err = strconv.ParseFloat(value, 64)
		case "go_goroutines":
			now.goroutines, err = strconv.ParseFloat(value, 64)
		}
		must(t, err)
	}
	if now.memory == 0 || now.goroutines == 0 {
		t.Fatal("/metrics does not tell the memory and the goroutines")
	}
	return now
}

// slope is the least-squares climb in ten minutes, in percent of the mean.
func slope(all []soaked, of func(soaked) float64) float64 {
	var t, v float64
	for _, x := range all {
		t, v = t+x.minutes/float64(len(all)), v+of(x)/float64(len(all))
	}
	var up, across float64
	for _, x := range all {
		up, across = up+(x.minutes-t)*(of(x)-v), across+(x.minutes-t)*(x.minutes-t)
	}
	return 100 * 10 * up / across / v
}

package osrm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// server answers like OSRM: as many minutes as there are degrees of longitude between two places. before may answer otherwise.
type server struct {
	*httptest.Server
	asked  int
	widest int // most coordinates in one request
	before func(n int, w http.ResponseWriter) bool
}

func newServer(t *testing.T) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked++
		if s.before != nil && s.before(s.asked, w) {
			return
		}
		if !strings.HasPrefix(r.URL.Path, "/table/v1/driving/") || r.UserAgent() != agent || r.URL.Query().Get("sources") != "0" {
			http.Error(w, `{"code":"InvalidUrl"}`, http.StatusBadRequest)
			return
		}
		places := strings.Split(strings.TrimPrefix(r.URL.Path, "/table/v1/driving/"), ";")
		s.widest = max(s.widest, len(places))
		var origin, lon float64
		_, _ = fmt.Sscanf(places[0], "%f", &origin)
		row := make([]string, len(places)-1)
		for i, p := range places[1:] {
			_, _ = fmt.Sscanf(p, "%f", &lon)
			if row[i] = fmt.Sprintf("%.1f", 60*(lon-origin)); lon < origin {
				row[i] = "null"
			}
		}
		fmt.Fprintf(w, `{"code":"Ok","durations":[[%s]]}`, strings.Join(row, ","))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) client(waits *[]time.Duration) *Client {
	return &Client{Server: s.URL, Profile: "driving", Most: 4, Pause: 200 * time.Millisecond, HTTP: s.Client(),
		Wait: func(ctx context.Context, d time.Duration) error {
			if waits != nil {
				*waits = append(*waits, d)
			}
			return ctx.Err()
		}}
}

var places = func() []Place {
	var all []Place
	for i := range 9 {
		all = append(all, Place{Code: fmt.Sprintf("9100%d", i), Lat: 48, Lon: float64(i)})
	}
	return all
}()

func job() Job { return Job{Origins: places, Around: func(Place) []Place { return places }} }

func collect(t *testing.T, c *Client, path string) string {
	t.Helper()
	if err := c.Collect(context.Background(), path, job()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCollectsInBatches(t *testing.T) {
	s := newServer(t)
	var waits []time.Duration
	got := collect(t, s.client(&waits), filepath.Join(t.TempDir(), "t.csv"))
	if s.widest != 4 || s.asked != 9*3 || len(waits) != 9*3-1 || waits[0] != 200*time.Millisecond {
		t.Errorf("%d requests of at most %d places, %d pauses", s.asked, s.widest, len(waits))
	}
	if !strings.HasPrefix(got, Header+"91000,91000,0\n91000,91001,1.00\n") || strings.Count(got, "\n") != 1+9+36 || strings.Contains(got, "91008,91001") {
		t.Errorf("wrote\n%s", got)
	}
}

func TestGoesOnWhereItWas(t *testing.T) {
	s := newServer(t)
	dir := t.TempDir()
	whole := collect(t, s.client(nil), filepath.Join(dir, "whole.csv"))
	for _, cut := range []int{0, 5, len(Header), len(Header) + 3, len(whole) / 2, len(whole)/2 + 7, len(whole) - 1, len(whole)} {
		path := filepath.Join(dir, fmt.Sprintf("cut%d.csv", cut))
		if err := os.WriteFile(path, []byte(whole[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		before := s.asked
		if got := collect(t, s.client(nil), path); got != whole {
			t.Errorf("cut at %d, resumed to\n%s", cut, got)
		}
		if cut == len(whole) && s.asked-before > 3 {
			t.Errorf("a finished file costs %d requests", s.asked-before)
		}
	}
	path := filepath.Join(dir, "other.csv")
	if err := os.WriteFile(path, []byte("code_insee,fte\n91286,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.client(nil).Collect(context.Background(), path, job()); err == nil {
		t.Error("another file was overwritten")
	}
}

func TestWaitsAsTheServerAsks(t *testing.T) {
	s := newServer(t)
	s.before = func(n int, w http.ResponseWriter) bool {
		if n == 2 {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return n == 2
	}
	var waits []time.Duration
	c, told := s.client(&waits), []string{}
	c.Again = func(why error, wait time.Duration) { told = append(told, fmt.Sprintf("%v, %s", why, wait)) }
	if _, err := c.From(context.Background(), places[0], places); err != nil {
		t.Fatal(err)
	}
	if s.asked != 4 || waits[1] != 30*time.Second {
		t.Errorf("%d requests, waits %v", s.asked, waits)
	}
	if len(told) != 1 || told[0] != "it answers 429 Too Many Requests, 30s" {
		t.Errorf("told %q", told)
	}
}

func TestGivesUpInTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		status, requests int
		body             string
	}{
		"down":        {http.StatusServiceUnavailable, attempts, ""},
		"too many":    {http.StatusBadRequest, 1, `{"code":"TooBig","message":"Too many table coordinates"}`},
		"other API":   {http.StatusOK, 1, "<html>"},
		"wrong shape": {http.StatusOK, 1, `{"code":"Ok","durations":[[1]]}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.before = func(_ int, w http.ResponseWriter) bool {
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
				return true
			}
			if _, err := s.client(nil).From(context.Background(), places[0], places); err == nil || s.asked != c.requests {
				t.Errorf("%v after %d requests", err, s.asked)
			}
		})
	}
}

func TestStopsWhenAsked(t *testing.T) {
	s := newServer(t)
	ctx, cancel := context.WithCancel(context.Background())
	s.before = func(n int, _ http.ResponseWriter) bool {
		if n == 5 {
			cancel()
		}
		return false
	}
	err := s.client(nil).Collect(ctx, filepath.Join(t.TempDir(), "t.csv"), job())
	if !errors.Is(err, context.Canceled) || s.asked > 6 {
		t.Errorf("%v after %d requests", err, s.asked)
	}
}

// An address holds a hundred positions: what a person reads does not repeat it, nor the words of the network's library.
func TestAServerThatCannotBeReachedIsSaidInWords(t *testing.T) {
	gone, secure, shut, cut := newServer(t), httptest.NewTLSServer(http.NotFoundHandler()), newServer(t), newServer(t)
	gone.Close()
	t.Cleanup(secure.Close)
	shut.before = func(int, http.ResponseWriter) bool { panic(http.ErrAbortHandler) }
	cut.before = func(_ int, w http.ResponseWriter) bool {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "{")
		return true
	}
	for name, c := range map[string]struct {
		server string
		http   http.RoundTripper
		fr     string
	}{
		"nobody there":   {gone.URL, &http.Transport{}, "rien n’écoute"},
		"unknown name":   {"http://router.invalid", fails{&net.DNSError{Name: "router.invalid", IsNotFound: true}}, "router.invalid, n’est pas connu"},
		"no certificate": {secure.URL, &http.Transport{}, "certificat n’est pas valable"},
		"slow":           {"http://router.invalid", fails{os.ErrDeadlineExceeded}, "trop tardé"},
		"cut":            {cut.URL, &http.Transport{}, "la liaison s’est rompue"},
		"shut":           {shut.URL, &http.Transport{}, "la liaison s’est rompue"},
	} {
		t.Run(name, func(t *testing.T) {
			client := newServer(t).client(nil)
			client.Server, client.HTTP = c.server, &http.Client{Transport: c.http}
			_, err := client.From(context.Background(), places[0], places)
			said := Answered{}
			if !errors.As(err, &said) || !strings.Contains(said.Text.FR, c.fr) || strings.Contains(err.Error(), "/table/") || !strings.Contains(err.Error(), places[0].Code) {
				t.Errorf("%v, in French %q", err, said.Text.FR)
			}
		})
	}
}

type fails struct{ err error }

func (f fails) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

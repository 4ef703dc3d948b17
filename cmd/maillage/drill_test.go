package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"maillage/internal/testdata"
)

// Drills run the real program as a process of its own, break it, and count what was lost. Few rounds in everyday runs;
// `make drills` runs them at their full counts (docs/resilience.md).
var (
	full   = flag.Bool("drill.full", false, "run drills at their full counts")
	rounds = flag.Int("drill.n", 0, "run drills so many times instead")
	limit  = flag.Duration("drill.for", 0, "begin no further round after this time, and count those that were run")
)

// times is how often a drill repeats.
func times(few, many int) int {
	switch {
	case *rounds > 0:
		return *rounds
	case *full:
		return many
	}
	return few
}

// repeat counts the rounds of a drill from 1, and begins none once the time given is over.
func repeat(few, many int) iter.Seq[int] {
	ends := time.Now().Add(*limit)
	return func(yield func(int) bool) {
		for i := range times(few, many) {
			if *limit > 0 && i > 0 && time.Now().After(ends) || !yield(i+1) {
				return
			}
		}
	}
}

const asProgram = "MAILLAGE_DRILL_PROGRAM"

// The test binary is the program itself when a drill starts it so.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	flag.Parse()
	code := m.Run()
	_ = os.RemoveAll(seeded.dir)
	os.Exit(code)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// command prepares the program with arguments.
func command(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// seeded is a demonstration prepared once, copied by each drill.
var seeded struct {
	once sync.Once
	dir  string
	err  error
}

// demonstration gives a folder that holds a fresh copy of the demonstration.
func demonstration(t testing.TB) string {
	t.Helper()
	seeded.once.Do(func() {
		seeded.dir, seeded.err = os.MkdirTemp("", "maillage-drill")
		if seeded.err == nil {
			s := begin(t, filepath.Join(seeded.dir, "data"))
			s.stop()
		}
	})
	must(t, seeded.err)
	dir := filepath.Join(t.TempDir(), "data")
	must(t, testdata.CopyData(dir, filepath.Join(seeded.dir, "data")))
	return dir
}

// server is a running demonstration.
type server struct {
	t     testing.TB
	args  []string
	url   string
	cmd   *exec.Cmd
	ended chan error
	log   bytes.Buffer
	took  time.Duration // from start to ready
}

// begin starts a demonstration on a free port and waits until it is ready.
func begin(t testing.TB, data string, more ...string) *server {
	t.Helper()
	s := prepare(t, data, more...)
	s.start()
	return s
}

// prepare makes a demonstration that is not started.
func prepare(t testing.TB, data string, more ...string) *server {
	t.Helper()
	addr := freeAddress(t)
	s := &server{t: t, url: "http://" + addr, args: append([]string{"demo", "--addr", addr, "--data", data}, more...)}
	t.Cleanup(s.stop)
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.cmd, s.ended = command(s.args...), make(chan error, 1)
	s.log.Reset()
	s.cmd.Stderr = &s.log
	began := time.Now()
	must(s.t, s.cmd.Start())
	cmd, ended := s.cmd, s.ended
	go func() { ended <- cmd.Wait() }()
	if !s.becomes(http.StatusOK, "/readyz", time.Minute) {
		s.stop()
		s.t.Fatalf("not ready: %s", s.log.String())
	}
	s.took = time.Since(began)
}

// becomes waits until a path answers with a status.
func (s *server) becomes(status int, path string, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if got, _, _ := (&person{url: s.url}).do(ctx, http.MethodGet, path, nil, nil); got == status {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case err := <-s.ended:
			s.ended <- err
			return false
		case <-tick.C:
		}
	}
}

// kill ends the process at once, as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	s.ended <- <-s.ended
}

func (s *server) stop() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	s.ended <- <-s.ended
}

// person is somebody signed in to a demonstration.
type person struct {
	url    string
	client *http.Client
}

// direct opens a connection for each request when there is no client.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}

func (s *server) as(account string) *person {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	must(s.t, err)
	p := &person{s.url, &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	status, text, err := p.form("/connexion/demonstration", url.Values{"account": {account}})
	if err != nil || status != http.StatusSeeOther {
		s.t.Fatalf("%s cannot sign in: %d %v %.300s", account, status, err, text)
	}
	return p
}

func (p *person) do(ctx context.Context, method, path string, body []byte, headers map[string]string) (int, string, error) {
	r, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	client := p.client
	if client == nil {
		client = direct
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func (p *person) form(path string, values url.Values) (int, string, error) {
	return p.do(context.Background(), http.MethodPost, path, []byte(values.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
}

func (p *person) get(path string) (int, string, error) {
	return p.do(context.Background(), http.MethodGet, path, nil, nil)
}

const cases = "/telexpertise/api/demandes/"

// draft writes what a doctor typed; name is the patient's.
func (p *person) draft(id, name string) (int, string, error) {
	text, err := json.Marshal(map[string]any{"id": id, "urgency": "P2", "patient": map[string]any{"birth_name": name, "first_birth_name": "Ada", "birth_date": "1960-01-01", "sex": "F"},
		"consent": map[string]any{"given": true, "form": "oral"}, "clinical": map[string]any{"site": "back"}})
	if err != nil {
		return 0, "", err
	}
	return p.do(context.Background(), http.MethodPut, cases+id, text, nil)
}

func (p *person) photo(id, photo string, picture []byte) (int, string, error) {
	return p.do(context.Background(), http.MethodPut, cases+id+"/photos/"+photo, picture, map[string]string{"X-Photo-View": "close-up", "X-Photo-Sha256": hashOf(picture)})
}

func (p *person) submit(id, photo string, picture []byte) (int, string, error) {
	return p.do(context.Background(), http.MethodPost, cases+id+"/envoi", fmt.Appendf(nil, `{"photos":[{"id":%q,"sha256":%q}]}`, photo, hashOf(picture)), nil)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// picture is a JPEG of noise of the given side.
func picture(side int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(side)))
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 92})
	return b.Bytes()
}

// marked is the same picture with a comment of its own, so that its hash is too.
func marked(jpg []byte, mark string) []byte {
	comment := append([]byte{0xff, 0xfe, byte((len(mark) + 2) >> 8), byte(len(mark) + 2)}, mark...)
	return slices.Concat(jpg[:2], comment, jpg[2:])
}

// filesIn counts the files below a folder.
func filesIn(t testing.TB, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	})
	must(t, err)
	return n
}

// percentile is the value below which a share of all lies.
func percentile(all []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Round(time.Millisecond)
}

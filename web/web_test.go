package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, address, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestEveryFileIsServedForEverUnderItsHash(t *testing.T) {
	for _, name := range []string{"app.js", "app.css", "licences.txt", "source-sans-3-latin-wght-normal.woff2"} {
		res := get(t, Path(name), "")
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s answers %d", Path(name), res.StatusCode)
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s may not be kept: %q", name, got)
		}
		if kind := res.Header.Get("Content-Type"); kind == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s leaves its type to a guess: %q", name, kind)
		}
	}
}

func TestTextIsCompressedOnlyForThoseWhoAskForIt(t *testing.T) {
	plain, err := io.ReadAll(get(t, Path("app.js"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		"gzip": "gzip", "br, gzip;q=0.8": "gzip", "*": "gzip", "gzip;q=0": "", "gzip;q=0.0, br": "", "br": "", "": "",
	} {
		if got := get(t, Path("app.js"), accept).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, got, want)
		}
	}
	packed := get(t, Path("app.js"), "gzip")
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	again, err := io.ReadAll(unpacked)
	if err != nil || !bytes.Equal(again, plain) {
		t.Errorf("what is compressed differs from what is plain (%v)", err)
	}
	if got := get(t, Path("source-sans-3-latin-wght-normal.woff2"), "gzip").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("a font is compressed twice: %q", got)
	}
}

func TestAChangedFileHasAnotherAddress(t *testing.T) {
	before := index(fstest.MapFS{"app.js": {Data: []byte("one")}})
	after := index(fstest.MapFS{"app.js": {Data: []byte("two")}})
	if before.addresses["app.js"] == after.addresses["app.js"] {
		t.Error("both contents share", before.addresses["app.js"])
	}
}

func TestUnknownAddressesAndMethodsAreRefused(t *testing.T) {
	for _, address := range []string{"/assets/", "/assets/app.js", "/assets/../web.go", "/assets/app-000000000000.js"} {
		if res := get(t, address, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", address, res.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, Path("app.js"), nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %d", w.Code)
	}
}

// A stylesheet and a script name their fonts and chunks relative to themselves; each must be there.
func TestWhatTheFilesNameIsServed(t *testing.T) {
	reference := regexp.MustCompile(`(?:url\("|from"|import\(?")(\./[^"]+)"`)
	named := 0
	for address, f := range known.files {
		if !strings.HasSuffix(address, ".css") && !strings.HasSuffix(address, ".js") {
			continue
		}
		dir := address[:strings.LastIndex(address, "/")+1]
		for _, m := range reference.FindAllSubmatch(f.body, -1) {
			named++
			if target := dir + strings.TrimPrefix(string(m[1]), "./"); known.files[target] == nil {
				t.Errorf("%s names %s, which is not served", address, target)
			}
		}
	}
	if named == 0 {
		t.Error("the stylesheet names no font")
	}
}

// Every page loads these; the browser tests weigh whole pages against 150 kB, of which this may take two thirds.
func TestWhatEveryPageLoadsIsLight(t *testing.T) {
	total := 0
	for _, name := range []string{"app.js", "app.css", "source-sans-3-latin-wght-normal.woff2"} {
		body, err := io.ReadAll(get(t, Path(name), "gzip").Body)
		if err != nil {
			t.Fatal(err)
		}
		total += len(body)
	}
	if total > 100_000 {
		t.Errorf("scripts, styles and type weigh %d bytes on the wire", total)
	}
}

func TestAFixedAddressIsAskedAboutEachTime(t *testing.T) {
	ask := func(known string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/icon.svg", nil)
		r.Header.Set("If-None-Match", known)
		w := httptest.NewRecorder()
		Fixed("icon.svg").ServeHTTP(w, r)
		return w
	}
	first := ask("")
	if first.Code != http.StatusOK || first.Header().Get("Cache-Control") != "no-cache" || first.Body.Len() == 0 {
		t.Errorf("answers %d, %v", first.Code, first.Header())
	}
	if again := ask(first.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("a browser that has it gets %d", again.Code)
	}
}

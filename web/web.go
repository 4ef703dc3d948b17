// Package web holds the scripts, styles and fonts of the pages, embedded. Their sources stand in src/; `make web` bundles
// them into dist/, which is committed so that Go alone builds the program.
//
// A page names a file by its logical name, Path("app.css"), and gets an address that carries a hash of the content:
// browsers may keep it for ever, and a new build is a new address.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Prefix is where Handler must be mounted.
const Prefix = "/assets/"

//go:embed all:dist
var dist embed.FS

// FS holds the files as they were built, by their names in dist.
var FS = must(fs.Sub(dist, "dist"))

// file is one embedded file with what its answer needs.
type file struct {
	body     []byte
	kind     string
	shrinks  bool
	gzipOnce sync.Once
	gzipped  []byte
}

// known holds every file by its address below Prefix, and that address by logical name.
var known = index(FS)

type indexed struct {
	files     map[string]*file
	addresses map[string]string
}

// hashed matches the names that the bundler gave a hash: name-ABCDEFGH.ext.
var hashed = regexp.MustCompile(`^(.+)-[A-Z0-9]{8}(\.[a-z0-9]+)$`)

// kinds are the content types by extension, the same on every machine.
var kinds = map[string]struct {
	name    string
	shrinks bool
}{
	".js":   {"text/javascript; charset=utf-8", true},
	".css":  {"text/css; charset=utf-8", true},
	".svg":  {"image/svg+xml", true},
	".json": {"application/json", true},

	".webmanifest": {"application/manifest+json", true},
	".txt":         {"text/plain; charset=utf-8", true},
	".woff2":       {"font/woff2", false},
	".png":         {"image/png", false},
}

// Path gives the address of a file from its logical name: "app.js", "app.css", "source-sans-3-latin-wght-normal.woff2".
// It panics on an unknown name: a page that asks for it can never have worked.
func Path(name string) string {
	address, ok := known.addresses[name]
	if !ok {
		panic("web: no file called " + name + " in web/dist; run make web")
	}
	return Prefix + address
}

// Handler serves the files below Prefix, compressed when the browser accepts it, to be kept for ever.
func Handler() http.Handler {
	return http.HandlerFunc(serve)
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	f, ok := known.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	body := f.body
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if f.shrinks {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			body = f.gzip()
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

// Fixed serves one file under an address that never changes, as a service worker or a web manifest needs: the browser asks
// each time whether it still has the latest, and the answer is short when it has. It panics on an unknown name, as Path does.
func Fixed(name string) http.Handler {
	address := strings.TrimPrefix(Path(name), Prefix)
	f, tag := known.files[address], `"`+address+`"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
	})
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" is a refusal.
func acceptsGzip(r *http.Request) bool {
	for _, offer := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if coding == "gzip" || coding == "*" {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.") != "" || quality == ""
		}
	}
	return false
}

// gzip compresses once, at the first request, at the level that makes the smallest answer.
func (f *file) gzip() []byte {
	f.gzipOnce.Do(func() {
		var out bytes.Buffer
		w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
		_, _ = w.Write(f.body)
		_ = w.Close()
		f.gzipped = out.Bytes()
	})
	return f.gzipped
}

// index reads every file and names it: what the bundler hashed keeps its name, the rest gets a hash of its content.
func index(files fs.FS) indexed {
	found := indexed{files: map[string]*file{}, addresses: map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		address, logical := name, path.Base(name)
		if m := hashed.FindStringSubmatch(logical); m != nil {
			logical = m[1] + m[2]
		} else {
			sum := sha256.Sum256(body)
			ext := path.Ext(name)
			address = strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		}
		kind := kinds[path.Ext(name)]
		if kind.name == "" {
			kind.name = mime.TypeByExtension(path.Ext(name))
		}
		found.files[address] = &file{body: body, kind: kind.name, shrinks: kind.shrinks}
		found.addresses[logical] = address
		return nil
	})
	return must(found, err)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

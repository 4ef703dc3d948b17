package blobs

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// s3Env names a bucket of a real server to test against as well: http://KEY:SECRET@127.0.0.1:7070/bucket.
const s3Env = "MAILLAGE_TEST_S3"

// bucket is the part of S3's protocol that the store uses, in memory: enough to run the contract anywhere.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	full    bool
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/photos"), "/")
	content, found := b.objects[key]
	switch {
	case key == "" && r.Method == http.MethodGet:
		b.list(w, r.URL.Query().Get("prefix"))
	case key == "":
		w.WriteHeader(http.StatusOK)
	case r.Method == http.MethodPut && b.full:
		w.WriteHeader(http.StatusInsufficientStorage)
	case r.Method == http.MethodPut:
		content, err := unchunk(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b.objects[key] = content
		w.Header().Set("ETag", etag(content))
	case r.Method == http.MethodDelete:
		delete(b.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case !found:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("ETag", etag(content))
		http.ServeContent(w, r, "", time.Unix(1_700_000_000, 0), bytes.NewReader(content))
	}
}

func etag(content []byte) string { return fmt.Sprintf("\"%x\"", md5.Sum(content)) }

// unchunk reads a body that the client signed in chunks: a hexadecimal size and a signature before each.
func unchunk(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	body := bufio.NewReader(r.Body)
	var content bytes.Buffer
	for {
		line, err := body.ReadString('\n')
		if err != nil {
			return nil, err
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		size, err := strconv.ParseInt(digits, 16, 64)
		if err != nil || size == 0 {
			return content.Bytes(), err
		}
		if _, err := io.CopyN(&content, body, size); err != nil {
			return nil, err
		}
		if _, err := body.Discard(2); err != nil {
			return nil, err
		}
	}
}

func (b *bucket) list(w http.ResponseWriter, prefix string) {
	type object struct {
		Key          string
		Size         int
		LastModified string
	}
	var answer struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []object
	}
	for key, content := range b.objects {
		if strings.HasPrefix(key, prefix) {
			answer.Contents = append(answer.Contents, object{key, len(content), "2026-03-02T09:00:00.000Z"})
		}
	}
	sort.Slice(answer.Contents, func(i, j int) bool { return answer.Contents[i].Key < answer.Contents[j].Key })
	_ = xml.NewEncoder(w).Encode(answer)
}

func memory(t *testing.T) (*S3, *bucket) {
	t.Helper()
	b := &bucket{objects: map[string][]byte{}}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	s, err := OpenS3(ctx, strings.Replace(server.URL, "http://", "http://key:secret@", 1)+"/photos")
	if err != nil {
		t.Fatal(err)
	}
	return s, b
}

func TestS3(t *testing.T) {
	s, b := memory(t)
	contract(t, s)
	b.mu.Lock()
	b.full = true
	b.mu.Unlock()
	if _, err := s.Put(ctx, "more", strings.NewReader("x")); !fault.Is(err, fault.KindFull) {
		t.Errorf("a full bucket: %v", err)
	}
	if read(t, s, "other") != "x" {
		t.Error("reading a full bucket fails")
	}
}

// TestRealS3 runs the contract, and uploads in parts, against a real server when one is named.
func TestRealS3(t *testing.T) {
	address := os.Getenv(s3Env)
	if address == "" {
		t.Skipf("no S3 server: set %s", s3Env)
	}
	s, err := OpenS3(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(ctx, info.ID); err != nil {
			t.Fatal(err)
		}
	}
	contract(t, s)
	large := bytes.Repeat([]byte("0123456789abcdef"), (2*whole+100_000)/16)
	id := "large/" + db.NewID()
	info, err := s.Put(ctx, id, bytes.NewReader(large))
	if err != nil || info.Size != int64(len(large)) || read(t, s, id) != string(large) {
		t.Fatalf("in parts: %+v %v", info, err)
	}
	cut := io.MultiReader(bytes.NewReader(large), iotest.ErrReader(errors.New("the phone went away")))
	if _, err := s.Put(ctx, "cut-late", cut); err == nil {
		t.Error("an upload cut in its third part was kept")
	}
	if _, err := s.Stat(ctx, "cut-late"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("an upload cut in its third part is there: %v", err)
	}
}

func TestBadBuckets(t *testing.T) {
	for _, address := range []string{"", "https://host/bucket", "ftp://k:s@host/bucket", "https://k:s@host/", "https://k:s@host/a/b", "https://k:topsecret%zz@host/b"} {
		if _, err := OpenS3(ctx, address); err == nil || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

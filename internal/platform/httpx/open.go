package httpx

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// openLimit is how much of an answer is held to be named by its content; longer answers stream, without a name.
const openLimit = 8 << 20

// Open serves public data to pages of any site, and names each answer by its content: a reader who has it already gets 304.
func Open(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Access-Control-Expose-Headers", "ETag, Content-Disposition")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		held := &heldWriter{ResponseWriter: w}
		if err := h(held, r); err != nil {
			return err
		}
		if held.streaming || held.status >= 300 {
			return held.flush()
		}
		sum := sha256.Sum256(held.body)
		tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
		header.Set("ETag", tag)
		header.Set("Cache-Control", "public, no-cache") // keep it, and ask whether it still holds
		if Known(w, r) {
			header.Del("Content-Type")
			header.Del("Content-Disposition")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		return held.flush()
	}
}

// Known tells whether the reader of a GET already has the version that the answer's ETag names.
func Known(w http.ResponseWriter, r *http.Request) bool {
	tag := strings.TrimPrefix(w.Header().Get("ETag"), "W/")
	if tag == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for _, one := range strings.Split(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// heldWriter keeps an answer back until it ends or grows too long.
type heldWriter struct {
	http.ResponseWriter
	status    int
	body      []byte
	streaming bool
}

// WriteHeader keeps the status.
func (h *heldWriter) WriteHeader(status int) { h.status = status }

// Write keeps the body, or passes it on once it is long.
func (h *heldWriter) Write(b []byte) (int, error) {
	if h.streaming {
		return h.ResponseWriter.Write(b)
	}
	h.body = append(h.body, b...)
	if len(h.body) <= openLimit {
		return len(b), nil
	}
	h.streaming = true
	return len(b), h.flush()
}

// flush writes what was kept.
func (h *heldWriter) flush() error {
	if h.status != 0 {
		h.ResponseWriter.WriteHeader(h.status)
		h.status = 0
	}
	_, err := h.ResponseWriter.Write(h.body)
	h.body = nil
	return err
}

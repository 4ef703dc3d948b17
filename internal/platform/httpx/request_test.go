package httpx

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/fault"
)

// newRouter serves routes to anybody; a failure answers with its status and, when nobody was to blame for it, says so.
func newRouter(routes ...Route) *Router {
	rt := &Router{Guard: func(*http.Request, Permission) error { return nil }, Private: func(Permission) bool { return false },
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) { w.WriteHeader(Status(AsFault(err))) }}
	rt.Add(routes...)
	return rt
}

func status(rt http.Handler, r *http.Request) int {
	answer := httptest.NewRecorder()
	rt.ServeHTTP(answer, r)
	return answer.Code
}

// Nothing leads to another site, whatever a browser makes of the address.
func TestSeeOtherStaysHere(t *testing.T) {
	for to, want := range map[string]string{
		"/carte?a=1#x": "/carte?a=1#x", "/": "/", "/recherche?q=a\\b": "/recherche?q=a\\b", "": "/", "carte": "/", "//evil": "/", "/\\evil": "/", "/\t/evil": "/", "/\n/evil": "/", "\t//evil": "/",
		"/./\\evil": "/", "/x/../\\evil": "/", "https://evil": "/", "javascript:alert(1)": "/", "/\x7f/evil": "/", "/%zz": "/",
	} {
		for _, fragment := range []string{"", "true"} {
			r, w := httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder()
			r.Header.Set("HX-Request", fragment)
			if err := SeeOther(w, r, to); err != nil {
				t.Fatal(err)
			}
			if got := w.Header().Get("Location") + w.Header().Get("HX-Redirect"); got != want {
				t.Errorf("%q leads to %q", to, got)
			}
		}
	}
}

// A JSON body is one value, of text that can be kept.
func TestReadJSON(t *testing.T) {
	for text, good := range map[string]bool{
		`{"a":"é"}`: true, " {\"a\":\"x\"}\n": true, `{"a":"\\u0000"}`: true, `{"a":"\u00e9"}`: true,
		`{"a":"x"} ]`: false, `{"a":"x"} }`: false, `{"a":"x"}{}`: false, `{"a":"x"} x`: false, `{"a":`: false, ``: false, `{"b":1}`: false,
		`{"a":"\u0000"}`: false, `{"a":"\\\u0000"}`: false, "{\"a\":\"\xff\"}": false, "{\"a\":\"\x00\"}": false,
	} {
		var v struct {
			A string `json:"a"`
		}
		err := ReadJSON(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text)), &v)
		if good != (err == nil) || err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Text that PostgreSQL cannot keep reaches no handler, wherever it stands.
func TestIllegibleText(t *testing.T) {
	reached := 0
	take := func(http.ResponseWriter, *http.Request) error { reached++; return nil }
	rt := newRouter(Route{Method: http.MethodGet, Path: "/x/{id}", Handler: take}, Route{Method: http.MethodPost, Path: "/x", Handler: take})
	for address, want := range map[string]int{
		"/x/a%00b": http.StatusNotFound, "/x/a%FFb": http.StatusNotFound, "/%00": http.StatusNotFound, "/x/a?q=%00": http.StatusUnprocessableEntity, "/x/a?%ff=1": http.StatusUnprocessableEntity,
		"/x/a?q=%C3%A9": http.StatusOK, "/x/%C3%A9?q=%zz": http.StatusOK, // a query that is badly written is read as far as it goes
	} {
		if got := status(rt, httptest.NewRequest(http.MethodGet, address, nil)); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
	for body, want := range map[string]int{
		"a=b%00": http.StatusUnprocessableEntity, "%00=b": http.StatusUnprocessableEntity, "a=%FF": http.StatusUnprocessableEntity, "a=%zz": http.StatusUnprocessableEntity, "a=%C3%A9": http.StatusOK, "": http.StatusOK,
	} {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := status(rt, r); got != want {
			t.Errorf("form %s: %d, want %d", body, got, want)
		}
	}
	for _, c := range []struct {
		name, value, file string
		want              int
	}{
		{"a", "b\x00", "f", http.StatusUnprocessableEntity}, {"a", "\xff", "f", http.StatusUnprocessableEntity}, {"a\xff", "b", "f", http.StatusUnprocessableEntity},
		{"a", "b", "f\xff", http.StatusUnprocessableEntity}, {"a", "é", "é.pdf", http.StatusOK},
	} {
		if got := status(rt, multipartOf(t, c.name, c.value, c.file)); got != c.want {
			t.Errorf("parts %+v: %d", c, got)
		}
	}
	cut := multipartOf(t, "a", "b", "f")
	cut.Body = io.NopCloser(io.LimitReader(cut.Body, 60))
	if got := status(rt, cut); got != http.StatusUnprocessableEntity {
		t.Errorf("a form cut short: %d", got)
	}
	if reached != 5 {
		t.Errorf("%d requests reached a handler", reached)
	}
}

// multipartOf is a form with a field and a file, whose content is no text.
func multipartOf(t *testing.T, name, value, file string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	err := m.WriteField(name, value)
	part, errFile := m.CreateFormFile("file", file)
	if err = errors.Join(err, errFile); err == nil {
		_, err = part.Write([]byte("\x00\xff"))
	}
	if err := errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/x", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// A form longer than its route takes is too large, also when its length is not said.
func TestAFormTooLong(t *testing.T) {
	rt := newRouter(Route{Method: http.MethodPost, Path: "/x", Handler: func(http.ResponseWriter, *http.Request) error { return nil }},
		Route{Method: http.MethodPost, Path: "/long", MaxBody: 2 << 20, Handler: func(http.ResponseWriter, *http.Request) error { return nil }})
	for path, size := range map[string]int{"/x": 1<<20 + 1, "/long": 2<<20 + 1} {
		for _, said := range []bool{true, false} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("a="+strings.Repeat("x", size)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if !said {
				r.ContentLength = -1
			}
			if got := status(rt, r); got != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: %d", path, got)
			}
		}
	}
}

// An address that takes something else says what, through the product's own page.
func TestAnotherMethod(t *testing.T) {
	take := func(http.ResponseWriter, *http.Request) error { return nil }
	rt := newRouter(Route{Method: http.MethodGet, Path: "/x", Handler: take}, Route{Method: http.MethodPut, Path: "/x", Handler: take}, Route{Method: http.MethodGet, Path: "/y/{$}", Handler: take})
	var failed error
	rt.Fail = func(w http.ResponseWriter, _ *http.Request, err error) { failed = err; w.WriteHeader(Status(err)) }
	answer := httptest.NewRecorder()
	rt.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/x", nil))
	if answer.Code != http.StatusMethodNotAllowed || !fault.Is(failed, fault.KindMethod) || answer.Header().Get("Allow") != "GET, HEAD, PUT" {
		t.Errorf("%d %v %v", answer.Code, failed, answer.Header())
	}
	if got := status(rt, httptest.NewRequest(http.MethodGet, "/y", nil)); got != http.StatusTemporaryRedirect && got != http.StatusMovedPermanently {
		t.Errorf("a cleaner address: %d", got)
	}
}

// deadlines counts how often one was set, and keeps the last.
type deadlines struct {
	n    int
	last time.Time
}

// SetReadDeadline keeps it.
func (d *deadlines) SetReadDeadline(at time.Time) error { d.n, d.last = d.n+1, at; return nil }

// A long body has the whole time again each time enough of it came; without that, what is left only shrinks.
func TestALongBodyMustKeepComing(t *testing.T) {
	var set deadlines
	b := &body{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", 2*bodyStep))), deadline: &set, left: time.Hour, step: bodyStep}
	if _, err := io.ReadFull(b, make([]byte, bodyStep-1)); err != nil || b.left > time.Hour || b.left <= readDeadline {
		t.Fatalf("before the step: %v %s", err, b.left)
	}
	if _, err := io.ReadFull(b, make([]byte, 1)); err != nil || b.left != readDeadline || b.got != 0 {
		t.Fatalf("at the step: %v %s", err, b.left)
	}
	b.left = 0
	if _, err := b.Read(make([]byte, 1)); !errors.Is(err, errSlowBody) || set.n != 2 {
		t.Errorf("with no time left: %v, %d deadlines", err, set.n)
	}
	b.left = time.Hour
	if rest, err := io.ReadAll(b); err != nil || len(rest) != bodyStep || !set.last.IsZero() {
		t.Errorf("%d %v %s", len(rest), err, set.last)
	}
	short := &body{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", 2*bodyStep))), deadline: &set, left: time.Hour, after: time.Unix(1, 0)}
	if _, err := io.ReadAll(short); err != nil || short.left > time.Hour || !set.last.Equal(short.after) {
		t.Errorf("a short body: %v %s %s", err, short.left, set.last)
	}
}

// A sender who stops is told so, whether the route takes short or long bodies and whether the router or the handler reads them.
func TestASenderWhoStops(t *testing.T) {
	defer func(was time.Duration) { readDeadline = was }(readDeadline)
	readDeadline = 50 * time.Millisecond
	read := func(_ http.ResponseWriter, r *http.Request) error { _, err := io.ReadAll(r.Body); return err }
	never := func(http.ResponseWriter, *http.Request) error {
		return errors.New("an empty form was taken for what was sent")
	}
	json := func(_ http.ResponseWriter, r *http.Request) error { return ReadJSON(r, &struct{}{}) }
	rt := newRouter(Route{Method: http.MethodPost, Path: "/form", Handler: never}, Route{Method: http.MethodPost, Path: "/long", Handler: read, MaxBody: 2 << 20, Raw: true},
		Route{Method: http.MethodPost, Path: "/stream", Handler: read, MaxBody: 2 << 20, Raw: true, Stream: true}, Route{Method: http.MethodPost, Path: "/json", Handler: json, Raw: true})
	server := httptest.NewServer(rt)
	defer server.Close()
	for _, path := range []string{"/form", "/long", "/stream", "/json"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\na=", path)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(path, err)
		}
		_ = answer.Body.Close()
		_ = conn.Close()
		if answer.StatusCode != http.StatusRequestTimeout {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

// A body that breaks off, or comes too slowly, is no fault of the database's.
func TestABodyThatFails(t *testing.T) {
	for failure, want := range map[error]int{io.ErrUnexpectedEOF: http.StatusUnprocessableEntity, os.ErrDeadlineExceeded: http.StatusRequestTimeout} {
		b := &body{ReadCloser: io.NopCloser(io.MultiReader(strings.NewReader("x"), failing{failure})), deadline: &deadlines{}, left: time.Hour}
		_, err := io.ReadAll(b)
		if got := Status(AsFault(fmt.Errorf("somewhere: %w", err))); got != want {
			t.Errorf("%v: %d", failure, got)
		}
	}
}

type failing struct{ err error }

// Read fails.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A panic is logged by its type and its stack: its value may quote what somebody typed.
func TestAPanicTellsNoSecret(t *testing.T) {
	var written bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&written, nil))
	h := Recover(logger, func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusInternalServerError) })(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(&url.Error{Op: "parse", URL: "Zyxlog", Err: context.Canceled})
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if text := written.String(); !strings.Contains(text, "type=*url.Error") || strings.Contains(text, "Zyxlog") {
		t.Error(text)
	}
}

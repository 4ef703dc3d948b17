package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"maillage/internal/platform/httpx"
)

// The line of a request names its route though middleware wraps the request, and nothing that the address says.
func TestLogNamesTheRoute(t *testing.T) {
	rt := &httpx.Router{Guard: func(*http.Request, httpx.Permission) error { return nil }, Private: func(httpx.Permission) bool { return false },
		Fail: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusTeapot) }}
	rt.Add(httpx.Route{Method: http.MethodGet, Path: "/people/{id}", Handler: func(http.ResponseWriter, *http.Request) error { return nil }},
		httpx.Route{Method: http.MethodGet, Path: "/panics/{id}", Handler: func(http.ResponseWriter, *http.Request) error { panic("no") }},
		httpx.Route{Method: http.MethodGet, Path: "/fails/{id}", Handler: func(http.ResponseWriter, *http.Request) error { return errors.New("no") }})
	type key struct{}
	for path, want := range map[string]struct {
		routes []string
		status float64
	}{
		"/people/secret-1?name=secret-2": {[]string{"GET /people/{id}"}, http.StatusOK},
		"/fails/secret-1?name=secret-2":  {[]string{"GET /fails/{id}"}, http.StatusTeapot},
		"/panics/secret-1?name=secret-2": {[]string{"GET /panics/{id}", "GET /panics/{id}"}, http.StatusTeapot},
		"/nothing/secret-1":              {[]string{""}, http.StatusNotFound},
	} {
		var written bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&written, nil))
		inner := httpx.Chain(rt, httpx.Log(logger), httpx.Recover(logger, rt.Fail), func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
			})
		})
		outer := http.NewServeMux() // leaves its own pattern on the request
		outer.Handle("/", inner)
		outer.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
		text := written.String()
		if strings.Contains(text, "secret") {
			t.Errorf("%s: %s", path, text)
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if len(lines) != len(want.routes) {
			t.Fatalf("%s: %s", path, text)
		}
		var last map[string]any
		for i, line := range lines {
			last = nil
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatal(err)
			}
			if last["route"] != want.routes[i] {
				t.Errorf("%s: route %q, want %q", path, last["route"], want.routes[i])
			}
		}
		if last["status"] != want.status {
			t.Errorf("%s: status %v, want %v", path, last["status"], want.status)
		}
	}
}

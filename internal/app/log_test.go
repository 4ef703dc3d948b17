package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
)

// paper keeps what is logged while requests are served.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.text.Reset()
	return p.text.String()
}

// The log tells which route was asked for and nothing of whom or by whom: no query, no identifier, no name, whatever is answered.
func TestLogHoldsNobody(t *testing.T) {
	dir, written := t.TempDir(), &paper{}
	a, err := New(context.Background(), Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, BaseURL: "http://127.0.0.1:1", Region: "11",
		Demo: true, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	server := httptest.NewServer(a.handler)
	defer server.Close()
	var admin accounts.DemoAccount
	for _, who := range accounts.DemoAccounts {
		if who.ID == "demo-admin" {
			admin = who
		}
	}
	b := browser(t, server, admin.ID)
	for path, want := range map[string]struct {
		route  string
		status int
	}{
		"/administration/comptes/demo-gp?q=Zyxlog": {"GET /administration/comptes/{id}", http.StatusOK},
		"/compte?q=Zyxlog":                         {"GET /compte", http.StatusOK},
		"/telexpertise/demandes/demo-gp?q=Zyxlog":  {"GET /telexpertise/demandes/{id}", http.StatusForbidden},
	} {
		written.take()
		r := httptest.NewRequest(http.MethodGet, server.URL+path, nil)
		for _, c := range b.Jar.Cookies(r.URL) {
			r.AddCookie(c)
		}
		answer := httptest.NewRecorder()
		a.handler.ServeHTTP(answer, r) // not through the server: the line is then written when this returns
		text := written.take()
		if !strings.Contains(text, `route="`+want.route+`"`) || answer.Code != want.status {
			t.Errorf("%s: %d %q", path, answer.Code, text)
		}
		for _, secret := range []string{"Zyxlog", "q=", "demo-gp", admin.ID, admin.Name, path} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q is in the log: %s", path, secret, text)
			}
		}
	}
}

package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"maillage/internal/platform/clock"
)

// A fresh installation gets its first administrator from the console, then lets them in through the pages.
func TestFirstAdministrator(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	cfg := Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, BaseURL: "http://127.0.0.1:1", Region: "11", Clock: clock.System{},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	link, err := InviteAdministrator(ctx, cfg, "Ada Première", "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := InviteAdministrator(ctx, cfg, "Ada Seconde", "ADA@example.org"); err == nil {
		t.Error("the same address was invited twice")
	}
	a, err := New(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	server := httptest.NewServer(a.handler)
	defer server.Close()
	b := browser(t, server, "")
	resp, err := b.PostForm(server.URL+strings.TrimPrefix(link, cfg.BaseURL), url.Values{"password": {"cheval agrafe pile correct"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/compte" {
		t.Fatalf("%d, led to %q: an administrator starts with a second factor", resp.StatusCode, resp.Header.Get("Location"))
	}
}

package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A reader's colours stay in their browser; the deployer's style sheet comes after the product's.
func TestThemes(t *testing.T) {
	a := demonstration(t)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "theme.css"), []byte(":root { --accent: #112233; }"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.cfg.Theme = folder
	if err := a.openTheme(); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	b := browser(t, server, "")
	read := func(path string) (int, string) {
		resp, err := b.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	for _, c := range []struct{ theme, shown string }{{"contrast", `data-theme="contrast"`}, {"dark", `data-theme="dark"`}, {"<x>", ""}} {
		resp, err := b.PostForm(server.URL+"/affichage", url.Values{"theme": {c.theme}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		_, body := read("/style")
		if resp.StatusCode != http.StatusSeeOther || c.shown == "" == strings.Contains(body, "data-theme=") || !strings.Contains(body, c.shown) {
			t.Errorf("%q is not kept: %d", c.theme, resp.StatusCode)
		}
		if product, own := strings.Index(body, "/app."), strings.Index(body, "/theme/theme.css?v="); own < product {
			t.Error("the deployer's sheet does not come after the product's")
		}
	}
	if status, body := read("/theme/theme.css"); status != 200 || !strings.Contains(body, "#112233") {
		t.Errorf("theme.css: %d", status)
	}
	for _, path := range []string{"/theme/", "/theme/none.css", "/theme/../go.mod"} {
		if status, _ := read(path); status == 200 {
			t.Errorf("%s is served", path)
		}
	}
	b2 := &App{cfg: Config{Theme: t.TempDir()}}
	if b2.openTheme() == nil {
		t.Error("a folder without theme.css is taken")
	}
}

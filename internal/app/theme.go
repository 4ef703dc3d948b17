package app

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"maillage/internal/platform/httpx"
	"maillage/internal/ui"
)

// themes are the colours that a reader may choose; "" follows the system.
var themes = []string{"", "light", "dark", "contrast"}

const themeCookie = "affichage"

// chosenTheme is the choice that the browser keeps.
func chosenTheme(r *http.Request) string {
	if kept := httpx.Kept(r, themeCookie); slices.Contains(themes, kept) {
		return kept
	}
	return ""
}

func display(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, displayPage(chosenTheme(r)))
}

// chooseTheme keeps the reader's choice of colours in their browser, for a year.
func chooseTheme(w http.ResponseWriter, r *http.Request) error {
	theme := r.PostFormValue("theme")
	if !slices.Contains(themes, theme) {
		theme = ""
	}
	httpx.Keep(w, r, themeCookie, theme)
	return httpx.SeeOther(w, r, "/affichage")
}

func style(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, ui.StylePage())
}

// openTheme serves the deployer's folder, whose theme.css comes after the product's own style sheet on every page.
func (a *App) openTheme() error {
	if a.cfg.Theme == "" {
		return nil
	}
	sheet, err := os.Stat(filepath.Join(a.cfg.Theme, "theme.css"))
	if err != nil {
		return fmt.Errorf("the theme folder must hold theme.css: %w", err)
	}
	a.themeSheet = "/theme/theme.css?v=" + strconv.FormatInt(sheet.ModTime().UnixMilli(), 36)
	files := http.StripPrefix("/theme/", http.FileServer(http.Dir(a.cfg.Theme)))
	a.router.Handle("GET /theme/{file...}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, err := os.Stat(filepath.Join(a.cfg.Theme, filepath.Clean("/"+r.PathValue("file")))); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=86400")
		files.ServeHTTP(w, r)
	}))
	return nil
}

package app

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	fhirweb "maillage/internal/fhir/web"
	"maillage/internal/platform/httpx"
	"maillage/internal/ui"
)

// guard asks whether the reader may use a route at all; the service behind asks again for the object.
func guard(r *http.Request, p httpx.Permission) error {
	return accounts.FromContext(r.Context()).RequireSomewhere(p)
}

// private tells whether the pages behind a permission are not for everybody, and must not be kept by a browser.
func private(p httpx.Permission) bool { return !accounts.Actor{}.CanSomewhere(p) }

// fail draws the page of an error, or answers in the form that was asked for.
func (a *App) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := httpx.Status(err)
	shown := httpx.AsFault(err)
	if status == http.StatusInternalServerError {
		status = httpx.Status(shown)
		a.cfg.Log.Error("request failed", "id", httpx.RequestID(r.Context()), "route", r.Pattern, "error", err.Error())
	}
	if strings.HasPrefix(r.URL.Path, "/fhir/") || r.URL.Path == "/fhir" {
		fhirweb.Fail(w, r, shown, status)
		return
	}
	if accepts(r, "application/json") {
		_ = httpx.JSON(w, status, map[string]any{"error": shown.Kind, "rule": shown.Rule, "message": shown.Message, "fields": shown.Fields})
		return
	}
	if err := httpx.Render(w, r, status, ui.ErrorPage(status, shown)); err != nil {
		a.cfg.Log.Error("error page failed", "id", httpx.RequestID(r.Context()), "error", err.Error())
	}
}

func accepts(r *http.Request, kind string) bool { return r.Header.Get("Accept") == kind }

// chrome puts what surrounds every page in the context.
func (a *App) chrome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		actor := accounts.FromContext(ctx)
		c := ui.Chrome{Path: r.URL.Path, Query: r.URL.RawQuery, Name: actor.Name, Demo: a.cfg.Demo, Request: httpx.RequestID(ctx)}
		c.Theme, c.ThemeSheet = chosenTheme(r), a.themeSheet
		c.Tools = accountTools(ctx, actor)
		c.Nav, c.Here = navigation(ctx, actor, r.URL.Path)
		next.ServeHTTP(w, r.WithContext(ui.WithChrome(ctx, c)))
	})
}

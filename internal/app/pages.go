package app

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	fhirweb "maillage/internal/fhir/web"
	"maillage/internal/platform/fault"
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
	shown := httpx.AsFault(err)
	status := httpx.Status(shown)
	if fault.KindOf(err) == "" && status >= http.StatusInternalServerError { // no room foresaw it, and it is no fault of the sender's
		a.cfg.Log.Error("request failed", "id", httpx.RequestID(r.Context()), "route", r.Pattern, "error", err.Error())
	}
	if strings.HasPrefix(r.URL.Path, "/fhir/") || r.URL.Path == "/fhir" {
		fhirweb.Fail(w, r, shown, status)
		return
	}
	if asksJSON(r) {
		_ = httpx.JSON(w, status, map[string]any{"error": shown.Kind, "rule": shown.Rule, "message": shown.Message, "fields": shown.Fields})
		return
	}
	if err := httpx.Render(w, r, status, ui.ErrorPage(status, shown)); err != nil {
		a.cfg.Log.Error("error page failed", "id", httpx.RequestID(r.Context()), "error", err.Error())
	}
}

// asksJSON tells whether a program asks rather than a person: it accepts JSON alone, or calls an API without asking for a page.
func asksJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return accept == "application/json" || isAPI(r.URL.Path) && !strings.Contains(accept, "text/html")
}

func isAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/telexpertise/api/")
}

// refuseForeign answers a form that a page of another site sent, which could act in its reader's name. It comes before the session is
// read: the page is drawn for nobody.
func (a *App) refuseForeign(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, fault.Forbidden("Cet envoi vient d’un autre site ; rien n’a été enregistré. Ouvrez la page sur ce site, et recommencez.",
		"This was sent from another site; nothing was recorded. Open the page on this site, and try again."))
}

// crossOrigin refuses what pages of other sites send.
func (a *App) crossOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(httpx.Chain(http.HandlerFunc(a.refuseForeign), httpx.Language, a.chrome))
	return protection.Handler(next)
}

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

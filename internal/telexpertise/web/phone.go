package web

import (
	"net/http"

	"maillage/internal/platform/httpx"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
	"maillage/web"
)

// phonePage is the empty page of the phone. It is the same for everybody, account or not: a phone keeps it for offline use, so nothing
// of its reader may be in it.
func (p *Pages) phonePage(w http.ResponseWriter, r *http.Request) error {
	c := ui.ChromeOf(r.Context())
	r = r.WithContext(ui.WithChrome(r.Context(), ui.Chrome{Path: c.Path, Query: c.Query, Demo: c.Demo}))
	return httpx.Render(w, r, http.StatusOK, phoneView(p.pushKey))
}

// phoneFiles are the files that a phone asks for under an address that never changes.
var phoneFiles = map[string]string{
	"/telexpertise/sw.js":            "telexpertise.worker.js",
	"/telexpertise/app.webmanifest":  "telexpertise.webmanifest",
	"/telexpertise/icone-192.png":    "icon-192.png",
	"/telexpertise/icone-512.png":    "icon-512.png",
	"/telexpertise/icone-masque.png": "icon-mask.png",
}

func phoneRoutes() []httpx.Route {
	var routes []httpx.Route
	for path, name := range phoneFiles {
		file := web.Fixed(name)
		routes = append(routes, httpx.Route{Method: http.MethodGet, Path: path, Permission: telexpertise.PermPhone, Handler: func(w http.ResponseWriter, r *http.Request) error {
			file.ServeHTTP(w, r)
			return nil
		}})
	}
	return routes
}

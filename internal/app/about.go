package app

import (
	"net/http"

	"maillage/internal/platform/httpx"
)

// aboutRoutes are the public pages that speak of the product itself.
func aboutRoutes() []httpx.Route {
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/accessibilite", Permission: permSite, Handler: accessibility},
		{Method: http.MethodGet, Path: "/affichage", Permission: permSite, Handler: display},
		{Method: http.MethodPost, Path: "/affichage", Permission: permSite, Handler: chooseTheme},
		{Method: http.MethodGet, Path: "/style", Permission: permSite, Handler: style},
	}
}

func accessibility(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, accessibilityPage())
}

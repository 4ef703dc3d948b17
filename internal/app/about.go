package app

import (
	"net/http"

	"maillage/internal/platform/httpx"
)

// aboutRoutes are the public pages that speak of the product itself.
func aboutRoutes() []httpx.Route {
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/accessibilite", Permission: permSite, Handler: accessibility},
	}
}

func accessibility(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, accessibilityPage())
}

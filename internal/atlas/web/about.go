package web

import (
	"net/http"

	"maillage/internal/platform/httpx"
)

// data is the page of open data: downloads, the dictionary, the API.
func (p *Pages) data(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, dataPage(s))
}

// sources says where everything comes from.
func (p *Pages) sources(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, sourcesPage(s))
}

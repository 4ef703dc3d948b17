package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Front is the region at a glance, for everybody.
func (p *Pages) Front(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	figures, err := s.Region.Figures(s.View.Ages, s.View.Departement, nil)
	if err != nil {
		return err
	}
	var teasers []atlas.Teaser
	if p.Teasers != nil {
		if teasers, err = p.Teasers(r.Context(), accounts.FromContext(r.Context()), s.Region.Code); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, frontPage(s, figures, teasers))
}

// Ground is the territory of somebody at work, small: its map, its figures, and where they lead.
func (p *Pages) Ground(ctx context.Context, departement string) (templ.Component, error) {
	view := atlas.DefaultView(p.Atlas.Home)
	if d, ok := territory.Embedded().Departement(departement); ok && d.Parent == view.Region {
		view.Departement = departement
	}
	s, err := p.sceneOf(ctx, view)
	if err != nil {
		return nil, err
	}
	figures, err := s.Region.Figures(view.Ages, view.Departement, nil)
	if err != nil {
		return nil, err
	}
	return groundView(s, figures), nil
}

// mapPage is the whole map with every choice.
func (p *Pages) mapPage(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, mapPageView(s))
}

// mapPoint is what the map says of each commune under the pointer; columns keep it short.
type mapPoint struct {
	Codes      []string   `json:"codes"`
	Names      []string   `json:"names"`
	Population []int      `json:"population"`
	APL        []float64  `json:"apl"`
	Zones      []string   `json:"zones"`
	Values     []*float64 `json:"values"`
}

// mapData gives the values behind the map's paths, in their order.
func (p *Pages) mapData(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	var points mapPoint
	model := s.Region.Model(s.View.Ages)
	for n := range s.Region.Inside {
		place := &s.Region.Places[n]
		points.Codes = append(points.Codes, place.Code)
		points.Names = append(points.Names, i18n.French(place.Name))
		points.Population = append(points.Population, place.Population)
		points.APL = append(points.APL, round(model.Value[n], 2))
		points.Zones = append(points.Zones, s.Region.ZoneOf(n).Class)
		points.Values = append(points.Values, known(round(s.Layer.Value(s.Region, s.View.Ages, n), 2)))
	}
	w.Header().Set("Cache-Control", "public, max-age=600")
	return httpx.JSON(w, http.StatusOK, points)
}

// dataAddress is where the map's values are; the version in it lets browsers keep them.
func (s scene) dataAddress() string {
	return s.View.With("/carte/donnees.json", "couche", s.Layer.Key, "v", s.Shape.Version+strconv.FormatInt(s.Region.Snap.Version, 36))
}

// layerLinks are the layers under the same view; that of change only when there is a past.
func (s scene) layerLinks(path string) []layerLink {
	links := make([]layerLink, 0, len(atlas.Layers))
	for _, l := range atlas.Layers {
		if l.Key == atlas.Trend && !s.HasPast {
			continue
		}
		other := s.View
		other.Layer = l.Key
		links = append(links, layerLink{Layer: l, Href: other.At(path), Current: l.Key == s.View.Layer})
	}
	return links
}

type layerLink struct {
	Layer   atlas.Layer
	Href    string
	Current bool
}

// Package web draws the atlas: the region's map and everything around it.
package web

import (
	"context"
	"net/http"

	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

// Pages answers for the atlas.
type Pages struct {
	Atlas *atlas.Atlas
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	get := func(path string, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodGet, Path: path, Permission: atlas.PermRead, Handler: h}
	}
	return []httpx.Route{
		get("/{$}", p.front),
		get("/carte", p.mapPage),
		get("/carte/donnees.json", p.mapData),
	}
}

// scene is what most pages start from: the reader's view, its region and the region's drawing.
type scene struct {
	View   atlas.View
	Layer  atlas.Layer
	Region *atlas.Region
	Shape  *atlas.Shape
}

func (p *Pages) scene(r *http.Request) (scene, error) {
	view, err := atlas.ParseView(r.URL.Query(), p.Atlas.Home)
	if err != nil {
		return scene{}, err
	}
	return p.sceneOf(r.Context(), view)
}

func (p *Pages) sceneOf(ctx context.Context, view atlas.View) (scene, error) {
	s := scene{View: view}
	s.Layer, _ = atlas.LayerOf(view.Layer)
	var err error
	if s.Region, err = p.Atlas.Of(ctx, view); err != nil {
		return s, err
	}
	s.Shape, err = p.Atlas.Shape(ctx, s.Region)
	return s, err
}

// caveats are what a reader must know of the values shown: invented, computed, estimated, approximate.
func (s scene) caveats(ctx context.Context) []string {
	var all []string
	if s.Region.Ground.DemoSupply {
		all = append(all, i18n.T(ctx, "offre de soins : démonstration (inventée)", "supply of care: demonstration (invented)"))
	}
	if s.Region.Estimated {
		all = append(all, i18n.T(ctx, "temps de trajet estimés à vol d'oiseau", "travel times estimated as the crow flies"))
	}
	if s.Shape.Approximate {
		all = append(all, i18n.T(ctx, "contours approximatifs", "approximate outlines"))
	}
	if s.Region.Ground.Weighted == nil {
		all = append(all, i18n.T(ctx, "population non standardisée par âge", "population not standardised by age"))
	}
	if s.Region.ZonesComputed() {
		all = append(all, i18n.T(ctx, "zonage calculé sur les seuils, sans valeur réglementaire", "zones computed from thresholds, without legal value"))
	}
	return all
}

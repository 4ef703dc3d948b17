// Package web draws the atlas: the region's map and everything around it.
package web

import (
	"context"
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// Pages answers for the atlas.
type Pages struct {
	Atlas     *atlas.Atlas
	Scenarios *atlas.Service
	// Finders are the other rooms that take part in the search.
	Finders []atlas.Finder
	// Overlays are what other rooms show over the map.
	Overlays []atlas.Overlay
	// InCommune is what other rooms know in a commune, Doors where they lead from it.
	InCommune atlas.InCommune
	Doors     []atlas.Door
	// Teasers are what the front page tells of other rooms, within what the reader may see; nil tells nothing.
	Teasers func(ctx context.Context, actor accounts.Actor, region string) ([]atlas.Teaser, error)
	// Datasets are the open tables of other rooms.
	Datasets []Dataset
	// Dossiers are the files that a reader may join a scenario to; a hit leads to where the form is sent.
	Dossiers func(ctx context.Context, actor accounts.Actor) ([]atlas.Hit, error)
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	get := func(path string, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodGet, Path: path, Permission: atlas.PermRead, Handler: h}
	}
	return []httpx.Route{
		get("/region", p.Front),
		get("/carte", p.mapPage),
		get("/carte/donnees.json", p.mapData),
		get("/communes", p.communes),
		get("/communes/{code}", p.commune),
		get("/recherche", p.search),
		get("/recherche/vite", p.searchAtOnce),
		get("/communes.csv", p.communesFile("csv")),
		get("/communes.xlsx", p.communesFile("xlsx")),
		get("/communes.ods", p.communesFile("ods")),
		get("/communes.geojson", p.communesFile("geojson")),
		get("/placement", p.placement),
		get("/placement.csv", p.placementFile(sheets.CSV)),
		get("/placement.xlsx", p.placementFile(sheets.XLSX)),
		get("/placement.ods", p.placementFile(sheets.ODS)),
		get("/indicateurs", p.indicators),
		get("/departements", p.departements),
		get("/departements.csv", p.departementsFile(sheets.CSV)),
		get("/departements.xlsx", p.departementsFile(sheets.XLSX)),
		get("/departements.ods", p.departementsFile(sheets.ODS)),
		get("/donnees", p.data),
		get("/sources", p.sources),
		get("/api/v1/communes", p.apiCommunes),
		get("/api/v1/communes/{code}", p.apiCommune),
		get("/api/v1/indicateurs", p.apiIndicators),
		get("/simulateur", p.sandbox),
		get("/simulateur/communes", p.sites),
		get("/simulateur/comparer", p.compare),
		get("/simulateur/comparer.csv", p.compareFile(sheets.CSV)),
		get("/simulateur/comparer.xlsx", p.compareFile(sheets.XLSX)),
		get("/simulateur/comparer.ods", p.compareFile(sheets.ODS)),
		get("/simulateur/{id}", p.scenario),
		{Method: http.MethodPost, Path: "/api/simulateur", Permission: atlas.PermRead, Handler: p.sandboxAnswer, Raw: true},
		{Method: http.MethodPost, Path: "/simulateur/enregistrer", Permission: atlas.PermSave, Handler: p.saveScenario},
		{Method: http.MethodPost, Path: "/simulateur/{id}/supprimer", Permission: atlas.PermEdit, Handler: p.deleteScenario},
	}
}

// scene is what most pages start from: the reader's view, its region and the region's drawing.
type scene struct {
	View   atlas.View
	Layer  atlas.Layer
	Region *atlas.Region
	Shape  *atlas.Shape
	// HasPast tells whether the layer of change has something to compare with.
	HasPast bool
	// Overlays are what may be shown over the map, Points what is.
	Overlays []atlas.Overlay
	Points   []layerOfPoints
}

func (p *Pages) scene(r *http.Request) (scene, error) {
	view, err := atlas.ParseView(r.URL.Query(), p.Atlas.Home)
	if err != nil {
		return scene{}, err
	}
	return p.sceneOf(r.Context(), view)
}

func (p *Pages) sceneOf(ctx context.Context, view atlas.View) (scene, error) {
	s := scene{View: view, Overlays: p.overlays(ctx)}
	s.Layer, _ = atlas.LayerOf(view.Layer)
	var err error
	find := p.Atlas.Of
	if view.Layer == atlas.Trend {
		find = p.Atlas.SincePast
	}
	if s.Region, err = find(ctx, view); err != nil {
		return s, err
	}
	s.HasPast = p.Atlas.HasPast()
	if s.Points, err = layersShown(ctx, s); err != nil {
		return s, err
	}
	s.Shape, err = p.Atlas.Shape(s.Region)
	return s, err
}

// caveats are what a reader must know of the values shown: invented, computed, estimated, approximate.
func (s scene) caveats(ctx context.Context) []string {
	var all []string
	if s.Region.DemoSupply() {
		all = append(all, i18n.T(ctx, "offre de soins : démonstration (inventée)", "supply of care: demonstration (invented)"))
	}
	if s.Region.ProxySupply() {
		all = append(all, i18n.T(ctx, "offre de soins approchée par une autre mesure que les médecins", "supply of care approached by something else than doctors"))
	}
	if !s.Region.AgesKnown {
		all = append(all, i18n.T(ctx, "âge des médecins inconnu : tous comptent", "doctors' ages unknown: all count"))
	}
	if s.Region.BareEdge() {
		all = append(all, i18n.T(ctx, "aucune offre connue au-delà de la région : les communes du bord sont sous-estimées", "no supply known beyond the region: municipalities at its edge are underestimated"))
	}
	if s.Region.Estimated {
		all = append(all, i18n.T(ctx, "temps de trajet estimés à vol d’oiseau", "travel times estimated as the crow flies"))
	}
	if s.Shape.Approximate {
		all = append(all, i18n.T(ctx, "contours approximatifs", "approximate outlines"))
	}
	if !s.Region.Weighted {
		all = append(all, i18n.T(ctx, "population non standardisée par âge", "population not standardised by age"))
	}
	if s.Region.ZonesComputed() {
		all = append(all, i18n.T(ctx, "zonage calculé sur les seuils, sans valeur réglementaire", "zones computed from thresholds, without legal value"))
	}
	return all
}

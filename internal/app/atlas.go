package app

import (
	"context"
	"net/url"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	atlasweb "maillage/internal/atlas/web"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
	structuresweb "maillage/internal/structures/web"
)

// atlasPages makes the pages of the region's map, over the territory as it stands, with what other rooms show on them.
func (a *App) atlasPages() *atlasweb.Pages {
	located := structuresOnMap{a.structures}
	return &atlasweb.Pages{
		Atlas: a.atlas, Scenarios: atlas.NewService(a.DB, a.cfg.Clock),
		Finders: a.finders(located), Overlays: []atlas.Overlay{located}, InCommune: located, Dossiers: a.openDossiers, Teasers: a.frontTeasers,
		Datasets: []atlasweb.Dataset{{
			Title: i18n.Text{FR: "Structures", EN: "Structures"}, Base: "/structures", Formats: []string{"csv", "xlsx", "ods", "geojson"}, Columns: structuresweb.ExportColumns,
			Note: i18n.Text{FR: "Les titres des colonnes suivent la langue du lecteur. GeoJSON : position, sorte, nom, état et commune.", EN: "Titles of columns follow the reader’s language. GeoJSON: position, kind, name, state and municipality."},
		}},
		Doors: []atlas.Door{{
			Label: i18n.Text{FR: "Que puis-je obtenir ici\u202f?", EN: "What can I get here?"}, Icon: "handshake",
			Href: func(code string) string { return "/aides?" + url.Values{"lieu": {code}}.Encode() },
		}},
	}
}

// structuresOnMap shows structures on the map, in the search and on the communes' pages.
type structuresOnMap struct{ service *structures.Service }

// mostOnMap bounds what a map can show.
const mostOnMap = 3000

// Key stands in addresses.
func (structuresOnMap) Key() string { return "structures" }

// Name is how people read the overlay.
func (structuresOnMap) Name() i18n.Text {
	return i18n.Text{FR: "Structures de soins", EN: "Care structures"}
}

// Points are the structures of a region.
func (s structuresOnMap) Points(ctx context.Context, actor accounts.Actor, r *atlas.Region) ([]atlas.Point, error) {
	found, _, err := s.service.List(ctx, actor, structures.Filter{Region: r.Code, Limit: mostOnMap})
	if err != nil {
		return nil, err
	}
	points := make([]atlas.Point, 0, len(found))
	for _, one := range found {
		points = append(points, atlas.Point{Lat: one.Lat, Lon: one.Lon, Title: one.Name + ", " + one.Kind.Label().Ctx(ctx)})
	}
	others, err := s.service.OtherSites(ctx, r.Code)
	for _, one := range others {
		points = append(points, atlas.Point{Lat: one.Lat, Lon: one.Lon, Title: i18n.Tf(ctx, "%s, autre site", "%s, other site", one.Name)})
	}
	return points, err
}

// Find looks for structures by name, number or commune.
func (s structuresOnMap) Find(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	return s.hits(ctx, actor, structures.Filter{Text: query, Limit: limit})
}

// InCommune lists the structures whose main site is in a commune.
func (s structuresOnMap) InCommune(ctx context.Context, actor accounts.Actor, code string) ([]atlas.Hit, error) {
	return s.hits(ctx, actor, structures.Filter{Commune: code})
}

func (s structuresOnMap) hits(ctx context.Context, actor accounts.Actor, f structures.Filter) ([]atlas.Hit, error) {
	found, _, err := s.service.List(ctx, actor, f)
	if err != nil {
		return nil, err
	}
	hits := make([]atlas.Hit, 0, len(found))
	for _, one := range found {
		hits = append(hits, atlas.Hit{Kind: one.Kind.Label(), Title: one.Name, Detail: one.Departement, Href: "/structures/" + one.ID})
	}
	return hits, nil
}

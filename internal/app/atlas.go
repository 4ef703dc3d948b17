package app

import (
	"cmp"
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
		Finders: a.finders(located), Overlays: []atlas.Overlay{located, projectsOnMap{a.structures}}, InCommune: located, Dossiers: a.openDossiers, Teasers: a.frontTeasers,
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

// structureShapes draws each kind of structure; the others share a diamond.
var structureShapes = map[structures.Kind]string{
	structures.MSP: "house", structures.CDS: "square", structures.CPTS: "star", structures.Hospital: "cross", structures.GroupPractice: "circle", structures.ESP: "circle",
}

func structureShape(k structures.Kind) string {
	return cmp.Or(structureShapes[k], "diamond")
}

// Symbols tell the kinds apart.
func (structuresOnMap) Symbols() []atlas.Symbol {
	return []atlas.Symbol{
		{Shape: "house", Label: structures.MSP.Row().Plural},
		{Shape: "square", Label: structures.CDS.Row().Plural},
		{Shape: "star", Label: structures.CPTS.Row().Plural},
		{Shape: "cross", Label: structures.Hospital.Row().Plural},
		{Shape: "circle", Label: i18n.Text{FR: "Cabinets de groupe et équipes de soins primaires", EN: "Group practices and primary care teams"}},
		{Shape: "diamond", Label: i18n.Text{FR: "EHPAD, universités et autres partenaires", EN: "Nursing homes, universities and other partners"}},
	}
}

// Points are the structures of a region, with their secondary sites.
func (s structuresOnMap) Points(ctx context.Context, actor accounts.Actor, r *atlas.Region) ([]atlas.Point, error) {
	found, _, err := s.service.List(ctx, actor, structures.Filter{Region: r.Code, Limit: mostOnMap})
	if err != nil {
		return nil, err
	}
	points := make([]atlas.Point, 0, len(found))
	for _, one := range found {
		points = append(points, atlas.Point{Lat: one.Lat, Lon: one.Lon, Title: one.Name + ", " + one.Kind.Label().Ctx(ctx), Shape: structureShape(one.Kind), Href: "/structures/" + one.ID})
	}
	others, err := s.service.OtherSites(ctx, r.Code)
	for _, one := range others {
		points = append(points, atlas.Point{Lat: one.Lat, Lon: one.Lon, Title: i18n.Tf(ctx, "%s, autre site", "%s, other site", one.Name), Shape: structureShape(one.Kind), Href: "/structures/" + one.ID})
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

// projectsOnMap shows what structures set out to do, to whoever may see it.
type projectsOnMap struct{ service *structures.Service }

// Key stands in addresses.
func (projectsOnMap) Key() string { return "projets" }

// Name is how people read the overlay.
func (projectsOnMap) Name() i18n.Text {
	return i18n.Text{FR: "Projets des structures", EN: "Projects of structures"}
}

// May tells whether an actor may see the projects of some structure.
func (projectsOnMap) May(actor accounts.Actor) bool { return actor.CanSomewhere(structures.PermDetail) }

// Symbols is one flag.
func (projectsOnMap) Symbols() []atlas.Symbol {
	return []atlas.Symbol{{Shape: "flag", Label: i18n.Text{FR: "Projets prévus ou en cours", EN: "Projects planned or under way"}}}
}

// Points are the projects not yet ended, at their structure.
func (p projectsOnMap) Points(ctx context.Context, actor accounts.Actor, r *atlas.Region) ([]atlas.Point, error) {
	found, err := p.service.OpenProjects(ctx, actor, r.Code)
	points := make([]atlas.Point, 0, len(found))
	for _, one := range found {
		points = append(points, atlas.Point{Lat: one.Structure.Lat, Lon: one.Structure.Lon, Shape: "flag", Href: "/structures/" + one.Structure.ID + "#projects",
			Title: one.Title + ", " + one.StateLabel().Ctx(ctx) + " (" + one.Structure.Name + ")"})
	}
	return points, err
}

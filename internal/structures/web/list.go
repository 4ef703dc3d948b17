package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

// pageSize is how many structures a page of the list shows.
const pageSize = 50

// formats are those in which the list is offered.
var formats = []sheets.Format{sheets.CSV, sheets.XLSX, sheets.ODS}

type listPage struct {
	Filter    structures.Filter
	Form      url.Values
	Found     []structures.Structure
	Total     int
	Page      int
	Zones     map[string]zone // by commune
	CanCreate bool
	CanImport bool
}

// filter reads the list's filter from the address.
func (p *Pages) filter(r *http.Request) structures.Filter {
	q := r.URL.Query()
	f := structures.Filter{Text: q.Get("q"), State: q.Get("etat"), Region: p.Region, Departement: q.Get("departement"), Commune: q.Get("commune"),
		Sort: q.Get("sort"), All: q.Get("fermees") == "1"}
	if q.Get("region") == "toutes" {
		f.Region = ""
	}
	if k := structures.Kind(q.Get("type")); k.Valid() {
		f.Kinds = []structures.Kind{k}
	}
	if day := structures.Day(q.Get("le")); day.Valid() {
		f.On = day
	}
	return f
}

// list shows structures, filtered and sorted by the address.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	page := listPage{Filter: p.filter(r), Form: r.URL.Query(), Zones: map[string]zone{}, CanCreate: actor.CanSomewhere(structures.PermCreate),
		CanImport: actor.CanSomewhere(structures.PermImport)}
	page.Page, page.Filter.Offset = httpx.Page(r, pageSize)
	page.Filter.Limit = pageSize
	var err error
	if page.Found, page.Total, err = p.Service.List(r.Context(), actor, page.Filter); err != nil {
		return err
	}
	snap, err := p.Places.Now(r.Context())
	if err != nil {
		return err
	}
	computed := p.computed(r.Context())
	for _, s := range page.Found {
		page.Zones[s.Commune] = zoneOrComputed(snap, s.Commune, computed)
	}
	return httpx.Render(w, r, http.StatusOK, listView(page))
}

// computed gives the zone that access alone suggests, where no official zoning is loaded.
func (p *Pages) computed(ctx context.Context) func(string) (string, bool) {
	if p.Computed == nil {
		return func(string) (string, bool) { return "", false }
	}
	return p.Computed(ctx)
}

// zone is the zone of a commune, and whether only access suggests it.
type zone struct {
	Code     string
	Computed bool
}

// zoneOrComputed is the official zone of a commune, else the one that access suggests, marked.
func zoneOrComputed(snap *territory.Snapshot, commune string, computed func(string) (string, bool)) zone {
	if code := zoneOf(snap, commune); code != "" {
		return zone{Code: code}
	}
	code, ok := computed(commune)
	return zone{Code: code, Computed: ok}
}

// words is how people read the zone.
func (z zone) words(ctx context.Context) string {
	code := z.Code
	if code == outside {
		code = i18n.T(ctx, "Hors zonage", "Outside")
	}
	if z.Computed {
		return i18n.Tf(ctx, "%s (calculé)", "%s (computed)", code)
	}
	return dash(code)
}

// outside is the code of communes that no zone holds.
const outside = "HZ"

func zoneOf(snap *territory.Snapshot, commune string) string {
	i, ok := snap.Find(commune)
	if !ok {
		return ""
	}
	zone, _ := snap.Zone(i)
	return zone.Code
}

func communeName(code string) string {
	c, _ := territory.Embedded().Commune(code)
	return c.Name
}

// ExportColumns describe the downloads of the list.
var ExportColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Identifiant", EN: "Identifier"}, Doc: i18n.Text{FR: "Identifiant dans Maillage : il ne change pas.", EN: "Identifier in Maillage: it does not change."}},
	{Title: i18n.Text{FR: "Type", EN: "Kind"}, Doc: i18n.Text{FR: "CPTS, maison ou centre de santé, équipe de soins primaires, cabinet, établissement…", EN: "CPTS, health house or centre, primary care team, practice, hospital…"}},
	{Title: i18n.Text{FR: "Nom", EN: "Name"}, Doc: i18n.Text{FR: "Nom d’usage.", EN: "Usual name."}},
	{Title: i18n.Text{FR: "État", EN: "State"}, Doc: i18n.Text{FR: "Étape atteinte, propre à chaque sorte.", EN: "Stage reached, of its own kind."}},
	{Title: i18n.Text{FR: "Code INSEE", EN: "INSEE code"}, Doc: i18n.Text{FR: "Commune du site principal.", EN: "Municipality of the main site."}},
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}, Doc: i18n.Text{FR: "Nom de cette commune.", EN: "Name of that municipality."}},
	{Title: i18n.Text{FR: "Département", EN: "Département"}, Doc: i18n.Text{FR: "Code du département.", EN: "Code of the département."}},
	{Title: i18n.Text{FR: "Zone", EN: "Zone"}, Doc: i18n.Text{FR: "Zone de la commune pour les médecins généralistes ; vide sans arrêté importé.", EN: "Zone of the municipality for general practitioners; empty without an imported decree."}},
	{Title: i18n.Text{FR: "Ouverture", EN: "Opening"}, Unit: isoDay, Doc: i18n.Text{FR: "Jour d’ouverture, s’il est connu.", EN: "Day of opening, when known."}},
	{Title: i18n.Text{FR: "Fermeture", EN: "Closing"}, Unit: isoDay, Doc: i18n.Text{FR: "Jour de fermeture ; vide si la structure est en activité.", EN: "Day of closing; empty while the structure is active."}},
	{Title: i18n.Text{FR: "Population du territoire", EN: "Population of the territory"}, Kind: sheets.Int, Unit: i18n.Text{FR: "habitants", EN: "inhabitants"}, Doc: i18n.Text{FR: "Habitants des communes du territoire d’une CPTS ; 0 sans territoire.", EN: "Inhabitants of the municipalities of a CPTS’s territory; 0 without one."}},
	{Title: i18n.Text{FR: "Latitude", EN: "Latitude"}, Kind: sheets.Decimal, Decimals: 6, Unit: degrees, Doc: i18n.Text{FR: "Position du site principal.", EN: "Position of the main site."}},
	{Title: i18n.Text{FR: "Longitude", EN: "Longitude"}, Kind: sheets.Decimal, Decimals: 6, Unit: degrees, Doc: i18n.Text{FR: "Position du site principal.", EN: "Position of the main site."}},
	{Title: i18n.Text{FR: "Position approchée", EN: "Approximate position"}, Kind: sheets.Bool, Doc: i18n.Text{FR: "Vrai lorsque la position est celle de la commune.", EN: "True when the position is the municipality’s."}},
	{Title: i18n.Text{FR: "Source", EN: "Source"}, Doc: i18n.Text{FR: "« manual » : saisie ; « finess » : fichier national ; « demo » : inventée pour la démonstration.", EN: "“manual”: typed; “finess”: national file; “demo”: invented for the demonstration."}},
}

var (
	isoDay  = i18n.Text{FR: "jour, AAAA-MM-JJ", EN: "day, YYYY-MM-DD"}
	degrees = i18n.Text{FR: "degrés (WGS 84)", EN: "degrees (WGS 84)"}
)

// exportPage is how many structures an export reads at a time.
const exportPage = 1000

// export streams the filtered list.
func (p *Pages) export(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		snap, err := p.Places.Now(r.Context())
		if err != nil {
			return err
		}
		actor, filter := accounts.FromContext(r.Context()), p.filter(r)
		rows := func(yield func([]any, error) bool) {
			p.eachRow(r.Context(), actor, filter, func(s structures.Structure, err error) bool {
				if err != nil {
					return yield(nil, err)
				}
				return yield([]any{s.ID, s.Kind.Label(), s.Name, s.StateLabel(), s.Commune, communeName(s.Commune), s.Departement, zoneOf(snap, s.Commune),
					string(s.Opened), string(s.Closed), s.Population, s.Lat, s.Lon, s.Approximate, s.Source}, nil)
			})
		}
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "structures", "structures"), ExportColumns, rows)
	}
}

// onMap is the region's map, or one département of it, with the structures.
func onMap(departement string) string {
	q := url.Values{"reperes": {"structures"}}
	if departement != "" {
		q.Set("departement", departement)
	}
	return "/carte?" + q.Encode()
}

func (p *Pages) eachRow(ctx context.Context, actor accounts.Actor, f structures.Filter, yield func(structures.Structure, error) bool) {
	f.Limit = exportPage
	for {
		found, total, err := p.Service.List(ctx, actor, f)
		if err != nil {
			yield(structures.Structure{}, err)
			return
		}
		for _, s := range found {
			if !yield(s, nil) {
				return
			}
		}
		if f.Offset += exportPage; f.Offset >= total {
			return
		}
	}
}

// points gives the structures of the region as a layer of a map.
func (p *Pages) points(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Service.Points(r.Context(), p.Region, p.filter(r).Kinds...)
	if err != nil {
		return err
	}
	others, err := p.Service.OtherSites(r.Context(), p.Region, p.filter(r).Kinds...)
	if err != nil {
		return err
	}
	all = append(all, others...)
	layer := collection{Type: "FeatureCollection", Features: make([]feature, len(all))}
	for i, s := range all {
		layer.Features[i] = feature{Type: "Feature", ID: s.ID, Geometry: geometry{"Point", [2]float64{s.Lon, s.Lat}},
			Properties: map[string]string{"kind": string(s.Kind), "name": s.Name, "state": s.State, "commune": s.Commune}}
	}
	w.Header().Set("Content-Type", "application/geo+json")
	return json.NewEncoder(w).Encode(layer)
}

// collection, feature and geometry are the GeoJSON of points (RFC 7946).
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	Geometry   geometry          `json:"geometry"`
	Properties map[string]string `json:"properties"`
}

type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

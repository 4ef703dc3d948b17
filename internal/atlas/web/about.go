package web

import (
	"net/http"
	"strings"

	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// data is the page of open data: downloads, the dictionary, the API.
func (p *Pages) data(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, dataPage(s, p.datasets(s)))
}

// sources says where everything comes from.
func (p *Pages) sources(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, sourcesPage(s))
}

// Dataset is a table of open data, with where it is downloaded and what its columns mean.
type Dataset struct {
	Title   i18n.Text
	Note    i18n.Text
	Base    string // address of the files, without extension
	Query   string
	Formats []string
	Columns []sheets.Column
}

// id names the dictionary of the dataset in the page.
func (d Dataset) id() string { return "dictionnaire-" + strings.Trim(d.Base, "/") }

// datasets are the atlas's own, then those of other rooms.
func (p *Pages) datasets(s scene) []Dataset {
	query := s.View.Query().Encode()
	return append([]Dataset{
		{
			Title: i18n.Text{FR: "Communes", EN: "Municipalities"}, Base: "/communes", Query: query, Formats: []string{"csv", "xlsx", "ods", "geojson"}, Columns: atlas.SheetColumns(),
		},
		{
			Title: i18n.Text{FR: "Départements", EN: "Départements"}, Base: "/departements", Query: query, Formats: []string{"csv", "xlsx", "ods"}, Columns: departementColumns,
			Note: i18n.Text{FR: "Mêmes réserves que les communes, dont ces valeurs sont tirées.", EN: "The same caveats as the municipalities, from which these values come."},
		},
		{
			Title: i18n.Text{FR: "Prochains postes", EN: "Next posts"}, Base: "/placement", Query: query, Formats: []string{"csv", "xlsx", "ods"}, Columns: placementColumns,
			Note: i18n.Text{FR: "La liste dépend de ce qui est demandé sur la page « Où placer les prochains postes ? » ; ici, les réglages de départ.", EN: "The list depends on what is asked on the page “Where should the next posts go?”; here, its first settings."},
		},
	}, p.Datasets...)
}

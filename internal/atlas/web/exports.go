package web

import (
	"net/http"

	"maillage/internal/atlas"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/sheets"
)

// communesFile gives the communes' table, filtered and ordered as on screen, as a file.
func (p *Pages) communesFile(format string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		view, err := atlas.ParseView(r.URL.Query(), p.Atlas.Home)
		if err != nil {
			return err
		}
		region, err := p.Atlas.Of(r.Context(), view)
		if err != nil {
			return err
		}
		places := region.List(view.Ages, atlas.ParseFilter(r.URL.Query()))
		name := "maillage-communes-" + region.Code
		if format == "geojson" {
			w.Header().Set("Content-Type", "application/geo+json")
			w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.geojson"`)
			return region.WriteGeoJSON(w, places)
		}
		return sheets.Serve(w, r, sheets.Format(format), name, atlas.SheetColumns(), region.SheetRows(places))
	}
}

// apiAnswer is the frame of every answer of the open API.
type apiAnswer struct {
	Region   string   `json:"region"`
	Decay    string   `json:"decay"`
	Ages     string   `json:"ages"`
	Caveats  []string `json:"caveats"`
	Licence  string   `json:"licence"`
	Count    int      `json:"count,omitempty"`
	Communes any      `json:"communes,omitempty"`
	Figures  any      `json:"figures,omitempty"`
}

const openLicence = "Licence Ouverte 2.0 ; GeoNames CC BY 4.0"

func (s scene) answer(r *http.Request) apiAnswer {
	return apiAnswer{Region: s.Region.Code, Decay: s.View.Decay, Ages: string(s.View.Ages), Caveats: s.caveats(r.Context()), Licence: openLicence}
}

// apiCommunes lists the communes with the values of the dictionary.
func (p *Pages) apiCommunes(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	records := []map[string]any{}
	for _, n := range s.Region.List(s.View.Ages, atlas.ParseFilter(r.URL.Query())) {
		records = append(records, s.Region.Record(n))
	}
	answer := s.answer(r)
	answer.Count, answer.Communes = len(records), records
	return httpx.JSON(w, http.StatusOK, answer)
}

// apiCommune gives one commune, with where its access comes from.
func (p *Pages) apiCommune(w http.ResponseWriter, r *http.Request) error {
	view, err := atlas.ParseView(r.URL.Query(), p.Atlas.Home)
	if err != nil {
		return err
	}
	portrait, moved, err := p.Atlas.Commune(r.Context(), r.PathValue("code"), view)
	if err != nil {
		return err
	}
	if moved != "" {
		return fault.NotFound("Cette commune a fusionné : son code est désormais « "+moved+" ».", "This municipality was merged: its code is now “"+moved+"”.")
	}
	view.Region = portrait.Region.Code
	s, err := p.sceneOf(r.Context(), view)
	if err != nil {
		return err
	}
	record := s.Region.Record(portrait.Place)
	parts := make([]map[string]any, 0, len(portrait.Why))
	for _, c := range offeringOnly(portrait.Why) {
		parts = append(parts, map[string]any{
			"code_insee": s.Region.Places[c.Supply].Code, "minutes": round(c.Minutes, 2), "poids": c.Weight,
			"consultations": c.Offer, "population_desservie": round(c.Load, 2), "apport": c.Part,
		})
	}
	record["apports"] = parts
	answer := s.answer(r)
	answer.Count, answer.Communes = 1, []any{record}
	return httpx.JSON(w, http.StatusOK, answer)
}

// apiIndicators gives the region's figures, or a département's.
func (p *Pages) apiIndicators(w http.ResponseWriter, r *http.Request) error {
	s, err := p.scene(r)
	if err != nil {
		return err
	}
	figures, err := s.Region.Figures(s.View.Ages, s.View.Departement, nil)
	if err != nil {
		return err
	}
	answer := s.answer(r)
	answer.Figures = figures
	return httpx.JSON(w, http.StatusOK, answer)
}

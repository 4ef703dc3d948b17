package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/structures"
)

// addProject records what a structure sets out to do.
func (p *Pages) addProject(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.AddProject(r.Context(), accounts.FromContext(r.Context()), structures.ProjectCommand{Structure: r.PathValue("id"),
		Kind: r.PostFormValue("project_kind"), Title: r.PostFormValue("project_title"), About: r.PostFormValue("project_about"), Expected: structures.Day(r.PostFormValue("expected"))}))
}

// moveProject moves a project on.
func (p *Pages) moveProject(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.MoveProject(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("project"),
		r.PostFormValue("move"), r.PostFormValue("reason"), structures.Day(r.PostFormValue("on"))))
}

// linkProject names a dossier of the structure that asks for help with a project.
func (p *Pages) linkProject(w http.ResponseWriter, r *http.Request) error {
	files, err := p.files(r)
	if err != nil {
		return err
	}
	dossier := ""
	for _, f := range files {
		if f.ID == r.PostFormValue("dossier") {
			dossier = f.ID
		}
	}
	return p.done(w, r, p.Service.LinkProject(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("project"), dossier))
}

// files are the dossiers that the structure filed.
func (p *Pages) files(r *http.Request) ([]AidFile, error) {
	if p.Aid == nil {
		return nil, nil
	}
	return p.Aid(r.Context(), r.PathValue("id"))
}

// addSite records a secondary site.
func (p *Pages) addSite(w http.ResponseWriter, r *http.Request) error {
	wrong := fault.Fields{}
	commune := communeOf(wrong, "site_commune", r.PostFormValue("site_commune"), p.Region)
	lat, lon := position(wrong, r, "site_lat", "site_lon")
	if err := wrong.Err(); err != nil {
		return p.done(w, r, err)
	}
	return p.done(w, r, p.Service.AddSite(r.Context(), accounts.FromContext(r.Context()), structures.SiteCommand{Structure: r.PathValue("id"),
		Label: r.PostFormValue("site_label"), Address: r.PostFormValue("site_address"), Commune: commune, Lat: lat, Lon: lon, From: structures.Day(r.PostFormValue("site_from"))}))
}

// endSite records that a secondary site closed.
func (p *Pages) endSite(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Service.EndSite(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("site"), structures.Day(r.PostFormValue("site_to"))))
}

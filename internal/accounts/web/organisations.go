package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/ui"
)

// organisationsData is the list of organisations.
type organisationsData struct {
	Places places
	All    []accounts.Organisation
}

func (p *Pages) organisationsPage(w http.ResponseWriter, r *http.Request) error {
	k, err := p.places(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, organisationsView(organisationsData{Places: k, All: k.organisations}))
}

// organisationForm is an organisation to create or to correct.
type organisationForm struct {
	Organisation accounts.Organisation
	Places       places
	Err          error
}

func (f organisationForm) breadcrumb(label string) ui.Link {
	return ui.Link{Href: "/administration/organisations", Label: label}
}

// newOrganisationPage may be given the name, kind, département and identifier of a structure that becomes an organisation.
func (p *Pages) newOrganisationPage(w http.ResponseWriter, r *http.Request) error {
	f := organisationForm{Places: places{departement: p.Departement}, Organisation: accounts.Organisation{
		ID: r.FormValue("id"), Name: r.FormValue("name"), Kind: r.FormValue("kind"), Departement: r.FormValue("departement")}}
	return httpx.Render(w, r, http.StatusOK, organisationView(f))
}

func (p *Pages) organisationPage(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Service.Organisation(r.Context(), visitor(r).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, organisationView(organisationForm{Organisation: o, Places: places{departement: p.Departement}}))
}

func (p *Pages) saveOrganisation(w http.ResponseWriter, r *http.Request) error {
	o := accounts.Organisation{ID: r.PostFormValue("id"), Version: version(r), Name: r.PostFormValue("name"), Kind: r.PostFormValue("kind"),
		Departement: r.PostFormValue("departement")}
	if _, err := p.Service.PutOrganisation(r.Context(), visitor(r).Actor, o); err != nil {
		return refused(w, r, err, organisationView(organisationForm{Organisation: o, Places: places{departement: p.Departement}, Err: err}))
	}
	return httpx.SeeOther(w, r, "/administration/organisations")
}

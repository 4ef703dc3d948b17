package web

import (
	"net/http"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

const peoplePerPage = accounts.PeoplePage

// peopleData is a page of accounts.
type peopleData struct {
	Query  accounts.PeopleQuery
	List   accounts.PeopleList
	Places places
	Page   int
}

// peopleQuery reads the filters of the list.
func peopleQuery(r *http.Request) accounts.PeopleQuery {
	q := r.URL.Query()
	page, _ := httpx.Page(r, peoplePerPage)
	return accounts.PeopleQuery{Text: q.Get("q"), Role: accounts.Role(q.Get("role")), State: accounts.State(q.Get("etat")), Page: page - 1}
}

func (p *Pages) peoplePage(w http.ResponseWriter, r *http.Request) error {
	actor := visitor(r).Actor
	d := peopleData{Query: peopleQuery(r)}
	d.Page = d.Query.Page + 1
	var err error
	if d.List, err = p.Service.People(r.Context(), actor, d.Query); err != nil {
		return err
	}
	if d.Places, err = p.places(r); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, peopleView(d))
}

// inviteForm is somebody to invite.
type inviteForm struct {
	Command accounts.InviteCommand
	Places  places
	Err     error
}

func (p *Pages) inviteForm(r *http.Request) (inviteForm, error) {
	f := inviteForm{Command: accounts.InviteCommand{
		Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), RPPS: r.PostFormValue("rpps"),
		OrganisationID: r.PostFormValue("organisation"), Lang: i18n.Lang(r.PostFormValue("lang")), Grants: grantsOf(r)}}
	if f.Command.Lang == "" {
		f.Command.Lang = i18n.FR
	}
	var err error
	f.Places, err = p.places(r)
	return f, err
}

func (p *Pages) invitePage(w http.ResponseWriter, r *http.Request) error {
	f, err := p.inviteForm(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, inviteView(f))
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	f, err := p.inviteForm(r)
	if err != nil {
		return err
	}
	invited, err := p.Service.Invite(r.Context(), visitor(r).Actor, f.Command)
	if err != nil {
		f.Err = err
		return refused(w, r, err, inviteView(f))
	}
	return httpx.SeeOther(w, r, "/administration/comptes/"+invited.ID)
}

const maxGrants = 20 // rows of a form of roles

// grantsOf reads the rows of a form of roles; a row without a role is not there. A département brings its region.
func grantsOf(r *http.Request) []accounts.Grant {
	var grants []accounts.Grant
	for i := range maxGrants {
		value := func(name string) string { return r.PostFormValue("grant-" + strconv.Itoa(i) + "-" + name) }
		g := accounts.Grant{Role: accounts.Role(value("role")), Region: value("region"), Departement: value("departement"), Structure: value("structure")}
		if g.Role == "" {
			continue
		}
		if g.Region == "" {
			g.Region = accounts.RegionOf(g.Departement)
		}
		grants = append(grants, g)
	}
	return grants
}

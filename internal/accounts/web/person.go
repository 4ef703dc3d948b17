package web

import (
	"net/http"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

// personData is one account as an administrator sees it.
type personData struct {
	Person  accounts.Person
	Self    bool
	Places  places
	History []audit.Record
	Err     error
}

func (p *Pages) person(r *http.Request) (personData, error) {
	actor, id := visitor(r).Actor, r.PathValue("id")
	var d personData
	var err error
	if d.Person, err = p.Service.Person(r.Context(), actor, id); err != nil {
		return d, err
	}
	d.Self = actor.ID == id
	if d.Places, err = p.places(r); err != nil {
		return d, err
	}
	d.History, err = p.Service.Audit(r.Context(), actor, audit.Filter{Object: audit.Object{Kind: "accounts.person", ID: id}, Limit: 30})
	return d, err
}

func (p *Pages) personPage(w http.ResponseWriter, r *http.Request) error {
	d, err := p.person(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, personView(d))
}

// personAfter goes back to the account after a change, or draws it again under a refusal with what was typed.
func (p *Pages) personAfter(w http.ResponseWriter, r *http.Request, refusal error, typed func(*accounts.Person)) error {
	if refusal == nil {
		return httpx.SeeOther(w, r, "/administration/comptes/"+r.PathValue("id"))
	}
	d, err := p.person(r)
	if err != nil {
		return err
	}
	d.Err = refusal
	typed(&d.Person)
	return refused(w, r, refusal, personView(d))
}

func version(r *http.Request) int {
	v, _ := strconv.Atoi(r.PostFormValue("version")) // what is no number is no version, and is refused as a conflict
	return v
}

func (p *Pages) editPerson(w http.ResponseWriter, r *http.Request) error {
	cmd := accounts.EditCommand{ID: r.PathValue("id"), Version: version(r), Name: r.PostFormValue("name"), RPPS: r.PostFormValue("rpps"),
		OrganisationID: r.PostFormValue("organisation")}
	return p.personAfter(w, r, p.Service.Edit(r.Context(), visitor(r).Actor, cmd), func(typed *accounts.Person) {
		typed.Name, typed.RPPS, typed.OrganisationID = cmd.Name, cmd.RPPS, cmd.OrganisationID
	})
}

func (p *Pages) changeGrants(w http.ResponseWriter, r *http.Request) error {
	grants := grantsOf(r)
	err := p.Service.ChangeGrants(r.Context(), visitor(r).Actor, r.PathValue("id"), version(r), grants)
	return p.personAfter(w, r, err, func(typed *accounts.Person) { typed.Grants = grants })
}

// changeState does what the button pressed names.
func (p *Pages) changeState(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), visitor(r).Actor, r.PathValue("id")
	var err error
	switch r.PostFormValue("action") {
	case "disable":
		err = p.Service.Disable(ctx, actor, id, version(r))
	case "enable":
		err = p.Service.Enable(ctx, actor, id, version(r))
	case "invite":
		err = p.Service.InviteAgain(ctx, actor, id)
	case "second-factor":
		err = p.Service.ResetSecondFactor(ctx, actor, id, version(r))
	default:
		err = fault.Invalid("Cette action n’existe pas.", "There is no such action.")
	}
	return p.personAfter(w, r, err, func(*accounts.Person) {})
}

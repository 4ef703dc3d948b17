package web

import (
	"context"
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

// accountData is one's own account.
type accountData struct {
	Visitor  accounts.Visitor
	Factors  accounts.SecondFactors
	Sessions []accounts.Session
	Passkeys bool // passkeys work here
	Codes    []string
	Places   places
	Links    []link
	Err      error
}

func (p *Pages) account(r *http.Request) (accountData, error) {
	d := accountData{Visitor: visitor(r), Passkeys: p.Service.PasskeysWork(), Places: places{departement: p.Departement}}
	var err error
	if d.Factors, err = p.Service.SecondFactors(r.Context(), d.Visitor.Actor, d.Visitor.Person.ID); err != nil {
		return d, err
	}
	if d.Sessions, err = p.Service.Sessions(r.Context(), d.Visitor.Actor, d.Visitor.Person.ID); err != nil {
		return d, err
	}
	if d.Links, err = p.links(r); err != nil {
		return d, err
	}
	d.Places.organisations, err = p.Service.OrganisationsOf(r.Context(), d.Visitor.Actor, d.Visitor.Person.ID)
	return d, err
}

func (p *Pages) accountPage(w http.ResponseWriter, r *http.Request) error {
	d, err := p.account(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, accountView(d))
}

// accountAfter draws the account again after a change that was refused.
func (p *Pages) accountAfter(w http.ResponseWriter, r *http.Request, refusal error) error {
	d, err := p.account(r)
	if err != nil {
		return err
	}
	d.Err = refusal
	return refused(w, r, refusal, accountView(d))
}

func (p *Pages) setLang(w http.ResponseWriter, r *http.Request) error {
	v, lang := visitor(r), i18n.Lang(r.PostFormValue("lang"))
	if err := p.Service.SetLang(r.Context(), v.Actor, v.Person.ID, lang); err != nil {
		return p.accountAfter(w, r, err)
	}
	httpx.Keep(w, r, httpx.LangCookie, string(lang))
	return httpx.SeeOther(w, r, "/compte")
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	err := p.Service.ChangePassword(r.Context(), v.Actor, accounts.ChangePasswordCommand{
		PersonID: v.Person.ID, Current: r.PostFormValue("current"), Password: r.PostFormValue("password"), KeepSession: v.Session.ID})
	if err != nil {
		return p.accountAfter(w, r, err)
	}
	return httpx.SeeOther(w, r, "/compte")
}

// endSessions closes one session, or all but this one when none is named.
func (p *Pages) endSessions(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	var err error
	id := r.PostFormValue("session")
	if id != "" {
		err = p.Service.EndSession(r.Context(), v.Actor, v.Person.ID, id)
	} else {
		err = p.Service.SignOutEverywhere(r.Context(), v.Actor, v.Person.ID, v.Session.ID)
	}
	if err != nil {
		return err
	}
	if err := p.devicesLeft(r.Context(), v, id); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/compte")
}

// devicesLeft ends what is pushed to the device of a session that was closed, or to all but this one when none is named.
func (p *Pages) devicesLeft(ctx context.Context, v accounts.Visitor, session string) error {
	switch {
	case p.Devices == nil:
		return nil
	case session != "":
		return p.Devices.SignedOut(ctx, v.Person.ID, session, "")
	}
	return p.Devices.SignedOutElsewhere(ctx, v.Person.ID, v.Session.ID)
}

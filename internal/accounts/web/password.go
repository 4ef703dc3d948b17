package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

// forgottenForm is the address of somebody who lost their password.
type forgottenForm struct {
	Email string
	Asked bool
	Err   error
}

func (p *Pages) forgottenPage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	return httpx.Render(w, r, http.StatusOK, forgottenView(forgottenForm{}))
}

// requestReset answers the same whether or not the account exists.
func (p *Pages) requestReset(w http.ResponseWriter, r *http.Request) error {
	private(w)
	f := forgottenForm{Email: r.PostFormValue("email")}
	if f.Err = p.Service.RequestReset(r.Context(), f.Email, p.door(r)); f.Err != nil {
		return refused(w, r, f.Err, forgottenView(f))
	}
	f.Asked = true
	return httpx.Render(w, r, http.StatusOK, forgottenView(f))
}

// choiceForm is a password to choose, from a link that was mailed.
type choiceForm struct {
	Action string
	Person accounts.Person
	Err    error
}

// stale answers who opens a link that was used or has expired: a new one is asked for where a lost password is.
func stale(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return httpx.Render(w, r, http.StatusNotFound, staleView(err))
}

func (p *Pages) resetPage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	person, err := p.Service.ResetFor(r.Context(), r.PathValue("token"))
	if err != nil {
		return stale(w, r, err)
	}
	return httpx.Render(w, r, http.StatusOK, resetView(choiceForm{Action: r.URL.Path, Person: person}))
}

func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	private(w)
	person, err := p.Service.ResetFor(r.Context(), r.PathValue("token"))
	if err != nil {
		return stale(w, r, err)
	}
	if err := p.Service.Reset(r.Context(), r.PathValue("token"), r.PostFormValue("password")); err != nil {
		return refused(w, r, err, resetView(choiceForm{Action: r.URL.Path, Person: person, Err: err}))
	}
	p.setToken(w, "")
	return httpx.SeeOther(w, r, "/connexion?change=1")
}

func (p *Pages) invitationPage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	person, err := p.Service.Invitation(r.Context(), r.PathValue("token"))
	if err != nil {
		return stale(w, r, err)
	}
	return httpx.Render(w, r, http.StatusOK, invitationView(choiceForm{Action: r.URL.Path, Person: person}))
}

func (p *Pages) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	private(w)
	person, err := p.Service.Invitation(r.Context(), r.PathValue("token"))
	if err != nil {
		return stale(w, r, err)
	}
	opened, err := p.Service.AcceptInvitation(r.Context(), accounts.AcceptCommand{
		Token: r.PathValue("token"), Password: r.PostFormValue("password"), Door: p.door(r)})
	if err != nil {
		return refused(w, r, err, invitationView(choiceForm{Action: r.URL.Path, Person: person, Err: err}))
	}
	return p.enter(w, r, opened, "/")
}

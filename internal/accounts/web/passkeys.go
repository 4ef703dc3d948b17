package web

import (
	"encoding/json"
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// passkeyAnswer is what the island sends once the browser has answered.
type passkeyAnswer struct {
	Ticket   string          `json:"ticket"`
	Name     string          `json:"name"`
	Next     string          `json:"next"`
	Response json.RawMessage `json:"response"`
}

// passkeyDone tells the island where to go on.
type passkeyDone struct {
	Next  string   `json:"next"`
	Codes []string `json:"codes,omitempty"`
}

func (p *Pages) beginPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	private(w)
	offer, err := p.Service.BeginPasskeySignIn(r.Context(), p.door(r))
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, offer)
}

func (p *Pages) finishPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	private(w)
	var a passkeyAnswer
	if err := httpx.ReadJSON(r, &a); err != nil {
		return err
	}
	opened, err := p.Service.FinishPasskeySignIn(r.Context(), a.Ticket, a.Response, p.door(r))
	if err != nil {
		return err
	}
	p.setToken(w, opened.Token)
	return httpx.JSON(w, http.StatusOK, passkeyDone{Next: a.Next})
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	offer, err := p.Service.BeginPasskey(r.Context(), v.Actor, v.Person.ID)
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, offer)
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	var a passkeyAnswer
	if err := httpx.ReadJSON(r, &a); err != nil {
		return err
	}
	done, err := p.Service.FinishPasskey(r.Context(), v.Actor, accounts.PasskeyCommand{
		EnrolCommand: accounts.EnrolCommand{PersonID: v.Person.ID, SessionID: v.Session.ID},
		Ticket:       a.Ticket, Name: a.Name, Response: a.Response})
	if err != nil {
		return err
	}
	p.setToken(w, done.Token)
	return httpx.JSON(w, http.StatusOK, passkeyDone{Next: "/compte", Codes: done.Codes})
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	if err := p.Service.RemovePasskey(r.Context(), v.Actor, v.Person.ID, r.PostFormValue("passkey")); err != nil {
		return p.accountAfter(w, r, err)
	}
	return httpx.SeeOther(w, r, "/compte")
}

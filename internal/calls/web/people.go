package web

import (
	"net/http"
	"strings"

	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
)

// invite opens a dossier to somebody else. The page that follows shows their link, once: it is kept nowhere in clear.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	key := newKey()
	cmd := calls.InviteCommand{Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Rights: calls.Right(r.PostFormValue("rights")), Key: key}
	if err := p.Calls.InviteTo(r.Context(), reader(r), r.PathValue("id"), cmd); err != nil {
		return p.showDossier(w, r, err)
	}
	private(w)
	v, err := p.load(r)
	if err != nil {
		return err
	}
	v.Invited, v.InvitedName = p.Base+"/rejoindre/"+key, strings.TrimSpace(cmd.Name)
	return httpx.Render(w, r, http.StatusOK, dossierPage(*v))
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.Revoke(r.Context(), reader(r), id, r.PathValue("access"))
	})
}

// invitation shows to what a link leads; nothing happens before the button, so that mail scanners join nothing.
func (p *Pages) invitation(w http.ResponseWriter, r *http.Request) error {
	private(w)
	d, access, err := p.Calls.Invited(r.Context(), r.PathValue("key"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, invitationView(d, access, r.PathValue("key"), reader(r).Anonymous()))
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	who, key := reader(r), r.PathValue("key")
	d, err := p.Calls.Join(r.Context(), who, key)
	if err != nil {
		return err
	}
	if who.Anonymous() {
		remember(w, r, calls.WithKey(who.Key, key))
	}
	return httpx.SeeOther(w, r, "/dossiers/"+d.ID)
}

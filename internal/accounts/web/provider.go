package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// The cookie that ties a departure for a provider to the browser that left.
const (
	secureDeparture = "__Host-maillage-depart"
	localDeparture  = "maillage-depart"
)

func (p *Pages) setDeparture(w http.ResponseWriter, state string) {
	c := &http.Cookie{Name: p.departureName(), Value: state, Path: "/", HttpOnly: true, Secure: p.Service.Secure(), SameSite: http.SameSiteLaxMode}
	if state == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (p *Pages) departureName() string {
	if p.Service.Secure() {
		return secureDeparture
	}
	return localDeparture
}

// depart sends the browser to a provider. Whoever is signed in links their account there; the others sign in.
func (p *Pages) depart(w http.ResponseWriter, r *http.Request) error {
	private(w)
	d, err := p.Service.Depart(r.Context(), visitor(r).Actor, r.PathValue("slug"), r.FormValue("suite"), p.door(r))
	if err != nil {
		return err
	}
	p.setDeparture(w, d.State)
	http.Redirect(w, r, d.URL, http.StatusSeeOther)
	return nil
}

// arrive takes what the browser brings back.
func (p *Pages) arrive(w http.ResponseWriter, r *http.Request) error {
	private(w)
	q := r.URL.Query()
	back := accounts.Return{Slug: r.PathValue("slug"), Code: q.Get("code"), State: q.Get("state"), Issuer: q.Get("iss"), Error: q.Get("error")}
	if c, err := r.Cookie(p.departureName()); err == nil {
		back.Cookie = c.Value
	}
	p.setDeparture(w, "")
	opened, next, err := p.Service.Arrive(r.Context(), back, p.door(r))
	if err != nil {
		return err
	}
	return p.enter(w, r, opened, next)
}

func (p *Pages) unlink(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	if err := p.Service.Unlink(r.Context(), v.Actor, v.Person.ID, r.PostFormValue("provider")); err != nil {
		return p.accountAfter(w, r, err)
	}
	return httpx.SeeOther(w, r, "/compte")
}

// link is a provider and whether the account is linked there.
type link struct {
	accounts.Provider
	Linked bool
}

// links says of each provider whether the reader's account is linked there.
func (p *Pages) links(r *http.Request) ([]link, error) {
	v := visitor(r)
	issuers, err := p.Service.Links(r.Context(), v.Actor, v.Person.ID)
	if err != nil {
		return nil, err
	}
	var list []link
	for _, provider := range p.Service.Providers() {
		l := link{Provider: provider}
		for _, issuer := range issuers {
			l.Linked = l.Linked || issuer == provider.Issuer
		}
		list = append(list, l)
	}
	return list, nil
}

// Package web holds the pages of accounts: the way in, one's own account, the administration of people, the audit record. Every form
// works without JavaScript; a refused one comes back with what was typed, never with a password.
package web

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/sheets"
)

// Pages serves the pages of accounts.
type Pages struct {
	Service *accounts.Service
	// Fail draws the page of an error met before a route was found.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
	// Departement names a département by its code; nil, or "", shows the code alone.
	Departement func(code string) string
	// Proxies are the networks whose X-Forwarded-For is believed; the machine itself always is.
	Proxies []netip.Prefix
	// Devices are told of sessions that their person ends; nil for nobody to tell.
	Devices Devices
}

// Devices forgets what is sent to the device of a session once its person leaves.
type Devices interface {
	SignedOut(ctx context.Context, person, session, endpoint string) error
	SignedOutElsewhere(ctx context.Context, person, session string) error
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	const get, post = http.MethodGet, http.MethodPost
	in, own := accounts.PermSignIn, accounts.PermOwn
	see, manage := accounts.PermPeopleSee, accounts.PermPeopleManage
	routes := []httpx.Route{
		{Method: get, Path: "/connexion", Permission: in, Handler: p.signInPage},
		{Method: post, Path: "/connexion", Permission: in, Handler: p.signIn},
		{Method: post, Path: "/connexion/demonstration", Permission: in, Handler: p.signInAs},
		{Method: get, Path: "/connexion/code", Permission: in, Handler: p.codePage},
		{Method: post, Path: "/connexion/code", Permission: in, Handler: p.confirmCode},
		{Method: post, Path: "/connexion/cle", Permission: in, Handler: p.beginPasskeySignIn},
		{Method: post, Path: "/connexion/cle/reponse", Permission: in, Handler: p.finishPasskeySignIn, Raw: true},
		{Method: get, Path: "/connexion/fournisseur/{slug}", Permission: in, Handler: p.depart},
		{Method: get, Path: "/connexion/fournisseur/{slug}/retour", Permission: in, Handler: p.arrive},
		{Method: post, Path: "/deconnexion", Permission: in, Handler: p.signOut},
		{Method: get, Path: "/mot-de-passe", Permission: in, Handler: p.forgottenPage},
		{Method: post, Path: "/mot-de-passe", Permission: in, Handler: p.requestReset},
		{Method: get, Path: "/mot-de-passe/{token}", Permission: in, Handler: p.resetPage},
		{Method: post, Path: "/mot-de-passe/{token}", Permission: in, Handler: p.reset},
		{Method: get, Path: "/invitation/{token}", Permission: in, Handler: p.invitationPage},
		{Method: post, Path: "/invitation/{token}", Permission: in, Handler: p.acceptInvitation},

		{Method: get, Path: "/compte", Permission: own, Handler: p.accountPage},
		{Method: post, Path: "/compte/langue", Permission: own, Handler: p.setLang},
		{Method: post, Path: "/compte/mot-de-passe", Permission: own, Handler: p.changePassword},
		{Method: post, Path: "/compte/sessions", Permission: own, Handler: p.endSessions},
		{Method: get, Path: "/compte/codes", Permission: own, Handler: p.enrolPage},
		{Method: post, Path: "/compte/codes", Permission: own, Handler: p.confirmEnrol},
		{Method: post, Path: "/compte/codes/retrait", Permission: own, Handler: p.removeTOTP},
		{Method: post, Path: "/compte/secours", Permission: own, Handler: p.renewRecovery},
		{Method: post, Path: "/compte/cles", Permission: own, Handler: p.beginPasskey},
		{Method: post, Path: "/compte/cles/reponse", Permission: own, Handler: p.finishPasskey, Raw: true},
		{Method: post, Path: "/compte/cles/retrait", Permission: own, Handler: p.removePasskey},
		{Method: post, Path: "/compte/fournisseurs/retrait", Permission: own, Handler: p.unlink},

		{Method: get, Path: "/administration/comptes", Permission: see, Handler: p.peoplePage},
		{Method: get, Path: "/administration/comptes/invitation", Permission: manage, Handler: p.invitePage},
		{Method: post, Path: "/administration/comptes/invitation", Permission: manage, Handler: p.invite},
		{Method: get, Path: "/administration/comptes/{id}", Permission: see, Handler: p.personPage},
		{Method: post, Path: "/administration/comptes/{id}", Permission: manage, Handler: p.editPerson},
		{Method: post, Path: "/administration/comptes/{id}/roles", Permission: manage, Handler: p.changeGrants},
		{Method: post, Path: "/administration/comptes/{id}/etat", Permission: manage, Handler: p.changeState},
		{Method: get, Path: "/administration/organisations", Permission: manage, Handler: p.organisationsPage},
		{Method: post, Path: "/administration/organisations", Permission: manage, Handler: p.saveOrganisation},
		{Method: get, Path: "/administration/organisations/nouvelle", Permission: manage, Handler: p.newOrganisationPage},
		{Method: get, Path: "/administration/organisations/{id}", Permission: manage, Handler: p.organisationPage},
		{Method: get, Path: "/administration/audit", Permission: accounts.PermAudit, Handler: p.auditPage},
	}
	for _, f := range sheets.Formats {
		routes = append(routes,
			httpx.Route{Method: get, Path: "/administration/comptes." + string(f), Permission: manage, Handler: p.peopleFile(f), Stream: true},
			httpx.Route{Method: get, Path: "/administration/audit." + string(f), Permission: accounts.PermAudit, Handler: p.auditFile(f), Stream: true})
	}
	return routes
}

// places reads the names of the organisations, for whoever may give roles in them.
func (p *Pages) places(r *http.Request) (places, error) {
	organisations, err := p.Service.Organisations(r.Context(), visitor(r).Actor)
	return places{organisations: organisations, departement: p.Departement}, err
}

// private keeps a page out of the browser's memory: it holds a link or an address.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// refused draws a form again under the refusal it met; an error that no form can help with goes on to the error page.
func refused(w http.ResponseWriter, r *http.Request, err error, form templ.Component) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindTooMany, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(err), form)
	default:
		return err
	}
}

package web

import (
	"net"
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

// maxTransaction is the largest transaction taken, in bytes: it holds words, no photographs.
const maxTransaction = 1 << 20

func (p *Pages) exchangeRoutes() []httpx.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/fhir/confluences/metadata", Permission: fhir.PermDescribe, Handler: p.answer(func(http.ResponseWriter, *http.Request) (any, error) {
			return p.service.ExchangeCapability(), nil
		})},
		{Method: post, Path: "/fhir/confluences", Permission: fhir.PermExchange, Handler: p.answer(p.receive), MaxBody: maxTransaction, Raw: true},
		{Method: get, Path: "/fhir/confluences/ServiceRequest", Permission: fhir.PermExchange, Handler: p.answer(p.follow)},
		{Method: get, Path: "/administration/logiciels", Permission: fhir.PermClients, Handler: p.clients},
		{Method: post, Path: "/administration/logiciels", Permission: fhir.PermClients, Handler: p.addClient},
		{Method: post, Path: "/administration/logiciels/{id}/retrait", Permission: fhir.PermClients, Handler: p.revokeClient},
	}
}

// client finds the program behind a request by its secret.
func (p *Pages) client(w http.ResponseWriter, r *http.Request) (fhir.Client, error) {
	w.Header().Set("Cache-Control", "no-store")
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return fhir.Client{}, fault.New(fault.KindUnauthenticated, fhir.NoSecret)
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	return p.service.Authenticate(r.Context(), strings.TrimSpace(secret), address)
}

// receive takes a transaction of another program.
func (p *Pages) receive(w http.ResponseWriter, r *http.Request) (any, error) {
	c, err := p.client(w, r)
	if err != nil {
		return nil, err
	}
	body, err := httpx.ReadText(r)
	if err != nil {
		return nil, err
	}
	return p.service.Receive(r.Context(), c, body)
}

// follow tells another program where the requests of a requester stand.
func (p *Pages) follow(w http.ResponseWriter, r *http.Request) (any, error) {
	c, err := p.client(w, r)
	if err != nil {
		return nil, err
	}
	return p.service.Follow(r.Context(), c, r.URL.Query())
}

// clientsData is the page of programs.
type clientsData struct {
	All    []fhir.Client
	Open   bool
	Secret string // just made; shown this once
	Name   string
	Err    error
}

func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	return p.showClients(w, r, http.StatusOK, clientsData{})
}

func (p *Pages) showClients(w http.ResponseWriter, r *http.Request, status int, d clientsData) error {
	var err error
	if d.All, err = p.service.Clients(r.Context(), accounts.FromContext(r.Context())); err != nil {
		return err
	}
	d.Open = p.service.ExchangeOpen()
	return httpx.Render(w, r, status, clientsView(d))
}

// addClient makes a secret and shows it.
func (p *Pages) addClient(w http.ResponseWriter, r *http.Request) error {
	d := clientsData{Name: r.PostFormValue("name")}
	secret, err := p.service.AddClient(r.Context(), accounts.FromContext(r.Context()), d.Name)
	switch {
	case fault.Is(err, fault.KindInvalid):
		d.Err = err
		return p.showClients(w, r, httpx.Status(err), d)
	case err != nil:
		return err
	}
	return p.showClients(w, r, http.StatusOK, clientsData{Secret: secret})
}

// revokeClient withdraws a secret.
func (p *Pages) revokeClient(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.RevokeClient(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/administration/logiciels")
}

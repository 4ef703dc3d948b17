// Package web answers FHIR requests over HTTP, and holds the page where an administrator gives programs their secrets.
package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// Pages answers.
type Pages struct {
	service *fhir.Service
}

// New makes the pages.
func New(s *fhir.Service) *Pages { return &Pages{s} }

const mediaType = "application/fhir+json; charset=utf-8"

// Routes is the room's table: two lines for each kind of resource, and the few others.
func (p *Pages) Routes() []httpx.Route {
	const get = http.MethodGet
	routes := []httpx.Route{
		{Method: get, Path: "/fhir/metadata", Permission: fhir.PermDescribe, Handler: p.answer(p.metadata)},
		{Method: get, Path: "/fhir/Composition/{id}/$document", Permission: telexpertise.PermCase, Handler: p.answer(p.document)},
	}
	for _, k := range p.service.Kinds() {
		routes = append(routes,
			httpx.Route{Method: get, Path: "/fhir/" + k.Name, Permission: k.Permission, Handler: p.answer(p.search(k))},
			httpx.Route{Method: get, Path: "/fhir/" + k.Name + "/{id}", Permission: k.Permission, Handler: p.answer(p.read(k))})
	}
	routes = append(routes, p.exchangeRoutes()...)
	for _, method := range []string{get, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		routes = append(routes, httpx.Route{Method: method, Path: "/fhir/{rest...}", Permission: fhir.PermDescribe, Handler: p.answer(unknown)})
	}
	return routes
}

// answer writes what a handler gives, or its fault, as FHIR.
func (p *Pages) answer(handle func(w http.ResponseWriter, r *http.Request) (any, error)) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := acceptable(r); err != nil {
			return err
		}
		given, err := handle(w, r)
		if err != nil {
			return err
		}
		if httpx.Known(w, r) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		return write(w, r, http.StatusOK, given)
	}
}

func write(w http.ResponseWriter, r *http.Request, status int, resource any) error {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if r.URL.Query().Get("_pretty") == "true" {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(resource)
}

// acceptable refuses other formats than JSON.
func acceptable(r *http.Request) error {
	format := r.URL.Query().Get("_format")
	if format == "" {
		format = r.Header.Get("Accept")
	}
	if format == "" || strings.Contains(format, "json") || strings.Contains(format, "*/*") {
		return nil
	}
	f := fault.NotFound("Ce serveur FHIR n’écrit que du JSON : demandez application/fhir+json.", "This FHIR server writes JSON only: ask for application/fhir+json.")
	f.Rule = ruleFormat
	return f
}

// The rules that a refusal names for Fail to find its status.
const (
	ruleFormat = "format"
	ruleMethod = "method"
)

// Fail writes an error as an OperationOutcome.
func Fail(w http.ResponseWriter, r *http.Request, f *fault.Error, status int) {
	switch {
	case f.Rule == ruleFormat:
		status = http.StatusNotAcceptable
	case f.Rule == ruleMethod:
		status = http.StatusMethodNotAllowed
	case status == http.StatusUnprocessableEntity && r.Method == http.MethodGet:
		status = http.StatusBadRequest // a search that cannot be read
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="maillage"`)
	}
	_ = write(w, r, status, fhir.Outcome(f, i18n.Of(r.Context())))
}

func unknown(_ http.ResponseWriter, r *http.Request) (any, error) {
	if r.Method != http.MethodGet {
		f := fault.NotFound("Ceci ne s’écrit pas ici : voyez /fhir/metadata.", "This cannot be written here: see /fhir/metadata.")
		f.Rule = ruleMethod
		return nil, f
	}
	return nil, fault.NotFound("Ce type de ressource ou cette adresse n’existe pas ici : voyez /fhir/metadata.", "There is no such type of resource or address here: see /fhir/metadata.")
}

func (p *Pages) metadata(w http.ResponseWriter, r *http.Request) (any, error) {
	open(w, r)
	return p.service.Capability(), nil
}

// open lets pages of other sites read what is public, as everybody gets it: somebody who is signed in may get more.
func open(w http.ResponseWriter, r *http.Request) {
	if !accounts.FromContext(r.Context()).Anonymous() {
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}

func (p *Pages) search(k *fhir.Kind) func(w http.ResponseWriter, r *http.Request) (any, error) {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		if public(k) {
			open(w, r)
		}
		strict := strings.Contains(r.Header.Get("Prefer"), "handling=strict")
		return p.service.Search(r.Context(), accounts.FromContext(r.Context()), k, r.URL.Query(), strict)
	}
}

func (p *Pages) read(k *fhir.Kind) func(w http.ResponseWriter, r *http.Request) (any, error) {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		found, err := p.service.Read(r.Context(), accounts.FromContext(r.Context()), k, r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		if public(k) {
			open(w, r)
		}
		return found, version(w, found)
	}
}

// version names this version of a resource by its number and what it says: what it takes from elsewhere may change without a new number.
func version(w http.ResponseWriter, r r4.Resource) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("name a version: %w", err)
	}
	sum, number := sha256.Sum256(text), "0"
	if m := r.Self().Meta; m != nil && m.VersionID != "" {
		number = m.VersionID
	}
	w.Header().Set("ETag", `W/"`+number+"."+hex.EncodeToString(sum[:8])+`"`)
	return nil
}

func public(k *fhir.Kind) bool { return (accounts.Actor{}).CanSomewhere(k.Permission) }

func (p *Pages) document(w http.ResponseWriter, r *http.Request) (any, error) {
	document, ref, err := p.service.Document(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	w.Header().Set("Content-Disposition", httpx.Attachment("compte-rendu-"+ref+".fhir.json"))
	return document, nil
}

// Package web draws structures: the list and its exports, a structure's page, its forms, duplicates and the import of the register.
package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"maillage/internal/platform/httpx"
	"maillage/internal/platform/papers"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

// Places is the territory as it stands today.
type Places interface {
	Now(ctx context.Context) (*territory.Snapshot, error)
}

// Pages answers for structures.
type Pages struct {
	Service *structures.Service
	Places  Places
	Region  string
	// Computed gives the zone that access alone suggests, shown as such where no official zoning is loaded; nil gives none.
	Computed func(ctx context.Context) func(commune string) (zone string, ok bool)
	// Locator draws where a commune is and how well it is served; nil, or a nil drawing, shows nothing.
	Locator func(ctx context.Context, commune string) (templ.Component, error)
	// More gives what other rooms tell of a structure (aids, contracts, posts), for its timeline; nil gives nothing.
	More func(ctx context.Context, structure string) ([]structures.Event, error)
	// Auditors lists the reviewers who may audit a practice; Aid the dossiers that a practice filed.
	Auditors func(ctx context.Context) ([]Auditor, error)
	Aid      func(ctx context.Context, structure string) ([]AidFile, error)
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	get := func(path string, perm httpx.Permission, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodGet, Path: path, Permission: perm, Handler: h}
	}
	post := func(path string, perm httpx.Permission, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodPost, Path: path, Permission: perm, Handler: h}
	}
	register := post("/administration/finess", structures.PermImport, p.importRegister)
	register.MaxBody, register.Stream = 128<<20, true
	documents := post("/structures/{id}/documents", structures.PermWrite, p.addDocument)
	caseDocuments := post("/cabinets-fragiles/{case}/documents", structures.PermSignal, p.addCaseDocument)
	documents.MaxBody, caseDocuments.MaxBody = papers.Most+1<<20, papers.Most+1<<20
	content := get("/structures/{id}/documents/{document}", structures.PermRead, p.document)
	content.Stream = true
	routes := []httpx.Route{
		documents, content, caseDocuments,
		post("/structures/{id}/documents/{document}/retirer", structures.PermWrite, p.withdrawDocument),
		post("/structures/{id}/membres/{member}/declare", structures.PermWrite, p.declare),
		post("/structures/{id}/signaler", structures.PermSignal, p.signal),
		get("/cabinets-fragiles", structures.PermSignal, p.frail),
		get("/cabinets-fragiles/{case}", structures.PermSignal, p.difficulty),
		post("/cabinets-fragiles/{case}/avancer", structures.PermSignal, p.moveCase),
		post("/cabinets-fragiles/{case}/plan", structures.PermSignal, p.plan),
		post("/cabinets-fragiles/{case}/dossier", structures.PermSignal, p.linkDossier),
		get("/structures", structures.PermRead, p.list),
		get("/structures.geojson", structures.PermRead, p.points),
		get("/structures/communes", structures.PermRead, p.suggest),
		get("/structures/verifier", structures.PermRead, p.verify),
		post("/structures/{id}/projets", structures.PermWrite, p.addProject),
		post("/structures/{id}/projets/{project}/avancer", structures.PermWrite, p.moveProject),
		post("/structures/{id}/projets/{project}/dossier", structures.PermWrite, p.linkProject),
		post("/structures/{id}/sites", structures.PermWrite, p.addSite),
		post("/structures/{id}/sites/{site}/fermer", structures.PermWrite, p.endSite),
		get("/structures/nouvelle", structures.PermCreate, p.blank),
		get("/structures/doublons", structures.PermCreate, p.duplicates),
		get("/structures/{id}", structures.PermRead, p.file),
		get("/structures/{id}/modifier", structures.PermWrite, p.form),
		post("/structures", structures.PermCreate, p.create),
		post("/structures/{id}", structures.PermWrite, p.update),
		post("/structures/{id}/avancer", structures.PermWrite, p.move),
		post("/structures/{id}/membres", structures.PermWrite, p.addMember),
		post("/structures/{id}/membres/{member}/depart", structures.PermWrite, p.endMember),
		post("/structures/{id}/numeros", structures.PermWrite, p.number),
		post("/structures/{id}/territoire", structures.PermWrite, p.territory),
		post("/structures/{id}/etapes", structures.PermWrite, p.milestone),
		post("/structures/{id}/missions", structures.PermWrite, p.mission),
		post("/structures/{id}/contacts", structures.PermWrite, p.contact),
		post("/structures/{id}/contacts/{contact}/retirer", structures.PermWrite, p.removeContact),
		post("/structures/{id}/fusion", structures.PermCreate, p.merge),
		get("/administration/finess", structures.PermImport, p.register),
		register,
	}
	for _, format := range formats {
		route := get("/structures."+string(format), structures.PermRead, p.export(format))
		route.Stream = true
		frail := get("/cabinets-fragiles."+string(format), structures.PermSignal, p.exportFrail(format))
		frail.Stream = true
		routes = append(routes, route, frail)
	}
	return routes
}

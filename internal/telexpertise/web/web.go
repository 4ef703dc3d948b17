// Package web holds the pages of tele-expertise and the few endpoints that the phone needs.
package web

import (
	"net/http"

	"golang.org/x/sync/semaphore"

	"maillage/internal/platform/httpx"
	"maillage/internal/platform/sheets"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
)

// Pages serves the room.
type Pages struct {
	service *telexpertise.Service
	// pushKey is what a phone binds its notifications to; "" offers none.
	pushKey string
	// receiving bounds the memory of photographs on their way in, in bytes.
	receiving *semaphore.Weighted
}

// maxReceiving is the memory that photographs on their way in may take together; the next ones wait.
const maxReceiving = 192 << 20

// New makes the pages; pushKey is the public key of notifications, "" when there are none.
func New(s *telexpertise.Service, pushKey string) *Pages {
	return &Pages{service: s, pushKey: pushKey, receiving: semaphore.NewWeighted(maxReceiving)}
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post, put, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	const api = "/telexpertise/api/"
	routes := []httpx.Route{
		{Method: get, Path: "/telexpertise", Permission: telexpertise.PermEnter, Handler: p.home},
		{Method: get, Path: "/telexpertise/questions", Permission: telexpertise.PermAsk, Handler: p.questions},
		{Method: get, Path: "/telexpertise/telephone", Permission: telexpertise.PermPhone, Handler: p.phonePage},
		{Method: get, Path: "/telexpertise/nouvelle", Permission: telexpertise.PermAsk, Handler: p.newForm},
		{Method: post, Path: "/telexpertise/nouvelle", Permission: telexpertise.PermAsk, Handler: p.postForm, MaxBody: maxForm, Raw: true},
		{Method: get, Path: "/telexpertise/avis", Permission: telexpertise.PermAnswer, Handler: p.worklist},
		{Method: post, Path: "/telexpertise/phrases/retrait", Permission: telexpertise.PermAnswer, Handler: p.dropPhrase},
		{Method: get, Path: "/telexpertise/agenda", Permission: telexpertise.PermBook, Handler: p.agenda},
		{Method: get, Path: "/telexpertise/creneaux", Permission: telexpertise.PermBook, Handler: p.slots},
		{Method: post, Path: "/telexpertise/creneaux", Permission: telexpertise.PermBook, Handler: p.addSlot},
		{Method: post, Path: "/telexpertise/creneaux/retrait", Permission: telexpertise.PermBook, Handler: p.dropSlot},
		{Method: get, Path: "/telexpertise/demandes/{id}", Permission: telexpertise.PermCase, Handler: p.caseFile},
		{Method: get, Path: "/telexpertise/demandes/{id}/photos/{photo}/{level}", Permission: telexpertise.PermCase, Handler: p.photoFile},
		{Method: post, Path: "/telexpertise/demandes/{id}/photos", Permission: telexpertise.PermAsk, Handler: p.addPhoto, MaxBody: maxForm, Raw: true},
		{Method: post, Path: "/telexpertise/demandes/{id}/signer", Permission: telexpertise.PermAnswer, Handler: p.sign},
		{Method: get, Path: "/telexpertise/demandes/{id}/compte-rendu.pdf", Permission: telexpertise.PermCase, Handler: p.report},
		{Method: get, Path: "/telexpertise/demandes/{id}/fiche", Permission: telexpertise.PermCase, Handler: p.slip},
		{Method: get, Path: "/telexpertise/demandes/{id}/fiche.pdf", Permission: telexpertise.PermCase, Handler: p.slipPaper},
		{Method: get, Path: "/telexpertise/fiche/{secret}", Permission: telexpertise.PermSlip, Handler: p.patientPage},
		{Method: get, Path: "/telexpertise/carte.pdf", Permission: telexpertise.PermAsk, Handler: p.card},
		{Method: get, Path: "/telexpertise/releve", Permission: telexpertise.PermCase, Handler: p.statement},
		{Method: get, Path: "/telexpertise/releve.pdf", Permission: telexpertise.PermCase, Handler: p.statementPaper},
		{Method: get, Path: "/telexpertise/acces-exceptionnel", Permission: telexpertise.PermOpen, Handler: p.openingPage},
		{Method: post, Path: "/telexpertise/acces-exceptionnel", Permission: telexpertise.PermOpen, Handler: p.openCase},
		{Method: get, Path: "/telexpertise/acces", Permission: telexpertise.PermLead, Handler: p.openings},
		{Method: get, Path: "/telexpertise/acces/{id}", Permission: telexpertise.PermLead, Handler: p.opening},
		{Method: post, Path: "/telexpertise/acces/{id}/revue", Permission: telexpertise.PermLead, Handler: p.reviewOpening},
		{Method: get, Path: "/telexpertise/pools", Permission: telexpertise.PermLead, Handler: p.pools},
		{Method: get, Path: "/telexpertise/pools/{id}", Permission: telexpertise.PermLead, Handler: p.pool},
		{Method: post, Path: "/telexpertise/pools/{id}", Permission: telexpertise.PermLead, Handler: p.savePool},
		{Method: get, Path: "/telexpertise/pools/nouveau", Permission: telexpertise.PermLead, Handler: p.newPool},
		{Method: post, Path: "/telexpertise/pools", Permission: telexpertise.PermLead, Handler: p.createPool},
		{Method: post, Path: "/telexpertise/pools/{id}/membres", Permission: telexpertise.PermLead, Handler: p.addMember},
		{Method: post, Path: "/telexpertise/pools/{id}/membres/capacite", Permission: telexpertise.PermLead, Handler: p.setCapacity},
		{Method: post, Path: "/telexpertise/pools/{id}/membres/retrait", Permission: telexpertise.PermLead, Handler: p.dropMember},
		{Method: post, Path: "/telexpertise/pools/{id}/calendrier", Permission: telexpertise.PermLead, Handler: p.setDay},
		{Method: get, Path: "/telexpertise/chiffres", Permission: telexpertise.PermFigures, Handler: p.figures},
		{Method: get, Path: api + "contexte", Permission: telexpertise.PermAsk, Handler: p.apiContext},
		{Method: get, Path: api + "demandes", Permission: telexpertise.PermAsk, Handler: p.apiList},
		{Method: get, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiStatus},
		{Method: get, Path: api + "demandes/{id}/suite", Permission: telexpertise.PermAsk, Handler: p.apiFollowUp},
		{Method: put, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiDraft, Raw: true},
		{Method: del, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiDrop},
		{Method: put, Path: api + "demandes/{id}/photos/{photo}", Permission: telexpertise.PermAsk, Handler: p.apiPhoto, MaxBody: photo.MaxBytes + 1<<20, Raw: true},
		{Method: del, Path: api + "demandes/{id}/photos/{photo}", Permission: telexpertise.PermAsk, Handler: p.apiDropPhoto},
		{Method: post, Path: api + "demandes/{id}/envoi", Permission: telexpertise.PermAsk, Handler: p.apiSubmit, Raw: true},
		{Method: get, Path: api + "demandes/{id}/complement", Permission: telexpertise.PermAsk, Handler: p.apiAsked},
		{Method: post, Path: api + "demandes/{id}/complement", Permission: telexpertise.PermAsk, Handler: p.apiComplete, Raw: true},
	}
	routes = append(routes, phoneRoutes()...)
	for _, format := range []sheets.Format{sheets.CSV, sheets.XLSX, sheets.ODS} {
		routes = append(routes, httpx.Route{Method: get, Path: "/telexpertise/chiffres." + string(format), Permission: telexpertise.PermFigures, Handler: p.exportFigures(format)})
	}
	for _, one := range actions {
		routes = append(routes, httpx.Route{Method: post, Path: "/telexpertise/demandes/{id}/" + one.path, Permission: one.perm, Handler: p.act(one)})
	}
	return routes
}

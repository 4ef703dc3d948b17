// Package web holds the pages of tele-expertise and the few endpoints that the phone needs.
package web

import (
	"net/http"

	"golang.org/x/sync/semaphore"

	"maillage/internal/platform/httpx"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
)

// Pages serves the room.
type Pages struct {
	service *telexpertise.Service
	// receiving bounds the memory of photographs on their way in, in bytes.
	receiving *semaphore.Weighted
}

// maxReceiving is the memory that photographs on their way in may take together; the next ones wait.
const maxReceiving = 192 << 20

// New makes the pages.
func New(s *telexpertise.Service) *Pages {
	return &Pages{service: s, receiving: semaphore.NewWeighted(maxReceiving)}
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post, put, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	const api = "/telexpertise/api/"
	return []httpx.Route{
		{Method: get, Path: api + "contexte", Permission: telexpertise.PermAsk, Handler: p.apiContext},
		{Method: get, Path: api + "demandes", Permission: telexpertise.PermAsk, Handler: p.apiList},
		{Method: get, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiStatus},
		{Method: put, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiDraft},
		{Method: del, Path: api + "demandes/{id}", Permission: telexpertise.PermAsk, Handler: p.apiDrop},
		{Method: put, Path: api + "demandes/{id}/photos/{photo}", Permission: telexpertise.PermAsk, Handler: p.apiPhoto, MaxBody: photo.MaxBytes + 1<<20},
		{Method: del, Path: api + "demandes/{id}/photos/{photo}", Permission: telexpertise.PermAsk, Handler: p.apiDropPhoto},
		{Method: post, Path: api + "demandes/{id}/envoi", Permission: telexpertise.PermAsk, Handler: p.apiSubmit},
		{Method: post, Path: api + "demandes/{id}/complement", Permission: telexpertise.PermAsk, Handler: p.apiComplete},
	}
}

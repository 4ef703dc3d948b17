// Package web holds the pages of official data: what is in force, the versions of each kind, the import of a file (sent, read,
// reported, confirmed) and the rolling back of a version. They work without JavaScript; htmx only refreshes the progress.
package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/territory"

	"github.com/a-h/templ"
)

// Pages serves the pages of official data.
type Pages struct {
	Service *territory.Service
	Clock   clock.Clock
	// Poke wakes the queue up, so that a small file is read at once; it may be nil.
	Poke func()
}

const base = "/administration/donnees"

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	const get, post = http.MethodGet, http.MethodPost
	see, put := territory.PermDatasets, territory.PermImport
	return []httpx.Route{
		{Method: get, Path: base, Permission: see, Handler: p.list},
		{Method: get, Path: base + "/versions/{id}", Permission: see, Handler: p.version},
		{Method: post, Path: base + "/versions/{id}/annulation", Permission: put, Handler: p.rollback},
		{Method: get, Path: base + "/import", Permission: put, Handler: p.form},
		{Method: post, Path: base + "/import", Permission: put, Handler: p.receive, MaxBody: territory.MaxUpload, Raw: true},
		{Method: get, Path: base + "/fichiers/{id}", Permission: put, Handler: p.upload},
		{Method: post, Path: base + "/fichiers/{id}/import", Permission: put, Handler: p.confirm},
		{Method: post, Path: base + "/fichiers/{id}/abandon", Permission: put, Handler: p.forget},
		{Method: get, Path: base + "/trajets", Permission: put, Handler: p.routingForm},
		{Method: post, Path: base + "/trajets", Permission: put, Handler: p.collect},
		{Method: get, Path: base + "/trajets/{id}", Permission: put, Handler: p.collection},
		{Method: post, Path: base + "/trajets/{id}/reprise", Permission: put, Handler: p.resumeCollection},
		{Method: post, Path: base + "/trajets/{id}/abandon", Permission: put, Handler: p.dropCollection},
	}
}

func actorOf(r *http.Request) accounts.Actor { return accounts.FromContext(r.Context()) }

func (p *Pages) poke() {
	if p.Poke != nil {
		p.Poke()
	}
}

// refused draws a form again under the refusal it met; an error that no form can help with goes on to the error page.
func refused(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(err), page)
	default:
		return err
	}
}

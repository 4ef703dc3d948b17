// Package web draws the pages of advanced consultations: list, board of partners and facets, sessions.
package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/consultations"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"
)

// Pages holds what the pages need.
type Pages struct {
	Consultations *consultations.Service
	// Told are the initiatives that tell of a page or of one below it; nil gives none.
	Told func(ctx context.Context, page string) ([]ui.Link, error)
}

func (p *Pages) told(ctx context.Context, page string) ([]ui.Link, error) {
	if p.Told == nil {
		return nil, nil
	}
	return p.Told(ctx, page)
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/consultations", Permission: consultations.PermRead, Handler: p.list},
		{Method: get, Path: "/consultations/nouvelle", Permission: consultations.PermManage, Handler: p.newNeed},
		{Method: post, Path: "/consultations/nouvelle", Permission: consultations.PermManage, Handler: p.spot},
		{Method: get, Path: "/consultations/{id}", Permission: consultations.PermRead, Handler: p.page},
		{Method: post, Path: "/consultations/{id}/partenaires", Permission: consultations.PermManage, Handler: p.invite},
		{Method: post, Path: "/consultations/{id}/facettes", Permission: consultations.PermTakePart, Handler: p.facet},
		{Method: post, Path: "/consultations/{id}/etat", Permission: consultations.PermManage, Handler: p.move},
		{Method: post, Path: "/consultations/{id}/bilan", Permission: consultations.PermManage, Handler: p.review},
		{Method: post, Path: "/consultations/{id}/seances", Permission: consultations.PermTakePart, Handler: p.report},
		{Method: post, Path: "/consultations/{id}/calendrier", Permission: consultations.PermTakePart, Handler: p.plan},
		{Method: post, Path: "/consultations/{id}/annulation", Permission: consultations.PermTakePart, Handler: p.cancel},
		{Method: post, Path: "/consultations/{id}/apports", Permission: consultations.PermTakePart, Handler: p.bring},
		{Method: get, Path: "/consultations/{id}/seances.csv", Permission: consultations.PermRead, Handler: p.sessionsFile(sheets.CSV)},
		{Method: get, Path: "/consultations/{id}/seances.xlsx", Permission: consultations.PermRead, Handler: p.sessionsFile(sheets.XLSX)},
		{Method: get, Path: "/consultations/{id}/seances.ods", Permission: consultations.PermRead, Handler: p.sessionsFile(sheets.ODS)},
		{Method: get, Path: "/consultations/{id}/bilan.csv", Permission: consultations.PermRead, Handler: p.yearsFile(sheets.CSV)},
		{Method: get, Path: "/consultations/{id}/bilan.xlsx", Permission: consultations.PermRead, Handler: p.yearsFile(sheets.XLSX)},
		{Method: get, Path: "/consultations/{id}/bilan.ods", Permission: consultations.PermRead, Handler: p.yearsFile(sheets.ODS)},
	}
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	text := strings.TrimSpace(r.FormValue("q"))
	all, err := p.Consultations.List(r.Context(), actor, text)
	if err != nil {
		return err
	}
	told, err := p.told(r.Context(), "/consultations")
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, listView(listing{all, text, actor.CanSomewhere(consultations.PermManage), told}))
}

// listing is what the list shows; Told are the initiatives that tell how it is done.
type listing struct {
	All     []*consultations.Consultation
	Text    string
	Manages bool
	Told    []ui.Link
}

// searched tells whether the list is long enough to be searched, or was.
func (l listing) searched() bool { return l.Text != "" || len(l.All) > 6 }

func (p *Pages) newNeed(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, needView(r.FormValue, nil))
}

func (p *Pages) spot(w http.ResponseWriter, r *http.Request) error {
	v := r.PostFormValue
	c, err := p.Consultations.Spot(r.Context(), accounts.FromContext(r.Context()), consultations.NeedCommand{Title: v("title"), Need: v("need"), Speciality: v("speciality"), Practitioner: v("practitioner"),
		Employer: v("employer"), Premises: v("premises"), Commune: v("commune")})
	if fault.Is(err, fault.KindInvalid) {
		return httpx.Render(w, r, httpx.Status(err), needView(v, err))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/consultations/"+c.ID)
}

// view is what the page of a consultation shows, to whom.
type view struct {
	*consultations.File
	Actor accounts.Actor
	Typed func(string) string
	Err   error
	Now   time.Time
	Told  []ui.Link
}

// dueReview is the review as it stands, of the year that one is asked for.
func (v view) dueReview() string {
	if typed := v.Typed("review"); typed != "" {
		return typed
	}
	for _, y := range v.Years {
		if y.Number == v.DueYear {
			return y.Review.Text
		}
	}
	return ""
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error { return p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, refusal error) error {
	actor := accounts.FromContext(r.Context())
	f, err := p.Consultations.Get(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	told, err := p.told(r.Context(), "/consultations/"+f.ID)
	if err != nil {
		return err
	}
	page := pageView(view{f, actor, r.PostFormValue, refusal, p.Consultations.Now(), told})
	switch fault.KindOf(refusal) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(refusal), page)
	case "":
		if refusal != nil {
			return refusal
		}
		return httpx.Render(w, r, http.StatusOK, page)
	}
	return refusal
}

// act runs an action of the page of a consultation, then shows it again.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, do func(ctx context.Context, actor accounts.Actor, id string) error) error {
	id := r.PathValue("id")
	if err := do(r.Context(), accounts.FromContext(r.Context()), id); err != nil {
		return p.show(w, r, err)
	}
	return httpx.SeeOther(w, r, "/consultations/"+id)
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		return p.Consultations.Invite(ctx, actor, id, r.PostFormValue("name"), r.PostFormValue("structure"))
	})
}

func (p *Pages) facet(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		partner, facet := r.PostFormValue("partner"), consultations.Facet(r.PostFormValue("facet"))
		if r.PostFormValue("leave") == "1" {
			return p.Consultations.Leave(ctx, actor, id, partner, facet)
		}
		return p.Consultations.Take(ctx, actor, id, partner, facet, r.PostFormValue("note"))
	})
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		return p.Consultations.Move(ctx, actor, id, r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason")), clock.Day(r.PostFormValue("on")))
	})
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		return p.Consultations.WriteReview(ctx, actor, id, r.PostFormValue("review"))
	})
}

func errorOf(ctx context.Context, err error, name string) string {
	return ui.FieldError(ctx, err, name)
}

func tone(s lifecycle.State) string {
	switch s {
	case consultations.Open, consultations.Renewed:
		return "good"
	case consultations.Review:
		return "warn"
	case consultations.Closed, consultations.Transformed:
		return ""
	}
	return "info"
}

func partnerOptions(v view) (all []ui.Option) {
	for _, p := range v.Partners {
		if v.Acts(v.Actor, p.ID) {
			all = append(all, ui.Option{Value: p.ID, Label: p.Name})
		}
	}
	return all
}

func facetOptions(ctx context.Context) (all []ui.Option) {
	for _, f := range consultations.Facets {
		all = append(all, ui.Option{Value: string(f.Facet), Label: f.Name.Ctx(ctx)})
	}
	return all
}

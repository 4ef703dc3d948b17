package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
)

func (p *Pages) sessions(w http.ResponseWriter, r *http.Request) error {
	return p.showSessions(w, r, nil)
}

func (p *Pages) showSessions(w http.ResponseWriter, r *http.Request, refusal error) error {
	actor := accounts.FromContext(r.Context())
	all, err := p.Calls.Sessions(r.Context(), actor)
	if err != nil {
		return err
	}
	open, err := p.Calls.Calls(r.Context(), actor)
	if err != nil {
		return err
	}
	var coming, past []calls.Sitting
	for _, one := range all {
		if one.Over(p.Calls.Today()) {
			past = append(past, one)
		} else {
			coming = append(coming, one)
		}
	}
	slices.Reverse(coming) // the next one first
	page := sessionsView(coming, past, open, r.PostFormValue, refusal)
	if refusal != nil {
		return again(w, r, refusal, page)
	}
	return httpx.Render(w, r, http.StatusOK, page)
}

func (p *Pages) convene(w http.ResponseWriter, r *http.Request) error {
	id, err := p.Calls.Convene(r.Context(), accounts.FromContext(r.Context()), r.PostFormValue("call"), r.PostFormValue("title"), r.PostFormValue("held_on"))
	if err != nil {
		return p.showSessions(w, r, err)
	}
	return httpx.SeeOther(w, r, "/comites/"+id)
}

func (p *Pages) session(w http.ResponseWriter, r *http.Request) error {
	return p.showSession(w, r, nil)
}

func (p *Pages) showSession(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	pack, err := p.Calls.Pack(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	page := sessionView(pack, r.PostFormValue, r.PathValue("dossier"), refusal)
	if refusal != nil {
		return again(w, r, refusal, page)
	}
	return httpx.Render(w, r, http.StatusOK, page)
}

// live is the part of a sitting's page that changes while it is held.
func (p *Pages) live(w http.ResponseWriter, r *http.Request) error {
	private(w)
	pack, err := p.Calls.Pack(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, rankingView(pack))
}

func typedFor(here bool, typed func(string) string, name string) string {
	if !here {
		return ""
	}
	return typed(name)
}

func errorFor(ctx context.Context, here bool, err error, name string) string {
	if !here {
		return ""
	}
	return errorOf(ctx, err, name)
}

func (p *Pages) vote(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Calls.CastVote(r.Context(), accounts.FromContext(r.Context()), id, r.PathValue("dossier"), r.PostFormValue("vote"), strings.TrimSpace(r.PostFormValue("reason"))); err != nil {
		return p.showSession(w, r, err)
	}
	return httpx.SeeOther(w, r, "/comites/"+id)
}

func (p *Pages) minutes(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	if err := p.Calls.KeepMinutes(r.Context(), accounts.FromContext(r.Context()), id, r.PostFormValue("minutes"), version); err != nil {
		return p.showSession(w, r, err)
	}
	return httpx.SeeOther(w, r, "/comites/"+id)
}

// Package web draws the front door: the region at a glance for everybody, what needs them today for whoever is signed in.
package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/desk"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/httpx"
)

// Pages holds what the front door leads to.
type Pages struct {
	Clock clock.Clock
	// Public is the page of whoever is not signed in.
	Public httpx.Handler
	// Doors lead straight to the tool of those who come for one only; "" lets a reader come to the desk.
	Door func(actor accounts.Actor) string
	// Sources are the rooms that take part.
	Sources []desk.Source
	// Ground draws the territory that a reader works on, beside the lists; nil for who has none.
	Ground func(ctx context.Context, actor accounts.Actor) (templ.Component, error)
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	return []httpx.Route{{Method: http.MethodGet, Path: "/{$}", Permission: desk.PermEnter, Handler: p.enter}}
}

func (p *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := accounts.FromContext(ctx)
	if actor.Anonymous() {
		return p.Public(w, r)
	}
	if door := p.Door(actor); door != "" {
		return httpx.SeeOther(w, r, door)
	}
	d, err := desk.Gather(ctx, actor, p.Clock.Now(), p.Sources...)
	if err != nil {
		return err
	}
	ground, err := p.Ground(ctx, actor)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, deskView(d, ground))
}

// dueTime is a deadline for machines.
func dueTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

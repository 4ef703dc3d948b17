// Package web draws the rule book: "what can I get here?", the stacking checker, the rules themselves and the rezoning simulator.
package web

import (
	"context"
	"net/http"

	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

// Places is the territory as it stands today.
type Places interface {
	Now(ctx context.Context) (*territory.Snapshot, error)
}

// Pages answers for the rule book.
type Pages struct {
	Rules      *rulebook.Service
	Structures *structures.Service
	Places     Places
	Region     string // where communes are searched first
	// Computed gives the zone that access alone suggests, shown as such where no official zoning is loaded; nil gives none.
	// It is opened once for each request: it then answers for any number of communes.
	Computed func(ctx context.Context) func(commune string) (zone string, ok bool)
	// Sources are what a change of zoning may touch, besides structures: open files, posts.
	Sources []rulebook.SubjectSource
	// Open gives the call that is open for each rule, by identifier; Held what a structure already holds. Nil gives nothing.
	Open func(ctx context.Context) (map[string]OpenCall, error)
	Held Holdings
}

// Routes is the room's table.
func (p *Pages) Routes() []httpx.Route {
	get := func(path string, perm httpx.Permission, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodGet, Path: path, Permission: perm, Handler: h}
	}
	post := func(path string, perm httpx.Permission, h httpx.Handler) httpx.Route {
		return httpx.Route{Method: http.MethodPost, Path: path, Permission: perm, Handler: h}
	}
	simulate := post("/zonage/simulation", rulebook.PermSimulate, p.simulate)
	simulate.MaxBody = 16 << 20
	return []httpx.Route{
		get("/aides", rulebook.PermRead, p.ask),
		get("/aides/communes", rulebook.PermRead, p.suggest),
		get("/aides/cumul", rulebook.PermRead, p.stack),
		get("/regles", rulebook.PermRead, p.rules),
		get("/regles/{id}", rulebook.PermRead, p.rule),
		get("/regles/nouvelle", rulebook.PermWrite, p.write),
		get("/regles/versions/{version}", rulebook.PermWrite, p.edit),
		post("/regles/versions", rulebook.PermWrite, p.save),
		post("/regles/versions/{version}/avancer", rulebook.PermWrite, p.move),
		get("/zonage/simulation", rulebook.PermSimulate, p.simulation),
		simulate,
	}
}

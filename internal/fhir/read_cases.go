package fhir

import (
	"context"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir/r4"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/telexpertise"
)

// caseParams are the parameters that name a case, whatever the kind calls it.
var caseRefs = []string{"patient", "focus", "based-on", "entity"}

// caseKind is a kind whose resources are drawn from cases. Resources are named after their case, those of which a case has several
// with a dot and a suffix.
func (s *Service) caseKind(name, doc string, perm httpx.Permission, includes []string, draw func(drawn) []r4.Resource, params []Param) *Kind {
	k := &Kind{Name: name, Doc: doc, Permission: perm, Params: params, Includes: includes}
	k.read = func(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
		bare, _, _ := strings.Cut(id, ".")
		d, err := s.openCase(ctx, actor, bare, name == "DiagnosticReport")
		if err != nil {
			return nil, err
		}
		for _, r := range draw(d) {
			if r.Self().ID == id {
				return r, nil
			}
		}
		return nil, noResource()
	}
	k.search = func(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
		return s.searchCases(ctx, actor, k, q, draw)
	}
	return k
}

// openCase opens a case for a reader. Only the report counts as reading the answer.
func (s *Service) openCase(ctx context.Context, actor accounts.Actor, id string, report bool) (drawn, error) {
	if err := actor.RequireSomewhere(telexpertise.PermCase); err != nil {
		return drawn{}, err
	}
	open := s.cases.PeekCase
	if report {
		open = s.cases.ReadCase
	}
	f, err := open(ctx, actor, id)
	return drawn{f, s.config.BaseURL}, err
}

// wantedStates are the states that a status of FHIR stands for.
func wantedStates(statuses []string) []lifecycle.State {
	var states []lifecycle.State
	for state, status := range requestStatus {
		if slices.Contains(statuses, status) {
			states = append(states, state)
		}
	}
	return states
}

func (s *Service) searchCases(ctx context.Context, actor accounts.Actor, k *Kind, q Query, draw func(drawn) []r4.Resource) (Found, error) {
	for _, name := range caseRefs {
		if id := q.Ref(name); id != "" && len(q.IDs) == 0 {
			return s.ofCase(ctx, actor, k, id, draw)
		}
	}
	if len(q.IDs) > 0 {
		return s.each(ctx, actor, q.IDs, k.read)
	}
	filter := telexpertise.CaseFilter{From: q.From, Until: q.Until, Limit: q.Count, Offset: q.Offset}
	if statuses := q.List("status"); len(statuses) > 0 {
		if filter.States = wantedStates(statuses); len(filter.States) == 0 {
			return Found{}, nil
		}
	}
	list, total, err := s.cases.Cases(ctx, actor, filter)
	if err != nil {
		return Found{}, err
	}
	found := Found{Total: total, More: total > q.Offset+q.Count}
	for _, c := range list {
		d, err := s.openCase(ctx, actor, c.ID, false)
		if err != nil {
			return found, err
		}
		found.Resources = append(found.Resources, draw(d)...)
	}
	if single := []string{"Patient", "ServiceRequest", "Task"}; !slices.Contains(single, k.Name) {
		found.Total = -1 // a page of cases, not of these resources
	}
	return found, nil
}

// ofCase gives what one case holds of a kind.
func (s *Service) ofCase(ctx context.Context, actor accounts.Actor, k *Kind, id string, draw func(drawn) []r4.Resource) (Found, error) {
	d, err := s.openCase(ctx, actor, id, k.Name == "DiagnosticReport")
	if fault.Is(err, fault.KindNotFound) {
		return Found{}, nil
	}
	if err != nil {
		return Found{}, err
	}
	all := draw(d)
	return Found{Resources: all, Total: len(all)}, nil
}

// Document is the report of a case as a FHIR document, for whoever sees health data. It counts as reading the answer.
func (s *Service) Document(ctx context.Context, actor accounts.Actor, id string) (*r4.Bundle, string, error) {
	d, err := s.openCase(ctx, actor, id, true)
	if err != nil {
		return nil, "", err
	}
	people, _, err := s.cases.Colleagues(ctx, actor)
	if err != nil {
		return nil, "", err
	}
	document := d.document(people, s.clock.Now())
	if document == nil {
		return nil, "", fault.NotFound("Il n’y a pas encore de compte rendu.", "There is no report yet.")
	}
	return document, d.Case.Ref(), nil
}

package fhir

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
)

// colleagues are the members of the reader's pools: none for whoever is in no pool.
func (s *Service) colleagues(ctx context.Context, actor accounts.Actor) ([]telexpertise.Member, map[string]telexpertise.Pool, error) {
	all, pools, err := s.cases.Colleagues(ctx, actor)
	if fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindUnauthenticated) {
		return nil, nil, nil
	}
	return all, pools, err
}

// people draws the professionals of a structure or of the reader's pools: as persons, or in their roles.
func (s *Service) people(ctx context.Context, actor accounts.Actor, structure string, roles bool) ([]r4.Resource, error) {
	var all []r4.Resource
	if structure != "" && !strings.HasPrefix(structure, poolPrefix) {
		f, err := s.structures.File(ctx, actor, structure)
		if err != nil {
			return nil, err
		}
		for _, m := range f.Members {
			if roles {
				all = append(all, roleOf(f, m))
			} else {
				all = append(all, practitionerOf(f, m))
			}
		}
		return all, nil
	}
	members, _, err := s.colleagues(ctx, actor)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, m := range members {
		var r r4.Resource = memberOf(m)
		if roles {
			r = memberRole(m)
		}
		if name := r.Self().Name(); !seen[name] && (structure == "" || structure == poolOrganization(m.PoolID)) {
			seen[name] = true
			all = append(all, r)
		}
	}
	return all, nil
}

func (s *Service) readPractitioner(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
	return s.readPerson(ctx, actor, id, false)
}

func (s *Service) readRole(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
	return s.readPerson(ctx, actor, id, true)
}

func (s *Service) readPerson(ctx context.Context, actor accounts.Actor, id string, roles bool) (r4.Resource, error) {
	place, _, _ := strings.Cut(id, ".")
	all, err := s.people(ctx, actor, place, roles)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Self().ID == id {
			return r, nil
		}
	}
	return nil, noResource()
}

func (s *Service) searchPractitioners(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	if len(q.IDs) > 0 {
		return s.each(ctx, actor, q.IDs, s.readPractitioner)
	}
	all, err := s.people(ctx, actor, q.Ref("organization"), false)
	_, number := q.Token("identifier")
	return q.cut(all, func(r r4.Resource) bool { return number == "" || rppsIn(r.(*r4.Practitioner).Identifier) == number }), err
}

func (s *Service) searchRoles(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	if len(q.IDs) > 0 {
		return s.each(ctx, actor, q.IDs, s.readRole)
	}
	place := q.Ref("organization")
	all, err := s.people(ctx, actor, place, true)
	_, number := q.Token("practitioner.identifier")
	if err != nil || number == "" {
		return q.cut(all, func(r4.Resource) bool { return true }), err
	}
	persons, err := s.people(ctx, actor, place, false)
	known := map[string]bool{}
	for _, p := range persons {
		known[p.Self().Name()] = rppsIn(p.(*r4.Practitioner).Identifier) == number
	}
	return q.cut(all, func(r r4.Resource) bool { return known[r.(*r4.PractitionerRole).Practitioner.Reference] }), err
}

// cut keeps what matches, and of it the page that is asked for.
func (q Query) cut(all []r4.Resource, match func(r4.Resource) bool) Found {
	var kept []r4.Resource
	for _, r := range all {
		if match(r) {
			kept = append(kept, r)
		}
	}
	from := min(q.Offset, len(kept))
	return Found{Resources: kept[from:min(from+q.Count, len(kept))], Total: len(kept)}
}

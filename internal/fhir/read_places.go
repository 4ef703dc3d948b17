package fhir

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

func (s *Service) readOrganization(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
	if pool, ok := strings.CutPrefix(id, poolPrefix); ok {
		_, pools, err := s.colleagues(ctx, actor)
		if err != nil {
			return nil, err
		}
		p, known := pools[pool]
		if !known {
			return nil, noResource()
		}
		return poolOf(p), nil
	}
	f, err := s.structures.File(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return organizationOf(f), nil
}

func (s *Service) readService(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
	f, err := s.structures.File(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return serviceOf(f), nil
}

func (s *Service) readLocation(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
	structure, _, _ := strings.Cut(id, ".")
	f, err := s.structures.File(ctx, actor, structure)
	if err != nil {
		return nil, err
	}
	for _, l := range locationsOf(f) {
		if l.Self().ID == id {
			return l, nil
		}
	}
	return nil, noResource()
}

func locationsOf(f *structures.File) []r4.Resource {
	var all []r4.Resource
	for _, site := range f.Sites {
		all = append(all, locationOf(f, site))
	}
	return all
}

func (s *Service) searchOrganizations(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	return s.searchStructures(ctx, actor, q, func(f *structures.File) []r4.Resource { return []r4.Resource{organizationOf(f)} })
}

func (s *Service) searchServices(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	return s.searchStructures(ctx, actor, q, func(f *structures.File) []r4.Resource { return []r4.Resource{serviceOf(f)} })
}

// searchLocations pages over structures: each gives its sites.
func (s *Service) searchLocations(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	if len(q.IDs) > 0 {
		return s.each(ctx, actor, q.IDs, s.readLocation)
	}
	found, err := s.searchStructures(ctx, actor, q, locationsOf)
	found.More, found.Total = found.Total > q.Offset+q.Count, -1
	return found, err
}

// each reads resources one by one; those that are not there are passed over.
func (s *Service) each(ctx context.Context, actor accounts.Actor, ids []string, read func(context.Context, accounts.Actor, string) (r4.Resource, error)) (Found, error) {
	var found Found
	for _, id := range ids[:min(len(ids), maxPageSize)] {
		r, err := read(ctx, actor, id)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return found, err
		}
		found.Resources = append(found.Resources, r)
	}
	found.Total = len(found.Resources)
	return found, nil
}

func (s *Service) searchStructures(ctx context.Context, actor accounts.Actor, q Query, draw func(*structures.File) []r4.Resource) (Found, error) {
	var ids []string
	ids = append(ids, q.IDs...)
	if id := q.Ref("organization"); id != "" {
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		return s.each(ctx, actor, ids, func(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error) {
			f, err := s.structures.File(ctx, actor, id)
			if err != nil {
				return nil, err
			}
			if all := draw(f); len(all) > 0 {
				return all[0], nil
			}
			return nil, noResource()
		})
	}
	filter, possible := placeFilter(q)
	if !possible {
		return Found{}, nil
	}
	list, total, err := s.structures.List(ctx, actor, filter)
	found := Found{Total: total}
	if err != nil || q.Count == 0 {
		return found, err
	}
	for _, one := range list {
		f, err := s.structures.File(ctx, actor, one.ID)
		if err != nil {
			return found, err
		}
		found.Resources = append(found.Resources, draw(f)...)
	}
	return found, nil
}

// placeFilter says what a search means for the list of structures; false when nothing can be found.
func placeFilter(q Query) (structures.Filter, bool) {
	f := structures.Filter{NameStart: q.Value("name"), NameHolds: q.Value("name:contains"), From: q.From, Until: q.Until, All: true, Limit: max(1, q.Count), Offset: q.Offset}
	system, number := q.Token("identifier")
	f.Number = number
	switch system {
	case systemSIRET:
		f.Scheme = "SIRET"
	case "", systemFINESS: // a number tells a site from a legal entity by itself
	default:
		return f, false
	}
	city, postcode := db.Fold(db.Searched(q.Value("address-city"))), q.Value("address-postalcode")
	if city == "" && postcode == "" {
		return f, true
	}
	for _, c := range territory.Embedded().Communes {
		if (city == "" || strings.HasPrefix(db.Fold(c.Name), city)) && (postcode == "" || holds(c.Postcodes, postcode)) {
			f.Communes = append(f.Communes, c.Code)
		}
	}
	const most = 500 // a word that starts more names than this narrows nothing
	f.Communes = f.Communes[:min(len(f.Communes), most)]
	return f, len(f.Communes) > 0
}

func holds(postcodes []string, start string) bool {
	for _, p := range postcodes {
		if strings.HasPrefix(p, start) {
			return true
		}
	}
	return false
}

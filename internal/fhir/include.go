package fhir

import (
	"context"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
)

// followed says where each include leads from a resource.
var followed = map[string]func(r4.Resource) []r4.Reference{
	"Location:organization":          from(func(r *r4.Location) []r4.Reference { return some(r.Organization) }),
	"HealthcareService:organization": from(func(r *r4.HealthcareService) []r4.Reference { return some(r.ProvidedBy) }),
	"HealthcareService:location":     from(func(r *r4.HealthcareService) []r4.Reference { return r.Location }),
	"PractitionerRole:practitioner":  from(func(r *r4.PractitionerRole) []r4.Reference { return some(r.Practitioner) }),
	"PractitionerRole:organization":  from(func(r *r4.PractitionerRole) []r4.Reference { return some(r.Organization) }),
	"ServiceRequest:subject":         from(func(r *r4.ServiceRequest) []r4.Reference { return some(&r.Subject) }),
	"ServiceRequest:requester":       from(func(r *r4.ServiceRequest) []r4.Reference { return some(r.Requester) }),
	"ServiceRequest:performer":       from(func(r *r4.ServiceRequest) []r4.Reference { return r.Performer }),
	"Task:focus":                     from(func(r *r4.Task) []r4.Reference { return some(r.Focus) }),
	"Task:patient":                   from(func(r *r4.Task) []r4.Reference { return some(r.For) }),
	"Media:based-on":                 from(func(r *r4.Media) []r4.Reference { return r.BasedOn }),
	"DiagnosticReport:based-on":      from(func(r *r4.DiagnosticReport) []r4.Reference { return r.BasedOn }),
	"DiagnosticReport:media": from(func(r *r4.DiagnosticReport) []r4.Reference {
		var all []r4.Reference
		for _, m := range r.Media {
			all = append(all, m.Link)
		}
		return all
	}),
}

func some(r *r4.Reference) []r4.Reference {
	if r == nil {
		return nil
	}
	return []r4.Reference{*r}
}

func from[T r4.Resource](lead func(T) []r4.Reference) func(r4.Resource) []r4.Reference {
	return func(r r4.Resource) []r4.Reference {
		if t, ok := r.(T); ok {
			return lead(t)
		}
		return nil
	}
}

// included reads what the resources found lead to, as far as the reader may see it, and what that leads to in turn. What cannot be
// reached is left out: it is not part of what was asked for.
func (s *Service) included(ctx context.Context, actor accounts.Actor, q Query, start []r4.Resource) ([]r4.Resource, error) {
	if len(q.Include) == 0 {
		return nil, nil
	}
	for _, name := range q.Include {
		if followed[name] == nil {
			return nil, badParam("_include", "« "+name+" » ne se suit pas ici.", "“"+name+"” cannot be followed here.")
		}
	}
	const most = 500
	seen, all := map[string]bool{}, []r4.Resource{}
	for queue := slices.Clone(start); len(queue) > 0 && len(all) < most; queue = queue[1:] {
		for _, name := range q.Include {
			for _, to := range followed[name](queue[0]) {
				if to.Reference == "" || seen[to.Reference] {
					continue
				}
				seen[to.Reference] = true
				r, err := s.follow(ctx, actor, to.Reference)
				if err != nil {
					return nil, err
				}
				if r != nil {
					all, queue = append(all, r), append(queue, r)
				}
			}
		}
	}
	return all, nil
}

// follow reads what a reference names; nil when the reader may not.
func (s *Service) follow(ctx context.Context, actor accounts.Actor, name string) (r4.Resource, error) {
	kind, id, _ := strings.Cut(name, "/")
	i := slices.IndexFunc(s.kinds, func(k *Kind) bool { return k.Name == kind })
	if i < 0 {
		return nil, nil
	}
	r, err := s.Read(ctx, actor, s.kinds[i], id)
	switch fault.KindOf(err) {
	case fault.KindNotFound, fault.KindForbidden, fault.KindUnauthenticated:
		return nil, nil
	}
	return r, err
}

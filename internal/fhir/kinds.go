package fhir

import (
	"context"
	"net/url"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
)

// Config is what an installation chooses.
type Config struct {
	BaseURL string
	// Exchange opens the door of other programs.
	Exchange bool
}

// Persons tells who acts when a program acts in somebody's name.
type Persons interface {
	OnBehalf(ctx context.Context, person string) (accounts.Actor, error)
}

// Service draws resources.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	structures *structures.Service
	cases      *telexpertise.Service
	persons    Persons
	config     Config
	limits     *limits
	kinds      []*Kind
}

// New makes the service.
func New(d *db.DB, c clock.Clock, places *structures.Service, cases *telexpertise.Service, persons Persons, config Config) *Service {
	s := &Service{db: d, clock: c, structures: places, cases: cases, persons: persons, config: config, limits: newLimits(c)}
	s.kinds = s.table()
	return s
}

// Kind is a type of resource that this server answers for.
type Kind struct {
	Name       string
	Doc        string
	Permission httpx.Permission
	Params     []Param
	Includes   []string // "Location:organization"
	read       func(ctx context.Context, actor accounts.Actor, id string) (r4.Resource, error)
	search     func(ctx context.Context, actor accounts.Actor, q Query) (Found, error)
}

// Kinds lists the types, in the order of the CapabilityStatement.
func (s *Service) Kinds() []*Kind { return s.kinds }

func (s *Service) table() []*Kind {
	name := []Param{{"name", "string", "Début du nom, sans casse ni accents"}, {"name:contains", "string", "Partie du nom"}}
	number := Param{"identifier", "token", "FINESS, SIRET ou RPPS : système|numéro"}
	place := []Param{{"address-city", "string", "Nom de la commune"}, {"address-postalcode", "string", "Code postal"}}
	structure := append(append([]Param{number}, name...), place...)
	ofOrganization := Param{"organization", "reference", "Structure"}
	caseParams := func(p ...Param) []Param { return append(p, Param{"patient", "reference", "Patient"}) }
	public, mine := structures.PermRead, telexpertise.PermCase
	return []*Kind{
		{Name: "Organization", Doc: "Structures, et pools de télé-expertise pour leurs membres.", Permission: public, Params: structure, read: s.readOrganization, search: s.searchOrganizations},
		{Name: "Location", Doc: "Sites des structures.", Permission: public, Params: append([]Param{ofOrganization}, place...), Includes: []string{"Location:organization"},
			read: s.readLocation, search: s.searchLocations},
		{Name: "HealthcareService", Doc: "Ce que les structures proposent.", Permission: public, Params: append([]Param{ofOrganization}, structure...),
			Includes: []string{"HealthcareService:organization", "HealthcareService:location"}, read: s.readService, search: s.searchServices},
		{Name: "Practitioner", Doc: "Membres d’une structure, pour qui les voit sur sa page ; membres de ses pools.", Permission: permPractitioners, Params: []Param{number, ofOrganization},
			read: s.readPractitioner, search: s.searchPractitioners},
		{Name: "PractitionerRole", Doc: "Ce que ces professionnels y font.", Permission: permPractitioners, Params: []Param{ofOrganization, {"practitioner.identifier", "token", "RPPS"}},
			Includes: []string{"PractitionerRole:practitioner", "PractitionerRole:organization"}, read: s.readRole, search: s.searchRoles},
		s.caseKind("Patient", "Patient d’une demande.", mine, nil, one(func(d drawn) r4.Resource { return d.patient() }), []Param{{"_id", "token", "Identifiant"}}[:0]),
		s.caseKind("ServiceRequest", "Demande d’avis.", mine, []string{"ServiceRequest:subject", "ServiceRequest:requester", "ServiceRequest:performer"},
			one(func(d drawn) r4.Resource { return d.serviceRequest() }), caseParams(Param{"status", "token", "Statut"})),
		s.caseKind("Task", "Où en est la demande.", mine, []string{"Task:focus", "Task:patient"}, one(func(d drawn) r4.Resource { return d.task() }), caseParams(Param{"focus", "reference", "Demande"})),
		s.caseKind("Media", "Photographies d’une demande.", mine, []string{"Media:based-on"}, drawn.media, caseParams(Param{"based-on", "reference", "Demande"})),
		s.caseKind("DiagnosticReport", "Réponse signée. L’ouvrir par son identifiant vaut lecture.", mine, []string{"DiagnosticReport:based-on", "DiagnosticReport:media"},
			one(func(d drawn) r4.Resource { return orNil(d.report()) }), caseParams(Param{"based-on", "reference", "Demande"})),
		s.caseKind("DocumentReference", "Compte rendu en PDF.", mine, nil, one(func(d drawn) r4.Resource { return orNil(d.documentReference()) }), caseParams()),
		s.caseKind("Appointment", "Consultation proposée ou prise.", mine, nil, one(func(d drawn) r4.Resource { return orNil(d.appointment()) }), caseParams(Param{"based-on", "reference", "Demande"})),
		s.caseKind("AuditEvent", "Ce que le journal dit d’une demande.", mine, nil, drawn.auditEvents, caseParams(Param{"entity", "reference", "Demande"})),
	}
}

// orNil keeps a resource that is not there from looking like one that is.
func orNil[T any, P interface {
	*T
	r4.Resource
}](p P) r4.Resource {
	if p == nil {
		return nil
	}
	return p
}

func one(draw func(drawn) r4.Resource) func(drawn) []r4.Resource {
	return func(d drawn) []r4.Resource {
		if r := draw(d); r != nil {
			return []r4.Resource{r}
		}
		return nil
	}
}

func noResource() error {
	return fault.NotFound("Cette ressource n’existe pas, ou vous n’y avez pas accès.", "This resource does not exist, or you have no access to it.")
}

// Read gives one resource.
func (s *Service) Read(ctx context.Context, actor accounts.Actor, k *Kind, id string) (r4.Resource, error) {
	if err := actor.RequireSomewhere(k.Permission); err != nil {
		return nil, err
	}
	return k.read(ctx, actor, id)
}

// Search gives one page, with what it includes and the ways to the other pages. base is the address that links start with.
func (s *Service) Search(ctx context.Context, actor accounts.Actor, k *Kind, values url.Values, strict bool) (*r4.Bundle, error) {
	if err := actor.RequireSomewhere(k.Permission); err != nil {
		return nil, err
	}
	q, err := k.Parse(values, strict)
	if err != nil {
		return nil, err
	}
	find := k.search
	if q.Count == 0 {
		find = k.count
	}
	found, err := find(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, actor, k, q, found, s.config.BaseURL+"/fhir")
}

// count tells how much a search finds and gives none of it. What is not counted page by page is counted by reading the pages.
func (k *Kind) count(ctx context.Context, actor accounts.Actor, q Query) (Found, error) {
	found, err := k.search(ctx, actor, q)
	if err != nil || found.Total >= 0 {
		return Found{Total: found.Total}, err
	}
	names := map[string]bool{}
	for q.Count, q.Offset = maxPageSize, 0; err == nil; q.Offset += q.Count {
		found, err = k.search(ctx, actor, q)
		for _, r := range found.Resources {
			names[r.Self().Name()] = true
		}
		if !found.More {
			break
		}
	}
	return Found{Total: len(names)}, err
}

func (s *Service) page(ctx context.Context, actor accounts.Actor, k *Kind, q Query, found Found, base string) (*r4.Bundle, error) {
	b := &r4.Bundle{Base: r4.Base{Kind: "Bundle", Meta: &r4.Meta{LastUpdated: r4.Instant(s.clock.Now())}}, Type: "searchset", Link: q.links(base+"/"+k.Name, found)}
	if found.Total >= 0 {
		b.Total = &found.Total
	}
	in := map[string]bool{}
	add := func(r r4.Resource, mode string) {
		if name := r.Self().Name(); !in[name] {
			in[name] = true
			b.Entry = append(b.Entry, r4.Entry{FullURL: base + "/" + name, Resource: r, Search: &r4.EntrySearch{Mode: mode}})
		}
	}
	for _, r := range found.Resources {
		add(r, "match")
	}
	more, err := s.included(ctx, actor, q, found.Resources)
	for _, r := range more {
		add(r, "include")
	}
	return b, err
}

// links are the ways to this page, the next and the one before.
func (q Query) links(base string, found Found) []r4.Link {
	at := func(offset int) string {
		v := url.Values{}
		for name, given := range q.values {
			v[name] = given
		}
		v.Del("_offset")
		if offset > 0 {
			v.Set("_offset", strconv.Itoa(offset))
		}
		if len(v) == 0 {
			return base
		}
		return base + "?" + v.Encode()
	}
	links := []r4.Link{{Relation: "self", URL: at(q.Offset)}}
	if q.Count > 0 && (found.More || found.Total > q.Offset+q.Count) {
		links = append(links, r4.Link{Relation: "next", URL: at(q.Offset + q.Count)})
	}
	if q.Offset > 0 {
		links = append(links, r4.Link{Relation: "previous", URL: at(max(0, q.Offset-q.Count))})
	}
	return links
}

// ExchangeOpen tells whether other programs are served.
func (s *Service) ExchangeOpen() bool { return s.config.Exchange }

package fhir

import (
	"slices"
	"strings"

	"maillage/internal/fhir/r4"
)

// built is the day of the statement: that of its last change in the program.
const built = "2026-11-25"

// Capability says what this server can do.
func (s *Service) Capability() *r4.CapabilityStatement {
	c := s.statement("/fhir", "Façade FHIR de Maillage : structures en accès libre, télé-expertise pour qui a une part dans la demande.")
	rest := &c.Rest[0]
	rest.Security = &r4.Security{CORS: true, Description: "Les structures se lisent sans compte. Le reste demande la session du site (mot de passe et second facteur, clé d’accès, ou Pro Santé Connect) ; chaque lecture d’une demande est inscrite au journal."}
	for _, k := range s.kinds {
		r := r4.RestResource{Type: k.Name, Docs: k.Doc, Interaction: []r4.Interaction{{Code: "read"}, {Code: "search-type"}}, Versioning: "no-version", Include: k.Includes}
		for _, p := range append(slices.Clone(common), k.Params...) {
			if !strings.Contains(p.Name, ":") {
				r.Search = append(r.Search, r4.SearchParam{Name: p.Name, Type: p.Type, Docs: p.Doc})
			}
		}
		rest.Resource = append(rest.Resource, r)
	}
	rest.Resource = append(rest.Resource, r4.RestResource{Type: "Composition", Docs: "Compte rendu d’une demande, en un document.", Versioning: "no-version",
		Interaction: []r4.Interaction{{Code: "read"}}, Operation: []r4.Operation{{Name: "document", Definition: "http://hl7.org/fhir/OperationDefinition/Composition-document"}}})
	return c
}

// ExchangeCapability says what other programs may do, after the draft guide.
func (s *Service) ExchangeCapability() *r4.CapabilityStatement {
	c := s.statement("/fhir/confluences", "Échange de demandes de télé-expertise, d’après le projet de guide Confluences Téléexpertise 0.1.0.")
	c.Guides = []string{guide + "/ImplementationGuide/ans.fhir.fr.teleexpertise-confluence|0.1.0"}
	c.Rest[0].Security = &r4.Security{Description: "Secret remis par l’administrateur : Authorization: Bearer …"}
	c.Rest[0].Interaction = []r4.Interaction{{Code: "transaction"}}
	c.Rest[0].Resource = []r4.RestResource{{Type: "ServiceRequest", Docs: "Suivi des demandes d’un requérant.", Versioning: "no-version", Interaction: []r4.Interaction{{Code: "search-type"}},
		Include: exchangeIncludes, Search: []r4.SearchParam{{Name: "requester.practitioner.identifier", Type: "token", Docs: "RPPS du requérant, obligatoire"}, {Name: "status", Type: "token"},
			{Name: "_lastUpdated", Type: "date", Docs: "obligatoire"}}}}
	return c
}

func (s *Service) statement(path, description string) *r4.CapabilityStatement {
	return &r4.CapabilityStatement{Base: r4.Base{Kind: "CapabilityStatement", ID: "maillage"}, URL: s.config.BaseURL + path + "/metadata", Name: "Maillage", Title: "Maillage", Status: "active",
		Date: built, Publisher: "Maillage", Description: description, StatementKind: "instance", Software: &r4.Software{Name: "Maillage"},
		Implementation: &r4.Implementation{Description: "Maillage", URL: s.config.BaseURL + path}, FHIRVersion: "4.0.1", Format: []string{"application/fhir+json"}, Rest: []r4.Rest{{Mode: "server"}}}
}

package fhir

import (
	"strconv"
	"strings"

	"maillage/internal/fhir/r4"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

func metaOf(version int, changed string) *r4.Meta {
	return &r4.Meta{VersionID: strconv.Itoa(version), LastUpdated: changed}
}

func organizationOf(f *structures.File) *r4.Organization {
	o := &r4.Organization{Base: r4.Base{Kind: "Organization", ID: f.ID, Meta: metaOf(f.Version, r4.Instant(f.UpdatedAt))}, Active: f.Closed == "" && f.MergedInto == "", Name: f.Name}
	for _, s := range schemes {
		if number := f.Number(s.scheme); number != "" {
			o.Identifier = append(o.Identifier, identifierOf(s.system, s.kind, number))
		}
	}
	o.Type = []r4.Concept{{Text: f.Kind.Label().FR}}
	if site := f.Detail.V.Website; strings.HasPrefix(site, "http") {
		o.Telecom = []r4.ContactPoint{{System: "url", Value: site}}
	}
	o.Address = []r4.Address{*addressOf(f.Detail.V.Address, f.Commune)}
	return o
}

// addressOf writes an address in a commune; its postcode only when the commune has one alone.
func addressOf(line, commune string) *r4.Address {
	c, _ := territory.Embedded().Commune(commune)
	a := &r4.Address{City: c.Name, District: c.Departement, Country: "FR"}
	if line != "" {
		a.Line = []string{line}
	}
	if len(c.Postcodes) == 1 {
		a.PostalCode = c.Postcodes[0]
	}
	if commune != "" {
		a.Extension = []r4.Extension{{URL: extINSEE, ValueCoding: &r4.Coding{System: systemINSEE, Code: commune}}}
	}
	return a
}

func locationOf(f *structures.File, s structures.Site) *r4.Location {
	l := &r4.Location{Base: r4.Base{Kind: "Location", ID: f.ID + "." + s.ID, Meta: metaOf(f.Version, r4.Instant(f.UpdatedAt))}, Status: "active", Name: s.Label, Mode: "instance",
		Address: addressOf(s.Address, s.Commune), Position: &r4.Position{Longitude: s.Lon, Latitude: s.Lat}, Organization: ref("Organization/" + f.ID)}
	if l.Name == "" {
		l.Name = f.Name
	}
	if s.To != "" || f.Closed != "" {
		l.Status = "inactive"
	}
	if s.Approximate {
		l.Description = "Position approchée : centre de la commune."
	}
	return l
}

func serviceOf(f *structures.File) *r4.HealthcareService {
	h := &r4.HealthcareService{Base: r4.Base{Kind: "HealthcareService", ID: f.ID, Meta: metaOf(f.Version, r4.Instant(f.UpdatedAt))}, Active: f.Closed == "" && f.MergedInto == "",
		ProvidedBy: ref("Organization/" + f.ID), Type: []r4.Concept{{Text: f.Kind.Label().FR}}, Name: f.Name, Comment: f.Detail.V.About}
	for _, s := range f.Sites {
		h.Location = append(h.Location, *ref("Location/" + f.ID + "." + s.ID))
	}
	for _, theme := range f.Detail.V.Themes {
		h.Type = append(h.Type, r4.Concept{Text: theme})
	}
	return h
}

func practitionerOf(f *structures.File, m structures.Member) *r4.Practitioner {
	return &r4.Practitioner{Base: r4.Base{Kind: "Practitioner", ID: f.ID + "." + m.ID, Meta: metaOf(f.Version, r4.Instant(f.UpdatedAt))},
		Identifier: rppsOf(m.RPPS), Active: true, HumanName: []r4.HumanName{{Text: m.Name}}}
}

func roleOf(f *structures.File, m structures.Member) *r4.PractitionerRole {
	label := m.Profession
	if p, ok := structures.ProfessionByID(m.Profession); ok {
		label = p.Label.FR
	}
	r := &r4.PractitionerRole{Base: r4.Base{Kind: "PractitionerRole", ID: f.ID + "." + m.ID, Meta: metaOf(f.Version, r4.Instant(f.UpdatedAt))}, Active: m.To == "",
		Practitioner: ref("Practitioner/" + f.ID + "." + m.ID), Organization: ref("Organization/" + f.ID), Code: []r4.Concept{{Text: label}}}
	if m.From != "" || m.To != "" {
		r.Period = &r4.Period{Start: string(m.From), End: string(m.To)}
	}
	return r
}

package fhir

import (
	"strings"

	"maillage/internal/fhir/r4"
	"maillage/internal/telexpertise"
)

// Members of pools have identifiers of their own, so that they are not taken for members of structures.
const poolPrefix = "te-"

func poolOrganization(pool string) string { return poolPrefix + pool }

func memberID(pool, person string) string { return poolPrefix + pool + "." + person }

func roleID(pool, person string, part telexpertise.Part) string {
	return memberID(pool, person) + "." + string(part[0])
}

func poolOf(p telexpertise.Pool) *r4.Organization {
	return &r4.Organization{Base: r4.Base{Kind: "Organization", ID: poolOrganization(p.ID), Meta: metaOf(p.Version, r4.Instant(p.CreatedAt))}, Active: true, Name: p.Name,
		Type: []r4.Concept{{Text: "Pool de télé-expertise"}}, Telecom: []r4.ContactPoint{{System: "phone", Value: p.Phone, Use: "work"}}}
}

func memberOf(m telexpertise.Member) *r4.Practitioner {
	return &r4.Practitioner{Base: r4.Base{Kind: "Practitioner", ID: memberID(m.PoolID, m.PersonID)}, Identifier: rppsOf(m.RPPS), Active: m.Active,
		HumanName: []r4.HumanName{nameOf(m.Name)}}
}

// nameOf parts a name at its last space, as far as a name written whole can be parted.
func nameOf(whole string) r4.HumanName {
	bare := strings.TrimPrefix(whole, "Dr ")
	given, family, ok := strings.Cut(bare, " ")
	if !ok {
		return r4.HumanName{Text: whole, Family: bare}
	}
	return r4.HumanName{Text: whole, Family: family, Given: []string{given}}
}

func memberRole(m telexpertise.Member) *r4.PractitionerRole {
	r := &r4.PractitionerRole{Base: r4.Base{Kind: "PractitionerRole", ID: roleID(m.PoolID, m.PersonID, m.Part)}, Active: m.Active,
		Practitioner: &r4.Reference{Reference: "Practitioner/" + memberID(m.PoolID, m.PersonID), Display: m.Name}, Organization: ref("Organization/" + poolOrganization(m.PoolID)),
		Code: []r4.Concept{{Text: m.Part.Name().FR}}}
	if m.Part == telexpertise.PartExpert {
		r.Specialty = []r4.Concept{{Text: "Dermatologie et vénéréologie"}}
	}
	if m.Practice != "" {
		r.Location = []r4.Reference{{Display: m.Practice}}
	}
	return r
}

package fhir

import (
	"slices"
	"strings"

	"maillage/internal/fhir/r4"
	"maillage/internal/structures/identifier"
	"maillage/internal/telexpertise"
)

// Systems of the national identifiers, as the French directory of health writes them.
const (
	systemFINESS = "https://finess.esante.gouv.fr"
	systemSIRET  = "https://sirene.fr"
	systemRPPS   = "https://rpps.esante.gouv.fr"
	// systemNational holds RPPS numbers with an 8 in front.
	systemNational = "urn:oid:1.2.250.1.71.4.2.1"
	systemTypes    = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
	systemINSEE    = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
	systemLOINC    = "http://loinc.org"
	systemIdentity = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
	oidPrefix      = "urn:oid:"
)

// Extensions.
const (
	extReliability = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability"
	extBirthPlace  = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
	extINSEE       = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
	guide          = "https://interop.esante.gouv.fr/ig/fhir/teleexpertise-confluence"
	extConsent     = guide + "/StructureDefinition/patient-consent"
	extRedirect    = guide + "/StructureDefinition/redirect-url"
	// extActive stands in the draft under this address.
	extActive    = "http://example.org/fhir/fish/StructureDefinition/fr-coreServiceRequest-SplitActiveStatus"
	systemActive = guide + "/CodeSystem/active-status-cs"
)

// INSSystems are the authorities of INS numbers: NIR, NIA, and those of test and demonstration.
var INSSystems = []string{telexpertise.OidNIR, telexpertise.OidNIA, telexpertise.OidTest, telexpertise.OidDemo}

// schemes are the numbers of structures that FHIR shows.
var schemes = []struct {
	scheme identifier.Scheme
	system string
	kind   string
}{
	{identifier.FINESS, systemFINESS, "FINEG"},
	{identifier.FINESSLegal, systemFINESS, "FINEJ"},
	{identifier.SIRET, systemSIRET, "SIRET"},
}

func identifierOf(system, kind, value string) r4.Identifier {
	return r4.Identifier{Use: "official", Type: &r4.Concept{Coding: []r4.Coding{{System: systemTypes, Code: kind}}}, System: system, Value: value}
}

// rppsOf gives the identifiers of a professional; none when the number is not known.
func rppsOf(number string) []r4.Identifier {
	if number == "" {
		return nil
	}
	return []r4.Identifier{identifierOf(systemRPPS, "RPPS", number)}
}

// rppsIn finds the RPPS number among identifiers: under its own system, or in the national one with an 8 in front.
func rppsIn(all []r4.Identifier) string {
	for _, id := range all {
		switch {
		case id.System == systemRPPS:
			return id.Value
		case id.System == systemNational && len(id.Value) == 12:
			return strings.TrimPrefix(id.Value, "8")
		}
	}
	return ""
}

// insOf finds an INS number among identifiers, and who gave it.
func insOf(all []r4.Identifier) (number, oid string) {
	for _, id := range all {
		if bare, ok := strings.CutPrefix(id.System, oidPrefix); ok && slices.Contains(INSSystems, bare) {
			return id.Value, bare
		}
	}
	return "", ""
}

func ref(name string) *r4.Reference { return &r4.Reference{Reference: name} }

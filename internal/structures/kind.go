package structures

import (
	"slices"

	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
)

// Kind says what a structure is.
type Kind string

// The kinds.
const (
	CPTS          Kind = "cpts"
	CDS           Kind = "cds"
	MSP           Kind = "msp"
	ESP           Kind = "esp"
	GroupPractice Kind = "group_practice"
	Hospital      Kind = "hospital"
	EHPAD         Kind = "ehpad"
	University    Kind = "university"
	CommuneKind   Kind = "commune"
	Agency        Kind = "institution" // agency, préfecture, département council, CPAM, CDOM: partners of common actions
)

// KindRow is what is known of a kind.
type KindRow struct {
	Kind          Kind
	Label, Plural i18n.Text
	// Categories are the FINESS categories of the kind, imported when chosen.
	Categories []string
	// Imported is the state in which an establishment of the official register enters.
	Imported lifecycle.State
}

// Kinds lists the kinds in the order in which they are shown.
var Kinds = []KindRow{
	{CPTS, i18n.Text{FR: "CPTS", EN: "CPTS"}, i18n.Text{FR: "Communautés professionnelles territoriales de santé (CPTS)", EN: "Territorial health communities (CPTS)"}, []string{"604"}, "validated"},
	{CDS, i18n.Text{FR: "Centre de santé", EN: "Health centre (CDS)"}, i18n.Text{FR: "Centres de santé (CDS)", EN: "Health centres (CDS)"}, []string{"124", "125"}, "open"},
	{MSP, i18n.Text{FR: "Maison de santé", EN: "Health house (MSP)"}, i18n.Text{FR: "Maisons de santé pluriprofessionnelles (MSP)", EN: "Health houses (MSP)"}, []string{"603"}, "running"},
	{ESP, i18n.Text{FR: "Équipe de soins primaires", EN: "Primary care team (ESP)"}, i18n.Text{FR: "Équipes de soins primaires (ESP)", EN: "Primary care teams (ESP)"}, nil, "open"},
	{GroupPractice, i18n.Text{FR: "Cabinet de groupe", EN: "Group practice"}, i18n.Text{FR: "Cabinets de groupe", EN: "Group practices"}, nil, "open"},
	{Hospital, i18n.Text{FR: "Établissement de santé", EN: "Hospital"}, i18n.Text{FR: "Établissements de santé", EN: "Hospitals"}, []string{"101", "106", "292", "355", "365"}, "open"},
	{EHPAD, i18n.Text{FR: "EHPAD", EN: "Nursing home (EHPAD)"}, i18n.Text{FR: "EHPAD", EN: "Nursing homes (EHPAD)"}, []string{"500"}, "open"},
	{University, i18n.Text{FR: "Université", EN: "University"}, i18n.Text{FR: "Universités", EN: "Universities"}, nil, "open"},
	{CommuneKind, i18n.Text{FR: "Commune", EN: "Municipality"}, i18n.Text{FR: "Communes", EN: "Municipalities"}, nil, "open"},
	{Agency, i18n.Text{FR: "Institution", EN: "Institution"}, i18n.Text{FR: "Institutions", EN: "Institutions"}, nil, "open"},
}

// Row is what is known of the kind; the zero row when there is no such kind.
func (k Kind) Row() KindRow {
	if i := slices.IndexFunc(Kinds, func(r KindRow) bool { return r.Kind == k }); i >= 0 {
		return Kinds[i]
	}
	return KindRow{}
}

// Valid tells whether the kind exists.
func (k Kind) Valid() bool { return k.Row().Kind != "" }

// Label is how people read the kind.
func (k Kind) Label() i18n.Text { return k.Row().Label }

// categoryNames are the FINESS categories that share a kind with another one.
var categoryNames = map[string]i18n.Text{
	"124": {FR: "Centre de santé", EN: "Health centre"}, "125": {FR: "Centre de santé dentaire", EN: "Dental health centre"},
	"101": {FR: "Centre hospitalier régional", EN: "Regional hospital"}, "106": {FR: "Centre hospitalier, ex-hôpital local", EN: "Hospital, formerly local"},
	"292": {FR: "Centre hospitalier spécialisé en psychiatrie", EN: "Psychiatric hospital"}, "355": {FR: "Centre hospitalier", EN: "Hospital"},
	"365": {FR: "Établissement de soins pluridisciplinaire", EN: "Multidisciplinary care establishment"},
}

// CategoryLabel is how people read a FINESS category.
func CategoryLabel(category string) i18n.Text {
	if name, ok := categoryNames[category]; ok {
		return name
	}
	return KindOfCategory(category).Label()
}

// KindOfCategory is the kind of a FINESS category; "" when the product does not follow it.
func KindOfCategory(category string) Kind {
	for _, r := range Kinds {
		if slices.Contains(r.Categories, category) {
			return r.Kind
		}
	}
	return ""
}

// Profession names what a member does.
type Profession struct {
	ID            string
	Label, Plural i18n.Text
	// GP and Health say that the member counts as a general practitioner, and as a health professional.
	GP, Health bool
}

// Professions lists those of members.
var Professions = []Profession{
	{"gp", i18n.Text{FR: "Médecin généraliste", EN: "General practitioner"}, i18n.Text{FR: "Médecins généralistes", EN: "General practitioners"}, true, true},
	{"specialist", i18n.Text{FR: "Médecin d’une autre spécialité", EN: "Doctor of another specialty"}, i18n.Text{FR: "Médecins d’autres spécialités", EN: "Doctors of other specialties"}, false, true},
	{"nurse", i18n.Text{FR: "Infirmier", EN: "Nurse"}, i18n.Text{FR: "Infirmiers", EN: "Nurses"}, false, true},
	{"pharmacist", i18n.Text{FR: "Pharmacien", EN: "Pharmacist"}, i18n.Text{FR: "Pharmaciens", EN: "Pharmacists"}, false, true},
	{"physiotherapist", i18n.Text{FR: "Masseur-kinésithérapeute", EN: "Physiotherapist"}, i18n.Text{FR: "Masseurs-kinésithérapeutes", EN: "Physiotherapists"}, false, true},
	{"midwife", i18n.Text{FR: "Sage-femme", EN: "Midwife"}, i18n.Text{FR: "Sages-femmes", EN: "Midwives"}, false, true},
	{"dentist", i18n.Text{FR: "Chirurgien-dentiste", EN: "Dentist"}, i18n.Text{FR: "Chirurgiens-dentistes", EN: "Dentists"}, false, true},
	{"speech", i18n.Text{FR: "Orthophoniste", EN: "Speech therapist"}, i18n.Text{FR: "Orthophonistes", EN: "Speech therapists"}, false, true},
	{"podiatrist", i18n.Text{FR: "Pédicure-podologue", EN: "Podiatrist"}, i18n.Text{FR: "Pédicures-podologues", EN: "Podiatrists"}, false, true},
	{"psychologist", i18n.Text{FR: "Psychologue", EN: "Psychologist"}, i18n.Text{FR: "Psychologues", EN: "Psychologists"}, false, true},
	{"coordinator", i18n.Text{FR: "Coordinateur", EN: "Coordinator"}, i18n.Text{FR: "Coordinateurs", EN: "Coordinators"}, false, false},
	{"other", i18n.Text{FR: "Autre", EN: "Other"}, i18n.Text{FR: "Autres", EN: "Others"}, false, false},
}

// ProfessionByID finds a profession.
func ProfessionByID(id string) (Profession, bool) {
	if i := slices.IndexFunc(Professions, func(p Profession) bool { return p.ID == id }); i >= 0 {
		return Professions[i], true
	}
	return Profession{}, false
}

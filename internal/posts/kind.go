package posts

import "maillage/internal/platform/i18n"

// Kind is a kind of shared post.
type Kind string

// The kinds of the agency's calls.
const (
	ASP               Kind = "asp"
	ClinicalResearch  Kind = "research"
	TownUniversity    Kind = "town-university"
	TownHospitalSpec  Kind = "town-hospital-specialist"
	TownHospitalGP    Kind = "town-hospital-gp"
	SalariedGP        Kind = "salaried-gp"
	regionalAgency         = "Agence régionale de santé"
	defaultAlertMonth      = 6
)

// Model is where the calculator starts for a kind: shares that people change, with the source that says so.
type Model struct {
	Shares []Share
	Months int
	Source string
	// Verified tells that the source says these figures; otherwise they are only a start.
	Verified bool
}

// KindInfo describes a kind.
type KindInfo struct {
	Kind  Kind
	Name  i18n.Text
	Model Model
}

// Kinds lists the six kinds, in the order of the agency's page.
var Kinds = []KindInfo{
	{ASP, i18n.Text{FR: "Assistant spécialiste partagé", EN: "Shared specialist assistant"}, Model{Months: 24, Source: "ARS Île-de-France", Verified: true,
		Shares: []Share{{regionalAgency, 0, 60}, {"Établissement d’origine", 50, 20}, {"Établissement d’accueil", 50, 20}}}},
	{ClinicalResearch, i18n.Text{FR: "Assistant partagé de recherche clinique", EN: "Shared clinical research assistant"}, Model{Months: 24,
		Shares: []Share{{regionalAgency, 0, 60}, {"Établissement de soins", 50, 20}, {"Établissement de recherche", 50, 20}}}},
	{TownUniversity, i18n.Text{FR: "Poste partagé ville–université", EN: "Town–university shared post"}, Model{Months: 24,
		Shares: []Share{{regionalAgency, 0, 50}, {"Cabinet, maison ou centre de santé", 50, 25}, {"Université", 50, 25}}}},
	{TownHospitalSpec, i18n.Text{FR: "Poste partagé ville–hôpital, spécialiste", EN: "Town–hospital shared post, specialist"}, Model{Months: 24, Source: "bicetre.aphp.fr", Verified: true,
		Shares: []Share{{regionalAgency, 0, 60}, {"Hôpital", 40, 40}, {"Cabinet ou centre de santé", 60, 0}}}},
	{TownHospitalGP, i18n.Text{FR: "Poste partagé ville–hôpital, généraliste", EN: "Town–hospital shared post, general practitioner"}, Model{Months: 24,
		Shares: []Share{{regionalAgency, 0, 60}, {"Hôpital", 40, 40}, {"Maison ou centre de santé", 60, 0}}}},
	{SalariedGP, i18n.Text{FR: "Médecin généraliste salarié", EN: "Salaried general practitioner"}, Model{Months: 24,
		Shares: []Share{{regionalAgency, 0, 50}, {"Centre de santé", 60, 25}, {"Hôpital", 40, 25}}}},
}

// Info describes the kind; false for an unknown one.
func (k Kind) Info() (KindInfo, bool) {
	for _, info := range Kinds {
		if info.Kind == k {
			return info, true
		}
	}
	return KindInfo{}, false
}

// Name is how people read the kind.
func (k Kind) Name() i18n.Text {
	info, _ := k.Info()
	return info.Name
}

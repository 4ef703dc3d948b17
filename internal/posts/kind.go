package posts

import (
	"fmt"
	"strings"

	"maillage/internal/platform/i18n"
)

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
	// FirstDay is the month and day on which posts begin, "11-01"; "" for any.
	FirstDay string
	// GP tells that a general practitioner holds the post: its time in town counts in the access of the territory (APL).
	GP bool
}

// KindInfo describes a kind.
type KindInfo struct {
	Kind  Kind
	Name  i18n.Text
	Model Model
}

// Kinds lists the six kinds, in the order of the agency's page.
var Kinds = []KindInfo{
	{ASP, i18n.Text{FR: "Assistant spécialiste partagé", EN: "Shared specialist assistant"}, Model{Months: 24, Source: "ARS Île-de-France", Verified: true, FirstDay: "11-01",
		Shares: []Share{agency(60), hospital("Établissement d’origine", 50, 20), hospital("Établissement d’accueil", 50, 20)}}},
	{ClinicalResearch, i18n.Text{FR: "Assistant partagé de recherche clinique", EN: "Shared clinical research assistant"}, Model{Months: 24,
		Shares: []Share{agency(60), hospital("Établissement de soins", 50, 20), hospital("Établissement de recherche", 50, 20)}}},
	{TownUniversity, i18n.Text{FR: "Poste partagé ville–université", EN: "Town–university shared post"}, Model{Months: 24, GP: true,
		Shares: []Share{agency(50), town("Cabinet, maison ou centre de santé", 50, 25), hospital("Université", 50, 25)}}},
	{TownHospitalSpec, i18n.Text{FR: "Poste partagé ville–hôpital, spécialiste", EN: "Town–hospital shared post, specialist"}, Model{Months: 24, Source: "bicetre.aphp.fr", Verified: true,
		Shares: []Share{agency(60), hospital("Hôpital", 40, 40), town("Cabinet ou centre de santé", 60, 0)}}},
	{TownHospitalGP, i18n.Text{FR: "Poste partagé ville–hôpital, généraliste", EN: "Town–hospital shared post, general practitioner"}, Model{Months: 24, GP: true,
		Shares: []Share{agency(60), hospital("Hôpital", 40, 40), town("Maison ou centre de santé", 60, 0)}}},
	{SalariedGP, i18n.Text{FR: "Médecin généraliste salarié", EN: "Salaried general practitioner"}, Model{Months: 24, GP: true,
		Shares: []Share{agency(50), town("Centre de santé", 60, 25), hospital("Hôpital", 40, 25)}}},
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

func agency(funding int) Share { return Share{Name: regionalAgency, Funding: funding} }

func town(name string, time, funding int) Share {
	return Share{Name: name, Time: time, Funding: funding}
}

func hospital(name string, time, funding int) Share {
	return Share{Name: name, Time: time, Funding: funding, Hospital: true}
}

// Departures are the terms of its kind from which a post departs, where a source sets them. Filing then asks why.
func (p *SharedPost) Departures() []i18n.Text {
	info, ok := p.Kind.Info()
	if !ok || !info.Model.Verified {
		return nil
	}
	var all []i18n.Text
	m := info.Model
	if end := p.StartsOn.AddMonths(m.Months); p.EndsOn != end && p.EndsOn != end.Add(-1) {
		all = append(all, i18n.Text{FR: fmt.Sprintf("durée : %d mois consécutifs sont prévus", m.Months), EN: fmt.Sprintf("length: %d months in a row are expected", m.Months)})
	}
	if m.FirstDay != "" && !strings.HasSuffix(string(p.StartsOn), "-"+m.FirstDay) {
		all = append(all, i18n.Text{FR: "début : le 1er novembre est prévu", EN: "start: 1 November is expected"})
	}
	if want, got := shareOfAgency(m.Shares), p.agencyFunding(); want != got {
		all = append(all, i18n.Text{FR: fmt.Sprintf("financement de l’Agence : %d %% sont prévus, %d %% sont écrits", want, got), EN: fmt.Sprintf("funding by the agency: %d%% is expected, %d%% is written", want, got)})
	}
	if want, got := hospitalTime(m.Shares), p.hospitalTime(); p.Kind == TownHospitalSpec && want != got {
		all = append(all, i18n.Text{FR: fmt.Sprintf("temps hospitalier : %d %% sont prévus, %d %% sont écrits", want, got), EN: fmt.Sprintf("hospital time: %d%% is expected, %d%% is written", want, got)})
	}
	return all
}

// shareOfAgency is the funding of who takes no working time: the agency.
func shareOfAgency(shares []Share) (sum int) {
	for _, s := range shares {
		if s.Time == 0 {
			sum += s.Funding
		}
	}
	return sum
}

func hospitalTime(shares []Share) (sum int) {
	for _, s := range shares {
		if s.Hospital {
			sum += s.Time
		}
	}
	return sum
}

// Shares are the parts of the parties.
func (p *SharedPost) Shares() []Share {
	all := make([]Share, 0, len(p.Party))
	for _, x := range p.Party {
		all = append(all, Share{Name: x.Name, Time: x.Time, Funding: x.Funding, Hospital: x.Hospital == 1})
	}
	return all
}

func (p *SharedPost) agencyFunding() int { return shareOfAgency(p.Shares()) }

func (p *SharedPost) hospitalTime() int { return hospitalTime(p.Shares()) }

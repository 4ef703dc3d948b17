package calls

import "maillage/internal/platform/i18n"

// Programme names a kind of support.
type Programme string

// The programmes of the region.
const (
	MSPFeasibility         Programme = "msp-feasibility"
	MSPStartUp             Programme = "msp-start-up"
	MSPRealEstate          Programme = "msp-real-estate"
	CDSAid                 Programme = "cds-aid"
	ProtocolWalls          Programme = "protocol-walls"
	PracticeDifficulty     Programme = "practice-in-difficulty"
	GPRecruitment          Programme = "gp-recruitment"
	SharedSpecialist       Programme = "post-asp"
	SharedClinicalResearch Programme = "post-clinical-research"
	SharedTownUniversity   Programme = "post-town-university"
	SharedTownHospitalSpec Programme = "post-town-hospital-specialist"
	SharedTownHospitalGP   Programme = "post-town-hospital-gp"
	SalariedGP             Programme = "post-salaried-gp"
)

// ProgrammeInfo is what is said of a programme.
type ProgrammeInfo struct {
	Code    Programme
	Name    i18n.Text
	Purpose i18n.Text
	// Deduct names the programme whose grants to the same structure are deducted from this one (invariant 3).
	Deduct Programme
	// Post tells that what is granted is a post shared between partners.
	Post bool
}

// Programmes lists every programme, in the order in which they are shown. Source: the agency's page « Renforcer les coopérations entre
// les professionnels » (2019) for their existence and purpose.
var Programmes = []ProgrammeInfo{
	{Code: MSPFeasibility, Name: i18n.Text{FR: "MSP : étude de faisabilité", EN: "MSP: feasibility study"},
		Purpose: i18n.Text{FR: "Financer l’étude qui dit si une maison de santé pluriprofessionnelle est possible, avec qui et où.", EN: "Fund the study that says whether a multi-professional health house is possible, with whom and where."}},
	{Code: MSPStartUp, Name: i18n.Text{FR: "MSP : aide au démarrage", EN: "MSP: start-up aid"}, Deduct: MSPFeasibility,
		Purpose: i18n.Text{FR: "Aider l’équipe dans sa première année : coordination, système d’information, équipement commun.", EN: "Help the team in its first year: coordination, information system, common equipment."}},
	{Code: MSPRealEstate, Name: i18n.Text{FR: "MSP : investissement immobilier", EN: "MSP: real-estate investment"},
		Purpose: i18n.Text{FR: "Participer à la construction ou à l’aménagement des locaux d’une MSP.", EN: "Take part in building or fitting out the premises of an MSP."}},
	{Code: CDSAid, Name: i18n.Text{FR: "Centre de santé : aide à la création et au développement", EN: "Health centre: creation and development aid"},
		Purpose: i18n.Text{FR: "Créer un centre de santé ou élargir son offre, avec l’accompagnement de l’Agence.", EN: "Create a health centre or widen what it offers, with the agency's support."}},
	{Code: ProtocolWalls, Name: i18n.Text{FR: "Protocole ARS–URPS : investissement dans les murs", EN: "ARS–URPS protocol: investment in premises"},
		Purpose: i18n.Text{FR: "Création, rénovation ou réhabilitation de locaux d’exercice collectif.", EN: "Creation, renovation or rehabilitation of premises for group practice."}},
	{Code: PracticeDifficulty, Name: i18n.Text{FR: "Protocole ARS–URPS : cabinet de groupe en difficulté", EN: "ARS–URPS protocol: group practice in difficulty"},
		Purpose: i18n.Text{FR: "Audit, plan d’accompagnement et, le cas échéant, soutien financier d’un cabinet fragilisé.", EN: "Audit, support plan and, where needed, financial support of a weakened practice."}},
	{Code: GPRecruitment, Name: i18n.Text{FR: "Recrutement de médecins généralistes en zone sous-dense", EN: "Recruitment of general practitioners in under-served areas"}, Post: true,
		Purpose: i18n.Text{FR: "Recruter un médecin généraliste en ZIP, en ZAC ou en QPV.", EN: "Recruit a general practitioner in a ZIP, a ZAC or a QPV."}},
	{Code: SharedSpecialist, Name: i18n.Text{FR: "Assistants spécialistes partagés (ASP)", EN: "Shared specialist assistants (ASP)"}, Post: true,
		Purpose: i18n.Text{FR: "Consolider les équipes médicales de plusieurs établissements par un assistant commun, deux ans.", EN: "Strengthen the medical teams of several hospitals with a common assistant, for two years."}},
	{Code: SharedClinicalResearch, Name: i18n.Text{FR: "Assistants partagés de recherche clinique", EN: "Shared clinical-research assistants"}, Post: true,
		Purpose: i18n.Text{FR: "Aider les établissements dans leur activité de recherche par un poste partagé.", EN: "Help hospitals in their research through a shared post."}},
	{Code: SharedTownUniversity, Name: i18n.Text{FR: "Postes partagés ville–Université", EN: "Town–university shared posts"}, Post: true,
		Purpose: i18n.Text{FR: "Former de nouveaux maîtres de stage universitaires en médecine générale ambulatoire.", EN: "Train new university trainers in outpatient general practice."}},
	{Code: SharedTownHospitalSpec, Name: i18n.Text{FR: "Postes partagés ville–hôpital : spécialistes", EN: "Town–hospital shared posts: specialists"}, Post: true,
		Purpose: i18n.Text{FR: "Partager un spécialiste entre la ville et l’hôpital.", EN: "Share a specialist between town and hospital."}},
	{Code: SharedTownHospitalGP, Name: i18n.Text{FR: "Postes partagés ville–hôpital : généralistes", EN: "Town–hospital shared posts: general practitioners"}, Post: true,
		Purpose: i18n.Text{FR: "Partager un médecin généraliste entre la ville et l’hôpital.", EN: "Share a general practitioner between town and hospital."}},
	{Code: SalariedGP, Name: i18n.Text{FR: "Postes de médecins généralistes salariés", EN: "Salaried general practitioner posts"}, Post: true,
		Purpose: i18n.Text{FR: "Créer des postes salariés de médecine générale, adossés à la ville et à l’hôpital.", EN: "Create salaried general-practice posts, backed by town and hospital."}},
}

// Info gives the row of a programme; ok is false for an unknown one.
func (p Programme) Info() (info ProgrammeInfo, ok bool) {
	for _, i := range Programmes {
		if i.Code == p {
			return i, true
		}
	}
	return ProgrammeInfo{}, false
}

// Name is how people read the programme.
func (p Programme) Name() i18n.Text {
	info, _ := p.Info()
	return info.Name
}

package rulebook

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// Facts is everything that rules may ask about, in the order in which people are asked. A condition that names anything else does
// not compile.
var Facts = []Fact{
	{ID: "zone", Type: TypeChoice, Derived: true, Label: i18n.Text{FR: "Zone", EN: "Zone"}, Choices: []Choice{
		{"ZIP", i18n.Text{FR: "ZIP — zone d’intervention prioritaire", EN: "ZIP — priority zone"}},
		{"ZAC", i18n.Text{FR: "ZAC — zone d’action complémentaire", EN: "ZAC — complementary zone"}},
		{"HZ", i18n.Text{FR: "Hors zone", EN: "Outside the zones"}},
	}},
	{ID: "qpv", Type: TypeYesNo, Derived: true, Label: i18n.Text{FR: "Site dans un quartier prioritaire (QPV)", EN: "Site in a priority neighbourhood (QPV)"}},
	{ID: "region", Type: TypeChoice, Derived: true, Label: i18n.Text{FR: "Région", EN: "Region"}, Choices: regionChoices()},
	{ID: "population", Type: TypeCount, Derived: true, Label: i18n.Text{FR: "Population du territoire", EN: "Population of the territory"}},
	{ID: "who", Type: TypeChoice, Label: i18n.Text{FR: "Qui êtes-vous ?", EN: "Who are you?"}, Choices: []Choice{
		{"gp", i18n.Text{FR: "Médecin généraliste", EN: "General practitioner"}},
		{"specialist", i18n.Text{FR: "Médecin d’une autre spécialité", EN: "Doctor of another specialty"}},
		{"msp", i18n.Text{FR: "Maison de santé (MSP) ou équipe qui la prépare", EN: "Health house (MSP) or team preparing one"}},
		{"cds", i18n.Text{FR: "Centre de santé ou son gestionnaire", EN: "Health centre or its operator"}},
		{"cpts", i18n.Text{FR: "CPTS ou équipe qui la prépare", EN: "CPTS or team preparing one"}},
		{"esp", i18n.Text{FR: "Équipe de soins primaires (ESP)", EN: "Primary care team (ESP)"}},
		{"group_practice", i18n.Text{FR: "Cabinet de groupe", EN: "Group practice"}},
		{"hospital", i18n.Text{FR: "Établissement de santé", EN: "Hospital"}},
		{"university", i18n.Text{FR: "Université", EN: "University"}},
		{"commune", i18n.Text{FR: "Commune ou collectivité", EN: "Municipality or local authority"}},
	}},
	{ID: "plan", Type: TypeChoices, Label: i18n.Text{FR: "Que prévoyez-vous ?", EN: "What do you plan?"}, Choices: []Choice{
		{"study", i18n.Text{FR: "Étudier la création d’une maison de santé", EN: "Study the creation of a health house"}},
		{"start", i18n.Text{FR: "Démarrer une maison de santé", EN: "Start a health house"}},
		{"walls", i18n.Text{FR: "Créer, rénover ou réhabiliter des locaux", EN: "Create, renovate or rehabilitate premises"}},
		{"equipment", i18n.Text{FR: "Acheter de l’équipement", EN: "Buy equipment"}},
		{"coordination", i18n.Text{FR: "Exercer de façon coordonnée", EN: "Practise in a coordinated way"}},
		{"install", i18n.Text{FR: "S’installer", EN: "Set up practice"}},
		{"practise", i18n.Text{FR: "Exercer ou rester en zone fragile", EN: "Practise or stay in an under-served area"}},
		{"succession", i18n.Text{FR: "Préparer son départ et sa succession", EN: "Prepare one’s succession"}},
		{"post", i18n.Text{FR: "Créer un poste partagé", EN: "Create a shared post"}},
		{"recruit", i18n.Text{FR: "Recruter un médecin salarié", EN: "Recruit a salaried doctor"}},
		{"rescue", i18n.Text{FR: "Aider un cabinet en difficulté", EN: "Help a practice in difficulty"}},
	}},
	{ID: "gps", Type: TypeCount, Label: i18n.Text{FR: "Médecins généralistes engagés", EN: "General practitioners committed"}},
	{ID: "paramedicals", Type: TypeCount, Label: i18n.Text{FR: "Autres professionnels de santé engagés", EN: "Other health professionals committed"}},
	{ID: "fte", Type: TypeCount, Label: i18n.Text{FR: "Médecins salariés, en ETP entiers", EN: "Salaried doctors, whole FTE"}},
	{ID: "cost", Type: TypeMoney, Label: i18n.Text{FR: "Coût des travaux", EN: "Cost of the works"}},
	{ID: "equipment_cost", Type: TypeMoney, Label: i18n.Text{FR: "Coût de l’équipement", EN: "Cost of the equipment"}},
	{ID: "study_paid", Type: TypeMoney, Label: i18n.Text{FR: "Aide à l’étude de faisabilité déjà versée", EN: "Study aid already paid"}},
	{ID: "works", Type: TypeChoice, Label: i18n.Text{FR: "Nature des travaux", EN: "Kind of works"}, Choices: []Choice{
		{"creation", i18n.Text{FR: "Création", EN: "Creation"}},
		{"renovation", i18n.Text{FR: "Rénovation", EN: "Renovation"}},
		{"rehabilitation", i18n.Text{FR: "Réhabilitation", EN: "Rehabilitation"}},
	}},
	{ID: "health_project", Type: TypeYesNo, Label: i18n.Text{FR: "Projet de santé validé par l’ARS", EN: "Health project validated by the agency"}},
	{ID: "sisa", Type: TypeYesNo, Label: i18n.Text{FR: "SISA créée, ou créée dans les 6 mois de la signature", EN: "SISA company formed, or within 6 months of signing"}},
	{ID: "mode", Type: TypeChoice, Label: i18n.Text{FR: "Mode d’exercice", EN: "Way of practising"}, Choices: []Choice{
		{"alone", i18n.Text{FR: "Seul", EN: "Alone"}},
		{"group", i18n.Text{FR: "En groupe, MSP ou centre", EN: "Group, MSP or centre"}},
		{"cpts", i18n.Text{FR: "Membre d’une CPTS", EN: "Member of a CPTS"}},
		{"esp", i18n.Text{FR: "Membre d’une ESP", EN: "Member of an ESP"}},
	}},
	{ID: "age", Type: TypeCount, Label: i18n.Text{FR: "Âge du médecin", EN: "Age of the doctor"}},
	{ID: "days_week", Type: TypeNumber, Label: i18n.Text{FR: "Jours de présence par semaine", EN: "Days of presence per week"}},
	{ID: "days_year", Type: TypeCount, Label: i18n.Text{FR: "Jours par an en renfort dans une ZIP", EN: "Days a year lending a hand in a ZIP"}},
	{ID: "fees", Type: TypeMoney, Label: i18n.Text{FR: "Honoraires annuels concernés", EN: "Yearly fees concerned"}},
	{ID: "trainees", Type: TypeCount, Label: i18n.Text{FR: "Stagiaires accueillis en même temps", EN: "Trainees hosted at a time"}},
	{ID: "local_hospital", Type: TypeYesNo, Label: i18n.Text{FR: "Exercice partiel en hôpital de proximité", EN: "Part-time in a local hospital"}},
	{ID: "successor", Type: TypeYesNo, Label: i18n.Text{FR: "Un médecin plus jeune est accompagné", EN: "A younger doctor is being accompanied"}},
	{ID: "first_install", Type: TypeYesNo, Label: i18n.Text{FR: "Première installation", EN: "First time setting up"}},
	{ID: "secondary_site", Type: TypeYesNo, Label: i18n.Text{FR: "Cabinet secondaire", EN: "Secondary practice"}},
	{ID: "aided_10y", Type: TypeYesNo, Label: i18n.Text{FR: "Aide à l’installation reçue depuis moins de 10 ans", EN: "Installation aid received less than 10 years ago"}},
	{ID: "partners", Type: TypeCount, Label: i18n.Text{FR: "Partenaires juridiquement distincts", EN: "Legally distinct partners"}},
	{ID: "hospital_share", Type: TypeCount, Label: i18n.Text{FR: "Temps hospitalier du poste, en %", EN: "Hospital time of the post, in %"}},
}

func regionChoices() []Choice {
	list := make([]Choice, len(accounts.Regions))
	for i, r := range accounts.Regions {
		list[i] = Choice{r.Code, i18n.Text{FR: r.Name, EN: r.Name}}
	}
	return list
}

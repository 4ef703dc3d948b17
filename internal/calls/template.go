package calls

import "maillage/internal/platform/i18n"

// Template is the form, the evidence and the criteria with which a call of a programme starts; the officer changes them at will.
func Template(p Programme) (Form, []Criterion) {
	sections := []Section{applicantSection()}
	sections = append(sections, projectSections[p]...)
	info, _ := p.Info()
	if info.Post {
		sections = append(sections, postSection(p))
	}
	sections = append(sections, budgetSection(), evidenceSection(p))
	checks := []Check{
		{Expr: `sum("funders", "amount") + cents("requested") <= sum("costs", "amount")`, Field: TableFunders, Message: i18n.Text{
			FR: "L’aide demandée et les autres financements dépassent le coût éligible : ensemble, ils ne financent pas plus que le projet ne coûte.", EN: "The aid requested and the other funders exceed the eligible cost: together, they fund no more than the project costs."}},
	}
	checks = append(checks,
		Check{Expr: `text("structure") != "" || ticked("in_creation", "yes")`, Field: AnswerStructure, Message: i18n.Text{
			FR: "Dites quelle structure demande, ou cochez qu’elle est en cours de création : les aides qui ne se cumulent pas se comptent par structure.",
			EN: "Say which structure asks, or tick that it is being created: aids that cannot be held together are counted by structure."}},
		Check{Expr: `text("structure") == "" || !ticked("in_creation", "yes")`, Field: AnswerStructure, Message: i18n.Text{
			FR: "Une structure que l’Agence connaît n’est pas en cours de création : gardez l’une des deux réponses.", EN: "A structure that the agency knows is not being created: keep one of the two answers."}})
	if info.Post {
		checks = append(checks, postChecks(p)...)
	}
	return Form{Sections: sections, Checks: checks}, criteria(info)
}

func criteria(info ProgrammeInfo) []Criterion {
	common := []Criterion{
		{Name: "need", Label: i18n.Text{FR: "Besoin du territoire", EN: "Need of the territory"}, Weight: 3},
		{Name: "team", Label: i18n.Text{FR: "Solidité de l’équipe", EN: "Strength of the team"}, Weight: 2},
		{Name: "feasibility", Label: i18n.Text{FR: "Faisabilité et calendrier", EN: "Feasibility and calendar"}, Weight: 2},
		{Name: "cost", Label: i18n.Text{FR: "Budget sincère et cofinancements", EN: "Sound budget and co-funding"}, Weight: 1},
	}
	if info.Post {
		common = append(common, Criterion{Name: "sharing", Label: i18n.Text{FR: "Apport du partage entre partenaires", EN: "What sharing brings to the partners"}, Weight: 2})
	}
	return common
}

func field(name string, kind Kind, required bool, fr, en string) Field {
	return Field{Name: name, Kind: kind, Required: required, Label: i18n.Text{FR: fr, EN: en}}
}

func hinted(f Field, fr, en string) Field {
	f.Hint = i18n.Text{FR: fr, EN: en}
	return f
}

func choice(name string, required bool, fr, en string, options ...Choice) Field {
	f := field(name, KindChoice, required, fr, en)
	f.Options = options
	return f
}

func option(value, fr, en string) Choice {
	return Choice{Value: value, Label: i18n.Text{FR: fr, EN: en}}
}

func table(name string, required bool, fr, en string, columns ...Field) Field {
	f := field(name, KindTable, required, fr, en)
	f.Columns = columns
	return f
}

func applicantSection() Section {
	return Section{Name: "applicant", Title: i18n.Text{FR: "Le porteur", EN: "The applicant"},
		Lead: i18n.Text{FR: "Ce que nous savons déjà de votre structure et de votre commune est rempli : corrigez-le au besoin.", EN: "What we already know of your structure and municipality is filled in: correct it where needed."},
		Fields: []Field{
			field(AnswerTitle, KindText, true, "Titre du projet", "Title of the project"),
			hinted(field(AnswerCommune, KindCommune, true, "Commune du projet", "Municipality of the project"), "Tapez son nom, puis « Chercher et remplir » : son code INSEE (91286 pour Grigny) et le diagnostic se remplissent.", "Type its name, then “Look up and fill in”: its INSEE code (91286 for Grigny) and the diagnosis fill in."),
			field("structure_name", KindText, true, "Nom de la structure ou de l’équipe", "Name of the structure or team"),
			hinted(field(AnswerStructure, KindText, false, "Structure déjà connue de l’Agence", "Structure the agency already knows"), "Tapez une partie de son nom ou son numéro FINESS, puis cherchez : son nom et ses numéros se remplissent. Le cumul des aides se vérifie sur elle.", "Type a part of its name or its FINESS number, then look it up: its name and numbers fill in. What may be held together is checked on it."),
			{Name: AnswerCreation, Kind: KindChoices, Label: i18n.Text{FR: "Structure en création", EN: "Structure being created"}, Options: []Choice{option("yes", "Elle est en cours de création : l’Agence ne la connaît pas encore", "It is being created: the agency does not know it yet")}},
			field("siret", KindSIRET, false, "SIRET, s’il existe", "SIRET, if any"),
			field("contact", KindText, true, "Personne à contacter", "Contact person"),
			hinted(field(AnswerEmail, KindEmail, true, "Adresse électronique", "E-mail address"), "L’accusé de réception et les demandes y seront envoyés.", "The receipt and requests will be sent there."),
			field("phone", KindPhone, false, "Téléphone", "Phone"),
		}}
}

func projectSection(extra ...Field) Section {
	fields := []Field{
		field("description", KindLong, true, "Le projet, en quelques paragraphes", "The project, in a few paragraphs"),
		hinted(field("diagnosis", KindLong, true, "Le besoin du territoire", "The need of the territory"), "Le diagnostic proposé vient de nos données ; complétez-le.", "The suggested diagnosis comes from our data; complete it."),
		table("team", true, "Les professionnels engagés", "The professionals committed",
			field("profession", KindText, true, "Profession", "Profession"), field("count", KindInt, true, "Nombre", "Count")),
	}
	return Section{Name: "project", Title: i18n.Text{FR: "Le projet", EN: "The project"}, Fields: append(fields, extra...)}
}

var stage = choice("works", true, "Nature des travaux", "Kind of works",
	option("creation", "Création", "Creation"), option("renovation", "Rénovation", "Renovation"), option("rehabilitation", "Réhabilitation", "Rehabilitation"))

// projectSections are what each programme asks about the project itself.
var projectSections = map[Programme][]Section{
	MSPFeasibility: {projectSection(
		field("provider", KindText, true, "Prestataire envisagé pour l’étude", "Provider considered for the study"),
		field("study_start", KindDate, true, "Début de l’étude", "Start of the study"), field("study_months", KindInt, true, "Durée de l’étude, en mois", "Length of the study, in months"))},
	MSPStartUp: {projectSection(
		field("health_project_on", KindDate, true, "Projet de santé validé le", "Health project validated on"),
		field("opening_on", KindDate, true, "Ouverture prévue le", "Opening planned on"), field("coordinator", KindYesNo, true, "Un coordinateur est-il désigné ?", "Is a coordinator appointed?"))},
	MSPRealEstate: {projectSection(stage, field("surface", KindInt, true, "Surface, en m²", "Surface, in m²"), field("owner", KindText, true, "Propriétaire des murs", "Owner of the premises"))},
	CDSAid: {projectSection(
		choice("stage", true, "Vous souhaitez", "You want to", option("create", "créer un centre", "create a centre"), option("extend", "étendre un centre existant", "extend an existing centre")),
		Field{Name: "finess", Kind: KindFINESS, Required: true, Label: i18n.Text{FR: "Numéro FINESS du centre", EN: "FINESS number of the centre"}, When: `text("stage") == "extend"`},
		field("gp_fte", KindInt, true, "Médecins généralistes salariés prévus", "Salaried GPs planned"))},
	ProtocolWalls: {projectSection(stage, field("doctors", KindInt, true, "Nombre de médecins dans les locaux", "Doctors in the premises"),
		field("to_msp", KindYesNo, true, "Le projet s’oriente-t-il vers une MSP ?", "Is the project heading for an MSP?"))},
	PracticeDifficulty: {projectSection(
		field("departures", KindInt, true, "Départs annoncés dans les deux ans", "Departures announced within two years"), field("over60", KindInt, true, "Médecins de 60 ans et plus", "Doctors aged 60 and over"),
		field("signal", KindLong, true, "Ce qui fragilise le cabinet", "What weakens the practice"))},
	GPRecruitment:          {recruitmentSection()},
	SharedSpecialist:       {projectSection(specialty())},
	SharedClinicalResearch: {researchSection()},
	SharedTownUniversity:   {trainingSection()},
	SharedTownHospitalSpec: {projectSection(specialty())},
	SharedTownHospitalGP:   {projectSection(field("service", KindText, true, "Service hospitalier d’accueil", "Hospital department"))},
	SalariedGP:             {salariedSection()},
}

func budgetSection() Section {
	return Section{Name: "budget", Title: i18n.Text{FR: "Budget et plan de financement", EN: "Budget and funding plan"}, Fields: []Field{
		table(TableCosts, true, "Coûts éligibles", "Eligible costs", field("label", KindText, true, "Poste de dépense", "Item"), field("amount", KindEuro, true, "Montant (€)", "Amount (€)")),
		table(TableFunders, false, "Autres financements", "Other funders", field("label", KindText, true, "Financeur", "Funder"), field("amount", KindEuro, true, "Montant (€)", "Amount (€)")),
		field(AnswerRequested, KindEuro, true, "Aide demandée à l’Agence (€)", "Aid requested from the agency (€)"),
		{Name: "total", Kind: KindComputed, Money: true, Label: i18n.Text{FR: "Coût éligible total", EN: "Total eligible cost"}, Expr: `sum("costs", "amount")`},
		{Name: "left", Kind: KindComputed, Money: true, Label: i18n.Text{FR: "Reste à financer", EN: "Left to fund"}, Expr: `sum("costs", "amount") - sum("funders", "amount") - cents("requested")`},
	}}
}

func evidenceSection(p Programme) Section {
	fields := []Field{}
	for _, e := range evidence[p] {
		fields = append(fields, field(e.Value, KindFile, true, e.Label.FR, e.Label.EN))
	}
	fields = append(fields, hinted(field("iban", KindIBAN, false, "IBAN de la structure", "IBAN of the structure"), "Il peut attendre la convention.", "It may wait for the agreement."))
	s := Section{Name: "evidence", Title: i18n.Text{FR: "Pièces", EN: "Evidence"}, Fields: fields}
	if info, _ := p.Info(); info.Post {
		s.Lead = unverifiedEvidence
	}
	return s
}

// evidence are the documents that each programme asks for.
var evidence = map[Programme][]Choice{
	MSPFeasibility:     {option("doc_quote", "Devis de l’étude", "Quote of the study")},
	MSPStartUp:         {option("doc_project", "Projet de santé", "Health project"), option("doc_budget", "Budget prévisionnel", "Forecast budget")},
	MSPRealEstate:      {option("doc_plans", "Plans des locaux", "Plans of the premises"), option("doc_quotes", "Devis des travaux", "Quotes of the works")},
	CDSAid:             {option("doc_project", "Projet de santé du centre", "Health project of the centre")},
	ProtocolWalls:      {option("doc_quotes", "Devis des travaux", "Quotes of the works"), option("doc_lease", "Titre de propriété ou bail", "Title or lease")},
	PracticeDifficulty: {option("doc_accounts", "Derniers comptes du cabinet", "Latest accounts of the practice")},

	GPRecruitment:          {jobDescription, option("doc_site", "Justificatif de l’adresse du lieu d’exercice", "Proof of the address of the practice site")},
	SharedSpecialist:       {commitments, jobDescription},
	SharedClinicalResearch: {commitments, option("doc_research", "Projet de recherche clinique", "Clinical research project")},
	SharedTownUniversity:   {commitments, option("doc_msu", "Attestation de maîtrise de stage, ou engagement à suivre la formation", "Trainer’s certificate, or commitment to follow the training")},
	SharedTownHospitalSpec: {commitments, jobDescription},
	SharedTownHospitalGP:   {commitments, jobDescription},
	SalariedGP:             {option("doc_employer", "Engagement de l’employeur à salarier le médecin", "Commitment of the employer to employ the doctor"), jobDescription},
}

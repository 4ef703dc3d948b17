package calls

import "maillage/internal/platform/i18n"

// What the calls for posts ask beside the rest. The facts are those of the domain: partners legally distinct, shares of time and of funding that sum
// to 100 %, the holder's RPPS before the start (invariant 7); 40 % of hospital time for town–hospital specialists (bicetre.aphp.fr); 1 November and
// 60/20/20 for the ASP (ARS Île-de-France); 40 to 60 % of hospital time for strand 1 of the recruitment (PAPS). What no verified source fixes (the
// list of the evidence, the rate of the other calls) says so on the page, and the officer changes it.

var unverifiedEvidence = i18n.Text{FR: "Pièces proposées par le modèle de l’appel. À vérifier : aucun texte que nous ayons pu lire n’en fixe la liste.",
	EN: "Evidence proposed by the template of the call. To be verified: no text that we could read fixes the list."}

var (
	commitments    = option("doc_commitments", "Engagement signé de chaque partenaire, avec ses parts de temps et de financement", "Signed commitment of each partner, with its shares of time and funding")
	jobDescription = option("doc_job", "Fiche de poste", "Job description")
)

// hospitalTime are the calls that say how much of the time is spent at a hospital.
var hospitalTime = map[Programme]i18n.Text{
	GPRecruitment:          {FR: "Volet 1 : 40 à 60 % du temps à l’hôpital (source : PAPS). Volet 2 : tout le temps est en ville.", EN: "Strand 1: 40 to 60% of the time at the hospital (source: PAPS). Strand 2: all the time is in town."},
	SharedTownHospitalSpec: {FR: "40 % de temps hospitalier, dont l’Agence finance 60 % (source : bicetre.aphp.fr).", EN: "40% of hospital time, of which the agency funds 60% (source: bicetre.aphp.fr)."},
	SharedTownHospitalGP:   {FR: "Part de l’Agence et part de temps hospitalier : à vérifier, aucun texte que nous ayons pu lire ne les fixe.", EN: "Share of the agency and share of hospital time: to be verified, no text that we could read fixes them."},
	SalariedGP:             {FR: "Part de l’Agence et part de temps hospitalier : à vérifier, aucun texte que nous ayons pu lire ne les fixe.", EN: "Share of the agency and share of hospital time: to be verified, no text that we could read fixes them."},
}

// otherTerms say the terms of the other calls.
var otherTerms = map[Programme]i18n.Text{
	SharedSpecialist:       {FR: "Deux années consécutives à compter du 1er novembre ; l’Agence finance 60 %, chacun des deux établissements 20 % (source : ARS Île-de-France).", EN: "Two years in a row from 1 November; the agency funds 60%, each of the two hospitals 20% (source: ARS Île-de-France)."},
	SharedClinicalResearch: {FR: "Part de l’Agence : à vérifier, aucun texte que nous ayons pu lire ne la fixe.", EN: "Share of the agency: to be verified, no text that we could read fixes it."},
	SharedTownUniversity:   {FR: "Part de l’Agence : à vérifier, aucun texte que nous ayons pu lire ne la fixe.", EN: "Share of the agency: to be verified, no text that we could read fixes it."},
}

// departures are when an application departs from terms that a source sets: it says why, and the agency judges.
var departures = map[Programme]string{
	SharedSpecialist:       `text("starts_on") != "" && !(text("starts_on") endsWith "-11-01")`,
	SharedTownHospitalSpec: `total("partners", "time") == 100 && total("partners", "hospital") != 40`,
}

func specialty() Field { return field("specialty", KindText, true, "Spécialité", "Specialty") }

func recruitmentSection() Section {
	return projectSection(
		choice("strand", true, "Volet", "Strand", option("1", "1 : exercice partagé ville–hôpital", "1: shared between town and hospital"), option("2", "2 : exercice salarié en structure ambulatoire", "2: salaried in an outpatient structure")),
		hinted(field("site", KindText, true, "Adresse du lieu d’exercice", "Address of the practice site"), "Il se trouve en ZIP, en ZAC ou en QPV.", "It lies in a ZIP, a ZAC or a QPV."),
		hinted(field("qpv", KindText, false, "Code du QPV, si le site y est", "QPV code, if the site lies in one"), "Par exemple QN09304M.", "For instance QN09304M."))
}

func researchSection() Section {
	return projectSection(
		field("protocols", KindLong, true, "Projets de recherche concernés", "Research projects concerned"),
		field("investigator", KindText, true, "Responsable des recherches", "Who leads the research"))
}

func trainingSection() Section {
	trained := field("msu_training", KindText, true, "Formation à la maîtrise de stage prévue (organisme et date)", "Trainer’s course planned (by whom and when)")
	trained.When = `text("msu") == "no"`
	return projectSection(
		field("university", KindText, true, "Département universitaire de médecine générale", "University department of general practice"),
		field("msu", KindYesNo, true, "Le médecin est-il maître de stage universitaire ?", "Is the doctor a university trainer?"), trained,
		field("trainees", KindInt, true, "Internes accueillis chaque année", "Residents hosted each year"))
}

func salariedSection() Section {
	return projectSection(field("employer", KindText, true, "Employeur du médecin", "Employer of the doctor"))
}

func postSection(p Programme) Section {
	terms, hospital := hospitalTime[p]
	columns := []Field{
		field("name", KindText, true, "Établissement ou structure", "Institution or structure"),
		field("siret", KindSIRET, false, "SIRET", "SIRET"),
		field("time", KindInt, true, "Quotité de temps (%)", "Share of time (%)"),
		field("funding", KindInt, true, "Part de financement (%)", "Share of funding (%)"),
	}
	if hospital {
		columns = append(columns, field("hospital", KindInt, false, "Dont temps à l’hôpital (%)", "Of which time at the hospital (%)"))
	} else {
		terms = otherTerms[p]
	}
	partners := table("partners", true, "Partenaires, l’Agence comprise", "Partners, the agency included", columns...)
	partners.Start = 3 // the agency and two others
	if p == SalariedGP {
		partners.Start = 2 // the agency and the employer
	}
	sites := table("sites", true, "Lieux d’exercice", "Practice sites", field("place", KindText, true, "Nom et adresse", "Name and address"),
		field("commune", KindCommune, true, "Code INSEE de la commune", "INSEE code of the municipality"), field("half_days", KindInt, false, "Demi-journées par semaine", "Half-days a week"))
	sites.Start = 1
	fields := []Field{
		partners,
		{Name: "time_total", Kind: KindComputed, Label: i18n.Text{FR: "Total des quotités (%)", EN: "Total of shares of time (%)"}, Expr: `total("partners", "time")`},
		{Name: "funding_total", Kind: KindComputed, Label: i18n.Text{FR: "Total des parts de financement (%)", EN: "Total of shares of funding (%)"}, Expr: `total("partners", "funding")`},
	}
	if p != GPRecruitment { // it asks its one site with its QPV
		fields = append(fields, sites)
	}
	fields = append(fields,
		field("starts_on", KindDate, true, "Prise de poste souhaitée", "Start wished for"),
		hinted(field("doctor_rpps", KindRPPS, false, "RPPS du titulaire, s’il est connu", "RPPS of the holder, if known"), "Il peut attendre la prise de poste, pas au-delà.", "It may wait for the start, no longer."))
	if when := departures[p]; when != "" {
		why := field("departure", KindLong, true, "Pourquoi s’écarter des conditions de l’appel ?", "Why depart from the terms of the call?")
		why.When = when
		fields = append(fields, why)
	}
	return Section{Name: "post", Title: i18n.Text{FR: "Le poste et ses partenaires", EN: "The post and its partners"}, Lead: terms, Fields: fields}
}

// postChecks bind the partners together.
func postChecks(p Programme) []Check {
	on := func(expr, fr, en string) Check {
		return Check{Expr: expr, Field: "partners", Message: i18n.Text{FR: fr, EN: en}}
	}
	all := []Check{
		on(`total("partners", "time") == 100`, "Les quotités de temps des partenaires doivent totaliser 100 %.", "The partners’ shares of time must sum to 100%."),
		on(`total("partners", "funding") == 100`, "Les parts de financement des partenaires doivent totaliser 100 %.", "The partners’ shares of funding must sum to 100%."),
		on(`entities("partners", "siret") == rows("partners")`, "Deux partenaires ont le même SIREN : un poste réunit des partenaires juridiquement distincts.", "Two partners have the same SIREN: a post joins partners that are legally distinct."),
	}
	if _, ok := hospitalTime[p]; ok {
		all = append(all, on(`total("partners", "hospital") <= total("partners", "time")`, "Le temps à l’hôpital dépasse le temps du poste.", "The time at the hospital exceeds the time of the post."))
	}
	switch p {
	case SalariedGP: // one employer may carry the post alone
	case GPRecruitment:
		all = append(all,
			on(`text("strand") != "1" || total("partners", "hospital") >= 40 && total("partners", "hospital") <= 60`, "Au volet 1, le médecin passe 40 à 60 % de son temps à l’hôpital.", "In strand 1, the doctor spends 40 to 60% of the time at the hospital."),
			on(`text("strand") != "2" || total("partners", "hospital") == 0`, "Au volet 2, tout le temps est en ville.", "In strand 2, all the time is in town."))
	default:
		all = append(all, on(`rows("partners") >= 2`, "Un poste partagé réunit au moins deux partenaires distincts.", "A shared post joins at least two distinct partners."))
	}
	return all
}

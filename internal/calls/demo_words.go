package calls

import (
	"fmt"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// What the dossiers of the demonstration say: one project for each programme, that a reader may believe and that says it is invented.

const demoMark = " (Projet inventé pour la démonstration.)"

// demoProjects are, for each programme, who asks and what for; %s is the commune.
var demoProjects = map[Programme]struct{ who, what string }{
	MSPFeasibility: {"Équipe de soins de %s", "Trois généralistes, deux infirmières et une kinésithérapeute de %s travaillent déjà ensemble sur les patients chroniques. Avant de s’engager sur des locaux, l’équipe veut savoir qui rejoindrait une maison de santé, où l’ouvrir et avec quel équilibre. L’étude dure six mois : entretiens avec les professionnels, trois sites comparés, budget des cinq premières années."},
	MSPStartUp:     {"Équipe de la MSP de %s", "Le projet de santé de la maison de santé de %s est validé ; l’équipe compte quatre généralistes, une sage-femme et cinq paramédicaux. L’aide paie la première année de coordination, le système d’information partagé et l’équipement commun, le temps que les rémunérations d’équipe prennent le relais."},
	MSPRealEstate:  {"SCI de la MSP de %s", "Quatre cabinets de %s, dispersés et sans accès pour les fauteuils roulants, se regroupent dans un ancien commerce de 420 m² cédé par la commune. Les travaux créent huit cabinets, une salle de réunion et un secrétariat commun ; l’ouverture suit la réception du chantier."},
	CDSAid:         {"Centre de santé de %s", "Le centre de santé de %s ouvre du lundi au samedi midi, en tiers payant. Il recrute deux généralistes salariés pour mille patients sans médecin traitant repérés par la caisse, et réserve chaque jour des créneaux aux demandes non programmées."},
	ProtocolWalls:  {"Cabinet de groupe de %s", "Le cabinet de groupe de %s n’a plus de place pour accueillir un confrère ni d’interne. Les travaux ajoutent deux cabinets, mettent l’entrée aux normes d’accessibilité et ouvrent une salle de soins partagée avec les infirmières du quartier."},
	PracticeDifficulty: {"Cabinet de groupe de %s",
		"Deux des quatre médecins du cabinet de %s partent dans les dix-huit mois et le secrétariat n’est plus couvert que trois jours sur cinq. L’audit de l’URPS propose un plan : recherche de successeurs avec la faculté, secrétariat partagé avec le cabinet voisin, soutien limité à l’année de transition."},
	GPRecruitment:          {"Centre municipal de santé de %s", "Le poste partage le temps d’un généraliste entre le centre municipal de santé de %s et le service d’urgences voisin : consultations suivies d’un côté, filière courte de l’autre. Le médecin recruté reprend huit cents patients sans médecin traitant."},
	SharedSpecialist:       {"Centre hospitalier de %s", "L’assistant partage son temps entre le centre hospitalier de %s et l’hôpital de recours. Il assure deux consultations avancées par semaine et une journée de bloc commune ; les deux équipes tiennent ensemble la permanence, qui reposait sur un seul praticien."},
	SharedClinicalResearch: {"Centre hospitalier de %s", "L’assistant ouvre à %s deux protocoles de recherche en soins premiers que l’hôpital universitaire coordonne. Il inclut les patients en ville, forme les investigateurs du territoire et rend compte chaque trimestre."},
	SharedTownUniversity:   {"Département de médecine générale, antenne de %s", "Le médecin exerce à %s et enseigne un jour par semaine. Il devient maître de stage, accueille deux internes chaque semestre et forme à son tour trois confrères de la ville, où aucun étudiant n’est reçu aujourd’hui."},
	SharedTownHospitalSpec: {"Centre hospitalier de %s", "Le spécialiste consulte trois jours par semaine en ville à %s et deux jours à l’hôpital. Les délais d’avis, de quatre mois aujourd’hui, doivent passer sous six semaines ; le suivi hospitalier se fait par la même personne."},
	SharedTownHospitalGP:   {"Centre hospitalier de %s", "Le généraliste suit ses patients de %s à la maison de santé et prend part, deux jours par semaine, à l’équipe mobile de gériatrie. Les sorties d’hôpital se préparent avec celui qui les reçoit."},
	SalariedGP:             {"Ville de %s", "La ville de %s salarie un généraliste adossé au centre de santé et à l’hôpital voisin. Le contrat assure le secrétariat, les remplacements et une demi-journée de coordination ; le médecin reprend la patientèle d’un confrère parti à la retraite."},
}

// demoContacts are invented people.
var demoContacts = []string{"Claire Aubert", "Mehdi Lefort", "Inès Carpentier", "Paul Nguyen", "Awa Traoré", "Julie Morvan", "Samuel Costa", "Nora Belkacem"}

// demoTexts answer the questions that need a name or a sentence.
var demoTexts = map[string]string{"provider": "Cabinet d’études Rives & Santé (inventé)", "owner": "La commune", "specialty": "Gériatrie", "service": "Équipe mobile de gériatrie", "site": "12, place du Marché (adresse inventée)",
	"protocols": "Dépistage de l’insuffisance cardiaque en ville ; observance après une sortie d’hôpital.", "investigator": "Pr Hélène Vasseur (inventée)", "university": "Département universitaire de médecine générale (inventé)",
	"employer": "La commune", "signal": "Départs en retraite annoncés, sans successeur."}

// demoCosts are what the money goes to, in hundredths of the cost.
var demoCosts = []struct {
	label string
	part  int64
}{{"Travaux, études et prestations", 55}, {"Équipement et système d’information", 30}, {"Coordination du projet", 15}}

func (d *demo) answers(x demoDossier, row *Dossier, place DemoPlace) Answers {
	said := demoProjects[x.call.Programme]
	a := Answers{AnswerTitle: row.Title, AnswerCommune: row.Commune, AnswerEmail: row.Email, "structure_name": fmt.Sprintf(said.who, place.Name), "contact": demoContacts[d.number%len(demoContacts)],
		"description":       fmt.Sprintf(said.what, place.Name) + demoMark,
		"diagnosis":         fmt.Sprintf("%s, zone %s. Un rendez-vous de médecine générale s’y attend plus d’une semaine, et deux médecins sur cinq y ont plus de 60 ans. (Constat inventé pour la démonstration.)", place.Name, place.Zone),
		"team.0.profession": "Médecin généraliste", "team.0.count": "3", "team.1.profession": "Infirmier", "team.1.count": "2", AnswerRequested: strconv.FormatInt(x.asked, 10)}
	if row.Structure == "" {
		a[AnswerCreation+".yes"] = "1"
	} else {
		a[AnswerStructure] = row.Structure
	}
	if x.mine {
		a["contact"] = demoActor(d.people.Applicant, "").Name
	}
	left := x.cost
	for i, part := range demoCosts {
		amount := x.cost * part.part / 100
		if i == len(demoCosts)-1 {
			amount = left
		}
		left -= amount
		a[Cell(TableCosts, i, "label")], a[Cell(TableCosts, i, "amount")] = part.label, strconv.FormatInt(amount, 10)
	}
	if other := (x.cost - x.asked) / 2; other > 0 {
		a[Cell(TableFunders, 0, "label")], a[Cell(TableFunders, 0, "amount")] = "Commune (délibération à venir)", strconv.FormatInt(other, 10)
	}
	for _, q := range x.call.Form.V.Fields() {
		if _, said := a[q.Name]; !said && q.Required {
			demoAnswer(a, q, x.filed)
		}
	}
	demoPost(a, x.call.Form.V, place)
	for k, v := range x.answers {
		a[k] = v
	}
	return a
}

// demoPost fills the partners and the sites of a shared post: their shares add up, and hold with what the calls ask.
func demoPost(a Answers, form Form, place DemoPlace) {
	partners, ok := form.Find("partners")
	if !ok {
		return
	}
	for i, one := range [][4]string{{"Agence régionale de santé", "0", "60", "0"}, {"Centre hospitalier (inventé)", "40", "20", "40"}, {"Maison de santé de " + place.Name + " (inventée)", "60", "20", "0"}} {
		for at, column := range []string{"name", "time", "funding", "hospital"} {
			for _, c := range partners.Columns {
				if c.Name == column {
					a[Cell("partners", i, column)] = one[at]
				}
			}
		}
	}
	if _, ok := form.Find("sites"); ok {
		a[Cell("sites", 0, "place")], a[Cell("sites", 0, "commune")], a[Cell("sites", 0, "half_days")] = "Maison de santé, "+place.Name, place.Code, "6"
	}
}

// demoAnswer fills a required question that the demonstration has nothing else to say about.
func demoAnswer(a Answers, q Field, filed time.Time) {
	switch q.Kind {
	case KindText, KindLong:
		a[q.Name] = "Inventé pour la démonstration"
		if text := demoTexts[q.Name]; text != "" {
			a[q.Name] = text
		}
	case KindInt:
		a[q.Name] = "4"
	case KindDate:
		months := 6
		if q.Name == "health_project_on" {
			months = -months // validated before
		}
		a[q.Name] = filed.AddDate(0, months, 0).Format(time.DateOnly)
	case KindYesNo:
		a[q.Name] = "yes"
	case KindChoice:
		a[q.Name] = q.Options[0].Value
	}
}

// demoActor names somebody of the demonstration in the record.
func demoActor(id, otherwise string) audit.Actor {
	for _, one := range accounts.DemoAccounts {
		if one.ID == id {
			return audit.Actor{ID: id, Name: one.Name}
		}
	}
	if otherwise == "" {
		otherwise = "Personne inventée"
	}
	return audit.Actor{ID: id, Name: otherwise}
}

// atOffice moves a moment to the next working day, between 10 and 17 in Paris; n spreads the hours.
func atOffice(t time.Time, n int) time.Time {
	p := t.In(i18n.Paris)
	for !clock.France.IsWorkingDay(p) {
		p = p.AddDate(0, 0, 1)
	}
	const first, hours, minutes = 10, 7, 60
	return time.Date(p.Year(), p.Month(), p.Day(), first+n*5%hours, n*17%minutes, 0, 0, i18n.Paris).UTC()
}

package initiatives

import (
	"context"

	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

const agencyPages = "ARS Île-de-France, pages « Accès territorial aux soins »"

func both(fr, en string) i18n.Text { return i18n.Text{FR: fr, EN: en} }

// demoCards are the four initiatives of the region that the national committee retained, told in our own words. What no source says is
// marked as not verified.
var demoCards = []struct {
	slug, departement string
	content           Content
}{
	{"consultation-avancee-grigny", "91", Content{Title: both("Une consultation avancée de médecine générale à Grigny", "An advanced general practice consultation in Grigny"), Where: "Grigny (91)", Since: "2017",
		Summary: both("Sept institutions se partagent les tâches pour qu’un praticien de l’hôpital voisin consulte dans un local de la ville.", "Seven institutions share the work so that a practitioner of the nearby hospital consults in premises of the town."),
		Evidence: []Evidence{{both("Institutions autour de la table", "Institutions at the table"), "7", agencyPages, true}, {both("Ouverture", "Opening"), "9 janvier 2017", "Dossier de l’initiative", false},
			{both("Au bout d’un an, les habitants ont adopté cette consultation", "After a year, inhabitants had adopted the consultation"), "", agencyPages, true}},
		Takes:    []i18n.Text{both("Un praticien hospitalier qui accepte de consulter hors les murs", "A hospital practitioner willing to consult outside"), both("Un local équipé, prêté par la commune", "Equipped premises lent by the town")},
		Partners: []i18n.Text{both("ARS", "Health agency"), both("Ville", "Town"), both("Conseil départemental", "Département council"), both("Préfecture", "Préfecture"), both("Hôpital", "Hospital"), both("CPAM", "Health insurance fund"), both("Conseil de l’ordre des médecins", "Medical council")},
		Cost:     both("Le temps du praticien ; les autres partenaires apportent en nature. Aucun montant n’est publié.", "The practitioner's time; other partners contribute in kind. No amount is published."),
		Steps:    []i18n.Text{both("Constater le besoin avec les chiffres d’accès aux soins", "Establish the need with figures of access"), both("Réunir les institutions et répartir les facettes", "Gather institutions and share the facets"), both("Signer, ouvrir, informer les professionnels et le public", "Sign, open, inform professionals and the public"), both("Faire le bilan au bout d’un an", "Review after a year")},
		Contact:  both("La délégation départementale de l’Essonne de l’ARS Île-de-France", "The Essonne delegation of the regional health agency"),
		See:      []Reference{{both("La consultation de Grigny : qui porte quoi, séances, bilans", "The consultation of Grigny: who owns what, sessions, reviews"), "/consultations/demo-grigny"}, {both("L’accès aux soins à Grigny", "Access to care in Grigny"), "/communes/91286"}},
		Funding:  []Reference{{both("Postes partagés ville–hôpital, généralistes : la règle et l’appel", "Shared town–hospital posts, GPs: the rule and the call"), "/regles/ville-hopital-generaliste"}}}},
	{"protocole-ars-urps", "", Content{Title: both("Le protocole entre l’ARS et les médecins libéraux", "The protocol between the agency and private doctors"), Where: "Île-de-France", Since: "6 juillet 2017",
		Summary: both("L’agence et l’union régionale des médecins investissent ensemble dans les murs des cabinets, et relèvent ceux que des départs fragilisent.", "The agency and the regional union of doctors invest together in the walls of practices, and help those that departures weaken."),
		Evidence: []Evidence{{both("Projets soutenus en un an", "Projects supported in a year"), "≈ 50", agencyPages, true}, {both("dont en chemin vers une maison de santé", "of which on the way to a health house"), "16", agencyPages, true},
			{both("Cabinets de groupe fragiles accompagnés", "Fragile group practices accompanied"), "≈ 10", agencyPages, true}, {both("Première année, d’après la presse", "First year, from the press"), "8,2 M€", "leconcoursmedical.fr", true}},
		Takes:    []i18n.Text{both("Un accord signé entre l’agence et l’union des médecins", "A signed agreement between the agency and the union of doctors"), both("Une enveloppe d’investissement", "An investment envelope")},
		Partners: []i18n.Text{both("ARS", "Health agency"), both("URPS médecins", "Regional union of doctors"), both("Cabinets de groupe et MSP", "Group practices and health houses")},
		Cost:     both("Une part des travaux, selon la zone et le nombre de médecins ; voir les règles en vigueur.", "A share of works, by zone and number of doctors; see the rules in force."),
		Steps:    []i18n.Text{both("Convenir des axes", "Agree on the axes"), both("Ouvrir un guichet commun pour les murs", "Open a common desk for walls"), both("Auditer les cabinets qui appellent à l’aide, puis les accompagner", "Audit practices that ask for help, then accompany them"), both("Revoir l’accord chaque année", "Review the agreement each year")},
		Contact:  both("L’ARS Île-de-France et l’URPS médecins", "The regional health agency and the regional union of doctors"),
		See:      []Reference{{both("Le protocole, ses axes et ses projets", "The protocol, its axes and projects"), "/protocoles"}},
		Funding:  []Reference{{both("Investissement dans les murs", "Investment in walls"), "/regles/protocole-murs"}, {both("Cabinet de groupe en difficulté", "Group practice in difficulty"), "/regles/protocole-difficulte"}}}},
	{"tele-expertise-dermatologie", "94", Content{Title: both("La télé-expertise en dermatologie", "Tele-expertise in dermatology"), Where: "Seine-et-Marne, Seine-Saint-Denis, Val-de-Marne", Since: "2018",
		Summary: both("Le généraliste photographie une lésion qui l’inquiète ; un dermatologue dit s’il faut voir le patient vite, et organise alors la consultation.", "The GP photographs a worrying lesion; a dermatologist says whether the patient must be seen soon, and then arranges it."),
		Evidence: []Evidence{{both("Généralistes participants", "GPs taking part"), "> 70", agencyPages, true}, {both("Dermatologues qui répondent", "Dermatologists who answer"), "≈ 10", agencyPages, true}, {both("Départements", "Départements"), "3", agencyPages, true},
			{both("Le délai d’accès au dermatologue raccourcit nettement ; aucune durée n’est publiée", "Time to a dermatologist shortens clearly; no length is published"), "", agencyPages, false}},
		Takes:    []i18n.Text{both("Une application qui protège les photographies", "An application that protects photographs"), both("Des dermatologues qui s’engagent sur un délai de réponse", "Dermatologists who commit to an answering time")},
		Partners: []i18n.Text{both("Dermatologues libéraux", "Private dermatologists"), both("Généralistes", "GPs"), both("ARS", "Health agency")},
		Cost:     both("Financé par l’ARS pendant l’expérimentation ; montant non publié.", "Funded by the agency during the experiment; amount not published."),
		Steps:    []i18n.Text{both("Réunir quelques dermatologues volontaires", "Gather a few willing dermatologists"), both("Former les généralistes à la prise de vue", "Train GPs to take photographs"), both("Mesurer les délais dès le premier jour", "Measure delays from the first day")},
		Contact:  both("La délégation départementale du Val-de-Marne de l’ARS Île-de-France", "The Val-de-Marne delegation of the regional health agency")}},
	{"cpts-paris-13", "75", Content{Title: both("Une communauté professionnelle territoriale de santé à Paris 13", "A territorial health community in Paris 13"), Where: "Paris 13ᵉ", Since: "2018",
		Summary: both("Les soignants libéraux d’un arrondissement s’organisent autour de parcours communs et signent une convention avec l’agence.", "The private carers of a district organise around common pathways and sign an agreement with the agency."),
		Evidence: []Evidence{{both("Professionnels engagés", "Professionals involved"), "≈ 150", agencyPages, true}, {both("Généralistes", "GPs"), "38", agencyPages, true}, {both("Infirmiers", "Nurses"), "30", agencyPages, true}, {both("Pharmaciens", "Pharmacists"), "46", agencyPages, true},
			{both("Projets de CPTS en création dans la région", "CPTS projects being created in the region"), "≈ 12", agencyPages, true}},
		Takes:    []i18n.Text{both("Un noyau de soignants qui se connaissent déjà", "A core of carers who already know one another"), both("Un projet de santé sur les besoins du quartier : périnatalité, grand âge, migrants, prévention", "A health project on local needs: perinatality, old age, migrants, prevention")},
		Partners: []i18n.Text{both("Pôle de santé Paris 13", "Paris 13 health group"), both("ARS", "Health agency"), both("Assurance maladie", "Health insurance")},
		Cost:     both("Selon la taille de la population ; voir les règles de l’accord conventionnel.", "By size of population; see the rules of the national agreement."),
		Steps:    []i18n.Text{both("Écrire la lettre d’intention", "Write the letter of intent"), both("Bâtir le projet de santé", "Build the health project"), both("Signer la convention", "Sign the agreement"), both("Élargir aux autres professions", "Widen to other professions")},
		Contact:  both("La délégation départementale de Paris de l’ARS Île-de-France", "The Paris delegation of the regional health agency"),
		See:      []Reference{{both("Les CPTS de la région", "The region’s CPTS"), "/structures?type=cpts"}},
		Funding:  []Reference{{both("L’accord conventionnel des CPTS", "The national agreement of CPTS"), "/regles/aci-cpts"}}}},
}

// SeedDemo publishes the four cards in an empty room. It does nothing when initiatives exist.
func (s *Service) SeedDemo(ctx context.Context, region string) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM initiative`); err != nil || n > 0 {
		return err
	}
	now := s.now()
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, card := range demoCards {
			x := &Initiative{ID: db.NewID(), Slug: card.slug, State: Published, Region: region, Dept: card.departement, Since: now, Version: 1, CreatedAt: now, UpdatedAt: now}
			x.Content.V = card.content
			if err := insert(ctx, tx, x); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, audit.Entry{At: now, Actor: audit.System, Action: "initiatives.demo", Object: audit.Object{Kind: object, ID: "demo"}, Text: "Initiatives de démonstration publiées"})
	})
}

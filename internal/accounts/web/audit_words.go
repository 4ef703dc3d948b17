package web

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// named is a code of the record and what it is called.
type named struct {
	Code string
	Name i18n.Text
}

// areas are the parts of the product that write in the record: what an action starts with.
var areas = []named{
	{"accounts.", i18n.Text{FR: "Comptes", EN: "Accounts"}},
	{"atlas.", i18n.Text{FR: "Carte et scénarios", EN: "Map and scenarios"}},
	{"audit.", i18n.Text{FR: "Journal d’audit", EN: "Audit record"}},
	{"calls.", i18n.Text{FR: "Appels et dossiers", EN: "Calls and applications"}},
	{"consultations.", i18n.Text{FR: "Consultations avancées", EN: "Outreach consultations"}},
	{"fhir.", i18n.Text{FR: "Logiciels reliés", EN: "Linked programs"}},
	{"funding.", i18n.Text{FR: "Conventions et paiements", EN: "Agreements and payments"}},
	{"initiatives.", i18n.Text{FR: "Initiatives", EN: "Initiatives"}},
	{"operations.", i18n.Text{FR: "Tâches du service", EN: "Jobs of the service"}},
	{"platform.", i18n.Text{FR: "Installation", EN: "Installation"}},
	{"posts.", i18n.Text{FR: "Postes", EN: "Posts"}},
	{"protocols.", i18n.Text{FR: "Protocoles", EN: "Protocols"}},
	{"reports.", i18n.Text{FR: "Bilans", EN: "Reports"}},
	{"rulebook.", i18n.Text{FR: "Règles des aides", EN: "Rules of aids"}},
	{"structures.", i18n.Text{FR: "Structures", EN: "Structures"}},
	{"telexpertise.", i18n.Text{FR: "Télé-expertise", EN: "Tele-expertise"}},
	{"territory.", i18n.Text{FR: "Données officielles", EN: "Official data"}},
}

// objects are what the record speaks of.
var objects = []named{
	{"accounts.organisation", i18n.Text{FR: "Organisation", EN: "Organisation"}},
	{"accounts.person", i18n.Text{FR: "Personne", EN: "Person"}},
	{"atlas.scenario", i18n.Text{FR: "Scénario", EN: "Scenario"}},
	{"calls.call", i18n.Text{FR: "Appel à projets", EN: "Call for projects"}},
	{"calls.committee", i18n.Text{FR: "Comité", EN: "Committee"}},
	{"calls.dossier", i18n.Text{FR: "Dossier", EN: "Application"}},
	{"consultations.consultation", i18n.Text{FR: "Consultation avancée", EN: "Outreach consultation"}},
	{"fhir.client", i18n.Text{FR: "Logiciel", EN: "Program"}},
	{"funding.batch", i18n.Text{FR: "Bordereau de paiement", EN: "Payment slip"}},
	{"funding.code", i18n.Text{FR: "Code comptable", EN: "Accounting code"}},
	{"funding.convention", i18n.Text{FR: "Convention", EN: "Agreement"}},
	{"initiatives.initiative", i18n.Text{FR: "Initiative", EN: "Initiative"}},
	{"platform.installation", i18n.Text{FR: "Installation", EN: "Installation"}},
	{"platform.job", i18n.Text{FR: "Tâche", EN: "Job"}},
	{"posts.recruitment", i18n.Text{FR: "Recrutement", EN: "Recruitment"}},
	{"posts.shared", i18n.Text{FR: "Poste partagé", EN: "Shared post"}},
	{"protocols.protocol", i18n.Text{FR: "Protocole", EN: "Protocol"}},
	{"rulebook.book", i18n.Text{FR: "Recueil de règles", EN: "Book of rules"}},
	{"rulebook.rule", i18n.Text{FR: "Règle", EN: "Rule"}},
	{"structures.difficulty", i18n.Text{FR: "Cabinet en difficulté", EN: "Practice in difficulty"}},
	{"structures.import", i18n.Text{FR: "Fichier de structures", EN: "File of structures"}},
	{"structures.structure", i18n.Text{FR: "Structure", EN: "Structure"}},
	{"telexpertise.case", i18n.Text{FR: "Demande de télé-expertise", EN: "Tele-expertise request"}},
	{"telexpertise.figures", i18n.Text{FR: "Chiffres de télé-expertise", EN: "Tele-expertise figures"}},
	{"telexpertise.list", i18n.Text{FR: "Liste de demandes", EN: "List of requests"}},
	{"telexpertise.pool", i18n.Text{FR: "Pool d’experts", EN: "Pool of experts"}},
	{"territory.collection", i18n.Text{FR: "Temps de trajet", EN: "Travel times"}},
	{"territory.dataset", i18n.Text{FR: "Jeu de données", EN: "Data set"}},
}

// facts are the names of the small facts of an entry.
var facts = map[string]i18n.Text{
	"after": {FR: "après", EN: "after"}, "answer": {FR: "réponse", EN: "answer"}, "attended": {FR: "venus", EN: "attended"}, "before": {FR: "avant", EN: "before"},
	"by": {FR: "par", EN: "by"}, "case": {FR: "demande", EN: "request"}, "cases": {FR: "demandes", EN: "requests"}, "cents": {FR: "montant", EN: "amount"},
	"changes": {FR: "changements", EN: "changes"}, "code": {FR: "code", EN: "code"}, "committee": {FR: "comité", EN: "committee"}, "count": {FR: "nombre", EN: "count"},
	"departure_on": {FR: "départ le", EN: "leaves on"}, "disposition": {FR: "suite", EN: "outcome"}, "dossier": {FR: "dossier", EN: "application"}, "due_on": {FR: "attendu le", EN: "due on"},
	"ends_on": {FR: "fin le", EN: "ends on"}, "every": {FR: "tous les (jours)", EN: "every (days)"}, "facet": {FR: "facette", EN: "facet"}, "field": {FR: "question", EN: "question"},
	"file": {FR: "fichier", EN: "file"}, "filename": {FR: "fichier", EN: "file"}, "from": {FR: "de", EN: "from"}, "granted_cents": {FR: "accordé", EN: "granted"},
	"hash": {FR: "empreinte", EN: "fingerprint"}, "held_on": {FR: "tenu le", EN: "held on"}, "how": {FR: "moyen", EN: "means"}, "instructor": {FR: "instructeur", EN: "officer in charge"},
	"into": {FR: "vers", EN: "into"}, "kind": {FR: "nature", EN: "kind"}, "km": {FR: "rayon (km)", EN: "radius (km)"}, "level": {FR: "niveau", EN: "level"}, "move": {FR: "passage", EN: "move"},
	"offer": {FR: "offre", EN: "offer"}, "on": {FR: "le", EN: "on"}, "opening": {FR: "accès", EN: "access"}, "outcome": {FR: "issue", EN: "outcome"}, "photo": {FR: "photo", EN: "photo"},
	"photos": {FR: "photos", EN: "photos"}, "proposed_cents": {FR: "proposé", EN: "proposed"}, "reference": {FR: "référence", EN: "reference"}, "region": {FR: "région", EN: "region"},
	"requested_cents": {FR: "demandé", EN: "requested"}, "rights": {FR: "droits", EN: "rights"}, "roles": {FR: "rôles", EN: "roles"}, "rows": {FR: "lignes", EN: "rows"},
	"scenario": {FR: "scénario", EN: "scenario"}, "server": {FR: "serveur", EN: "server"}, "sha256": {FR: "empreinte", EN: "fingerprint"}, "slot": {FR: "créneau", EN: "slot"},
	"slots": {FR: "créneaux", EN: "slots"}, "state": {FR: "état", EN: "state"}, "structure": {FR: "structure", EN: "structure"}, "taker": {FR: "expert", EN: "expert"},
	"to": {FR: "à", EN: "to"}, "urgency": {FR: "urgence", EN: "urgency"}, "verdict": {FR: "avis", EN: "verdict"}, "version": {FR: "version", EN: "version"}, "year": {FR: "année", EN: "year"}, "zone": {FR: "zone", EN: "zone"},
}

// details writes the small facts of an entry, by name. A name that nobody translated is shown as it was written.
func details(ctx context.Context, entry map[string]string) []string {
	list := make([]string, 0, len(entry))
	for _, name := range slices.Sorted(maps.Keys(entry)) {
		label := name
		if text, known := facts[name]; known {
			label = text.Ctx(ctx)
		}
		list = append(list, label+i18n.T(ctx, " : ", ": ")+factWords(ctx, name, entry[name]))
	}
	return list
}

// factWords writes the value of a fact: money in euros, roles by their names, a list with commas.
func factWords(ctx context.Context, name, value string) string {
	switch name {
	case "roles", "before", "after":
		return rolesWords(ctx, value)
	case "cases":
		return strings.Join(strings.Fields(strings.Trim(value, "[]")), ", ")
	}
	if cents, err := strconv.ParseInt(value, 10, 64); err == nil && strings.HasSuffix(name, "cents") {
		return i18n.Euro(ctx, cents)
	}
	return value
}

// rolesWords names the roles of an entry, each a code that its territory follows, from wide to narrow: "officer 11 94" is an officer in 94.
func rolesWords(ctx context.Context, value string) string {
	all := strings.Split(value, ", ")
	for i, one := range all {
		words := strings.Fields(one)
		if len(words) == 0 || !accounts.Role(words[0]).Valid() {
			continue
		}
		all[i] = accounts.Role(words[0]).Name().Ctx(ctx)
		if len(words) > 1 {
			all[i] += " (" + words[len(words)-1] + ")"
		}
	}
	return strings.Join(all, ", ")
}

// nameOf is what a code is called: by the code itself, or by what it starts with; "" when nobody named it.
func nameOf(ctx context.Context, list []named, code string) string {
	for _, n := range list {
		if n.Code == code || strings.HasSuffix(n.Code, ".") && strings.HasPrefix(code, n.Code) {
			return n.Name.Ctx(ctx)
		}
	}
	return ""
}

// codeOptions offers the codes by their names, and the one that an address asks for though it is not among them.
func codeOptions(ctx context.Context, list []named, asked string) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "Tout", "Everything")}}
	for _, n := range list {
		options = append(options, ui.Option{Value: n.Code, Label: n.Name.Ctx(ctx)})
	}
	if asked != "" && !slices.ContainsFunc(list, func(n named) bool { return n.Code == asked }) {
		options = append(options, ui.Option{Value: asked, Label: strings.TrimSpace(nameOf(ctx, list, asked) + " " + asked)})
	}
	return options
}

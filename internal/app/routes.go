package app

import (
	"context"
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/consultations"
	"maillage/internal/fhir"
	"maillage/internal/funding"
	"maillage/internal/initiatives"
	"maillage/internal/operations"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/protocols"
	"maillage/internal/reports"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
	telexpertiseweb "maillage/internal/telexpertise/web"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// entrance is a place in the navigation, shown to whoever may enter.
type entrance struct {
	href       string
	label      i18n.Text
	permission httpx.Permission
}

// area is a part of the product: its entrances are shown together once the reader is inside.
type area struct {
	label     i18n.Text
	entrances []entrance
}

// areas are in the order of the navigation.
var areas = []area{
	{i18n.Text{FR: "Territoire", EN: "Territory"}, []entrance{
		{"/region", i18n.Text{FR: "En bref", EN: "At a glance"}, atlas.PermRead},
		{"/carte", i18n.Text{FR: "Carte", EN: "Map"}, atlas.PermRead},
		{"/communes", i18n.Text{FR: "Communes", EN: "Municipalities"}, atlas.PermRead},
		{"/indicateurs", i18n.Text{FR: "Indicateurs", EN: "Indicators"}, atlas.PermRead},
		{"/bilan", i18n.Text{FR: "Bilan annuel", EN: "Yearly report"}, reports.PermRead},
		{"/simulateur", i18n.Text{FR: "Simulateur", EN: "Sandbox"}, atlas.PermRead},
		{"/placement", i18n.Text{FR: "Placement", EN: "Placement"}, atlas.PermRead},
	}},
	{i18n.Text{FR: "Structures", EN: "Structures"}, []entrance{
		{"/structures", i18n.Text{FR: "Structures", EN: "Structures"}, structures.PermRead},
		{"/cabinets-fragiles", i18n.Text{FR: "Cabinets fragiles", EN: "Fragile practices"}, structures.PermSignal},
	}},
	{i18n.Text{FR: "Aides et appels", EN: "Aids and calls"}, []entrance{
		{"/aides", i18n.Text{FR: "Que puis-je obtenir ?", EN: "What can I get?"}, rulebook.PermRead},
		{"/aides/cumul", i18n.Text{FR: "Cumul", EN: "Combinations"}, rulebook.PermRead},
		{"/regles", i18n.Text{FR: "Règles", EN: "Rules"}, rulebook.PermRead},
		{"/appels", i18n.Text{FR: "Appels à projets", EN: "Calls"}, calls.PermRead},
		{"/dossiers", i18n.Text{FR: "Mes dossiers", EN: "My applications"}, calls.PermRead},
		{"/avis", i18n.Text{FR: "Mes avis", EN: "My opinions"}, calls.PermReview},
	}},
	{i18n.Text{FR: "Instruction", EN: "Processing"}, []entrance{
		{"/instruction", i18n.Text{FR: "Dossiers", EN: "Applications"}, calls.PermInstruct},
		{"/comites", i18n.Text{FR: "Comités", EN: "Committees"}, calls.PermInstruct},
		{"/conventions", i18n.Text{FR: "Conventions", EN: "Agreements"}, funding.PermManage},
		{"/paiements", i18n.Text{FR: "Paiements", EN: "Payments"}, funding.PermPay},
		{"/enveloppes", i18n.Text{FR: "Enveloppes", EN: "Envelopes"}, funding.PermManage},
	}},
	{i18n.Text{FR: "Actions communes", EN: "Common actions"}, []entrance{
		{"/postes", i18n.Text{FR: "Postes partagés", EN: "Shared posts"}, posts.PermCalculate},
		{"/postes/recrutements", i18n.Text{FR: "Recrutements", EN: "Recruitments"}, posts.PermRead},
		{"/postes/calculateur", i18n.Text{FR: "Calculateur", EN: "Calculator"}, posts.PermCalculate},
		{"/consultations", i18n.Text{FR: "Consultations avancées", EN: "Advanced consultations"}, consultations.PermRead},
		{"/protocoles", i18n.Text{FR: "Protocoles", EN: "Protocols"}, protocols.PermRead},
		{"/initiatives", i18n.Text{FR: "Initiatives inspirantes", EN: "Inspiring initiatives"}, initiatives.PermRead},
	}},
	{i18n.Text{FR: "Télé-expertise", EN: "Tele-expertise"}, []entrance{
		{"/telexpertise", i18n.Text{FR: "Télé-expertise", EN: "Tele-expertise"}, telexpertise.PermEnter},
	}},
	{i18n.Text{FR: "Administration", EN: "Administration"}, []entrance{
		{"/administration/comptes", i18n.Text{FR: "Comptes", EN: "Accounts"}, accounts.PermPeopleSee},
		{"/administration/organisations", i18n.Text{FR: "Organisations", EN: "Organisations"}, accounts.PermPeopleManage},
		{"/administration/donnees", i18n.Text{FR: "Données officielles", EN: "Official data"}, territory.PermImport},
		{"/administration/finess", i18n.Text{FR: "FINESS", EN: "FINESS"}, structures.PermImport},
		{"/administration/logiciels", i18n.Text{FR: "Logiciels reliés", EN: "Linked programs"}, fhir.PermClients},
		{"/administration/audit", i18n.Text{FR: "Journal d’audit", EN: "Audit record"}, accounts.PermAudit},
		{"/administration/sante", i18n.Text{FR: "État du service", EN: "State of the service"}, operations.PermSee},
		{"/administration/taches", i18n.Text{FR: "Tâches", EN: "Jobs"}, operations.PermSee},
	}},
}

// besides are pages that belong to an entrance without standing below it.
var besides = map[string]string{"/departements": "/indicateurs"}

// navigation gives the areas that a reader may enter, each leading to its first open entrance, and the entrances of the area where the
// reader stands when it has several.
func navigation(ctx context.Context, actor accounts.Actor, path string) (main, here []ui.Link) {
	if strings.HasPrefix(path, "/dossiers/") && actor.CanSomewhere(calls.PermInstruct) {
		path = "/instruction" // the same page, for who handles it
	}
	for _, a := range areas {
		var open []ui.Link
		inside := false
		for _, e := range a.entrances {
			if actor.CanSomewhere(e.permission) {
				l := ui.Link{Href: e.href, Label: e.label.Ctx(ctx), Here: e.href == besides[path] || e.href == path}
				open = append(open, l)
				inside = inside || l.Current(path)
			}
		}
		if len(open) == 0 {
			continue
		}
		main = append(main, ui.Link{Href: open[0].Href, Label: a.label.Ctx(ctx), Here: inside})
		if inside && len(open) > 1 {
			here = open
		}
	}
	return main, here
}

var permSite = accounts.Declare("site.read", i18n.Text{FR: "Lire les pages publiques", EN: "Read the public pages"}, accounts.Anyone)

// routes gathers the tables of every room.
func (a *App) routes() []httpx.Route {
	var all []httpx.Route
	atlasPages := a.atlasPages()
	a.calls.WithScenarios(keptScenarios{atlasPages}).WithStructures(knownStructures{a.structures})
	all = append(all, a.deskPages(atlasPages).Routes()...)
	all = append(all, atlasPages.Routes()...)
	all = append(all, a.accountPages.Routes()...)
	all = append(all, a.operationPages().Routes()...)
	all = append(all, telexpertiseweb.New(a.telexpertise, a.notifications.PublicKey()).Routes()...)
	all = append(all, a.territoryPages.Routes()...)
	all = append(all, aboutRoutes()...)
	all = append(all, a.structurePages(atlasPages).Routes()...)
	all = append(all, a.rulePages().Routes()...)
	all = append(all, a.callPages.Routes()...)
	all = append(all, a.fundingPages.Routes()...)
	all = append(all, a.postPages().Routes()...)
	all = append(all, a.consultationPages().Routes()...)
	all = append(all, a.initiativePages().Routes()...)
	all = append(all, a.protocolPages().Routes()...)
	all = append(all, a.reportPages().Routes()...)
	all = append(all, openAPIRoutes()...)
	all = append(all, a.fhirPages().Routes()...)
	all = append(all, a.notificationPages().Routes()...)
	all = append(all, httpx.Route{Method: http.MethodGet, Path: "/", Permission: permSite, Handler: notFound})
	return all
}

func notFound(http.ResponseWriter, *http.Request) error { return httpx.NoPage() }

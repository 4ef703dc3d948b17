package app

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/funding"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
	telexpertiseweb "maillage/internal/telexpertise/web"
)

// entrance is a place in the navigation, shown to whoever may enter.
type entrance struct {
	href       string
	label      i18n.Text
	permission httpx.Permission
}

// entrances are in the order of the navigation.
var entrances = []entrance{
	{"/carte", i18n.Text{FR: "Carte", EN: "Map"}, atlas.PermRead},
	{"/communes", i18n.Text{FR: "Communes", EN: "Municipalities"}, atlas.PermRead},
	{"/structures", i18n.Text{FR: "Structures", EN: "Structures"}, structures.PermRead},
	{"/aides", i18n.Text{FR: "Aides", EN: "Aids"}, rulebook.PermRead},
	{"/indicateurs", i18n.Text{FR: "Indicateurs", EN: "Indicators"}, atlas.PermRead},
	{"/simulateur", i18n.Text{FR: "Simulateur", EN: "Sandbox"}, atlas.PermRead},
	{"/appels", i18n.Text{FR: "Appels à projets", EN: "Calls"}, calls.PermRead},
	{"/instruction", i18n.Text{FR: "Instruction", EN: "Processing"}, calls.PermInstruct},
	{"/conventions", i18n.Text{FR: "Conventions", EN: "Agreements"}, funding.PermManage},
	{"/avis", i18n.Text{FR: "Mes avis", EN: "My opinions"}, calls.PermReview},
	{"/telexpertise", i18n.Text{FR: "Télé-expertise", EN: "Tele-expertise"}, telexpertise.PermEnter},
	{"/administration/comptes", i18n.Text{FR: "Administration", EN: "Administration"}, accounts.PermPeopleSee},
}

var permSite = accounts.Declare("site.read", i18n.Text{FR: "Lire les pages publiques", EN: "Read the public pages"}, accounts.Anyone)

// routes gathers the tables of every room.
func (a *App) routes() []httpx.Route {
	var all []httpx.Route
	all = append(all, a.atlasPages().Routes()...)
	all = append(all, a.accountPages.Routes()...)
	all = append(all, telexpertiseweb.New(a.telexpertise).Routes()...)
	all = append(all, a.territoryPages.Routes()...)
	all = append(all, aboutRoutes()...)
	all = append(all, a.structurePages().Routes()...)
	all = append(all, a.rulePages().Routes()...)
	all = append(all, a.callPages.Routes()...)
	all = append(all, a.fundingPages.Routes()...)
	all = append(all, httpx.Route{Method: http.MethodGet, Path: "/", Permission: permSite, Handler: notFound})
	return all
}

func notFound(http.ResponseWriter, *http.Request) error {
	return fault.NotFound("Cette adresse ne mène à aucune page. Vérifiez-la, ou repartez de l'accueil.", "This address leads to no page. Check it, or start from the front page.")
}

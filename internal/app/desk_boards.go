package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/consultations"
	consultationsweb "maillage/internal/consultations/web"
	"maillage/internal/desk"
	"maillage/internal/operations"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory/intake"
)

// deskBoards are the common actions of a partner: who owns what, with the gaps.
func (a *App) deskBoards(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.Has(accounts.RolePartner) {
		return desk.Part{}, nil
	}
	all, err := a.consultations.List(ctx, actor, "")
	if err != nil {
		return desk.Part{}, err
	}
	part := desk.Part{Lead: i18n.Text{FR: "Chaque partenaire porte au moins une facette ; ce que personne ne porte est en rouge.", EN: "Each partner owns at least one facet; what nobody owns is in red."}}
	for _, c := range all {
		f, err := a.consultations.Get(ctx, actor, c.ID)
		if err != nil {
			return part, err
		}
		if !f.TakesPart {
			continue
		}
		part.Sections = append(part.Sections, desk.Section{Key: "board-" + c.ID, Title: i18n.Text{FR: c.Title, EN: c.Title}, Body: consultationsweb.Board(c), Wide: true,
			More: desk.Link{Href: "/consultations/" + c.ID, Label: i18n.Text{FR: "Ouvrir l’action", EN: "Open the action"}}})
		if len(part.Links) == 0 {
			part.Links = boardLinks(c)
		}
	}
	if len(part.Sections) == 0 {
		part.Sections = []desk.Section{{Key: "boards", Title: i18n.Text{FR: "Actions communes", EN: "Common actions"}, Empty: i18n.Text{FR: "Aucune action commune ne compte encore votre institution. L’agence vous y invitera.", EN: "No common action counts your institution yet. The agency will invite you."}}}
	}
	return part, nil
}

func boardLinks(c *consultations.Consultation) []desk.Link {
	page := "/consultations/" + c.ID
	links := []desk.Link{{Href: page + "#porter", Label: i18n.Text{FR: "Porter une facette", EN: "Own a facet"}, Icon: "handshake"}}
	if c.OpenedOn != "" {
		links = append([]desk.Link{{Href: page + "#declarer", Label: i18n.Text{FR: "Déclarer une séance", EN: "Report a session"}, Icon: "send", Main: true}}, links...)
	}
	return links
}

// deskHealth tells an administrator that all is well, or what is not: the checks of the page that says the state of the service.
func (a *App) deskHealth(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.Has(accounts.RoleAdmin) {
		return desk.Part{}, nil
	}
	checks, err := a.operations.Health(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	people, err := a.accounts.People(ctx, actor, accounts.PeopleQuery{})
	if err != nil {
		return desk.Part{}, err
	}
	supply, err := a.deskSupply(ctx)
	if err != nil {
		return desk.Part{}, err
	}
	const page = "/administration/sante"
	worst := operations.Worst(checks)
	health := desk.Section{Key: "health", Title: i18n.Text{FR: "Santé du système", EN: "Health of the system"}, More: desk.Link{Href: page, Label: i18n.Text{FR: "État du service", EN: "State of the service"}}}
	for _, c := range checks {
		detail := c.Says.Ctx(ctx)
		if !c.Do.Empty() {
			detail += " " + c.Do.Ctx(ctx)
		}
		health.Items = append(health.Items, desk.Item{Title: c.Name.Ctx(ctx), Detail: detail, Href: page, Badge: c.State.Name().Ctx(ctx), Tone: healthTones[c.State]})
	}
	return desk.Part{
		Links: []desk.Link{{Href: "/administration/comptes/invitation", Label: i18n.Text{FR: "Inviter une personne", EN: "Invite a person"}, Icon: "user-plus", Main: true}},
		Lead:  healthLeads[worst],
		Sections: []desk.Section{health, {Key: "people", Title: i18n.Text{FR: "Comptes et règles", EN: "Accounts and rules"}, Items: []desk.Item{
			{Title: i18n.T(ctx, "Comptes", "Accounts"), Detail: i18n.N(ctx, people.Total, "%s personne", "%s personnes", "%s person", "%s people"), Href: "/administration/comptes"},
			{Title: i18n.T(ctx, "Organisations", "Organisations"), Href: "/administration/organisations"},
			supply,
			{Title: i18n.T(ctx, "Règles et montants", "Rules and amounts"), Href: "/regles"},
			{Title: i18n.T(ctx, "Registre FINESS", "FINESS register"), Href: "/administration/finess"},
		}}},
	}, nil
}

var healthTones = map[operations.State]string{operations.Well: "good", operations.Warning: "warn", operations.Wrong: "late"}

var healthLeads = map[operations.State]i18n.Text{
	operations.Well:    {FR: "Tout va bien.", EN: "All is well."},
	operations.Warning: {FR: "Le service marche ; une partie est à surveiller.", EN: "The service works; a part is to be watched."},
	operations.Wrong:   {FR: "Une partie du service est en défaut : voyez ce qu’il faut faire.", EN: "A part of the service is wrong: see what to do."},
}

// deskSupply says where the supply of care comes from; outside a demonstration, an invented one needs a look.
func (a *App) deskSupply(ctx context.Context) (desk.Item, error) {
	snap, err := a.territory.Now(ctx)
	if err != nil {
		return desk.Item{}, err
	}
	item := desk.Item{Title: i18n.T(ctx, "Données du territoire", "Data of the territory"), Detail: i18n.T(ctx, "Offre de soins importée", "Supply of care imported"), Href: "/administration/donnees"}
	if snap.Origin(intake.GPSupply).Demo {
		item.Detail = i18n.T(ctx, "Offre de soins de démonstration : importez le fichier officiel", "Demonstration supply of care: import the official file")
		if !a.cfg.Demo {
			item.Badge, item.Tone = i18n.T(ctx, "à regarder", "needs a look"), "late"
		}
	}
	return item, nil
}

package app

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/consultations"
	consultationsweb "maillage/internal/consultations/web"
	"maillage/internal/desk"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
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

// deskHealth tells an administrator that all is well, or what is not.
func (a *App) deskHealth(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.Has(accounts.RoleAdmin) {
		return desk.Part{}, nil
	}
	now := a.cfg.Clock.Now()
	good, bad := i18n.T(ctx, "tout va bien", "all is well"), i18n.T(ctx, "à regarder", "needs a look")
	check := func(title, detail, href string, well bool) desk.Item {
		item := desk.Item{Title: title, Detail: detail, Href: href, Badge: good, Tone: "good"}
		if !well {
			item.Badge, item.Tone = bad, "late"
		}
		return item
	}
	counts, err := jobs.Counts(ctx, a.DB)
	if err != nil {
		return desk.Part{}, err
	}
	dead, waiting := 0, 0
	for _, c := range counts {
		switch c.State {
		case jobs.Dead:
			dead += c.N
		case jobs.Queued, jobs.Running:
			waiting += c.N
		}
	}
	lag, err := jobs.Lag(ctx, a.DB, now)
	if err != nil {
		return desk.Part{}, err
	}
	people, err := a.accounts.People(ctx, actor, accounts.PeopleQuery{})
	if err != nil {
		return desk.Part{}, err
	}
	snap, err := a.territory.Now(ctx)
	if err != nil {
		return desk.Part{}, err
	}
	demo := snap.Origin(intake.GPSupply).Demo
	supply := i18n.T(ctx, "Offre de soins importée", "Supply of care imported")
	if demo {
		supply = i18n.T(ctx, "Offre de soins de démonstration : importez le fichier officiel", "Demonstration supply of care: import the official file")
	}
	record, err := a.recordHealth(ctx, now)
	if err != nil {
		return desk.Part{}, err
	}
	return desk.Part{
		Links: []desk.Link{{Href: "/administration/comptes/invitation", Label: i18n.Text{FR: "Inviter une personne", EN: "Invite a person"}, Icon: "user-plus", Main: true}},
		Lead:  i18n.Text{FR: "L’installation répond.", EN: "The installation answers."},
		Sections: []desk.Section{{Key: "health", Title: i18n.Text{FR: "Santé du système", EN: "Health of the system"}, Items: []desk.Item{
			check(i18n.T(ctx, "Base de données", "Database"), i18n.T(ctx, "répond, au bon schéma", "answers, at the right schema"), "/administration/audit", true),
			check(i18n.T(ctx, "Tâches de fond", "Background jobs"), i18n.Tf(ctx, "%s en attente, %s abandonnées ; la plus ancienne attend depuis %s s", "%s waiting, %s given up; the oldest has waited %s s", i18n.Int(ctx, waiting), i18n.Int(ctx, dead), i18n.Int(ctx, int(lag.Seconds()))),
				"/administration/audit", dead == 0 && lag < 10*time.Minute),
			check(i18n.T(ctx, "Journal d’audit", "Audit record"), record, "/administration/audit", true),
			check(i18n.T(ctx, "Données du territoire", "Data of the territory"), supply, "/administration/donnees", !demo || a.cfg.Demo),
		}}, {Key: "people", Title: i18n.Text{FR: "Comptes et règles", EN: "Accounts and rules"}, Items: []desk.Item{
			{Title: i18n.T(ctx, "Comptes", "Accounts"), Detail: i18n.Tf(ctx, "%s personnes", "%s people", i18n.Int(ctx, people.Total)), Href: "/administration/comptes"},
			{Title: i18n.T(ctx, "Organisations", "Organisations"), Href: "/administration/organisations"},
			{Title: i18n.T(ctx, "Règles et montants", "Rules and amounts"), Href: "/regles"},
			{Title: i18n.T(ctx, "Registre FINESS", "FINESS register"), Href: "/administration/finess"},
		}}},
	}, nil
}

// recordHealth says how much the audit record holds and when it was last signed.
func (a *App) recordHealth(ctx context.Context, _ time.Time) (string, error) {
	var entries int64
	if err := a.DB.GetContext(ctx, &entries, "SELECT COUNT(*) FROM audit_entry"); err != nil {
		return "", err
	}
	return i18n.Tf(ctx, "%s écritures, chaînées et signées chaque heure", "%s entries, chained and signed each hour", i18n.Int(ctx, entries)), nil
}

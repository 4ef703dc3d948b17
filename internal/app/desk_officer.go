package app

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/consultations"
	"maillage/internal/desk"
	"maillage/internal/funding"
	"maillage/internal/initiatives"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
)

// near is how far ahead the desk of an officer shows deadlines.
const near = 14 * 24 * time.Hour

// deskFiles are the dossiers of an officer's territory, each once: those with a near deadline that somebody has in hand, those that nobody
// has, and the reader's own with time left.
func (a *App) deskFiles(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(calls.PermInstruct) {
		return desk.Part{}, nil
	}
	soon := a.cfg.Clock.Now().Add(near)
	urgent := desk.Section{Key: "urgent", Title: i18n.Text{FR: "Échéances à quatorze jours", EN: "Deadlines within fourteen days"}, More: desk.Link{Href: "/instruction?sort=due", Label: i18n.Text{FR: "Toutes, par échéance", EN: "All, by deadline"}},
		Empty: i18n.Text{FR: "Aucun dossier pris en charge n’arrive à échéance dans les quatorze jours.", EN: "No application in hand falls due within fourteen days."}}
	free := desk.Section{Key: "free", Title: i18n.Text{FR: "À prendre en charge", EN: "Nobody has them yet"}, More: desk.Link{Href: "/instruction?etat=filed&instructeur=-", Label: i18n.Text{FR: "Attribuer", EN: "Assign"}}}
	mine := desk.Section{Key: "mine", Title: i18n.Text{FR: "Mes dossiers, sans échéance proche", EN: "My files, with time left"}, More: desk.Link{Href: "/instruction?instructeur=" + actor.ID, Label: i18n.Text{FR: "Tous mes dossiers", EN: "All my files"}},
		Empty: i18n.Text{FR: "Aucun autre dossier ne vous est confié.", EN: "No other application is given to you."}}
	for _, list := range []struct {
		section *desk.Section
		filter  calls.Inbox
	}{
		{&urgent, calls.Inbox{Taken: true, DueBefore: soon, Sort: "due"}},
		{&free, calls.Inbox{State: string(calls.Filed), Unassigned: true, Sort: "due"}},
		{&mine, calls.Inbox{Instructor: actor.ID, Owner: accounts.RoleOfficer, Calm: soon, Sort: "requested"}},
	} {
		if err := a.fillFiles(ctx, actor, list.section, list.filter); err != nil {
			return desk.Part{}, err
		}
	}
	return desk.Part{
		Links:    []desk.Link{{Href: "/instruction", Label: i18n.Text{FR: "Ouvrir l’instruction", EN: "Open processing"}, Icon: "folder-open", Main: true}},
		Sections: []desk.Section{urgent, free, mine},
	}, nil
}

// fillFiles puts the first dossiers of a filter in a section, with how many there are and the deadlines of them all.
func (a *App) fillFiles(ctx context.Context, actor accounts.Actor, s *desk.Section, f calls.Inbox) error {
	f.Limit = deskShown
	first, total, err := a.calls.Inbox(ctx, actor, f)
	if err != nil {
		return err
	}
	s.Items, s.Total, s.Counted = fileItems(ctx, first), total, &desk.Deadlines{}
	if !f.Calm.IsZero() {
		return nil
	}
	now, late, within := a.cfg.Clock.Now(), f, f
	late.DueBefore, late.Limit, within.DueBefore, within.Limit = now, 0, desk.Soon(now), 0
	if _, s.Counted.Late, err = a.calls.Inbox(ctx, actor, late); err != nil {
		return err
	}
	_, both, err := a.calls.Inbox(ctx, actor, within)
	s.Counted.Soon = both - s.Counted.Late
	return err
}

func fileItems(ctx context.Context, all []calls.Dossier) []desk.Item {
	items := make([]desk.Item, 0, len(all))
	for _, d := range all {
		item := desk.Item{Title: d.Title, Detail: d.Number, Href: "/dossiers/" + d.ID, Badge: calls.DossierLife.Label(d.State).Ctx(ctx), Tone: fileTone(d)}
		if d.Requested > 0 {
			item.Detail += " · " + i18n.Euro(ctx, d.Requested)
		}
		if d.DueAt != nil {
			item.Due = *d.DueAt
		}
		items = append(items, item)
	}
	return items
}

func fileTone(d calls.Dossier) string {
	switch d.State {
	case calls.ToComplete, calls.Postponed:
		return "warn"
	case calls.Granted, calls.Committed, calls.Paying, calls.Settled:
		return "good"
	case calls.Refused, calls.Withdrawn, calls.Draft:
		return ""
	}
	return "info"
}

// deskCommittees are the sittings to come, and what waits for one.
func (a *App) deskCommittees(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(calls.PermInstruct) {
		return desk.Part{}, nil
	}
	sessions, err := a.calls.Sessions(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "committees", Title: i18n.Text{FR: "Comités", EN: "Committees"}, More: desk.Link{Href: "/comites", Label: i18n.Text{FR: "Préparer une séance", EN: "Prepare a sitting"}},
		Empty: i18n.Text{FR: "Aucune séance n’est prévue.", EN: "No sitting is planned."}}
	for _, one := range sessions {
		held, err := time.ParseInLocation(time.DateOnly, one.HeldOn, i18n.Paris)
		if err != nil || one.Over(a.calls.Today()) {
			continue
		}
		s.Items = append(s.Items, desk.Item{Title: one.Title, Detail: i18n.T(ctx, "Dossier de séance : liste classée, enveloppe, votes", "Committee pack: ranked list, envelope, votes"), Href: "/comites/" + one.ID,
			Due: held.Add(18 * time.Hour)})
	}
	s.Items = desk.ByDue(s.Items)
	return desk.Part{Sections: []desk.Section{s}}, nil
}

// deskMoney are the agreements that wait for the agency, and payments to send to the accountant.
func (a *App) deskMoney(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(funding.PermManage) {
		return desk.Part{}, nil
	}
	conventions, err := a.funding.Conventions(ctx, actor, funding.Filter{Waiting: true})
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "money", Title: i18n.Text{FR: "Conventions et paiements", EN: "Agreements and payments"}, More: desk.Link{Href: "/conventions?faire=1", Label: i18n.Text{FR: "Toutes celles qui attendent l’Agence", EN: "All that wait for the agency"}}}
	for _, c := range conventions {
		item := desk.Item{Title: c.Title, Detail: c.Number + " · " + i18n.Euro(ctx, c.Granted), Href: "/conventions/" + c.ID, Tone: "info"}
		switch {
		case c.State == funding.Signed:
			item.Badge = i18n.T(ctx, "à engager", "to commit")
		case c.Filed > 0:
			item.Badge = i18n.T(ctx, "compte rendu à examiner", "report to examine")
		case c.Late > 0:
			item.Badge, item.Tone = i18n.T(ctx, "compte rendu en retard", "report late"), "late"
		case actor.ID == c.Instructor || actor.ID == c.Decider:
			continue // a colleague orders what this reader processed or decided
		default:
			item.Badge = i18n.T(ctx, "tranche à ordonner", "tranche to order")
		}
		s.Items = append(s.Items, item)
	}
	orders, err := a.funding.Orders(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	if cents := sumOrders(orders); len(orders) > 0 {
		s.Items = append([]desk.Item{{Title: i18n.N(ctx, len(orders), "%s ordre de paiement attend le comptable", "%s ordres de paiement attendent le comptable", "%s payment order waits for the accountant", "%s payment orders wait for the accountant"), Detail: i18n.Euro(ctx, cents), Href: "/paiements"}}, s.Items...)
	}
	return desk.Part{Sections: []desk.Section{s}}, nil
}

func sumOrders(orders []funding.PaymentOrder) (cents int64) {
	for _, o := range orders {
		cents += o.Cents
	}
	return cents
}

// deskAlerts are what the territory asks of its officers: successions to prepare, actions with a gap or a review to hold.
func (a *App) deskAlerts(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	s := desk.Section{Most: deskShown, Key: "alerts", Title: i18n.Text{FR: "Alertes du territoire", EN: "Alerts of the territory"}}
	if actor.CanSomewhere(posts.PermManage) {
		due, _, err := a.posts.ListShared(ctx, actor, posts.Filter{Alert: true, Limit: deskShown})
		if err != nil {
			return desk.Part{}, err
		}
		for _, p := range due {
			item := desk.Item{Title: p.Title, Detail: i18n.T(ctx, "Succession à préparer", "Succession to prepare"), Href: "/postes/partages/" + p.ID}
			if p.EndsOn.Valid() {
				item.Due = p.EndsOn.Time()
			}
			s.Items = append(s.Items, item)
		}
	}
	if actor.CanSomewhere(consultations.PermManage) {
		all, err := a.consultations.List(ctx, actor, "")
		if err != nil {
			return desk.Part{}, err
		}
		s.Items = append(s.Items, a.commonAlerts(ctx, actor, all)...)
	}
	s.Items = desk.ByDue(s.Items)
	return desk.Part{Sections: []desk.Section{s}}, nil
}

func (a *App) commonAlerts(ctx context.Context, actor accounts.Actor, all []*consultations.Consultation) (items []desk.Item) {
	for _, c := range all {
		if !actor.Can(consultations.PermManage, c.Scope()) {
			continue
		}
		if gaps := c.Gaps(); len(gaps) > 0 && c.State != consultations.Closed && c.State != consultations.Transformed {
			items = append(items, desk.Item{Title: c.Title, Detail: i18n.Tf(ctx, "Facettes sans porteur : %s", "Facets nobody owns: %s", gapNames(ctx, gaps)), Href: "/consultations/" + c.ID, Badge: i18n.T(ctx, "à couvrir", "to cover"), Tone: "late"})
		}
		if c.State == consultations.Review || c.DueAt != nil && c.DueAt.Before(a.cfg.Clock.Now().AddDate(0, 2, 0)) {
			item := desk.Item{Title: c.Title, Detail: i18n.T(ctx, "Bilan annuel à tenir", "Yearly review to hold"), Href: "/consultations/" + c.ID}
			if c.DueAt != nil {
				item.Due = *c.DueAt
			}
			items = append(items, item)
		}
	}
	return items
}

func gapNames(ctx context.Context, gaps []consultations.Facet) string {
	words := ""
	for k, f := range gaps {
		if k > 0 {
			words += ", "
		}
		words += f.Name().Ctx(ctx)
	}
	return words
}

// deskInitiatives are those that wait for the agency.
func (a *App) deskInitiatives(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(initiatives.PermManage) {
		return desk.Part{}, nil
	}
	all, err := a.initiatives.List(ctx, actor, "")
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "initiatives", Title: i18n.Text{FR: "Initiatives à qualifier ou à publier", EN: "Initiatives to qualify or publish"}, More: desk.Link{Href: "/initiatives", Label: i18n.Text{FR: "Toutes", EN: "All"}}}
	for _, x := range all {
		switch x.State {
		case initiatives.Spotted, initiatives.Qualified, initiatives.Retained:
			s.Items = append(s.Items, desk.Item{Title: x.Content.V.Title.Ctx(ctx), Detail: x.Content.V.Where, Href: "/initiatives/" + x.Slug, Badge: initiatives.Life.Label(x.State).Ctx(ctx), Tone: "info"})
		}
	}
	return desk.Part{Sections: []desk.Section{s}}, nil
}

// firstItems cuts a list whose room counts it otherwise.
func firstItems(items []desk.Item) []desk.Item { return items[:min(deskShown, len(items))] }

package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/desk"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
)

// deskPractices are the group practices that wait for the reader: at risk and helped by nobody, signalled, audited and without a plan for
// officers; the audits entrusted to a reviewer.
func (a *App) deskPractices(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	officer := actor.Has(accounts.RoleOfficer)
	if !officer && !actor.Has(accounts.RoleReviewer) {
		return desk.Part{}, nil
	}
	all, err := a.structures.Frail(ctx, actor, a.cfg.Region, structures.FrailFilter{})
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "practices", Title: i18n.Text{FR: "Cabinets fragiles", EN: "Fragile practices"}, More: desk.Link{Href: "/cabinets-fragiles", Label: i18n.Text{FR: "Toute la liste", EN: "The whole list"}}}
	for _, f := range all {
		if item, waits := practiceItem(ctx, f, officer); waits {
			s.Items = append(s.Items, item)
		}
	}
	return desk.Part{Sections: []desk.Section{s}}, nil
}

func practiceItem(ctx context.Context, f structures.Frail, officer bool) (desk.Item, bool) {
	item := desk.Item{Title: f.Name, Detail: i18n.Tf(ctx, "%d points sur %d", "%d points of %d", f.Score, f.Most), Href: "/structures/" + f.ID, Badge: i18n.T(ctx, "à risque", "at risk"), Tone: "warn"}
	if f.Case == nil {
		return item, officer
	}
	item.Href, item.Badge = "/cabinets-fragiles/"+f.Case.ID, f.Case.StateLabel().Ctx(ctx)
	if f.Case.State == structures.Audit && f.Case.AuditDue != "" {
		item.Due = f.Case.AuditDue.Time()
	}
	switch f.Case.State {
	case structures.Signalled:
		return item, officer
	case structures.Audit:
		return item, true
	case structures.Planning:
		return item, officer && f.Case.Plan == ""
	}
	return item, false
}

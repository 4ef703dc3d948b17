package app

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
	"maillage/internal/structures"
)

// frontTeasers are what the region's front page tells of the other rooms, each with a line of what is there now. A region without
// anything to tell of a room leaves it out.
func (a *App) frontTeasers(ctx context.Context, actor accounts.Actor, region string) ([]atlas.Teaser, error) {
	var all []atlas.Teaser
	for _, tell := range []func(context.Context, accounts.Actor, string) (atlas.Teaser, error){a.aidsTeaser, a.callsTeaser, a.initiativesTeaser, a.structuresTeaser} {
		one, err := tell(ctx, actor, region)
		if err != nil {
			return nil, err
		}
		if one.Line != "" {
			all = append(all, one)
		}
	}
	return all, nil
}

// aidsTeaser counts the aids in force that hold in a region.
func (a *App) aidsTeaser(ctx context.Context, _ accounts.Actor, region string) (atlas.Teaser, error) {
	t := atlas.Teaser{Title: i18n.Text{FR: "Que puis-je obtenir\u202f?", EN: "What can I get?"}, Icon: "handshake", Href: "/aides"}
	book, err := a.rules.Book(ctx)
	if err != nil {
		return t, err
	}
	n := 0
	for _, r := range book.On(a.rules.Today()) {
		if r.Kind == rulebook.KindAid && (r.Region == "" || r.Region == region) {
			n++
		}
	}
	if n > 0 {
		t.Line = i18n.Tf(ctx, "%s aides en vigueur pour s’installer, ouvrir une maison ou un centre de santé, recruter\u00a0: montants, conditions, cumuls.", "%s aids in force to set up, open a health house or centre, or recruit: amounts, conditions, combinations.", i18n.Int(ctx, n))
	}
	return t, nil
}

// callsTeaser tells how many calls are open, and which closes first.
func (a *App) callsTeaser(ctx context.Context, actor accounts.Actor, region string) (atlas.Teaser, error) {
	t := atlas.Teaser{Title: i18n.Text{FR: "Appels à projets", EN: "Calls for projects"}, Icon: "calendar", Href: "/appels"}
	all, err := a.calls.Calls(ctx, actor)
	if err != nil {
		return t, err
	}
	var first *calls.Call
	n, now := 0, a.cfg.Clock.Now()
	for i := range all {
		if c := &all[i]; c.Region == region && c.Open(now) {
			n++
			if first == nil || c.ClosesAt.Before(first.ClosesAt) {
				first = c
			}
		}
	}
	switch n {
	case 0:
	case 1:
		t.Line = i18n.Tf(ctx, "Un appel est ouvert, jusqu’au %s\u00a0: « %s ».", "One call is open, until %s: “%s”.", i18n.Date(ctx, first.ClosesAt), first.Title.V.Ctx(ctx))
	default:
		t.Line = i18n.Tf(ctx, "%s appels ouverts. Prochaine clôture le %s\u00a0: « %s ».", "%s open calls. The next closes on %s: “%s”.", i18n.Int(ctx, n), i18n.Date(ctx, first.ClosesAt), first.Title.V.Ctx(ctx))
	}
	return t, nil
}

// initiativesTeaser counts the region's initiatives and names the first.
func (a *App) initiativesTeaser(ctx context.Context, actor accounts.Actor, region string) (atlas.Teaser, error) {
	t := atlas.Teaser{Title: i18n.Text{FR: "Initiatives inspirantes", EN: "Inspiring initiatives"}, Icon: "lightbulb", Href: "/initiatives"}
	all, err := a.initiatives.List(ctx, actor, "")
	if err != nil {
		return t, err
	}
	n, example := 0, ""
	for _, x := range all {
		if x.Region != region || !x.Public() {
			continue
		}
		if n++; example == "" {
			example = x.Content.V.Title.Ctx(ctx)
		}
	}
	switch n {
	case 0:
	case 1:
		t.Line = i18n.Tf(ctx, "Une initiative publiée, avec ses preuves et son mode d’emploi\u00a0: « %s ».", "One initiative, with its evidence and how to copy it: “%s”.", example)
	default:
		t.Line = i18n.Tf(ctx, "%s initiatives publiées, avec leurs preuves et leur mode d’emploi, dont « %s ».", "%s initiatives, with their evidence and how to copy them, such as “%s”.", i18n.Int(ctx, n), example)
	}
	return t, nil
}

// structuresTeaser counts the structures of a region by the kinds that people look for.
func (a *App) structuresTeaser(ctx context.Context, _ accounts.Actor, region string) (atlas.Teaser, error) {
	t := atlas.Teaser{Title: i18n.Text{FR: "Structures de soins", EN: "Care structures"}, Icon: "building-2", Href: "/structures"}
	count, err := a.structures.Count(ctx, region)
	if err != nil {
		return t, err
	}
	var parts []string
	for _, kind := range []structures.Kind{structures.CDS, structures.MSP, structures.GroupPractice, structures.CPTS} {
		if n := count[kind]; n > 0 {
			parts = append(parts, i18n.Int(ctx, n)+" "+kindWords[kind].of(n).Ctx(ctx))
		}
	}
	if len(parts) > 0 {
		t.Line = i18n.Tf(ctx, "%s\u00a0: où elles sont, où elles en sont.", "%s: where they are, where they stand.", strings.Join(parts, ", "))
	}
	return t, nil
}

// counted is a word after a number.
type counted struct{ one, many i18n.Text }

func (c counted) of(n int) i18n.Text {
	if n == 1 {
		return c.one
	}
	return c.many
}

var kindWords = map[structures.Kind]counted{
	structures.CDS:           {i18n.Text{FR: "centre de santé", EN: "health centre"}, i18n.Text{FR: "centres de santé", EN: "health centres"}},
	structures.MSP:           {i18n.Text{FR: "maison de santé", EN: "health house"}, i18n.Text{FR: "maisons de santé", EN: "health houses"}},
	structures.GroupPractice: {i18n.Text{FR: "cabinet de groupe", EN: "group practice"}, i18n.Text{FR: "cabinets de groupe", EN: "group practices"}},
	structures.CPTS:          {i18n.Text{FR: "CPTS", EN: "CPTS"}, i18n.Text{FR: "CPTS", EN: "CPTS"}},
}

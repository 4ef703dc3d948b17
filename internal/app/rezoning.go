package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/rulebook"
)

// filedDossiers gives dossiers to the simulator of rezoning: filing froze their zone, so that they keep what they asked for.
type filedDossiers struct{ calls *calls.Service }

// Subjects lists the dossiers of a region whose programme has a rule.
func (f filedDossiers) Subjects(ctx context.Context, region string) ([]rulebook.Subject, error) {
	dossiers, err := f.calls.Standing(ctx, region)
	if err != nil {
		return nil, err
	}
	var subjects []rulebook.Subject
	for i := range dossiers {
		d := &dossiers[i]
		rule, ok := ruleOf[d.Programme]
		if !ok || d.Frozen.V == nil {
			continue
		}
		label := d.Number + " " + d.Title
		subjects = append(subjects, rulebook.Subject{Kind: "dossier", ID: d.ID, Label: i18n.Text{FR: label, EN: label}, Href: "/dossiers/" + d.ID, Commune: d.Commune,
			Aids: []string{rule}, QPV: len(d.Frozen.V.QPV) > 0, Decided: true, Zone: d.Frozen.V.Zone})
	}
	return subjects, nil
}

// draftDossiers gives what is being written: nothing is frozen yet, so that a new zoning opens or closes the aid. Nobody reads a draft
// but its author: the simulator shows a programme and a commune, and leads nowhere.
type draftDossiers struct{ calls *calls.Service }

// Subjects lists the drafts of a region whose programme has a rule.
func (f draftDossiers) Subjects(ctx context.Context, region string) ([]rulebook.Subject, error) {
	drafts, err := f.calls.UnderWay(ctx, region)
	if err != nil {
		return nil, err
	}
	var subjects []rulebook.Subject
	for i := range drafts {
		d := &drafts[i]
		if rule, ok := ruleOf[d.Programme]; ok {
			subjects = append(subjects, rulebook.Subject{Kind: "draft", ID: d.ID, Label: d.Programme.Name(), Commune: d.Commune, Aids: []string{rule}})
		}
	}
	return subjects, nil
}

// postSubjects gives recruitments: those whose zone is not verified yet may gain or lose; the others were decided with the zone of that day.
type postSubjects struct{ posts *posts.Service }

// Subjects lists the recruitments of a region.
func (p postSubjects) Subjects(ctx context.Context, region string) ([]rulebook.Subject, error) {
	const page = 5000
	var subjects []rulebook.Subject
	for offset := 0; ; offset += page {
		all, total, err := p.posts.ListGP(ctx, accounts.System("simulation"), posts.Filter{Limit: page, Offset: offset})
		if err != nil {
			return nil, err
		}
		for _, g := range all {
			if g.Region != region || g.State == posts.Ended || g.State == posts.Vacant {
				continue
			}
			rule := map[int]string{1: "400-mg-volet-1", 2: "400-mg-volet-2"}[g.Strand]
			zone := g.Zone
			if zone == "QPV" { // the neighbourhood decided, whatever the commune's zone
				zone = "HZ"
			}
			subjects = append(subjects, rulebook.Subject{Kind: "post", ID: g.ID, Label: i18n.Text{FR: g.Title, EN: g.Title}, Href: "/postes/recrutements/" + g.ID, Commune: g.Commune,
				Aids: []string{rule}, QPV: g.QPV != "", Decided: g.State != posts.Open, Zone: zone})
		}
		if offset+page >= total {
			return subjects, nil
		}
	}
}

// sharedSubjects gives the shared posts, once for each of their sites. One that is selected is decided; one that comes from a filed
// dossier keeps the zone that filing froze.
type sharedSubjects struct {
	posts *posts.Service
	calls *calls.Service
}

// Subjects lists the shared posts of a region that are prepared or held.
func (s sharedSubjects) Subjects(ctx context.Context, region string) ([]rulebook.Subject, error) {
	placed, err := s.posts.Placed(ctx, region)
	if err != nil {
		return nil, err
	}
	dossiers, err := s.calls.Standing(ctx, region)
	if err != nil {
		return nil, err
	}
	frozen := map[string]*calls.Freeze{}
	for i := range dossiers {
		frozen[dossiers[i].ID] = dossiers[i].Frozen.V
	}
	subjects := make([]rulebook.Subject, 0, len(placed))
	for _, p := range placed {
		label := p.Title + i18n.T(ctx, " : ", ": ") + p.Site
		x := rulebook.Subject{Kind: "shared", ID: p.ID, Label: i18n.Text{FR: label, EN: label}, Href: "/postes/partages/" + p.ID, Commune: p.Commune,
			Aids: []string{sharedRule[p.Kind]}, Decided: p.Decided()}
		if f := frozen[p.Dossier]; f != nil {
			x.Decided, x.Zone, x.QPV = true, f.Zone, len(f.QPV) > 0
		}
		subjects = append(subjects, x)
	}
	return subjects, nil
}

// sharedRule is the rule of each kind of shared post.
var sharedRule = func() map[posts.Kind]string {
	rules := map[posts.Kind]string{}
	for programme, kind := range postKinds {
		rules[kind] = ruleOf[programme]
	}
	return rules
}()

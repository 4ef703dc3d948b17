package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	atlasweb "maillage/internal/atlas/web"
	"maillage/internal/calls"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
)

// keptScenarios gives dossiers the what-ifs of the sandbox.
type keptScenarios struct{ pages *atlasweb.Pages }

// Frozen writes a scenario in both languages, as it stands today.
func (k keptScenarios) Frozen(ctx context.Context, actor accounts.Actor, id string) (calls.FrozenScenario, error) {
	ctx = accounts.WithActor(ctx, actor)
	fr, err := k.pages.Summarise(i18n.With(ctx, i18n.FR), id)
	if err != nil {
		return calls.FrozenScenario{}, err
	}
	en, err := k.pages.Summarise(i18n.With(ctx, i18n.EN), id)
	if err != nil {
		return calls.FrozenScenario{}, err
	}
	f := calls.FrozenScenario{Name: fr.Saved.Name, Note: fr.Saved.Note, Author: fr.Saved.OwnerName, SavedAt: fr.Saved.UpdatedAt, Address: fr.Address,
		Changes: inBoth(fr.Changes, en.Changes), Caveats: inBoth(fr.Caveats, en.Caveats)}
	for n, row := range fr.Rows {
		f.Figures = append(f.Figures, calls.ScenarioFigure{Label: row.Label, Before: i18n.Text{FR: row.Before, EN: en.Rows[n].Before}, After: i18n.Text{FR: row.After, EN: en.Rows[n].After}})
	}
	for _, s := range fr.Sites {
		f.Sites = append(f.Sites, calls.ScenarioSite{Code: s.Code, Name: s.Name, Before: s.Before, After: s.After})
	}
	return f, nil
}

func inBoth(fr, en []string) []i18n.Text {
	all := make([]i18n.Text, 0, len(fr))
	for k := range min(len(fr), len(en)) {
		all = append(all, i18n.Text{FR: fr[k], EN: en[k]})
	}
	return all
}

// Kept lists the reader's scenarios.
func (k keptScenarios) Kept(ctx context.Context, actor accounts.Actor) ([]calls.ScenarioChoice, error) {
	mine, err := k.pages.Scenarios.Mine(ctx, actor)
	if err != nil {
		return nil, err
	}
	all := make([]calls.ScenarioChoice, 0, len(mine))
	for _, s := range mine {
		all = append(all, calls.ScenarioChoice{ID: s.ID, Name: s.Name})
	}
	return all, nil
}

// openDossiers are those that a reader may join a scenario to: one's own, and those one processes.
func (a *App) openDossiers(ctx context.Context, actor accounts.Actor) ([]atlas.Hit, error) {
	all, err := a.calls.Mine(ctx, calls.Reader{Actor: actor})
	if err != nil {
		return nil, err
	}
	if actor.CanSomewhere(calls.PermInstruct) {
		processed, _, err := a.calls.Inbox(ctx, actor, calls.Inbox{Owner: accounts.RoleOfficer, Sort: "due", Limit: 200})
		if err != nil {
			return nil, err
		}
		all = append(all, processed...)
	}
	var hits []atlas.Hit
	for _, d := range all {
		if !over(d.State) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Dossier", EN: "Application"}, Title: d.Title, Detail: d.Number, Href: "/dossiers/" + d.ID + "/scenarios"})
		}
	}
	return hits, nil
}

func over(s lifecycle.State) bool { return calls.DossierLife.State(s).Terminal }

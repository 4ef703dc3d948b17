package app

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
	"maillage/internal/rulebook"
	rulebookweb "maillage/internal/rulebook/web"
	"maillage/internal/structures"
	structuresweb "maillage/internal/structures/web"
	"maillage/internal/territory"
)

// openProgrammes makes the rooms of structures and of rules. Structures read sizes, missions and terms in the rule book.
func (a *App) openProgrammes(ctx context.Context) error {
	var err error
	if a.rules, err = rulebook.Open(ctx, a.DB, a.cfg.Clock); err != nil {
		return err
	}
	a.structures = structures.New(a.DB, a.cfg.Clock, a.rules)
	a.jobs.Periodic("structures.clocks", jobs.Every(time.Hour), func(ctx context.Context, _ *jobs.Job) error {
		_, err := a.structures.Sweep(ctx)
		return err
	})
	if a.cfg.Demo {
		return a.structures.SeedDemo(ctx)
	}
	return nil
}

// ImportFINESS imports the official register from the server's console.
func ImportFINESS(ctx context.Context, cfg Config, cmd structures.ImportCommand) (*structures.Diff, error) {
	store, err := db.Open(ctx, cfg.DB)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	if _, err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	rules, err := rulebook.Open(ctx, store, cfg.Clock)
	if err != nil {
		return nil, err
	}
	return structures.New(store, cfg.Clock, rules).Import(ctx, accounts.System("maillage import finess"), cmd)
}

func (a *App) structurePages() *structuresweb.Pages {
	return &structuresweb.Pages{Service: a.structures, Places: a.territory, Region: a.cfg.Region}
}

func (a *App) rulePages() *rulebookweb.Pages {
	return &rulebookweb.Pages{Rules: a.rules, Structures: a.structures, Places: a.territory, Region: a.cfg.Region,
		Computed: computedZones{a.atlas}.zone, Sources: []rulebook.SubjectSource{filedDossiers{a.calls}}}
}

// computedZones gives the zone that access alone suggests.
type computedZones struct{ atlas *atlas.Atlas }

func (c computedZones) zone(ctx context.Context, code string) (string, bool) {
	commune, ok := territory.Embedded().Commune(code)
	if !ok {
		return "", false
	}
	region, err := c.atlas.Region(ctx, commune.Region, atlas.DefaultDecay)
	if err != nil {
		return "", false // nothing to suggest: the page says that no zoning is loaded
	}
	place, ok := region.Find(code)
	if !ok {
		return "", false // a divided commune: its arrondissements have zones, it has none
	}
	return region.ZoneOf(place).Class, true
}

// filedDossiers gives dossiers to the simulator of rezoning: filing froze their zone, so that they keep what they asked for.
type filedDossiers struct{ calls *calls.Service }

// Subjects lists the dossiers of a region whose programme has a rule.
func (f filedDossiers) Subjects(ctx context.Context, region string) ([]rulebook.Subject, error) {
	const page = 1000
	var subjects []rulebook.Subject
	for offset := 0; ; offset += page {
		dossiers, total, err := f.calls.Inbox(ctx, accounts.System("simulation"), calls.Inbox{Limit: page, Offset: offset})
		if err != nil {
			return nil, err
		}
		for _, d := range dossiers {
			rule, ok := ruleOf[d.Programme]
			if !ok || d.Region != region || d.Frozen.V == nil {
				continue
			}
			subjects = append(subjects, rulebook.Subject{Kind: "dossier", ID: d.ID, Label: d.Number + " " + d.Title, Href: "/dossiers/" + d.ID, Commune: d.Commune,
				Aids: []string{rule}, QPV: len(d.Frozen.V.QPV) > 0, Decided: true, Zone: d.Frozen.V.Zone})
		}
		if offset+page >= total {
			return subjects, nil
		}
	}
}

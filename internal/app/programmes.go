package app

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
	"maillage/internal/rulebook"
	rulebookweb "maillage/internal/rulebook/web"
	"maillage/internal/structures"
	structuresweb "maillage/internal/structures/web"
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
	return &rulebookweb.Pages{Rules: a.rules, Structures: a.structures, Places: a.territory, Region: a.cfg.Region}
}

package app

import (
	"context"

	"maillage/internal/rulebook"
	rulebookweb "maillage/internal/rulebook/web"
	"maillage/internal/structures"
)

// openProgrammes makes the rooms of structures and of rules. Structures read sizes, missions and terms in the rule book.
func (a *App) openProgrammes(ctx context.Context) error {
	var err error
	if a.rules, err = rulebook.Open(ctx, a.DB, a.cfg.Clock); err != nil {
		return err
	}
	a.structures = structures.New(a.DB, a.cfg.Clock, a.rules)
	return nil
}

func (a *App) rulePages() *rulebookweb.Pages {
	return &rulebookweb.Pages{Rules: a.rules, Structures: a.structures, Places: a.territory, Region: a.cfg.Region}
}

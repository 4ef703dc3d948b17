package app

import (
	"context"

	"maillage/internal/initiatives"
	initiativesweb "maillage/internal/initiatives/web"
)

// openInitiatives makes the room of inspiring initiatives.
func (a *App) openInitiatives(ctx context.Context) error {
	a.initiatives = initiatives.New(a.DB, a.cfg.Clock)
	if !a.cfg.Demo {
		return nil
	}
	return a.initiatives.SeedDemo(ctx, a.cfg.Region)
}

func (a *App) initiativePages() *initiativesweb.Pages {
	return &initiativesweb.Pages{Initiatives: a.initiatives, Region: a.cfg.Region}
}

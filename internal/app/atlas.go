package app

import (
	"maillage/internal/atlas"
	atlasweb "maillage/internal/atlas/web"
)

// atlasPages makes the pages of the region's map, over the territory as it stands.
func (a *App) atlasPages() *atlasweb.Pages {
	return &atlasweb.Pages{Atlas: a.atlas, Scenarios: atlas.NewService(a.DB, a.cfg.Clock)}
}

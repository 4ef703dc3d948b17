package app

import (
	"maillage/internal/territory"
	territoryweb "maillage/internal/territory/web"
)

// openTerritory makes the room of official data and its share of the queue.
func (a *App) openTerritory() {
	a.territory = territory.New(a.DB, a.cfg.Clock, a.cfg.Demo)
	a.territory.RegisterJobs(a.jobs)
	a.territoryPages = &territoryweb.Pages{Service: a.territory, Clock: a.cfg.Clock, Poke: a.jobs.Poke}
}

package app

import (
	"context"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	territoryweb "maillage/internal/territory/web"
)

// openTerritory makes the room of official data and its share of the queue.
func (a *App) openTerritory() {
	a.territory = territory.New(a.DB, a.cfg.Clock, a.cfg.Demo)
	a.territory.RegisterJobs(a.jobs)
	a.territoryPages = &territoryweb.Pages{Service: a.territory, Clock: a.cfg.Clock, Poke: a.jobs.Poke}
}

// ground is the territory that the atlas is drawn from: what is in force today. It is put together again only when that changes.
func (a *App) ground(ctx context.Context) (*atlas.Ground, error) {
	snap, err := a.territory.Now(ctx)
	if err != nil {
		return nil, err
	}
	a.groundLock.Lock()
	defer a.groundLock.Unlock()
	if a.groundOf == snap {
		return a.groundNow, nil
	}
	past, err := a.territory.SupplyHistory(ctx, snap)
	if err != nil {
		return nil, err
	}
	a.groundOf, a.groundNow = snap, groundFrom(snap, past)
	return a.groundNow, nil
}

// groundFrom says in the atlas's terms what a snapshot holds.
func groundFrom(snap *territory.Snapshot, past []territory.PastSupply) *atlas.Ground {
	n := len(snap.France.Communes)
	g := &atlas.Ground{Version: snap.Key(), France: snap.France, Supply: make([]territory.FTE, n), DemoSupply: snap.Origin(intake.GPSupply).Demo,
		Quarters: map[string][]atlas.Quarter{}}
	has := func(kind intake.Kind) bool { return !snap.Origin(kind).Missing() }
	if has(intake.Zones) {
		g.Zones = map[string]atlas.Zone{}
	}
	if has(intake.Income) {
		g.Incomes = map[string]float64{}
	}
	if has(intake.Contours) {
		g.Contours = map[string]orb.MultiPolygon{}
	}
	if has(intake.PopulationStandardised) || has(intake.PopulationAge) {
		g.Weighted = make([]float64, n)
	}
	for i := range n {
		fillCommune(g, snap, i)
	}
	if times := snap.TravelTimes(); times != nil {
		g.Minutes = times
	}
	for _, p := range past {
		if p.Dataset.ID == snap.Origin(intake.GPSupply).Dataset {
			continue
		}
		g.Past = append(g.Past, atlas.Past{Year: p.Year, Supply: p.FTE})
	}
	g.Sources = sources(snap)
	return g
}

func fillCommune(g *atlas.Ground, snap *territory.Snapshot, i int) {
	code := snap.Commune(i).Code
	g.Supply[i] = snap.FTE(i)
	if zone, ok := snap.Zone(i); ok {
		g.Zones[code] = atlas.Zone{Class: zone.Code, Since: zone.Since.In(i18n.Paris).Format(time.DateOnly), Text: zone.Decree}
	}
	if income, ok := snap.Income(i); ok && income.Median > 0 {
		g.Incomes[code] = income.Median
	}
	for _, q := range snap.QPVs(i) {
		g.Quarters[code] = append(g.Quarters[code], atlas.Quarter{Code: q.Code, Name: q.Name})
	}
	if g.Contours != nil {
		if outline, approximate := snap.Outline(i); !approximate {
			g.Contours[code] = outline
		}
	}
	if g.Weighted != nil {
		g.Weighted[i], _ = snap.Weighted(i)
	}
}

// sources lists what is embedded, then what was imported.
func sources(snap *territory.Snapshot) []atlas.Source {
	var all []atlas.Source
	for _, x := range territory.Attributions {
		all = append(all, atlas.Source{What: x.Source, Origin: x.Source, Licence: x.Licence, URL: x.URL, Vintage: fmt.Sprint(territory.Vintage)})
	}
	for _, o := range snap.Origins() {
		if o.Dataset == "" && !o.Demo {
			continue
		}
		all = append(all, atlas.Source{What: o.Label.FR, Origin: o.Source, Licence: o.Licence, Vintage: o.Vintage, Made: o.Demo || o.Proxy || o.Estimated})
	}
	return all
}

package atlas

import (
	"cmp"
	"context"
	"slices"

	"maillage/internal/access"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// Portrait is what is told of one commune.
type Portrait struct {
	Region *Region
	Place  int
	Why    []access.Contribution // where its access comes from, largest part first
	Near   []Neighbour
	// Served is the number of inhabitants in reach of the commune, weighted by nothing, and Reached the communes.
	Served, Reached int
}

// Neighbour is a commune nearby.
type Neighbour struct {
	Place   int
	Minutes float64
}

// Commune finds a commune of the current code and its region under a view. A commune that was merged is given under its new code:
// moved is then that code. A divided commune has no page of its own: moved is then "" and the fault says so.
func (a *Atlas) Commune(ctx context.Context, code string, v View) (p *Portrait, moved string, err error) {
	snap, err := a.now(ctx)
	if err != nil {
		return nil, "", err
	}
	current, merged, known := snap.France.Follow(code)
	if !known {
		return nil, "", fault.NotFound("Aucune commune ne porte le code « "+code+" ».", "No municipality has the code “"+code+"”.")
	}
	if merged {
		return nil, current, nil
	}
	c, _ := snap.France.Commune(current)
	r, err := a.Region(ctx, c.Region, v.Decay)
	if err != nil {
		return nil, "", err
	}
	n, inside := r.Find(current)
	if !inside {
		return nil, "", errDivided(c)
	}
	return r.portrait(n, v.Ages), "", nil
}

func errDivided(c territory.Commune) error {
	return fault.NotFound(i18n.Place("Les valeurs de %s", c.Name)+" sont données par arrondissement : cherchez « "+c.Name+" » dans la liste des communes.",
		"The values of "+c.Name+" are given by district: search for “"+c.Name+"” in the list of municipalities.")
}

const nearShown = 8

func (r *Region) portrait(n int, ages territory.AgeFilter) *Portrait {
	model := r.Model(ages)
	p := &Portrait{Region: r, Place: n, Why: model.Explain(n)}
	dest, cost := model.Links.Row(n)
	for k, to := range dest {
		p.Served += r.Places[to].Population
		p.Reached++
		if int(to) != n {
			p.Near = append(p.Near, Neighbour{int(to), cost[k]})
		}
	}
	slices.SortFunc(p.Near, func(a, b Neighbour) int { return cmp.Or(cmp.Compare(a.Minutes, b.Minutes), a.Place-b.Place) })
	p.Near = p.Near[:min(nearShown, len(p.Near))]
	return p
}

package app

import (
	"context"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/seal"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/demo"
	"maillage/internal/territory"
)

// openTelexpertise makes the room of requests for an opinion: sealed photographs, letters, places.
func (a *App) openTelexpertise(ctx context.Context) error {
	ring, err := seal.OpenKeyring(sealKeys(a.cfg.Data))
	if err != nil {
		return err
	}
	vault := seal.NewVault(ring)
	if err := vault.Check(ctx, a.DB); err != nil {
		return err
	}
	store, err := a.openFiles(ctx, filesOfCases)
	if err != nil {
		return err
	}
	if err := a.openNotifications(); err != nil {
		return err
	}
	letters := letterBox{a.notifications}
	ground, config := newPlaces(territory.Embedded(), a.atlas), telexpertise.Config{TestIdentities: a.cfg.Demo, BaseURL: a.cfg.BaseURL, People: poolPeople{a.accounts}}
	a.telexpertise = telexpertise.New(a.DB, a.cfg.Clock, vault, store, letters, ground, config)
	a.telexpertise.Register(a.jobs)
	if !a.cfg.Demo {
		return nil
	}
	past := clock.At(a.cfg.Clock.Now())
	return demo.Seed(ctx, telexpertise.New(a.DB, past, vault, store, demo.Silent{}, ground, config), past, a.cfg.Clock.Now())
}

// poolPeople finds and invites those who join a pool of tele-expertise.
type poolPeople struct{ accounts *accounts.Service }

// Account finds the account with a member's address, or invites them with the role of their part.
func (p poolPeople) Account(ctx context.Context, m telexpertise.Member, role accounts.Role) (id, name string, err error) {
	system := accounts.System("pool de télé-expertise")
	address := accounts.FoldEmail(m.Email)
	known, err := p.accounts.People(ctx, system, accounts.PeopleQuery{Text: address})
	if err != nil {
		return "", "", err
	}
	for _, one := range known.People {
		if one.Email == address {
			return one.ID, one.Name, nil
		}
	}
	region := accounts.RegionOf(m.Departement)
	one, err := p.accounts.Invite(ctx, system, accounts.InviteCommand{Name: m.Name, Email: address, RPPS: m.RPPS, Lang: i18n.FR, Grants: []accounts.Grant{{Role: role, Region: region}}})
	return one.ID, one.Name, err
}

// places tells tele-expertise how far apart départements are.
type places struct {
	centres map[string][2]float64
	atlas   *atlas.Atlas
}

// newPlaces finds the centre of each département, communes counting by their inhabitants.
func newPlaces(france *territory.France, zoning *atlas.Atlas) places {
	sums := map[string][3]float64{}
	for _, c := range france.Communes {
		s, n := sums[c.Departement], float64(c.Population)
		sums[c.Departement] = [3]float64{s[0] + c.Lat*n, s[1] + c.Lon*n, s[2] + n}
	}
	centres := map[string][2]float64{}
	for d, s := range sums {
		if s[2] > 0 {
			centres[d] = [2]float64{s[0] / s[2], s[1] / s[2]}
		}
	}
	return places{centres, zoning}
}

// Distance is in kilometres between centres; very far when a département is not known.
func (p places) Distance(a, b string) float64 {
	from, known := p.centres[a]
	to, too := p.centres[b]
	switch {
	case a == b:
		return 0
	case !known || !too:
		return 20_000
	}
	return territory.DistanceKm(from[0], from[1], to[0], to[1])
}

// Zone is the zone of a commune, official or computed, and whether it holds a priority neighbourhood; nothing when it is not known.
func (p places) Zone(ctx context.Context, code string) (string, bool) {
	commune, ok := territory.Embedded().Commune(code)
	if !ok {
		return "", false
	}
	region, err := p.atlas.Region(ctx, commune.Region, atlas.DefaultDecay)
	if err != nil {
		return "", false // figures say that the zone is not known; nobody's request waits for a map
	}
	n, ok := region.Find(code)
	if !ok {
		return "", false // a divided commune: its arrondissements have zones, it has none
	}
	return region.ZoneOf(n).Class, len(region.Places[n].Quarters) > 0
}

// Priority tells whether a list of priority neighbourhoods is loaded for the region of a département.
func (p places) Priority(ctx context.Context, departement string) bool {
	region, err := p.atlas.Region(ctx, accounts.RegionOf(departement), atlas.DefaultDecay)
	return err == nil && slices.ContainsFunc(region.Places, func(one atlas.Place) bool { return len(one.Quarters) > 0 })
}

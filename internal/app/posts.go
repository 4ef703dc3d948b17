package app

import (
	"context"
	"time"

	"maillage/internal/atlas"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
	"maillage/internal/posts"
	postsweb "maillage/internal/posts/web"
	"maillage/internal/territory"
)

// openPosts makes the room of posts: the territory says how a practice stands, the atlas what a post changes.
func (a *App) openPosts(ctx context.Context) error {
	a.posts = posts.New(a.DB, a.cfg.Clock, postGround{a.atlas}, postAccess{a.atlas}, programmeLetters{a.post, a.cfg.BaseURL})
	a.jobs.Periodic("posts.sweep", jobs.DailyAt(6, 0), func(ctx context.Context, _ *jobs.Job) error { _, err := a.posts.Sweep(ctx); return err })
	if !a.cfg.Demo {
		return nil
	}
	region, err := a.atlas.Region(ctx, a.cfg.Region, atlas.DefaultDecay)
	if err != nil {
		return err
	}
	var places []posts.DemoPlace
	for n, p := range region.Places[:region.Inside] {
		place := posts.DemoPlace{Code: p.Code, Name: p.Name, Departement: p.Departement, Region: p.Region, Zone: region.ZoneOf(n).Class}
		for _, q := range p.Quarters {
			place.QPV = append(place.QPV, q.Code)
		}
		if p.Population > 5000 {
			places = append(places, place)
		}
	}
	return a.posts.SeedDemo(ctx, places)
}

func (a *App) postPages() *postsweb.Pages { return &postsweb.Pages{Posts: a.posts} }

// postGround tells how the communes of posts stand.
type postGround struct{ atlas *atlas.Atlas }

// Site reads the commune as the room of calls does.
func (g postGround) Site(ctx context.Context, code string, at time.Time) (posts.Site, error) {
	p, err := callPlaces(g).Place(ctx, code, at)
	site := posts.Site{Code: p.Code, Name: p.Name, Departement: p.Departement, Region: p.Region, Zone: p.Zone, QPV: p.QPV}
	if len(p.Notes) > 0 {
		site.Note = p.Notes[0]
	}
	return site, err
}

// postAccess computes the effect of posts with the sandbox of the region.
type postAccess struct{ atlas *atlas.Atlas }

// Effect adds the full-time equivalents of the sites to the supply as it stands.
func (x postAccess) Effect(ctx context.Context, code string, sites []posts.SiteFTE) (posts.Effect, error) {
	region, err := x.atlas.Region(ctx, code, atlas.DefaultDecay)
	if err != nil {
		return posts.Effect{}, err
	}
	change := atlas.Change{Kind: atlas.Shared}
	for _, s := range sites {
		change.Sites = append(change.Sites, atlas.SiteFTE{Code: s.Code, FTE: s.FTE})
	}
	answer, err := region.Try(territory.UpTo65, []atlas.Change{change})
	if err != nil {
		return posts.Effect{}, err
	}
	effect := posts.Effect{Lifted: answer.Lifted, Changed: len(answer.Changed)}
	before := region.Model(territory.UpTo65).Value
	for _, s := range sites {
		n, ok := region.Find(s.Code)
		if !ok {
			return posts.Effect{}, fault.NotFound("Cette commune n’est pas dans la région.", "This municipality is not in the region.")
		}
		effect.Sites = append(effect.Sites, posts.SiteEffect{SiteFTE: s, Before: before[n], After: answer.Values[n]})
	}
	if region.DemoSupply() {
		effect.Notes = append(effect.Notes, "Offre de soins de démonstration")
	}
	return effect, nil
}

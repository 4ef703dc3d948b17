package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
	"maillage/internal/posts"
	postsweb "maillage/internal/posts/web"
	"maillage/internal/territory"
)

// openPosts makes the room of posts: the territory says how a practice stands, the atlas what a post changes.
func (a *App) openPosts(ctx context.Context) error {
	store, err := a.openFiles(ctx, filesOfDossiers)
	if err != nil {
		return err
	}
	a.posts = posts.New(a.DB, a.cfg.Clock, posts.Needs{Ground: postGround{a.atlas}, Access: postAccess{a.atlas}, Letters: programmeLetters{a.post, a.cfg.BaseURL, a.accounts, a.notifications}, Applications: postApplications{a},
		People: postPeople{a.accounts}, Files: fileStore{store, a.antivirus}})
	a.jobs.Handle(posts.SuccessionJob, jobs.Typed(func(ctx context.Context, _ *jobs.Job, id string) error {
		_, err := a.posts.Succession(ctx, id)
		return err
	}))
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

func (a *App) postPages() *postsweb.Pages {
	return &postsweb.Pages{Posts: a.posts, Region: a.cfg.Region}
}

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
	changes := make([]atlas.Change, 0, len(sites))
	for _, s := range sites { // one site may be alone: the hospital's time does not count
		changes = append(changes, atlas.Change{Kind: atlas.Doctors, Sites: []atlas.SiteFTE{{Code: s.Code, FTE: s.FTE}}})
	}
	answer, err := region.Try(territory.UpTo65, changes)
	if err != nil {
		return posts.Effect{}, err
	}
	effect := posts.Effect{Lifted: answer.Lifted, Changed: len(answer.Changed)}
	before := region.Model(territory.UpTo65).Value
	at := func(n int, s posts.SiteFTE) posts.SiteEffect {
		e := posts.SiteEffect{SiteFTE: s, Before: before[n], After: answer.Values[n], Zone: region.ZoneOf(n).Class, Population: region.Places[n].Population}
		for _, q := range region.Places[n].Quarters {
			e.QPV = append(e.QPV, q.Code)
		}
		return e
	}
	own := map[int]bool{}
	for _, s := range sites {
		n, ok := region.Find(s.Code)
		if !ok {
			return posts.Effect{}, fault.NotFound("Cette commune n’est pas dans la région.", "This municipality is not in the region.")
		}
		own[n] = true
		effect.Sites = append(effect.Sites, at(n, s))
	}
	gains := slices.DeleteFunc(slices.Clone(answer.Changed), func(n int) bool { return own[n] })
	slices.SortFunc(gains, func(x, y int) int { return cmp.Compare(answer.Values[y]-before[y], answer.Values[x]-before[x]) })
	for _, n := range gains[:min(len(gains), communesAround)] {
		effect.Around = append(effect.Around, at(n, posts.SiteFTE{Code: region.Places[n].Code, Name: region.Places[n].Name}))
	}
	if region.DemoSupply() {
		effect.Notes = append(effect.Notes, "Offre de soins de démonstration")
	}
	return effect, nil
}

// communesAround is how many communes around its sites the page of a post names.
const communesAround = 8

// postKinds are the kinds of posts behind the programmes of the calls.
var postKinds = map[calls.Programme]posts.Kind{calls.SharedSpecialist: posts.ASP, calls.SharedClinicalResearch: posts.ClinicalResearch, calls.SharedTownUniversity: posts.TownUniversity,
	calls.SharedTownHospitalSpec: posts.TownHospitalSpec, calls.SharedTownHospitalGP: posts.TownHospitalGP, calls.SalariedGP: posts.SalariedGP}

// postApplications tells the room of posts of the applications to its calls, and of the agreements drawn from them.
type postApplications struct{ *App }

// Application reads an application that the actor may read.
func (x postApplications) Application(ctx context.Context, actor accounts.Actor, id string) (posts.Application, error) {
	d, _, err := x.calls.Dossier(ctx, calls.Reader{Actor: actor}, id)
	if err != nil {
		return posts.Application{}, err
	}
	kind, ok := postKinds[d.Programme]
	if !ok {
		return posts.Application{}, fault.Invalid("Ce dossier ne demande pas de poste partagé.", "This application asks for no shared post.")
	}
	a := posts.Application{ID: d.ID, Number: d.Number, Title: d.Title, Call: d.CallID, Kind: kind, Structure: d.Structure, Email: d.Email, Commune: d.Commune, StartsOn: clock.Day(d.Answers.V["starts_on"]),
		Granted: d.Granted > 0 && d.DecidedAt != nil, Cents: d.Granted, Shares: partnersOf(d.Answers.V)}
	t, found, err := x.funding.Track(ctx, accounts.System("posts"), "", d.ID)
	if err != nil || !found {
		return a, err
	}
	c := t.Convention
	a.Agreement = &posts.Agreement{ID: c.ID, Number: c.Number, State: funding.Life.Label(c.State), SignedOn: clock.Day(c.SignedOn), Granted: c.Granted, Paid: c.Paid}
	return a, nil
}

// partnersOf reads the table of partners of an application.
func partnersOf(a calls.Answers) []posts.Share {
	var all []posts.Share
	for i := 0; ; i++ {
		name := a[calls.Cell("partners", i, "name")]
		if name == "" {
			return all
		}
		time, _ := strconv.Atoi(a[calls.Cell("partners", i, "time")]) // the form of the application checked the numbers
		money, _ := strconv.Atoi(a[calls.Cell("partners", i, "funding")])
		hospital, _ := strconv.Atoi(a[calls.Cell("partners", i, "hospital")])
		all = append(all, posts.Share{Name: name, Time: time, Funding: money, Hospital: hospital > 0})
	}
}

// postPeople finds the officers whom a post concerns.
type postPeople struct{ accounts *accounts.Service }

// Officers gives the addresses of the officers of a territory.
func (x postPeople) Officers(ctx context.Context, at accounts.Scope) ([]string, error) {
	people, err := x.accounts.Holding(ctx, accounts.RoleOfficer)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range people {
		for _, g := range p.Grants {
			if g.Role == accounts.RoleOfficer && g.Region == at.Region && (g.Departement == "" || g.Departement == at.Departement) {
				all = append(all, p.Email)
				break
			}
		}
	}
	return all, nil
}

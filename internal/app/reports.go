package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/consultations"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/reports"
	reportsweb "maillage/internal/reports/web"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
	"maillage/internal/territory"
)

// openReports makes the room that measures the effect of a year, out of what the others tell.
func (a *App) openReports() {
	from := reports.Sources{Region: a.cfg.Region, Territory: yearOfAccess{a.atlas}, Sites: postsStarted{a.posts}, Delays: publishedDelays{a.telexpertise},
		Facts: []reports.Facts{postsStarted{a.posts}, structuresOpened{a.structures}, moneyDecided{a.calls}, moneyPaid{a.funding}, consultationsHeld{a.consultations}}}
	for _, d := range territory.Embedded().DepartementsOf(a.cfg.Region) {
		from.Departements = append(from.Departements, reports.Departement{Code: d.Code, Name: d.Name})
	}
	if a.cfg.Demo {
		from.Notes = append(from.Notes, i18n.Text{FR: "Démonstration : structures, postes, décisions et demandes inventés ; les chiffres ne disent rien de la vraie région.",
			EN: "Demonstration: structures, posts, decisions and requests are invented; the figures say nothing of the real region."})
	}
	a.reports = reports.New(a.cfg.Clock, from)
}

func (a *App) reportPages() *reportsweb.Pages { return &reportsweb.Pages{Reports: a.reports} }

// yearOfAccess reads access on the days of a report.
type yearOfAccess struct{ atlas *atlas.Atlas }

// on gives the version of access in force on a day: the last step that began by then, else the first.
func (y yearOfAccess) on(ctx context.Context, region string, day clock.Day) (atlas.Dated, error) {
	steps, err := y.atlas.History(ctx, atlas.DefaultView(region))
	if err != nil {
		return atlas.Dated{}, err
	}
	if len(steps) == 0 {
		now, err := y.atlas.Region(ctx, region, atlas.DefaultDecay)
		return atlas.Dated{Region: now}, err
	}
	in := steps[0]
	for _, s := range steps[1:] {
		if clock.DayOf(s.From) <= day {
			in = s
		}
	}
	return in, nil
}

// Access measures the region and each of its départements.
func (y yearOfAccess) Access(ctx context.Context, region string, day clock.Day) (reports.Picture, error) {
	in, err := y.on(ctx, region, day)
	if err != nil {
		return reports.Picture{}, err
	}
	p := reports.Picture{From: clock.DayOf(in.From), Demo: in.Region.DemoSupply(), Estimated: in.Region.Estimated, Of: map[string]reports.Access{}}
	if in.From.IsZero() {
		p.From = ""
	}
	if p.All, err = accessIn(in.Region, "", nil); err != nil {
		return p, err
	}
	for _, d := range territory.Embedded().DepartementsOf(region) {
		if p.Of[d.Code], err = accessIn(in.Region, d.Code, nil); err != nil {
			return p, err
		}
	}
	return p, nil
}

// accessIn measures a département, or all; values nil takes the region as it stands.
func accessIn(r *atlas.Region, departement string, values []float64) (reports.Access, error) {
	f, err := r.Figures(territory.UpTo65, departement, values)
	if err != nil {
		return reports.Access{}, err
	}
	return reports.Access{Population: f.Population, Mean: f.Mean, Below: f.FGT0}, nil
}

// Gain adds the posts to the region of a day, as the sandbox does.
func (y yearOfAccess) Gain(ctx context.Context, region string, day clock.Day, sites []reports.Site) (reports.Gain, error) {
	in, err := y.on(ctx, region, day)
	if err != nil {
		return reports.Gain{}, err
	}
	fte := map[string]float64{}
	var codes []string
	for _, s := range sites {
		if _, ok := in.Region.Find(s.Commune); ok && s.FTE > 0 {
			if fte[s.Commune] == 0 {
				codes = append(codes, s.Commune)
			}
			fte[s.Commune] += s.FTE
		}
	}
	changes := make([]atlas.Change, 0, len(codes))
	for _, code := range codes {
		changes = append(changes, atlas.Change{Kind: atlas.Doctors, Sites: []atlas.SiteFTE{{Code: code, FTE: fte[code]}}})
	}
	answer, err := in.Region.Try(territory.UpTo65, changes)
	if err != nil {
		return reports.Gain{}, err
	}
	gain := reports.Gain{Of: map[string]float64{}, Lifted: answer.Lifted}
	difference := func(departement string) (float64, error) {
		before, err := accessIn(in.Region, departement, nil)
		if err != nil {
			return 0, err
		}
		after, err := accessIn(in.Region, departement, answer.Values)
		return after.Mean - before.Mean, err
	}
	if gain.All, err = difference(""); err != nil {
		return gain, err
	}
	for _, d := range territory.Embedded().DepartementsOf(region) {
		if gain.Of[d.Code], err = difference(d.Code); err != nil {
			return gain, err
		}
	}
	return gain, nil
}

// postsStarted tells of the posts that were taken up.
type postsStarted struct{ posts *posts.Service }

// Started gives the sites where general practitioners came.
func (p postsStarted) Started(ctx context.Context, region string, from, to clock.Day) ([]reports.Site, error) {
	all, err := p.posts.StartedBetween(ctx, region, from, to)
	var sites []reports.Site
	for _, s := range all {
		if s.GP() && s.Commune != "" {
			sites = append(sites, reports.Site{Commune: s.Commune, Departement: s.Departement, FTE: s.FTE})
		}
	}
	return sites, err
}

// Facts counts them, each post once.
func (p postsStarted) Facts(ctx context.Context, region string, from, to clock.Day) ([]reports.Fact, error) {
	all, err := p.posts.StartedBetween(ctx, region, from, to)
	seen := map[string]bool{}
	var facts []reports.Fact
	for _, s := range all {
		if seen[s.ID] {
			continue
		}
		seen[s.ID] = true
		measure := reports.Shared
		if s.Kind == "" {
			measure = reports.Recruits
		}
		facts = append(facts, reports.Fact{Measure: measure, Departement: s.Departement, N: 1})
	}
	return facts, err
}

// structuresOpened tells of the structures that opened.
type structuresOpened struct{ structures *structures.Service }

// Facts counts those of primary care; hospitals and homes are not this report's.
func (o structuresOpened) Facts(ctx context.Context, region string, from, to clock.Day) ([]reports.Fact, error) {
	all, err := o.structures.Openings(ctx, region, from, to)
	var facts []reports.Fact
	for _, x := range all {
		measure, ok := map[structures.Kind]reports.Measure{structures.MSP: reports.MSP, structures.CDS: reports.CDS, structures.CPTS: reports.CPTS, structures.ESP: "", structures.GroupPractice: ""}[x.Kind]
		if !ok {
			continue
		}
		facts = append(facts, reports.Fact{Measure: reports.Structures, Departement: x.Departement, N: x.N})
		if measure != "" {
			facts = append(facts, reports.Fact{Measure: measure, Departement: x.Departement, N: x.N})
		}
	}
	return facts, err
}

// moneyDecided tells what was granted.
type moneyDecided struct{ calls *calls.Service }

// Facts counts the dossiers and sums the money.
func (m moneyDecided) Facts(ctx context.Context, region string, from, to clock.Day) ([]reports.Fact, error) {
	all, err := m.calls.GrantedBetween(ctx, region, from, to)
	var facts []reports.Fact
	for _, x := range all {
		facts = append(facts, reports.Fact{Measure: reports.Granted, Departement: x.Departement, N: x.N}, reports.Fact{Measure: reports.Decided, Departement: x.Departement, N: x.Cents})
	}
	return facts, err
}

// moneyPaid tells what was paid.
type moneyPaid struct{ funding *funding.Service }

// Facts sums the payments, less what came back.
func (m moneyPaid) Facts(ctx context.Context, region string, from, to clock.Day) ([]reports.Fact, error) {
	all, err := m.funding.PaidBetween(ctx, region, from, to)
	var facts []reports.Fact
	for _, x := range all {
		facts = append(facts, reports.Fact{Measure: reports.Paid, Departement: x.Departement, N: x.Cents})
	}
	return facts, err
}

// consultationsHeld tells of advanced consultations.
type consultationsHeld struct{ consultations *consultations.Service }

// Facts counts what opened, what was held and who came.
func (c consultationsHeld) Facts(ctx context.Context, region string, from, to clock.Day) ([]reports.Fact, error) {
	all, err := c.consultations.HeldBetween(ctx, region, from, to)
	var facts []reports.Fact
	for _, x := range all {
		facts = append(facts, reports.Fact{Measure: reports.Consultations, Departement: x.Departement, N: x.Opened}, reports.Fact{Measure: reports.Sessions, Departement: x.Departement, N: x.Sessions},
			reports.Fact{Measure: reports.Patients, Departement: x.Departement, N: x.Attended})
	}
	return facts, err
}

// publishedDelays reads what tele-expertise publishes, small counts hidden, as nobody in particular.
type publishedDelays struct{ telexpertise *telexpertise.Service }

// Quarters gives the ended quarters of a year that can still be asked for, oldest first.
func (p publishedDelays) Quarters(ctx context.Context, year int) ([]reports.Quarter, error) {
	var all []reports.Quarter
	for n := 1; n <= 4; n++ {
		asked := telexpertise.Quarter{Year: year, N: n}
		f, err := p.telexpertise.Figures(ctx, accounts.System("bilan annuel"), asked)
		if err != nil {
			return nil, err
		}
		if f.Quarter != asked { // not ended: the room answered with another
			continue
		}
		q := reports.Quarter{Name: asked.String(), Cases: f.Total.N, Hidden: f.Total.Hidden}
		for i, step := range telexpertise.Steps {
			switch step.Code {
			case "answer":
				q.Answer = f.Intervals[i].Median
			case "seen":
				q.Visit = f.Intervals[i].Median
			}
		}
		all = append(all, q)
	}
	return all, nil
}

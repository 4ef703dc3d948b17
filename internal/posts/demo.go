package posts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
)

// DemoPlace is a commune where the demonstration puts a post.
type DemoPlace struct {
	Code, Name, Departement, Region, Zone string
	QPV                                   []string
}

// The agency's own figures of 2019: what the demonstration reproduces.
const (
	DemoStrand1  = 27
	DemoStrand2  = 40
	DemoRecruits = DemoStrand1 + DemoStrand2 // « au moins 67 médecins depuis 2019 »
	demoPerKind  = 3                         // shared posts of each kind
)

// SeedDemo fills an empty room with invented posts: the recruits of the agency's figures, and shared posts of each kind. It is the same
// at each start, and does nothing when posts exist.
func (s *Service) SeedDemo(ctx context.Context, places []DemoPlace) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT (SELECT COUNT(*) FROM gp_post) + (SELECT COUNT(*) FROM shared_post)`); err != nil || n > 0 || len(places) == 0 {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d := demo{ctx: ctx, tx: tx, s: s, places: places, now: s.now(), today: s.Today()}
		if err := d.recruits(); err != nil {
			return err
		}
		if err := d.shared(); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: d.now, Actor: audit.System, Action: "posts.demo", Object: audit.Object{Kind: sharedObject, ID: "demo"}, Text: "Postes de démonstration créés"})
	})
}

type demo struct {
	ctx    context.Context
	tx     *db.Tx
	s      *Service
	places []DemoPlace
	now    time.Time
	today  clock.Day
	number int
}

// place picks the n-th commune that a test accepts, or any when none does.
func (d *demo) place(n int, accepts func(DemoPlace) bool) DemoPlace {
	var good []DemoPlace
	for _, p := range d.places {
		if accepts(p) {
			good = append(good, p)
		}
	}
	if len(good) == 0 {
		good = d.places
	}
	return good[n*7919%len(good)]
}

// rpps is a number that is given to nobody.
func (d *demo) rpps() string {
	d.number++
	return identifier.WithKey(fmt.Sprintf("9993%06d", d.number))
}

// siren is a number that is given to nobody.
func siren(n int) string { return identifier.WithKey(fmt.Sprintf("9990%04d", n)) }

// recruits are the doctors recruited since November 2019, in ZIP, in ZAC and in priority neighbourhoods.
func (d *demo) recruits() error {
	first := clock.Day("2019-11-01")
	ends := []lifecycle.State{Permanent, Permanent, Term, Started}
	for i := range DemoRecruits {
		zone := []string{"ZIP", "ZAC", "ZIP", "QPV"}[i%4]
		place := d.place(i, func(p DemoPlace) bool {
			if zone == "QPV" {
				return len(p.QPV) > 0
			}
			return p.Zone == zone
		})
		p := &GPPost{ID: db.NewID(), Strand: 1, State: ends[i%len(ends)], Title: i18n.Place("Généraliste à %s", place.Name), Region: place.Region, Dept: place.Departement, Commune: place.Code, Town: place.Name,
			Practice: i18n.Place("Cabinet de %s", place.Name), Hospital: "Hôpital de démonstration", Quota: 100, AtHosp: 40 + 10*(i%3), Zone: zone, ZoneNote: "démonstration",
			Doctor: fmt.Sprintf("Médecin de démonstration %d", i+1), RPPS: d.rpps(), StartedOn: first.AddMonths(i), Version: 1, CreatedAt: d.now, UpdatedAt: d.now}
		if i >= DemoStrand1 {
			p.Strand, p.Hospital, p.AtHosp = 2, "", 0
		}
		if zone == "QPV" && len(place.QPV) > 0 {
			p.QPV = place.QPV[0]
		}
		p.ZoneOn = p.StartedOn.AddMonths(-3)
		if p.State == Started && p.StartedOn.AddMonths(24) <= d.today {
			p.State = Term
		}
		p.Since = clock.Cut(p.StartedOn.Time())
		p.DueAt = firstDue(GPLife, p, p.State, p.Since)
		if err := insertGP(d.ctx, d.tx, p); err != nil {
			return err
		}
		if err := countOnce(d.ctx, d.tx, p); err != nil {
			return err
		}
	}
	return nil
}

// demoParty names an invented party.
func demoParty(share Share, at DemoPlace, i int) string {
	if share.Time == 0 {
		return share.Name
	}
	if share.Hospital {
		return i18n.Place([]string{"Établissement", "Hôpital", "Centre hospitalier"}[i%3]+" de %s", at.Name)
	}
	return i18n.Place("Maison de santé de %s", at.Name)
}

// shared are posts of each kind: one held for long, one under review or before the jury, one being prepared. One nears its end.
func (d *demo) shared() error {
	for k, info := range Kinds {
		for i := range demoPerKind {
			state := []lifecycle.State{Started, []lifecycle.State{Jury, Review}[k%2], Campaign}[i]
			at := d.place(3*k+i, func(p DemoPlace) bool { return p.Zone == "ZIP" || p.Zone == "ZAC" })
			p := &SharedPost{ID: db.NewID(), Kind: info.Kind, State: state, Title: i18n.Place(info.Name.FR+" à %s", at.Name), Region: at.Region, Dept: at.Departement, Email: "coordination@example.org",
				Quota: 100, Cost: int64(78_000+2_000*i) * 100, StartsOn: d.today.AddMonths(-6), EndsOn: d.today.AddMonths(18), AlertMonths: defaultAlertMonth, Since: d.now, Version: 1, CreatedAt: d.now, UpdatedAt: d.now}
			if k == 0 && i == 0 {
				p.StartsOn, p.EndsOn, p.AlertedAt = d.today.AddMonths(-21), d.today.AddMonths(3), &d.now
			}
			if k == 0 && i == 1 {
				p.Structure = accounts.DemoCPTSGrigny
			}
			if err := d.sharedPost(p, info, at, 3*k+i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *demo) sharedPost(p *SharedPost, info KindInfo, at DemoPlace, n int) error {
	for i, share := range info.Model.Shares {
		party := Party{ID: db.NewID(), PostID: p.ID, Rank: i + 1, Name: demoParty(share, at, i), SIREN: siren(10*n + i), Time: share.Time, Funding: share.Funding}
		if share.Hospital {
			party.Hospital = 1
		}
		if i == 0 {
			party.Structure = accounts.DemoAgency
		}
		if share.Time > 0 {
			party.Commune = at.Code
		}
		p.Party = append(p.Party, party)
		p.Parties, p.TimeSum, p.FundingSum = p.Parties+1, p.TimeSum+share.Time, p.FundingSum+share.Funding
	}
	if p.Running() {
		p.Holder, p.RPPS, p.HolderSince = fmt.Sprintf("Titulaire de démonstration %d", n+1), d.rpps(), p.StartsOn
		p.Since = clock.Cut(p.StartsOn.Time())
	}
	p.DueAt = firstDue(SharedLife, p, p.State, p.Since)
	if err := insertShared(d.ctx, d.tx, p); err != nil {
		return err
	}
	if err := putParties(d.ctx, d.tx, p); err != nil {
		return err
	}
	if err := d.past(p); err != nil || p.RPPS == "" {
		return err
	}
	_, err := d.tx.ExecContext(d.ctx, `INSERT INTO shared_post_holder (id, post_id, name, rpps, from_day, to_day) VALUES ($1, $2, $3, $4, $5, '')`, db.NewID(), p.ID, p.Holder, p.RPPS, string(p.HolderSince))
	return err
}

// past writes in the record what brought the post where it is.
func (d *demo) past(p *SharedPost) error {
	held := []lifecycle.State{Started, Review}
	events := []struct {
		reached []lifecycle.State
		action  string
		text    string
		months  int // from the start of the post
	}{
		{nil, "create", "A préparé le poste partagé", -9},
		{[]lifecycle.State{Jury, Started, Review}, "apply", "Candidature commune déposée", -8},
		{[]lifecycle.State{Jury, Started, Review}, "to-jury", "Présenté au jury", -6},
		{held, "select", "Retenu", -5},
		{held, "holder", "Titulaire nommé", -1},
		{held, "start", "Poste ouvert", 0},
		{[]lifecycle.State{Review}, "review", "Bilan ouvert", 5},
	}
	for _, e := range events {
		if e.reached != nil && !slices.Contains(e.reached, p.State) {
			continue
		}
		if err := audit.Append(d.ctx, d.tx, audit.Entry{At: clock.Cut(min(p.StartsOn, d.today).AddMonths(e.months).Time()), Actor: audit.Actor{ID: "demo", Name: "Démonstration"}, Action: sharedObject + "." + e.action,
			Object: audit.Object{Kind: sharedObject, ID: p.ID}, Text: e.text}); err != nil {
			return err
		}
	}
	if p.AlertedAt == nil {
		return nil
	}
	return audit.Append(d.ctx, d.tx, audit.Entry{At: d.now, Actor: audit.System, Action: sharedObject + ".succession-alert", Object: audit.Object{Kind: sharedObject, ID: p.ID}, Text: "Alerte de succession : « " + p.Title + " »"})
}

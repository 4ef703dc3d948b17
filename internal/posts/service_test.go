package posts

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

var everyRole = []accounts.Role{accounts.RoleApplicant, accounts.RoleOfficer, accounts.RolePartner, accounts.RoleAdmin}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, SharedLife, everyRole, func(lifecycle.State) *SharedPost {
		return &SharedPost{Parties: 3, TimeSum: 100, FundingSum: 100, Dossier: "d1", Holder: "a", RPPS: "b", StartsOn: "2026-01-01", EndsOn: "2028-01-01", Review: "c"}
	})
	lifecycletest.EveryMoveEveryRole(t, GPLife, everyRole, func(lifecycle.State) *GPPost {
		return &GPPost{Zone: "ZIP", Doctor: "a", RPPS: "b"}
	})
}

// Invariant 7: shares that sum to 99 % are kept as a draft, and never filed — by the service, and by the database.
func TestSharesMakeAWhole(t *testing.T) {
	each(t, func(w *world) {
		short := func(c *SharedCommand) { c.Parties[2].Time = 49 }
		p, err := w.CreateShared(ctx, w.applicant, command(short))
		w.must(err)
		w.refused(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""), fault.KindRefused, "posts.shared: apply (invariant-7)", "time_0")
		_, err = w.db.ExecContext(ctx, `UPDATE shared_post SET state = 'applied' WHERE id = $1`, p.ID)
		if !db.IsCheck(err) {
			t.Errorf("the database files a post of 99 %%: %v", err)
		}
		w.must(w.EditShared(ctx, w.applicant, p.ID, command(func(c *SharedCommand) { c.Parties[0].Funding, c.Version = 59, 1 })))
		w.refused(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""), fault.KindRefused, "posts.shared: apply (invariant-7)", "funding_0")
		w.must(w.EditShared(ctx, w.applicant, p.ID, command(func(c *SharedCommand) { c.Version = 2 })))
		w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""))
		w.refused(w.EditShared(ctx, w.applicant, p.ID, command(nil)), fault.KindRefused, "posts.shared: edit", "")
	})
}

// Invariant 7: partners are legally distinct, to the service and to the database.
func TestPartnersAreDistinct(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.Parties[2].SIREN = c.Parties[1].SIREN }))
		w.refused(err, fault.KindInvalid, "", "siren_2")
		_, err = w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.Parties[1].SIREN = "999000011" }))
		w.refused(err, fault.KindInvalid, "", "siren_1")
		p, err := w.CreateShared(ctx, w.applicant, command(nil))
		w.must(err)
		_, err = w.db.ExecContext(ctx, `UPDATE shared_post_party SET siren = $1 WHERE post_id = $2`, siren(1), p.ID)
		if !db.IsUnique(err) {
			t.Errorf("the database takes one partner twice: %v", err)
		}
	})
}

// Invariant 7: the RPPS number comes before the start, and there is one holder at a time.
func TestHolder(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.CreateShared(ctx, w.applicant, command(nil))
		w.must(err)
		w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""))
		for _, move := range []string{"to-jury", "select"} {
			w.must(w.MoveShared(ctx, w.officer, p.ID, move, ""))
		}
		w.refused(w.MoveShared(ctx, w.officer, p.ID, "start", ""), fault.KindRefused, "posts.shared: start (invariant-7)", "")
		if _, err := w.db.ExecContext(ctx, `UPDATE shared_post SET state = 'started' WHERE id = $1`, p.ID); !db.IsCheck(err) {
			t.Errorf("the database starts a post without RPPS: %v", err)
		}
		w.refused(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteure A", RPPS: "123", From: "2026-11-01"}), fault.KindInvalid, "", "rpps")
		w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteure A", RPPS: doctor, From: "2026-11-01"}))
		w.must(w.MoveShared(ctx, w.officer, p.ID, "start", ""))
		w.refused(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteur B", RPPS: another, From: "2027-11-01"}), fault.KindRefused, "invariant-7", "")
		_, err = w.db.ExecContext(ctx, `INSERT INTO shared_post_holder (id, post_id, name, rpps, from_day, to_day) VALUES ('x', $1, 'B', $2, '2027-01-01', '')`, p.ID, another)
		if !db.IsUnique(err) {
			t.Errorf("the database takes two holders at once: %v", err)
		}
		w.must(w.AnnounceDeparture(ctx, w.applicant, p.ID, "2027-10-31", "Retraite"))
		w.refused(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteur B", RPPS: another, From: "2027-10-31"}), fault.KindRefused, "invariant-7", "")
		w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteur B", RPPS: another, From: "2027-11-01"}))
		f, err := w.Shared(ctx, w.officer, p.ID)
		w.must(err)
		if len(f.Holders) != 2 || f.Holders[1].To != "2027-10-31" || f.RPPS != another || f.DepartureOn != "" {
			t.Errorf("holders: %+v", f.Holders)
		}
	})
}

// The succession alert fires once: months before the end, or as soon as a departure is announced.
func TestSuccessionAlert(t *testing.T) {
	each(t, func(w *world) {
		p := w.held()
		sweep := func(want int) {
			t.Helper()
			if n, err := w.Sweep(ctx); err != nil || n != want {
				t.Errorf("sweep on %s: %d, %v, want %d", w.Today(), n, err, want)
			}
		}
		w.clock.Set(time.Date(2028, 4, 29, 9, 0, 0, 0, time.UTC))
		sweep(0)
		w.clock.Set(time.Date(2028, 4, 30, 9, 0, 0, 0, time.UTC))
		sweep(1)
		sweep(0)
		list, _, err := w.ListShared(ctx, w.officer, Filter{Alert: true})
		if err != nil || len(list) != 1 || len(w.sent) != 2 || w.sent[0] != "chsf@example.org" || w.sent[1] != "officier.91@example.org" {
			t.Errorf("alerts: %v, letters %v, %v", list, w.sent, err)
		}
		w.must(w.AnnounceDeparture(ctx, w.applicant, p.ID, "2028-06-30", ""))
		if len(w.sent) != 4 {
			t.Errorf("a departure sends %d letters", len(w.sent))
		}
		w.refused(w.MoveShared(ctx, w.officer, p.ID, "make-permanent", ""), fault.KindRefused, "posts.shared: make-permanent (review)", "")
		w.must(w.WriteReview(ctx, w.officer, p.ID, "Deux ans de file active régulière."))
		w.must(w.MoveShared(ctx, w.officer, p.ID, "make-permanent", ""))
		sweep(0)
	})
}

// Posts are read in the territory, by the coordinator and by the partners; nobody else knows that they exist.
func TestWhoReads(t *testing.T) {
	each(t, func(w *world) {
		p := w.held()
		for who, actor := range map[string]accounts.Actor{"officer": w.officer, "applicant": w.applicant, "partner": w.partner} {
			if _, err := w.Shared(ctx, actor, p.ID); err != nil {
				t.Errorf("%s: %v", who, err)
			}
			if list, n, err := w.ListShared(ctx, actor, Filter{}); err != nil || n != 1 || len(list) != 1 {
				t.Errorf("%s lists %d: %v", who, n, err)
			}
		}
		for who, actor := range map[string]accounts.Actor{"elsewhere": w.elsewhere, "stranger": w.stranger} {
			_, err := w.Shared(ctx, actor, p.ID)
			w.refused(err, fault.KindNotFound, "", "")
			w.refused(w.MoveShared(ctx, actor, p.ID, "end", "x"), fault.KindNotFound, "", "")
			if _, n, err := w.ListShared(ctx, actor, Filter{}); err != nil || n != 0 {
				t.Errorf("%s lists %d: %v", who, n, err)
			}
		}
		w.refused(w.MoveShared(ctx, w.partner, p.ID, "end", "x"), fault.KindForbidden, "", "")
		w.refused(w.MoveShared(ctx, w.applicant, p.ID, "end", "x"), fault.KindForbidden, "", "")
		effect, err := w.Service.Effect(ctx, &SharedPost{Kind: TownHospitalGP, Quota: 80, Party: []Party{{Time: 0}, {Time: 50, Commune: "91286"}, {Time: 50, Commune: "91228", Hospital: 1}}})
		if err != nil || len(effect.Sites) != 1 || effect.Sites[0].FTE != 0.4 {
			t.Errorf("effect: %+v, %v", effect, err)
		}
		if effect, err := w.Service.Effect(ctx, &SharedPost{Kind: ASP, Quota: 80, Party: p.Party}); err != nil || len(effect.Sites) != 0 || len(effect.Notes) != 1 {
			t.Errorf("a specialist changes access to general practitioners: %+v, %v", effect, err)
		}
	})
}

// Invariant 8: the practice lies in ZIP, ZAC or a priority neighbourhood.
func TestZone(t *testing.T) {
	each(t, func(w *world) {
		open := func(commune, qpv string) *GPPost {
			p, err := w.OpenGP(ctx, w.officer, GPCommand{Strand: 2, Title: "Généraliste", Commune: commune, QPV: qpv, Practice: "Cabinet", Quota: 100})
			w.must(err)
			return p
		}
		outside := open("91272", "")
		w.refused(w.VerifyZone(ctx, w.officer, outside.ID), fault.KindRefused, "posts.recruitment: verify-zone (invariant-8)", "")
		if _, err := w.db.ExecContext(ctx, `UPDATE gp_post SET state = 'verified' WHERE id = $1`, outside.ID); !db.IsCheck(err) {
			t.Errorf("the database verifies a post outside: %v", err)
		}
		for code, want := range map[string]string{"91286": "ZIP", "91228": "QPV"} {
			p := open(code, map[string]string{"91228": "QN09105M"}[code])
			w.must(w.VerifyZone(ctx, w.officer, p.ID))
			f, err := w.GP(ctx, w.officer, p.ID)
			if err != nil || f.Zone != want || f.ZoneOn != "2026-03-02" {
				t.Errorf("%s: %+v, %v", code, f, err)
			}
		}
		_, err := w.OpenGP(ctx, w.officer, GPCommand{Strand: 2, Title: "G", Commune: "91286", QPV: "QN09105M", Practice: "Cabinet", Quota: 100})
		w.refused(err, fault.KindInvalid, "", "qpv")
		_, err = w.OpenGP(ctx, w.officer, GPCommand{Strand: 1, Title: "G", Commune: "91286", Practice: "Cabinet", Hospital: "CHSF", HospitalPct: 39, Quota: 100})
		w.refused(err, fault.KindInvalid, "", "hospital_pct")
		_, err = w.OpenGP(ctx, w.elsewhere, GPCommand{Strand: 2, Title: "G", Commune: "91286", Practice: "Cabinet", Quota: 100})
		w.refused(err, fault.KindForbidden, "", "")
	})
}

// Invariant 8: a doctor holds one post, and counts once across strands and posts.
func TestADoctorCountsOnce(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.jury(1), w.jury(2)
		w.must(w.SelectGP(ctx, w.officer, first.ID, "Docteure A", doctor))
		w.refused(w.SelectGP(ctx, w.officer, second.ID, "Docteure A", doctor), fault.KindRefused, "invariant-8", "")
		w.must(w.StartGP(ctx, w.officer, first.ID, "2026-03-01"))
		w.must(w.MoveGP(ctx, w.officer, first.ID, "vacate", "Déménagement"))
		w.must(w.SelectGP(ctx, w.officer, second.ID, "Docteure A", doctor))
		w.must(w.StartGP(ctx, w.officer, second.ID, "2026-03-02"))
		r, err := w.Recruits(ctx, w.officer)
		if err != nil || r.Total != 1 || r.Strand1 != 1 || r.ZIP != 1 {
			t.Errorf("recruits: %+v, %v", r, err)
		}
		w.clock.Set(time.Date(2028, 3, 2, 1, 0, 0, 0, time.UTC))
		if n, err := w.Sweep(ctx); err != nil || n != 1 {
			t.Errorf("after 24 months: %d, %v", n, err)
		}
		w.must(w.MoveGP(ctx, w.officer, second.ID, "make-permanent", ""))
		w.must(w.MoveGP(ctx, w.officer, first.ID, "reopen", "Poste de nouveau proposé"))
		w.refused(w.MoveGP(ctx, w.officer, first.ID, "verify-zone", ""), fault.KindInvalid, "", "")
	})
}

// Two juries that choose the same doctor at once do not both get them.
func TestTwoJuriesOneDoctor(t *testing.T) {
	each(t, func(w *world) {
		posts := []*GPPost{w.jury(1), w.jury(2)}
		var all sync.WaitGroup
		errs := make([]error, len(posts))
		for i, p := range posts {
			all.Go(func() { errs[i] = w.SelectGP(ctx, w.officer, p.ID, "Docteure A", doctor) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both or none: %v", errs)
		}
	})
}

// Shares of money sum to the cost to the cent, and shares of time to the quota.
func TestCalculatorAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		quota, cost := rapid.IntRange(1, 100).Draw(r, "quota"), rapid.Int64Range(0, 200_000_00).Draw(r, "cost")
		time, money := rapid.IntRange(0, 100).Draw(r, "time"), rapid.IntRange(0, 100).Draw(r, "money")
		c := Calculate(quota, cost, []Share{{Name: "a", Time: time, Funding: money}, {Name: "b", Time: 100 - time}, {Name: "c", Funding: 100 - money}})
		if c.Err != nil || c.Cents != cost || c.FTE < float64(quota)/100-1e-9 || c.FTE > float64(quota)/100+1e-9 {
			r.Fatalf("%+v", c)
		}
	})
	if c := Calculate(100, 0, []Share{{Name: "a", Time: 50, Funding: 60}, {Name: "b", Time: 49, Funding: 40}}); c.Err == nil || c.Time != 99 {
		t.Errorf("99 %% passes: %+v", c)
	}
}

// Every kind's starting shares make a whole.
func TestModels(t *testing.T) {
	for _, k := range Kinds {
		if c := Calculate(100, 80_000_00, k.Model.Shares); c.Err != nil || k.Model.Verified != (k.Model.Source != "") {
			t.Errorf("%s: %v", k.Kind, c.Err)
		}
	}
}

// The demonstration reproduces the agency's figures, and seeding twice adds nothing.
func TestDemoFigures(t *testing.T) {
	each(t, func(w *world) {
		places := []DemoPlace{{Code: "91286", Name: "Grigny", Departement: "91", Region: "11", Zone: "ZIP", QPV: []string{"QN09101M"}}, {Code: "91228", Name: "Évry", Departement: "91", Region: "11", Zone: "HZ", QPV: []string{"QN09105M"}},
			{Code: "77001", Name: "Achères", Departement: "77", Region: "11", Zone: "ZAC"}}
		for range 2 {
			w.must(w.SeedDemo(ctx, places))
		}
		region := accounts.Actor{ID: "region", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
		r, err := w.Recruits(ctx, region)
		w.must(err)
		if r.Total != 67 || r.Strand1 != 27 || r.Strand2 != 40 || r.ZIP == 0 || r.ZAC == 0 || r.QPV == 0 || r.ZIP+r.ZAC+r.QPV != 67 {
			t.Errorf("recruits: %+v", r)
		}
		recruits, years := map[string]bool{}, 0
		for year := 2019; year <= 2026; year++ {
			started, err := w.StartedBetween(ctx, "11", clock.Day(fmt.Sprintf("%d-01-01", year)), clock.Day(fmt.Sprintf("%d-01-01", year+1)))
			w.must(err)
			for _, p := range started {
				if p.Kind == "" {
					if recruits[p.ID] || !p.GP() || p.FTE <= 0 || p.Commune == "" {
						t.Errorf("a recruitment of %d: %+v", year, p)
					}
					recruits[p.ID] = true
				}
			}
			years += len(started)
		}
		if len(recruits) != 67 || years == 67 {
			t.Errorf("year by year, %d recruitments, and %d posts in all", len(recruits), years)
		}
		for _, k := range Kinds {
			if list, n, err := w.ListShared(ctx, region, Filter{Kind: string(k.Kind)}); err != nil || n != demoPerKind || len(list) != n {
				t.Errorf("%s: %d, %v", k.Kind, n, err)
			}
		}
		due := 0
		list, _, err := w.ListShared(ctx, region, Filter{Limit: 100})
		w.must(err)
		for _, p := range list {
			if p.AlertDue(w.Today()) {
				due++
			}
		}
		alerts, _, err := w.ListShared(ctx, region, Filter{Alert: true})
		if err != nil || due != 1 || len(alerts) != 1 {
			t.Errorf("succession alerts due: %d, shown: %d, %v", due, len(alerts), err)
		}
	})
}

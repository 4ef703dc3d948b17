package protocols

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

func person(id string, g accounts.Grant) accounts.Actor {
	return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{g}}
}

var (
	officer = person("agent", accounts.Grant{Role: accounts.RoleOfficer, Region: "11"})
	of91    = person("agent-91", accounts.Grant{Role: accounts.RoleOfficer, Region: "11", Departement: "91"})
	lyon    = person("agent-lyon", accounts.Grant{Role: accounts.RoleOfficer, Region: "84"})
	urps    = person("urps", accounts.Grant{Role: accounts.RoleReviewer, Region: "11", Structure: "urps"})
	cdom    = person("cdom", accounts.Grant{Role: accounts.RoleReviewer, Region: "11", Structure: "cdom"})
	nobody  = accounts.Actor{}
)

// world holds projects as other rooms would.
type world struct {
	*Service
	clock *clock.Fixed
	held  map[string][]Project
}

func (w *world) Sources(context.Context, string) ([]Source, error) {
	return []Source{{ID: "walls", Label: t("Murs", "Walls")}, {ID: "practices", Label: t("Cabinets", "Practices")}}, nil
}

func (w *world) Projects(_ context.Context, region, source string, since Day) ([]Project, error) {
	if region != "11" {
		return nil, nil
	}
	var all []Project
	for _, p := range w.held[source] {
		if p.On >= since {
			all = append(all, p)
		}
	}
	return all, nil
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, i18n.Paris)), held: map[string][]Project{}}
		w.Service = New(d, w.clock, w)
		test(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ruleOf(err error) string {
	var said *fault.Error
	if errors.As(err, &said) {
		return said.Rule
	}
	return ""
}

func command() SignCommand {
	return SignCommand{Region: "11", PartnerID: "urps", PartnerName: "URPS", Title: i18n.Text{FR: "Protocole d’essai"}, Purpose: i18n.Text{FR: "Soutenir l’exercice collectif."},
		Signed: "2025-01-06", Ends: "2027-12-31"}
}

func (w *world) version(t *testing.T, id string) int {
	t.Helper()
	p, err := get(ctx, w.db, id)
	must(t, err)
	return p.Version
}

func (w *world) move(t *testing.T, actor accounts.Actor, id, move string, ends Day) error {
	t.Helper()
	return w.Move(ctx, actor, MoveCommand{ID: id, Move: move, Version: w.version(t, id), Reason: "motif", Ends: ends})
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, Life, accounts.Roles, func(lifecycle.State) *Protocol {
		p := &Protocol{Ends: "2027-12-31", renewal: "2032-12-31", Reviews: []Review{{AgencyWord: "oui", PartnerWord: "oui"}}}
		p.Content.V.Axes = []Axis{{ID: "a", Actions: []Action{{ID: "b", Source: "walls"}}}}
		return p
	})
}

// A whole life: each step says what it waits for, the partner opens the review and writes its own word only, and the figures that a
// review froze do not change when projects come later.
func TestALifeFromSigningToRenewal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, err := w.Sign(ctx, officer, command())
		must(t, err)
		refused := func(actor accounts.Actor, move, rule string) {
			t.Helper()
			if err := w.move(t, actor, p.ID, move, ""); ruleOf(err) != rule {
				t.Errorf("%s: %v, want %s", move, err, rule)
			}
		}
		refused(officer, "settle_axes", "protocols.protocol: settle_axes (axes)")
		must(t, w.AddAxis(ctx, officer, p.ID, w.version(t, p.ID), i18n.Text{FR: "Murs"}))
		must(t, w.move(t, officer, p.ID, "settle_axes", ""))
		refused(officer, "settle_actions", "protocols.protocol: settle_actions (actions)")
		f, err := w.Get(ctx, officer, p.ID)
		must(t, err)
		axis := f.Content.V.Axes[0].ID
		if err := w.AddAxis(ctx, officer, p.ID, f.Version, i18n.Text{FR: "Trop tard"}); ruleOf(err) != "protocols.protocol: axis" {
			t.Errorf("an axis once they are settled: %v", err)
		}
		must(t, w.AddAction(ctx, officer, p.ID, f.Version, axis, i18n.Text{FR: "Sans suite"}, ""))
		must(t, w.move(t, officer, p.ID, "settle_actions", ""))
		refused(officer, "open_projects", "protocols.protocol: open_projects (followed)")
		must(t, w.AddAction(ctx, officer, p.ID, w.version(t, p.ID), axis, i18n.Text{FR: "Investir"}, "walls"))
		must(t, w.move(t, officer, p.ID, "open_projects", ""))

		w.held["walls"] = []Project{{On: "2024-12-31", Supported: true, Granted: 99_00}, {On: "2025-02-01", Supported: true, Granted: 10_00, TowardMSP: true, Kind: "creation"},
			{On: "2025-03-01", Supported: true, Kind: "renovation"}, {On: "2025-04-01"}}
		w.clock.Advance(400 * 24 * time.Hour)
		if f, err = w.Get(ctx, officer, p.ID); err != nil || !f.Late(w.Today()) {
			t.Errorf("a review awaited for more than a year is late: %v", err)
		}
		must(t, w.move(t, urps, p.ID, "review", ""))
		refused(urps, "reviewed", "protocols.protocol: reviewed")
		must(t, w.WriteWord(ctx, urps, p.ID, w.version(t, p.ID), "Les cabinets tiennent."))
		refused(officer, "reviewed", "protocols.protocol: reviewed (both-parties)")
		must(t, w.WriteWord(ctx, officer, p.ID, w.version(t, p.ID), "Les crédits sont engagés."))
		must(t, w.move(t, officer, p.ID, "reviewed", ""))

		w.held["walls"] = append(w.held["walls"], Project{On: "2026-06-01", Supported: true, Granted: 5_00})
		if f, err = w.Get(ctx, officer, p.ID); err != nil {
			t.Fatal(err)
		}
		frozen, now := f.Reviews[0].Figures.V.Of("walls"), f.Figures.Of("walls")
		if frozen.Projects != 2 || frozen.TowardMSP != 1 || frozen.Granted != 10_00 || frozen.Funded != 1 || frozen.Waiting != 1 || frozen.Kinds["creation"] != 1 || now.Projects != 3 || now.Granted != 15_00 {
			t.Errorf("frozen %+v, now %+v", frozen, now)
		}
		if r := f.Reviews[0]; r.AgencyWord != "Les crédits sont engagés." || r.PartnerWord != "Les cabinets tiennent." || r.Closed != w.Today() {
			t.Errorf("the review keeps both words: %+v", r)
		}

		must(t, w.move(t, officer, p.ID, "review", ""))
		must(t, w.WriteWord(ctx, urps, p.ID, w.version(t, p.ID), "Nous demandons la suite."))
		must(t, w.WriteWord(ctx, officer, p.ID, w.version(t, p.ID), "L’agence poursuit aussi."))
		refused(officer, "renew", "protocols.protocol: renew (term)")
		if err := w.move(t, officer, p.ID, "renew", "2027-12-31"); ruleOf(err) != "protocols.protocol: renew (term)" {
			t.Errorf("a new term that does not go further: %v", err)
		}
		must(t, w.move(t, officer, p.ID, "renew", "2032-12-31"))
		must(t, w.move(t, officer, p.ID, "resume", ""))
		if f, err = w.Get(ctx, officer, p.ID); err != nil || f.Ends != "2032-12-31" || len(f.Content.V.Terms) != 2 || f.State != Projects || len(f.History) != 16 {
			t.Errorf("renewed: %+v, %d lines of history, %v", f.Protocol, len(f.History), err)
		}
	})
}

// Everybody reads counts and closed reviews; the projects one by one are read by the parties, and by officers within their département.
func TestWhoReadsAndWritesWhat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for actor, want := range map[*accounts.Actor]fault.Kind{&urps: fault.KindForbidden, &cdom: fault.KindForbidden, &of91: fault.KindForbidden, &lyon: fault.KindForbidden} {
			if _, err := w.Sign(ctx, *actor, command()); fault.KindOf(err) != want {
				t.Errorf("%s signs: %v", actor.ID, err)
			}
		}
		p, err := w.Sign(ctx, officer, command())
		must(t, err)
		must(t, w.AddAxis(ctx, officer, p.ID, 1, i18n.Text{FR: "Murs"}))
		f, _ := w.Get(ctx, officer, p.ID)
		must(t, w.AddAction(ctx, officer, p.ID, 2, f.Content.V.Axes[0].ID, i18n.Text{FR: "Investir"}, "walls"))
		for _, m := range []string{"settle_axes", "settle_actions", "open_projects", "review"} {
			must(t, w.move(t, officer, p.ID, m, ""))
		}
		w.held["walls"] = []Project{{On: "2025-02-01", Departement: "91", Supported: true}, {On: "2025-02-02", Departement: "77", Supported: true}}
		for _, c := range []struct {
			actor             accounts.Actor
			projects, reviews int
			detail            bool
		}{{officer, 2, 1, true}, {urps, 2, 1, true}, {of91, 1, 0, false}, {lyon, 0, 0, false}, {cdom, 0, 0, false}, {nobody, 0, 0, false}} {
			f, err := w.Get(ctx, c.actor, p.ID)
			if err != nil || len(f.Projects) != c.projects || len(f.Reviews) != c.reviews || f.Detail != c.detail || f.Figures.Of("walls").Projects != 2 || (len(f.History) > 0) != c.detail {
				t.Errorf("%q reads %d projects, %d reviews, history %d, counts %+v: %v", c.actor.ID, len(f.Projects), len(f.Reviews), len(f.History), f.Figures, err)
			}
		}
		for _, other := range []accounts.Actor{cdom, of91, lyon, nobody} {
			if err := w.WriteWord(ctx, other, p.ID, f.Version, "Un bilan qui n’est pas le sien."); fault.KindOf(err) != fault.KindForbidden && fault.KindOf(err) != fault.KindUnauthenticated {
				t.Errorf("%q writes in the review: %v", other.ID, err)
			}
			if err := w.move(t, other, p.ID, "reviewed", ""); fault.KindOf(err) != fault.KindForbidden && fault.KindOf(err) != fault.KindUnauthenticated {
				t.Errorf("%q closes the review: %v", other.ID, err)
			}
		}
		if err := w.WriteWord(ctx, officer, p.ID, 1, "Un bilan sur une page ancienne."); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a word from an old page: %v", err)
		}
	})
}

func TestWhatIsWrongIsNamedByField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			change func(*SignCommand)
			field  string
		}{
			"no name":            {func(c *SignCommand) { c.Title.FR = " " }, "title"},
			"no purpose":         {func(c *SignCommand) { c.Purpose.FR = "court" }, "purpose"},
			"nobody else":        {func(c *SignCommand) { c.PartnerID = "" }, "partner"},
			"signed to-morrow":   {func(c *SignCommand) { c.Signed = "2026-03-03" }, "signed"},
			"a day that is none": {func(c *SignCommand) { c.Signed = "2026-02-30" }, "signed"},
			"ends before":        {func(c *SignCommand) { c.Ends = c.Signed }, "ends"},
		} {
			cmd := command()
			c.change(&cmd)
			_, err := w.Sign(ctx, officer, cmd)
			var said *fault.Error
			if !errors.As(err, &said) || said.Kind != fault.KindInvalid || said.Fields[c.field].FR == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		p, err := w.Sign(ctx, officer, command())
		must(t, err)
		must(t, w.AddAxis(ctx, officer, p.ID, 1, i18n.Text{FR: "Murs"}))
		err = w.AddAction(ctx, officer, p.ID, 2, "nowhere", i18n.Text{FR: "x"}, "unknown")
		var said *fault.Error
		if !errors.As(err, &said) || len(said.Fields) != 3 {
			t.Errorf("an action of no axis, no source and no name: %v", err)
		}
		f, _ := w.Get(ctx, officer, p.ID)
		must(t, w.Remove(ctx, officer, p.ID, f.Version, f.Content.V.Axes[0].ID))
		if err := w.Remove(ctx, officer, p.ID, f.Version+1, "nothing"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("removing what is not there: %v", err)
		}
	})
}

// The demonstration tells what the agency's page tells: signed on 6 July 2017, 50 projects of walls in the first year of which 16 head
// for an MSP, of the three kinds; reviewed each year, and renewed before its term ends. Seeding twice adds nothing.
func TestDemoTellsTheFirstYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 50 {
			w.held["walls"] = append(w.held["walls"], Project{Number: fmt.Sprint(i), On: demoSigned.Add(5 + 6*i), Supported: true, TowardMSP: i < 16, Kind: []string{"creation", "renovation", "rehabilitation"}[i%3], Granted: 100})
		}
		for range 2 {
			must(t, w.SeedDemo(ctx, "11", "urps", "URPS", DemoSources{"walls", "practices"}))
		}
		all, err := w.List(ctx, nobody)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d protocols, %v", len(all), err)
		}
		f := all[0]
		first := f.Reviews[0].Figures.V.Of("walls")
		if f.Signed != "2017-07-06" || f.Reviews[0].Closed != "2018-07-06" || first.Projects != 50 || first.TowardMSP != 16 || len(first.Kinds) != 3 {
			t.Errorf("the first year: %+v", first)
		}
		if len(f.Reviews) != 8 || f.Ends < w.Today() || f.Late(w.Today()) || !strings.Contains(f.Reviews[0].AgencyWord, "16") {
			t.Errorf("%d reviews, until %s", len(f.Reviews), f.Ends)
		}
	})
}

package consultations

import (
	"context"
	"errors"
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
)

var ctx = context.Background()

type world struct {
	*Service
	t     *testing.T
	clock *clock.Fixed

	officer, elsewhere, town, hospital accounts.Actor
}

type ground struct{}

func (ground) Commune(code string) (Place, bool) {
	return Place{Code: "91286", Name: "Grigny", Departement: "91", Region: "11"}, code == "91286"
}

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		person := func(id string, g accounts.Grant) accounts.Actor {
			return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{g}}
		}
		w := &world{t: t, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), officer: person("officer", accounts.Grant{Role: accounts.RoleOfficer, Region: "11", Departement: "91"}),
			elsewhere: person("elsewhere", accounts.Grant{Role: accounts.RoleOfficer, Region: "11", Departement: "77"}), town: person("town", accounts.Grant{Role: accounts.RolePartner, Structure: "town"}),
			hospital: person("hospital", accounts.Grant{Role: accounts.RolePartner, Structure: "hospital"})}
		w.Service = New(d, w.clock, ground{})
		test(w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants a refusal whose French says every one of the words.
func (w *world) refused(err error, kind fault.Kind, words ...string) {
	w.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind {
		w.t.Fatalf("wanted a refusal %s, got %v", kind, err)
	}
	for _, word := range words {
		if !strings.Contains(f.Message.FR, word) {
			w.t.Errorf("“%s” does not say “%s”", f.Message.FR, word)
		}
	}
}

// table is a consultation with the town and the hospital around the table.
func (w *world) table() (c *Consultation, town, hospital string) {
	w.t.Helper()
	c, err := w.Spot(ctx, w.officer, NeedCommand{Title: "Consultation de pédiatrie", Need: "Plus de pédiatre", Commune: "91286"})
	w.must(err)
	w.must(w.Invite(ctx, w.officer, c.ID, "Ville", "town"))
	w.must(w.Invite(ctx, w.officer, c.ID, "Hôpital", "hospital"))
	w.must(w.Move(ctx, w.officer, c.ID, "convene", "", ""))
	f, err := w.Get(ctx, w.officer, c.ID)
	w.must(err)
	return c, f.Partners[0].ID, f.Partners[1].ID
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, Life, []accounts.Role{accounts.RoleOfficer, accounts.RolePartner, accounts.RoleAdmin}, func(lifecycle.State) *Consultation {
		c := &Consultation{Reviews: []YearReview{{Year: 1}}, Partners: []Partner{{ID: "p"}}}
		for _, f := range Facets {
			c.Shares = append(c.Shares, Share{PartnerID: "p", Facet: f.Facet})
		}
		return c
	})
}

// Invariant 9: no opening while a facet is uncovered or a partner owns none; the refusal names them.
func TestEveryFacetAndEveryPartner(t *testing.T) {
	each(t, func(w *world) {
		c, town, hospital := w.table()
		for _, f := range []Facet{"premises", "communication", "funding", "professionals"} {
			w.must(w.Take(ctx, w.town, c.ID, town, f, ""))
		}
		w.refused(w.Move(ctx, w.officer, c.ID, "sign", "", ""), fault.KindRefused, "« Fonctionnement »", "« Hôpital »")
		w.must(w.Take(ctx, w.town, c.ID, town, "operation", ""))
		w.refused(w.Move(ctx, w.officer, c.ID, "sign", "", ""), fault.KindRefused, "« Hôpital » ne porte aucune facette")
		w.must(w.Take(ctx, w.hospital, c.ID, hospital, "operation", "Un praticien"))
		w.must(w.Move(ctx, w.officer, c.ID, "sign", "", ""))
		w.refused(w.Leave(ctx, w.hospital, c.ID, hospital, "operation"), fault.KindRefused, "« Hôpital »")
		w.refused(w.Leave(ctx, w.town, c.ID, town, "premises"), fault.KindRefused, "« Locaux »")
		w.must(w.Invite(ctx, w.officer, c.ID, "CPAM", ""))
		w.refused(w.Move(ctx, w.officer, c.ID, "open", "", ""), fault.KindRefused, "« CPAM »")
		w.refused(w.Invite(ctx, w.officer, c.ID, "CPAM", ""), fault.KindRefused)
		f, err := w.Get(ctx, w.officer, c.ID)
		w.must(err)
		w.must(w.Take(ctx, w.officer, c.ID, f.Partners[2].ID, "funding", ""))
		w.must(w.Move(ctx, w.officer, c.ID, "open", "", "2026-03-02"))
	})
}

// A partner commits only itself, and a consultation that is not open yet is known to those around the table only.
func TestWhoActs(t *testing.T) {
	each(t, func(w *world) {
		c, town, hospital := w.table()
		w.refused(w.Take(ctx, w.town, c.ID, hospital, "operation", ""), fault.KindForbidden)
		w.refused(w.Move(ctx, w.town, c.ID, "sign", "", ""), fault.KindForbidden)
		for _, actor := range []accounts.Actor{{}, w.elsewhere} {
			_, err := w.Get(ctx, actor, c.ID)
			w.refused(err, fault.KindNotFound)
			w.refused(w.Take(ctx, actor, c.ID, town, "premises", ""), fault.KindNotFound)
			if all, err := w.List(ctx, actor, ""); err != nil || len(all) != 0 {
				t.Errorf("lists %v, %v", all, err)
			}
		}
		_, err := w.Spot(ctx, w.elsewhere, NeedCommand{Title: "a", Need: "b", Commune: "91286"})
		w.refused(err, fault.KindForbidden)
	})
}

// Sessions are told by partners once it is open, corrected when told again; the review comes after a year, by itself.
func TestSessionsAndReview(t *testing.T) {
	each(t, func(w *world) {
		c, town, hospital := w.table()
		for _, f := range Facets {
			w.must(w.Take(ctx, w.officer, c.ID, town, f.Facet, ""))
		}
		w.must(w.Take(ctx, w.officer, c.ID, hospital, "operation", ""))
		w.refused(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-01", Slots: 10, Attended: 9}), fault.KindRefused)
		w.must(w.Move(ctx, w.officer, c.ID, "sign", "", ""))
		w.must(w.Move(ctx, w.officer, c.ID, "open", "", "2026-03-01"))
		w.refused(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-02", Slots: 10, Attended: 11}), fault.KindInvalid)
		w.refused(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-03", Slots: 10, Attended: 9}), fault.KindInvalid)
		w.must(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-02", Slots: 10, Attended: 4}))
		w.must(w.Report(ctx, w.town, c.ID, ReportCommand{HeldOn: "2026-03-02", Slots: 10, Attended: 9}))
		f, err := w.Get(ctx, accounts.Actor{}, c.ID)
		if err != nil || f.Slots != 10 || f.Attended != 9 || f.History != nil {
			t.Errorf("%+v, %v", f, err)
		}
		w.refused(w.Report(ctx, accounts.Actor{}, c.ID, ReportCommand{HeldOn: "2026-03-02", Slots: 10, Attended: 4}), fault.KindForbidden)
		for _, step := range []struct {
			on   string
			want int
		}{{"2027-02-28", 0}, {"2027-03-01", 1}, {"2027-03-02", 0}} {
			w.clock.Set(clock.Day(step.on).Time().Add(12 * time.Hour))
			if n, err := w.Sweep(ctx); err != nil || n != step.want {
				t.Errorf("on %s: %d, %v", step.on, n, err)
			}
		}
		w.refused(w.Move(ctx, w.officer, c.ID, "renew", "", ""), fault.KindRefused, "bilan")
		w.must(w.WriteReview(ctx, w.officer, c.ID, "Adoptée."))
		w.must(w.Move(ctx, w.officer, c.ID, "renew", "", ""))

		// The review of the first year is not that of the second.
		w.clock.Set(clock.Day("2028-03-02").Time().Add(12 * time.Hour))
		if n, err := w.Sweep(ctx); err != nil || n != 1 {
			t.Errorf("the second review: %d, %v", n, err)
		}
		w.refused(w.Move(ctx, w.officer, c.ID, "renew", "", ""), fault.KindRefused, "bilan")
		w.must(w.WriteReview(ctx, w.officer, c.ID, "Toujours adoptée."))
		w.must(w.Move(ctx, w.officer, c.ID, "renew", "", ""))
		f, err = w.Get(ctx, accounts.Actor{}, c.ID)
		w.must(err)
		texts := map[int]string{}
		for _, y := range f.Years {
			texts[y.Number] = y.Review.Text
		}
		if texts[1] != "Adoptée." || texts[2] != "Toujours adoptée." {
			t.Errorf("reviews %v", texts)
		}
	})
}

// A year counts what was planned, held and cancelled, whom it saw and how long they had waited; each partner says its own part.
func TestYearOfSessions(t *testing.T) {
	each(t, func(w *world) {
		c, town, hospital := w.table()
		for _, f := range Facets {
			w.must(w.Take(ctx, w.officer, c.ID, town, f.Facet, ""))
		}
		w.must(w.Take(ctx, w.officer, c.ID, hospital, "operation", ""))
		w.must(w.Move(ctx, w.officer, c.ID, "sign", "", ""))
		plan := PlanCommand{From: "2026-03-02", Slots: 10, Every: 2, Count: 4}
		if _, err := w.Plan(ctx, w.town, c.ID, plan); err == nil {
			t.Error("sessions were planned before the opening")
		}
		w.must(w.Move(ctx, w.officer, c.ID, "open", "", "2026-03-01"))
		for _, want := range []int{4, 0} { // a day that has a session keeps it
			if n, err := w.Plan(ctx, w.town, c.ID, plan); err != nil || n != want {
				t.Errorf("planned %d, %v, want %d", n, err, want)
			}
		}
		for _, bad := range []PlanCommand{{}, {From: "2026-03-02", Slots: 0, Every: 1, Count: 1}, {From: "2026-03-02", Slots: 1, Every: 0, Count: 1}, {From: "2026-03-02", Slots: 1, Every: 1, Count: 105}} {
			_, err := w.Plan(ctx, w.town, c.ID, bad)
			w.refused(err, fault.KindInvalid)
		}
		_, err := w.Plan(ctx, accounts.Actor{}, c.ID, plan)
		w.refused(err, fault.KindForbidden)
		w.refused(w.Cancel(ctx, w.town, c.ID, "2026-03-16", " "), fault.KindInvalid)
		w.refused(w.Cancel(ctx, w.town, c.ID, "2026-03-17", "Neige"), fault.KindRefused)
		w.must(w.Cancel(ctx, w.town, c.ID, "2026-03-16", "Neige"))
		w.clock.Set(time.Date(2026, 4, 13, 9, 0, 0, 0, time.UTC))
		long, short, none := 9, 5, 800
		w.must(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-02", Slots: 10, Attended: 8, Waiting: &long}))
		w.must(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-30", Slots: 10, Attended: 6, Waiting: &short}))
		w.refused(w.Report(ctx, w.hospital, c.ID, ReportCommand{HeldOn: "2026-03-30", Slots: 10, Attended: 6, Waiting: &none}), fault.KindInvalid)
		w.refused(w.Cancel(ctx, w.town, c.ID, "2026-03-02", "Trop tard"), fault.KindRefused)
		w.refused(w.Bring(ctx, w.town, c.ID, BringCommand{Partner: hospital, Year: 1, Hours: 4}), fault.KindForbidden)
		w.refused(w.Bring(ctx, w.town, c.ID, BringCommand{Partner: town, Year: 1}), fault.KindInvalid)
		w.refused(w.Bring(ctx, w.town, c.ID, BringCommand{Partner: town, Year: 2, Hours: 4}), fault.KindInvalid)
		w.must(w.Bring(ctx, w.town, c.ID, BringCommand{Partner: town, Year: 1, Hours: 4}))
		w.must(w.Bring(ctx, w.town, c.ID, BringCommand{Partner: town, Year: 1, Hours: 40, Cents: 120000, Note: "Le local, chauffé"}))
		f, err := w.Get(ctx, accounts.Actor{}, c.ID)
		w.must(err)
		y := f.Years[0]
		part, _ := y.PartOf(town)
		if len(f.Years) != 1 || y.Number != 1 || y.From != "2026-03-01" || y.To != "2027-02-28" || y.Planned != 1 || y.Held != 2 || y.Cancelled != 1 || y.Foreseen() != 4 ||
			y.Slots != 20 || y.Attended != 14 || y.Waiting != 9 || part.Hours != 40 || part.Cents != 120000 {
			t.Errorf("%+v", y)
		}
		for _, s := range f.Sessions {
			if s.Silent(w.clock.Now()) != (s.State == Planned && s.HeldOn < "2026-04-05") {
				t.Errorf("%s, %s: silent %v", s.HeldOn, s.State, s.Silent(w.clock.Now()))
			}
		}
	})
}

// The demonstration is the consultation of Grigny as the agency's pages tell it; seeding twice adds nothing.
func TestDemoGrigny(t *testing.T) {
	each(t, func(w *world) {
		for range 2 {
			w.must(w.SeedDemo(ctx))
		}
		for year, want := range map[clock.Day]int64{"2016-01-01": 0, "2017-01-01": 1, "2018-01-01": 0} { // a year counts what opened in it
			all, err := w.HeldBetween(ctx, "11", year, year.AddMonths(12))
			w.must(err)
			opened := int64(0)
			for _, h := range all {
				opened += h.Opened
				if h.Attended < h.Sessions && h.Sessions > 0 || h.Departement == "" {
					t.Errorf("%s: %+v", year, h)
				}
			}
			if opened != want {
				t.Errorf("%s: %d opened, want %d", year, opened, want)
			}
		}
		f, err := w.Get(ctx, accounts.Actor{}, DemoGrigny)
		w.must(err)
		if len(f.Partners) != 7 || f.OpenedOn != "2017-01-09" || f.ReviewedOn != "2026-01-09" || f.Review == "" || !strings.Contains(f.Practitioner, "hospitalier") || !strings.Contains(f.Premises, "ville de Grigny") {
			t.Errorf("%+v", f.Consultation)
		}
		for i, want := range []string{"ARS", "Ville", "Conseil départemental de l’Essonne", "Préfecture", "Sud-Francilien", "CPAM", "ordre des médecins"} {
			if !strings.Contains(f.Partners[i].Name, want) {
				t.Errorf("partner %d is %s, want %s", i, f.Partners[i].Name, want)
			}
		}
		if err := shared(f.Consultation); err != nil || f.Attended == 0 {
			t.Errorf("%v, %d people", err, f.Attended)
		}
	})
}

// Its story holds together: no session on a holiday or a Sunday, no more people than slots, a review a year, and a history told on the
// days when things happened.
func TestDemoGrignyIsBelievable(t *testing.T) {
	each(t, func(w *world) {
		w.must(w.SeedDemo(ctx))
		f, err := w.Get(ctx, w.officer, DemoGrigny)
		w.must(err)
		counts, last := map[int]int{}, clock.Day("9999-12-31")
		for _, s := range f.Sessions {
			day := s.HeldOn.Time()
			if _, holiday := clock.FrenchHoliday(day.Year(), day.Month(), day.Day()); holiday || day.Weekday() == time.Sunday {
				t.Errorf("a session on %s", s.HeldOn)
			}
			if s.Attended > s.Slots || s.HeldOn >= w.Today() && s.State != Planned || s.HeldOn < w.Today() && s.State == Planned {
				t.Errorf("%+v", s)
			}
			if last < "9999" && s.HeldOn.Add(28) < last {
				t.Errorf("no session from %s to %s", s.HeldOn, last)
			}
			if last = s.HeldOn; s.State == Held {
				counts[s.Attended]++
			}
		}
		if len(counts) < 8 {
			t.Errorf("attendance is hardly ever different: %v", counts)
		}
		for _, y := range f.Years { // 2 March 2026: the tenth year runs, nine ended
			if y.Held == 0 || (y.Review.Text == "") != (y.Number == 10) {
				t.Errorf("year %d: %d sessions held, review %q", y.Number, y.Held, y.Review.Text)
			}
		}
		if len(f.Years) != 10 || f.State != Renewed || clock.DayOf(f.Since) != "2026-01-16" || f.DueAt == nil || !f.DueAt.After(w.Now()) {
			t.Errorf("%d years, %s since %s, due %v", len(f.Years), f.State, f.Since, f.DueAt)
		}
		for i, e := range f.History {
			if e.At.After(w.Now()) || i > 0 && e.At.Before(f.History[i-1].At) {
				t.Errorf("the history is out of order at %s: %s", e.At, e.Text)
			}
		}
		opened := f.History[len(demoPartners)+3]
		if clock.DayOf(opened.At) != "2017-01-09" || !strings.HasPrefix(opened.Text, "Ouvrir") || clock.DayOf(f.History[0].At) > "2016-12-31" {
			t.Errorf("the opening is told on %s: %s", opened.At, opened.Text)
		}
		if n, err := w.Sweep(ctx); n != 0 || err != nil {
			t.Errorf("a review is due at once: %d, %v", n, err)
		}
	})
}

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
		c := &Consultation{Review: "x", Partners: []Partner{{ID: "p"}}}
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
		w.refused(w.Report(ctx, w.hospital, c.ID, "2026-03-01", 10, 9), fault.KindRefused)
		w.must(w.Move(ctx, w.officer, c.ID, "sign", "", ""))
		w.must(w.Move(ctx, w.officer, c.ID, "open", "", "2026-03-01"))
		w.refused(w.Report(ctx, w.hospital, c.ID, "2026-03-02", 10, 11), fault.KindInvalid)
		w.refused(w.Report(ctx, w.hospital, c.ID, "2026-03-03", 10, 9), fault.KindInvalid)
		w.must(w.Report(ctx, w.hospital, c.ID, "2026-03-02", 10, 4))
		w.must(w.Report(ctx, w.town, c.ID, "2026-03-02", 10, 9))
		f, err := w.Get(ctx, accounts.Actor{}, c.ID)
		if err != nil || f.Slots != 10 || f.Attended != 9 || f.History != nil {
			t.Errorf("%+v, %v", f, err)
		}
		w.refused(w.Report(ctx, accounts.Actor{}, c.ID, "2026-03-02", 10, 4), fault.KindForbidden)
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
		if len(f.Partners) != 7 || f.OpenedOn != "2017-01-09" || f.ReviewedOn != "2018-01-09" || f.Review == "" || !strings.Contains(f.Practitioner, "hospitalier") || !strings.Contains(f.Premises, "ville de Grigny") {
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

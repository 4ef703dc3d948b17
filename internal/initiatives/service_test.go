package initiatives

import (
	"context"
	"os"
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

var ctx = context.Background()

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

func each(t *testing.T, test func(t *testing.T, s *Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, New(d, clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))) })
}

func officerOf(departement string) accounts.Actor {
	return accounts.Actor{ID: "officer" + departement, Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: departement}}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("wanted %s, got %v", kind, err)
	}
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, Life, []accounts.Role{accounts.RoleOfficer, accounts.RolePartner, accounts.RoleAdmin}, func(lifecycle.State) *Initiative {
		x := &Initiative{}
		x.Content.V = demoCards[0].content
		x.Content.V.Replications = []Replication{{Where: "ailleurs"}}
		return x
	})
}

// From spotting to a copy elsewhere: no publication without sourced evidence and a whole kit, and nobody reads before.
func TestFromSpottedToReplicated(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		here, elsewhere := officerOf("91"), officerOf("77")
		text := i18n.Text{FR: "Bus dentaire", EN: "Dental bus"}
		card := Content{Title: text, Summary: text}
		_, err := s.Spot(ctx, elsewhere, WriteCommand{Slug: "bus", Region: "11", Departement: "91", Content: card})
		refused(t, err, fault.KindForbidden)
		_, err = s.Spot(ctx, here, WriteCommand{Slug: "Bus dentaire", Region: "11", Departement: "91", Content: card})
		refused(t, err, fault.KindInvalid)
		_, err = s.Spot(ctx, here, WriteCommand{Slug: "bus", Region: "11", Departement: "91", Content: card})
		must(t, err)
		_, err = s.Spot(ctx, here, WriteCommand{Slug: "bus", Region: "11", Departement: "91", Content: card})
		refused(t, err, fault.KindInvalid)
		refused(t, s.Move(ctx, here, "bus", "qualify", "", ""), fault.KindRefused)
		card.Evidence = []Evidence{{Claim: text, Value: "12"}}
		refused(t, s.Edit(ctx, here, "bus", WriteCommand{Content: card, Version: 1}), fault.KindInvalid)
		card.Evidence[0].Source = "Rapport 2025"
		must(t, s.Edit(ctx, here, "bus", WriteCommand{Content: card, Version: 1}))
		refused(t, s.Edit(ctx, here, "bus", WriteCommand{Content: card, Version: 1}), fault.KindConflict)
		for _, bad := range []Reference{{text, "https://example.org"}, {text, "//example.org"}, {text, ""}, {i18n.Text{}, "/communes/91286"}} {
			away := card
			away.See = []Reference{bad}
			refused(t, s.Edit(ctx, here, "bus", WriteCommand{Content: away, Version: 2}), fault.KindInvalid)
		}
		for _, move := range []string{"qualify", "send", "retain"} {
			must(t, s.Move(ctx, here, "bus", move, "", ""))
		}
		refused(t, s.Move(ctx, here, "bus", "publish", "", ""), fault.KindRefused)
		for _, actor := range []accounts.Actor{{}, elsewhere} {
			_, err = s.Get(ctx, actor, "bus")
			refused(t, err, fault.KindNotFound)
			refused(t, s.Move(ctx, actor, "bus", "publish", "", ""), fault.KindNotFound)
		}
		card.Takes, card.Partners, card.Steps, card.Cost = []i18n.Text{text}, []i18n.Text{text}, []i18n.Text{text}, text
		must(t, s.Edit(ctx, here, "bus", WriteCommand{Content: card, Version: 5}))
		must(t, s.Move(ctx, here, "bus", "publish", "", ""))
		_, err = s.Get(ctx, accounts.Actor{}, "bus")
		must(t, err)
		refused(t, s.Move(ctx, accounts.Actor{}, "bus", "unpublish", "x", ""), fault.KindUnauthenticated)
		card.Steps = nil
		refused(t, s.Edit(ctx, here, "bus", WriteCommand{Content: card, Version: 7}), fault.KindRefused)
		refused(t, s.Move(ctx, here, "bus", "replicate", "", " "), fault.KindRefused)
		must(t, s.Move(ctx, here, "bus", "replicate", "", "Meaux"))
		f, err := s.Get(ctx, here, "bus")
		if err != nil || f.State != Replicated || len(f.Content.V.Replications) != 1 || len(f.History) != 8 {
			t.Errorf("%+v, %d entries, %v", f.Initiative, len(f.History), err)
		}
	})
}

// The demonstration publishes the four cards with the agency's figures, each with a source; seeding twice adds nothing.
func TestDemoCards(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		for range 2 {
			must(t, s.SeedDemo(ctx, "11"))
		}
		all, err := s.List(ctx, accounts.Actor{}, "")
		if err != nil || len(all) != 4 {
			t.Fatalf("%d cards, %v", len(all), err)
		}
		figures := map[string][]string{"consultation-avancee-grigny": {"7", "9 janvier 2017"}, "protocole-ars-urps": {"≈ 50", "16", "≈ 10"}, "tele-expertise-dermatologie": {"> 70", "≈ 10", "3"}, "cpts-paris-13": {"≈ 150", "38", "30", "46", "≈ 12"}}
		for _, x := range all {
			must(t, complete(x))
			said := map[string]bool{}
			for _, e := range x.Content.V.Evidence {
				said[e.Value] = true
			}
			for _, want := range figures[x.Slug] {
				if !said[want] {
					t.Errorf("%s does not say %s", x.Slug, want)
				}
			}
		}
		for page, want := range map[string]int{"/consultations": 1, "/consultations/demo-grigny": 1, "/communes/91286": 1, "/consult": 0} {
			if found, err := s.Citing(ctx, page); err != nil || len(found) != want {
				t.Errorf("%s is told of by %d initiatives, want %d (%v)", page, len(found), want, err)
			}
		}
		if found, err := s.List(ctx, accounts.Actor{}, "dermato"); err != nil || len(found) != 1 {
			t.Errorf("search: %d, %v", len(found), err)
		}
	})
}

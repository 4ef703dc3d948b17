package structures

import (
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

// A CPTS under way is reviewed every year: the review is awaited twelve months after the missions began, its closing says what it found,
// and the figures of that day stay in the history.
func TestTheYearlyReviewOfACPTS(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st := w.create(t, CPTS, "CPTS du Plateau")
		must(t, w.SetTerritory(w.ctx, w.essonne, st.ID, []string{"91286"}))
		move := func(name, reason string, on Day) error {
			t.Helper()
			actor := w.essonne
			if name == "file" {
				actor = coordinator(st.ID)
			}
			_, err := w.Move(w.ctx, actor, MoveCommand{ID: st.ID, Move: name, Reason: reason, On: on})
			return err
		}
		for _, m := range []struct {
			name string
			on   Day
		}{{"letter", "2025-01-02"}, {"file", "2025-01-05"}, {"validate", "2025-01-20"}, {"sign", "2025-02-01"}, {"deploy", "2025-02-15"}} {
			must(t, move(m.name, "", m.on))
		}
		f, err := w.File(w.ctx, w.essonne, st.ID)
		must(t, err)
		if dues := f.Dues(w.Today()); len(dues) != 1 || dues[0].On != "2026-02-15" || !dues[0].Late || dues[0].Automatic {
			t.Errorf("awaited twelve months after the day of the fact: %+v", dues)
		}
		must(t, w.SetMission(w.ctx, w.essonne, MissionCommand{Structure: st.ID, Mission: "access", Started: "2025-05-01"}))
		must(t, move("review", "", ""))
		if err := move("reviewed", " ", ""); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a review that says nothing: %v", err)
		}
		must(t, move("reviewed", "Accès tenu.", ""))
		f, _ = w.File(w.ctx, w.essonne, st.ID)
		var told []string
		for _, fact := range f.Facts {
			if fact.Kind == FactReview && fact.Key == "2026" {
				told = append(told, fact.Text.V.FR)
			}
		}
		if len(told) != 1 || told[0] != "Revue annuelle : 0 missions déployées, 1 démarrées et 0 en retard sur 1. Accès tenu." {
			t.Errorf("the review keeps %q", told)
		}
		if dues := f.Dues(w.Today()); len(dues) != 1 || dues[0].On != "2027-03-02" {
			t.Errorf("the next one: %+v", dues)
		}
	})
}

// Silence counts from the day of filing, whenever it is typed.
func TestSilenceCountsFromTheDayOfFiling(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st := w.create(t, CPTS, "CPTS du Plateau")
		must(t, w.SetTerritory(w.ctx, w.essonne, st.ID, []string{"91286"}))
		for move, on := range map[string]Day{"letter": "2025-12-01"} {
			_, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: st.ID, Move: move, On: on})
			must(t, err)
		}
		_, err := w.Move(w.ctx, coordinator(st.ID), MoveCommand{ID: st.ID, Move: "file", On: "2026-02-10"})
		must(t, err)
		f, _ := w.File(w.ctx, w.essonne, st.ID)
		if dues := f.Dues(w.Today()); len(dues) != 1 || dues[0].On != "2026-04-10" || !dues[0].Automatic {
			t.Errorf("%+v", dues)
		}
		w.clock.Set(time.Date(2026, 4, 11, 8, 0, 0, 0, time.UTC))
		if n, err := w.Sweep(w.ctx); n != 1 || err != nil {
			t.Errorf("%d validated, %v", n, err)
		}
		if f, _ = w.File(w.ctx, w.essonne, st.ID); f.Reached("validated") != "2026-04-10" {
			t.Errorf("validated on %s", f.Reached("validated"))
		}
	})
}

// A validated health house has six months to form its company; the delay is the rule book's.
func TestTheCompanyIsAwaitedSixMonths(t *testing.T) {
	f := &File{Structure: Structure{Kind: MSP, State: "validated", StateSince: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)}, aci: ACITerms{2, 1, 6}}
	if d := f.Dues("2026-07-31"); len(d) != 1 || d[0].On != "2026-07-31" || d[0].Late {
		t.Errorf("%+v", d)
	}
	if d := f.Dues("2026-08-01"); len(d) != 1 || !d[0].Late {
		t.Errorf("the day after: %+v", d)
	}
	f.aci.SISAMonths = 0
	if d := f.Dues("2026-08-01"); len(d) != 0 {
		t.Errorf("without a rule: %+v", d)
	}
}

// The register brings health houses that already run: an officer dates what came before, and the agreement can then be signed.
func TestPastStepsOfAnImportedHealthHouse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		_, err := w.Import(w.ctx, administrator, ImportCommand{File: strings.NewReader(header + "910099993;MSP DE GRIGNY;91286;603;;2018-05-01\n")})
		must(t, err)
		found, _, err := w.List(w.ctx, w.essonne, Filter{Kinds: []Kind{MSP}})
		must(t, err)
		id := found[0].ID
		for _, p := range []string{"gp", "gp", "nurse"} {
			must(t, w.AddMember(w.ctx, w.essonne, MemberCommand{Structure: id, Name: "Camille Essai", Profession: p, From: "2018-05-01"}))
		}
		sign := func() error {
			_, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: id, Move: "sign_aci"})
			return err
		}
		if err := sign(); ruleOf(err) != "structures.msp: sign_aci (invariant-2)" {
			t.Errorf("before anything is dated: %v", err)
		}
		if err := w.RecordMilestone(w.ctx, coordinator(id), id, "validated", "2017-06-01"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the team dates its own validation: %v", err)
		}
		if err := w.RecordMilestone(w.ctx, w.essonne, id, "aci", "2017-06-01"); ruleOf(err) != "structures.msp: milestone" {
			t.Errorf("another step: %v", err)
		}
		if err := w.RecordMilestone(w.ctx, w.essonne, id, "validated", clock.DayOf(w.clock.Now()).Add(1)); fieldOf(err, "milestone_on") == "" {
			t.Errorf("a day to come: %v", err)
		}
		must(t, w.RecordMilestone(w.ctx, w.essonne, id, "validated", "2017-06-01"))
		if err := w.RecordMilestone(w.ctx, w.essonne, id, "validated", "2017-07-01"); ruleOf(err) != "structures.msp: milestone" {
			t.Errorf("dated twice: %v", err)
		}
		if err := w.RecordMilestone(w.ctx, w.essonne, id, "sisa", "2017-05-01"); fieldOf(err, "milestone_on") == "" {
			t.Errorf("a company before the project: %v", err)
		}
		must(t, w.RecordMilestone(w.ctx, w.essonne, id, "sisa", "2017-10-01"))
		must(t, sign())
	})
}

// The four classes of CPTS, at their bounds.
func TestSizeClassesAtTheirBounds(t *testing.T) {
	for population, want := range map[int64]string{0: "", 1: "1", 39_999: "1", 40_000: "2", 79_999: "2", 80_000: "3", 175_000: "3", 175_001: "4", 2_000_000: "4"} {
		if class, _ := SizeOf(book{}.CPTSSizes(""), population); class.ID != want {
			t.Errorf("%d inhabitants: class %q, want %q", population, class.ID, want)
		}
	}
}

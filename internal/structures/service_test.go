package structures

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/structures/identifier"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// book stands for the rule book, which is a floor above.
type book struct{}

func (book) CPTSSizes(Day) []SizeClass {
	return []SizeClass{{ID: "1", Below: 40000}, {ID: "2", From: 40000, Below: 80000}, {ID: "3", From: 80000, Below: 175001}, {ID: "4", From: 175001}}
}
func (book) CPTSMissions(Day) []Mission {
	return []Mission{{ID: "access", Label: t("Accès", "Access"), Core: true, Start: 6, Deploy: 18}}
}
func (book) ACI(Day) ACITerms { return ACITerms{2, 1, 6} }
func (book) Fragility(Day) FragilityScale {
	return FragilityScale{Risk: 40, Age: 60, AgePoints: 30, Months: 24, DeparturePoints: 30, SinglePoints: 20, LowAPL: 25, LowPoints: 20, MidAPL: 40, MidPoints: 10}
}

type world struct {
	*Service
	db      *db.DB
	clock   *clock.Fixed
	ctx     context.Context
	essonne accounts.Actor // officer of the département 91
	paris   accounts.Actor // officer of the département 75
}

func newWorld(d *db.DB) *world {
	c := clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	officer := func(departement string) accounts.Actor {
		return accounts.Actor{ID: "o" + departement, Name: "Agent " + departement, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: departement}}}
	}
	return &world{Service: New(d, c, book{}), db: d, clock: c, ctx: context.Background(), essonne: officer("91"), paris: officer("75")}
}

func coordinator(structure string) accounts.Actor {
	return accounts.Actor{ID: "c", Name: "Coordinatrice", Grants: []accounts.Grant{{Role: accounts.RoleApplicant, Structure: structure}}}
}

func (w *world) create(t *testing.T, kind Kind, name string) Structure {
	t.Helper()
	s, err := w.Create(w.ctx, w.essonne, CreateCommand{Kind: kind, Name: name, Commune: "91286"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ruleOf(err error) string {
	var f *fault.Error
	errors.As(err, &f)
	if f == nil {
		return ""
	}
	return f.Rule
}

func fieldOf(err error, name string) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Fields[name].FR
}

func TestCreateChecksEachField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		_, err := w.Create(w.ctx, w.essonne, CreateCommand{Kind: "castle", Name: "x", Commune: "Grigny", FINESS: "910002774", SIRET: "1", Opened: "hier"})
		for _, field := range []string{"kind", "name", "commune", "finess", "siret", "opened"} {
			if fieldOf(err, field) == "" {
				t.Errorf("%s is not refused: %v", field, err)
			}
		}
		cmd := CreateCommand{Kind: CDS, Name: "Centre de santé de l’Étoile", Commune: "91286", FINESS: "91 000 277 3", Opened: "2019-05-01"}
		if _, err := w.Create(w.ctx, w.paris, cmd); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer of Paris created in Essonne: %v", err)
		}
		if _, err := w.Create(w.ctx, w.essonne, cmd); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Create(w.ctx, w.essonne, cmd); fieldOf(err, "finess") == "" {
			t.Errorf("one FINESS number twice: %v", err)
		}
		for _, text := range []string{"etoile", "ÉTOILE santé", "910002773", "grigny", "91350"} {
			if found, total, err := w.List(w.ctx, accounts.Actor{}, Filter{Text: text}); err != nil || total != 1 || len(found) != 1 {
				t.Errorf("search %q: %d found, %v", text, total, err)
			}
		}
		if _, total, _ := w.List(w.ctx, accounts.Actor{}, Filter{Text: "nantes"}); total != 0 {
			t.Error("found what is not there")
		}
		for _, long := range []string{strings.Repeat("a", 60_000), strings.Repeat("a ", 1000), strings.Repeat("st ", 1000)} { // more than either database takes
			for _, f := range []Filter{{Text: long}, {NameStart: long}, {NameHolds: long}} {
				if _, _, err := w.List(w.ctx, accounts.Actor{}, f); err != nil {
					t.Errorf("a search of %d characters: %v", len(long), err)
				}
			}
		}
		if s, err := w.ByNumber(w.ctx, identifier.FINESS, "910002773"); err != nil || s.Commune != "91286" {
			t.Errorf("by number: %v %v", s.Commune, err)
		}
	})
}

func TestMSPLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		s := w.create(t, MSP, "MSP des Tilleuls")
		team := coordinator(s.ID)
		move := func(by accounts.Actor, name string) error {
			_, err := w.Move(w.ctx, by, MoveCommand{ID: s.ID, Move: name, Reason: "motif"})
			return err
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(move(team, "study"))
		must(move(team, "file"))
		if err := move(team, "validate"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the team validated its own project: %v", err)
		}
		if err := move(w.paris, "validate"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer of elsewhere validated: %v", err)
		}
		must(move(w.essonne, "validate"))
		if err := move(team, "form"); ruleOf(err) != "structures.msp: form (finess)" {
			t.Errorf("SISA without FINESS: %v", err)
		}
		must(w.SetNumber(w.ctx, team, s.ID, identifier.FINESS, "910002773", "2026-03-02"))
		must(move(team, "form"))
		must(move(team, "run"))
		if err := move(w.essonne, "sign_aci"); ruleOf(err) != "structures.msp: sign_aci (aci-team)" {
			t.Errorf("ACI without a team: %v", err)
		}
		for _, p := range []string{"gp", "gp", "nurse"} {
			must(w.AddMember(w.ctx, team, MemberCommand{Structure: s.ID, Name: "Dominique Essai", Profession: p, From: "2026-01-01"}))
		}
		must(move(w.essonne, "sign_aci"))
		f, err := w.File(w.ctx, team, s.ID)
		must(err)
		if f.State != "aci" || f.Opened != "2026-03-02" || len(f.Members) != 3 {
			t.Errorf("got %s, %s, %d members", f.State, f.Opened, len(f.Members))
		}
		if public, err := w.File(w.ctx, accounts.Actor{}, s.ID); err != nil || len(public.Members) != 0 {
			t.Errorf("the public sees members: %v", err)
		}
		events, err := w.Timeline(w.ctx, team, s.ID)
		must(err)
		if len(events) < 12 {
			t.Errorf("the timeline holds %d events", len(events))
		}
	})
}

func TestSilenceValidatesACPTS(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		s := w.create(t, CPTS, "CPTS du Plateau")
		if err := w.SetTerritory(w.ctx, w.essonne, s.ID, []string{"91286", "91687", "91286"}); err != nil {
			t.Fatal(err)
		}
		for _, m := range []string{"letter", "file"} {
			if _, err := w.Move(w.ctx, coordinator(s.ID), MoveCommand{ID: s.ID, Move: m}); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.Set(time.Date(2026, 5, 2, 7, 59, 0, 0, time.UTC)) // 2 March 11:00 in Paris, two months later, one minute before
		if n, err := w.Sweep(w.ctx); n != 0 || err != nil {
			t.Fatalf("%d moved too early, %v", n, err)
		}
		w.clock.Advance(24 * time.Hour)
		if n, err := w.Sweep(w.ctx); n != 1 || err != nil {
			t.Fatalf("%d moved, %v", n, err)
		}
		if n, _ := w.Sweep(w.ctx); n != 0 {
			t.Error("silence validated twice")
		}
		f, _ := w.File(w.ctx, w.essonne, s.ID)
		class, _ := SizeOf(book{}.CPTSSizes(""), f.Population)
		if f.State != "validated" || f.Reached("validated") != "2026-05-02" || len(f.Territory) != 2 || class.ID != "2" {
			t.Errorf("got %s on %s, %d communes, %d inhabitants", f.State, f.Reached("validated"), len(f.Territory), f.Population)
		}
	})
}

func TestMergeKeepsBothHistories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		a, b := w.create(t, GroupPractice, "Cabinet Voltaire"), w.create(t, GroupPractice, "Cabinet médical Voltaire")
		if err := w.AddMember(w.ctx, w.essonne, MemberCommand{Structure: a.ID, Name: "Camille Essai", Profession: "gp", From: "2020-01-01"}); err != nil {
			t.Fatal(err)
		}
		if err := w.SetNumber(w.ctx, w.essonne, a.ID, identifier.FINESS, "910002773", "2020-01-01"); err != nil {
			t.Fatal(err)
		}
		pairs, err := w.Duplicates(w.ctx, w.essonne, "11")
		if err != nil || len(pairs) != 1 || pairs[0].Score < DuplicateFrom || len(pairs[0].Points) < 2 {
			t.Errorf("duplicates: %+v %v", pairs, err)
		}
		if err := w.Merge(w.ctx, w.essonne, MergeCommand{From: a.ID, Into: a.ID, Reason: "x"}); fieldOf(err, "into") == "" {
			t.Errorf("merged with itself: %v", err)
		}
		if err := w.Merge(w.ctx, w.paris, MergeCommand{From: a.ID, Into: b.ID, Reason: "x"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("merged from elsewhere: %v", err)
		}
		if err := w.Merge(w.ctx, w.essonne, MergeCommand{From: a.ID, Into: b.ID, Reason: "même cabinet"}); err != nil {
			t.Fatal(err)
		}
		old, _ := w.File(w.ctx, w.essonne, a.ID)
		kept, _ := w.File(w.ctx, w.essonne, b.ID)
		if old.MergedInto != b.ID || len(old.Members) != 1 || old.Members[0].To == "" || kept.Number(identifier.FINESS) != "910002773" || kept.GPs("2026-03-02") != 1 {
			t.Errorf("after the merger: %+v / %+v", old, kept)
		}
		if _, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: a.ID, Move: "close", Reason: "x"}); ruleOf(err) != "invariant-12" {
			t.Errorf("a merged structure moved: %v", err)
		}
		if err := w.Update(w.ctx, w.essonne, UpdateCommand{ID: a.ID, Version: old.Version, Name: "Autre", Commune: "91286"}); ruleOf(err) != "invariant-12" {
			t.Errorf("a merged structure changed: %v", err)
		}
		events, _ := w.Timeline(w.ctx, w.essonne, b.ID)
		if n := len(events); n < 6 {
			t.Errorf("the timeline of the one kept holds %d events", n)
		}
	})
}

func TestTwoEditorsOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		s := w.create(t, EHPAD, "Résidence des Lilas")
		cmd := UpdateCommand{ID: s.ID, Version: 1, Name: "Résidence du Lilas", Commune: "91286"}
		if err := w.Update(w.ctx, w.essonne, cmd); err != nil {
			t.Fatal(err)
		}
		if err := w.Update(w.ctx, w.essonne, cmd); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the second writer won too: %v", err)
		}
		entries, err := audit.Timeline(w.ctx, d, audit.Object{Kind: "structures.structure", ID: s.ID})
		if err != nil || len(entries) != 2 {
			t.Errorf("%d audit entries, %v", len(entries), err)
		}
	})
}

func TestCloseAndReopen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		s := w.create(t, Hospital, "Hôpital d’essai")
		for _, c := range []struct {
			move  string
			state lifecycle.State
		}{{"close", "closed"}, {"reopen", "open"}} {
			if _, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: s.ID, Move: c.move}); fieldOf(err, "reason") == "" {
				t.Errorf("%s without a reason: %v", c.move, err)
			}
			moved, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: s.ID, Move: c.move, Reason: "motif"})
			if err != nil || moved.State != c.state || (moved.Closed == "") != (c.state == "open") {
				t.Errorf("%s: %+v %v", c.move, moved, err)
			}
		}
		if _, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: s.ID, Move: "close", Reason: "x", On: "2027-01-01"}); fieldOf(err, "on") == "" {
			t.Errorf("closed in the future: %v", err)
		}
	})
}

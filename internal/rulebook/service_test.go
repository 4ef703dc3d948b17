package rulebook

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

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

func officer(id string) accounts.Actor {
	return accounts.Actor{ID: id, Name: "Agent " + id, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, Machine, accounts.Roles, func(lifecycle.State) *Version { return &Version{AuthorID: "a", asking: "b"} })
}

func TestANewVersionNeedsTwoPeopleAndARoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, err := Open(ctx, d, clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(ctx, d, s.clock); err != nil {
			t.Fatalf("a second start: %v", err)
		}
		ana, bob := officer("ana"), officer("bob")
		book, _ := s.Book(ctx)
		rule, _ := book.Rule("msp-faisabilite", "2026-03-02")
		rule.From, rule.Amounts[0].Max = "2027-01-01", 40_000_00
		rule.Tests = []Test{{Name: "nouveau plafond", Facts: map[string]any{"who": "msp", "plan": []any{"study"}, "region": "11"}, Verdict: Eligible, Max: cents(40_000_00)}}

		if _, err := s.Save(ctx, accounts.Actor{ID: "x"}, SaveCommand{Rule: rule}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("anybody writes rules: %v", err)
		}
		bad := rule
		bad.Conditions = []Condition{{ID: "c", Label: both("c"), When: "gps >= 2 and\n  gsp < 3"}}
		if _, err := s.Save(ctx, ana, SaveCommand{Rule: bad}); !strings.Contains(field(err, "conditions.0.when"), "ligne 2, colonne 3") {
			t.Errorf("an expression that does not compile: %v", err)
		}
		bad = rule
		bad.Tests = []Test{{Name: "vieux plafond", Facts: rule.Tests[0].Facts, Verdict: Eligible, Max: cents(35_000_00)}}
		if _, err := s.Save(ctx, ana, SaveCommand{Rule: bad}); !strings.Contains(field(err, "tests"), "vieux plafond") {
			t.Errorf("a test that fails: %v", err)
		}
		v, err := s.Save(ctx, ana, SaveCommand{Rule: rule})
		if err != nil || v.Version != 2 {
			t.Fatal(v.Version, err)
		}
		if _, err := s.Move(ctx, ana, MoveCommand{ID: v.ID, Move: "adopt"}); !fault.Is(err, fault.KindRefused) {
			t.Errorf("a draft was adopted: %v", err)
		}
		if _, err := s.Move(ctx, ana, MoveCommand{ID: v.ID, Move: "review"}); !strings.Contains(ruleOf(err), "two-people") {
			t.Errorf("the author reviewed: %v", err)
		}
		for _, move := range []string{"review", "adopt"} {
			if _, err := s.Move(ctx, bob, MoveCommand{ID: v.ID, Move: move}); err != nil {
				t.Fatal(move, err)
			}
		}
		book, err = s.Book(ctx)
		if err != nil {
			t.Fatal(err)
		}
		before, _ := book.Rule("msp-faisabilite", "2026-12-31")
		after, _ := book.Rule("msp-faisabilite", "2027-01-01")
		if before.Version != 1 || before.To != "2026-12-31" || after.Version != 2 || after.Amounts[0].Max != 40_000_00 {
			t.Errorf("before: version %d until %s; after: version %d, %d", before.Version, before.To, after.Version, after.Amounts[0].Max)
		}
		rule.From = "2026-06-01" // version 1 now has an end, and version 2 comes before this one ends
		if _, err := s.Save(ctx, ana, SaveCommand{Rule: rule}); !strings.Contains(field(err, "from"), "La version 2 est déjà en vigueur à partir du 1") {
			t.Errorf("a draft on days that another version holds: %v", err)
		}
		// Two drafts for the same days are both written before either is adopted: the second adoption is refused.
		rule.From = "2028-01-01"
		var drafts []Version
		for range 2 {
			w, err := s.Save(ctx, ana, SaveCommand{Rule: rule})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Move(ctx, bob, MoveCommand{ID: w.ID, Move: "review"}); err != nil {
				t.Fatal(err)
			}
			drafts = append(drafts, w)
		}
		if _, err = s.Move(ctx, bob, MoveCommand{ID: drafts[0].ID, Move: "adopt"}); err != nil {
			t.Fatal(err)
		}
		_, err = s.Move(ctx, bob, MoveCommand{ID: drafts[1].ID, Move: "adopt"})
		if ruleOf(err) != "rulebook.overlap" || !strings.Contains(err.Error(), "Versions") {
			t.Errorf("two versions in force together: %v", err)
		}
		history, err := s.History(ctx, accounts.Actor{}, "msp-faisabilite")
		if err != nil || len(history) != 8 {
			t.Errorf("%d lines of history, %v", len(history), err)
		}
		public, _ := s.Versions(ctx, accounts.Actor{}, "msp-faisabilite")
		mine, _ := s.Versions(ctx, ana, "msp-faisabilite")
		if len(public) != 3 || len(mine) != 4 {
			t.Errorf("the public sees %d versions, an officer %d", len(public), len(mine))
		}
	})
}

func cents(c Cents) *Cents { return &c }

func field(err error, name string) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Fields[name].FR
}

func ruleOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Rule
}

// TestNodesThatStartTogether has two nodes open the book of one new database at the same moment.
func TestNodesThatStartTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		failed := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := Open(context.Background(), d, clock.System{})
				failed <- err
			}()
		}
		for range 2 {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		var n int
		if err := d.Get(&n, "SELECT count(*) FROM rule_version"); err != nil || n != len(Embedded()) {
			t.Errorf("%d versions kept, %v", n, err)
		}
	})
}

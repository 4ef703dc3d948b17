package calls

import (
	"errors"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Invariant 4: funders and the aid requested stay within the eligible cost, to the cent; the refusal names the rule and the field.
func TestFundersExceedingTheCostAreRefusedAtFiling(t *testing.T) {
	each(t, func(w *world) {
		c, r := w.call(MSPFeasibility, 100_000_00), Reader{Actor: w.applicant}
		d, err := w.Start(ctx, r, c.ID, nil)
		w.must(err)
		a := answers(c.Form.V, "20 000")
		a[Cell(TableCosts, 0, "amount")], a[Cell(TableFunders, 0, "label")], a[Cell(TableFunders, 0, "amount")] = "30 000", "Région", "10 000,01"
		_, err = w.Save(ctx, r, d.ID, a)
		w.must(err)
		w.attached(r, d.ID, c.Form.V)
		_, err = w.File(ctx, r, d.ID)
		w.refused(err, fault.KindInvalid, "")
		if said := err.(*fault.Error).Fields[TableFunders].FR; !strings.Contains(said, "pas plus que le projet ne coûte") { //nolint:errorlint // faults are returned as they are
			w.t.Errorf("the refusal says %q", said)
		}
		kept, err := w.Save(ctx, r, d.ID, Answers{Cell(TableFunders, 0, "amount"): "10 000"})
		w.must(err)
		if kept.Answers.V[Cell(TableFunders, 0, "label")] != "Région" {
			w.t.Error("what was typed is lost")
		}
		_, err = w.File(ctx, r, d.ID)
		w.must(err)
	})
}

// Invariant 11: each move of a dossier leaves who, when and why; a move that asks for a reason is refused without one, and amounts stay
// whole cents, in the database too.
func TestEachMoveIsRecordedWithItsReason(t *testing.T) {
	each(t, func(w *world) {
		d := w.instructed(w.call(MSPFeasibility, 100_000_00), "20 000", 19_999_99)
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "refuse"}), fault.KindInvalid, "")
		w.refused(w.Reopen(ctx, w.instructor, d.ID, "Rien à rouvrir."), fault.KindRefused, "")
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "grant", Reason: "Classé premier."}))
		history, err := w.History(ctx, d.ID)
		w.must(err)
		states := []string{string(Draft)}
		for _, e := range history {
			if to := e.Details["to"]; to != "" {
				if e.Details["from"] != states[len(states)-1] || e.Actor.ID == "" || e.Actor.Name == "" || e.At.IsZero() {
					w.t.Errorf("%+v does not follow %v", e, states)
				}
				states = append(states, to)
			}
		}
		if last := history[len(history)-1]; strings.Join(states, " ") != "draft filed admissible instructed granted" || last.Actor.ID != w.decider.ID || last.Reason != "Classé premier." || last.Details["granted_cents"] != "1999999" {
			w.t.Errorf("%v, %+v", states, last)
		}
		for _, negative := range []string{"requested_cents", "granted_cents", "proposed_cents"} {
			if _, err := w.db.Exec(`UPDATE dossier SET ` + negative + ` = -1`); !db.IsCheck(err) {
				w.t.Errorf("the database took a negative %s: %v", negative, err)
			}
		}
		if _, err := w.db.Exec(`UPDATE dossier SET decider_id = instructor_id`); !db.IsCheck(err) {
			w.t.Errorf("the database let one person instruct and decide: %v", err)
		}
	})
}

// Every move of a dossier, from every state, by everybody: only who the table names, where they may see the dossier, moves it — through
// the service that the pages call.
func TestEveryMoveThroughTheServiceAsksWho(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed(w.call(MSPFeasibility, 100_000_00), "20 000")
		applicant, officer := []accounts.Role{accounts.RoleApplicant}, []accounts.Role{accounts.RoleOfficer}
		people := []struct {
			name  string
			actor accounts.Actor
			roles []accounts.Role
		}{{"the applicant", w.applicant, applicant}, {"another applicant", w.stranger, nil}, {"the officer", w.instructor, officer}, {"the region's officer", w.decider, officer},
			{"an officer of elsewhere", w.elsewhere, nil}, {"a reviewer", w.reviewer, nil}, {"nobody", accounts.Actor{}, nil}}
		for _, state := range DossierLife.Table().States {
			_, err := w.db.Exec(`UPDATE dossier SET state = $1, proposed_cents = 100, structure_confirmed = TRUE, instructor_id = '', decider_id = '' WHERE id = $2`, state.Name, d.ID)
			w.must(err)
			for _, move := range DossierLife.Table().Moves {
				for _, who := range people {
					err := w.db.InTx(ctx, func(tx *db.Tx) error { return w.moveAs(tx, Reader{Actor: who.actor}, d.ID, move.Name) })
					roles := who.roles
					if state.Name == Draft && who.roles != nil && roles[0] == accounts.RoleOfficer {
						roles = nil // a draft is its author's
					}
					_, allowed := DossierLife.Check(&Dossier{Proposed: 100, StructureConfirmed: true}, state.Name, move.Name, roles, "motif")
					if want := roles != nil && allowed == nil; want != errors.Is(err, errUndo) {
						w.t.Errorf("%s, %s: %s: %v", state.Name, move.Name, who.name, err)
					}
				}
			}
		}
	})
}

// moveAs tries a move and undoes it.
func (w *world) moveAs(tx *db.Tx, r Reader, id, move string) error {
	d, roles, err := w.open(ctx, tx, r, id, accounts.RoleApplicant, accounts.RoleOfficer)
	if err != nil {
		return err
	}
	if err := w.move(ctx, tx, r, d, roles, move, "motif", nil); err != nil {
		return err
	}
	return errUndo
}

var errUndo = errors.New("moved, and undone")

// Every move of a call, from every state, by everybody: officers of the region alone move it, as the table says.
func TestEveryMoveOfACallAsksWho(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		for _, state := range CallLife.Table().States {
			for _, move := range CallLife.Table().Moves {
				for _, who := range []struct {
					name  string
					actor accounts.Actor
					moves bool
				}{{"the region's officer", w.decider, true}, {"an officer of one département", w.instructor, false}, {"an applicant", w.applicant, false}, {"a reviewer", w.reviewer, false}, {"nobody", accounts.Actor{}, false}} {
					_, err := w.db.Exec(`UPDATE call SET state = $1 WHERE id = $2`, state.Name, c.ID)
					w.must(err)
					_, err = w.MoveCall(ctx, who.actor, c.ID, move.Name, "motif")
					from := *c
					from.State = state.Name
					_, allowed := CallLife.Check(&from, state.Name, move.Name, byOfficer, "motif")
					if want := who.moves && allowed == nil; want != (err == nil) {
						w.t.Errorf("%s, %s: %s: %v", state.Name, move.Name, who.name, err)
					}
				}
			}
		}
	})
}

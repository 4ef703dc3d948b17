package calls

import (
	"context"
	"strings"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// tried stands for the sandbox: one scenario, whose figure moves when the data do.
type tried struct{ lifted string }

func (x *tried) Frozen(_ context.Context, _ accounts.Actor, id string) (FrozenScenario, error) {
	if id != "s1" {
		return FrozenScenario{}, fault.NotFound("Aucun.", "None.")
	}
	return FrozenScenario{Name: "Deux médecins", Figures: []ScenarioFigure{{Label: i18n.Text{FR: "Habitants", EN: "Inhabitants"}, After: i18n.Text{FR: x.lifted, EN: x.lifted}}}}, nil
}

func (x *tried) Kept(_ context.Context, actor accounts.Actor) ([]ScenarioChoice, error) {
	return []ScenarioChoice{{ID: "s1", Name: "Deux médecins de " + actor.ID}}, nil
}

func TestAScenarioStaysInTheDossierAsItWas(t *testing.T) {
	each(t, func(w *world) {
		sandbox := &tried{lifted: "1 200"}
		w.WithScenarios(sandbox)
		d := w.filed(w.call(MSPFeasibility, 100_000_00), "30 000")
		author, officer := Reader{Actor: w.applicant}, Reader{Actor: w.instructor}
		w.must(w.AttachScenario(ctx, author, d.ID, "s1"))
		w.must(w.AttachScenario(ctx, officer, d.ID, "https://maillage.example.org/simulateur/s1?lang=en"))
		sandbox.lifted = "0"
		held, err := w.ScenariosOf(ctx, d.ID)
		w.must(err)
		if len(held) != 2 || held[0].Frozen.V.Figures[0].After.FR != "1 200" || held[1].AddedName != w.instructor.Name {
			w.t.Fatalf("the dossier holds %+v", held)
		}
		w.refused(w.AttachScenario(ctx, author, d.ID, "https://maillage.example.org/carte"), fault.KindInvalid, "")
		for _, who := range []accounts.Actor{w.stranger, w.elsewhere, w.reviewer, {}} {
			w.refused(w.AttachScenario(ctx, Reader{Actor: who}, d.ID, "s1"), fault.KindNotFound, "")
		}
		if err := w.DetachScenario(ctx, officer, d.ID, held[0].ID); err == nil {
			w.t.Fatal("an officer takes away what the author attached")
		}
		w.must(w.DetachScenario(ctx, author, d.ID, held[0].ID))
		for range mostScenarios - 1 {
			w.must(w.AttachScenario(ctx, author, d.ID, "s1"))
		}
		w.refused(w.AttachScenario(ctx, author, d.ID, "s1"), fault.KindRefused, "scenarios")
		w.must(w.Withdraw(ctx, author, d.ID, "Projet abandonné"))
		w.refused(w.AttachScenario(ctx, author, d.ID, "s1"), fault.KindRefused, "dossier-over")
		if kept, err := w.KeptScenarios(ctx, Reader{}); err != nil || kept != nil {
			w.t.Fatalf("nobody keeps %v, %v", kept, err)
		}
	})
}

// The inbox opens on what is due, the nearest deadline first; then what has none, what was granted, and last what is over.
func TestTheInboxOpensOnWhatIsDue(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		states := []lifecycle.State{Refused, Granted, Instructed, Admissible, Filed}
		ids := w.many(c, len(states), Filed)
		for i, state := range states {
			_, err := w.db.Exec(`UPDATE dossier SET state = $1, due_at = NULL WHERE id = $2`, state, ids[i])
			w.must(err)
		}
		for i, days := range map[int]int{3: 9, 4: 2} {
			_, err := w.db.Exec(`UPDATE dossier SET due_at = $1 WHERE id = $2`, w.now().AddDate(0, 0, days), ids[i])
			w.must(err)
		}
		order := func(f Inbox) string {
			f.Limit = 10
			rows, _, err := w.Inbox(ctx, w.decider, f)
			w.must(err)
			var names []string
			for _, d := range rows {
				names = append(names, string(d.State))
			}
			return strings.Join(names, " ")
		}
		if got := order(Inbox{}); got != "filed admissible instructed granted refused" {
			w.t.Errorf("the inbox opens on %s", got)
		}
		if got := order(Inbox{Sort: "due"}); !strings.HasPrefix(got, "filed admissible ") {
			w.t.Errorf("by deadline: %s", got)
		}
		if got := order(Inbox{Sort: "-due"}); !strings.HasPrefix(got, "admissible filed ") {
			w.t.Errorf("by deadline, the last first: %s", got)
		}
	})
}

// The desk of officers asks for deadlines, for files that nobody has, and for those whose turn it is.
func TestTheInboxNarrows(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		first, second := w.filed(c, "30 000"), w.filed(c, "20 000")
		w.must(w.Admit(ctx, w.instructor, []string{first.ID}))
		w.must(w.AskCorrections(ctx, w.instructor, first.ID, map[string]string{"description": "Précisez."}))
		for name, f := range map[string]Inbox{
			"nobody has it":   {Unassigned: true, Limit: 10},
			"officer's turn":  {Owner: accounts.RoleOfficer, Limit: 10},
			"within the time": {DueBefore: w.now().AddDate(0, 0, 40), Limit: 10},
		} {
			found, total, err := w.Inbox(ctx, w.instructor, f)
			w.must(err)
			if total != 1 || found[0].ID != second.ID {
				w.t.Errorf("%s: %d found", name, total)
			}
		}
		for name, f := range map[string]Inbox{
			"somebody has it":     {Taken: true, Limit: 10},
			"not within the time": {Calm: w.now().AddDate(0, 0, 40), Limit: 10},
		} {
			found, total, err := w.Inbox(ctx, w.instructor, f)
			w.must(err)
			if total != 1 || found[0].ID != first.ID {
				w.t.Errorf("%s: %d found", name, total)
			}
		}
	})
}

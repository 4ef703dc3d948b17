package calls

import (
	"testing"
	"time"

	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// silentCall publishes a call whose silence refuses.
func (w *world) silentCall(after lifecycle.Deadline) *Call {
	w.t.Helper()
	c := w.call(MSPFeasibility, 500_000_00)
	cmd := c.Command()
	cmd.Settings.Silence = after
	c, err := w.EditCall(ctx, w.decider, c.ID, cmd)
	w.must(err)
	return c
}

func paris(y int, m time.Month, d, hour, minute, second int) time.Time {
	return time.Date(y, m, d, hour, minute, second, 0, i18n.Paris)
}

func (w *world) swept(at time.Time, want int) {
	w.t.Helper()
	w.clock.Set(at)
	if n, err := w.SweepSilence(ctx); err != nil || n != want {
		w.t.Fatalf("at %s, %d refused by silence, want %d: %v", at.In(i18n.Paris), n, want, err)
	}
}

// Working days step over the first of May, the eighth and Ascension Day of 2026; the last day is whole, and its silence refuses at midnight.
func TestSilenceRefusesAtTheEndOfItsLastDay(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			filed time.Time
			after lifecycle.Deadline
			last  time.Time
		}{
			{paris(2026, 4, 30, 9, 0, 0), lifecycle.Deadline{N: 10, Unit: lifecycle.WorkingDays}, paris(2026, 5, 19, 23, 59, 59)},
			{paris(2026, 12, 31, 9, 0, 0), lifecycle.Deadline{N: 2, Unit: lifecycle.Months}, paris(2027, 2, 28, 23, 59, 59)},
			{paris(2027, 3, 1, 9, 0, 0), lifecycle.Deadline{N: 1, Unit: lifecycle.Months}, paris(2027, 4, 1, 23, 59, 59)}, // over the change of hour
		} {
			w.clock.Set(c.filed)
			d := w.filed(w.silentCall(c.after), "20 000")
			if d.SilenceAt == nil || !d.SilenceAt.Equal(c.last) {
				w.t.Fatalf("filed %s: silence refuses at %v, want %s", c.filed, d.SilenceAt, c.last)
			}
			w.must(w.Admit(ctx, w.instructor, []string{d.ID}))
			w.swept(c.last, 0)
			w.swept(c.last.Add(time.Microsecond), 1)
			w.swept(c.last.Add(time.Hour), 0)
			r := Reader{Actor: w.applicant}
			d, _, err := w.Dossier(ctx, r, d.ID)
			w.must(err)
			decisions, err := w.Decisions(ctx, d.ID)
			w.must(err)
			if d.State != Refused || d.SilenceAt != nil || len(decisions) != 1 || decisions[0].Outcome != "refuse" || decisions[0].DecidedBy == "" || decisions[0].Reason == "" {
				w.t.Fatalf("%s, %+v", d.State, decisions)
			}
			history, err := w.History(ctx, d.ID)
			w.must(err)
			if last := history[len(history)-1]; last.Action != "calls.dossier.silence" || last.Reason != decisions[0].Reason || last.Actor.ID == "" {
				w.t.Fatalf("%+v", last)
			}
			w.must(w.FileAppeal(ctx, r, d.ID, AppealCommand{Kind: AppealHierarchical, Text: "Personne n’a répondu."}))
		}
	})
}

// The clock stops while the author has corrections to answer, starts again whole, keeps the time of the day of filing, and ends with a decision.
func TestTheClockOfSilenceStopsAndStartsAgain(t *testing.T) {
	each(t, func(w *world) {
		c := w.silentCall(lifecycle.Deadline{N: 2, Unit: lifecycle.Months})
		r := Reader{Actor: w.applicant}
		d := w.filed(c, "20 000")
		decided := w.filed(c, "20 000")
		cmd := c.Command()
		cmd.Settings.Silence = lifecycle.Deadline{}
		_, err := w.EditCall(ctx, w.decider, c.ID, cmd)
		w.must(err)
		if never := w.filed(c, "20 000"); never.SilenceAt != nil {
			w.t.Fatal("silence refuses what its call leaves open")
		}
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"title": "Plus court."}))
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{decided.ID}, Outcome: "refuse", Reason: "Hors sujet."}))
		w.swept(paris(2026, 5, 2, 8, 0, 0), 0) // two months less an hour after the corrections: still time to complete
		_, err = w.Save(ctx, r, d.ID, Answers{"title": "MSP"})
		w.must(err)
		w.must(w.Complete(ctx, r, d.ID))
		w.swept(paris(2026, 7, 2, 23, 59, 59), 0)
		w.swept(paris(2026, 7, 3, 0, 0, 0), 1)
		d, _, err = w.Dossier(ctx, r, d.ID)
		w.must(err)
		if d.State != Refused {
			w.t.Fatal(d.State)
		}
		w.must(w.Reopen(ctx, w.instructor, d.ID, "Retard de l’Agence."))
		w.swept(paris(2027, 7, 3, 0, 0, 0), 0)
	})
}

func TestATimeOfSilenceThatCannotBeIsRefused(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 500_000_00)
		for _, bad := range []lifecycle.Deadline{{N: -1, Unit: lifecycle.Months}, {N: 251, Unit: lifecycle.WorkingDays}, {N: 3, Unit: "lunes"}, {N: 3, Unit: lifecycle.Hours}} {
			cmd := c.Command()
			cmd.Settings.Silence = bad
			_, err := w.EditCall(ctx, w.decider, c.ID, cmd)
			w.refused(err, fault.KindInvalid, "")
		}
	})
}

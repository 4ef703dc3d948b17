package calls

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// refusedDossier is a dossier refused at a moment.
func (w *world) refusedDossier(at time.Time) *Dossier {
	w.t.Helper()
	d := w.instructed(w.call(MSPFeasibility, 100_000_00), "20 000", 20_000_00)
	w.clock.Set(at)
	w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "refuse", Reason: "Équipe incomplète."}))
	return d
}

func TestAppealReopensADossierThatAnotherPersonDecides(t *testing.T) {
	each(t, func(w *world) {
		d := w.refusedDossier(w.now())
		r := Reader{Actor: w.applicant}
		w.refused(w.FileAppeal(ctx, r, d.ID, AppealCommand{Kind: AppealGracious}), fault.KindInvalid, "")
		w.refused(w.FileAppeal(ctx, Reader{Actor: w.stranger}, d.ID, AppealCommand{AppealGracious, "Je conteste."}), fault.KindNotFound, "")
		w.must(w.FileAppeal(ctx, r, d.ID, AppealCommand{AppealHierarchical, "L’équipe est complète depuis mardi."}))
		w.refused(w.FileAppeal(ctx, r, d.ID, AppealCommand{AppealGracious, "Encore."}), fault.KindRefused, "appeal-once")
		waiting, err := w.OpenAppeals(ctx, w.instructor)
		if err != nil || len(waiting) != 1 || waiting[0].Number != d.Number {
			w.t.Fatal(waiting, err)
		}
		if none, err := w.OpenAppeals(ctx, w.elsewhere); err != nil || len(none) != 0 {
			w.t.Fatal("another territory sees the appeal", err)
		}
		id := waiting[0].ID
		w.refused(w.MoveAppeal(ctx, Reader{Actor: w.decider}, id, "accept", "Oui"), fault.KindRefused, "invariant-6")
		w.refused(w.MoveAppeal(ctx, Reader{Actor: w.elsewhere}, id, "accept", "Oui"), fault.KindNotFound, "")
		w.refused(w.MoveAppeal(ctx, Reader{Actor: w.instructor}, id, "accept", ""), fault.KindInvalid, "")
		w.refused(w.MoveAppeal(ctx, r, id, "accept", "Moi-même"), fault.KindForbidden, "")
		w.must(w.MoveAppeal(ctx, Reader{Actor: w.instructor}, id, "accept", "Pièces nouvelles."))
		d, _, err = w.Dossier(ctx, r, d.ID)
		w.must(err)
		if d.State != Admissible || d.Decider != "" {
			w.t.Fatal(d.State, d.Decider)
		}
		w.must(w.Instruct(ctx, w.instructor, d.ID, 15_000_00, "Après recours"))
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "grant"}))
	})
}

func TestAppealsAreDueInTwoMonthsToTheEndOfAWorkingDay(t *testing.T) {
	for decided, want := range map[string]string{
		"2026-03-02T10:00": "2026-05-04T23:59", // 2 May is a Saturday
		"2026-03-08T09:00": "2026-05-11T23:59", // 8 May is a holiday, then a weekend
		"2026-08-25T09:00": "2026-10-26T23:59", // over the change of hour of 25 October, a Sunday
		"2026-12-31T23:30": "2027-03-01T23:59", // 28 February is a Sunday
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", decided, i18n.Paris)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppealUntil(at).In(i18n.Paris).Format("2006-01-02T15:04"); got != want {
			t.Errorf("decided %s: until %s, want %s", decided, got, want)
		}
	}
}

func TestALateAppealIsRefusedAndSilenceRejects(t *testing.T) {
	each(t, func(w *world) {
		r := Reader{Actor: w.applicant}
		decided := time.Date(2026, 3, 3, 10, 0, 0, 0, i18n.Paris)
		early, late := w.refusedDossier(decided), w.refusedDossier(decided)
		w.clock.Set(AppealUntil(decided))
		w.must(w.FileAppeal(ctx, r, early.ID, AppealCommand{AppealGracious, "À temps."}))
		w.clock.Advance(2 * time.Second)
		w.refused(w.FileAppeal(ctx, r, late.ID, AppealCommand{AppealGracious, "Trop tard."}), fault.KindRefused, "appeal-deadline")
		if n, err := w.SweepAppeals(ctx); err != nil || n != 0 {
			w.t.Fatal(n, err)
		}
		w.clock.Set(decided.AddDate(0, 5, 0))
		if n, err := w.SweepAppeals(ctx); err != nil || n != 1 {
			w.t.Fatal(n, err)
		}
		all, err := w.Appeals(ctx, early.ID)
		if err != nil || all[0].State != AppealSilent {
			w.t.Fatal(all, err)
		}
		w.refused(w.MoveAppeal(ctx, r, all[0].ID, "withdraw", ""), fault.KindRefused, "")
		w.must(w.MoveAppeal(ctx, Reader{Actor: w.decider}, all[0].ID, "accept", "Réexamen."))
	})
}

// Aids that are not held together are refused at filing, and at the grant when two of them were filed before either was granted
// (invariant 10), even when both are granted at the same moment.
func TestAidsThatAreNotCumulableAreNotHeldTogether(t *testing.T) {
	each(t, func(w *world) {
		walls, estate := w.call(ProtocolWalls, 900_000_00), w.call(MSPRealEstate, 900_000_00)
		a, b := w.instructed(walls, "20 000", 20_000_00), w.instructed(estate, "20 000", 20_000_00)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, id := range []string{a.ID, b.ID} {
			wg.Go(func() { errs[i] = w.Decide(ctx, w.decider, DecideCommand{IDs: []string{id}, Outcome: "grant"}) })
		}
		wg.Wait()
		granted := 0
		for _, err := range errs {
			if err == nil {
				granted++
				continue
			}
			w.refused(err, fault.KindRefused, "invariant-10")
		}
		if granted != 1 {
			w.t.Fatalf("%d of two aids that exclude each other were granted", granted)
		}
		third := walls
		if errs[0] == nil {
			third = estate
		}
		d, err := w.Start(ctx, Reader{Actor: w.applicant}, third.ID, answers(third.Form.V, "20 000"))
		w.must(err)
		for _, q := range third.Form.V.Fields() {
			if q.Kind == KindFile {
				_, err := w.Attach(ctx, Reader{Actor: w.applicant}, d.ID, q.Name, "piece.pdf", bytes.NewReader(pdf))
				w.must(err)
			}
		}
		_, err = w.File(ctx, Reader{Actor: w.applicant}, d.ID)
		w.refused(err, fault.KindRefused, "invariant-10")
	})
}

// Zones and rules that change after filing change nothing: neither an edit of the call, nor a rezoning, nor a new form (invariant 1).
func TestFilingFreezesZoneRulesAndForm(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		d := w.filed(c, "20 000")
		w.zone = "HZ"
		cmd := c.Command()
		cmd.Form.Sections = cmd.Form.Sections[:1]
		_, err := w.EditCall(ctx, w.decider, c.ID, cmd)
		w.must(err)
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"title": "Plus court."}))
		_, err = w.Save(ctx, Reader{Actor: w.applicant}, d.ID, Answers{"commune": "77001"})
		w.must(err)
		w.refused(w.Complete(ctx, Reader{Actor: w.applicant}, d.ID), fault.KindInvalid, "")
		_, err = w.Save(ctx, Reader{Actor: w.applicant}, d.ID, Answers{"commune": "91286", "title": "MSP"})
		w.must(err)
		w.must(w.Complete(ctx, Reader{Actor: w.applicant}, d.ID))
		after, _, err := w.Dossier(ctx, Reader{Actor: w.applicant}, d.ID)
		w.must(err)
		if after.Frozen.V.Zone != "ZIP" || len(after.Form.V.Sections) != len(d.Form.V.Sections) || after.Frozen.V.Rules[0].Version != "1" || after.Dept != "91" {
			w.t.Fatalf("%+v in %s", after.Frozen.V, after.Dept)
		}
	})
}

// The same person never instructs and decides, by any way round: assigned after deciding, deciding after being assigned, in a batch, or
// straight in the database (invariant 6).
func TestNobodyInstructsAndDecides(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		d, other := w.instructed(c, "20 000", 20_000_00), w.instructed(c, "20 000", 20_000_00)
		w.must(w.Assign(ctx, w.decider, []string{other.ID}, w.decider.ID))
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID, other.ID}, Outcome: "grant"}), fault.KindRefused, "invariant-6")
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "postpone", Reason: "Attendre le bail."}))
		w.refused(w.Assign(ctx, w.decider, []string{d.ID}, w.decider.ID), fault.KindRefused, "invariant-6")
		w.refused(w.Instruct(ctx, w.decider, d.ID, 10_000_00, "Moi aussi"), fault.KindRefused, "invariant-6")
		if _, err := w.db.Exec(`UPDATE dossier SET decider_id = instructor_id WHERE id = $1`, d.ID); err == nil {
			w.t.Fatal("the database let one person do both")
		}
	})
}

func TestSittingsAreThoseOfTheRegion(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		a, b := w.instructed(c, "20 000", 20_000_00), w.filed(c, "20 000")
		id, err := w.Convene(ctx, w.instructor, c.ID, "Comité", "2026-03-20")
		w.must(err)
		normandy := accounts.Actor{ID: "n", Name: "N", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "28"}}}
		_, err = w.Pack(ctx, normandy, id)
		w.refused(err, fault.KindNotFound, "")
		w.refused(w.KeepMinutes(ctx, normandy, id, "Non", 1), fault.KindNotFound, "")
		if all, err := w.Sessions(ctx, normandy); err != nil || len(all) != 0 {
			w.t.Fatal(all, err)
		}
		all, err := w.Sessions(ctx, w.instructor)
		w.must(err)
		if len(all) != 1 || all[0].Dossiers != 1 || all[0].Waiting != 1 || all[0].Call.V.FR == "" || all[0].Over("2026-03-21") {
			w.t.Fatalf("%+v", all)
		}
		w.refused(w.CastVote(ctx, w.decider, id, b.ID, "for", ""), fault.KindNotFound, "") // not before this sitting
		w.must(w.CastVote(ctx, w.decider, id, a.ID, "recused", "Ma sœur y travaille."))
		w.refused(w.CastVote(ctx, w.decider, id, a.ID, "for", ""), fault.KindRefused, "invariant-6")
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{a.ID}, Outcome: "grant"}), fault.KindRefused, "invariant-6")
		w.must(w.KeepMinutes(ctx, w.instructor, id, "Séance levée.", 1))
		w.refused(w.KeepMinutes(ctx, w.instructor, id, "Autre", 1), fault.KindConflict, "")
		_, err = w.db.Exec(`UPDATE dossier SET state = 'refused' WHERE id = $1`, a.ID)
		w.must(err)
		if all, err = w.Sessions(ctx, w.instructor); err != nil || len(all) != 1 || all[0].Waiting != 0 || !all[0].Over("2026-03-20") || all[0].Over("2026-03-19") {
			w.t.Fatalf("%+v, %v", all, err) // it is over once its day came and nothing awaits a decision
		}
	})
}

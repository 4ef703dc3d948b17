package calls

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
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

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func TestEveryMoveEveryRole(t *testing.T) {
	roles := []accounts.Role{accounts.RoleApplicant, accounts.RoleOfficer, accounts.RoleReviewer, accounts.RoleAdmin}
	lifecycletest.EveryMoveEveryRole(t, DossierLife, roles, func(lifecycle.State) *Dossier { return &Dossier{Proposed: 1, StructureConfirmed: true} })
	lifecycletest.EveryMoveEveryRole(t, AppealLife, roles, func(lifecycle.State) *Appeal { return &Appeal{} })
	lifecycletest.EveryMoveEveryRole(t, CallLife, roles, func(lifecycle.State) *Call {
		c := &Call{Envelope: 1, OpensAt: time.Unix(0, 0), ClosesAt: time.Unix(1, 0)}
		c.Title.V.FR = "Appel"
		c.Form.V, _ = Template(MSPFeasibility)
		return c
	})
}

// The whole way of a feasibility study, then the start-up aid from which it is deducted.
func TestFromTheFirstQuestionToTheGrant(t *testing.T) {
	each(t, func(w *world) {
		study := w.call(MSPFeasibility, 100_000_00)
		d := w.filed(study, "30 000")
		if d.Frozen.V.Zone != "ZIP" || !strings.HasPrefix(d.Number, "91-2026-") || *w.sent != 1 {
			t := w.t
			t.Fatalf("filed as %s in %q, %d receipts", d.Number, d.Frozen.V.Zone, *w.sent)
		}
		w.zone = "HZ" // rezoned after filing: changes nothing for this dossier
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"description": "Précisez le calendrier."}))
		r := Reader{Actor: w.applicant}
		_, err := w.Save(ctx, r, d.ID, Answers{"description": "Ouverture en septembre."})
		w.must(err)
		w.must(w.Complete(ctx, r, d.ID))
		w.must(w.Admit(ctx, w.instructor, []string{d.ID}))
		w.must(w.AskOpinion(ctx, w.instructor, d.ID, Reviewer{ID: w.reviewer.ID, Name: w.reviewer.Name}, 10))
		mine, err := w.MyOpinions(ctx, w.reviewer)
		w.must(err)
		scores := map[string]int{"need": 5, "team": 4, "feasibility": 3, "cost": 2}
		w.must(w.GiveOpinion(ctx, w.reviewer, mine[0].ID, OpinionCommand{Scores: scores, Favourable: "yes", Text: "Besoin réel."}))
		w.must(w.Instruct(ctx, w.instructor, d.ID, 28_000_00, "Favorable"))
		session, err := w.Convene(ctx, w.instructor, study.ID, "Comité de mars", "2026-03-20")
		w.must(err)
		w.must(w.CastVote(ctx, w.decider, session, d.ID, "for", ""))
		pack, err := w.Pack(ctx, w.decider, session)
		w.must(err)
		if row := pack.Rows[0]; row.For != 1 || !row.Within || row.Dossier.Score != 77.5 {
			w.t.Fatalf("pack row %+v", row)
		}
		w.refused(w.Decide(ctx, w.instructor, DecideCommand{IDs: []string{d.ID}, Outcome: "grant"}), fault.KindRefused, "invariant-6")
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "grant"}))
		d, _, err = w.Dossier(ctx, r, d.ID)
		w.must(err)
		if d.State != Granted || d.Granted != 28_000_00 || d.Frozen.V.Zone != "ZIP" {
			w.t.Fatalf("%s %d %s", d.State, d.Granted, d.Frozen.V.Zone)
		}

		startUp := w.call(MSPStartUp, 500_000_00)
		again, err := w.Start(ctx, r, startUp.ID, nil)
		w.must(err)
		a := answers(startUp.Form.V, "72 000,01")
		a["costs.0.amount"] = "120 000"
		_, err = w.Save(ctx, r, again.ID, a)
		w.must(err)
		for _, q := range []string{"doc_project", "doc_budget"} {
			_, err := w.Attach(ctx, r, again.ID, q, "piece.pdf", bytes.NewReader(pdf))
			w.must(err)
		}
		_, err = w.File(ctx, r, again.ID)
		w.refused(err, fault.KindInvalid, "")
		_, err = w.Save(ctx, r, again.ID, Answers{"requested": "72 000"})
		w.must(err)
		filed, err := w.File(ctx, r, again.ID)
		w.must(err)
		if filed.Deducted != 28_000_00 {
			w.t.Fatalf("deducted %d", filed.Deducted)
		}
	})
}

func TestWhoIsNotMeantSeesNothing(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed(w.call(MSPFeasibility, 100_000_00), "30 000")
		for _, who := range []accounts.Actor{w.stranger, w.elsewhere, w.reviewer, {}} {
			_, _, err := w.Dossier(ctx, Reader{Actor: who}, d.ID)
			w.refused(err, fault.KindNotFound, "")
			w.refused(w.Withdraw(ctx, Reader{Actor: who}, d.ID, "non"), fault.KindNotFound, "")
		}
		w.refused(w.Admit(ctx, w.elsewhere, []string{d.ID}), fault.KindNotFound, "")
		if rows, _, err := w.Inbox(ctx, w.elsewhere, Inbox{Limit: 10}); err != nil || len(rows) != 0 {
			w.t.Fatal(rows, err)
		}
		if rows, _, err := w.Inbox(ctx, w.instructor, Inbox{Limit: 10}); err != nil || len(rows) != 1 {
			w.t.Fatal(rows, err)
		}
	})
}

func TestADossierWithoutAccountIsOpenedByItsKeyThenClaimed(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		holder := Reader{Key: "une-clef-longue-et-secrète"}
		_, err := w.Start(ctx, Reader{Key: "courte"}, c.ID, nil)
		w.refused(err, fault.KindUnauthenticated, "")
		d, err := w.Start(ctx, holder, c.ID, Answers{"commune": "91286"})
		w.must(err)
		if d.Dept != "91" {
			w.t.Fatalf("prefilled commune gave département %q", d.Dept)
		}
		_, err = w.Save(ctx, holder, d.ID, Answers{"title": "MSP"})
		w.must(err)
		_, _, err = w.Dossier(ctx, Reader{Key: "une-autre-clef-assez-longue"}, d.ID)
		w.refused(err, fault.KindNotFound, "")
		if n, err := w.Claim(ctx, Reader{Actor: w.applicant, Key: holder.Key}); err != nil || n != 1 {
			w.t.Fatal(n, err)
		}
		_, _, err = w.Dossier(ctx, holder, d.ID)
		w.refused(err, fault.KindNotFound, "")
		if mine, err := w.Mine(ctx, Reader{Actor: w.applicant}); err != nil || len(mine) != 1 || mine[0].Title != "MSP" {
			w.t.Fatal(mine, err)
		}
	})
}

func TestTheWindowIsExactInParis(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(GPRecruitment, 100_000_00)
		closing := time.Date(2026, 3, 31, 21, 59, 59, 0, time.UTC) // 23:59:59 in Paris, summer time
		_, err := w.EditCall(ctx, w.decider, c.ID, CallCommand{Programme: c.Programme, Title: c.Title.V, OpensAt: c.OpensAt, ClosesAt: closing, Envelope: c.Envelope,
			Form: c.Form.V, Criteria: c.Criteria.V, Version: c.Version})
		w.must(err)
		r := Reader{Actor: w.applicant}
		start := func() *Dossier {
			d, err := w.Start(ctx, r, c.ID, nil)
			w.must(err)
			_, err = w.Save(ctx, r, d.ID, answers(c.Form.V, "20 000"))
			w.must(err)
			w.attached(r, d.ID, c.Form.V)
			return d
		}
		early, late := start(), start()
		w.clock.Set(closing)
		_, err = w.File(ctx, r, early.ID)
		w.must(err)
		w.clock.Advance(2 * time.Second)
		_, err = w.File(ctx, r, late.ID)
		w.refused(err, fault.KindRefused, "call-window")
		kept, err := w.Save(ctx, r, late.ID, Answers{"title": "Gardé"})
		w.must(err)
		if kept.Title != "Gardé" {
			w.t.Fatal("what is typed after closing was lost")
		}
		if n, err := w.CloseDue(ctx); err != nil || n != 1 {
			w.t.Fatal(n, err)
		}
	})
}

// The last second of the last day is the applicants', to its end, on the days when the hour changes too.
func TestTheLastSecondIsWhole(t *testing.T) {
	for _, day := range []string{"2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-31"} {
		midnight, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
		if err != nil {
			t.Fatal(err)
		}
		next := midnight.AddDate(0, 0, 1)
		c := &Call{State: CallPublished, OpensAt: midnight, ClosesAt: next.Add(-time.Second)}
		for at, open := range map[time.Time]bool{midnight.Add(-time.Microsecond): false, midnight: true, next.Add(-time.Second): true, next.Add(-time.Microsecond): true, next: false, next.Add(time.Second): false} {
			if c.Open(at.UTC()) != open {
				t.Errorf("%s: open is %t", at.In(i18n.Paris), !open)
			}
		}
	}
}

func TestTwoDecisionsAtOnceNeverPassTheEnvelope(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 50_000_00)
		var ids []string
		for range 6 {
			ids = append(ids, w.instructed(c, "20 000", 20_000_00).ID)
		}
		var wg sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			wg.Go(func() { errs[i] = w.Decide(ctx, w.decider, DecideCommand{IDs: []string{id}, Outcome: "grant"}) })
		}
		wg.Wait()
		granted := 0
		for _, err := range errs {
			if err == nil {
				granted++
			} else {
				w.refused(err, fault.KindRefused, "invariant-4")
			}
		}
		after, err := w.Call(ctx, w.decider, c.ID)
		w.must(err)
		if granted != 2 || after.Granted != 40_000_00 {
			w.t.Fatalf("%d granted, %d cents spent", granted, after.Granted)
		}
		_, err = w.db.Exec(`UPDATE call SET granted_cents = envelope_cents + 1`)
		if !db.IsCheck(err) {
			w.t.Fatalf("the database let the envelope pass: %v", err)
		}
	})
}

func TestABatchIsDecidedWholeOrNotAtAll(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 30_000_00)
		ids := []string{w.instructed(c, "20 000", 20_000_00).ID, w.instructed(c, "20 000", 20_000_00).ID}
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: ids, Outcome: "grant"}), fault.KindRefused, "invariant-4")
		for _, id := range ids {
			if d, _, err := w.Dossier(ctx, Reader{Actor: w.decider}, id); err != nil || d.State != Instructed {
				w.t.Fatal(d.State, err)
			}
		}
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: ids, Outcome: "refuse", Reason: "Enveloppe épuisée ; représentez le projet à la session suivante."}))
	})
}

func TestAConflictOfInterestBlocks(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		d := w.instructed(c, "20 000", 20_000_00)
		w.must(w.AskOpinion(ctx, w.instructor, d.ID, Reviewer{ID: w.decider.ID, Name: w.decider.Name}, 10))
		opinions, err := w.Opinions(ctx, d.ID)
		w.must(err)
		w.must(w.GiveOpinion(ctx, w.decider, opinions[0].ID, OpinionCommand{Conflict: "Ancien associé du cabinet."}))
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{d.ID}, Outcome: "grant"}), fault.KindRefused, "invariant-6")
		session, err := w.Convene(ctx, w.instructor, c.ID, "Comité", "2026-03-20")
		w.must(err)
		w.refused(w.CastVote(ctx, w.decider, session, d.ID, "for", ""), fault.KindRefused, "invariant-6")
	})
}

func TestManyPeopleTypingAtOnceLoseNothing(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		r := Reader{Actor: w.applicant}
		d, err := w.Start(ctx, r, c.ID, nil)
		w.must(err)
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.Save(ctx, r, d.ID, Answers{fmt.Sprintf("team.%d.profession", i): "Médecin"}) })
		}
		wg.Wait()
		w.must(errors.Join(errs...))
		d, _, err = w.Dossier(ctx, r, d.ID)
		w.must(err)
		if d.Answers.V.Rows("team") != len(errs) || len(d.Answers.V) != len(errs)+1 { // and the contact, known from the account
			w.t.Fatal(d.Answers.V)
		}
	})
}

func TestDocumentsThatCannotBeUsedAreRefused(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		r := Reader{Actor: w.applicant}
		d, err := w.Start(ctx, r, c.ID, nil)
		w.must(err)
		for name, content := range map[string]string{
			"vide.pdf": "", "texte.pdf": "bonjour", "image.png": string(pdf), "programme.exe": "MZ", "verrou.pdf": string(pdf) + "/Encrypt 5 0 R",
			"infecte.pdf": "%PDF-1.4 X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
		} {
			_, err := w.Attach(ctx, r, d.ID, "doc_quote", name, strings.NewReader(content))
			w.refused(err, fault.KindInvalid, "")
		}
		_, err = w.Attach(ctx, r, d.ID, "doc_quote", "gros.pdf", bytes.NewReader(append(bytes.Clone(pdf), make([]byte, MaxDocument)...)))
		w.refused(err, fault.KindTooLarge, "")
		if all, err := w.Documents(ctx, d.ID); err != nil || len(all) != 0 {
			w.t.Fatal(all, err)
		}
	})
}

// What a settled grant did not spend goes back to the envelope, and may be granted again; never more than was granted.
func TestWhatIsNotSpentReturnsToTheEnvelope(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 1_000_00)
		first, second := w.instructed(c, "1 000", 1_000_00), w.instructed(c, "1 000", 1_000_00)
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{first.ID}, Outcome: "grant"}))
		w.refused(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{second.ID}, Outcome: "grant"}), fault.KindRefused, "invariant-4")
		give := func(cents int64) error {
			return w.db.InTx(ctx, func(tx *db.Tx) error { return w.Release(ctx, tx, w.decider, first.ID, cents) })
		}
		w.refused(give(1_000_01), fault.KindRefused, "invariant-4")
		w.must(give(1_000_00))
		w.must(w.Decide(ctx, w.decider, DecideCommand{IDs: []string{second.ID}, Outcome: "grant"}))
		today := clock.DayOf(w.now())
		for days, want := range map[int]int64{0: 2, 1: 0, -1: 0} { // the sums of a day are those of its decisions
			all, err := w.GrantedBetween(ctx, "11", today.Add(days), today.Add(days+1))
			w.must(err)
			n, cents := int64(0), int64(0)
			for _, g := range all {
				n, cents = n+g.N, cents+g.Cents
			}
			if n != want || cents != want*1_000_00 {
				w.t.Errorf("%d days on: %d dossiers, %d cents", days, n, cents)
			}
		}
	})
}

// Who looks for an aid finds first what closes first; what is over comes last, the latest first.
func TestCallsAreListedByWhatClosesFirst(t *testing.T) {
	each(t, func(w *world) {
		now := w.now()
		for title, days := range map[string][2]int{"3 open longer": {-5, 40}, "1 closes first": {-9, 2}, "2 closes next": {-9, 20}, "4 to come": {3, 90}, "5 over": {-90, -3}, "6 long over": {-400, -300}} {
			c := w.call(MSPFeasibility, 1_000_00)
			_, err := w.db.Exec(`UPDATE call SET title = $1, opens_at = $2, closes_at = $3 WHERE id = $4`, db.JSON[i18n.Text]{V: i18n.Text{FR: title}}, now.AddDate(0, 0, days[0]), now.AddDate(0, 0, days[1]), c.ID)
			w.must(err)
		}
		all, err := w.Calls(ctx, w.applicant)
		w.must(err)
		for i, c := range all {
			if !strings.HasPrefix(c.Title.V.FR, strconv.Itoa(i+1)) {
				w.t.Errorf("%s comes in place %d", c.Title.V.FR, i+1)
			}
		}
	})
}

// A dossier filed in Paris in the first hour of a year bears that year, though it is still the other one in UTC.
func TestNumbersBearTheYearOfParis(t *testing.T) {
	each(t, func(w *world) {
		for at, want := range map[string]string{"2026-12-31T22:59:59Z": "91-2026-00001", "2026-12-31T23:00:00Z": "91-2027-00001"} {
			now, err := time.Parse(time.RFC3339, at)
			w.must(err)
			var got string
			w.must(w.db.InTx(ctx, func(tx *db.Tx) (err error) { got, err = nextNumber(ctx, tx, "91", now); return err }))
			if got != want {
				w.t.Errorf("%s: %s, want %s", at, got, want)
			}
		}
	})
}

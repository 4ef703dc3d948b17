package calls

import (
	"bytes"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Each right of a co-applicant × each action of an applicant: what is allowed happens, the rest is refused, and nothing after revocation.
func TestCoApplicantsDoWhatTheirRightSays(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		author := Reader{Key: "la-clef-de-qui-a-commencé"}
		for _, x := range []struct {
			right                 Right
			reads, edits, invites bool
		}{{RightRead, true, false, false}, {RightEdit, true, true, false}, {RightFile, true, true, true}} {
			d, err := w.Start(ctx, author, c.ID, answers(c.Form.V, "20 000"))
			w.must(err)
			_, err = w.Attach(ctx, author, d.ID, "doc_quote", "devis.pdf", bytes.NewReader(pdf))
			w.must(err)
			key := "clef-de-co-porteur-" + string(x.right)
			w.must(w.InviteTo(ctx, author, d.ID, InviteCommand{Name: "Mairie", Email: "mairie@example.org", Rights: x.right, Key: key}))
			if w.linked("mairie@example.org") != key {
				w.t.Fatal("the link was not sent")
			}
			guest := Reader{Key: WithKey("une-autre-clef-d-un-autre-dossier", key)}
			_, _, err = w.Dossier(ctx, guest, d.ID)
			w.refused(err, fault.KindNotFound, "") // not before joining
			_, err = w.Join(ctx, guest, key)
			w.must(err)
			try := func(what string, may bool, err error) {
				w.t.Helper()
				if (err == nil) != may {
					w.t.Errorf("%s with the right %s: %v", what, x.right, err)
				}
			}
			_, _, err = w.Dossier(ctx, guest, d.ID)
			try("read", x.reads, err)
			_, err = w.Save(ctx, guest, d.ID, Answers{"description": "Complété par la mairie."})
			try("edit", x.edits, err)
			_, err = w.Attach(ctx, guest, d.ID, "doc_quote", "autre.pdf", bytes.NewReader(pdf))
			try("attach", x.edits, err)
			try("write", x.edits, w.Write(ctx, guest, d.ID, "Bonjour", false))
			try("invite", x.invites, w.InviteTo(ctx, guest, d.ID, InviteCommand{Name: "Autre", Email: "autre@example.org", Rights: RightRead, Key: "autre-" + key}))
			_, err = w.File(ctx, guest, d.ID)
			try("file", x.invites, err)
			if mine, err := w.Mine(ctx, guest); err != nil || len(mine) != 1 {
				w.t.Fatal("the guest does not find the application", mine, err)
			}
			all, err := w.Accesses(ctx, d.ID)
			w.must(err)
			w.must(w.Revoke(ctx, author, d.ID, all[0].ID))
			_, _, err = w.Dossier(ctx, guest, d.ID)
			w.refused(err, fault.KindNotFound, "")
			_, err = w.Join(ctx, guest, key)
			w.refused(err, fault.KindNotFound, "")
			try("withdraw after revocation", false, w.Withdraw(ctx, guest, d.ID, "non"))
		}
	})
}

func TestAnInvitationJoinsAnAccountOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		d, err := w.Start(ctx, Reader{Actor: w.applicant}, c.ID, nil)
		w.must(err)
		key := "une-invitation-assez-longue"
		w.must(w.InviteTo(ctx, Reader{Actor: w.applicant}, d.ID, InviteCommand{Name: "Autre", Email: "autre@example.org", Rights: RightEdit, Key: key}))
		_, err = w.Join(ctx, Reader{Actor: w.stranger}, key)
		w.must(err)
		_, err = w.Save(ctx, Reader{Actor: w.stranger}, d.ID, Answers{"title": "À deux"})
		w.must(err)
		_, err = w.Join(ctx, Reader{Key: "un-voleur-du-lien-reçu"}, key)
		w.refused(err, fault.KindRefused, "invitation-used")
		_, _, err = w.Dossier(ctx, Reader{Key: key}, d.ID)
		w.refused(err, fault.KindNotFound, "") // bound to the account now
		ok, err := w.Author(ctx, w.stranger, "", d.ID)
		if err != nil || !ok {
			w.t.Fatal("a co-applicant who fills in does not follow the money", err)
		}
	})
}

func TestAReviewerWithoutAccountAnswersByLink(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		cmd := c.Command()
		cmd.Settings.Reviewers = []Reviewer{{Name: "CDOM", Email: "cdom@example.org"}, {Name: "URPS", Email: "urps@example.org"}}
		cmd.Settings.OpinionDays = 10
		_, err := w.EditCall(ctx, w.decider, c.ID, cmd)
		w.must(err)
		d := w.filed(c, "20 000")
		w.must(w.Admit(ctx, w.instructor, []string{d.ID}))
		first := w.linked("cdom@example.org")
		o, seen, err := w.OpinionByLink(ctx, first)
		if err != nil || seen == nil || seen.ID != d.ID {
			w.t.Fatal(o, err)
		}
		if want := time.Date(2026, 3, 16, 9, 0, 0, 0, i18n.Paris); !o.DueAt.Equal(want) {
			w.t.Errorf("due %s", o.DueAt)
		}
		docs, err := w.Documents(ctx, d.ID)
		w.must(err)
		_, content, err := w.OpenDocumentByLink(ctx, first, docs[0].ID)
		w.must(err)
		w.must(content.Close())
		_, _, err = w.Dossier(ctx, Reader{Key: first}, d.ID)
		w.refused(err, fault.KindNotFound, "") // the link opens the opinion, not the application

		// Reminded once before the day, once after it, each time by a new link; not again.
		for i, step := range []struct {
			at   time.Time
			want int
		}{{time.Date(2026, 3, 9, 9, 0, 0, 0, i18n.Paris), 0}, {time.Date(2026, 3, 12, 9, 0, 0, 0, i18n.Paris), 2}, {time.Date(2026, 3, 13, 9, 0, 0, 0, i18n.Paris), 0},
			{time.Date(2026, 3, 17, 9, 0, 0, 0, i18n.Paris), 2}, {time.Date(2026, 3, 30, 9, 0, 0, 0, i18n.Paris), 0}} {
			w.clock.Set(step.at)
			if n, err := w.RemindReviewers(ctx); err != nil || n != step.want {
				w.t.Fatalf("step %d: %d reminders, %v", i, n, err)
			}
		}
		_, _, err = w.OpinionByLink(ctx, first)
		w.refused(err, fault.KindNotFound, "")
		key := w.linked("cdom@example.org")
		scores := map[string]int{"need": 5, "team": 5, "feasibility": 5, "cost": 5}
		w.refused(w.GiveOpinionByLink(ctx, key, OpinionCommand{Scores: scores, Favourable: "yes"}), fault.KindInvalid, "")
		w.must(w.GiveOpinionByLink(ctx, key, OpinionCommand{Scores: scores, Favourable: "yes", Text: "Utile."}))
		w.refused(w.GiveOpinionByLink(ctx, key, OpinionCommand{Scores: scores, Favourable: "no", Text: "Non."}), fault.KindRefused, "opinion-once")
		tied := w.linked("urps@example.org")
		w.must(w.GiveOpinionByLink(ctx, tied, OpinionCommand{Conflict: "Associé."}))
		if _, seen, err := w.OpinionByLink(ctx, tied); err != nil || seen != nil {
			w.t.Fatal("a conflict leaves the application open", err)
		}
		d, _, err = w.Dossier(ctx, Reader{Actor: w.instructor}, d.ID)
		if err != nil || d.Score != 100 {
			w.t.Fatal(d.Score, err)
		}
	})
}

func TestDossiersAreSharedOutByDepartementThenRegion(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		var ids []string
		for range 4 {
			ids = append(ids, w.filed(c, "20 000").ID)
		}
		at := func(dept string) []accounts.Scope { return []accounts.Scope{{Region: "11", Departement: dept}} }
		region, near, far := Officer{ID: "r", Name: "R", Scopes: at("")}, []Officer{{ID: "a", Name: "A", Scopes: at("91")}, {ID: "b", Name: "B", Scopes: at("91")}}, Officer{ID: "z", Name: "Z", Scopes: at("77")}
		w.must(w.Distribute(ctx, w.decider, ids, append(near, region, far)))
		count := func(id string) (n int) {
			w.must(w.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM dossier WHERE instructor_id = $1`, id))
			return n
		}
		if count("a") != 2 || count("b") != 2 || count("r") != 0 {
			w.t.Fatalf("a %d, b %d, region %d", count("a"), count("b"), count("r"))
		}
		other := w.filed(c, "20 000").ID
		w.refused(w.Distribute(ctx, w.decider, []string{other}, []Officer{far}), fault.KindRefused, "assign-nobody")
		w.must(w.Distribute(ctx, w.decider, []string{other}, []Officer{far, region}))
		if count("r") != 1 {
			w.t.Fatal("no fallback to the region")
		}
		w.refused(w.AssignTo(ctx, w.decider, []string{other}, far), fault.KindRefused, "assign-territory")
		w.must(w.AssignTo(ctx, w.decider, []string{other}, near[0]))
		w.refused(w.AssignTo(ctx, w.elsewhere, []string{other}, near[0]), fault.KindNotFound, "")
	})
}

func TestADossierLeftUnansweredLapsesAfterAWarning(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed(w.call(MSPFeasibility, 100_000_00), "20 000")
		w.must(w.AskCorrections(ctx, w.instructor, d.ID, map[string]string{"": "Précisez."}))
		before := *w.sent
		for day := range 70 {
			w.clock.Set(time.Date(2026, 3, 2+day, 12, 0, 0, 0, i18n.Paris))
			_, err := w.RemindApplicants(ctx)
			w.must(err)
			_, err = w.Sweep(ctx)
			w.must(err)
		}
		d, _, err := w.Dossier(ctx, Reader{Actor: w.applicant}, d.ID)
		w.must(err)
		if d.State != Withdrawn || *w.sent != before+2 {
			w.t.Fatalf("%s after %d letters", d.State, *w.sent-before)
		}
		w.must(w.Reopen(ctx, w.instructor, d.ID, "La mairie était fermée."))
	})
}

func TestWhatWasSaidIsNotAskedAgain(t *testing.T) {
	each(t, func(w *world) {
		c := w.call(MSPFeasibility, 100_000_00)
		r := Reader{Actor: w.applicant}
		old := w.filed(c, "20 000")
		d, err := w.Start(ctx, r, c.ID, nil)
		w.must(err)
		if a := d.Answers.V; a["contact"] != "Texte" || a[AnswerStructure] != "msp-grigny" || a[AnswerTitle] != "" {
			w.t.Fatal(a)
		}
		other, err := w.Start(ctx, r, c.ID, Answers{AnswerStructure: "autre"})
		w.must(err)
		if other.Answers.V["contact"] != w.applicant.Name {
			w.t.Fatal("another structure got the contact of the first one")
		}
		all, err := w.Reusables(ctx, r, d.ID)
		if err != nil || len(all) != 1 {
			w.t.Fatal(all, err)
		}
		w.must(w.Reuse(ctx, r, d.ID, "doc_quote", all[0].ID))
		held, err := w.Documents(ctx, d.ID)
		w.must(err)
		w.must(w.Expire(ctx, r, d.ID, held[0].ID, "2026-03-10"))
		complete := func() bool {
			c, err := w.Completeness(ctx, d)
			w.must(err)
			_, missing := c.Missing["doc_quote"]
			return !missing
		}
		if !complete() {
			w.t.Fatal("a valid document counts as missing")
		}
		w.clock.Set(time.Date(2026, 3, 11, 9, 0, 0, 0, i18n.Paris))
		if complete() {
			w.t.Fatal("an expired document counts")
		}
		w.refused(w.Reuse(ctx, Reader{Actor: w.stranger}, d.ID, "doc_quote", all[0].ID), fault.KindNotFound, "")
		_, content, err := w.OpenDocument(ctx, r, d.ID, held[0].ID)
		w.must(err)
		w.must(content.Close())
		copied, err := w.CarryOver(ctx, r, old.ID, c.ID)
		w.must(err)
		if docs, err := w.Documents(ctx, copied.ID); err != nil || len(docs) != 1 || copied.Title != old.Title {
			w.t.Fatal(docs, err)
		}
	})
}

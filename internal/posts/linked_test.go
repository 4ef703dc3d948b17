package posts

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
)

// A post that comes from a call follows its decision and its agreement.
func TestAPostFollowsItsApplication(t *testing.T) {
	each(t, func(w *world) {
		w.application = Application{ID: "d1", Number: "91-2026-00001", Kind: ASP}
		linked := func(c *SharedCommand) { c.Dossier = "d1" }
		_, err := w.CreateShared(ctx, w.stranger, command(func(c *SharedCommand) { c.Dossier, c.Structure = "d1", "other" }))
		w.refused(err, fault.KindNotFound, "", "")
		p, err := w.CreateShared(ctx, w.officer, command(linked))
		w.must(err)
		_, err = w.CreateShared(ctx, w.officer, command(linked))
		w.refused(err, fault.KindRefused, "dossier-once", "")
		w.refused(w.MoveShared(ctx, w.applicant, p.ID, "adopt", ""), fault.KindForbidden, "", "")
		w.refused(w.MoveShared(ctx, w.officer, p.ID, "adopt", ""), fault.KindRefused, "dossier-granted", "")
		w.application.Granted, w.application.Cents = true, 96_000_00
		w.must(w.MoveShared(ctx, w.officer, p.ID, "adopt", ""))
		w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteure A", RPPS: doctor, From: "2026-11-01"}))
		w.refused(w.MoveShared(ctx, w.officer, p.ID, "start", ""), fault.KindRefused, "invariant-5", "")
		w.application.Agreement = &Agreement{ID: "c1", Number: "C-91-2026-00001", SignedOn: "2026-03-01"}
		w.must(w.MoveShared(ctx, w.officer, p.ID, "start", ""))
		f, err := w.Shared(ctx, w.partner, p.ID)
		w.must(err)
		steps := f.Steps()
		if f.Application == nil || f.Application.Agreement.Number != "C-91-2026-00001" || len(steps) != 8 || !steps[2].Done || steps[2].On != "2026-03-01" || steps[6].On != "2028-04-30" || steps[6].Done {
			t.Errorf("%+v", steps)
		}
		if id, err := w.PostOf(ctx, "d1"); err != nil || id != p.ID {
			t.Errorf("%q, %v", id, err)
		}
		alone, err := w.CreateShared(ctx, w.officer, command(nil))
		w.must(err)
		w.refused(w.MoveShared(ctx, w.officer, alone.ID, "adopt", ""), fault.KindRefused, "posts.shared: adopt (dossier)", "")
	})
}

// The alert is a job that waits for its day, and runs at once when that day has passed; it fires once, however it is reached.
func TestSuccessionIsAJob(t *testing.T) {
	each(t, func(w *world) {
		run := func() {
			t.Helper()
			registry := jobs.NewRegistry(w.db, w.clock, slog.New(slog.DiscardHandler))
			registry.Handle(SuccessionJob, jobs.Typed(func(_ context.Context, _ *jobs.Job, id string) error { _, err := w.Succession(ctx, id); return err }))
			if _, err := registry.RunDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		p := w.held()
		run()
		if len(w.sent) != 0 {
			t.Fatalf("too soon: %v", w.sent)
		}
		w.clock.Set(time.Date(2028, 4, 30, 9, 0, 0, 0, time.UTC))
		run()
		run()
		if n, err := w.Sweep(ctx); err != nil || n != 0 || len(w.sent) != 2 {
			t.Errorf("sweep %d, letters %v, %v", n, w.sent, err)
		}
		f, err := w.Shared(ctx, w.applicant, p.ID)
		if err != nil || !f.Alert || f.AlertedAt == nil || f.History[len(f.History)-1].Action != "posts.shared.succession-alert" {
			t.Errorf("%+v, %v", f.History, err)
		}
	})
}

// Posts off the terms that a source sets are filed with a reason, which stays on the post.
func TestTermsOfTheKind(t *testing.T) {
	each(t, func(w *world) {
		for name, c := range map[string]struct {
			change func(c *SharedCommand)
			said   string
		}{
			"one year":       {func(c *SharedCommand) { c.EndsOn = "2027-10-31" }, "24 months"},
			"from January":   {func(c *SharedCommand) { c.StartsOn, c.EndsOn = "2027-01-01", "2028-12-31" }, "1 November"},
			"agency at half": {func(c *SharedCommand) { c.Parties[0].Funding, c.Parties[1].Funding = 50, 30 }, "60% is expected, 50%"},
			"specialist":     {func(c *SharedCommand) { c.Kind = TownHospitalSpec; c.Parties[1].Hospital = true }, "40% is expected, 50%"},
		} {
			p, err := w.CreateShared(ctx, w.applicant, command(c.change))
			w.must(err)
			err = w.MoveShared(ctx, w.applicant, p.ID, "apply", "")
			w.refused(err, fault.KindRefused, "terms-"+string(p.Kind), "reason")
			if !strings.Contains(err.Error(), c.said) {
				t.Errorf("%s: %v", name, err)
			}
			w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", "Congé maternité du titulaire pressenti"))
			if f, err := w.Shared(ctx, w.officer, p.ID); err != nil || f.Exception != "Congé maternité du titulaire pressenti" {
				t.Errorf("%s: %q, %v", name, f.Exception, err)
			}
		}
		end := clock.Day("2028-11-01")
		p, err := w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.EndsOn = string(end) }))
		w.must(err)
		w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""))
	})
}

// A town–university post is held by a university trainer.
func TestTrainer(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.Kind = TownUniversity }))
		w.must(err)
		w.must(w.MoveShared(ctx, w.applicant, p.ID, "apply", ""))
		w.must(w.MoveShared(ctx, w.officer, p.ID, "to-jury", ""))
		w.must(w.MoveShared(ctx, w.officer, p.ID, "select", ""))
		w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteure A", RPPS: doctor, From: "2026-11-01"}))
		w.refused(w.MoveShared(ctx, w.officer, p.ID, "start", ""), fault.KindRefused, "posts.shared: start (town-university)", "")
		w.must(w.AnnounceDeparture(ctx, w.officer, p.ID, "2026-11-02", ""))
		w.must(w.NameHolder(ctx, w.officer, p.ID, HolderCommand{Name: "Docteur B", RPPS: another, From: "2026-11-03", Trainer: true}))
		w.must(w.MoveShared(ctx, w.officer, p.ID, "start", ""))
	})
}

// What each party pays, the papers, and what the database refuses.
func TestMoneyAndPapers(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.Cost = 80_000_01 }))
		w.must(err)
		_, err = w.CreateShared(ctx, w.applicant, command(func(c *SharedCommand) { c.Cost = -1 }))
		w.refused(err, fault.KindInvalid, "", "cost")
		if _, err := w.db.ExecContext(ctx, `UPDATE shared_post SET cost_cents = -1`); !db.IsCheck(err) {
			t.Errorf("the database takes a negative cost: %v", err)
		}
		w.refused(w.AddDocument(ctx, w.partner, p.ID, "a.pdf", strings.NewReader("%PDF-1.7")), fault.KindForbidden, "", "")
		w.refused(w.AddDocument(ctx, w.stranger, p.ID, "a.pdf", strings.NewReader("%PDF-1.7")), fault.KindNotFound, "", "")
		w.refused(w.AddDocument(ctx, w.applicant, p.ID, "a.pdf", strings.NewReader("GIF89a")), fault.KindInvalid, "", "")
		w.refused(w.AddDocument(ctx, w.applicant, p.ID, "", nil), fault.KindInvalid, "", "file")
		w.must(w.AddDocument(ctx, w.applicant, p.ID, "convention.pdf", strings.NewReader("%PDF-1.7")))
		f, err := w.Shared(ctx, w.partner, p.ID)
		w.must(err)
		if len(f.Documents) != 1 || f.Money.Cents != 80_000_01 || f.Money.Lines[0].Cents != 48_000_01 {
			t.Errorf("%+v %+v", f.Documents, f.Money)
		}
		if _, _, err := w.OpenDocument(ctx, w.partner, p.ID, f.Documents[0].ID); err != nil {
			t.Error(err)
		}
		_, _, err = w.OpenDocument(ctx, accounts.Actor{}, p.ID, f.Documents[0].ID)
		w.refused(err, fault.KindNotFound, "", "")
	})
}

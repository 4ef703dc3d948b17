package telexpertise_test

import (
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
)

const why = "Le patient est aux urgences, Zébulonska saigne et personne ne répond."

func open(id string) telexpertise.OpenCommand {
	return telexpertise.OpenCommand{Case: id, Code: "care", Reason: why}
}

// The whole way of an exceptional access: a reason, those concerned are told, everything read is recorded, it ends, the lead reviews it.
func TestExceptionalAccess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P1, 1)
		w.must(w.s.Take(ctx, w.near, id))
		shot := w.file(w.near, id).Photos[0].ID
		doctor := person("ward", accounts.RoleDermatologist)
		if _, err := w.s.ReadCase(ctx, doctor, id); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("read without an access: %v", err)
		}

		w.mail.sent = nil
		ref := (&telexpertise.Case{ID: id}).Ref()
		found, err := w.s.OpenCase(ctx, doctor, open(strings.ToLower(ref[:4])+" "+ref[4:]))
		w.must(err)
		if found != id {
			t.Fatalf("opened %q", found)
		}
		told := map[string]string{}
		for _, l := range w.mail.sent {
			told[l.Person] = l.Path
			if text := l.Subject + strings.Join(l.Paragraphs, " "); strings.Contains(text, "Zébulonska") || !strings.Contains(text, ref) {
				t.Errorf("a letter says %q", text)
			}
		}
		if len(told) != 3 || told["gp"] == "" || told["near"] == "" || !strings.HasPrefix(told["lead"], "/telexpertise/acces/") {
			t.Fatalf("told: %v", told)
		}
		if _, err := w.s.OpenCase(ctx, doctor, open(id)); err != nil || len(w.mail.sent) != 3 {
			t.Errorf("opened again while it stands: %v, %d letters", err, len(w.mail.sent))
		}

		f := w.file(doctor, id)
		if f.Exceptional == nil || !f.Health || f.Record.Patient.BirthName != "Zébulonska" || len(f.Photos) != 1 || len(f.Openings) > 0 {
			t.Errorf("reads %+v", f)
		}
		_, err = w.s.ViewPhoto(ctx, doctor, id, shot, photo.Screen)
		w.must(err)
		if own := w.file(w.gp, id); len(own.Openings) != 1 || own.Openings[0].Words != why {
			t.Errorf("the requester sees %+v", own.Openings)
		}

		list, err := w.s.Openings(ctx, w.lead)
		w.must(err)
		if len(list) != 1 || list[0].Reason == why || list[0].Verdict != "" {
			t.Fatalf("to review: %+v", list)
		}
		seen, err := w.s.ReadOpening(ctx, w.lead, list[0].ID)
		w.must(err)
		if seen.Words != why || len(seen.Read) != 2 || seen.Read[0].Actor.ID != "ward" || !strings.Contains(seen.Read[0].Text, "à titre exceptionnel") {
			t.Errorf("the review shows %q and %+v", seen.Words, seen.Read)
		}

		w.clock.Advance(4*time.Hour + time.Minute)
		if _, err := w.s.ReadCase(ctx, doctor, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("read after the access ended: %v", err)
		}
		if _, err := w.s.ViewPhoto(ctx, doctor, id, shot, photo.Screen); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a photo after the access ended: %v", err)
		}

		review := telexpertise.ReviewCommand{ID: list[0].ID, Verdict: telexpertise.VerdictUnjustified}
		if err := w.s.ReviewOpening(ctx, w.lead, review); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("judged unjustified without a word: %v", err)
		}
		review.Words = "Le médecin en charge répondait ; nous en parlons lundi."
		w.must(w.s.ReviewOpening(ctx, w.lead, review))
		if err := w.s.ReviewOpening(ctx, w.lead, review); !fault.Is(err, fault.KindConflict) {
			t.Errorf("reviewed twice: %v", err)
		}
		seen, err = w.s.ReadOpening(ctx, w.lead, list[0].ID)
		w.must(err)
		if seen.Verdict != telexpertise.VerdictUnjustified || seen.Answer != review.Words || seen.Reviewer != w.lead.Name {
			t.Errorf("after the review: %+v", seen)
		}
		for action, times := range map[string]int{"open": 1, "opening-review": 1, "opening-read": 2} {
			if n := w.recorded(id, action); n != times {
				t.Errorf("%s is %d times in the record", action, n)
			}
		}
		for _, r := range w.timeline(id) {
			if strings.Contains(r.Text+r.Reason, "Zébulonska") {
				t.Errorf("the record names the patient: %+v", r)
			}
		}
	})
}

func (w *world) timeline(id string) []audit.Record {
	w.t.Helper()
	all, err := audit.Timeline(ctx, w.d, audit.Object{Kind: telexpertise.AuditCase, ID: id})
	w.must(err)
	return all
}

func (w *world) recorded(id, action string) (n int) {
	for _, r := range w.timeline(id) {
		if r.Action == "telexpertise."+action {
			n++
		}
	}
	return n
}

// An exceptional access opens nothing but reading, to doctors alone, with a reason; it is rare and not reviewed by who took it.
func TestExceptionalAccessHasWalls(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P2, 1)
	doctor := person("ward", accounts.RoleDermatologist)
	for name, a := range map[string]accounts.Actor{"the agency": w.officer, "an administrator": person("admin", accounts.RoleAdmin), "a secretary": w.sec,
		"an applicant": person("app", accounts.RoleApplicant), "a doctor without a second factor": {ID: "ward", Name: "ward"}} {
		if _, err := w.s.OpenCase(ctx, a, open(id)); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s opens a case: %v", name, err)
		}
	}
	for name, c := range map[string]telexpertise.OpenCommand{"no reason": {Case: id, Code: "care"}, "a short one": {Case: id, Code: "care", Reason: "urgent"},
		"no code": {Case: id, Reason: why}, "another code": {Case: id, Code: "x", Reason: why}, "no case": open("00000000"), "a pattern": open("%"), "nothing": open("")} {
		if _, err := w.s.OpenCase(ctx, doctor, c); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.s.OpenCase(ctx, w.near, open(id)); !fault.Is(err, fault.KindRefused) {
		t.Errorf("an expert of the pool needs none: %v", err)
	}
	draft := newID()
	_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: draft, Urgency: telexpertise.P2, Record: record()})
	w.must(err)
	if _, err := w.s.OpenCase(ctx, doctor, open(draft)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a draft: %v", err)
	}

	_, err = w.s.OpenCase(ctx, doctor, open(id))
	w.must(err)
	for name, err := range map[string]error{"takes": w.s.Take(ctx, doctor, id), "declines": w.s.Decline(ctx, doctor, id, "pas pour nous"), "notes an incident": w.s.Incident(ctx, doctor, id, "une panne"),
		"cancels": w.s.Cancel(ctx, doctor, id, "erreur")} {
		if err == nil {
			t.Errorf("an exceptional reader %s", name)
		}
	}
	if _, err := w.s.PatientSlip(ctx, doctor, id); err == nil {
		t.Error("an exceptional reader prints the slip")
	}
	if _, err := w.s.ReadCase(ctx, person("other", accounts.RoleDermatologist), id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("somebody else reads by it: %v", err)
	}

	for range 4 { // one stands already
		_, err = w.s.OpenCase(ctx, doctor, open(w.send(w.gp, telexpertise.P3, 1)))
		w.must(err)
	}
	if _, err := w.s.OpenCase(ctx, doctor, open(w.send(w.gp, telexpertise.P3, 1))); !fault.Is(err, fault.KindRefused) {
		t.Errorf("a sixth in a day: %v", err)
	}

	w.clock.Advance(time.Minute)
	mine := w.send(w.gp, telexpertise.P2, 1)
	_, err = w.s.OpenCase(ctx, w.lead, open(mine))
	w.must(err)
	list, err := w.s.Openings(ctx, w.lead)
	w.must(err)
	if list[0].PersonID != "lead" || len(list) != 6 {
		t.Fatalf("%d accesses, the first by %s", len(list), list[0].PersonID)
	}
	if err := w.s.ReviewOpening(ctx, w.lead, telexpertise.ReviewCommand{ID: list[0].ID, Verdict: telexpertise.VerdictJustified}); !fault.Is(err, fault.KindRefused) {
		t.Errorf("the lead reviews their own access: %v", err)
	}
	for name, a := range map[string]accounts.Actor{"who opened": doctor, "another dermatologist": w.near, "an administrator": person("admin", accounts.RoleAdmin)} {
		if _, err := w.s.ReadOpening(ctx, a, list[1].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s reads the review: %v", name, err)
		}
	}
	if n, err := w.s.OpeningsToReview(ctx, w.lead); err != nil || n != 5 {
		t.Errorf("%d to review, %v", n, err)
	}
}

// No move of any life belongs to an exceptional reader.
func TestExceptionalPartMovesNothing(t *testing.T) {
	for _, m := range []*lifecycle.Machine[telexpertise.Subject, telexpertise.Part]{telexpertise.RequestLife, telexpertise.ReadingLife, telexpertise.VisitLife} {
		for _, s := range m.Table().States {
			c := &telexpertise.Case{State: s.Name, Reading: s.Name, Visit: s.Name}
			if moves := m.Moves(telexpertise.Subject{Case: c, Settings: telexpertise.DefaultSettings()}, s.Name, []telexpertise.Part{telexpertise.PartExceptional}); len(moves) > 0 {
				t.Errorf("%s: %v", s.Name, moves)
			}
		}
	}
}

// Who leads the pool is reminded once of an access that nobody reviewed.
func TestUnreviewedAccessIsReminded(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P2, 1)
	_, err := w.s.OpenCase(ctx, person("ward", accounts.RoleDermatologist), open(id))
	w.must(err)
	w.mail.sent = nil
	w.must(w.s.RemindOpenings(ctx))
	w.clock.Advance(73 * time.Hour)
	w.must(w.s.RemindOpenings(ctx))
	w.must(w.s.RemindOpenings(ctx))
	if len(w.mail.sent) != 1 || w.mail.sent[0].Person != "lead" {
		t.Errorf("told: %+v", w.mail.sent)
	}
}

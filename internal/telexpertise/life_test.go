package telexpertise_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/documents"
	"maillage/internal/telexpertise/photo"
)

func (w *world) file(by accounts.Actor, id string) *telexpertise.File {
	w.t.Helper()
	f, err := w.s.ReadCase(ctx, by, id)
	w.must(err)
	return f
}

func (w *world) slot(e accounts.Actor, in time.Duration) string {
	w.t.Helper()
	id, err := w.s.AddSlot(ctx, e, telexpertise.SlotCommand{PoolID: w.pool, ExpertID: e.ID, Place: "Cabinet", StartsAt: w.clock.Now().Add(in), Minutes: 20})
	w.must(err)
	return id
}

func reply(id string, d telexpertise.Disposition) telexpertise.AnswerCommand {
	return telexpertise.AnswerCommand{CaseID: id, Disposition: d, PhotosUsable: true, AnswerText: telexpertise.AnswerText{Hypothesis: "mélanome", Confidence: "high", Text: "À voir vite."}}
}

// TestFromQuestionToHistology goes through the whole life of a P1 request.
func TestFromQuestionToHistology(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P1, 3)
		w.must(w.s.Take(ctx, w.near, id))
		cmd := reply(id, telexpertise.D1)
		if err := w.s.Sign(ctx, w.near, cmd); !fault.Is(err, fault.KindRefused) {
			t.Fatalf("a D1 without a place: %v", err)
		}
		cmd.SlotID = w.slot(w.near, 72*time.Hour)
		w.must(w.s.Sign(ctx, w.near, cmd))
		if err := w.s.Sign(ctx, w.near, cmd); err == nil {
			t.Fatal("signed twice")
		}
		f := w.file(w.gp, id)
		if f.Case.Reading != telexpertise.ReadingRead || f.Answers[0].Text != "À voir vite." || len(f.Photos) != 3 || f.Case.Visit != telexpertise.VisitProposed {
			t.Fatalf("%+v", f.Case)
		}
		w.must(w.s.Inform(ctx, w.gp, telexpertise.InformCommand{CaseID: id, How: "phone"}))
		w.must(w.s.Book(ctx, w.sec, id))
		w.clock.Advance(73 * time.Hour)
		w.must(w.s.Presence(ctx, w.sec, id, false))
		agenda, err := w.s.Agenda(ctx, w.sec)
		w.must(err)
		if len(agenda) != 1 || agenda[0].Visit != telexpertise.VisitAbsent || agenda[0].Patient.Phone != "0199000001" {
			t.Fatalf("the recall list: %+v", agenda)
		}
		w.must(w.s.Propose(ctx, w.sec, id, w.slot(w.near, 24*time.Hour)))
		w.must(w.s.Book(ctx, w.sec, id))
		w.clock.Advance(25 * time.Hour)
		w.must(w.s.Presence(ctx, w.sec, id, true))
		w.must(w.s.Excise(ctx, w.near, id))
		w.must(w.s.Histology(ctx, w.near, id, telexpertise.Histology{Type: "melanoma", BreslowMM: 0.6, Margins: "clear"}))
		f = w.file(w.gp, id)
		if f.Case.State != telexpertise.StateClosed || f.Case.Outcome != "melanoma" {
			t.Fatalf("%+v", f.Case)
		}
		w.must(documents.Report(&bytes.Buffer{}, f, w.clock.Now()))
		for _, l := range w.mail.sent {
			if text := l.Subject + strings.Join(l.Paragraphs, ""); strings.Contains(text, "Zébulonska") || strings.Contains(strings.ToLower(text), "mélanome") {
				t.Errorf("a letter says too much: %+v", l)
			}
		}
		records, err := audit.Timeline(ctx, d, audit.Object{Kind: telexpertise.AuditCase, ID: id})
		w.must(err)
		var actions []string
		for _, r := range records {
			actions = append(actions, strings.TrimPrefix(r.Action, "telexpertise."))
		}
		for _, want := range []string{"submit", "offer", "take", "sign-answer", "read-answer", "read", "inform", "book", "miss", "propose", "attend", "excise", "histology", "close"} {
			if !slices.Contains(actions, want) {
				t.Errorf("the record lacks %s: %v", want, actions)
			}
		}
	})
}

func TestTwoExpertsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P2, 1)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, e := range []accounts.Actor{w.near, w.near2} {
			wg.Go(func() { errs[i] = w.s.Take(ctx, e, id) })
		}
		wg.Wait()
		won, lost := errs[0], errs[1]
		if won != nil {
			won, lost = lost, won
		}
		if won != nil || !fault.Is(lost, fault.KindConflict) {
			t.Fatalf("%v", errs)
		}
	})
}

func TestEscalationAndRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P1, 1)
		level := func() int { return w.file(w.near, id).Case.Level }
		for want := 1; want <= 3; want++ { // 2 working hours each
			w.clock.Advance(2*time.Hour + time.Minute)
			if n, err := w.s.Tick(ctx); err != nil || n != 1 || level() != want {
				t.Fatalf("level %d after %d moves: %v", level(), n, err)
			}
			if n, err := w.s.Tick(ctx); err != nil || n != 0 {
				t.Fatalf("a second run moved %d: %v", n, err)
			}
		}
		if last := w.mail.sent[len(w.mail.sent)-1]; last.To != "coord@example.org" {
			t.Fatalf("the coordinator was not told: %+v", last)
		}
		w.must(w.s.Take(ctx, w.far, id))
		draft := reply(id, telexpertise.D2)
		w.must(w.s.KeepReply(ctx, w.far, draft))
		w.clock.Advance(12*time.Hour + time.Minute) // half of 24 h
		if _, err := w.s.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		f := w.file(w.far, id)
		if f.Case.State != telexpertise.StateOffered || f.Case.OfferedTo != "" || f.Reply == nil || f.Reply.Text != "À voir vite." {
			t.Fatalf("not released, or what was typed is lost: %+v", f.Case)
		}
		var said *fault.Error
		if err := w.s.Sign(ctx, w.far, draft); !errors.As(err, &said) || said.Rule != "answer.released" {
			t.Fatalf("answering a released case: %v", err)
		}
		w.must(w.s.Take(ctx, w.near, id))
		if due := w.file(w.near, id).Case.AnswerDue; !due.Before(w.clock.Now().Add(12 * time.Hour)) {
			t.Fatalf("the clock of the answer was reset: %v", due)
		}
	})
}

func TestPartsAndWalls(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P2, 1)
	shot := w.file(w.near, id).Photos[0].ID
	for name, a := range map[string]accounts.Actor{"another requester": w.gp2, "the agency": w.officer, "a secretary, before a visit": w.sec, "a stranger": person("x", accounts.RoleDermatologist),
		"an expert without a second factor": {ID: "near", Name: "near"}} {
		if _, err := w.s.ReadCase(ctx, a, id); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s opens the case: %v", name, err)
		}
		if _, err := w.s.ViewPhoto(ctx, a, id, shot, photo.Full); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s sees the photo: %v", name, err)
		}
	}
	for _, list := range []func(accounts.Actor) error{
		func(a accounts.Actor) error { _, err := w.s.Worklist(ctx, a, "", 1); return err },
		func(a accounts.Actor) error { _, _, err := w.s.Questions(ctx, a, 1); return err },
		func(a accounts.Actor) error { _, err := w.s.Agenda(ctx, a); return err },
	} {
		if err := list(w.officer); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the agency lists cases: %v", err)
		}
	}
	w.must(w.s.Take(ctx, w.near, id))
	cmd := reply(id, telexpertise.D2)
	cmd.CoordinatorID = "coord"
	w.must(w.s.Sign(ctx, w.near, cmd))
	f := w.file(w.sec, id)
	if f.Health || len(f.Photos) > 0 || len(f.Answers) > 0 || f.Record.Clinical.Site != "" || f.Record.Patient.Phone == "" {
		t.Errorf("the secretary sees %+v", f.Record)
	}
	if _, err := w.s.ViewPhoto(ctx, w.sec, id, shot, photo.Thumb); err == nil {
		t.Error("the secretary sees a photo")
	}
}

func TestBlindSecondReading(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P3, 1) // score 5, so that a "no visit" is read twice
	w.must(w.s.Take(ctx, w.near, id))
	w.must(w.s.Sign(ctx, w.near, reply(id, telexpertise.D3)))
	list, err := w.s.Worklist(ctx, w.far, telexpertise.FilterSecond, 1)
	w.must(err)
	if len(list.Rows) != 1 || list.Rows[0].Disposition != "" || list.Rows[0].TakerID != "" {
		t.Fatalf("%+v", list.Rows)
	}
	if f := w.file(w.far, id); !f.MaySecond() || len(f.Answers) != 0 || len(f.Notes) != 0 || len(f.History) != 0 {
		t.Fatal("the second reader sees the first answer")
	}
	if err := w.s.SignSecond(ctx, w.near, reply(id, telexpertise.D1)); err == nil {
		t.Fatal("the first reader reads twice")
	}
	w.mail.sent = nil
	w.must(w.s.SignSecond(ctx, w.far, reply(id, telexpertise.D1)))
	if len(w.mail.sent) != 1 || w.mail.sent[0].To != "lead@example.org" {
		t.Fatalf("the lead was not told of the difference: %+v", w.mail.sent)
	}
	if f := w.file(w.gp, id); f.Second != nil || f.Case.Disposition != telexpertise.D3 {
		t.Fatal("the second reading reached the requester")
	}
}

func TestStatementCountsLimitsPerPatient(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for range 5 {
		id := w.send(w.gp, telexpertise.P3, 1)
		w.must(w.s.Take(ctx, w.near, id))
		w.must(w.s.Sign(ctx, w.near, reply(id, telexpertise.D3)))
		w.clock.Advance(time.Hour)
	}
	for who, cents := range map[*accounts.Actor]int64{&w.gp: 4 * 10_00, &w.near: 4 * 23_00} {
		s, err := w.s.Statement(ctx, *who, 2026)
		w.must(err)
		if s.Total != cents || len(s.Acts) != 5 || s.Acts[0].Counted {
			t.Errorf("%s: %+v", who.ID, s)
		}
	}
}

func TestSlipSaysNeitherWhoNorWhat(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P1, 1)
	first, err := w.s.PatientSlip(ctx, w.gp, id)
	w.must(err)
	again, err := w.s.PatientSlip(ctx, w.gp, id)
	w.must(err)
	secret := first.Address[strings.LastIndex(first.Address, "/")+1:]
	page, err := w.s.ReadSlip(ctx, secret)
	w.must(err)
	if again.Address != first.Address || page.Phone == "" || strings.Contains(first.Address, id) {
		t.Fatalf("%+v", first)
	}
	if _, err := w.s.ReadSlip(ctx, secret+"x"); !fault.Is(err, fault.KindNotFound) {
		t.Fatal(err)
	}
}

// TestNothingReadableIsKept looks for a patient's name, birth date and photograph in everything that was written.
func TestNothingReadableIsKept(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	id := w.send(w.gp, telexpertise.P1, 2)
	w.must(w.s.Take(ctx, w.near, id))
	w.must(w.s.KeepReply(ctx, w.near, reply(id, telexpertise.D2)))
	w.must(w.s.Ask(ctx, w.near, telexpertise.AskCommand{CaseID: id, Reason: "blurred", Text: "Canari de texte"}))
	w.must(w.s.Complete(ctx, w.gp, telexpertise.CompleteCommand{CaseID: id, Text: "Canari de réponse"}))
	big := lesion(9)
	half := len(big) / 2
	_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: "canari-brouillon-0001", Record: record()})
	w.must(err)
	_, err = w.s.PutPhoto(ctx, w.gp, telexpertise.PhotoCommand{CaseID: "canari-brouillon-0001", ID: newID(), View: "side", SHA256: sum(big), Size: int64(len(big)), Data: big[:half]})
	w.must(err) // a part stays behind
	if _, err := w.s.ViewPhoto(ctx, w.near, id, w.file(w.near, id).Photos[0].ID, photo.Full); err != nil {
		t.Fatal(err)
	}
	canaries := [][]byte{[]byte("Zébulonska"), []byte("ZÉBULONSKA"), []byte("Philomène"), []byte("1954-02-28"), []byte("0199000001"), []byte("Canari de"), []byte("À voir vite"), {0xff, 0xd8, 0xff, 0xdb, 0x00, 0x84}}
	files := 0
	for _, root := range []string{w.folder, filepath.Dir(d.Path)} {
		w.must(filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "seal.keys") {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for _, c := range canaries {
				if bytes.Contains(content, c) {
					t.Errorf("%s holds %q", filepath.Base(path), c)
				}
			}
			return nil
		}))
	}
	if files < 6 {
		t.Fatalf("only %d files were looked at", files)
	}
}

func TestRetentionErasesAndLeavesAProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P3, 1)
		w.must(w.s.Cancel(ctx, w.gp, id, "doublon"))
		w.clock.Set(monday.AddDate(20, 0, 1))
		if n, err := w.s.Tick(ctx); err != nil || n != 1 {
			t.Fatalf("%d moved: %v", n, err)
		}
		f := w.file(w.gp, id)
		if f.Case.State != telexpertise.StateErased || f.Case.Sealed != "" || len(f.Photos) != 0 || f.Notes[0].Text != "" {
			t.Fatalf("%+v", f.Case)
		}
		if last := f.History[len(f.History)-2]; last.Action != "telexpertise.forget" {
			t.Fatalf("no proof: %+v", last)
		}
	})
}

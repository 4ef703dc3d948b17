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
	"maillage/internal/platform/i18n"
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
			if !slices.ContainsFunc(telexpertise.Titles, func(title telexpertise.Title) bool { return title.String() == l.Subject }) {
				t.Errorf("a letter has a title of its own: %s", l.Subject)
			}
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
	if len(list.Rows) != 1 || list.Rows[0].Disposition != "" || list.Rows[0].TakerID != "" || list.Rows[0].Clock != nil {
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
	w.complete(telexpertise.CompleteCommand{CaseID: id, Text: "Canari de réponse"})
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

func (w *world) sent(to string) []string {
	var subjects []string
	for _, l := range w.mail.sent {
		if l.To == to+"@example.org" {
			subjects = append(subjects, l.Subject)
		}
	}
	return subjects
}

func (w *world) settle(change func(*telexpertise.Settings)) {
	w.t.Helper()
	pools, err := w.s.AllPools(ctx, accounts.System("test"))
	w.must(err)
	p := pools[0]
	change(&p.Settings.V)
	_, err = w.s.SavePool(ctx, accounts.System("test"), telexpertise.PoolCommand{ID: p.ID, Version: p.Version, Name: p.Name, Phone: p.Phone, Departements: p.Departements, Settings: p.Settings.V})
	w.must(err)
}

func (w *world) todo(by accounts.Actor) int {
	w.t.Helper()
	list, err := w.s.Worklist(ctx, by, telexpertise.FilterTodo, 1)
	w.must(err)
	return len(list.Rows)
}

// TestWideOffersStayOpenToThoseAsked: under the recommended settings several experts see a case at once; handed to a colleague, it is
// theirs alone.
func TestWideOffersStayOpenToThoseAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.settle(func(s *telexpertise.Settings) { *s = telexpertise.Recommended(); s.Wide = 2 })
		id := w.send(w.gp, telexpertise.P2, 1)
		seen := 0
		for _, e := range []accounts.Actor{w.near, w.near2, w.far} {
			seen += w.todo(e)
		}
		if seen != 2 {
			t.Fatalf("%d experts see the case, 2 were asked", seen)
		}
		w.clock.Advance(2*time.Hour + time.Minute)
		if _, err := w.s.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		for _, e := range []accounts.Actor{w.near, w.near2, w.far} {
			if w.todo(e) != 1 {
				t.Errorf("%s does not see the case once it is passed on", e.ID)
			}
		}
		w.must(w.s.Redirect(ctx, w.coord, telexpertise.RedirectCommand{CaseID: id, To: "far", Reason: "dermoscopie"}))
		if w.todo(w.near) != 0 || w.todo(w.far) != 1 {
			t.Error("handed to a colleague, the case is theirs alone")
		}
		w.send(w.gp, telexpertise.P1, 1)
		if w.todo(w.near) != 1 || w.todo(w.near2) != 1 || w.todo(w.far) != 2 {
			t.Error("a P1 goes to everybody at once")
		}
	})
}

// TestTheExpertIsWarnedBeforeACaseIsFreed follows the half time of a case that its expert forgets.
func TestTheExpertIsWarnedBeforeACaseIsFreed(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P1, 1)
	w.must(w.s.Take(ctx, w.near, id))
	due := *w.file(w.near, id).Case.AnswerDue
	w.mail.sent = nil
	w.clock.Advance(6*time.Hour + time.Second)
	if n, err := w.s.Tick(ctx); err != nil || n != 1 || len(w.sent("near")) != 1 || w.file(w.near, id).Case.State != telexpertise.StateTaken {
		t.Fatalf("%d moved, %v, %v", n, err, w.mail.sent)
	}
	w.must(w.s.Ask(ctx, w.near, telexpertise.AskCommand{CaseID: id, Reason: "dark"}))
	w.clock.Advance(10 * time.Hour)
	w.complete(telexpertise.CompleteCommand{CaseID: id})
	if got := *w.file(w.near, id).Case.AnswerDue; !got.Equal(due) {
		t.Fatalf("what was asked moved the clock of the answer from %s to %s", due, got)
	}
	w.clock.Advance(13 * time.Hour)
	if _, err := w.s.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	if got := w.sent("coord"); !slices.Contains(got, "Une demande a dépassé un délai") {
		t.Fatalf("the coordinator was told %v", got)
	}
	w.clock.Advance(8 * time.Hour)
	if _, err := w.s.Tick(ctx); err != nil || w.file(w.near, id).Case.State != telexpertise.StateOffered {
		t.Fatal("not freed", err)
	}
}

// TestNothingIsLateOnceItIsOver: a case declined or cancelled alerts nobody of an answer that will not come.
func TestNothingIsLateOnceItIsOver(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	declined, cancelled := w.send(w.gp, telexpertise.P3, 1), w.send(w.gp, telexpertise.P3, 1)
	for _, id := range []string{declined, cancelled} {
		w.must(w.s.Take(ctx, w.near, id))
	}
	w.must(w.s.Decline(ctx, w.near, declined, "hors sujet"))
	w.must(w.s.Cancel(ctx, w.gp, cancelled, "doublon"))
	w.must(w.s.Inform(ctx, w.gp, telexpertise.InformCommand{CaseID: w.file(w.gp, declined).Case.ID, How: "phone"}))
	w.mail.sent = nil
	w.clock.Advance(60 * 24 * time.Hour)
	if _, err := w.s.Tick(ctx); err != nil || len(w.mail.sent) > 0 {
		t.Fatalf("%v %+v", err, w.mail.sent)
	}
}

// TestUnseenPatientsAreAlertedOnce: a P1 who was not seen within seven days, absent or not, and who stays on the recall list.
func TestUnseenPatientsAreAlertedOnce(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P1, 1)
	w.must(w.s.Take(ctx, w.near, id))
	cmd := reply(id, telexpertise.D1)
	cmd.SlotID = w.slot(w.near, 48*time.Hour)
	w.must(w.s.Sign(ctx, w.near, cmd))
	w.must(w.s.Book(ctx, w.sec, id))
	w.clock.Advance(49 * time.Hour)
	w.must(w.s.Presence(ctx, w.sec, id, false))
	w.clock.Advance(6 * 24 * time.Hour)
	w.mail.sent = nil
	for range 2 {
		if _, err := w.s.Tick(ctx); err != nil {
			t.Fatal(err)
		}
	}
	const want = "Une demande a dépassé un délai"
	for _, who := range []string{"sec", "near", "coord"} {
		if got := w.sent(who); len(slices.DeleteFunc(got, func(s string) bool { return s != want })) != 1 {
			t.Errorf("%s was told %v", who, got)
		}
	}
	if f := w.file(w.sec, id); f.Case.Visit != telexpertise.VisitAbsent {
		t.Errorf("the visit is %s", f.Case.Visit)
	}
}

// TestTheEveningTellsWhoIsOnDuty: once a day, at the hour of the pool, across the change of hour, and on a Saturday only who is on duty.
func TestTheEveningTellsWhoIsOnDuty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.settle(func(s *telexpertise.Settings) { s.Evening = 18 })
		w.send(w.gp, telexpertise.P3, 1)
		w.must(w.s.SetDay(ctx, w.far, telexpertise.Day{PoolID: w.pool, PersonID: "far", Day: "2026-03-28", Kind: "duty"})) // a Saturday
		w.must(w.s.SetDay(ctx, w.far, telexpertise.Day{PoolID: w.pool, PersonID: "far", Day: "2026-03-30", Kind: "duty"})) // the clocks went forward
		for _, step := range []struct {
			at   string
			far  int
			desk int
		}{{"2026-03-27 17:59", 0, 0}, {"2026-03-27 18:00", 0, 1}, {"2026-03-28 11:59", 0, 1}, {"2026-03-28 12:00", 1, 1}, {"2026-03-29 18:00", 1, 1}, {"2026-03-30 17:59", 1, 1}, {"2026-03-30 18:01", 2, 1}} {
			at, err := time.ParseInLocation("2006-01-02 15:04", step.at, i18n.Paris)
			w.must(err)
			w.clock.Set(at)
			for range 2 {
				w.must(w.s.Evenings(ctx))
			}
			told := func(who string) int {
				return len(slices.DeleteFunc(w.sent(who), func(s string) bool { return s != "Des demandes attendent encore" }))
			}
			if told("far") != step.far || told("coord") != step.desk || told("near") != 0 {
				t.Errorf("%s: duty told %d times, coordinator %d", step.at, told("far"), told("coord"))
			}
		}
	})
}

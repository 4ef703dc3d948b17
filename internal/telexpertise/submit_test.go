package telexpertise_test

import (
	"errors"
	"testing"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
)

func TestSendingIsIdempotent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := newID()
		draft := telexpertise.DraftCommand{ID: id, Urgency: telexpertise.P1, Record: record()}
		for range 2 {
			status, err := w.s.SaveDraft(ctx, w.gp, draft)
			w.must(err)
			if status.State != "draft" || status.Record.Patient.BirthName != "Zébulonska" || status.Score != 5 {
				t.Fatalf("%+v", status)
			}
		}
		data := lesion(1)
		ref := w.photo(w.gp, id, data)
		again, err := w.s.PutPhoto(ctx, w.gp, telexpertise.PhotoCommand{CaseID: id, ID: ref.ID, View: "close-up", SHA256: ref.SHA256, Size: int64(len(data)), Data: data})
		w.must(err)
		if again.Received != int64(len(data)) {
			t.Fatalf("%+v", again)
		}
		cmd := telexpertise.SubmitCommand{CaseID: id, Photos: []telexpertise.PhotoRef{ref}, DeviceTime: monday.Add(-26 * time.Hour)}
		first, err := w.s.Submit(ctx, w.gp, cmd)
		w.must(err)
		if first.State != "offered" || first.SubmittedAt == nil || first.Warning == nil || first.Record != nil {
			t.Fatalf("%+v", first)
		}
		w.clock.Advance(time.Minute)
		second, err := w.s.Submit(ctx, w.gp, cmd)
		w.must(err)
		if !second.SubmittedAt.Equal(*first.SubmittedAt) {
			t.Fatal("received twice")
		}
		if _, err := w.s.Submit(ctx, w.gp, telexpertise.SubmitCommand{CaseID: id, Photos: []telexpertise.PhotoRef{{ID: newID(), SHA256: ref.SHA256}}}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("another content under the same identifier: %v", err)
		}
		if len(w.mail.sent) != 1 || w.mail.sent[0].To != "near@example.org" {
			t.Fatalf("offered to %v", w.mail.sent)
		}
		var n int
		w.must(d.Get(&n, "SELECT COUNT(*) FROM telex_case"))
		if n != 1 {
			t.Fatalf("%d cases", n)
		}
	})
}

func TestUploadsResume(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := newID()
		_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: record()})
		w.must(err)
		data := lesion(3)
		cmd := telexpertise.PhotoCommand{CaseID: id, ID: newID(), View: "overview", SHA256: sum(data), Size: int64(len(data))}
		third := int64(len(data) / 3)
		put := func(from, to int64) (telexpertise.PhotoStatus, error) {
			part := cmd
			part.Start, part.Data = from, data[from:to]
			return w.s.PutPhoto(ctx, w.gp, part)
		}
		for range 2 { // the same part twice
			status, err := put(0, third)
			w.must(err)
			if status.Received != third || status.ReceivedAt != nil {
				t.Fatalf("%+v", status)
			}
		}
		if status, err := put(2*third, cmd.Size); !fault.Is(err, fault.KindConflict) || status.Received != third {
			t.Fatalf("a gap gave %+v, %v", status, err)
		}
		_, err = put(third, 2*third)
		w.must(err)
		status, err := put(2*third, cmd.Size)
		w.must(err)
		if status.ReceivedAt == nil || status.Received != cmd.Size {
			t.Fatalf("%+v", status)
		}
	})
}

func TestRefusedPhotosLoseNothingElse(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := newID()
	_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: record()})
	w.must(err)
	good := w.photo(w.gp, id, lesion(1))
	put := func(data []byte, hash string) error {
		_, err := w.s.PutPhoto(ctx, w.gp, telexpertise.PhotoCommand{CaseID: id, ID: newID(), View: "close-up", SHA256: hash, Size: int64(len(data)), Data: data})
		return err
	}
	cut := lesion(2)[:900]
	var said *fault.Error
	for name, c := range map[string]struct {
		err  error
		rule string
	}{
		"text":      {put([]byte("ceci n’est pas une photo"), sum([]byte("ceci n’est pas une photo"))), "photo.unknown"},
		"cut":       {put(cut, sum(cut)), "photo.truncated"},
		"altered":   {put(lesion(4), sum(lesion(5))), "photo.hash"},
		"duplicate": {put(lesion(1), sum(lesion(1))), "photo.duplicate"},
	} {
		if !errors.As(c.err, &said) || said.Rule != c.rule {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	status, err := w.s.Status(ctx, w.gp, id)
	w.must(err)
	if len(status.Photos) != 1 || status.Photos[0].SHA256 != good.SHA256 || status.Record.Question == "" {
		t.Fatalf("%+v", status)
	}
}

func TestWhatCannotBeSentNamesItsFields(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		spoil func(*telexpertise.Record)
		field string
	}{
		"birth date in the future": {func(r *telexpertise.Record) { r.Patient.BirthDate = "2031-01-01" }, "birth_date"},
		"no consent":               {func(r *telexpertise.Record) { r.Consent.Given = false }, "consent"},
		"INS key": {func(r *telexpertise.Record) {
			r.Patient.INS, r.Patient.INSOid = "254022A09999931", telexpertise.OidTest
		}, "ins"},
		"unknown INS authority": {func(r *telexpertise.Record) { r.Patient.INS, r.Patient.INSOid = "254027799999914", "1.2" }, "ins"},
		"no site":               {func(r *telexpertise.Record) { r.Clinical.Site = "" }, "site"},
	} {
		id, r := newID(), record()
		c.spoil(&r)
		_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: r})
		w.must(err)
		ref := w.photo(w.gp, id, lesion(1))
		_, err = w.s.Submit(ctx, w.gp, telexpertise.SubmitCommand{CaseID: id, Photos: []telexpertise.PhotoRef{ref}})
		var said *fault.Error
		if !errors.As(err, &said) || said.Fields[c.field].FR == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSomebodyElsesRequestDoesNotExist(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	id := w.send(w.gp, telexpertise.P2, 1)
	if _, err := w.s.Status(ctx, w.gp2, id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another doctor: %v", err)
	}
	if _, err := w.s.SaveDraft(ctx, w.gp2, telexpertise.DraftCommand{ID: id, Record: record()}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the same identifier: %v", err)
	}
	for _, a := range []struct{ name string }{{"officer"}} {
		if _, err := w.s.Status(ctx, w.officer, id); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s: %v", a.name, err)
		}
	}
}

func TestErasedDraftLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := newID()
		_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: record()})
		w.must(err)
		w.photo(w.gp, id, lesion(1))
		w.must(w.s.DropDraft(ctx, w.gp, id))
		status, err := w.s.Status(ctx, w.gp, id)
		w.must(err)
		if status.State != "erased" || len(status.Photos) != 0 {
			t.Fatalf("%+v", status)
		}
		if _, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: record()}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestAComplementIsReceivedOnce sends what the dermatologist asked for twice, with a photograph that comes in two parts, and once more
// after the answer: one effect, and the receipt stays the same.
func TestAComplementIsReceivedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := w.send(w.gp, telexpertise.P2, 1)
		early := telexpertise.CompleteCommand{CaseID: id, ID: newID(), Text: "trop tôt"}
		if _, err := w.s.Complete(ctx, w.gp, early); ruleOf(err) != "complement.ended" {
			t.Fatal(err)
		}
		w.must(w.s.Take(ctx, w.near, id))
		w.must(w.s.Ask(ctx, w.near, telexpertise.AskCommand{CaseID: id, Reason: "blurred"}))
		data := lesion(7)
		ref, half := telexpertise.PhotoRef{ID: newID(), SHA256: sum(data)}, len(data)/2
		put := func(start int, part []byte) {
			_, err := w.s.PutPhoto(ctx, w.gp, telexpertise.PhotoCommand{CaseID: id, ID: ref.ID, View: "close-up", SHA256: ref.SHA256, Size: int64(len(data)), Start: int64(start), Data: part})
			w.must(err)
		}
		put(0, data[:half])
		cmd := telexpertise.CompleteCommand{CaseID: id, ID: newID(), Text: "Plus nette.", Photos: []telexpertise.PhotoRef{ref}}
		if _, err := w.s.Complete(ctx, w.gp, cmd); ruleOf(err) != "photo.missing" {
			t.Fatalf("half a photograph: %v", err)
		}
		put(half, data[half:])
		put(half, data[half:])
		first := w.complete(cmd)
		w.mail.sent = nil
		w.clock.Advance(time.Minute)
		if again := w.complete(cmd); !again.Equal(first) {
			t.Fatalf("%s, then %s", first, again)
		}
		w.must(w.s.Sign(ctx, w.near, reply(id, telexpertise.D3)))
		w.complete(cmd) // the phone did not hear the receipt
		file := w.file(w.near, id)
		notes := 0
		for _, n := range file.Notes {
			if n.Kind == telexpertise.NoteComplete {
				notes++
			}
		}
		if notes != 1 || len(file.Photos) != 2 || file.Case.State != telexpertise.StateAnswered {
			t.Fatalf("%d notes, %d photos, %s", notes, len(file.Photos), file.Case.State)
		}
		if _, err := w.s.Complete(ctx, w.gp2, cmd); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("a colleague: %v", err)
		}
	})
}

// ruleOf is the rule that a refusal names.
func ruleOf(err error) string {
	var refusal *fault.Error
	if errors.As(err, &refusal) {
		return refusal.Rule
	}
	return ""
}

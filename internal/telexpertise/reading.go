package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
)

// Note is what was said about a case besides its answers.
type Note struct {
	ID       string    `db:"id"`
	CaseID   string    `db:"case_id"`
	Kind     string    `db:"kind"`
	Code     string    `db:"code"`
	AuthorID string    `db:"author_id"`
	At       time.Time `db:"at"`
	Sealed   string    `db:"sealed"`
	NoteText `db:"-"`
}

var noteColumns, _ = columns[Note]()

// File is a case opened, as far as the reader's part goes.
type File struct {
	Case    *Case
	Pool    Pool
	Parts   []Part
	Record  Record // for those who see health data; the secretary gets the patient's name, sex, birth date and phone only
	Photos  []Photo
	Answers []Answer // what was signed, oldest first
	Second  *Answer  // the blind second reading, once both are signed
	Notes   []Note
	Reply   *AnswerCommand // what the reader has typed and not signed
	Before  []Case         // of the same lesion, photographed before
	After   []Case
	Slot    *Slot
	Names   map[string]string // of the members of the pool
	History []audit.Record
	Health  bool // the reader sees health data

	Openings    []OpeningFile // exceptional accesses to the case, for its doctors
	Exceptional *Opening      // the access by which the reader reads; nil for those who have a part

	secondDone bool
}

// Is tells whether the reader takes this part.
func (f *File) Is(p Part) bool { return slices.Contains(f.Parts, p) }

// PeekCase is ReadCase for a list or another program: it is recorded too, and never counts as reading the answer, which is left out of
// the file while its requester has not read it.
func (s *Service) PeekCase(ctx context.Context, actor accounts.Actor, id string) (*File, error) {
	if err := actor.RequireSomewhere(PermCase); err != nil {
		return nil, err
	}
	var f *File
	err := s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		f = &File{Case: t.c, Pool: t.pool, Parts: t.parts, Health: seesHealth(t.parts)}
		t.note("peek", "a consulté la demande", "", nil)
		if err := t.fill(ctx, f); err != nil {
			return err
		}
		if f.Is(PartRequester) && t.c.Reading == ReadingUnread {
			f.Answers, f.Case.Disposition = nil, ""
		}
		return nil
	})
	if err != nil || f.MaySecond() {
		return f, err
	}
	f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: AuditCase, ID: id})
	return f, err
}

// ReadCase opens a case for somebody who has a part in it. The reading is recorded; when the requester opens an answered case, the
// answer is read.
func (s *Service) ReadCase(ctx context.Context, actor accounts.Actor, id string) (*File, error) {
	var f *File
	err := s.reading(ctx, actor, id, func(ctx context.Context, t *turn) error {
		f = &File{Case: t.c, Pool: t.pool, Parts: t.parts, Health: seesHealth(t.parts), Exceptional: t.exceptional}
		if err := t.readAnswer(); err != nil {
			return err
		}
		t.note("read", "a ouvert la demande", "", nil)
		return t.fill(ctx, f)
	})
	if err != nil || f.MaySecond() {
		return f, err
	}
	f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: AuditCase, ID: id})
	return f, err
}

func (t *turn) fill(ctx context.Context, f *File) error {
	for _, step := range []func(context.Context, *File) error{t.fillRecord, t.fillPhotos, t.fillAnswers, t.fillNotes, t.fillReply, t.fillOthers, t.fillOpenings} {
		if err := step(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) fillRecord(ctx context.Context, f *File) error {
	if t.c.Sealed == "" {
		return nil
	}
	var r Record
	if err := t.s.open(ctx, t.tx, t.c.ID, "record", t.c.Sealed, &r); err != nil {
		return err
	}
	f.Record = r
	if !f.Health {
		p := r.Patient
		f.Record = Record{Patient: Patient{BirthName: p.BirthName, FirstBirthName: p.FirstBirthName, UsedName: p.UsedName, BirthDate: p.BirthDate, Sex: p.Sex, Phone: p.Phone, Lang: p.Lang}}
	}
	return nil
}

func (t *turn) fillPhotos(ctx context.Context, f *File) error {
	if !f.Health {
		return nil
	}
	photos, err := photosOf(ctx, t.tx, t.c.ID)
	f.Photos = slices.DeleteFunc(photos, func(p Photo) bool { return !p.Complete() })
	slices.SortStableFunc(f.Photos, func(a, b Photo) int { return slices.Index(Views, a.View) - slices.Index(Views, b.View) })
	return err
}

func (t *turn) fillAnswers(ctx context.Context, f *File) error {
	if !f.Health {
		return nil
	}
	var all []Answer
	if err := t.tx.SelectContext(ctx, &all, "SELECT "+answerColumns+" FROM telex_answer WHERE case_id = $1 ORDER BY signed_at, id", t.c.ID); err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	for i := range all {
		if all[i].Sealed == "" {
			continue
		}
		if err := t.s.open(ctx, t.tx, t.c.ID, "answer "+all[i].ID, all[i].Sealed, &all[i].AnswerText); err != nil {
			return err
		}
		if all[i].Kind == "second" {
			f.Second, f.secondDone = &all[i], true
			continue
		}
		f.Answers = append(f.Answers, all[i])
	}
	if !f.Is(PartLead) && !f.Is(PartTaker) { // the second reading is between experts
		f.Second = nil
	}
	if f.MaySecond() { // blind: the first answer is not shown
		f.Answers = nil
	}
	return nil
}

func (t *turn) fillNotes(ctx context.Context, f *File) error {
	if err := t.tx.SelectContext(ctx, &f.Notes, "SELECT "+noteColumns+" FROM telex_note WHERE case_id = $1 AND kind <> $2 ORDER BY at, id", t.c.ID, noteSlip); err != nil {
		return fmt.Errorf("read notes: %w", err)
	}
	if !f.Health {
		f.Notes = slices.DeleteFunc(f.Notes, func(n Note) bool { return n.Kind != NoteVisit })
	}
	if f.MaySecond() { // blind: what was exchanged before the first answer, and nothing after
		f.Notes = slices.DeleteFunc(f.Notes, func(n Note) bool { return n.Kind != NoteAsk && n.Kind != NoteComplete })
	}
	for i := range f.Notes {
		if f.Notes[i].Sealed == "" {
			continue
		}
		if err := t.s.open(ctx, t.tx, t.c.ID, "note "+f.Notes[i].ID, f.Notes[i].Sealed, &f.Notes[i].NoteText); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) fillReply(ctx context.Context, f *File) error {
	if !f.Is(PartExpert) {
		return nil
	}
	var sealed string
	err := t.tx.GetContext(ctx, &sealed, "SELECT sealed FROM telex_reply_draft WHERE case_id = $1 AND person_id = $2", t.c.ID, t.actor.ID)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a reply: %w", err)
	}
	f.Reply = &AnswerCommand{}
	return t.s.open(ctx, t.tx, t.c.ID, "reply "+t.actor.ID, sealed, f.Reply)
}

// fillOthers reads what stands around the case: its slot, the same lesion before and after, who is who.
func (t *turn) fillOthers(ctx context.Context, f *File) error {
	if err := t.tx.SelectContext(ctx, &f.Before, "SELECT "+caseColumns+" FROM telex_case WHERE id = $1 AND id <> ''", t.c.PreviousID); err != nil {
		return fmt.Errorf("read the case before: %w", err)
	}
	if err := t.tx.SelectContext(ctx, &f.After, "SELECT "+caseColumns+" FROM telex_case WHERE previous_id = $1 AND state <> 'draft' AND state <> 'erased' ORDER BY created_at, id", t.c.ID); err != nil {
		return fmt.Errorf("read the cases after: %w", err)
	}
	if t.c.SlotID != "" {
		slot, err := slotByID(ctx, t.tx, t.c.SlotID)
		if err != nil {
			return err
		}
		f.Slot = &slot
	}
	all, err := t.people(ctx, "")
	f.Names = map[string]string{}
	for _, m := range all {
		f.Names[m.PersonID] = m.Name
	}
	return err
}

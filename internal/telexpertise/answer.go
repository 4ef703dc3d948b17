package telexpertise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Answer is what an expert says of a case. Signed, it never changes: addenda follow it.
type Answer struct {
	ID           string      `db:"id" json:"-"`
	CaseID       string      `db:"case_id" json:"case"`
	Kind         string      `db:"kind" json:"kind"` // "answer", "addendum", "second"
	AuthorID     string      `db:"author_id" json:"author"`
	SignedAt     time.Time   `db:"signed_at" json:"signed_at"`
	Disposition  Disposition `db:"disposition" json:"disposition"`
	PhotosUsable bool        `db:"photos_usable" json:"photos_usable"`
	Digest       string      `db:"digest" json:"-"`
	Sealed       string      `db:"sealed" json:"-"`
	AnswerText   `db:"-"`
}

// AnswerText is what is sealed of an answer.
type AnswerText struct {
	Hypothesis string     `json:"hypothesis"`
	Confidence Confidence `json:"confidence"`
	Text       string     `json:"text"`
}

var answerColumns, answerValues = columns[Answer]()

// AnswerCommand is an answer to sign.
type AnswerCommand struct {
	CaseID        string
	Disposition   Disposition
	PhotosUsable  bool
	SlotID        string // a free slot of the expert, proposed to the patient
	CoordinatorID string // or who will find one
	AnswerText
}

func (cmd AnswerCommand) check() error {
	f := fault.Fields{}
	if !cmd.Disposition.Valid() {
		f.Add("disposition", "Choisissez la conduite à tenir.", "Choose what to do.")
	}
	if !slices.Contains(Confidences, cmd.Confidence) {
		f.Add("confidence", "Indiquez votre degré de certitude.", "Say how sure you are.")
	}
	text(f, "hypothesis", cmd.Hypothesis, 500, cmd.Disposition != D4)
	text(f, "text", cmd.Text, 8000, cmd.Disposition == D3 || cmd.Disposition == D4)
	return f.Err()
}

// Sign signs the answer of the expert who holds the case. D1 and D5 need a slot or a coordinator. KindConflict when the slot was
// taken meanwhile; KindRefused when the case was released: what was typed stays in the expert's draft.
func (s *Service) Sign(ctx context.Context, actor accounts.Actor, cmd AnswerCommand) error {
	if err := cmd.check(); err != nil {
		return err
	}
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if t.c.State == StateOffered && t.is(PartExpert) {
			return fault.Refused("answer.released", "Cette demande a été rendue au pool entre-temps : reprenez-la pour signer. Ce que vous avez saisi est gardé.",
				"This request was given back to the pool meanwhile: take it again to sign. What you typed is kept.")
		}
		t.c.Disposition, t.c.PhotosUsable = cmd.Disposition, &cmd.PhotosUsable
		if !cmd.Disposition.NeedsVisit() { // a slot chosen before the mind changed stays free
			cmd.SlotID, cmd.CoordinatorID = "", ""
		}
		t.c.SlotID, t.c.CoordinatorID = cmd.SlotID, cmd.CoordinatorID
		if err := t.checkCoordinator(ctx); err != nil {
			return err
		}
		if err := t.request("answer", ""); err != nil {
			return err
		}
		t.c.AnsweredAt, t.c.AnswerDue, t.c.Level = &t.now, nil, 0
		if err := t.sign(ctx, "answer", cmd); err != nil {
			return err
		}
		if err := t.organise(ctx, cmd); err != nil {
			return err
		}
		t.chooseSecond()
		return t.announce(ctx, titleAnswered, "Le dermatologue a répondu à la demande %s.")
	})
}

func (t *turn) checkCoordinator(ctx context.Context) error {
	if t.c.CoordinatorID == "" {
		return nil
	}
	found, err := t.people(ctx, PartCoordinator, t.c.CoordinatorID)
	if err == nil && len(found) == 0 {
		f := fault.Fields{}
		f.Add("coordinator", "Cette personne ne coordonne pas le pool.", "This person does not coordinate the pool.")
		err = f.Err()
	}
	return err
}

// sign keeps an answer, and its hash in the audit record: the record shows any later change.
func (t *turn) sign(ctx context.Context, kind string, cmd AnswerCommand) error {
	a := Answer{ID: db.NewID(), CaseID: t.c.ID, Kind: kind, AuthorID: t.actor.ID, SignedAt: t.now, Disposition: cmd.Disposition, PhotosUsable: cmd.PhotosUsable, AnswerText: cmd.AnswerText}
	signed, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	digest := sha256.Sum256(signed)
	a.Digest = hex.EncodeToString(digest[:])
	if a.Sealed, err = t.s.seal(ctx, t.tx, t.c.ID, "answer "+a.ID, a.AnswerText); err != nil {
		return err
	}
	if _, err := t.tx.NamedExecContext(ctx, "INSERT INTO telex_answer ("+answerColumns+") VALUES ("+answerValues+")", a); err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	if _, err := t.tx.ExecContext(ctx, "DELETE FROM telex_reply_draft WHERE case_id = $1 AND person_id = $2", t.c.ID, t.actor.ID); err != nil {
		return fmt.Errorf("forget a draft: %w", err)
	}
	words := map[string]string{"answer": "a signé la réponse", "addendum": "a signé un complément à la réponse", "second": "a signé la seconde lecture"}
	t.note("sign-"+kind, words[kind], "", map[string]string{"answer": a.ID, "disposition": string(a.Disposition), "sha256": a.Digest})
	return nil
}

// organise starts the visit that the answer calls for, and plans the second photographs of D6.
func (t *turn) organise(ctx context.Context, cmd AnswerCommand) error {
	if cmd.Disposition == D6 {
		at := t.settings().Again.After(t.now)
		t.c.AgainAt = &at
	}
	if !cmd.Disposition.NeedsVisit() {
		return nil
	}
	if cmd.SlotID == "" {
		return t.visit("plan", "")
	}
	if err := t.holdSlot(ctx, cmd.SlotID); err != nil {
		return err
	}
	t.c.ProposedAt = &t.now
	return t.visit("propose", "")
}

// announce makes the answer unread, and tells the requester.
func (t *turn) announce(ctx context.Context, title Title, sentence string) error {
	t.c.ReadingLevel = 0
	if t.c.Reading != ReadingUnread {
		if err := t.reading("announce"); err != nil {
			return err
		}
	}
	to, err := t.people(ctx, PartRequester, t.c.RequesterID)
	if err != nil {
		return err
	}
	return t.tell(ctx, to, title, fmt.Sprintf(sentence, t.c.Ref()))
}

// Add signs an addendum to a signed answer; the requester has to read it.
func (s *Service) Add(ctx context.Context, actor accounts.Actor, id, words string) error {
	f := fault.Fields{}
	text(f, "text", words, 8000, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.require(PartTaker); err != nil {
			return err
		}
		if t.c.State != StateAnswered {
			return fault.Refused("addendum", "Un complément s’ajoute à une réponse signée d’une demande ouverte.", "An addendum is added to a signed answer of an open request.")
		}
		usable := t.c.PhotosUsable != nil && *t.c.PhotosUsable
		if err := t.sign(ctx, "addendum", AnswerCommand{Disposition: t.c.Disposition, PhotosUsable: usable, AnswerText: AnswerText{Text: words}}); err != nil {
			return err
		}
		return t.announce(ctx, titleNews, "Le dermatologue a complété sa réponse à la demande %s.")
	})
}

// KeepReply keeps what an expert has typed so far. It is theirs alone.
func (s *Service) KeepReply(ctx context.Context, actor accounts.Actor, cmd AnswerCommand) error {
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.require(PartExpert); err != nil {
			return err
		}
		sealed, err := s.seal(ctx, t.tx, t.c.ID, "reply "+actor.ID, cmd)
		if err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `INSERT INTO telex_reply_draft (case_id, person_id, sealed, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (case_id, person_id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`, t.c.ID, actor.ID, sealed, t.now)
		if err != nil {
			return fmt.Errorf("keep a reply: %w", err)
		}
		return nil
	})
}

// Read is the moment at which the requester saw the answer: opening its page does it.
func (t *turn) readAnswer() error {
	if !t.is(PartRequester) || t.c.Reading != ReadingUnread {
		return nil
	}
	if err := t.reading("read"); err != nil {
		return err
	}
	t.c.ReadAt, t.c.ReadingLevel = &t.now, 0
	t.note("read-answer", "a lu la réponse", "", nil)
	return nil
}

// InformCommand says how the patient was told.
type InformCommand struct {
	CaseID string
	How    string // "phone", "visit", "letter", "other"
	Text   string
}

// InformWays lists how a patient is told.
var InformWays = []string{"phone", "visit", "letter", "other"}

// Inform records that the patient knows.
func (s *Service) Inform(ctx context.Context, actor accounts.Actor, cmd InformCommand) error {
	f := fault.Fields{}
	if !slices.Contains(InformWays, cmd.How) {
		f.Add("how", "Indiquez comment le patient a été informé.", "Say how the patient was told.")
	}
	text(f, "text", cmd.Text, 2000, false)
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.tellPatient(ctx, cmd); err != nil {
			return err
		}
		return t.closeIfEnded()
	})
}

func (t *turn) tellPatient(ctx context.Context, cmd InformCommand) error {
	if err := t.reading("inform"); err != nil {
		return err
	}
	t.c.InformedAt, t.c.ReadingLevel = &t.now, 0
	t.note("inform", "a informé le patient", "", map[string]string{"how": cmd.How})
	return t.write(ctx, NoteInform, cmd.How, NoteText{Text: cmd.Text})
}

// closeIfEnded closes the case when its three lives have ended.
func (t *turn) closeIfEnded() error {
	options := RequestLife.Moves(t.subject(), t.c.State, []Part{PartSystem})
	if !slices.ContainsFunc(options, func(m lifecycle.Move[Subject, Part]) bool { return m.Name == "close" }) {
		return nil
	}
	t.c.State, t.c.StateSince, t.c.ClosedAt, t.changed = StateClosed, t.now, &t.now, true
	t.note("close", "a clos la demande", "", nil)
	return nil
}

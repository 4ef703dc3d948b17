package telexpertise

import (
	"context"
	"fmt"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Note kinds.
const (
	NoteAsk       = "ask"       // what is asked of the requester; code is an AskReason
	NoteComplete  = "complete"  // what the requester answered
	NoteIncident  = "incident"  // a technical incident: the law has it in the record
	NoteInform    = "inform"    // how the patient was informed; code is "phone", "visit", "letter", "other"
	NoteDecline   = "decline"   // why the request was declined or redirected
	NoteHistology = "histology" // type, thickness, margins
	NoteVisit     = "visit"     // why a visit was withdrawn or a patient absent
)

// NoteText is what is sealed of a note.
type NoteText struct {
	Text      string     `json:"text"`
	Histology *Histology `json:"histology,omitempty"`
}

// write keeps a note on the case, sealed.
func (t *turn) write(ctx context.Context, kind, code string, body NoteText) error {
	id := db.NewID()
	sealed, err := t.s.seal(ctx, t.tx, t.c.ID, "note "+id, body)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, "INSERT INTO telex_note (id, case_id, kind, code, author_id, at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		id, t.c.ID, kind, code, t.actor.ID, t.now, sealed)
	if err != nil {
		return fmt.Errorf("keep a note: %w", err)
	}
	return nil
}

// AskCommand asks the requester for more.
type AskCommand struct {
	CaseID string
	Reason AskReason
	Text   string
}

// Ask sends a request back to who made it, with a coded reason. The clock of the answer goes on.
func (s *Service) Ask(ctx context.Context, actor accounts.Actor, cmd AskCommand) error {
	f := fault.Fields{}
	if !slices.Contains(AskReasons, cmd.Reason) {
		f.Add("reason", "Choisissez ce qui manque.", "Choose what is missing.")
	}
	text(f, "text", cmd.Text, 2000, cmd.Reason == "other")
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.request("ask", string(cmd.Reason)); err != nil {
			return err
		}
		t.c.Level = 0
		if err := t.write(ctx, NoteAsk, string(cmd.Reason), NoteText{Text: cmd.Text}); err != nil {
			return err
		}
		t.note("ask", "a demandé un complément", string(cmd.Reason), nil)
		to, err := t.people(ctx, PartRequester, t.c.RequesterID)
		if err != nil {
			return err
		}
		return t.tell(ctx, to, titleAsked, fmt.Sprintf("Le dermatologue attend un complément pour la demande %s.", t.c.Ref()))
	})
}

// CompleteCommand answers what was asked; photographs were put with PutPhoto before.
type CompleteCommand struct {
	CaseID string `json:"-"`
	Text   string `json:"text"`
}

// Complete hands a request back to the expert who asked.
func (s *Service) Complete(ctx context.Context, actor accounts.Actor, cmd CompleteCommand) error {
	f := fault.Fields{}
	text(f, "text", cmd.Text, 4000, false)
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.request("complete", ""); err != nil {
			return err
		}
		t.c.FreeWarned = false
		if err := t.write(ctx, NoteComplete, "", NoteText{Text: cmd.Text}); err != nil {
			return err
		}
		t.note("complete", "a envoyé le complément", "", nil)
		to, err := t.people(ctx, PartExpert, t.c.TakerID)
		if err != nil {
			return err
		}
		return t.tell(ctx, to, titleCompleted, fmt.Sprintf("La demande %s est de nouveau à vous.", t.c.Ref()))
	})
}

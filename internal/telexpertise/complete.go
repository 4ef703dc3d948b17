package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"time"

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
	return t.writeAs(ctx, db.NewID(), kind, code, body)
}

func (t *turn) writeAs(ctx context.Context, id, kind, code string, body NoteText) error {
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
	CaseID string     `json:"-"`
	ID     string     `json:"id"` // made by the phone, so that sending again is harmless; "" from a page
	Text   string     `json:"text"`
	Photos []PhotoRef `json:"photos"` // those that the phone holds for it: each must be here
}

// Complete hands a request back to the expert who asked. Sending the same complement again changes nothing; what is given
// back is when it was received first.
func (s *Service) Complete(ctx context.Context, actor accounts.Actor, cmd CompleteCommand) (at time.Time, err error) {
	f := fault.Fields{}
	text(f, "text", cmd.Text, 4000, false)
	if cmd.ID == "" {
		cmd.ID = db.NewID()
	}
	if !idPattern.MatchString(cmd.ID) {
		f.Add("id", "L’identifiant du complément n’est pas valable.", "The identifier of the complement is not valid.")
	}
	if err := f.Err(); err != nil {
		return at, err
	}
	err = s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		if err := t.require(PartRequester); err != nil {
			return err
		}
		known, err := t.complementOf(ctx, cmd.ID)
		if err != nil {
			return err
		}
		if known != nil {
			at = *known
			return nil
		}
		at = t.now
		return t.complete(ctx, cmd)
	})
	return at, err
}

// complementOf is when a complement of this identifier was received; nil when it was not.
func (t *turn) complementOf(ctx context.Context, id string) (*time.Time, error) {
	var at []time.Time
	err := t.tx.SelectContext(ctx, &at, "SELECT at FROM telex_note WHERE id = $1 AND case_id = $2 AND kind = $3", id, t.c.ID, NoteComplete)
	if err != nil || len(at) == 0 {
		return nil, err
	}
	return &at[0], nil
}

func (t *turn) complete(ctx context.Context, cmd CompleteCommand) error {
	if t.c.State != StateAsked {
		return fault.Refused("complement.ended", "Le dermatologue n’attend plus de complément pour cette demande : ouvrez-la pour voir où elle en est. Ce que vous avez saisi est gardé sur cet appareil.",
			"The dermatologist no longer waits for more on this request: open it to see where it stands. What you typed is kept on this device.")
	}
	if len(cmd.Photos) > 0 {
		photos, err := photosOf(ctx, t.tx, t.c.ID)
		if err == nil {
			err = checkPhotos(photos, cmd.Photos)
		}
		if err != nil {
			return err
		}
	}
	if err := t.request("complete", ""); err != nil {
		return err
	}
	t.c.FreeWarned = false
	if err := t.writeAs(ctx, cmd.ID, NoteComplete, "", NoteText{Text: cmd.Text}); err != nil {
		return err
	}
	t.note("complete", "a envoyé le complément", "", map[string]string{"photos": fmt.Sprint(len(cmd.Photos))})
	to, err := t.people(ctx, PartExpert, t.c.TakerID)
	if err != nil {
		return err
	}
	if len(to) == 0 { // who asked has left the pool: every expert may take it
		system := *t
		system.actor, system.parts, system.entries = accounts.System("répartition"), []Part{PartSystem}, nil
		if err := system.free(ctx); err != nil {
			return err
		}
		t.entries = append(t.entries, system.entries...)
		return nil
	}
	return t.tell(ctx, to, titleCompleted, fmt.Sprintf("La demande %s est de nouveau à vous.", t.c.Ref()))
}

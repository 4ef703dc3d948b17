package telexpertise

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// turn is one operation on one case inside its transaction: what was read, who acts, and what is to be recorded with the change.
type turn struct {
	s       *Service
	tx      *db.Tx
	actor   accounts.Actor
	now     time.Time
	pool    Pool
	c       *Case
	parts   []Part
	entries []audit.Entry
	changed bool

	exceptional *Opening // by which the actor reads; nil for those who have a part
}

// on runs one operation on a case: reads it, finds the actor's parts (none: the case does not exist for them), lets fn act, keeps
// the case if it changed, and writes the audit entries last.
func (s *Service) on(ctx context.Context, actor accounts.Actor, id string, fn func(ctx context.Context, t *turn) error) error {
	return s.run(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if len(t.parts) == 0 {
			return errNoCase()
		}
		return fn(ctx, t)
	})
}

// reading is on for operations that read and change nothing: an exceptional access opens those too.
func (s *Service) reading(ctx context.Context, actor accounts.Actor, id string, fn func(ctx context.Context, t *turn) error) error {
	return s.run(ctx, actor, id, func(ctx context.Context, t *turn) (err error) {
		if !seesHealth(t.parts) {
			if t.exceptional, err = t.opening(ctx); err != nil {
				return err
			}
		}
		if t.exceptional != nil {
			t.parts = append(t.parts, PartExceptional)
		}
		if len(t.parts) == 0 {
			return errNoCase()
		}
		return fn(ctx, t)
	})
}

func (s *Service) run(ctx context.Context, actor accounts.Actor, id string, fn func(ctx context.Context, t *turn) error) error {
	if actor.Anonymous() {
		return accounts.Unauthenticated()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, id)
		if err != nil {
			return err
		}
		t, err := s.turn(ctx, tx, actor, c)
		if err != nil {
			return err
		}
		if err := fn(ctx, t); err != nil {
			return err
		}
		return t.keep(ctx)
	})
}

// turn finds the pool of a case and the actor's parts in it; none may be found.
func (s *Service) turn(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Case) (*turn, error) {
	t := &turn{s: s, tx: tx, actor: actor, now: db.Now(s.clock), c: c}
	var err error
	if t.pool, err = poolByID(ctx, tx, c.PoolID); err != nil {
		return nil, err
	}
	held, err := memberships(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	t.parts = partsIn(actor, held, c)
	return t, nil
}

// keep writes what the turn changed, then its audit entries.
func (t *turn) keep(ctx context.Context) error {
	if t.changed {
		t.setClocks()
		if err := updateCase(ctx, t.tx, t.c); err != nil {
			return err
		}
	}
	return audit.Append(ctx, t.tx, t.entries...)
}

func (t *turn) settings() Settings { return t.pool.Settings.V }

func (t *turn) subject() Subject { return Subject{Case: t.c, Settings: t.settings()} }

func (t *turn) is(p Part) bool { return slices.Contains(t.parts, p) }

// require refuses an operation that is no move of a life to those whose part it is not.
func (t *turn) require(parts ...Part) error {
	if slices.ContainsFunc(parts, t.is) || t.is(PartSystem) {
		return nil
	}
	return fault.Forbidden("Votre part dans cette demande ne permet pas ceci ; rien n’a changé.", "Your part in this request does not allow this; nothing has changed.")
}

// note adds an entry to the audit record. Text is the French sentence after the actor's name: "a pris la demande en charge".
func (t *turn) note(action, text, reason string, details map[string]string) {
	name := t.actor.Name
	if t.actor.IsSystem() {
		name = "Le système"
	}
	if t.exceptional != nil {
		text += ", à titre exceptionnel"
		details = maps.Clone(details)
		if details == nil {
			details = map[string]string{}
		}
		details[exceptionalDetail] = t.exceptional.ID
	}
	t.entries = append(t.entries, audit.Entry{
		At: t.now, Actor: audit.Actor{ID: t.actor.ID, Name: t.actor.Name}, Action: "telexpertise." + action,
		Object: audit.Object{Kind: AuditCase, ID: t.c.ID}, Text: fmt.Sprintf("%s %s (demande %s).", name, text, t.c.Ref()), Reason: reason, Details: details,
	})
}

// exceptionalDetail names, in the record, the exceptional access by which something was read.
const exceptionalDetail = "exceptional"

// AuditCase is the kind under which the audit record names cases.
const AuditCase = "telexpertise.case"

// request, reading and visit do one move of one life: the table is asked, then state and moment change.
func (t *turn) request(move, reason string) error {
	next, err := RequestLife.Check(t.subject(), t.c.State, move, t.parts, reason)
	if err != nil {
		return err
	}
	t.c.State, t.c.StateSince, t.changed = next, t.now, true
	return nil
}

func (t *turn) reading(move string) error {
	next, err := ReadingLife.Check(t.subject(), t.c.Reading, move, t.parts, "")
	if err != nil {
		return err
	}
	t.c.Reading, t.c.ReadingSince, t.changed = next, t.now, true
	return nil
}

func (t *turn) visit(move, reason string) error {
	next, err := VisitLife.Check(t.subject(), t.c.Visit, move, t.parts, reason)
	if err != nil {
		return err
	}
	t.c.Visit, t.c.VisitSince, t.changed = next, t.now, true
	return nil
}

// setClocks computes when each life's next automatic deadline passes.
func (t *turn) setClocks() {
	s := t.subject()
	t.c.DueAt = automatic(RequestLife, s, t.c.State, t.c.StateSince)
	if t.c.State == StateOffered && t.c.DueAt != nil {
		ends := s.Settings.OfferEnds(t.c.Urgency, t.c.Level, t.c.StateSince)
		t.c.DueAt = &ends
	}
	if t.c.State != StateOffered && t.c.State != StateTaken && t.c.State != StateAsked {
		t.c.AnswerDue = nil
	}
	t.c.SeenDue = nil
	if !t.c.SeenAlerted && t.c.Visit != VisitExcised && !VisitLife.State(t.c.Visit).Terminal {
		t.c.SeenDue = t.c.SeenTarget(s.Settings)
	}
	t.c.ReadingDue = automatic(ReadingLife, s, t.c.Reading, t.c.ReadingSince)
	t.c.VisitDue = automatic(VisitLife, s, t.c.Visit, t.c.VisitSince)
}

func automatic(m *lifecycle.Machine[Subject, Part], s Subject, state lifecycle.State, since time.Time) *time.Time {
	for _, d := range m.Deadlines(s, state, since) {
		if d.Move.Automatic {
			return &d.At
		}
	}
	return nil
}

// tell writes to members of the pool about the case. Nobody is told twice.
func (t *turn) tell(ctx context.Context, to []Member, title Title, paragraphs ...string) error {
	return t.tellAt(ctx, "/telexpertise/demandes/"+t.c.ID, to, title, paragraphs...)
}

// tellAt is tell with the address of another page.
func (t *turn) tellAt(ctx context.Context, path string, to []Member, title Title, paragraphs ...string) error {
	told := map[string]bool{}
	for _, m := range to {
		if told[m.PersonID] || m.Email == "" {
			continue
		}
		told[m.PersonID] = true
		letter := Letter{Person: m.PersonID, Part: m.Part, Urgent: t.c.Urgency == P1, To: m.Email, Name: m.Name, Subject: title.text, Paragraphs: paragraphs, Path: path}
		if err := t.s.letters.Send(ctx, t.tx, letter); err != nil {
			return fmt.Errorf("write to a member: %w", err)
		}
	}
	return nil
}

// waits asks to take the case, with the hour until which nobody else is asked: the urgency itself is a fact about a patient.
func (t *turn) waits() string {
	if t.c.DueAt == nil {
		return fmt.Sprintf("La demande %s est à prendre en charge.", t.c.Ref())
	}
	return fmt.Sprintf("La demande %s est à prendre en charge, de préférence avant le %s.", t.c.Ref(), i18n.DateTime(context.Background(), *t.c.DueAt))
}

// people finds members of the pool by their identifiers, in the part given.
func (t *turn) people(ctx context.Context, part Part, ids ...string) ([]Member, error) {
	all, err := members(ctx, t.tx, t.pool.ID, part)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(m Member) bool { return !slices.Contains(ids, m.PersonID) }), nil
}

package telexpertise

import (
	"context"
	"fmt"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Take gives a case to an expert: nobody else answers it until it is answered, released or freed. When two take it at once, the
// second is told who has it.
func (s *Service) Take(ctx context.Context, actor accounts.Actor, id string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if t.c.State == StateTaken || t.c.State == StateAsked {
			return t.alreadyTaken(ctx)
		}
		if err := t.request("take", ""); err != nil {
			return err
		}
		t.c.TakerID, t.c.OfferedTo, t.c.FreeWarned = actor.ID, "", false
		if t.c.TakenAt == nil {
			t.c.TakenAt = &t.now
			due := answerDeadline(t.subject()).After(t.now)
			t.c.AnswerDue = &due
		}
		t.note("take", "a pris la demande en charge", "", nil)
		return nil
	})
}

func (t *turn) alreadyTaken(ctx context.Context) error {
	if t.c.TakerID == t.actor.ID {
		return nil
	}
	who, err := t.people(ctx, PartExpert, t.c.TakerID)
	if err != nil {
		return err
	}
	name := "un confrère"
	english := "a colleague"
	if len(who) > 0 {
		name, english = who[0].Name, who[0].Name
	}
	return fault.Conflict(fmt.Sprintf("%s a déjà pris cette demande en charge : passez à la suivante.", name),
		fmt.Sprintf("%s has already taken this request: go to the next one.", english))
}

// Release gives a case back to the pool: every expert may take it. What was typed of the answer is kept for who comes back to it.
func (s *Service) Release(ctx context.Context, actor accounts.Actor, id string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.request("release", ""); err != nil {
			return err
		}
		t.toAll()
		t.note("release", "a rendu la demande au pool", "", nil)
		return nil
	})
}

// toAll makes an offered case everybody's.
func (t *turn) toAll() { t.c.TakerID, t.c.OfferedTo, t.c.Level = "", "", LevelAll }

// RedirectCommand hands a case to a colleague.
type RedirectCommand struct {
	CaseID, To, Reason string
}

// Redirect offers a case to one other expert of the pool.
func (s *Service) Redirect(ctx context.Context, actor accounts.Actor, cmd RedirectCommand) error {
	return s.on(ctx, actor, cmd.CaseID, func(ctx context.Context, t *turn) error {
		to, err := t.people(ctx, PartExpert, cmd.To)
		if err != nil {
			return err
		}
		if len(to) == 0 || cmd.To == actor.ID {
			f := fault.Fields{}
			f.Add("to", "Choisissez un autre dermatologue du pool.", "Choose another dermatologist of the pool.")
			return f.Err()
		}
		if err := t.request("redirect", cmd.Reason); err != nil {
			return err
		}
		t.c.TakerID, t.c.OfferedTo, t.c.Level = "", cmd.To, LevelNext
		if _, err := t.tx.ExecContext(ctx, "UPDATE telex_offer SET live = FALSE WHERE case_id = $1", t.c.ID); err != nil {
			return fmt.Errorf("end offers: %w", err)
		}
		if err := t.offerTo(ctx, cmd.To); err != nil {
			return err
		}
		if err := t.write(ctx, NoteDecline, "redirect", NoteText{Text: cmd.Reason}); err != nil {
			return err
		}
		t.note("redirect", "a confié la demande à "+to[0].Name, "", map[string]string{"to": cmd.To})
		return t.tell(ctx, to, titleEntrusted, t.waits())
	})
}

// Decline refuses a case for the pool: the requester reads why.
func (s *Service) Decline(ctx context.Context, actor accounts.Actor, id, reason string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.request("decline", reason); err != nil {
			return err
		}
		if err := t.reading("announce"); err != nil {
			return err
		}
		if err := t.write(ctx, NoteDecline, "decline", NoteText{Text: reason}); err != nil {
			return err
		}
		t.note("decline", "a décliné la demande", "", nil)
		to, err := t.people(ctx, PartRequester, t.c.RequesterID)
		if err != nil {
			return err
		}
		return t.tell(ctx, to, titleNews, fmt.Sprintf("Le motif est sur la page de la demande %s.", t.c.Ref()))
	})
}

// Cancel withdraws a request that has no answer yet.
func (s *Service) Cancel(ctx context.Context, actor accounts.Actor, id, reason string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.request("cancel", reason); err != nil {
			return err
		}
		if err := t.write(ctx, NoteIncident, "cancel", NoteText{Text: reason}); err != nil {
			return err
		}
		t.note("cancel", "a annulé la demande", "", nil)
		return nil
	})
}

// Incident writes a technical incident into the record of a case.
func (s *Service) Incident(ctx context.Context, actor accounts.Actor, id, what string) error {
	f := fault.Fields{}
	text(f, "text", what, 2000, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.write(ctx, NoteIncident, "", NoteText{Text: what}); err != nil {
			return err
		}
		t.note("incident", "a noté un incident technique", "", nil)
		return nil
	})
}

// CalendarOf lists the duty days of a pool from a day on, for its members.
func (s *Service) CalendarOf(ctx context.Context, actor accounts.Actor, pool, from string) ([]Day, error) {
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, err
	}
	if !actor.Has(accounts.RoleAdmin) && !slices.ContainsFunc(held, func(m Member) bool { return m.PoolID == pool && m.Part != PartRequester }) {
		return nil, errNoPool()
	}
	var days []Day
	if err := s.db.SelectContext(ctx, &days, "SELECT pool_id, person_id, day, kind FROM telex_calendar WHERE pool_id = $1 AND day >= $2 ORDER BY day, person_id", pool, from); err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	return days, nil
}

func errNoPool() error {
	return fault.NotFound("Ce pool n’existe pas, ou vous n’en êtes pas membre.", "This pool does not exist, or you are not a member of it.")
}

// system runs one operation on a case in the name of a clock.
func (s *Service) system(ctx context.Context, id string, fn func(ctx context.Context, t *turn) error) error {
	return s.on(ctx, accounts.System("horloges"), id, fn)
}

// poolEntry is an audit entry about a pool rather than a case.
func (s *Service) poolEntry(actor accounts.Actor, pool, action, sentence string) audit.Entry {
	return audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "telexpertise." + action,
		Object: audit.Object{Kind: "telexpertise.pool", ID: pool}, Text: sentence}
}

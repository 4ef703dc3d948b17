package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// holdSlot attaches a free slot to the case, and frees the one that it had.
func (t *turn) holdSlot(ctx context.Context, id string) error {
	slot, err := slotByID(ctx, t.tx, id)
	if err != nil {
		return err
	}
	taken := fault.Conflict("Ce créneau vient d’être pris : choisissez-en un autre. Ce que vous avez saisi est gardé.", "This slot was just taken: choose another one. What you typed is kept.")
	if slot.PoolID != t.pool.ID || slot.CaseID != "" && slot.CaseID != t.c.ID || slot.StartsAt.Before(t.now) {
		return taken
	}
	if _, err := t.tx.ExecContext(ctx, "UPDATE telex_slot SET case_id = '', version = version + 1 WHERE case_id = $1 AND id <> $2", t.c.ID, id); err != nil {
		return fmt.Errorf("free a slot: %w", err)
	}
	res, err := t.tx.ExecContext(ctx, "UPDATE telex_slot SET case_id = $1, version = version + 1 WHERE id = $2 AND (case_id = '' OR case_id = $1)", t.c.ID, id)
	if err != nil {
		return fmt.Errorf("hold a slot: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return taken.Because(err)
	}
	t.c.SlotID, t.changed = id, true
	return nil
}

// freeSlot gives back the slot of a visit that will not take place.
func (t *turn) freeSlot(ctx context.Context) error {
	if _, err := t.tx.ExecContext(ctx, "UPDATE telex_slot SET case_id = '', version = version + 1 WHERE case_id = $1 AND starts_at > $2", t.c.ID, t.now); err != nil {
		return fmt.Errorf("free a slot: %w", err)
	}
	t.c.SlotID = ""
	return nil
}

// Propose attaches a slot to a case that needs a visit.
func (s *Service) Propose(ctx context.Context, actor accounts.Actor, id, slot string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if t.c.Visit == VisitNone {
			return fault.Refused("visit.none", "La réponse ne demande pas de consultation.", "The answer asks for no visit.")
		}
		if err := t.visit("propose", ""); err != nil {
			return err
		}
		t.c.ProposedAt, t.c.VisitLevel = &t.now, 0
		t.note("propose", "a proposé un créneau", "", map[string]string{"slot": slot})
		return t.holdSlot(ctx, slot)
	})
}

// Book records that the patient accepted the slot.
func (s *Service) Book(ctx context.Context, actor accounts.Actor, id string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.visit("book", ""); err != nil {
			return err
		}
		t.c.BookedAt, t.c.VisitLevel = &t.now, 0
		t.note("book", "a confirmé le rendez-vous", "", nil)
		to, err := t.people(ctx, PartRequester, t.c.RequesterID)
		if err != nil {
			return err
		}
		return t.tell(ctx, to, titleNews, fmt.Sprintf("La demande %s avance : la suite est sur sa page.", t.c.Ref()))
	})
}

// Presence records whether the patient came. Who did not come goes to the recall list.
func (s *Service) Presence(ctx context.Context, actor accounts.Actor, id string, came bool) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if !came {
			if err := t.visit("miss", ""); err != nil {
				return err
			}
			t.c.SlotID = ""
			t.note("miss", "a noté l’absence du patient", "", nil)
			to, err := t.people(ctx, PartRequester, t.c.RequesterID)
			if err != nil {
				return err
			}
			return t.tell(ctx, to, titleNews, fmt.Sprintf("La demande %s appelle une action de votre part.", t.c.Ref()))
		}
		if err := t.visit("attend", ""); err != nil {
			return err
		}
		t.c.SeenAt = &t.now
		t.note("attend", "a noté la venue du patient", "", nil)
		return t.closeIfEnded()
	})
}

// Withdraw ends a visit that will not take place, with the reason.
func (s *Service) Withdraw(ctx context.Context, actor accounts.Actor, id, reason string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.visit("withdraw", reason); err != nil {
			return err
		}
		if err := t.write(ctx, NoteVisit, "withdraw", NoteText{Text: reason}); err != nil {
			return err
		}
		t.note("withdraw", "a abandonné la consultation", "", nil)
		if err := t.freeSlot(ctx); err != nil {
			return err
		}
		return t.closeIfEnded()
	})
}

// Excise records an excision: a histology is awaited from now on.
func (s *Service) Excise(ctx context.Context, actor accounts.Actor, id string) error {
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.visit("excise", ""); err != nil {
			return err
		}
		if t.c.SeenAt == nil {
			t.c.SeenAt = &t.now
		}
		t.c.ExcisedAt, t.c.VisitLevel = &t.now, 0
		t.note("excise", "a noté l’exérèse", "", nil)
		return nil
	})
}

// Histology is recorded, and the outcome with it; the requester is told, for the learning card.
func (s *Service) Histology(ctx context.Context, actor accounts.Actor, id string, h Histology) error {
	f := fault.Fields{}
	if !slices.Contains(Outcomes, h.Type) || h.Type == "lost" {
		f.Add("type", "Choisissez le résultat.", "Choose the result.")
	}
	if h.BreslowMM < 0 || h.BreslowMM > 50 || h.BreslowMM > 0 && h.Type != "melanoma" {
		f.Add("breslow_mm", "L’indice de Breslow est celui d’un mélanome, en millimètres.", "The Breslow thickness is that of a melanoma, in millimetres.")
	}
	if h.Margins != "clear" && h.Margins != "involved" && h.Margins != "unknown" {
		f.Add("margins", "Indiquez les marges.", "Give the margins.")
	}
	text(f, "text", h.Text, 4000, false)
	if err := f.Err(); err != nil {
		return err
	}
	return s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.visit("histology", ""); err != nil {
			return err
		}
		t.c.HistologyAt, t.c.Outcome = &t.now, h.Type
		if err := t.write(ctx, NoteHistology, "", NoteText{Histology: &h}); err != nil {
			return err
		}
		t.note("histology", "a versé l’histologie", "", nil)
		to, err := t.people(ctx, PartRequester, t.c.RequesterID)
		if err != nil {
			return err
		}
		if err := t.tell(ctx, to, titleNews, fmt.Sprintf("L’issue de la demande %s est sur sa page.", t.c.Ref())); err != nil {
			return err
		}
		return t.closeIfEnded()
	})
}

// SetOutcome records what was found in the end, when no histology says it.
func (s *Service) SetOutcome(ctx context.Context, actor accounts.Actor, id string, o Outcome) error {
	if !slices.Contains(Outcomes, o) {
		f := fault.Fields{}
		f.Add("outcome", "Choisissez l’issue.", "Choose the outcome.")
		return f.Err()
	}
	return s.on(ctx, actor, id, func(_ context.Context, t *turn) error {
		if err := t.require(PartTaker, PartRequester, PartCoordinator); err != nil {
			return err
		}
		if t.c.State != StateAnswered || t.c.Visit == VisitHistology {
			return fault.Refused("outcome", "L’issue se note sur une demande répondue et ouverte, sans histologie.", "The outcome is noted on an answered, open request without histology.")
		}
		t.c.Outcome, t.changed = o, true
		t.note("outcome", "a noté l’issue", "", map[string]string{"outcome": string(o)})
		return t.closeIfEnded()
	})
}

// SlotCommand adds hours to an expert's bank.
type SlotCommand struct {
	PoolID, ExpertID, Place string
	StartsAt                time.Time
	Minutes                 int
}

// AddSlot keeps an hour of an expert for the pool: the expert, or a secretary or coordinator of the pool.
func (s *Service) AddSlot(ctx context.Context, actor accounts.Actor, cmd SlotCommand) (string, error) {
	f := fault.Fields{}
	text(f, "place", cmd.Place, 200, true)
	if cmd.Minutes < 5 || cmd.Minutes > 240 {
		f.Add("minutes", "Indiquez une durée de 5 à 240 minutes.", "Give a length of 5 to 240 minutes.")
	}
	if cmd.StartsAt.Before(s.clock.Now()) {
		f.Add("starts_at", "Ce créneau est déjà passé.", "This slot is already past.")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	slot := Slot{ID: db.NewID(), PoolID: cmd.PoolID, ExpertID: cmd.ExpertID, StartsAt: clock.Cut(cmd.StartsAt), Minutes: cmd.Minutes, Place: cmd.Place, Version: 1}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayKeepSlots(ctx, tx, actor, cmd.PoolID, cmd.ExpertID); err != nil {
			return err
		}
		if _, err := tx.NamedExecContext(ctx, "INSERT INTO telex_slot ("+slotColumns+") VALUES ("+slotValues+")", slot); err != nil {
			return fmt.Errorf("keep a slot: %w", err)
		}
		return audit.Append(ctx, tx, s.poolEntry(actor, cmd.PoolID, "slot-add", fmt.Sprintf("%s a ouvert un créneau le %s.", actor.Name, i18n.DateTime(ctx, cmd.StartsAt))))
	})
	return slot.ID, err
}

// DropSlot takes a free hour back.
func (s *Service) DropSlot(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		slot, err := slotByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.mayKeepSlots(ctx, tx, actor, slot.PoolID, slot.ExpertID); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, "DELETE FROM telex_slot WHERE id = $1 AND case_id = ''", id)
		if err != nil {
			return fmt.Errorf("drop a slot: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fault.Refused("slot.held", "Ce créneau est tenu par une demande : libérez-le d’abord.", "This slot is held by a request: free it first.").Because(err)
		}
		return audit.Append(ctx, tx, s.poolEntry(actor, slot.PoolID, "slot-drop", fmt.Sprintf("%s a retiré un créneau.", actor.Name)))
	})
}

// mayKeepSlots lets an expert, and the secretaries and coordinators of the pool, keep the expert's hours.
func (s *Service) mayKeepSlots(ctx context.Context, q db.Queryer, actor accounts.Actor, pool, expert string) error {
	if actor.IsSystem() {
		return nil
	}
	held, err := memberships(ctx, q, actor.ID)
	if err != nil {
		return err
	}
	own := func(m Member) bool {
		return m.PoolID == pool && actor.CanSomewhere(doors[m.Part]) && (m.Part == PartExpert && expert == actor.ID || m.Part == PartSecretary || m.Part == PartCoordinator)
	}
	if !slices.ContainsFunc(held, own) {
		return errNoPool()
	}
	return nil
}

// FreeSlots lists the free hours of a pool from now on, soonest first; those of one expert first when asked.
func (s *Service) FreeSlots(ctx context.Context, actor accounts.Actor, pool, expert string) ([]Slot, error) {
	return s.slots(ctx, actor, pool, "case_id = '' AND ($3 = '' OR expert_id = $3)", expert)
}

// Slots lists the hours of a pool from now on, held or free.
func (s *Service) Slots(ctx context.Context, actor accounts.Actor, pool string) ([]Slot, error) {
	return s.slots(ctx, actor, pool, "($3 = '' OR expert_id = $3)", "")
}

func (s *Service) slots(ctx context.Context, actor accounts.Actor, pool, condition, expert string) ([]Slot, error) {
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(held, func(m Member) bool { return m.PoolID == pool && m.Part != PartRequester }) && !actor.IsSystem() {
		return nil, errNoPool()
	}
	var list []Slot
	err = s.db.SelectContext(ctx, &list, "SELECT "+slotColumns+" FROM telex_slot WHERE pool_id = $1 AND starts_at > $2 AND "+condition+" ORDER BY starts_at, id LIMIT 500",
		pool, db.Now(s.clock), expert)
	if err != nil {
		return nil, fmt.Errorf("list slots: %w", err)
	}
	return list, nil
}

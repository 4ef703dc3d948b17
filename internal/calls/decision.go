package calls

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Decision is one decision on a dossier; an appeal may bring another one after it.
type Decision struct {
	ID        string    `db:"id"`
	Outcome   string    `db:"outcome"` // grant, postpone, refuse
	Amount    int64     `db:"amount_cents"`
	Reason    string    `db:"reason"`
	DecidedBy string    `db:"decided_by"`
	Decider   string    `db:"decider_name"`
	DecidedAt time.Time `db:"decided_at"`
}

// Decisions lists the decisions on a dossier, latest first.
func (s *Service) Decisions(ctx context.Context, dossierID string) ([]Decision, error) {
	var all []Decision
	err := s.db.SelectContext(ctx, &all, `SELECT id, outcome, amount_cents, reason, decided_by, decider_name, decided_at FROM dossier_decision
		WHERE dossier_id = $1 ORDER BY decided_at DESC, id DESC`, dossierID)
	return all, err
}

func separation() error {
	return fault.Refused("invariant-6", "La même personne ne peut pas instruire et décider sur un dossier. Confiez la décision à un collègue.",
		"The same person cannot process and decide on one application. Give the decision to a colleague.")
}

// DecideCommand decides on one or several dossiers.
type DecideCommand struct {
	IDs     []string
	Outcome string // grant, postpone, refuse: moves of DossierLife
	Reason  string
}

// Decide decides: another person than the instructor, within the envelope of the call. A batch is decided whole or not at all.
func (s *Service) Decide(ctx context.Context, actor accounts.Actor, cmd DecideCommand) error {
	if cmd.Outcome != "grant" && cmd.Outcome != "postpone" && cmd.Outcome != "refuse" {
		return fault.Invalid("Choisissez d’accorder, d’ajourner ou de refuser.", "Choose to grant, postpone or refuse.")
	}
	return s.batch(ctx, actor, cmd.IDs, func(tx *db.Tx, r Reader, d *Dossier, roles []accounts.Role) error {
		if err := actor.Require(PermDecide, d.Scope()); err != nil {
			return err
		}
		if d.Instructor == actor.ID {
			return separation()
		}
		if err := conflictOf(ctx, tx, actor.ID, d.ID); err != nil {
			return err
		}
		now := s.now()
		d.Decider, d.DecidedAt = actor.ID, &now
		if cmd.Outcome == "grant" {
			c, err := getCall(ctx, tx, d.CallID)
			if err != nil {
				return err
			}
			if err := exclusive(ctx, tx, d, c); err != nil {
				return err
			}
			d.Granted = d.Proposed
			if err := spend(ctx, tx, d.CallID, d.Granted); err != nil {
				return err
			}
		}
		if err := s.move(ctx, tx, r, d, roles, cmd.Outcome, cmd.Reason, map[string]string{"granted_cents": cents(d.Granted)}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_decision (id, dossier_id, outcome, amount_cents, reason, decided_by, decider_name, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, db.NewID(), d.ID, cmd.Outcome, d.Granted, cmd.Reason, actor.ID, actor.Name, now); err != nil {
			return err
		}
		return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : décision", EN: "Application " + d.Number + ": decision"},
			i18n.Text{FR: "Une décision a été prise sur votre dossier : vous la lirez, avec ses motifs, dans votre espace.", EN: "A decision was taken on your application: you will read it, with its reasons, in your space."}, "/dossiers/"+d.ID)
	})
}

// conflictOf refuses whoever declared a conflict of interest on the dossier (invariant 6).
func conflictOf(ctx context.Context, q db.Queryer, person, dossierID string) error {
	var n int
	err := q.GetContext(ctx, &n, `SELECT (SELECT COUNT(*) FROM opinion WHERE dossier_id = $1 AND reviewer_id = $2 AND state = 'conflict')
		+ (SELECT COUNT(*) FROM committee_vote WHERE dossier_id = $1 AND member_id = $2 AND vote = 'recused')`, dossierID, person)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.Refused("invariant-6", "Vous avez déclaré un conflit d’intérêts sur ce dossier : ni avis, ni vote, ni décision de votre part.",
			"You declared a conflict of interest on this application: no opinion, vote or decision from you.")
	}
	return nil
}

// Reopen hears an appeal: a refused or withdrawn dossier becomes admissible again. A grant is never taken back this way.
func (s *Service) Reopen(ctx context.Context, actor accounts.Actor, id, reason string) error {
	r := Reader{Actor: actor}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		d.Decider, d.DecidedAt = "", nil
		return s.move(ctx, tx, r, d, roles, "reopen", reason, nil)
	})
}

// Advance takes a granted dossier along the money moves of its lifecycle, inside the money room's transaction.
func (s *Service) Advance(ctx context.Context, tx *db.Tx, actor accounts.Actor, id, move, reason string) error {
	r := Reader{Actor: actor}
	d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
	if err != nil {
		return err
	}
	return s.move(ctx, tx, r, d, roles, move, reason, nil)
}

// Release gives back to the envelope what a settled grant did not spend: it may be granted again.
func (s *Service) Release(ctx context.Context, tx *db.Tx, actor accounts.Actor, id string, amount int64) error {
	d, err := getDossier(ctx, tx, id)
	if err != nil {
		return err
	}
	if amount <= 0 || amount > d.Granted {
		return fault.Refused("invariant-4", "Un dossier ne rend pas plus que ce qui lui a été accordé.", "An application gives back no more than what it was granted.")
	}
	if err := spend(ctx, tx, d.CallID, -amount); err != nil {
		return err
	}
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "calls.release", Object: audit.Object{Kind: "calls.call", ID: d.CallID},
		Text: "A rendu à l’enveloppe ce que le dossier " + d.Number + " n’a pas dépensé.", Details: map[string]string{"cents": cents(amount), "dossier": d.ID}})
}

// Author tells whether the reader is an author of a dossier: who started it, or a co-applicant who may fill it in.
func (s *Service) Author(ctx context.Context, actor accounts.Actor, key, id string) (bool, error) {
	d, err := getDossier(ctx, s.db, id)
	if err != nil {
		return false, err
	}
	right, err := s.right(ctx, s.db, Reader{Actor: actor, Key: key}, d)
	return right.Covers(RightEdit), err
}

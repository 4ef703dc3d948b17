package funding

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// separation is invariant 6 at the third step.
func separation() *fault.Error {
	return fault.Refused("invariant-6", "Qui a instruit ou décidé ce dossier ne peut pas en ordonner le paiement. Confiez-le à un collègue.",
		"Whoever processed or decided this application cannot order its payment. Give it to a colleague.")
}

func separated(actor accounts.Actor, c *Convention) error {
	if actor.ID == c.Instructor || actor.ID == c.Decider {
		return separation()
	}
	return nil
}

// Order orders the payment of a tranche: the agreement is signed and committed, what the tranche waits for is accepted, and the payer is
// neither the instructor nor the decider.
func (s *Service) Order(ctx context.Context, actor accounts.Actor, id string, rank int) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermPay)
		if err != nil {
			return err
		}
		if err := separated(actor, c); err != nil {
			return err
		}
		if c.SignedOn == "" {
			return fault.Refused("invariant-5", "Aucun paiement sans convention signée.", "No payment without a signed agreement.")
		}
		t, report, err := s.due(ctx, tx, c, rank)
		if err != nil {
			return err
		}
		c.Ordered += t.Cents
		dossierMove := ""
		if c.State == Committed {
			dossierMove = "pay"
		}
		if _, err := tx.ExecContext(ctx, `UPDATE tranche SET state = 'ordered', ordered_by = $1, ordered_at = $2 WHERE id = $3`, actor.ID, s.now(), t.ID); err != nil {
			return err
		}
		if err := insertOrder(ctx, tx, actor, c, t, report, s.now()); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, actor, c, "ordered", t.Cents, s.Today(), t.Reference); err != nil {
			return err
		}
		return s.move(ctx, tx, actor, c, "pay", dossierMove, "")
	})
}

func insertOrder(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, t Tranche, report string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO payment_order (id, tranche_id, convention_id, reference, cents, iban, payee, signed_on, final, report_id, instructor_id, decider_id, ordered_by, ordered_at, batch, paid_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '')`,
		db.NewID(), t.ID, c.ID, t.Reference, t.Cents, c.IBAN, c.Payee, c.SignedOn, t.Final, report, c.Instructor, c.Decider, actor.ID, at)
	return refusal(err)
}

// due finds a tranche that may be ordered now, with the report that opens it ("" when it waits for none).
func (s *Service) due(ctx context.Context, tx *db.Tx, c *Convention, rank int) (t Tranche, report string, err error) {
	all, err := tranches(ctx, tx, c.ID)
	if err != nil {
		return t, "", err
	}
	for _, before := range all {
		if before.Rank < rank && before.State == "planned" {
			return t, "", fault.Refused("tranche-order", "Une tranche précédente n’est pas encore ordonnée.", "An earlier tranche is not ordered yet.")
		}
	}
	if t, err = ranked(all, rank); err != nil {
		return t, "", err
	}
	if t.State != "planned" {
		return t, "", fault.Refused("tranche-once", "Cette tranche est déjà ordonnée.", "This tranche is already ordered.")
	}
	owed, err := reports(ctx, tx, c.ID)
	if err != nil {
		return t, "", err
	}
	for _, r := range owed {
		switch {
		case !r.For(t):
		case r.State != "accepted":
			return t, "", awaits(t, r)
		default:
			report = r.ID
		}
	}
	if t.Final && report == "" {
		return t, "", fault.Refused("invariant-5", "Le solde attend un compte rendu accepté.", "The balance waits for an accepted report.")
	}
	return t, report, nil
}

// awaits refuses a tranche whose report or proof is not accepted.
func awaits(t Tranche, r Report) error {
	if t.Final {
		return fault.Refused("invariant-5", "Le solde attend un compte rendu accepté : « "+r.Label+" ».", "The balance waits for an accepted report: “"+r.Label+"”.")
	}
	return fault.Refused("tranche-proof", "Cette tranche attend une pièce acceptée : « "+r.Label+" ».", "This tranche waits for an accepted proof: “"+r.Label+"”.")
}

// PaymentOrder is a line of the file for the accountant. Batch is the slip it went with, "" while it waits for one.
type PaymentOrder struct {
	Reference  string    `db:"reference"`
	Payee      string    `db:"payee"`
	IBAN       string    `db:"iban"`
	Cents      int64     `db:"cents"`
	Convention string    `db:"convention_id"`
	Number     string    `db:"number"`
	Programme  string    `db:"programme"`
	Code       string    `db:"code"` // of the fund; "" when nobody wrote it
	Label      string    `db:"label"`
	Batch      string    `db:"batch"`
	OrderedAt  time.Time `db:"ordered_at"`
	Dept       string    `db:"departement"`
	Region     string    `db:"region"`
}

// Orders lists the orders not yet paid, in the reader's territory.
func (s *Service) Orders(ctx context.Context, actor accounts.Actor) ([]PaymentOrder, error) {
	if err := actor.RequireSomewhere(PermPay); err != nil {
		return nil, err
	}
	return s.orders(ctx, s.db, actor)
}

func (s *Service) orders(ctx context.Context, q db.Queryer, actor accounts.Actor) ([]PaymentOrder, error) {
	var all []PaymentOrder
	if err := q.SelectContext(ctx, &all, `SELECT o.reference, o.payee, o.iban, o.cents, o.convention_id, c.number, c.programme, COALESCE(f.code, '') AS code, t.label, o.batch, o.ordered_at, c.departement, c.region
		FROM payment_order o JOIN convention c ON c.id = o.convention_id JOIN tranche t ON t.id = o.tranche_id LEFT JOIN funding_code f ON f.programme = c.programme
		WHERE o.paid_on = '' ORDER BY o.ordered_at, o.reference LIMIT 10000`); err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, o := range all {
		if actor.Can(PermPay, accounts.Scope{Region: o.Region, Departement: o.Dept}) {
			kept = append(kept, o)
		}
	}
	return kept, nil
}

// Batch puts the orders that wait for one on a slip for the accountant: an order is on one slip, so that no file pays it twice.
func (s *Service) Batch(ctx context.Context, actor accounts.Actor) (number string, lines int, err error) {
	if err := actor.RequireSomewhere(PermPay); err != nil {
		return "", 0, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		all, err := s.orders(ctx, tx, actor)
		if err != nil {
			return err
		}
		var last int
		day := s.Today()
		if err := tx.GetContext(ctx, &last, `SELECT COUNT(DISTINCT batch) FROM payment_order WHERE batch LIKE $1`, "B-"+day+"-%"); err != nil {
			return err
		}
		number, lines = fmt.Sprintf("B-%s-%02d", day, last+1), 0
		for _, o := range all {
			if o.Batch != "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE payment_order SET batch = $1 WHERE reference = $2 AND batch = ''`, number, o.Reference); err != nil {
				return err
			}
			lines++
		}
		if lines == 0 {
			return fault.Refused("batch-empty", "Aucun ordre n’attend de bordereau.", "No order waits for a slip.")
		}
		return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "funding.batch",
			Object: audit.Object{Kind: "funding.batch", ID: number}, Text: fmt.Sprintf("Bordereau %s établi : %d ordres", number, lines)})
	})
	return number, lines, err
}

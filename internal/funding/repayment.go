package funding

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// RepaymentOrder asks money back; it is closed once all came back, in one time or in several.
type RepaymentOrder struct {
	ID         string    `db:"id"`
	Convention string    `db:"convention_id"`
	Rank       int       `db:"rank"`
	Number     string    `db:"number"`
	Cents      int64     `db:"cents"`
	Repaid     int64     `db:"repaid_cents"`
	Reason     string    `db:"reason"`
	DueOn      string    `db:"due_on"`
	AskedBy    string    `db:"asked_by"`
	AskedAt    time.Time `db:"asked_at"`
	ClosedOn   string    `db:"closed_on"`
}

// Left is what is still to come back, in cents.
func (r RepaymentOrder) Left() int64 { return r.Cents - r.Repaid }

// Open tells whether money is still expected.
func (r RepaymentOrder) Open() bool { return r.ClosedOn == "" && r.Left() > 0 }

// ClaimCommand asks money back, in cents, for a reason, before a day.
type ClaimCommand struct {
	Cents         int64
	Reason, DueOn string
}

// Claim asks money back: at most what was paid and not yet claimed. The author of the dossier is told.
func (s *Service) Claim(ctx context.Context, actor accounts.Actor, id string, cmd ClaimCommand) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		wrong := fault.Fields{}
		if cmd.Cents <= 0 || cmd.Cents > c.Paid-c.Claimed {
			left := c.Paid - c.Claimed
			wrong.Add("cents", "Le reversement est au plus de ce qui a été payé et pas encore réclamé : "+i18n.Euro(i18n.With(ctx, i18n.FR), left)+".",
				"The repayment is at most what was paid and not yet claimed: "+i18n.Euro(i18n.With(ctx, i18n.EN), left)+".")
		}
		if strings.TrimSpace(cmd.Reason) == "" {
			wrong.Add("reason", "Dites pourquoi : la décision de reversement est motivée.", "Say why: a decision of repayment gives its reasons.")
		}
		if day(wrong, "due_on", cmd.DueOn); cmd.DueOn < s.Today() {
			wrong.Add("due_on", "L’échéance est à venir.", "The deadline is to come.")
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		c.Claimed += cmd.Cents
		if err := s.claimed(ctx, tx, actor, c, cmd); err != nil {
			return err
		}
		if c.State == Repayment { // one more order: the state stays
			if err := update(ctx, tx, c, s.now()); err != nil {
				return err
			}
			return s.record(ctx, tx, actor, "ask-repayment", c, "Reversement demandé", cmd.Reason, nil)
		}
		return s.move(ctx, tx, actor, c, "ask-repayment", "ask-repayment", cmd.Reason)
	})
}

func (s *Service) claimed(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, cmd ClaimCommand) error {
	all, err := repayments(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	r := RepaymentOrder{ID: db.NewID(), Convention: c.ID, Rank: len(all) + 1, Number: fmt.Sprintf("%s-R%d", c.Number, len(all)+1), Cents: cmd.Cents, Reason: strings.TrimSpace(cmd.Reason),
		DueOn: cmd.DueOn, AskedBy: actor.ID, AskedAt: s.now()}
	if _, err := tx.NamedExecContext(ctx, `INSERT INTO repayment (id, convention_id, rank, number, cents, repaid_cents, reason, due_on, asked_by, asked_at, closed_on)
		VALUES (:id, :convention_id, :rank, :number, :cents, :repaid_cents, :reason, :due_on, :asked_by, :asked_at, :closed_on)`, r); err != nil {
		return refusal(err)
	}
	if err := s.enter(ctx, tx, actor, c, "claimed", cmd.Cents, s.Today(), r.Number); err != nil {
		return err
	}
	return s.tell(ctx, tx, c, i18n.Text{FR: "Reversement demandé : " + r.Number, EN: "Repayment asked: " + r.Number},
		i18n.Text{FR: "L’Agence demande un reversement sur la convention " + c.Number + ". Le montant, le motif et l’échéance sont dans le suivi de votre dossier.",
			EN: "The agency asks for a repayment on agreement " + c.Number + ". The amount, the reason and the deadline are in the tracker of your application."})
}

// tell writes to the author of the dossier.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c *Convention, subject, body i18n.Text) error {
	g, err := s.grants.Granted(ctx, tx, c.DossierID)
	if err != nil || g.Email == "" {
		return err
	}
	return s.letters.Send(ctx, tx, g.Email, subject, body, "/dossiers/"+c.DossierID)
}

// RepaidCommand records money that came back on an order of repayment.
type RepaidCommand struct {
	Rank  int
	Cents int64
	On    string
}

// Repaid records money that came back, all or a part; who records it neither processed nor decided.
func (s *Service) Repaid(ctx context.Context, actor accounts.Actor, id string, cmd RepaidCommand) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermPay)
		if err != nil {
			return err
		}
		if err := separated(actor, c); err != nil {
			return err
		}
		all, err := repayments(ctx, tx, id)
		if err != nil {
			return err
		}
		if cmd.Rank < 1 || cmd.Rank > len(all) {
			return fault.NotFound("Cet ordre de reversement n’existe pas.", "This order of repayment does not exist.")
		}
		r := all[cmd.Rank-1]
		wrong := fault.Fields{}
		if cmd.Cents <= 0 || cmd.Cents > r.Left() {
			wrong.Add("cents", "Le montant reçu est au plus de ce qui reste attendu : "+i18n.Euro(i18n.With(ctx, i18n.FR), r.Left())+".", "The amount received is at most what is still expected: "+i18n.Euro(i18n.With(ctx, i18n.EN), r.Left())+".")
		}
		if day(wrong, "on", cmd.On); cmd.On > s.Today() {
			wrong.Add("on", "Une recette ne peut pas être dans le futur.", "A receipt cannot be in the future.")
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		return s.repaid(ctx, tx, actor, c, r, cmd)
	})
}

func (s *Service) repaid(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, r RepaymentOrder, cmd RepaidCommand) error {
	r.Repaid += cmd.Cents
	if r.Left() == 0 {
		r.ClosedOn = cmd.On
	}
	if _, err := tx.ExecContext(ctx, `UPDATE repayment SET repaid_cents = $1, closed_on = $2 WHERE id = $3`, r.Repaid, r.ClosedOn, r.ID); err != nil {
		return refusal(err)
	}
	c.Repaid += cmd.Cents
	if err := update(ctx, tx, c, s.now()); err != nil {
		return err
	}
	if err := s.enter(ctx, tx, actor, c, "repaid", cmd.Cents, cmd.On, r.Number); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "repaid", c, "Reversement reçu", "", map[string]string{"cents": strconv.FormatInt(cmd.Cents, 10), "reference": r.Number})
}

func repayments(ctx context.Context, q db.Queryer, id string) ([]RepaymentOrder, error) {
	var all []RepaymentOrder
	err := q.SelectContext(ctx, &all, `SELECT id, convention_id, rank, number, cents, repaid_cents, reason, due_on, asked_by, asked_at, closed_on FROM repayment WHERE convention_id = $1 ORDER BY rank`, id)
	return all, err
}

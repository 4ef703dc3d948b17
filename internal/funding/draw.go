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
	"maillage/internal/platform/money"
)

// PlannedTranche is a tranche as drawn. Proof names what must be accepted before it is paid, beside the reports; "" for nothing.
type PlannedTranche struct {
	Label      string
	Cents      int64
	Final      bool
	ExpectedOn string
	Proof      string
}

// PlannedReport is a report as asked; the balance waits for it.
type PlannedReport struct{ Label, DueOn string }

// DrawCommand draws an agreement from a grant.
type DrawCommand struct {
	DossierID        string
	StartsOn, EndsOn string
	IBAN, Payee      string
	Tranches         []PlannedTranche
	Reports          []PlannedReport
}

// day refuses what is no day, at its field.
func day(wrong fault.Fields, name, value string) {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		wrong.Add(name, "Donnez une date.", "Give a date.")
	}
}

func (c DrawCommand) check(g Grant) error {
	wrong := fault.Fields{}
	day(wrong, "starts_on", c.StartsOn)
	day(wrong, "ends_on", c.EndsOn)
	if c.EndsOn <= c.StartsOn {
		wrong.Add("ends_on", "La fin vient après le début.", "The end comes after the start.")
	}
	if refusal := money.CheckIBAN(c.IBAN); !refusal.Empty() {
		wrong.Add("iban", refusal.FR, refusal.EN)
	}
	if strings.TrimSpace(c.Payee) == "" {
		wrong.Add("payee", "Nommez le bénéficiaire du paiement.", "Name the payee.")
	}
	for i, r := range c.Reports {
		day(wrong, fmt.Sprintf("due_%d", i), r.DueOn)
	}
	c.checkTranches(wrong, g.Cents)
	return wrong.Err()
}

func (c DrawCommand) checkTranches(wrong fault.Fields, granted int64) {
	sum, balance := int64(0), false
	for i, t := range c.Tranches {
		sum += t.Cents
		balance = balance || t.Final
		if t.Cents <= 0 {
			wrong.Add(fmt.Sprintf("cents_%d", i), "Donnez un montant positif, en euros.", "Give a positive amount, in euros.")
		}
		if t.Final && i < len(c.Tranches)-1 {
			wrong.Add(fmt.Sprintf("final_%d", i), "Le solde est la dernière tranche.", "The balance is the last tranche.")
		}
		day(wrong, fmt.Sprintf("expected_%d", i), t.ExpectedOn)
	}
	if len(c.Tranches) == 0 {
		wrong.Add("cents_0", "Prévoyez au moins une tranche.", "Plan at least one tranche.")
	}
	if sum > granted {
		wrong.Add("cents_0", fmt.Sprintf("Les tranches totalisent %s, plus que ce qui est accordé.", i18n.Euro(i18n.With(context.Background(), i18n.FR), sum)),
			fmt.Sprintf("The tranches sum to %s, more than what is granted.", i18n.Euro(i18n.With(context.Background(), i18n.EN), sum)))
	}
	if balance && len(c.Reports) == 0 {
		wrong.Add("report_0", "Un solde attend un compte rendu : dites lequel.", "A balance waits for a report: say which.")
	}
}

// Draw draws the agreement; the dossier goes on to its signature.
func (s *Service) Draw(ctx context.Context, actor accounts.Actor, cmd DrawCommand) (*Convention, error) {
	var c *Convention
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.grants.Granted(ctx, tx, cmd.DossierID)
		if err != nil {
			return err
		}
		if err := actor.Require(PermManage, accounts.Scope{Region: g.Region, Departement: g.Departement}); err != nil {
			return err
		}
		if err := cmd.check(g); err != nil {
			return err
		}
		if err := s.holdable(ctx, tx, g); err != nil {
			return err
		}
		if err := s.grants.Advance(ctx, tx, actor, g.DossierID, "draw-convention", ""); err != nil {
			return err
		}
		c = s.drawn(g, cmd)
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		if err := plan(ctx, tx, c, cmd); err != nil {
			return err
		}
		if err := s.promise(ctx, tx, actor, c, s.Today()); err != nil {
			return err
		}
		if err := s.hold(ctx, tx, c); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "draw", c, "Convention établie", "", map[string]string{"granted_cents": strconv.FormatInt(c.Granted, 10)})
	})
	return c, err
}

func (s *Service) drawn(g Grant, cmd DrawCommand) *Convention {
	now := s.now()
	c := &Convention{ID: db.NewID(), Number: "C-" + g.Number, DossierID: g.DossierID, DossierNumber: g.Number, Title: g.Title, Programme: g.Programme, CallID: g.CallID,
		Structure: g.Structure, Dept: g.Departement, Region: g.Region, State: Drawn, Granted: g.Cents, Limit: g.Limit, IBAN: money.NormalIBAN(cmd.IBAN), Payee: strings.TrimSpace(cmd.Payee),
		Instructor: g.Instructor, Decider: g.Decider, StartsOn: cmd.StartsOn, EndsOn: cmd.EndsOn, Version: 1, CreatedAt: now, UpdatedAt: now}
	for _, t := range cmd.Tranches {
		c.Tranched += t.Cents
	}
	return c
}

// holdable refuses a grant that is over what the aids already received leave (invariants 3 and 4), and one that another agreement of the
// same structure excludes (invariant 10).
func (s *Service) holdable(ctx context.Context, tx *db.Tx, g Grant) error {
	if g.Limit > 0 && g.Cents > g.Limit {
		fr, en := i18n.With(ctx, i18n.FR), i18n.With(ctx, i18n.EN)
		return fault.Refused("invariant-3", fmt.Sprintf("Une aide déjà reçue par cette structure (%s) se déduit de celle-ci : %s au plus, alors que %s sont accordés. Faites réviser la décision.",
			i18n.Euro(fr, g.Deducted), i18n.Euro(fr, g.Limit), i18n.Euro(fr, g.Cents)), fmt.Sprintf("An aid that this structure already received (%s) is deducted from this one: %s at most, while %s are granted. Have the decision revised.",
			i18n.Euro(en, g.Deducted), i18n.Euro(en, g.Limit), i18n.Euro(en, g.Cents)))
	}
	if g.Structure == "" {
		return nil
	}
	var held []string
	if err := tx.SelectContext(ctx, &held, `SELECT DISTINCT programme FROM convention WHERE structure_id = $1 AND state <> 'settled' ORDER BY programme`, g.Structure); err != nil {
		return err
	}
	other, ok, err := s.rules.Together(ctx, g.Programme, held, s.Today())
	if err != nil || ok {
		return err
	}
	return fault.Refused("invariant-10", "Cette aide ne se cumule pas avec « "+other.FR+" », dont la convention est en cours pour la même structure. Soldez l’une avant d’établir l’autre.",
		"This aid cannot be held together with “"+other.EN+"”, whose agreement is under way for the same structure. Settle the one before drawing up the other.")
}

// promise writes what an agreement drawn on a day promises, and what its tranches add up to.
func (s *Service) promise(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, on string) error {
	if err := s.enter(ctx, tx, actor, c, "drawn", c.Granted, on, c.Number); err != nil {
		return err
	}
	return s.enter(ctx, tx, actor, c, "planned", c.Tranched, on, c.Number)
}

// plan writes the tranches, and what they wait for.
func plan(ctx context.Context, tx *db.Tx, c *Convention, cmd DrawCommand) error {
	await := func(label, due string, rank int) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO report (id, convention_id, label, due_on, state, text, reason, decided_by, tranche_rank) VALUES ($1, $2, $3, $4, 'due', '', '', '', $5)`,
			db.NewID(), c.ID, label, due, rank)
		return err
	}
	for i, t := range cmd.Tranches {
		if err := planTranche(ctx, tx, c, i+1, t); err != nil {
			return err
		}
		if proof := strings.TrimSpace(t.Proof); proof != "" {
			if err := await(proof, t.ExpectedOn, i+1); err != nil {
				return err
			}
		}
	}
	for _, r := range cmd.Reports {
		if err := await(r.Label, r.DueOn, 0); err != nil {
			return err
		}
	}
	return nil
}

func planTranche(ctx context.Context, tx *db.Tx, c *Convention, rank int, t PlannedTranche) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO tranche (id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, reference, paid_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', '', $8, '')`, db.NewID(), c.ID, rank, t.Label, t.Cents, t.Final, t.ExpectedOn, fmt.Sprintf("%s-%d", c.Number, rank))
	return err
}

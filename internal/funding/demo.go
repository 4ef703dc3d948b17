package funding

import (
	"context"
	"fmt"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
)

// DemoGrant is a grant of the demonstration: what was granted, when, and how far its payment went.
type DemoGrant struct {
	Grant
	State   lifecycle.State
	Decided clock.Day
}

// demoIBAN is the account number that banks give as an example; it is nobody's.
const demoIBAN = "FR7630006000011234567890189"

// demoStates are the states of agreements behind those of applications.
var demoStates = map[lifecycle.State]lifecycle.State{"convention": Drawn, "committed": Committed, "paying": Paying, "settled": Settled, "repayment": Repayment}

// SeedDemo fills an empty room with the agreements of the demonstration's grants, paid as far as their applications say. It does nothing
// when agreements exist.
func (s *Service) SeedDemo(ctx context.Context, grants []DemoGrant, payer string) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM convention`); err != nil || n > 0 {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, g := range grants {
			if g.Cents <= 0 || g.Decided == "" {
				continue
			}
			if err := s.demoConvention(ctx, tx, g, accounts.Actor{ID: payer}); err != nil {
				return fmt.Errorf("%s: %w", g.Number, err)
			}
		}
		return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.System, Action: "funding.demo", Object: audit.Object{Kind: "funding.convention", ID: "demo"}, Text: "Conventions de démonstration créées"})
	})
}

func (s *Service) demoConvention(ctx context.Context, tx *db.Tx, g DemoGrant, payer accounts.Actor) error {
	day := func(days int) string { return string(g.Decided.Add(days)) }
	first := g.Cents * 60 / 100
	cmd := DrawCommand{DossierID: g.DossierID, StartsOn: day(30), EndsOn: string(g.Decided.AddMonths(25)), IBAN: demoIBAN, Payee: "Bénéficiaire inventé",
		Tranches: []PlannedTranche{{Label: "À la signature", Cents: first, ExpectedOn: day(75)}, {Label: "Solde", Cents: g.Cents - first, Final: true, ExpectedOn: string(g.Decided.AddMonths(14))}},
		Reports:  []PlannedReport{{"Compte rendu final", string(g.Decided.AddMonths(13))}}}
	c := s.drawn(g.Grant, cmd)
	c.State = demoStates[g.State]
	c.CreatedAt, c.UpdatedAt = clock.Cut(g.Decided.Add(15).Time()), clock.Cut(g.Decided.Add(45).Time())
	if c.State != Drawn {
		c.AgencySigns, c.StructSigns, c.SignedOn, c.CommittedOn = "Directrice inventée", "Gérant inventé", day(30), day(40)
	}
	parts := []int64{}
	switch c.State {
	case Paying, Repayment:
		parts = []int64{first}
	case Settled:
		parts = []int64{first, g.Cents - first}
	}
	for _, cents := range parts {
		c.Ordered, c.Paid = c.Ordered+cents, c.Paid+cents
	}
	if c.State == Repayment {
		c.Claimed, c.Repaid = first/4, first/8
	}
	if err := insert(ctx, tx, c); err != nil {
		return err
	}
	if err := plan(ctx, tx, c, cmd); err != nil {
		return err
	}
	return s.demoMoney(ctx, tx, c, payer, day)
}

// demoMoney writes the movements behind an agreement's sums.
func (s *Service) demoMoney(ctx context.Context, tx *db.Tx, c *Convention, payer accounts.Actor, day func(int) string) error {
	enter := func(kind string, cents int64, on, reference string) error {
		return s.enter(ctx, tx, payer, c, kind, cents, on, reference)
	}
	if err := s.promise(ctx, tx, payer, c, day(15)); err != nil {
		return err
	}
	if err := s.hold(ctx, tx, c); err != nil {
		return err
	}
	if c.State == Settled {
		if err := s.unhold(ctx, tx, c); err != nil {
			return err
		}
	}
	if c.CommittedOn != "" {
		if err := enter("committed", c.Granted, c.CommittedOn, c.Number); err != nil {
			return err
		}
	}
	if c.State == Settled {
		if _, err := tx.ExecContext(ctx, `UPDATE report SET state = 'accepted', text = 'Compte rendu inventé.', filed_at = $1, decided_at = $1, decided_by = $2 WHERE convention_id = $3`, c.UpdatedAt, c.Instructor, c.ID); err != nil {
			return err
		}
	}
	all, err := tranches(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	owed, err := reports(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	paid := int64(0)
	for _, t := range all {
		if paid += t.Cents; paid > c.Paid {
			break
		}
		if err := s.demoPaid(ctx, tx, c, t, owed[0].ID, payer, enter); err != nil {
			return err
		}
	}
	if c.Claimed == 0 {
		return nil
	}
	r := RepaymentOrder{ID: db.NewID(), Convention: c.ID, Number: c.Number + "-R1", Cents: c.Claimed, Repaid: c.Repaid}
	if _, err := tx.ExecContext(ctx, `INSERT INTO repayment (id, convention_id, rank, number, cents, repaid_cents, reason, due_on, asked_by, asked_at, closed_on) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, '')`,
		r.ID, r.Convention, r.Number, r.Cents, r.Repaid, "Un poste de coordination prévu n’a pas été pourvu.", string(clock.Day(s.Today()).AddMonths(2)), c.Instructor, s.now()); err != nil {
		return err
	}
	if err := enter("claimed", r.Cents, min(day(200), s.Today()), r.Number); err != nil {
		return err
	}
	return enter("repaid", r.Repaid, min(day(240), s.Today()), r.Number)
}

func (s *Service) demoPaid(ctx context.Context, tx *db.Tx, c *Convention, t Tranche, report string, payer accounts.Actor, enter func(string, int64, string, string) error) error {
	if !t.Final {
		report = ""
	}
	on := min(t.ExpectedOn, s.Today()) // nothing is paid in the future
	at := clock.Cut(clock.Day(on).Add(-10).Time())
	if _, err := tx.ExecContext(ctx, `UPDATE tranche SET state = 'paid', ordered_by = $1, ordered_at = $2, paid_on = $3 WHERE id = $4`, payer.ID, at, on, t.ID); err != nil {
		return err
	}
	if err := insertOrder(ctx, tx, payer, c, t, report, at); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE payment_order SET batch = $1, paid_on = $2 WHERE tranche_id = $3`, "B-"+string(clock.DayOf(at))+"-01", on, t.ID); err != nil {
		return err
	}
	if err := enter("ordered", t.Cents, string(clock.DayOf(at)), t.Reference); err != nil {
		return err
	}
	return enter("paid", t.Cents, on, t.Reference)
}

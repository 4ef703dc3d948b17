package funding

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Order orders the payment of a tranche: the agreement is signed and committed, a report is accepted before the balance, and the payer is
// neither the instructor nor the decider.
func (s *Service) Order(ctx context.Context, actor accounts.Actor, id string, rank int) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermPay)
		if err != nil {
			return err
		}
		if actor.ID == c.Instructor || actor.ID == c.Decider {
			return fault.Refused("invariant-6", "Qui a instruit ou décidé ce dossier ne peut pas en ordonner le paiement. Confiez-le à un collègue.",
				"Whoever processed or decided this application cannot order its payment. Give it to a colleague.")
		}
		if c.SignedOn == "" {
			return fault.Refused("invariant-5", "Aucun paiement sans convention signée.", "No payment without a signed agreement.")
		}
		t, err := s.due(ctx, tx, c, rank)
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
		return s.move(ctx, tx, actor, c, "pay", dossierMove, "")
	})
}

// due finds a tranche that may be ordered now.
func (s *Service) due(ctx context.Context, tx *db.Tx, c *Convention, rank int) (Tranche, error) {
	all, err := tranches(ctx, tx, c.ID)
	if err != nil {
		return Tranche{}, err
	}
	for _, t := range all {
		if t.Rank < rank && t.State == "planned" {
			return t, fault.Refused("tranche-order", "Une tranche précédente n’est pas encore ordonnée.", "An earlier tranche is not ordered yet.")
		}
		if t.Rank != rank {
			continue
		}
		if t.State != "planned" {
			return t, fault.Refused("tranche-once", "Cette tranche est déjà ordonnée.", "This tranche is already ordered.")
		}
		if !t.Final {
			return t, nil
		}
		var accepted int
		if err := tx.GetContext(ctx, &accepted, `SELECT COUNT(*) FROM report WHERE convention_id = $1 AND state = 'accepted'`, c.ID); err != nil {
			return t, err
		}
		if accepted == 0 {
			return t, fault.Refused("invariant-5", "Le solde attend un compte rendu accepté.", "The balance waits for an accepted report.")
		}
		return t, nil
	}
	return Tranche{}, fault.NotFound("Cette tranche n’existe pas.", "This tranche does not exist.")
}

// PaymentOrder is a line of the file for the accountant.
type PaymentOrder struct {
	Reference string `db:"reference"`
	Payee     string `db:"payee"`
	IBAN      string `db:"iban"`
	Cents     int64  `db:"cents"`
	Number    string `db:"number"`
	Label     string `db:"label"`
	Dept      string `db:"departement"`
	Region    string `db:"region"`
}

// Orders lists the orders not yet paid, in the reader's territory.
func (s *Service) Orders(ctx context.Context, actor accounts.Actor) ([]PaymentOrder, error) {
	if err := actor.RequireSomewhere(PermPay); err != nil {
		return nil, err
	}
	var all []PaymentOrder
	if err := s.db.SelectContext(ctx, &all, `SELECT tranche.reference, payee, iban, cents, number, label, departement, region FROM tranche
		JOIN convention ON convention.id = tranche.convention_id WHERE tranche.state = 'ordered' ORDER BY ordered_at, tranche.reference LIMIT 10000`); err != nil {
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

// paidLine is a line of the accountant's answer.
type paidLine struct {
	line      int
	reference string
	cents     int64
	paidOn    string
}

// ImportPaid reads what the accountant paid: a CSV "reference,cents,paid_on" with a header, separated by comma or semicolon. All or
// nothing; a refusal names the line and the column. A line that was imported before changes nothing.
func (s *Service) ImportPaid(ctx context.Context, actor accounts.Actor, r io.Reader) (int, error) {
	if err := actor.RequireSomewhere(PermPay); err != nil {
		return 0, err
	}
	lines, err := readPaid(r)
	if err != nil {
		return 0, err
	}
	paid := 0
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		paid = 0
		for _, l := range lines {
			done, err := s.payOne(ctx, tx, actor, l)
			if err != nil {
				return err
			}
			if done {
				paid++
			}
		}
		return nil
	})
	return paid, err
}

func (s *Service) payOne(ctx context.Context, tx *db.Tx, actor accounts.Actor, l paidLine) (bool, error) {
	var t Tranche
	err := tx.GetContext(ctx, &t, `SELECT id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, ordered_at, reference, paid_on FROM tranche WHERE reference = $1`, l.reference)
	if db.NoRows(err) || err == nil && t.State == "planned" {
		return false, badLine(l.line, "reference", "aucun ordre de paiement ne porte cette référence", "no payment order has this reference")
	}
	if err != nil {
		return false, err
	}
	if t.Cents != l.cents {
		return false, badLine(l.line, "cents", "le montant payé n’est pas celui de l’ordre ("+i18n.Euro(ctx, t.Cents)+")", "the amount paid is not the one ordered")
	}
	if t.State == "paid" {
		return false, nil
	}
	c, err := s.open(ctx, tx, actor, t.Convention, PermPay)
	if err != nil {
		return false, badLine(l.line, "reference", "cette convention n’est pas de votre territoire", "this agreement is not in your territory")
	}
	if _, err := tx.ExecContext(ctx, `UPDATE tranche SET state = 'paid', paid_on = $1 WHERE id = $2`, l.paidOn, t.ID); err != nil {
		return false, err
	}
	c.Paid += t.Cents
	if err := update(ctx, tx, c, s.now()); err != nil {
		return false, err
	}
	return true, s.record(ctx, tx, actor, "paid", c, "Tranche payée", "", map[string]string{"reference": t.Reference, "cents": strconv.FormatInt(t.Cents, 10)})
}

func badLine(line int, column, fr, en string) error {
	return fault.Invalid(fmt.Sprintf("Ligne %d, colonne « %s » : %s. Rien n’a été importé.", line, column, fr), fmt.Sprintf("Line %d, column %q: %s. Nothing was imported.", line, column, en))
}

func readPaid(r io.Reader) ([]paidLine, error) {
	text, err := io.ReadAll(io.LimitReader(r, 8<<20))
	if err != nil {
		return nil, err
	}
	body := strings.TrimPrefix(string(text), "\ufeff")
	in := csv.NewReader(strings.NewReader(body))
	if head, _, _ := strings.Cut(body, "\n"); strings.Contains(head, ";") {
		in.Comma = ';'
	}
	in.FieldsPerRecord = 3
	head, err := in.Read()
	if err != nil || strings.Join(head, ",") != "reference,cents,paid_on" {
		return nil, badLine(1, "reference", "l’en-tête attendu est reference,cents,paid_on", "the header expected is reference,cents,paid_on")
	}
	var all []paidLine
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			var where *csv.ParseError
			line := len(all) + 2
			if errors.As(err, &where) {
				line = where.StartLine
			}
			return nil, badLine(line, "reference", "la ligne n’a pas trois colonnes lisibles", "the row does not have three readable columns")
		}
		line, _ := in.FieldPos(0)
		cents, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil || cents <= 0 {
			return nil, badLine(line, "cents", "un nombre entier de centimes est attendu", "a whole number of cents is expected")
		}
		if _, err := time.Parse(time.DateOnly, row[2]); err != nil {
			return nil, badLine(line, "paid_on", "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")
		}
		all = append(all, paidLine{line, row[0], cents, row[2]})
	}
}

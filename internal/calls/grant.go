package calls

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
)

// Grant is what the money room needs to know of a granted dossier.
type Grant struct {
	DossierID, CallID, Number, Title, Structure, Departement, Region, Instructor, Decider, Email, IBAN, Payee string
	Programme                                                                                                 Programme
	Cents                                                                                                     int64
	// Limit is the most that may be granted once Deducted, what the same structure received since, is taken away (invariant 3); 0 is no limit.
	Limit, Deducted int64
}

// Granted gives the grant behind a dossier, for the money room.
func (s *Service) Granted(ctx context.Context, q db.Queryer, id string) (Grant, error) {
	d, err := getDossier(ctx, q, id)
	if err != nil {
		return Grant{}, err
	}
	g := Grant{DossierID: d.ID, CallID: d.CallID, Number: d.Number, Title: d.Title, Structure: d.Structure, Departement: d.Dept, Region: d.Region, Instructor: d.Instructor,
		Decider: d.Decider, Email: d.Email, IBAN: d.Answers.V["iban"], Payee: d.Answers.V["structure_name"], Programme: d.Programme, Cents: d.Granted}
	if g.Deducted, err = deduction(ctx, q, d); err != nil || g.Deducted == 0 || d.Frozen.V == nil {
		return g, err
	}
	_, limit, err := s.rules.Of(ctx, d.Programme, d.Frozen.V.Zone, d.Frozen.V.At)
	if err == nil && limit > 0 {
		g.Limit = max(1, limit-g.Deducted)
	}
	return g, err
}

// Budget is the envelope of a call, with the grants made on it, oldest first.
type Budget struct {
	CallID, Title string
	Programme     Programme
	Cents         int64
	Grants        []BudgetGrant
}

// BudgetGrant is a grant on an envelope.
type BudgetGrant struct {
	CallID    string    `db:"call_id"`
	DossierID string    `db:"dossier_id"`
	Number    string    `db:"number"`
	Title     string    `db:"title"`
	Decider   string    `db:"decider_name"`
	At        time.Time `db:"decided_at"`
	Cents     int64     `db:"amount_cents"`
}

// Budgets lists the envelopes of the calls of the reader's region, the latest calls first.
func (s *Service) Budgets(ctx context.Context, actor accounts.Actor) ([]Budget, error) {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return nil, err
	}
	var all []Call
	if err := s.db.SelectContext(ctx, &all, `SELECT `+callColumns+` FROM call WHERE state <> $1 ORDER BY closes_at DESC, id`, CallDraft); err != nil {
		return nil, err
	}
	var grants []BudgetGrant
	if err := s.db.SelectContext(ctx, &grants, `SELECT d.call_id, d.id AS dossier_id, d.number, d.title, x.decider_name, x.decided_at, x.amount_cents FROM dossier_decision x
		JOIN dossier d ON d.id = x.dossier_id WHERE x.outcome = 'grant' ORDER BY x.decided_at, x.id`); err != nil {
		return nil, err
	}
	of := map[string][]BudgetGrant{}
	for _, g := range grants {
		of[g.CallID] = append(of[g.CallID], g)
	}
	var kept []Budget
	for _, c := range all {
		if reads(actor, c.Region) {
			kept = append(kept, Budget{CallID: c.ID, Title: c.Title.V.FR, Programme: c.Programme, Cents: c.Envelope, Grants: of[c.ID]})
		}
	}
	return kept, nil
}

// reads tells whether the actor is an officer of a region, of all of it or of one of its départements.
func reads(actor accounts.Actor, region string) bool {
	if actor.Can(PermInstruct, accounts.Scope{Region: region}) {
		return true
	}
	for _, g := range actor.Grants {
		if g.Role == accounts.RoleOfficer && (g.Region == "" || g.Region == region) {
			return true
		}
	}
	return false
}

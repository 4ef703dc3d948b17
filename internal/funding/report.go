package funding

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Tracker is what the author of a dossier follows: commitment, tranches, expected dates, missing proof.
type Tracker struct {
	Convention Convention
	Tranches   []Tranche
	Reports    []Report
	// Missing says what the next tranche waits for: "signature", "commitment", "report", or "" when nothing.
	Missing string
}

// Track reads the tracker of a dossier, for its author or an officer of the territory. Found is false while there is no agreement.
func (s *Service) Track(ctx context.Context, actor accounts.Actor, key, dossierID string) (t Tracker, found bool, err error) {
	var id string
	err = s.db.GetContext(ctx, &id, `SELECT id FROM convention WHERE dossier_id = $1`, dossierID)
	if db.NoRows(err) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	t, err = s.Read(ctx, actor, key, id)
	return t, err == nil, err
}

// Read reads a convention with its tranches and reports, for the author of its dossier or an officer of the territory.
func (s *Service) Read(ctx context.Context, actor accounts.Actor, key, id string) (Tracker, error) {
	c, err := get(ctx, s.db, id)
	if err != nil {
		return Tracker{}, err
	}
	if !actor.Can(PermManage, c.Scope()) {
		author, err := s.grants.Author(ctx, actor, key, c.DossierID)
		if err != nil || !author {
			return Tracker{}, unknown()
		}
	}
	t := Tracker{Convention: *c}
	if t.Tranches, err = tranches(ctx, s.db, id); err != nil {
		return t, err
	}
	if t.Reports, err = reports(ctx, s.db, id); err != nil {
		return t, err
	}
	t.Missing = missing(t)
	return t, nil
}

func missing(t Tracker) string {
	accepted := false
	for _, r := range t.Reports {
		accepted = accepted || r.State == "accepted"
	}
	for _, next := range t.Tranches {
		switch {
		case next.State != "planned":
			continue
		case t.Convention.SignedOn == "":
			return "signature"
		case t.Convention.State == Signed:
			return "commitment"
		case next.Final && !accepted:
			return "report"
		}
		return ""
	}
	return ""
}

// Conventions lists the conventions of the reader's territory, latest first.
func (s *Service) Conventions(ctx context.Context, actor accounts.Actor) ([]Convention, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	var all []Convention
	if err := s.db.SelectContext(ctx, &all, `SELECT `+columns+` FROM convention ORDER BY updated_at DESC, id LIMIT 5000`); err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, c := range all {
		if actor.Can(PermManage, c.Scope()) {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// FileReport is done by the author of the dossier.
func (s *Service) FileReport(ctx context.Context, actor accounts.Actor, key, conventionID, reportID, text string) error {
	if _, err := s.Read(ctx, actor, key, conventionID); err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 50_000 {
		wrong := fault.Fields{}
		wrong.Add("text", "Écrivez le compte rendu, en 50 000 caractères au plus.", "Write the report, in 50,000 characters at most.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := get(ctx, tx, conventionID)
		if err != nil {
			return err
		}
		if err := one(tx.ExecContext(ctx, `UPDATE report SET state = 'filed', text = $1, filed_at = $2 WHERE id = $3 AND convention_id = $4 AND state <> 'accepted'`, text, s.now(), reportID, conventionID)); err != nil {
			return err
		}
		who := actor
		if who.Anonymous() {
			who = accounts.Actor{ID: "dossier:" + c.DossierID, Name: "Auteur du dossier, sans compte"}
		}
		return s.record(ctx, tx, who, "report", c, "Compte rendu déposé", "", nil)
	})
}

// JudgeReport accepts a report, or sends it back with a reason.
func (s *Service) JudgeReport(ctx context.Context, actor accounts.Actor, conventionID, reportID string, accept bool, reason string) error {
	state := "accepted"
	if !accept {
		state = "to-redo"
		if strings.TrimSpace(reason) == "" {
			wrong := fault.Fields{}
			wrong.Add("reason", "Dites ce qui manque au compte rendu.", "Say what the report lacks.")
			return wrong.Err()
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, conventionID, PermManage)
		if err != nil {
			return err
		}
		if err := one(tx.ExecContext(ctx, `UPDATE report SET state = $1, reason = $2, decided_by = $3, decided_at = $4 WHERE id = $5 AND convention_id = $6 AND state = 'filed'`,
			state, reason, actor.ID, s.now(), reportID, conventionID)); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "report."+state, c, "Compte rendu examiné", reason, nil)
	})
}

func one(result interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fault.Conflict("Ce compte rendu n’est pas dans l’état attendu : rechargez la page.", "This report is not in the state expected: reload the page.").Because(err)
	}
	return nil
}

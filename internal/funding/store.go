package funding

import (
	"context"
	"strings"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const columns = `id, number, dossier_id, dossier_number, title, programme, call_id, limit_cents, committed_on, structure_id, departement, region, state, granted_cents, tranched_cents, ordered_cents, paid_cents,
	claimed_cents, repaid_cents, released_cents, iban, payee, instructor_id, decider_id, agency_signatory, structure_signatory, signed_on, file_blob, file_sha256, starts_on, ends_on,
	version, created_at, updated_at`

func insert(ctx context.Context, tx *db.Tx, c *Convention) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO convention (`+columns+`) VALUES (:id, :number, :dossier_id, :dossier_number, :title, :programme, :call_id, :limit_cents, :committed_on, :structure_id, :departement,
		:region, :state, :granted_cents, :tranched_cents, :ordered_cents, :paid_cents, :claimed_cents, :repaid_cents, :released_cents, :iban, :payee, :instructor_id, :decider_id,
		:agency_signatory, :structure_signatory, :signed_on, :file_blob, :file_sha256, :starts_on, :ends_on, :version, :created_at, :updated_at)`, c)
	return refusal(err)
}

func update(ctx context.Context, tx *db.Tx, c *Convention, now time.Time) error {
	c.UpdatedAt = now
	result, err := tx.NamedExecContext(ctx, `UPDATE convention SET state = :state, tranched_cents = :tranched_cents, ordered_cents = :ordered_cents, paid_cents = :paid_cents,
		claimed_cents = :claimed_cents, repaid_cents = :repaid_cents, released_cents = :released_cents, iban = :iban, payee = :payee, agency_signatory = :agency_signatory,
		structure_signatory = :structure_signatory, signed_on = :signed_on, file_blob = :file_blob, file_sha256 = :file_sha256, committed_on = :committed_on, ends_on = :ends_on,
		version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, c)
	if err != nil {
		return refusal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Quelqu’un d’autre a modifié cette convention entre-temps : rechargez la page.", "Somebody else changed this agreement meanwhile: reload the page.").Because(err)
	}
	c.Version++
	return nil
}

// refusal says in words what a constraint of the database refused.
func refusal(err error) error {
	switch {
	case db.IsCheck(err) && strings.Contains(err.Error(), "separation"):
		return separation().Because(err)
	case db.IsCheck(err):
		return fault.Refused("invariant-4", "Les tranches, les ordres ou les paiements dépasseraient ce qui est accordé, ou la convention n’est pas signée : rien n’a été enregistré.",
			"Tranches, orders or payments would exceed what is granted, or the agreement is not signed: nothing was recorded.").Because(err)
	case db.IsUnique(err):
		return fault.Refused("convention-once", "Ce dossier a déjà une convention.", "This application already has an agreement.").Because(err)
	}
	return err
}

func get(ctx context.Context, q db.Queryer, id string) (*Convention, error) {
	var c Convention
	err := q.GetContext(ctx, &c, `SELECT `+columns+` FROM convention WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknown()
	}
	if err != nil {
		return nil, err
	}
	var waiting int
	err = q.GetContext(ctx, &waiting, `SELECT COUNT(*) FROM tranche WHERE convention_id = $1 AND state <> 'paid'`, id)
	c.Balanced = waiting == 0
	return &c, err
}

func unknown() error {
	return fault.NotFound("Cette convention n’existe pas, ou ne vous est pas ouverte.", "This agreement does not exist, or is not open to you.")
}

func tranches(ctx context.Context, q db.Queryer, id string) ([]Tranche, error) {
	var all []Tranche
	err := q.SelectContext(ctx, &all, `SELECT id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, ordered_at, reference, paid_on
		FROM tranche WHERE convention_id = $1 ORDER BY rank`, id)
	return all, err
}

func reports(ctx context.Context, q db.Queryer, id string) ([]Report, error) {
	var all []Report
	err := q.SelectContext(ctx, &all, `SELECT `+reportColumns+` FROM report WHERE convention_id = $1 ORDER BY due_on, id`, id)
	return all, err
}

const reportColumns = `id, convention_id, label, due_on, state, text, reason, tranche_rank, file_name, file_blob, file_sha256, filed_at, decided_by, decided_at`

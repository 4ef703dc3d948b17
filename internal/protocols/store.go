package protocols

import (
	"context"
	"fmt"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const (
	columns       = `id, state, since, region, partner_id, partner_name, signed_on, ends_on, content, version, created_at, updated_at`
	reviewColumns = `id, protocol_id, opened_on, agency_word, partner_word, closed_on, figures`
	insertReview  = `INSERT INTO protocol_review (` + reviewColumns + `) VALUES (:id, :protocol_id, :opened_on, :agency_word, :partner_word, :closed_on, :figures)`
)

func unknown() error {
	return fault.NotFound("Ce protocole n’existe pas.", "This protocol does not exist.")
}

func stale() error {
	return fault.Conflict("Quelqu’un d’autre a modifié ce protocole entre-temps ; rien n’a été enregistré. Rechargez la page et recommencez.",
		"Somebody else changed this protocol meanwhile; nothing was recorded. Reload the page and try again.")
}

func insert(ctx context.Context, tx *db.Tx, p *Protocol) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO protocol (`+columns+`) VALUES (:id, :state, :since, :region, :partner_id, :partner_name, :signed_on, :ends_on, :content,
		:version, :created_at, :updated_at)`, p)
	if err != nil {
		return fmt.Errorf("insert the protocol: %w", err)
	}
	return nil
}

func update(ctx context.Context, tx *db.Tx, p *Protocol) error {
	result, err := tx.NamedExecContext(ctx, `UPDATE protocol SET state = :state, since = :since, signed_on = :signed_on, ends_on = :ends_on, content = :content,
		version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, p)
	if err != nil {
		return fmt.Errorf("update the protocol: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return stale()
	}
	p.Version++
	return nil
}

func addReview(ctx context.Context, tx *db.Tx, r Review) error {
	if _, err := tx.NamedExecContext(ctx, insertReview, r); err != nil {
		if db.IsUnique(err) {
			return stale()
		}
		return fmt.Errorf("open the review: %w", err)
	}
	return nil
}

func updateReview(ctx context.Context, tx *db.Tx, r Review) error {
	_, err := tx.NamedExecContext(ctx, `UPDATE protocol_review SET agency_word = :agency_word, partner_word = :partner_word, closed_on = :closed_on, figures = :figures
		WHERE id = :id AND closed_on = ''`, r)
	if err != nil {
		return fmt.Errorf("write the review: %w", err)
	}
	return nil
}

func get(ctx context.Context, q db.Queryer, id string) (*Protocol, error) {
	var p Protocol
	err := q.GetContext(ctx, &p, `SELECT `+columns+` FROM protocol WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknown()
	}
	if err != nil {
		return nil, fmt.Errorf("read the protocol: %w", err)
	}
	if err := q.SelectContext(ctx, &p.Reviews, `SELECT `+reviewColumns+` FROM protocol_review WHERE protocol_id = $1 ORDER BY opened_on, id`, id); err != nil {
		return nil, fmt.Errorf("read the reviews: %w", err)
	}
	return &p, nil
}

func list(ctx context.Context, q db.Queryer) ([]string, error) {
	var ids []string
	if err := q.SelectContext(ctx, &ids, `SELECT id FROM protocol ORDER BY signed_on, id`); err != nil {
		return nil, fmt.Errorf("list the protocols: %w", err)
	}
	return ids, nil
}

package rulebook

import (
	"context"
	"fmt"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const versionColumns = `id, rule_id, version, state, state_since, from_day, to_day, rule, note, embedded, author_id, author_name, reviewer_id,
	reviewer_name, row_version, created_at, updated_at`

// selectVersions lists the versions of a rule, or of every rule, newest first within a rule.
func selectVersions(ctx context.Context, q db.Queryer, rule string) ([]Version, error) {
	var all []Version
	err := q.SelectContext(ctx, &all, "SELECT "+versionColumns+" FROM rule_version WHERE rule_id = $1 OR $1 = '' ORDER BY rule_id, version DESC", rule)
	if err != nil {
		return nil, fmt.Errorf("list versions of rules: %w", err)
	}
	return all, nil
}

func selectVersion(ctx context.Context, q db.Queryer, id string) (Version, error) {
	var v Version
	err := q.GetContext(ctx, &v, "SELECT "+versionColumns+" FROM rule_version WHERE id = $1", id)
	if db.NoRows(err) {
		return v, fault.NotFound("Cette version n’existe pas.", "This version does not exist.")
	}
	return v, err
}

func insertVersion(ctx context.Context, tx *db.Tx, v Version) error {
	_, err := tx.NamedExecContext(ctx, "INSERT INTO rule_version ("+versionColumns+`) VALUES (:id, :rule_id, :version, :state, :state_since, :from_day,
		:to_day, :rule, :note, :embedded, :author_id, :author_name, :reviewer_id, :reviewer_name, :row_version, :created_at, :updated_at)`, v)
	if db.IsUnique(err) {
		return changed().Because(err)
	}
	if err != nil {
		return fmt.Errorf("insert version of a rule: %w", err)
	}
	return nil
}

func updateVersion(ctx context.Context, tx *db.Tx, v Version) error {
	res, err := tx.NamedExecContext(ctx, `UPDATE rule_version SET state = :state, state_since = :state_since, from_day = :from_day, to_day = :to_day,
		rule = :rule, note = :note, author_id = :author_id, author_name = :author_name, reviewer_id = :reviewer_id, reviewer_name = :reviewer_name,
		row_version = row_version + 1, updated_at = :updated_at WHERE id = :id AND row_version = :row_version`, v)
	if err != nil {
		return fmt.Errorf("update version of a rule: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return changed().Because(err)
	}
	return nil
}

func changed() *fault.Error {
	return fault.Conflict("Quelqu’un a modifié cette version entre-temps ; rien n’a été enregistré. Rechargez la page et recommencez.",
		"Somebody changed this version meanwhile; nothing was recorded. Reload the page and try again.")
}

// bump tells every node that the book changed.
func bump(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.ExecContext(ctx, "UPDATE rulebook_revision SET n = n + 1 WHERE id = 1"); err != nil {
		return fmt.Errorf("mark the rule book as changed: %w", err)
	}
	return nil
}

package atlas

import (
	"context"
	"fmt"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const scenarioColumns = "id, owner_id, owner_name, name, note, view_query, changes, created_at, updated_at, version"

// mostListed bounds the list of a person's scenarios.
const mostListed = 200

func selectScenario(ctx context.Context, q db.Queryer, id string) (Scenario, error) {
	var s Scenario
	err := q.GetContext(ctx, &s, "SELECT "+scenarioColumns+" FROM atlas_scenario WHERE id = $1", id)
	return s, err
}

func selectScenariosOf(ctx context.Context, q db.Queryer, owner string) ([]Scenario, error) {
	var all []Scenario
	err := q.SelectContext(ctx, &all, "SELECT "+scenarioColumns+" FROM atlas_scenario WHERE owner_id = $1 ORDER BY updated_at DESC, id LIMIT $2", owner, mostListed)
	if err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	return all, nil
}

func insertScenario(ctx context.Context, tx *db.Tx, s Scenario) error {
	_, err := tx.NamedExecContext(ctx, "INSERT INTO atlas_scenario ("+scenarioColumns+`)
		VALUES (:id, :owner_id, :owner_name, :name, :note, :view_query, :changes, :created_at, :updated_at, :version)`, s)
	if err != nil {
		return fmt.Errorf("insert scenario: %w", err)
	}
	return nil
}

// updateScenario writes version s.Version over the one before it; somebody else's change in between is a conflict.
func updateScenario(ctx context.Context, tx *db.Tx, s Scenario) error {
	done, err := tx.NamedExecContext(ctx, `UPDATE atlas_scenario SET name = :name, note = :note, view_query = :view_query, changes = :changes,
		owner_name = :owner_name, updated_at = :updated_at, version = :version WHERE id = :id AND version = :version - 1`, s)
	if err != nil {
		return fmt.Errorf("update scenario: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Ce scénario a été modifié entre-temps : rien n’a été écrasé. Rouvrez-le pour reprendre vos changements.",
			"This scenario was changed meanwhile: nothing was overwritten. Open it again to take up your changes.")
	}
	return nil
}

func deleteScenario(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM atlas_scenario WHERE id = $1", id); err != nil {
		return fmt.Errorf("delete scenario: %w", err)
	}
	return nil
}

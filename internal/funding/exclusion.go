package funding

import (
	"context"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// pairOf names two programmes that exclude one another, whichever comes first.
func pairOf(a, b string) string { return min(a, b) + " | " + max(a, b) }

// hold writes that a structure holds a programme, once for each programme that excludes it: the key of the table lets one of the two
// stand, whoever writes (invariant 10). Another agreement of the same programme stands beside the first.
func (s *Service) hold(ctx context.Context, tx *db.Tx, c *Convention) error {
	if c.Structure == "" {
		return nil // a structure that nobody knows excludes nothing
	}
	excluded, err := s.rules.Excluded(ctx, c.Programme, s.Today())
	if err != nil {
		return err
	}
	for _, other := range excluded {
		pair := pairOf(c.Programme, other)
		var held []string
		if err := tx.SelectContext(ctx, &held, `SELECT programme FROM funding_exclusion WHERE structure_id = $1 AND pair = $2`, c.Structure, pair); err != nil {
			return err
		}
		if len(held) > 0 && held[0] == c.Programme {
			continue
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO funding_exclusion (structure_id, pair, programme) VALUES ($1, $2, $3)`, c.Structure, pair, c.Programme)
		if db.IsUnique(err) {
			return fault.Refused("invariant-10", "Une aide qui ne se cumule pas avec celle-ci a une convention en cours pour la même structure. Soldez l’une avant d’établir l’autre.",
				"An aid that cannot be held together with this one has an agreement under way for the same structure. Settle the one before drawing up the other.").Because(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unhold frees the programmes that a settled agreement excluded, unless another one of the same programme is under way.
func (s *Service) unhold(ctx context.Context, tx *db.Tx, c *Convention) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM funding_exclusion WHERE structure_id = $1 AND programme = $2 AND NOT EXISTS
		(SELECT 1 FROM convention x WHERE x.structure_id = $1 AND x.programme = $2 AND x.state <> 'settled' AND x.id <> $3)`, c.Structure, c.Programme, c.ID)
	return err
}

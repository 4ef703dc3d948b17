package consultations

import (
	"context"
	"fmt"

	"maillage/internal/platform/clock"
)

// HeldIn is what was opened and held in a département.
type HeldIn struct {
	Departement string `db:"departement"`
	Opened      int64  `db:"opened"`
	Sessions    int64  `db:"sessions"`
	Attended    int64  `db:"attended"`
}

// HeldBetween counts the consultations opened, the sessions held and who came, in a region, from a day to another, that one excluded.
// Whoever asks has been allowed to: small counts are not for everybody.
func (s *Service) HeldBetween(ctx context.Context, region string, from, to clock.Day) ([]HeldIn, error) {
	var all []HeldIn
	err := s.db.SelectContext(ctx, &all, `SELECT c.departement, SUM(CASE WHEN c.opened_on >= $2 AND c.opened_on < $3 THEN 1 ELSE 0 END) AS opened, SUM(COALESCE(h.n, 0)) AS sessions,
		SUM(COALESCE(h.attended, 0)) AS attended FROM consultation c LEFT JOIN (SELECT consultation_id, COUNT(*) AS n, SUM(attended) AS attended FROM consultation_session
		WHERE state = 'held' AND held_on >= $2 AND held_on < $3 GROUP BY consultation_id) h ON h.consultation_id = c.id WHERE c.region = $1 GROUP BY c.departement ORDER BY c.departement`, region, from, to)
	if err != nil {
		return nil, fmt.Errorf("count the sessions: %w", err)
	}
	return all, nil
}

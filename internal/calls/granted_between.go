package calls

import (
	"context"
	"fmt"

	"maillage/internal/platform/clock"
)

// GrantedIn is what was granted in a département.
type GrantedIn struct {
	Departement string `db:"departement"`
	N           int64  `db:"n"` // dossiers
	Cents       int64  `db:"cents"`
}

// GrantedBetween sums the favourable decisions on the dossiers of a region from a day to another, that one excluded. What public money
// goes to is public: anybody may read the sums.
func (s *Service) GrantedBetween(ctx context.Context, region string, from, to clock.Day) ([]GrantedIn, error) {
	var all []GrantedIn
	err := s.db.SelectContext(ctx, &all, `SELECT d.departement, COUNT(DISTINCT d.id) AS n, SUM(x.amount_cents) AS cents FROM dossier_decision x JOIN dossier d ON d.id = x.dossier_id
		WHERE x.outcome = 'grant' AND d.region = $1 AND x.decided_at >= $2 AND x.decided_at < $3 GROUP BY d.departement ORDER BY d.departement`, region, from.Time().UTC(), to.Time().UTC())
	if err != nil {
		return nil, fmt.Errorf("sum the decisions: %w", err)
	}
	return all, nil
}

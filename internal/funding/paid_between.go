package funding

import (
	"context"
	"fmt"

	"maillage/internal/platform/clock"
)

// PaidIn is what was paid in a département, less what came back.
type PaidIn struct {
	Departement string `db:"departement"`
	Cents       int64  `db:"cents"`
}

// PaidBetween sums the payments and the repayments of a region from a day to another, that one excluded. What public money goes to is
// public: anybody may read the sums.
func (s *Service) PaidBetween(ctx context.Context, region string, from, to clock.Day) ([]PaidIn, error) {
	var all []PaidIn
	err := s.db.SelectContext(ctx, &all, `SELECT c.departement, SUM(CASE WHEN e.kind = 'paid' THEN e.cents ELSE -e.cents END) AS cents FROM funding_entry e JOIN convention c ON c.id = e.convention_id
		WHERE e.kind IN ('paid', 'repaid') AND c.region = $1 AND e.on_day >= $2 AND e.on_day < $3 GROUP BY c.departement ORDER BY c.departement`, region, from, to)
	if err != nil {
		return nil, fmt.Errorf("sum the payments: %w", err)
	}
	return all, nil
}

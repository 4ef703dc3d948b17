package structures

import (
	"context"
	"fmt"
)

// Opening is how many structures of a kind opened in a département.
type Opening struct {
	Departement string `db:"departement"`
	Kind        Kind   `db:"kind"`
	N           int64  `db:"n"`
}

// Openings counts the structures of a region whose known opening day lies from a day to another, that one excluded. Identity is public:
// anybody may count it.
func (s *Service) Openings(ctx context.Context, region string, from, to Day) ([]Opening, error) {
	var all []Opening
	err := s.db.SelectContext(ctx, &all, `SELECT departement, kind, COUNT(*) AS n FROM structure WHERE region = $1 AND opened_on >= $2 AND opened_on < $3 AND merged_into = ''
		GROUP BY departement, kind ORDER BY departement, kind`, region, from, to)
	if err != nil {
		return nil, fmt.Errorf("count the structures that opened: %w", err)
	}
	return all, nil
}

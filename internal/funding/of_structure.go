package funding

import (
	"context"
	"fmt"
)

// Milestone is something dated that happened to the conventions of a structure.
type Milestone struct {
	ConventionID string `db:"id"`
	Number       string `db:"number"`
	Title        string `db:"title"`
	Day          string `db:"day"`
	Kind         string `db:"kind"` // "signed", "paid"
	Cents        int64  `db:"cents"`
}

// OfStructure lists the signatures and payments of a structure's conventions, oldest first, for its history. Whoever asks has already
// been allowed to read the structure.
func (s *Service) OfStructure(ctx context.Context, structure string) ([]Milestone, error) {
	var all []Milestone
	err := s.db.SelectContext(ctx, &all, `SELECT id, number, title, signed_on AS day, 'signed' AS kind, granted_cents AS cents FROM convention
		WHERE structure_id = $1 AND structure_id <> '' AND signed_on <> ''
		UNION ALL SELECT c.id, c.number, c.title, t.paid_on, 'paid', t.cents FROM tranche t JOIN convention c ON c.id = t.convention_id
		WHERE c.structure_id = $1 AND c.structure_id <> '' AND t.paid_on <> '' ORDER BY day, kind, cents`, structure)
	if err != nil {
		return nil, fmt.Errorf("list the conventions of a structure: %w", err)
	}
	return all, nil
}

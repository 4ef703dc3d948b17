package calls

import (
	"context"
	"fmt"
	"time"
)

// OfProgramme lists the dossiers of a programme filed in a region since a moment, oldest first: for whoever follows what a programme
// came to. Whoever asks has already been allowed to.
func (s *Service) OfProgramme(ctx context.Context, region string, p Programme, since time.Time) ([]Dossier, error) {
	var all []Dossier
	err := s.db.SelectContext(ctx, &all, `SELECT `+whole+fromWhole+`WHERE programme = $1 AND region = $2 AND state <> 'draft' AND filed_at >= $3 ORDER BY filed_at, id`,
		string(p), region, since.UTC())
	if err != nil {
		return nil, fmt.Errorf("list the dossiers of a programme: %w", err)
	}
	return all, nil
}

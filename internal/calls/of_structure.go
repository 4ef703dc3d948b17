package calls

import (
	"context"
	"fmt"
)

// OfStructure lists the filed dossiers of a structure, oldest first: for its history and for what it already holds. Whoever asks has
// already been allowed to read the structure.
func (s *Service) OfStructure(ctx context.Context, structure string) ([]Dossier, error) {
	var all []Dossier
	err := s.db.SelectContext(ctx, &all, `SELECT `+dossierColumns+` FROM dossier WHERE structure_id = $1 AND structure_id <> '' AND state <> 'draft' ORDER BY filed_at, id`, structure)
	if err != nil {
		return nil, fmt.Errorf("list the dossiers of a structure: %w", err)
	}
	return all, nil
}

// Held tells whether the aid of a dossier is granted and not given back.
func (d *Dossier) Held() bool {
	switch d.State {
	case Granted, Convention, Committed, Paying, Settled:
		return true
	}
	return false
}

// UnderWay lists where the dossiers of a region stand that nothing froze yet: drafts, with their programme and commune only.
func (s *Service) UnderWay(ctx context.Context, region string) ([]Dossier, error) {
	var all []Dossier
	err := s.db.SelectContext(ctx, &all, `SELECT id, programme, commune, departement, region FROM dossier WHERE region = $1 AND commune <> '' AND state = 'draft' ORDER BY id`, region)
	if err != nil {
		return nil, fmt.Errorf("list the drafts of a region: %w", err)
	}
	return all, nil
}

// Standing lists the filed dossiers of a region that are neither refused nor withdrawn, with what filing froze: no answers, so that ten
// thousand are read at once.
func (s *Service) Standing(ctx context.Context, region string) ([]Dossier, error) {
	var all []Dossier
	err := s.db.SelectContext(ctx, &all, `SELECT id, number, title, programme, commune, departement, region, state, frozen FROM dossier
		WHERE region = $1 AND commune <> '' AND state NOT IN ('draft', 'refused', 'withdrawn') ORDER BY id`, region)
	if err != nil {
		return nil, fmt.Errorf("list the filed dossiers of a region: %w", err)
	}
	return all, nil
}

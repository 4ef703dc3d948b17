package accounts

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/platform/db"
)

// Organisation is what a person works for, or acts for: an agency, a town, a hospital, a structure. A grant names it in Structure.
// A structure of internal/structures has the same identifier here.
type Organisation struct {
	ID          string    `db:"id"`
	Name        string    `db:"name"`
	Kind        string    `db:"kind"`
	Departement string    `db:"departement"`
	CreatedAt   time.Time `db:"created_at"`
}

// SaveOrganisation creates an organisation or renames it, in the caller's transaction. The room that knows the organisation has
// already authorised and recorded the change.
func (s *Service) SaveOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO organisation (id, name, kind, departement, search_text, sort_key, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, departement = EXCLUDED.departement,
			search_text = EXCLUDED.search_text, sort_key = EXCLUDED.sort_key`,
		o.ID, o.Name, o.Kind, o.Departement, db.Fold(o.Name, o.Departement), db.SortKey(o.Name), db.Now(s.clock))
	if err != nil {
		return fmt.Errorf("save organisation: %w", err)
	}
	return nil
}

// Organisations lists every organisation by name, for whoever may give roles in them.
func (s *Service) Organisations(ctx context.Context, actor Actor) ([]Organisation, error) {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.SelectContext(ctx, &list, "SELECT id, name, kind, departement, created_at FROM organisation ORDER BY sort_key, id")
	if err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return list, nil
}

// OrganisationsOf lists the organisations in which a person holds roles, for that person.
func (s *Service) OrganisationsOf(ctx context.Context, actor Actor, person string) ([]Organisation, error) {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.SelectContext(ctx, &list, `SELECT id, name, kind, departement, created_at FROM organisation
		WHERE id IN (SELECT structure FROM person_grant WHERE person_id = $1) ORDER BY sort_key, id`, person)
	if err != nil {
		return nil, fmt.Errorf("list one's organisations: %w", err)
	}
	return list, nil
}

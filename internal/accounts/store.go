package accounts

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

const personColumns = "id, name, email, rpps, organisation_id, lang, state, version, created_at, updated_at"

// personByID reads a person with their grants; fault.KindNotFound when there is none.
func personByID(ctx context.Context, q db.Queryer, id string) (Person, error) {
	return onePerson(ctx, q, "SELECT "+personColumns+" FROM person WHERE id = $1", id)
}

// personByEmail reads a person by folded address.
func personByEmail(ctx context.Context, q db.Queryer, email string) (Person, error) {
	return onePerson(ctx, q, "SELECT "+personColumns+" FROM person WHERE email = $1", email)
}

func onePerson(ctx context.Context, q db.Queryer, query string, arg any) (Person, error) {
	var p Person
	err := q.GetContext(ctx, &p, query, arg)
	if db.NoRows(err) {
		return Person{}, fault.NotFound("Ce compte n’existe pas.", "There is no such account.")
	}
	if err != nil {
		return Person{}, fmt.Errorf("read person: %w", err)
	}
	people := []Person{p}
	if err := loadGrants(ctx, q, people); err != nil {
		return Person{}, err
	}
	return people[0], nil
}

// loadGrants fills the grants of people, in one read.
func loadGrants(ctx context.Context, q db.Queryer, people []Person) error {
	if len(people) == 0 {
		return nil
	}
	ids, place := make([]string, len(people)), make(map[string]int, len(people))
	for i, p := range people {
		ids[i], place[p.ID] = p.ID, i
	}
	query, args, err := sqlx.In(`SELECT person_id, role, region, departement, structure FROM person_grant
		WHERE person_id IN (?) ORDER BY role, region, departement, structure`, ids)
	if err != nil {
		return fmt.Errorf("read grants: %w", err)
	}
	var rows []struct {
		Grant
		PersonID string `db:"person_id"`
	}
	if err := q.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return fmt.Errorf("read grants: %w", err)
	}
	for _, r := range rows {
		p := &people[place[r.PersonID]]
		p.Grants = append(p.Grants, r.Grant)
	}
	return nil
}

func insertPerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO person (id, name, email, rpps, organisation_id, lang, state, search_text, sort_key,
		version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)`,
		p.ID, p.Name, p.Email, p.RPPS, p.OrganisationID, p.Lang, p.State, searchText(p), db.SortKey(p.Name), p.CreatedAt)
	if db.IsUnique(err) {
		f := fault.Fields{}
		f.Add("email", "Un compte existe déjà avec cette adresse.", "An account with this address already exists.")
		return f.Err()
	}
	if err != nil {
		return fmt.Errorf("insert person: %w", err)
	}
	return putGrants(ctx, tx, p.ID, p.Grants)
}

// putGrants replaces the grants of a person.
func putGrants(ctx context.Context, tx *db.Tx, person string, grants []Grant) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM person_grant WHERE person_id = $1", person); err != nil {
		return fmt.Errorf("clear grants: %w", err)
	}
	for _, g := range grants {
		_, err := tx.ExecContext(ctx, "INSERT INTO person_grant (person_id, role, region, departement, structure) VALUES ($1, $2, $3, $4, $5)",
			person, g.Role, g.Region, g.Departement, g.Structure)
		if err != nil {
			return fmt.Errorf("insert grant: %w", err)
		}
	}
	return nil
}

// updatePerson writes what may change of a person, when nobody else did since it was read.
func updatePerson(ctx context.Context, tx *db.Tx, p Person) error {
	done, err := tx.ExecContext(ctx, `UPDATE person SET name = $1, rpps = $2, organisation_id = $3, lang = $4, state = $5,
		search_text = $6, sort_key = $7, updated_at = $8, version = version + 1 WHERE id = $9 AND version = $10`,
		p.Name, p.RPPS, p.OrganisationID, p.Lang, p.State, searchText(p), db.SortKey(p.Name), p.UpdatedAt, p.ID, p.Version)
	if err != nil {
		return fmt.Errorf("update person: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Ce compte a changé entre-temps. Relisez-le, puis recommencez.",
			"This account changed meanwhile. Read it again, then retry.").Because(err)
	}
	return nil
}

func passwordOf(ctx context.Context, q db.Queryer, person string) (string, error) {
	var hash string
	err := q.GetContext(ctx, &hash, "SELECT hash FROM credential WHERE person_id = $1", person)
	if err != nil && !db.NoRows(err) {
		return "", fmt.Errorf("read credential: %w", err)
	}
	return hash, nil
}

func (s *Service) putPassword(ctx context.Context, tx *db.Tx, person, hash string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO credential (person_id, hash, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET hash = EXCLUDED.hash, changed_at = EXCLUDED.changed_at`, person, hash, db.Now(s.clock))
	if err != nil {
		return fmt.Errorf("keep credential: %w", err)
	}
	return nil
}

// actorOf is a person as an actor. Roles that need a second factor are left out of a session that has none, except in a
// demonstration.
func (s *Service) actorOf(p Person, secondFactor bool) Actor {
	a := Actor{ID: p.ID, Name: p.Name, Email: p.Email, SecondFactor: secondFactor}
	for _, g := range p.Grants {
		if secondFactor || s.config.Demo || !g.Role.NeedsSecondFactor() {
			a.Grants = append(a.Grants, g)
		} else {
			a.waiting = true
		}
	}
	return a
}

// mustEnrol tells whether a person holds a role that counts for nothing without a second factor.
func (s *Service) mustEnrol(p Person) bool {
	if s.config.Demo {
		return false
	}
	for _, g := range p.Grants {
		if g.Role.NeedsSecondFactor() {
			return true
		}
	}
	return false
}

// langOf is the language a person reads mails in.
func langOf(p Person) i18n.Lang {
	if p.Lang == i18n.EN {
		return i18n.EN
	}
	return i18n.FR
}

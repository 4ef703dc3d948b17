package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// PeopleQuery narrows the list of people.
type PeopleQuery struct {
	Text  string // words of a name, an address or a number
	Role  Role   // "" for every role
	State State  // "" for every state
	Page  int    // from 0
}

// PeoplePage is how many people a page of People holds.
const PeoplePage = 50

// PeopleList is one page of people, by name.
type PeopleList struct {
	People []Person
	Total  int
	Pages  int
}

// People lists accounts.
func (s *Service) People(ctx context.Context, actor Actor, q PeopleQuery) (PeopleList, error) {
	if err := actor.Require(PermPeopleSee, Scope{}); err != nil {
		return PeopleList{}, err
	}
	where, args := q.where()
	var list PeopleList
	if err := s.db.GetContext(ctx, &list.Total, "SELECT COUNT(*)"+where, args...); err != nil {
		return PeopleList{}, fmt.Errorf("count people: %w", err)
	}
	list.Pages = max(1, (list.Total+PeoplePage-1)/PeoplePage)
	page := min(max(q.Page, 0), list.Pages-1)
	err := s.db.SelectContext(ctx, &list.People, "SELECT "+personColumns+where+" ORDER BY sort_key, id LIMIT $4 OFFSET $5",
		append(args, PeoplePage, page*PeoplePage)...)
	if err != nil {
		return PeopleList{}, fmt.Errorf("list people: %w", err)
	}
	return list, loadGrants(ctx, s.db, list.People)
}

func (q PeopleQuery) where() (string, []any) {
	return ` FROM person WHERE search_text LIKE $1 AND ($2 = '' OR state = $2)
		AND ($3 = '' OR EXISTS (SELECT 1 FROM person_grant g WHERE g.person_id = person.id AND g.role = $3))`,
		[]any{db.Like(q.Text), string(q.State), string(q.Role)}
}

// EveryPerson lists the accounts that a query keeps, all pages together, for an export. It is recorded: it takes addresses away.
func (s *Service) EveryPerson(ctx context.Context, actor Actor, q PeopleQuery) ([]Person, error) {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return nil, err
	}
	where, args := q.where()
	var people []Person
	if err := s.db.SelectContext(ctx, &people, "SELECT "+personColumns+where+" ORDER BY sort_key, id", args...); err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	for chunk := range slices.Chunk(people, 500) { // databases bound the parameters of one query
		if err := loadGrants(ctx, s.db, chunk); err != nil {
			return nil, err
		}
	}
	return people, s.db.InTx(ctx, func(tx *db.Tx) error {
		return s.record(ctx, tx, actor, "all", "accounts.export", fmt.Sprintf("Liste de comptes téléchargée (%d).", len(people)), nil)
	})
}

// Person reads one account, for its owner or for whoever may see accounts.
func (s *Service) Person(ctx context.Context, actor Actor, id string) (Person, error) {
	if !actor.Can(PermOwn, Scope{Owner: id}) {
		if err := actor.Require(PermPeopleSee, Scope{}); err != nil {
			return Person{}, err
		}
	}
	return personByID(ctx, s.db, id)
}

// EditCommand is what an administrator may correct of a person.
type EditCommand struct {
	ID                         string
	Version                    int
	Name, RPPS, OrganisationID string
}

// Edit corrects a person's name, number or organisation.
func (s *Service) Edit(ctx context.Context, actor Actor, cmd EditCommand) error {
	return s.change(ctx, actor, cmd.ID, cmd.Version, func(tx *db.Tx, p *Person) (string, map[string]string, error) {
		p.Name, p.RPPS, p.OrganisationID = strings.TrimSpace(cmd.Name), strings.TrimSpace(cmd.RPPS), cmd.OrganisationID
		f := fault.Fields{}
		checkPerson(f, *p)
		return "accounts.edit", nil, f.Err()
	})
}

// ChangeGrants replaces the roles of a person. The last administrator stays one.
func (s *Service) ChangeGrants(ctx context.Context, actor Actor, id string, version int, grants []Grant) error {
	return s.change(ctx, actor, id, version, func(tx *db.Tx, p *Person) (string, map[string]string, error) {
		f := fault.Fields{}
		checkGrants(f, grants)
		if err := f.Err(); err != nil {
			return "", nil, err
		}
		details := map[string]string{"before": grantsText(p.Grants), "after": grantsText(grants)}
		p.Grants = grants
		return "accounts.grants", details, putGrants(ctx, tx, p.ID, grants)
	})
}

// Disable closes an account at once: its sessions, links and waiting sign-ins end. Nobody disables themselves.
func (s *Service) Disable(ctx context.Context, actor Actor, id string, version int) error {
	if actor.ID == id {
		return fault.Refused("accounts.not-oneself", "On ne désactive pas son propre compte : demandez-le à un autre administrateur.",
			"Nobody disables their own account: ask another administrator.")
	}
	return s.change(ctx, actor, id, version, func(tx *db.Tx, p *Person) (string, map[string]string, error) {
		p.State = StateDisabled
		if err := endSessions(ctx, tx, p.ID, ""); err != nil {
			return "", nil, err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM ticket WHERE person_id = $1", p.ID); err != nil {
			return "", nil, fmt.Errorf("drop tickets: %w", err)
		}
		return "accounts.disable", nil, nil
	})
}

// Enable opens a disabled account again. Somebody who never chose a password is invited anew.
func (s *Service) Enable(ctx context.Context, actor Actor, id string, version int) error {
	return s.change(ctx, actor, id, version, func(tx *db.Tx, p *Person) (string, map[string]string, error) {
		hash, err := passwordOf(ctx, tx, p.ID)
		if err != nil {
			return "", nil, err
		}
		p.State = StateActive
		if hash == "" {
			p.State = StateInvited
			err = s.sendInvitation(ctx, tx, *p)
		}
		return "accounts.enable", nil, err
	})
}

// ResetSecondFactor removes the code generator, passkeys and recovery codes of somebody who lost them, and ends their sessions.
func (s *Service) ResetSecondFactor(ctx context.Context, actor Actor, id string, version int) error {
	return s.change(ctx, actor, id, version, func(tx *db.Tx, p *Person) (string, map[string]string, error) {
		for _, table := range []string{"totp", "passkey", "recovery_code"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE person_id = $1", p.ID); err != nil {
				return "", nil, fmt.Errorf("clear %s: %w", table, err)
			}
		}
		return "accounts.second-factor-reset", nil, endSessions(ctx, tx, p.ID, "")
	})
}

var changeTexts = map[string]string{
	"accounts.edit":                "Fiche corrigée : ",
	"accounts.grants":              "Rôles changés : ",
	"accounts.disable":             "Compte désactivé : ",
	"accounts.enable":              "Compte rouvert : ",
	"accounts.second-factor-reset": "Second facteur retiré : ",
}

// change is one administrator's change to one person, in one transaction: authorised, version checked, recorded, and never leaving
// the installation without an administrator. The function gives the action's name and its details.
func (s *Service) change(ctx context.Context, actor Actor, id string, version int, fn func(*db.Tx, *Person) (string, map[string]string, error)) error {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := personByID(ctx, tx, id)
		if err != nil {
			return err
		}
		wasAdmin := isActiveAdmin(p)
		action, details, err := fn(tx, &p)
		if err != nil {
			return err
		}
		p.Version, p.UpdatedAt = version, db.Now(s.clock)
		if err := updatePerson(ctx, tx, p); err != nil {
			return err
		}
		if wasAdmin && !isActiveAdmin(p) {
			if err := anotherAdmin(ctx, tx, p.ID); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, p.ID, action, changeTexts[action]+p.Name+".", details)
	})
}

func isActiveAdmin(p Person) bool {
	return p.State == StateActive && slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Role == RoleAdmin })
}

// anotherAdmin refuses to lose the last administrator.
func anotherAdmin(ctx context.Context, tx *db.Tx, but string) error {
	var n int
	err := tx.GetContext(ctx, &n, `SELECT COUNT(*) FROM person p JOIN person_grant g ON g.person_id = p.id
		WHERE p.id <> $1 AND p.state = $2 AND g.role = $3`, but, StateActive, RoleAdmin)
	if err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if n == 0 {
		return fault.Refused("accounts.last-admin", "C’est le dernier administrateur actif : donnez d’abord ce rôle à quelqu’un d’autre.",
			"This is the last active administrator: give that role to somebody else first.")
	}
	return nil
}

// grantsText writes grants for the record: "officer 11/91, applicant structure x".
func grantsText(grants []Grant) string {
	parts := make([]string, len(grants))
	for i, g := range grants {
		parts[i] = strings.Join(strings.Fields(strings.Join([]string{string(g.Role), g.Region, g.Departement, g.Structure}, " ")), " ")
	}
	return strings.Join(parts, ", ")
}

// Holding lists the active people who hold a role, by name: whom a room may ask or name. It shows names to whoever the room lets see.
func (s *Service) Holding(ctx context.Context, role Role) ([]Person, error) {
	var people []Person
	err := s.db.SelectContext(ctx, &people, `SELECT `+personColumns+` FROM person WHERE state = $1
		AND id IN (SELECT person_id FROM person_grant WHERE role = $2) ORDER BY sort_key, id`, StateActive, role)
	if err != nil {
		return nil, err
	}
	return people, loadGrants(ctx, s.db, people)
}

// OnBehalf is the actor of a person in whose name a program of the installation acts; KindNotFound when there is no such active
// account. It counts as signed in with a second factor: whoever calls this answers for the identity, and says so in the audit record.
func (s *Service) OnBehalf(ctx context.Context, person string) (Actor, error) {
	p, err := personByID(ctx, s.db, person)
	if err == nil && p.State != StateActive {
		err = fault.NotFound("Ce compte n’est pas actif.", "This account is not active.")
	}
	if err != nil {
		return Actor{}, err
	}
	return s.actorOf(p, true), nil
}

// WhoAt finds the active account with an address, within the caller's transaction; nil when there is none.
func (s *Service) WhoAt(ctx context.Context, tx *db.Tx, address string) (*Person, error) {
	p, err := personByEmail(ctx, tx, FoldEmail(address))
	switch {
	case fault.Is(err, fault.KindNotFound) || err == nil && p.State != StateActive:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &p, nil
}

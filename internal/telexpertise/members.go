package telexpertise

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// People finds the accounts of those who join a pool, and invites who has none.
type People interface {
	// Account gives the account with an e-mail address; it invites its owner when there is none, with the role of the part.
	Account(ctx context.Context, m Member, role accounts.Role) (id, name string, err error)
}

// rolesOf says which role each part needs.
var rolesOf = map[Part]accounts.Role{
	PartRequester: accounts.RoleGP, PartExpert: accounts.RoleDermatologist, PartSecretary: accounts.RoleSecretary,
	PartCoordinator: accounts.RoleSecretary, PartLead: accounts.RoleDermatologist,
}

var rppsPattern = regexp.MustCompile(`^\d{11}$`)

// AddMember adds somebody to a pool by their address: who has no account yet is invited.
func (s *Service) AddMember(ctx context.Context, actor accounts.Actor, m Member) error {
	if _, err := s.LedPool(ctx, actor, m.PoolID); err != nil {
		return err
	}
	m.PersonID, m.Active = "to be found", true
	f := fault.Fields{}
	if !strings.Contains(m.Email, "@") {
		f.Add("email", "Indiquez l’adresse électronique professionnelle.", "Give the professional e-mail address.")
	}
	if needs := m.Part == PartRequester || m.Part == PartExpert; needs && accounts.RegionOf(m.Departement) == "" {
		f.Add("departement", "Indiquez le département d’exercice, par son code.", "Give the département of practice, by its code.")
	}
	if m.RPPS != "" && !rppsPattern.MatchString(m.RPPS) {
		f.Add("rpps", "Un numéro RPPS compte 11 chiffres : vérifiez-le, ou videz ce champ.", "An RPPS number has 11 digits: check it, or empty this field.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	id, name, err := s.config.People.Account(ctx, m, rolesOf[m.Part])
	if err != nil {
		return err
	}
	m.PersonID, m.Name = id, name
	return s.SaveMember(ctx, actor, m)
}

// MemberChange names a member's part to change.
type MemberChange struct {
	PoolID, PersonID string
	Part             Part
	Capacity         int
}

// SetCapacity changes how many open cases an expert accepts.
func (s *Service) SetCapacity(ctx context.Context, actor accounts.Actor, c MemberChange) error {
	m, err := s.member(ctx, actor, c)
	if err != nil {
		return err
	}
	m.Capacity = c.Capacity
	return s.SaveMember(ctx, actor, m)
}

// DropMember takes somebody out of a pool: what an expert held goes back to all. A pool keeps its last lead and its last coordinator.
func (s *Service) DropMember(ctx context.Context, actor accounts.Actor, c MemberChange) error {
	m, err := s.member(ctx, actor, c)
	if err != nil {
		return err
	}
	if c.Part == PartLead || c.Part == PartCoordinator {
		same, err := members(ctx, s.db, c.PoolID, c.Part)
		if err != nil {
			return err
		}
		if len(same) == 1 {
			return fault.Refused("member.last", "Un pool garde au moins un responsable et un coordonnateur : ajoutez d’abord qui prend la suite.",
				"A pool keeps at least one lead and one coordinator: first add who takes over.")
		}
	}
	m.Active = false
	if err := s.SaveMember(ctx, actor, m); err != nil || c.Part != PartExpert {
		return err
	}
	var held []string
	if err := s.db.SelectContext(ctx, &held, "SELECT id FROM telex_case WHERE pool_id = $1 AND taker_id = $2 AND state = 'taken' ORDER BY id", c.PoolID, c.PersonID); err != nil {
		return fmt.Errorf("find what a member held: %w", err)
	}
	for _, id := range held {
		if err := s.system(ctx, id, func(ctx context.Context, t *turn) error { return t.free(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// member finds somebody's part in a pool that the actor leads.
func (s *Service) member(ctx context.Context, actor accounts.Actor, c MemberChange) (Member, error) {
	all, err := s.PoolMembers(ctx, actor, c.PoolID)
	if err != nil {
		return Member{}, err
	}
	at := slices.IndexFunc(all, func(m Member) bool { return m.PersonID == c.PersonID && m.Part == c.Part })
	if at < 0 {
		return Member{}, fault.NotFound("Cette personne ne fait plus partie du pool.", "This person is no longer in the pool.")
	}
	return all[at], nil
}

// Days are a run of days of the duty calendar.
type Days struct {
	PoolID, PersonID, From, To, Kind string
}

// longestRun bounds a run: a summer's leave.
const longestRun = 93

// SetDays writes a run of days: duty, leave, or nothing special.
func (s *Service) SetDays(ctx context.Context, actor accounts.Actor, d Days) error {
	f := fault.Fields{}
	from, to := clock.Day(d.From), clock.Day(d.To)
	if d.To == "" {
		to = from
	}
	if !from.Valid() {
		f.Add("day", "Indiquez un jour.", "Give a day.")
	}
	if !to.Valid() || to < from || to > from.Add(longestRun) {
		f.Add("until", "Indiquez un dernier jour, dans les trois mois.", "Give a last day, within three months.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for day := from; day <= to; day = day.Add(1) {
			if err := s.setDay(ctx, tx, actor, Day{PoolID: d.PoolID, PersonID: d.PersonID, Day: string(day), Kind: d.Kind}); err != nil {
				return err
			}
		}
		return nil
	})
}

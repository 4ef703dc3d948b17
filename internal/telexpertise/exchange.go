package telexpertise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// CaseFilter narrows the cases in which somebody has a part. Zero fields do not narrow.
type CaseFilter struct {
	States        []lifecycle.State
	From, Until   time.Time // last moved in this time: From counts, Until does not
	Own           bool      // asked by the actor
	Limit, Offset int
}

// Moved is the last moment at which one of the lives of the case moved.
func (c *Case) Moved() time.Time {
	last := c.StateSince
	for _, at := range []time.Time{c.ReadingSince, c.VisitSince} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// Cases lists the cases in which the actor has a part, the last moved first, and how many there are without the limit. They are
// identifiers and states: who wants more opens the case, which is recorded.
func (s *Service) Cases(ctx context.Context, actor accounts.Actor, f CaseFilter) ([]Case, int, error) {
	if err := actor.RequireSomewhere(PermCase); err != nil {
		return nil, 0, err
	}
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, 0, err
	}
	held = slices.DeleteFunc(held, func(m Member) bool { return !actor.CanSomewhere(doors[m.Part]) })
	where, args := f.where(actor, held)
	var total int
	if err := s.db.GetContext(ctx, &total, "SELECT COUNT(*) FROM telex_case WHERE "+where, args...); err != nil {
		return nil, 0, fmt.Errorf("count cases: %w", err)
	}
	var cases []Case
	query := fmt.Sprintf("SELECT %s FROM telex_case WHERE %s ORDER BY created_at DESC, id LIMIT $%d OFFSET $%d", caseColumns, where, len(args)+1, len(args)+2)
	if err := s.db.SelectContext(ctx, &cases, query, append(args, f.Limit, f.Offset)...); err != nil {
		return nil, 0, fmt.Errorf("list cases: %w", err)
	}
	return cases, total, nil
}

// where says the same as partsIn, for the database.
func (f CaseFilter) where(actor accounts.Actor, held []Member) (string, []any) {
	var args []any
	mark := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	var mine []string
	for _, m := range held {
		pool := "pool_id = " + mark(m.PoolID)
		switch {
		case m.Part == PartRequester:
			mine = append(mine, "("+pool+" AND requester_id = "+mark(actor.ID)+")")
		case f.Own:
		case m.Part == PartSecretary:
			mine = append(mine, "("+pool+" AND state <> 'draft' AND visit <> 'none')")
		default:
			mine = append(mine, "("+pool+" AND state <> 'draft')")
		}
	}
	if len(mine) == 0 {
		return "1 = 0", nil
	}
	parts := []string{"(" + strings.Join(mine, " OR ") + ")", "state <> 'erased'"}
	if len(f.States) > 0 {
		var marks []string
		for _, s := range f.States {
			marks = append(marks, mark(string(s)))
		}
		parts = append(parts, "state IN ("+strings.Join(marks, ", ")+")")
	}
	if !f.From.IsZero() {
		from := mark(f.From.UTC())
		parts = append(parts, fmt.Sprintf("(state_since >= %s OR reading_since >= %s OR visit_since >= %s)", from, from, from))
	}
	if !f.Until.IsZero() {
		until := mark(f.Until.UTC())
		parts = append(parts, fmt.Sprintf("(state_since < %s AND reading_since < %s AND visit_since < %s)", until, until, until))
	}
	return strings.Join(parts, " AND "), args
}

// Colleagues lists the active members of the pools in which the actor has a part: each may know the others.
func (s *Service) Colleagues(ctx context.Context, actor accounts.Actor) ([]Member, map[string]Pool, error) {
	if err := actor.RequireSomewhere(PermCase); err != nil {
		return nil, nil, err
	}
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, nil, err
	}
	pools := map[string]Pool{}
	var all []Member
	for _, m := range held {
		if _, known := pools[m.PoolID]; known || !actor.CanSomewhere(doors[m.Part]) {
			continue
		}
		if pools[m.PoolID], err = poolByID(ctx, s.db, m.PoolID); err != nil {
			return nil, nil, err
		}
		some, err := members(ctx, s.db, m.PoolID, "")
		if err != nil {
			return nil, nil, err
		}
		all = append(all, some...)
	}
	return all, pools, nil
}

// Requester finds the requester who holds an RPPS number, for a program that acts in their name. KindNotFound when no pool knows them.
func (s *Service) Requester(ctx context.Context, rpps string) (Member, error) {
	var m Member
	err := s.db.GetContext(ctx, &m, "SELECT "+memberColumns+" FROM telex_member WHERE rpps = $1 AND rpps <> '' AND part = 'requester' AND active ORDER BY pool_id LIMIT 1", rpps)
	if db.NoRows(err) {
		return m, fault.NotFound("Aucun requérant de ce service ne porte ce numéro RPPS : le responsable d’un pool doit l’y ajouter.",
			"No requester of this service holds this RPPS number: the lead of a pool has to add them.")
	}
	if err != nil {
		return m, fmt.Errorf("find a requester: %w", err)
	}
	return m, nil
}

// RefuseIdentity tells why an INS number cannot be kept; nil when it can, or when there is none.
func (s *Service) RefuseIdentity(p Patient) error {
	f := fault.Fields{}
	p.checkINS(f, s.config.TestIdentities)
	return f.Err()
}

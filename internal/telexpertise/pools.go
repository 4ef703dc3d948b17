package telexpertise

import (
	"context"
	"fmt"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// AskPools lists the pools that the actor may ask.
func (s *Service) AskPools(ctx context.Context, actor accounts.Actor) ([]Pool, error) {
	return s.poolsOf(ctx, actor, PermAsk, PartRequester)
}

// AnswerPools lists the pools whose requests the actor may answer.
func (s *Service) AnswerPools(ctx context.Context, actor accounts.Actor) ([]Pool, error) {
	return s.poolsOf(ctx, actor, PermAnswer, PartExpert)
}

// poolsOf lists the pools in which somebody holds one of the parts.
func (s *Service) poolsOf(ctx context.Context, actor accounts.Actor, perm accounts.Permission, parts ...Part) ([]Pool, error) {
	if err := actor.RequireSomewhere(perm); err != nil {
		return nil, err
	}
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, err
	}
	var pools []Pool
	for _, m := range held {
		if !slices.Contains(parts, m.Part) || slices.ContainsFunc(pools, func(p Pool) bool { return p.ID == m.PoolID }) {
			continue
		}
		p, err := poolByID(ctx, s.db, m.PoolID)
		if err != nil {
			return nil, err
		}
		pools = append(pools, p)
	}
	return pools, nil
}

// PoolCommand creates a pool or changes it.
type PoolCommand struct {
	ID           string // "" to create
	Version      int
	Name, Phone  string
	Departements []string
	Settings     Settings
}

// SavePool keeps a pool: an administrator creates it, its lead changes it.
func (s *Service) SavePool(ctx context.Context, actor accounts.Actor, cmd PoolCommand) (string, error) {
	if err := actor.RequireSomewhere(PermLead); err != nil {
		return "", err
	}
	f := fault.Fields{}
	text(f, "name", cmd.Name, 120, true)
	text(f, "phone", cmd.Phone, 30, true)
	if len(cmd.Departements) == 0 || slices.ContainsFunc(cmd.Departements, func(d string) bool { return accounts.RegionOf(d) == "" }) {
		f.Add("departements", "Indiquez au moins un département, par son code.", "Give at least one département, by its code.")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	if err := cmd.Settings.Check(); err != nil {
		return "", err
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.mayLead(ctx, tx, actor, cmd.ID); err != nil {
			return err
		}
		action := "pool-change"
		if cmd.ID == "" {
			action, cmd.ID = "pool-create", db.NewID()
		}
		if err := s.putPool(ctx, tx, cmd, action == "pool-create"); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "telexpertise." + action,
			Object: audit.Object{Kind: "telexpertise.pool", ID: cmd.ID}, Text: fmt.Sprintf("%s a enregistré le pool « %s ».", actor.Name, cmd.Name)})
	})
	return cmd.ID, err
}

// mayLead refuses whoever is neither the lead of this pool nor an administrator.
func (s *Service) mayLead(ctx context.Context, q db.Queryer, actor accounts.Actor, pool string) error {
	if actor.IsSystem() || actor.Has(accounts.RoleAdmin) {
		return nil
	}
	held, err := memberships(ctx, q, actor.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(held, func(m Member) bool { return m.PoolID == pool && m.Part == PartLead }) {
		return fault.NotFound("Ce pool n’existe pas, ou vous n’en êtes pas responsable.", "This pool does not exist, or you do not lead it.")
	}
	return nil
}

func (s *Service) putPool(ctx context.Context, tx *db.Tx, cmd PoolCommand, create bool) error {
	p := Pool{ID: cmd.ID, Name: cmd.Name, Phone: cmd.Phone, Settings: db.JSON[Settings]{V: cmd.Settings}, Version: cmd.Version, CreatedAt: db.Now(s.clock)}
	if create {
		p.Version = 1
		if _, err := tx.NamedExecContext(ctx, "INSERT INTO telex_pool ("+poolColumns+") VALUES ("+poolValues+")", p); err != nil {
			return fmt.Errorf("insert pool: %w", err)
		}
	} else {
		res, err := tx.NamedExecContext(ctx, "UPDATE telex_pool SET name = :name, phone = :phone, settings = :settings, version = version + 1 WHERE id = :id AND version = :version", p)
		if err != nil {
			return fmt.Errorf("update pool: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fault.Conflict("Ce pool a changé entre-temps : rechargez la page.", "This pool changed meanwhile: load the page again.").Because(err)
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM telex_pool_departement WHERE pool_id = $1", cmd.ID); err != nil {
		return fmt.Errorf("change the départements of a pool: %w", err)
	}
	for _, d := range cmd.Departements {
		if _, err := tx.ExecContext(ctx, "INSERT INTO telex_pool_departement (pool_id, departement) VALUES ($1, $2)", cmd.ID, d); err != nil {
			return fmt.Errorf("change the départements of a pool: %w", err)
		}
	}
	return nil
}

// SaveMember adds a member to a pool, or changes or closes their part.
func (s *Service) SaveMember(ctx context.Context, actor accounts.Actor, m Member) error {
	return s.SaveMembers(ctx, actor, []Member{m})
}

// SaveMembers adds several members at once: all, or none.
func (s *Service) SaveMembers(ctx context.Context, actor accounts.Actor, all []Member) error {
	if err := actor.RequireSomewhere(PermLead); err != nil {
		return err
	}
	for _, m := range all {
		if err := m.check(); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var entries []audit.Entry
		for _, m := range all {
			if err := s.mayLead(ctx, tx, actor, m.PoolID); err != nil {
				return err
			}
			_, err := tx.NamedExecContext(ctx, "INSERT INTO telex_member ("+memberColumns+") VALUES ("+memberValues+`) ON CONFLICT (pool_id, person_id, part) DO UPDATE SET
				name = excluded.name, email = excluded.email, rpps = excluded.rpps, departement = excluded.departement, practice = excluded.practice, commune = excluded.commune,
				capacity = excluded.capacity, active = excluded.active`, m)
			if err != nil {
				return fmt.Errorf("save member: %w", err)
			}
			entries = append(entries, s.poolEntry(actor, m.PoolID, "member", fmt.Sprintf("%s a enregistré %s comme %s.", actor.Name, m.Name, m.Part.Name().FR)))
		}
		return audit.Append(ctx, tx, entries...)
	})
}

func (m Member) check() error {
	f := fault.Fields{}
	text(f, "name", m.Name, 120, true)
	if !slices.Contains(memberParts, m.Part) || m.PersonID == "" {
		f.Add("part", "Choisissez une personne et sa part dans le pool.", "Choose a person and their part in the pool.")
	}
	if m.Capacity < 0 || m.Capacity > 1000 {
		f.Add("capacity", "Indiquez un nombre de demandes ouvertes, 0 pour aucune limite.", "Give a number of open requests, 0 for no limit.")
	}
	return f.Err()
}

// SetDay writes a day of the duty calendar; kind "" clears it. Experts set their own days, the lead sets anybody's.
func (s *Service) SetDay(ctx context.Context, actor accounts.Actor, d Day) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return s.setDay(ctx, tx, actor, d) })
}

func (s *Service) setDay(ctx context.Context, tx *db.Tx, actor accounts.Actor, d Day) error {
	f := fault.Fields{}
	if d.Kind != "duty" && d.Kind != "away" && d.Kind != "" {
		f.Add("kind", "Choisissez garde, absence ou rien.", "Choose duty, away or nothing.")
	}
	if !clock.Day(d.Day).Valid() {
		f.Add("day", "Indiquez un jour.", "Give a day.")
	}
	experts, err := members(ctx, tx, d.PoolID, PartExpert)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(experts, func(m Member) bool { return m.PersonID == d.PersonID }) {
		f.Add("person", "Choisissez un dermatologue du pool.", "Choose a dermatologist of the pool.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if d.PersonID != actor.ID || !actor.CanSomewhere(PermAnswer) {
		if err := s.mayLead(ctx, tx, actor, d.PoolID); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM telex_calendar WHERE pool_id = $1 AND person_id = $2 AND day = $3", d.PoolID, d.PersonID, d.Day); err != nil {
		return fmt.Errorf("clear a day: %w", err)
	}
	if d.Kind == "" {
		return nil
	}
	if _, err := tx.NamedExecContext(ctx, "INSERT INTO telex_calendar (pool_id, person_id, day, kind) VALUES (:pool_id, :person_id, :day, :kind)", d); err != nil {
		return fmt.Errorf("set a day: %w", err)
	}
	return nil
}

// Members lists the people of a pool who hold a part, for the other members.
func (s *Service) Members(ctx context.Context, actor accounts.Actor, pool string, part Part) ([]Member, error) {
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, err
	}
	if !actor.IsSystem() && !slices.ContainsFunc(held, func(m Member) bool { return m.PoolID == pool }) {
		return nil, errNoPool()
	}
	return members(ctx, s.db, pool, part)
}

// BookPools lists the pools whose visits the actor may organise.
func (s *Service) BookPools(ctx context.Context, actor accounts.Actor) ([]Pool, error) {
	return s.poolsOf(ctx, actor, PermBook, PartSecretary, PartCoordinator, PartExpert)
}

// AllPools lists every pool, for an administrator.
func (s *Service) AllPools(ctx context.Context, actor accounts.Actor) ([]Pool, error) {
	if !actor.IsSystem() && !actor.Has(accounts.RoleAdmin) {
		return nil, errNoPool()
	}
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, "SELECT id FROM telex_pool ORDER BY name, id"); err != nil {
		return nil, fmt.Errorf("list pools: %w", err)
	}
	var pools []Pool
	for _, id := range ids {
		p, err := poolByID(ctx, s.db, id)
		if err != nil {
			return nil, err
		}
		pools = append(pools, p)
	}
	return pools, nil
}

// LedPool opens a pool for who leads it, or for an administrator.
func (s *Service) LedPool(ctx context.Context, actor accounts.Actor, id string) (Pool, error) {
	if err := actor.RequireSomewhere(PermLead); err != nil {
		return Pool{}, err
	}
	if err := s.mayLead(ctx, s.db, actor, id); err != nil {
		return Pool{}, err
	}
	return poolByID(ctx, s.db, id)
}

// LedPools lists the pools that the actor leads; an administrator sees them all.
func (s *Service) LedPools(ctx context.Context, actor accounts.Actor) ([]Pool, error) {
	if actor.Has(accounts.RoleAdmin) {
		return s.AllPools(ctx, actor)
	}
	return s.poolsOf(ctx, actor, PermLead, PartLead)
}

// PoolMembers lists everybody of a pool for who leads it.
func (s *Service) PoolMembers(ctx context.Context, actor accounts.Actor, id string) ([]Member, error) {
	if _, err := s.LedPool(ctx, actor, id); err != nil {
		return nil, err
	}
	return members(ctx, s.db, id, "")
}

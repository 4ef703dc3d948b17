package telexpertise

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// columns lists the db tags of a row type, and binds the same names with a colon in front.
func columns[T any]() (names, values string) {
	var tags []string
	for f := range reflect.TypeFor[T]().Fields() {
		if tag := f.Tag.Get("db"); tag != "" && tag != "-" {
			tags = append(tags, tag)
		}
	}
	return strings.Join(tags, ", "), ":" + strings.Join(tags, ", :")
}

var (
	caseColumns, caseValues     = columns[Case]()
	photoColumns, photoValues   = columns[Photo]()
	memberColumns, memberValues = columns[Member]()
	slotColumns, slotValues     = columns[Slot]()
	poolColumns, poolValues     = columns[Pool]()
)

// errNoCase is the same whether the case does not exist or the reader has no part in it.
func errNoCase() error {
	return fault.NotFound("Cette demande n’existe pas, ou vous n’y avez pas de part.", "This request does not exist, or you have no part in it.")
}

func caseByID(ctx context.Context, q db.Queryer, id string) (*Case, error) {
	var c Case
	err := q.GetContext(ctx, &c, "SELECT "+caseColumns+" FROM telex_case WHERE id = $1", id)
	if db.NoRows(err) {
		return nil, errNoCase()
	}
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	return &c, nil
}

func insertCase(ctx context.Context, tx *db.Tx, c *Case) error {
	if _, err := tx.NamedExecContext(ctx, "INSERT INTO telex_case ("+caseColumns+") VALUES ("+caseValues+")", c); err != nil {
		return fmt.Errorf("insert case: %w", err)
	}
	return nil
}

// caseAssignments is "urgency = :urgency, …" for every column but the identifier and the version.
var caseAssignments = func() string {
	var parts []string
	for name := range strings.SplitSeq(caseColumns, ", ") {
		if name != "id" && name != "version" {
			parts = append(parts, name+" = :"+name)
		}
	}
	return strings.Join(parts, ", ")
}()

// updateCase keeps a case that was read at c.Version; somebody else's change since then is a conflict.
func updateCase(ctx context.Context, tx *db.Tx, c *Case) error {
	res, err := tx.NamedExecContext(ctx, "UPDATE telex_case SET "+caseAssignments+", version = version + 1 WHERE id = :id AND version = :version", c)
	if err != nil {
		return fmt.Errorf("update case: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Cette demande a changé entre-temps : rechargez-la. Ce que vous avez saisi est gardé.",
			"This request changed meanwhile: load it again. What you typed is kept.").Because(err)
	}
	c.Version++
	return nil
}

func poolByID(ctx context.Context, q db.Queryer, id string) (Pool, error) {
	var p Pool
	err := q.GetContext(ctx, &p, "SELECT "+poolColumns+" FROM telex_pool WHERE id = $1", id)
	if db.NoRows(err) {
		return Pool{}, fault.NotFound("Ce pool n’existe pas, ou vous n’en êtes pas membre.", "This pool does not exist, or you are not a member of it.")
	}
	if err != nil {
		return Pool{}, fmt.Errorf("read pool: %w", err)
	}
	if err := q.SelectContext(ctx, &p.Departements, "SELECT departement FROM telex_pool_departement WHERE pool_id = $1 ORDER BY departement", id); err != nil {
		return Pool{}, fmt.Errorf("read the départements of a pool: %w", err)
	}
	return p, nil
}

// members reads the active members of a pool; an empty part reads all.
func members(ctx context.Context, q db.Queryer, pool string, part Part) ([]Member, error) {
	var list []Member
	err := q.SelectContext(ctx, &list, "SELECT "+memberColumns+` FROM telex_member
		WHERE pool_id = $1 AND ($2 = '' OR part = $2) AND active ORDER BY name, person_id`, pool, string(part))
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return list, nil
}

// memberships reads the parts of somebody in every pool.
func memberships(ctx context.Context, q db.Queryer, person string) ([]Member, error) {
	var list []Member
	err := q.SelectContext(ctx, &list, "SELECT "+memberColumns+" FROM telex_member WHERE person_id = $1 AND active ORDER BY pool_id, part", person)
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	return list, nil
}

func photosOf(ctx context.Context, q db.Queryer, caseID string) ([]Photo, error) {
	var list []Photo
	err := q.SelectContext(ctx, &list, "SELECT "+photoColumns+" FROM telex_photo WHERE case_id = $1 ORDER BY created_at, id", caseID)
	if err != nil {
		return nil, fmt.Errorf("read photos: %w", err)
	}
	return list, nil
}

func slotByID(ctx context.Context, q db.Queryer, id string) (Slot, error) {
	var s Slot
	err := q.GetContext(ctx, &s, "SELECT "+slotColumns+" FROM telex_slot WHERE id = $1", id)
	if db.NoRows(err) {
		return Slot{}, fault.NotFound("Ce créneau n’existe plus : choisissez-en un autre.", "This slot no longer exists: choose another one.")
	}
	if err != nil {
		return Slot{}, fmt.Errorf("read slot: %w", err)
	}
	return s, nil
}

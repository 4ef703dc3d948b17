package calls

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Officer is somebody who may instruct, with where they work.
type Officer struct {
	ID, Name string
	Scopes   []accounts.Scope // of their grants as an officer
}

// near ranks an officer for a dossier: 2 in its département, 1 in its region, 0 elsewhere.
func (o Officer) near(d *Dossier) int {
	best := 0
	for _, at := range o.Scopes {
		switch {
		case at.Departement != "" && at.Departement == d.Dept:
			best = max(best, 2)
		case at.Departement == "" && (at.Region == "" || at.Region == d.Region):
			best = max(best, 1)
		}
	}
	return best
}

// AssignTo gives dossiers to an instructor whose territory holds them.
func (s *Service) AssignTo(ctx context.Context, actor accounts.Actor, ids []string, officer Officer) error {
	return s.batch(ctx, actor, ids, func(tx *db.Tx, r Reader, d *Dossier, _ []accounts.Role) error {
		if officer.near(d) == 0 {
			return fault.Refused("assign-territory", "Le dossier "+d.Number+" n’est pas dans le territoire de "+officer.Name+". Rien n’a été confié.", "Application "+d.Number+" is not in the territory of "+officer.Name+". Nothing was assigned.")
		}
		return s.assign(ctx, tx, r, d, officer.ID, officer.Name)
	})
}

// Distribute gives each dossier that has no instructor to the officer of its département who has the fewest open, else to one of the
// region. Dossiers that have an instructor keep them.
func (s *Service) Distribute(ctx context.Context, actor accounts.Actor, ids []string, officers []Officer) error {
	load, err := s.load(ctx)
	if err != nil {
		return err
	}
	return s.batch(ctx, actor, ids, func(tx *db.Tx, r Reader, d *Dossier, _ []accounts.Role) error {
		if d.Instructor != "" {
			return nil
		}
		chosen, rank := Officer{}, 0
		for _, o := range officers {
			near := o.near(d)
			if near == 0 || o.ID == d.OwnerID {
				continue
			}
			if near > rank || near == rank && load[o.ID] < load[chosen.ID] {
				chosen, rank = o, near
			}
		}
		if rank == 0 {
			return fault.Refused("assign-nobody", "Personne n’instruit dans le territoire du dossier "+d.Number+".", "Nobody works in the territory of application "+d.Number+".")
		}
		load[chosen.ID]++
		return s.assign(ctx, tx, r, d, chosen.ID, chosen.Name)
	})
}

// load counts the open dossiers of each instructor.
func (s *Service) load(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		ID string `db:"instructor_id"`
		N  int    `db:"n"`
	}
	err := s.db.SelectContext(ctx, &rows, `SELECT instructor_id, COUNT(*) AS n FROM dossier WHERE instructor_id <> '' AND state IN ('filed', 'to-complete', 'admissible') GROUP BY instructor_id`)
	load := map[string]int{}
	for _, row := range rows {
		load[row.ID] = row.N
	}
	return load, err
}

func (s *Service) assign(ctx context.Context, tx *db.Tx, r Reader, d *Dossier, instructor, name string) error {
	if d.Decider != "" && d.Decider == instructor {
		return separation()
	}
	d.Instructor = instructor
	if err := updateDossier(ctx, tx, d, s.now()); err != nil {
		return err
	}
	return s.record(ctx, tx, r, "calls.dossier.assign", "calls.dossier", d.ID, "Instruction confiée à "+name+" : dossier "+d.Number, "", map[string]string{"instructor": instructor})
}

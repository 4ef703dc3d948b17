package posts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// GPCommand opens a recruitment.
type GPCommand struct {
	Strand              int
	Title, Commune, QPV string
	Structure, Practice string
	Hospital            string
	Quota, HospitalPct  int
}

// hospital shares of strand 1, in percent of the working time (40 to 60 %, PAPS and veille-acteurs-sante).
const leastHospital, mostHospital = 40, 60

func (s *Service) draftGP(ctx context.Context, cmd GPCommand) (*GPPost, error) {
	wrong := fault.Fields{}
	p := &GPPost{Strand: cmd.Strand, Title: strings.TrimSpace(cmd.Title), Structure: cmd.Structure, Practice: strings.TrimSpace(cmd.Practice), Hospital: strings.TrimSpace(cmd.Hospital),
		Quota: cmd.Quota, AtHosp: cmd.HospitalPct, QPV: strings.ToUpper(strings.TrimSpace(cmd.QPV))}
	if p.Strand != 1 && p.Strand != 2 {
		wrong.Add("strand", "Choisissez le volet 1 ou 2.", "Choose strand 1 or 2.")
	}
	if p.Title == "" {
		wrong.Add("title", "Donnez un intitulé au poste.", "Give the post a title.")
	}
	if p.Practice == "" {
		wrong.Add("practice", "Nommez le lieu d’exercice.", "Name the practice.")
	}
	if p.Quota < 1 || p.Quota > 100 {
		wrong.Add("quota", "La quotité est de 1 à 100 % d’un temps plein.", "The quota is 1 to 100% of a full time.")
	}
	if p.Strand == 1 && (p.AtHosp < leastHospital || p.AtHosp > mostHospital || p.Hospital == "") {
		wrong.Add("hospital_pct", "Au volet 1, le médecin passe 40 à 60 % de son temps dans un hôpital, que vous nommez.", "In strand 1, the doctor spends 40 to 60% of the time in a hospital that you name.")
	}
	if p.Strand == 2 && p.AtHosp != 0 {
		wrong.Add("hospital_pct", "Au volet 2, tout le temps est en ville.", "In strand 2, all the time is in town.")
	}
	site, err := s.needs.Ground.Site(ctx, strings.TrimSpace(cmd.Commune), s.now())
	switch {
	case err != nil:
		wrong.Add("commune", "Ce code de commune n’existe pas.", "There is no municipality with this code.")
	case p.QPV != "" && !slices.Contains(site.QPV, p.QPV):
		wrong.Add("qpv", "Ce quartier prioritaire n’est pas dans la commune.", "This priority neighbourhood is not in the municipality.")
	default:
		p.Commune, p.Town, p.Dept, p.Region = site.Code, site.Name, site.Departement, site.Region
	}
	return p, wrong.Err()
}

// OpenGP opens a recruitment.
func (s *Service) OpenGP(ctx context.Context, actor accounts.Actor, cmd GPCommand) (*GPPost, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	p, err := s.draftGP(ctx, cmd)
	if err != nil {
		return nil, err
	}
	if err := actor.Require(PermManage, p.Scope()); err != nil {
		return nil, err
	}
	now := s.now()
	p.ID, p.State, p.Since, p.Version, p.CreatedAt, p.UpdatedAt = db.NewID(), Open, now, 1, now, now
	return p, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertGP(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, gpObject, p.ID, "open", "Poste ouvert : « "+p.Title+" »", "", nil)
	})
}

// moveGP opens a post to an officer of its territory, prepares it, and takes it along its life.
func (s *Service) moveGP(ctx context.Context, actor accounts.Actor, id, move, reason string, prepare func(tx *db.Tx, p *GPPost) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := getGP(ctx, tx, id)
		if err != nil {
			return err
		}
		if !actor.Can(PermRead, p.Scope()) {
			return unknown()
		}
		if err := actor.Require(PermManage, p.Scope()); err != nil {
			return err
		}
		from := p.State
		if prepare != nil {
			if err := prepare(tx, p); err != nil {
				return err
			}
		}
		if p.State, err = GPLife.Check(p, from, move, roles(actor, p.Scope()), reason); err != nil {
			return err
		}
		p.Since = s.now()
		if p.State == Started && p.StartedOn != "" {
			p.Since = clock.Cut(p.StartedOn.Time())
		}
		p.DueAt = firstDue(GPLife, p, p.State, p.Since)
		if err := updateGP(ctx, tx, p, s.now()); err != nil {
			return err
		}
		if p.State == Started {
			if err := countOnce(ctx, tx, p); err != nil {
				return err
			}
		}
		mv, _ := GPLife.Move(move)
		return s.record(ctx, tx, actor, gpObject, p.ID, move, mv.Label.FR+" : « "+p.Title+" »", reason, map[string]string{"from": string(from), "to": string(p.State), "zone": p.Zone})
	})
}

// countOnce adds the doctor to the recruits, unless they already count.
func countOnce(ctx context.Context, tx *db.Tx, p *GPPost) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO gp_recruit (rpps, post_id, name, strand, zone, recruited_on) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rpps) DO NOTHING`,
		p.RPPS, p.ID, p.Doctor, p.Strand, p.Zone, string(p.StartedOn))
	return err
}

// VerifyZone asks the territory how the practice stands today, and keeps the answer (invariants 1 and 8).
func (s *Service) VerifyZone(ctx context.Context, actor accounts.Actor, id string) error {
	return s.moveGP(ctx, actor, id, "verify-zone", "", func(_ *db.Tx, p *GPPost) error {
		site, err := s.needs.Ground.Site(ctx, p.Commune, s.now())
		if err != nil {
			return err
		}
		p.Zone, p.ZoneOn, p.ZoneNote = site.Zone, s.Today(), site.Note
		if p.Zone != "ZIP" && p.Zone != "ZAC" && p.QPV != "" && slices.Contains(site.QPV, p.QPV) {
			p.Zone = "QPV"
		}
		return nil
	})
}

// SelectGP names the doctor that the jury chose.
func (s *Service) SelectGP(ctx context.Context, actor accounts.Actor, id, name, number string) error {
	wrong := fault.Fields{}
	rpps := rppsOf(wrong, "rpps", number)
	if strings.TrimSpace(name) == "" {
		wrong.Add("name", "Nommez le médecin.", "Name the doctor.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.moveGP(ctx, actor, id, "select", "", func(_ *db.Tx, p *GPPost) error {
		p.Doctor, p.RPPS = strings.TrimSpace(name), rpps
		return nil
	})
}

// StartGP records the first day of work; the 24 months run from it.
func (s *Service) StartGP(ctx context.Context, actor accounts.Actor, id, on string) error {
	wrong := fault.Fields{}
	day := dayOf(wrong, "started_on", on)
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.moveGP(ctx, actor, id, "start", "", func(_ *db.Tx, p *GPPost) error {
		p.StartedOn = day
		return nil
	})
}

// needsMore are the moves that have a method of their own, because they need more than a reason.
var needsMore = []string{"verify-zone", "select", "start"}

// MoveGP takes a post along a move that needs at most a reason. Who leaves a post frees it, and stays counted.
func (s *Service) MoveGP(ctx context.Context, actor accounts.Actor, id, move, reason string) error {
	if slices.Contains(needsMore, move) {
		return fault.Invalid("Cette étape demande des précisions : remplissez son formulaire.", "This step needs more: fill in its form.")
	}
	return s.moveGP(ctx, actor, id, move, reason, func(_ *db.Tx, p *GPPost) error {
		if move == "vacate" || move == "end" {
			p.Doctor, p.RPPS = "", ""
		}
		if move == "reopen" {
			p.Doctor, p.RPPS, p.StartedOn, p.Zone, p.ZoneOn, p.ZoneNote = "", "", "", "", "", ""
		}
		return nil
	})
}

// terms takes the recruitments whose 24 months passed to their term.
func (s *Service) terms(ctx context.Context, system accounts.Actor) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM gp_post WHERE state = 'started' AND due_at <= $1 ORDER BY id`, s.now()); err != nil {
		return 0, err
	}
	for i, id := range ids {
		if err := s.MoveGP(ctx, system, id, "reach-term", ""); err != nil {
			return i, err
		}
	}
	return len(ids), nil
}

// GPFile is a recruitment with everything that its page tells.
type GPFile struct {
	*GPPost
	History []audit.Record
	Roles   []accounts.Role
}

// GP reads a recruitment.
func (s *Service) GP(ctx context.Context, actor accounts.Actor, id string) (*GPFile, error) {
	p, err := getGP(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if !actor.Can(PermRead, p.Scope()) {
		return nil, unknown()
	}
	f := &GPFile{GPPost: p, Roles: roles(actor, p.Scope())}
	f.History, err = s.history(ctx, gpObject, id)
	return f, err
}

// EffectGP computes what the post changes in the region's access: the time in town, at the practice.
func (s *Service) EffectGP(ctx context.Context, p *GPPost) (Effect, error) {
	return s.needs.Access.Effect(ctx, p.Region, []SiteFTE{{Code: p.Commune, Name: p.Practice, FTE: float64(p.Quota*(100-p.AtHosp)) / 10_000}})
}

// ListGP finds recruitments of the actor's, and how many there are without the limit.
func (s *Service) ListGP(ctx context.Context, actor accounts.Actor, f Filter) (all []GPPost, total int, err error) {
	if err := actor.RequireSomewhere(PermRead); err != nil {
		return nil, 0, err
	}
	c := condition{}
	c.seen(actor, "")
	c.addIf(f.Strand != 0, "strand = ?", f.Strand)
	c.addIf(f.State != "", "state = ?", f.State)
	c.addIf(f.Zone != "", "zone = ?", f.Zone)
	c.addIf(f.Departement != "", "departement = ?", f.Departement)
	c.addIf(f.Text != "", "search_text LIKE ?", db.Like(f.Text))
	if err := s.db.GetContext(ctx, &total, `SELECT COUNT(*) FROM gp_post`+c.where(), c.args...); err != nil {
		return nil, 0, err
	}
	by := order(f.Sort, map[string]string{"title": "search_text", "strand": "strand", "state": "state", "departement": "departement", "zone": "zone", "started": "started_on"}, "departement, commune_name, id")
	err = s.db.SelectContext(ctx, &all, fmt.Sprintf(`SELECT %s FROM gp_post%s%s LIMIT %d OFFSET %d`, gpColumns, c.where(), by, f.limit(), f.Offset), c.args...)
	return all, total, err
}

// Recruits counts doctors, each once.
type Recruits struct {
	Total   int `db:"total"`
	Strand1 int `db:"strand1"`
	Strand2 int `db:"strand2"`
	ZIP     int `db:"zip"`
	ZAC     int `db:"zac"`
	QPV     int `db:"qpv"`
}

// Recruits counts the recruited doctors of the actor's posts, across strands, posts and time.
func (s *Service) Recruits(ctx context.Context, actor accounts.Actor) (r Recruits, err error) {
	if err := actor.RequireSomewhere(PermRead); err != nil {
		return r, err
	}
	c := condition{}
	c.seen(actor, "")
	count := func(what string) string { return "COALESCE(SUM(CASE WHEN " + what + " THEN 1 ELSE 0 END), 0)" }
	err = s.db.GetContext(ctx, &r, `SELECT COUNT(*) AS total, `+count("strand = 1")+` AS strand1, `+count("strand = 2")+` AS strand2, `+count("zone = 'ZIP'")+` AS zip, `+
		count("zone = 'ZAC'")+` AS zac, `+count("zone = 'QPV'")+` AS qpv FROM gp_recruit WHERE post_id IN (SELECT id FROM gp_post`+c.where()+`)`, c.args...)
	return r, err
}

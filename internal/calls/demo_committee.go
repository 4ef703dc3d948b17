package calls

import (
	"time"

	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// near gives in turn the communes around the applicant's structure; nil when the demonstration knows none.
func (d *demo) near() *DemoPlace {
	if len(d.people.Near) == 0 {
		return nil
	}
	return &d.people.Near[d.number%len(d.people.Near)]
}

// demoOpinionDays are the working days left for each opinion asked of the demonstration's reviewer: one is due soon.
var demoOpinionDays = []int{2, 7, 12}

// askOpinion asks the reviewer about the dossier added last, as long as opinions are left to ask.
func (d *demo) askOpinion() error {
	if d.asked == len(demoOpinionDays) || d.people.Reviewer.ID == "" {
		return nil
	}
	due := clock.Cut(clock.France.AddWorkingDays(d.now, demoOpinionDays[d.asked]))
	d.asked++
	asked := d.admitted(d.last).Add(40 * time.Minute)
	d.tell(d.last, asked, demoActor(d.people.Instructor, ""), "opinion.ask", "Avis demandé à "+d.people.Reviewer.Name, "")
	_, err := d.tx.ExecContext(d.ctx, `INSERT INTO opinion (id, dossier_id, reviewer_id, reviewer_name, state, asked_by, asked_at, due_at, scores, favourable, text, conflict, reviewer_email, key_hash)
		VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, '{}', '', '', '', '', '')`, db.NewID(), d.last.ID, d.people.Reviewer.ID, d.people.Reviewer.Name, d.people.Instructor, asked, due)
	return err
}

// sitting plans a committee in the coming weeks, with dossiers whose processing is concluded.
func (d *demo) sitting() error {
	c := d.open[MSPStartUp]
	convened := atOffice(d.now.AddDate(0, 0, -6), d.number)
	for i := range 4 {
		x := demoDossier{call: c, state: Committee, title: "Démarrage de la MSP de %s", filed: d.now.AddDate(0, 0, -19+i), cost: 130_000, asked: int64(60_000 + 9_000*i), underWay: true}
		if err := d.add(x); err != nil {
			return err
		}
		d.moved(d.last, convened, demoActor(d.people.Instructor, ""), "to-committee", "")
	}
	held := clock.France.AddWorkingDays(d.now, 10).In(i18n.Paris).Format(time.DateOnly)
	id := db.NewID()
	if _, err := d.tx.ExecContext(d.ctx, `INSERT INTO committee (`+sessionColumns+`) VALUES ($1, $2, 'Comité de sélection : démarrage des MSP', $3, 'planned', '', 1, $4)`, id, c.ID, held, convened); err != nil {
		return err
	}
	if _, err := d.tx.ExecContext(d.ctx, `INSERT INTO committee_dossier (committee_id, dossier_id) SELECT $1, id FROM dossier WHERE call_id = $2 AND state = 'committee'`, id, c.ID); err != nil {
		return err
	}
	_, err := d.tx.ExecContext(d.ctx, `UPDATE dossier SET state_since = $1 WHERE call_id = $2 AND state = 'committee'`, convened, c.ID)
	return err
}

// instructorOf names who processed a dossier of a département.
func (d *demo) instructorOf(departement string) string {
	if d.people.Departement == "" || departement == d.people.Departement {
		return d.people.Instructor
	}
	return "demo-officer-" + departement
}

// demoOpinions are what reviewers say in the demonstration.
var demoOpinions = []struct{ favourable, text string }{
	{"yes", "Le besoin est réel et l’équipe est engagée."}, {"reserved", "Projet utile ; le calendrier est serré et les cofinancements restent à confirmer."}, {"yes", "Équipe solide, budget sincère."},
}

// opinion gives a dossier past its admissibility the opinion behind its score: by the demonstration's reviewer before the committee, by
// an invented one elsewhere.
func (d *demo) opinion(c *Call, row *Dossier) error {
	if row.State == Filed || row.State == ToComplete || row.State == Admissible {
		return nil
	}
	reviewer := Reviewer{Name: "URPS médecins (avis inventé)", Email: "avis.urps@example.org"}
	if row.State == Committee && d.people.Reviewer.ID != "" {
		reviewer = d.people.Reviewer
	}
	said := demoOpinions[d.random.IntN(len(demoOpinions))]
	scores := map[string]int{}
	for _, k := range c.Criteria.V {
		scores[k.Name] = 2 + d.random.IntN(MaxScore-1)
	}
	row.Score = c.Score(scores)
	asked, given := d.heard(row)
	d.tell(row, asked, demoActor(row.Instructor, "Délégation départementale ("+row.Dept+")"), "opinion.ask", "Avis demandé à "+reviewer.Name, "")
	d.tell(row, given, audit.Actor{ID: reviewer.identity(), Name: reviewer.Name}, "opinion.given", "Avis rendu par "+reviewer.Name, "")
	if _, err := d.tx.ExecContext(d.ctx, `INSERT INTO opinion (id, dossier_id, reviewer_id, reviewer_name, state, asked_by, asked_at, due_at, scores, favourable, text, conflict, given_at, reviewer_email, key_hash)
		VALUES ($1, $2, $3, $4, 'given', $5, $6, $7, $8, $9, $10, '', $11, $12, '')`, db.NewID(), row.ID, reviewer.identity(), reviewer.Name, row.Instructor, asked,
		row.FiledAt.AddDate(0, 0, 20), db.JSON[map[string]int]{V: scores}, said.favourable, said.text, given, reviewer.Email); err != nil {
		return err
	}
	_, err := d.tx.ExecContext(d.ctx, `UPDATE dossier SET score = $1 WHERE id = $2`, row.Score, row.ID)
	return err
}

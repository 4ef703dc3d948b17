package calls

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// DemoPlace is a commune where the demonstration puts a dossier.
type DemoPlace struct {
	Code, Name, Departement, Zone string
	Structure                     string // whose dossier it is; "" for none
}

// DemoPeople are the accounts that the demonstration's dossiers name.
type DemoPeople struct {
	Applicant, Instructor, Decider string
	Departement                    string // where the instructor works; elsewhere dossiers name officers who have no account here
	Reviewer                       Reviewer
	Practices                      []DemoPlace // the group practices in difficulty, in the order of their dossiers
	Near                           []DemoPlace // around the applicant's structure, in the instructor's département; none: drawn by lot
}

// The seeds' own figures (the agency's pages of 2018–2019): what the demonstration reproduces.
const (
	DemoWallProjects     = 50 // « une cinquantaine de projets »
	DemoWallTowardMSP    = 16 // « dont 16 s’orientent vers un exercice en MSP »
	DemoFragilePractices = 10 // « une dizaine de cabinets de groupes fragilisés »
)

// SeedDemo fills an empty room with the demonstration's calls and dossiers: every programme open to try, and the years past of the
// protocol, of the MSP aids and of the health centres. Everything is invented but the figures above. It does nothing when calls exist.
func (s *Service) SeedDemo(ctx context.Context, region string, places []DemoPlace, people DemoPeople) error {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM call`); err != nil || n > 0 {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d := demo{ctx: ctx, tx: tx, s: s, region: region, places: places, people: people, random: rand.New(rand.NewPCG(2019, 6)), now: s.now(), papers: map[string]Document{}}
		for _, fill := range []func() error{d.openCalls, d.walls, d.fragile, d.mspAids, d.underWay, d.afterGrant, d.sitting} {
			if err := fill(); err != nil {
				return err
			}
		}
		return d.remember()
	})
}

type demo struct {
	ctx    context.Context
	tx     *db.Tx
	s      *Service
	region string
	places []DemoPlace
	people DemoPeople
	random *rand.Rand
	now    time.Time
	number int
	asked  int      // opinions
	last   *Dossier // added
	open   map[Programme]*Call
	record []audit.Entry
	papers map[string]Document // by field
}

// openCalls publishes one call for each programme, open for two more months.
func (d *demo) openCalls() error {
	d.open = map[Programme]*Call{}
	for i, p := range Programmes {
		c, err := d.call(p.Code, d.now.AddDate(0, 0, -20-i), d.now.AddDate(0, 2, i), int64(600_000+100_000*i)*100, CallPublished)
		if err != nil {
			return err
		}
		d.open[p.Code] = c
	}
	return nil
}

func (d *demo) call(p Programme, opens, closes time.Time, envelope int64, state lifecycle.State) (*Call, error) {
	info, _ := p.Info()
	form, criteria := Template(p)
	year := fmt.Sprintf(" — %d", opens.Year())
	c := &Call{ID: db.NewID(), Programme: p, State: state, Region: d.region, OpensAt: startOfDay(opens), ClosesAt: startOfDay(closes).AddDate(0, 0, 1).Add(-time.Second), Envelope: envelope,
		Version: 1, CreatedAt: opens, UpdatedAt: opens}
	c.Title.V, c.Summary.V = i18n.Text{FR: info.Name.FR + year, EN: info.Name.EN + year}, info.Purpose
	c.Form.V, c.Criteria.V = form, criteria
	return c, insertCall(d.ctx, d.tx, c)
}

func startOfDay(t time.Time) time.Time {
	t = t.In(i18n.Paris)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Paris).UTC()
}

// dossier is one invented application.
type demoDossier struct {
	call    *Call
	state   lifecycle.State
	title   string
	filed   time.Time
	cost    int64 // euros
	asked   int64 // euros
	granted int64 // euros; 0 when not granted
	answers Answers
	mine    bool       // belongs to the demonstration's applicant
	at      *DemoPlace // where; drawn by lot when nil
	// underWay is one of the calls that are open: whoever has it in hand works where it is.
	underWay bool
}

func (d *demo) add(x demoDossier) error {
	d.number++
	x.filed = atOffice(x.filed, d.number)
	place := d.places[d.random.IntN(len(d.places))]
	if x.at == nil && (x.mine || x.underWay && x.state != Filed) {
		x.at = d.near()
	}
	if x.at != nil {
		place = *x.at
	}
	row := &Dossier{ID: db.NewID(), Number: fmt.Sprintf("%s-%d-%05d", place.Departement, x.filed.Year(), 90000+d.number), CallID: x.call.ID, Programme: x.call.Programme, State: x.state,
		Title: i18n.Place(x.title, place.Name), KeyHash: "demo", Structure: place.Structure, StructureConfirmed: true, Email: "porteuse@example.org", Commune: place.Code, Dept: place.Departement, Region: d.region,
		Requested: x.asked * 100, Eligible: x.cost * 100, Proposed: x.granted * 100, Granted: x.granted * 100, FiledAt: &x.filed, Since: atOffice(x.filed.AddDate(0, 2, 0), d.number), Version: 1,
		CreatedAt: atOffice(x.filed.AddDate(0, 0, -9), d.number+2), UpdatedAt: x.filed}
	if row.Since.After(d.now) { // nothing of a dossier under way lies in the future
		row.Since = atOffice(x.filed.AddDate(0, 0, 5), d.number)
	}
	if x.state == Instructed || x.state == Committee {
		row.Proposed = row.Requested
	}
	if x.mine {
		row.OwnerID = d.people.Applicant
	}
	if x.state == Filed || x.state == Admissible || x.state == ToComplete {
		row.Since = x.filed
		due := lifecycle.Deadline{N: 15, Unit: lifecycle.WorkingDays}.After(x.filed)
		row.DueAt = &due
	}
	row.Answers.V = d.answers(x, row, place)
	form := x.call.Form.V
	row.Form.V = &form
	row.Frozen.V = &Freeze{At: x.filed, Zone: place.Zone, Notes: []string{"démonstration"}}
	if x.state != Filed {
		row.Instructor = d.instructorOf(place.Departement)
	}
	if x.granted > 0 || x.state == Refused {
		decided := row.Since
		row.Decider, row.DecidedAt = d.people.Decider, &decided
	}
	row.SearchText = db.Fold(row.Number, row.Title, row.Commune, row.Answers.V["structure_name"])
	d.last = row
	if err := insertDossier(d.ctx, d.tx, row); err != nil {
		return err
	}
	if x.mine || x.underWay && place.Departement == d.people.Departement {
		if err := d.attach(form, row); err != nil {
			return err
		}
	}
	d.history(x.call, row)
	if err := d.opinion(x.call, row); err != nil || row.DecidedAt == nil {
		return err
	}
	return d.decision(row)
}

const demoRefusal = "Le projet ne réunit pas encore l’équipe qu’il annonce ; il pourra être représenté."

func (d *demo) decision(row *Dossier) error {
	outcome, reason := "grant", ""
	if row.State == Refused {
		outcome, reason = "refuse", demoRefusal
	}
	if err := spend(d.ctx, d.tx, row.CallID, row.Granted); err != nil {
		return err
	}
	_, err := d.tx.ExecContext(d.ctx, `INSERT INTO dossier_decision (id, dossier_id, outcome, amount_cents, reason, decided_by, decider_name, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(), row.ID, outcome, row.Granted, reason, d.people.Decider, demoActor(d.people.Decider, "").Name, *row.DecidedAt)
	return err
}

// walls are the projects of the protocol signed on 6 July 2017, in its first year.
func (d *demo) walls() error {
	signed := time.Date(2017, 7, 6, 10, 0, 0, 0, i18n.Paris)
	c, err := d.call(ProtocolWalls, signed, signed.AddDate(1, 0, 0), 9_000_000_00, CallResults)
	if err != nil {
		return err
	}
	works := []string{"creation", "renovation", "rehabilitation"}
	titles := []string{"Création d’un cabinet de groupe à %s", "Rénovation d’un cabinet de groupe à %s", "Réhabilitation de locaux de soins à %s"}
	for i := range DemoWallProjects {
		kind := i % len(works)
		cost := int64(300_000 + 10_000*d.random.IntN(40))
		granted := min(cost*int64(25+5*d.random.IntN(4))/100, 400_000)
		answers := Answers{"works": works[kind], "doctors": fmt.Sprint(2 + d.random.IntN(6)), "to_msp": "no"}
		if i < DemoWallTowardMSP {
			answers["to_msp"] = "yes"
		}
		if err := d.add(demoDossier{call: c, state: Settled, title: titles[kind], filed: signed.AddDate(0, 0, 5+6*i).UTC(), cost: cost, asked: granted, granted: granted, answers: answers}); err != nil {
			return err
		}
	}
	return nil
}

// fragile are the practices in difficulty: all audited and accompanied, some of them funded.
func (d *demo) fragile() error {
	from := d.now.AddDate(0, -16, 0)
	c, err := d.call(PracticeDifficulty, from, from.AddDate(1, 0, 0), 500_000_00, CallResults)
	if err != nil {
		return err
	}
	for i := range DemoFragilePractices {
		x := demoDossier{call: c, state: Instructed, title: "Cabinet de groupe fragilisé à %s", filed: from.AddDate(0, i, 0).UTC(), cost: 40_000, asked: 30_000,
			answers: Answers{"departures": fmt.Sprint(1 + i%3), "over60": "2", "signal": "Départs en retraite annoncés, sans successeur.", "audit": "Audit réalisé par l’URPS ; plan d’accompagnement en cours."}}
		if i%3 == 0 {
			x.state, x.granted = Settled, 30_000
		}
		if i < len(d.people.Practices) {
			x.at = &d.people.Practices[i]
		}
		if err := d.add(x); err != nil {
			return err
		}
	}
	return nil
}

// mspAids exercise the three aids of health houses in past years.
func (d *demo) mspAids() error {
	from := time.Date(2019, 1, 7, 9, 0, 0, 0, i18n.Paris)
	for _, aid := range []struct {
		programme   Programme
		title       string
		cost, asked int64
		count       int
	}{
		{MSPFeasibility, "Étude de faisabilité d’une MSP à %s", 42_000, 35_000, 12}, {MSPStartUp, "Démarrage de la MSP de %s", 140_000, 90_000, 9}, {MSPRealEstate, "Locaux de la MSP de %s", 900_000, 250_000, 7}, {CDSAid, "Centre de santé de %s", 120_000, 55_000, 8},
	} {
		c, err := d.call(aid.programme, from, from.AddDate(0, 10, 0), 4_000_000_00, CallResults)
		if err != nil {
			return err
		}
		for i := range aid.count {
			if err := d.add(demoDossier{call: c, state: Settled, title: aid.title, filed: from.AddDate(0, 0, 12*i).UTC(), cost: aid.cost, asked: aid.asked, granted: aid.asked}); err != nil {
				return err
			}
		}
	}
	return nil
}

// underWay are dossiers of the open calls, one in each state that somebody must act on.
func (d *demo) underWay() error {
	for i, p := range Programmes {
		for j, state := range []lifecycle.State{Filed, Admissible, Instructed, Granted, Refused} {
			if (i+j)%2 == 1 {
				continue
			}
			x := demoDossier{call: d.open[p.Code], state: state, title: p.Name.FR + " à %s", filed: d.now.AddDate(0, 0, -15+j-i%5), cost: 60_000, asked: 25_000 + int64(1000*i), mine: i < 3, underWay: true}
			if state == Granted {
				x.granted = x.asked
			}
			if err := d.add(x); err != nil {
				return err
			}
			if state == Admissible {
				if err := d.askOpinion(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

package structures

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

// Identifiers of demonstration structures that other rooms name.
const (
	DemoParis13     = "demo-cpts-paris13"
	DemoCHSF        = "demo-hospital-chsf"
	DemoMSPGrigny   = "demo-msp-grigny" // emerging: it asks for the feasibility study
	DemoARS         = accounts.DemoAgency
	DemoPrefecture  = "demo-prefecture-91"
	DemoDepartement = "demo-departement-91"
	DemoCPAM        = "demo-cpam-91"
	DemoCDOM        = "demo-cdom-91"
	DemoURPS        = accounts.DemoURPS
)

// DemoID is the identifier of the n-th invented structure of a kind, from 1.
func DemoID(k Kind, n int) string { return fmt.Sprintf("demo-%s-%03d", k, n) }

// What the demonstration holds, as the agency's own pages say (docs/demo.md); a test counts each.
const (
	demoCDS       = 567 // followed on 30 June 2019
	demoMSP       = 100 // running
	demoCPTS      = 12  // in creation, over 7 of the 8 départements
	demoPractices = 70
	demoHospitals = 24
	demoEHPAD     = 40
	demoESP       = 8
	demoTowns     = 16
)

// SeedDemo invents the structures of Île-de-France once: names, people and numbers describe nobody; public institutions are those
// that the agency's own pages name. It is the same at each start.
func (s *Service) SeedDemo(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var there int
		if err := tx.GetContext(ctx, &there, "SELECT count(*) FROM structure WHERE source = 'demo'"); err != nil || there > 0 {
			return err
		}
		g := newDemo(s)
		g.all()
		if err := g.batch.write(ctx, tx); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.System, Action: "structures.demo",
			Object: audit.Object{Kind: "structures.structure", ID: "demo"},
			Text:   fmt.Sprintf("A préparé %d structures de démonstration.", len(g.structures))})
	})
}

// demo makes the demonstration. Its dice are always the same.
type demo struct {
	batch
	s        *Service
	dice     *rand.Rand
	communes []territory.Commune // of Île-de-France
	total    int                 // their population
	number   int                 // reserved numbers given so far
	now      time.Time
	today    Day
}

func newDemo(s *Service) *demo {
	g := &demo{s: s, dice: rand.New(rand.NewPCG(2019, 630)), now: db.Now(s.clock), today: s.Today()}
	france := territory.Embedded()
	for _, i := range france.UnitsOf("11") {
		g.communes = append(g.communes, france.Communes[i])
		g.total += france.Communes[i].Population
	}
	return g
}

func (g *demo) all() {
	g.institutions()
	g.healthCentres()
	g.healthHouses()
	g.communities()
	g.paris13()
	g.practices()
	g.others()
	g.projectsAndSites()
}

// place picks a commune with a probability that follows its population.
func (g *demo) place() territory.Commune {
	at := g.dice.IntN(g.total)
	for _, c := range g.communes {
		if at -= c.Population; at < 0 {
			return c
		}
	}
	return g.communes[0]
}

// placeIn picks a commune of a département of at least some inhabitants.
func (g *demo) placeIn(departement string, least int) territory.Commune {
	for {
		if c := g.place(); c.Departement == departement && c.Population >= least {
			return c
		}
	}
}

// day is a day between the starts of two years.
func (g *demo) day(from, until int) Day {
	start := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC)
	days := int(time.Date(until, 1, 1, 0, 0, 0, 0, time.UTC).Sub(start).Hours() / 24)
	return Day(start.AddDate(0, 0, g.dice.IntN(days)).Format(time.DateOnly))
}

// demoStructure is what is chosen of an invented structure.
type demoStructure struct {
	id      string
	kind    Kind
	name    string
	commune string
	state   lifecycle.State
	opened  Day
	closed  Day
	since   Day // entry into the state; opened when empty
	noFIN   bool
	detail  Detail
}

// put adds a structure with its site, its reserved FINESS number and its states as dated facts.
func (g *demo) put(d demoStructure) Structure {
	since := d.since
	if since == "" {
		since = max(d.opened, d.closed)
	}
	st := Structure{ID: d.id, Kind: d.kind, State: d.state, StateSince: since.Time().UTC(), Opened: d.opened, Closed: d.closed, Source: "demo",
		Version: 1, CreatedAt: g.now, UpdatedAt: g.now}
	if since == "" {
		st.StateSince = g.now
	}
	st.Detail.V = d.detail
	place(fault.Fields{}, &st, d.commune, 0, 0)
	// Invented sites stand within a kilometre or so of the commune's centre, so that they do not hide one another.
	st.Lat += (g.dice.Float64() - 0.5) * 0.014
	st.Lon += (g.dice.Float64() - 0.5) * 0.02
	var numbers []Identifier
	if !d.noFIN && slices.Contains([]Kind{CDS, MSP, Hospital, EHPAD}, d.kind) && d.opened != "" {
		numbers = append(numbers, Identifier{db.NewID(), st.ID, identifier.FINESS, g.finess(st.Departement), d.opened, ""})
	}
	st.rename(d.name, numbers)
	g.structures = append(g.structures, st)
	g.identifiers = append(g.identifiers, numbers...)
	g.sites = append(g.sites, st.mainSite())
	if since != "" {
		g.state(st, d.state, since)
	}
	return st
}

// state records a dated entry into a state.
func (g *demo) state(st Structure, state lifecycle.State, on Day) {
	g.facts = append(g.facts, g.s.fact(st.ID, on, FactState, string(state), st.Machine().Label(state)))
}

// finess is a reserved number: the département, 99, four digits and the right key.
func (g *demo) finess(departement string) string {
	g.number++
	return identifier.WithKey(fmt.Sprintf("%s99%04d", departement, g.number))
}

// rpps is a reserved number of a professional.
func (g *demo) rpps() string {
	g.number++
	return identifier.WithKey(fmt.Sprintf("9991%06d", g.number))
}

// people adds members of a profession.
func (g *demo) people(structure, profession string, count int, from Day) {
	for range count {
		name := demoFirst[g.dice.IntN(len(demoFirst))] + " " + demoLast[g.dice.IntN(len(demoLast))]
		g.members = append(g.members, Member{ID: db.NewID(), StructureID: structure, Name: name, Profession: profession, RPPS: g.rpps(), From: from})
	}
}

// healthCentres: 567 followed on 30 June 2019, others opened later, closed earlier, or still being prepared.
func (g *demo) healthCentres() {
	for n := 1; n <= demoCDS+60; n++ {
		c := g.place()
		d := demoStructure{id: DemoID(CDS, n), kind: CDS, name: "Centre de santé " + g.flower(n), commune: c.Code, state: "open", opened: g.day(1995, 2019)}
		switch {
		case n > demoCDS+50: // being prepared today
			d.state, d.opened, d.since = []lifecycle.State{"dossier", "complete", "receipt"}[n%3], "", g.today.Add(-10*(n%7)-3)
		case n > demoCDS+15: // opened after June 2019
			d.opened = g.day(2020, 2026)
		case n > demoCDS: // closed before June 2019
			d.state, d.opened, d.closed = "closed", g.day(1990, 2005), g.day(2010, 2019)
		case n%60 == 0: // closed since
			d.state, d.closed = "closed", g.day(2020, 2026)
		case n%90 == 0:
			d.state, d.since = "suspended", g.day(2024, 2026)
		}
		st := g.put(d)
		g.people(st.ID, "gp", g.dice.IntN(3), max(d.opened, "2015-01-01"))
	}
}

// healthHouses: 100 running in June 2019 and since, and some on their way.
func (g *demo) healthHouses() {
	for n := 1; n <= demoMSP; n++ {
		d := demoStructure{id: DemoID(MSP, n), kind: MSP, name: "MSP " + g.tree(n), commune: g.place().Code, state: "running", opened: g.day(2012, 2019)}
		if n%3 == 0 {
			d.state, d.since = "aci", g.day(2019, 2024)
		}
		st := g.put(d)
		g.state(st, "validated", d.opened.Add(-400))
		g.state(st, "sisa", d.opened.Add(-120))
		if d.state == "aci" {
			g.state(st, "running", d.opened)
		}
		g.people(st.ID, "gp", 2+g.dice.IntN(4), d.opened)
		g.people(st.ID, "nurse", 1+g.dice.IntN(4), d.opened)
		g.people(st.ID, "physiotherapist", g.dice.IntN(3), d.opened)
	}
	st := g.put(demoStructure{id: DemoMSPGrigny, kind: MSP, name: "MSP de la Grande Borne", commune: "91286", state: "emerging", since: g.today.Add(-60),
		detail: Detail{About: "Équipe de Grigny qui prépare une maison de santé."}})
	g.people(st.ID, "gp", 2, g.today.Add(-60))
	g.people(st.ID, "nurse", 2, g.today.Add(-60))
	for n, state := range []lifecycle.State{"emerging", "feasibility", "feasibility", "filed", "validated"} {
		st := g.put(demoStructure{id: DemoID(MSP, demoMSP+n+1), kind: MSP, name: "MSP " + g.tree(demoMSP+n+1), commune: g.place().Code, state: state, since: g.today.Add(-30 * (n + 1))})
		g.people(st.ID, "gp", 2+n%2, g.today.Add(-200))
	}
}

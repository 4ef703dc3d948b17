package web

import (
	"context"
	"net/http"
	"sort"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// shownChanges is how many changes the page lists; the figures count them all.
const shownChanges = 500

type simulationPage struct {
	Rules  *rulebook.Book
	Report *intake.Report
	Sim    *rulebook.Simulation
	Moves  []zoneMove
	Err    error
}

// zoneMove counts the communes that go from one zone to another.
type zoneMove struct {
	From, To string
	Communes int
}

// simulation shows the form.
func (p *Pages) simulation(w http.ResponseWriter, r *http.Request) error {
	if err := p.maySimulate(r); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, simulationView(simulationPage{}))
}

func (p *Pages) maySimulate(r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	for _, d := range territory.Embedded().DepartementsOf(p.Region) {
		if actor.Can(rulebook.PermSimulate, accounts.Scope{Region: p.Region, Departement: d.Code}) {
			return nil
		}
	}
	return actor.Require(rulebook.PermSimulate, accounts.Scope{Region: p.Region})
}

// simulate reads a future zoning and says whom it touches. Nothing is recorded.
func (p *Pages) simulate(w http.ResponseWriter, r *http.Request) error {
	if err := p.maySimulate(r); err != nil {
		return err
	}
	page, err := p.compare(r)
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindTooLarge {
		page.Err = err
		return httpx.Render(w, r, httpx.Status(err), simulationView(page))
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, simulationView(page))
}

func (p *Pages) compare(r *http.Request) (simulationPage, error) {
	page := simulationPage{}
	wrong := fault.Fields{}
	file, header, err := r.FormFile("fichier")
	if err != nil {
		wrong.Add("fichier", "Choisissez le fichier du zonage futur (CSV : code de commune, zone).", "Choose the file of the future zoning (CSV: commune code, zone).")
		return page, wrong.Err()
	}
	defer func() { _ = file.Close() }()
	content, report, err := intake.Read(r.Context(), intake.Zones, intake.Source{Name: header.Filename, Bytes: file}, territory.Embedded(), nil, false)
	if err != nil {
		return page, err
	}
	page.Report = report
	table, ok := content.(*intake.Table)
	if !ok || report.Refused() {
		wrong.Add("fichier", "Le fichier est refusé : voyez ci-dessous chaque ligne en cause. Rien n’a changé.", "The file is refused: see below each line at fault. Nothing changed.")
		return page, wrong.Err()
	}
	snap, err := p.Places.Now(r.Context())
	if err != nil {
		return page, err
	}
	before := func(commune string) string { return p.zoneOf(r.Context(), snap, commune) }
	after := func(commune string) string {
		if row, ok := table.Find(commune); ok {
			return table.Text("zone")[row]
		}
		return ""
	}
	subjects, err := p.subjects(r.Context())
	if err != nil {
		return page, err
	}
	if page.Rules, err = p.Rules.Book(r.Context()); err != nil {
		return page, err
	}
	sim := page.Rules.Simulate(subjects, before, after, p.Rules.Today())
	page.Sim = &sim
	page.Moves = moved(table, before)
	return page, nil
}

// zoneOf is the official zone of a commune, else the one that access alone suggests.
func (p *Pages) zoneOf(ctx context.Context, snap *territory.Snapshot, commune string) string {
	i, ok := snap.Find(commune)
	if !ok {
		return ""
	}
	if zone, known := snap.Zone(i); known || p.Computed == nil {
		return zone.Code
	}
	zone, _ := p.Computed(ctx, commune)
	return zone
}

func (p *Pages) subjects(ctx context.Context) ([]rulebook.Subject, error) {
	sources := append([]rulebook.SubjectSource{rulebook.StructureSubjects{Structures: p.Structures}}, p.Sources...)
	var all []rulebook.Subject
	for _, s := range sources {
		some, err := s.Subjects(ctx, p.Region)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// moved counts communes by zone before and after, those that change only.
func moved(table *intake.Table, before func(string) string) []zoneMove {
	counts := map[zoneMove]int{}
	zones := table.Text("zone")
	for row, commune := range table.Keys {
		if from := before(commune); from != zones[row] {
			counts[zoneMove{From: from, To: zones[row]}]++
		}
	}
	var moves []zoneMove
	for m, n := range counts {
		m.Communes = n
		moves = append(moves, m)
	}
	sort.Slice(moves, func(i, j int) bool { return moves[i].From+moves[i].To < moves[j].From+moves[j].To })
	return moves
}

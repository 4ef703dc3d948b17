package web

import (
	"context"
	"net/http"
	"slices"
	"sort"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/rulebook"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/ui"
)

// shownChanges is how many changes of a kind the page lists; the figures count them all, and the spreadsheet holds them.
const shownChanges = 100

type simulationPage struct {
	Rules  *rulebook.Book
	Report *intake.Report
	Sim    *rulebook.Simulation
	Moves  []zoneMove
	Format string // "" for the page
	Err    error
}

// kindChanges are the changes of one kind of subject.
type kindChanges struct {
	Kind    string
	Changes []rulebook.Change
}

// byKind groups changes, those of files first.
func byKind(all []rulebook.Change) []kindChanges {
	groups := make([]kindChanges, len(kindWords))
	for _, c := range all {
		g := &groups[kindWords[c.Kind].Rank-1]
		g.Kind, g.Changes = c.Kind, append(g.Changes, c)
	}
	return slices.DeleteFunc(groups, func(g kindChanges) bool { return len(g.Changes) == 0 })
}

// zoneMove counts the communes that go from one zone to another.
type zoneMove struct {
	From, To string
	Communes int
	Aids     rulebook.Passage
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
	if format, err := sheets.ParseFormat(page.Format); err == nil {
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "simulation de zonage", "simulation of zoning"), changeColumns, changeRows(r.Context(), page.Sim.Changes))
	}
	return httpx.Render(w, r, http.StatusOK, simulationView(page))
}

func formats(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Label: i18n.T(ctx, "À l’écran", "On screen")}, {Value: "xlsx", Label: i18n.T(ctx, "Tableur Excel (XLSX)", "Excel spreadsheet (XLSX)")},
		{Value: "ods", Label: i18n.T(ctx, "Tableur libre (ODS)", "Open spreadsheet (ODS)")}, {Value: "csv", Label: "CSV"}}
}

var changeColumns = []sheets.Column{{Title: i18n.Text{FR: "Quoi", EN: "What"}}, {Title: i18n.Text{FR: "Qui", EN: "Who"}}, {Title: i18n.Text{FR: "Code de la commune", EN: "Code of the municipality"}},
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}}, {Title: i18n.Text{FR: "Zone avant", EN: "Zone before"}}, {Title: i18n.Text{FR: "Zone après", EN: "Zone after"}},
	{Title: i18n.Text{FR: "Gagne", EN: "Gains"}}, {Title: i18n.Text{FR: "Perd", EN: "Loses"}}, {Title: i18n.Text{FR: "Change de montant", EN: "Amount changes"}},
	{Title: i18n.Text{FR: "Garde (décidé)", EN: "Keeps (decided)"}}}

// changeRows writes every change, in the order of the page.
func changeRows(ctx context.Context, all []rulebook.Change) sheets.Rows {
	names := func(rules []rulebook.Rule) string {
		parts := make([]string, len(rules))
		for i, r := range rules {
			parts[i] = r.Title.Ctx(ctx)
		}
		return strings.Join(parts, " ; ")
	}
	return func(yield func([]any, error) bool) {
		for _, g := range byKind(all) {
			for _, c := range g.Changes {
				revised := make([]string, len(c.Revised))
				for i, r := range c.Revised {
					revised[i] = r.Rule.Title.Ctx(ctx) + i18n.T(ctx, " : ", ": ") + lineWords(ctx, r.Before) + " → " + lineWords(ctx, r.After)
				}
				if !yield([]any{kindWords[c.Kind].One.Ctx(ctx), c.Label.Ctx(ctx), c.Commune, communeName(c.Commune), c.Before, c.After, names(c.Gained), names(c.Lost),
					strings.Join(revised, " ; "), names(c.Kept)}, nil) {
					return
				}
			}
		}
	}
}

func (p *Pages) compare(r *http.Request) (simulationPage, error) {
	page := simulationPage{Format: r.FormValue("format")}
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
	before := p.zones(r.Context(), snap)
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
	for i, m := range page.Moves {
		page.Moves[i].Aids = page.Rules.Passage(m.From, m.To, p.Rules.Today())
	}
	return page, nil
}

// zones gives the official zone of a commune, else the one that access alone suggests.
func (p *Pages) zones(ctx context.Context, snap *territory.Snapshot) func(commune string) string {
	computed := func(string) (string, bool) { return "", false }
	if p.Computed != nil {
		computed = p.Computed(ctx)
	}
	return func(commune string) string {
		i, ok := snap.Find(commune)
		if !ok {
			return ""
		}
		if zone, known := snap.Zone(i); known {
			return zone.Code
		}
		zone, _ := computed(commune)
		return zone
	}
}

// subjects are those of every source that lie in the reader's territory.
func (p *Pages) subjects(ctx context.Context) ([]rulebook.Subject, error) {
	sources := append([]rulebook.SubjectSource{rulebook.StructureSubjects{Structures: p.Structures}}, p.Sources...)
	actor, france := accounts.FromContext(ctx), territory.Embedded()
	may := map[string]bool{}
	for _, d := range france.DepartementsOf(p.Region) {
		may[d.Code] = actor.Can(rulebook.PermSimulate, accounts.Scope{Region: p.Region, Departement: d.Code})
	}
	var all []rulebook.Subject
	for _, s := range sources {
		some, err := s.Subjects(ctx, p.Region)
		if err != nil {
			return nil, err
		}
		for _, x := range some {
			if c, ok := france.Commune(x.Commune); ok && may[c.Departement] {
				all = append(all, x)
			}
		}
	}
	return all, nil
}

// moved counts communes by zone before and after, those that change only.
func moved(table *intake.Table, before func(string) string) []zoneMove {
	counts := map[[2]string]int{}
	zones := table.Text("zone")
	for row, commune := range table.Keys {
		if from := before(commune); from != zones[row] {
			counts[[2]string{from, zones[row]}]++
		}
	}
	var moves []zoneMove
	for m, n := range counts {
		moves = append(moves, zoneMove{From: m[0], To: m[1], Communes: n})
	}
	sort.Slice(moves, func(i, j int) bool { return moves[i].From+moves[i].To < moves[j].From+moves[j].To })
	return moves
}

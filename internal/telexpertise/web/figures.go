package web

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

// figures shows one quarter.
func (p *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	asked, _ := telexpertise.ParseQuarter(r.URL.Query().Get("trimestre")) // none: the latest
	f, err := p.service.Figures(r.Context(), accounts.FromContext(r.Context()), asked)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, figuresView(f, stepOf(r)))
}

// answerStep is the interval that people look for first.
const answerStep = 1

// stepOf is the interval that the grid shows: its place in telexpertise.Steps.
func stepOf(r *http.Request) int {
	code := r.URL.Query().Get("etape")
	if at := slices.IndexFunc(telexpertise.Steps, func(s telexpertise.Step) bool { return s.Code == code }); at >= 0 {
		return at
	}
	return answerStep
}

func stepOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, s := range telexpertise.Steps {
		options = append(options, ui.Option{Value: s.Code, Label: s.Name.Ctx(ctx)})
	}
	return options
}

// gridCell is the median and the ninth decile of one step, or why there is none.
func gridCell(ctx context.Context, c telexpertise.Cell, step int) string {
	switch {
	case c.Steps[step].N > 0:
		return span(ctx, c.Steps[step].Median) + " · " + span(ctx, c.Steps[step].P90)
	case c.Count.Hidden:
		return i18n.T(ctx, "masqué", "hidden")
	}
	return "—"
}

// stepChart draws the median of one step by quarter, a line for each département.
func stepChart(ctx context.Context, f *telexpertise.Figures, step int) ui.LineChart {
	chart := ui.LineChart{Title: i18n.Tf(ctx, "%s : médiane par trimestre et département", "%s: median by quarter and département", telexpertise.Steps[step].Name.Ctx(ctx))}
	most := 24.0
	for _, area := range f.Grid {
		line := ui.Line{Name: area.Code}
		for i, c := range area.Cells {
			if c.Steps[step].N > 0 {
				line.Points = append(line.Points, [2]float64{float64(i), c.Steps[step].Median.Hours()})
				most = max(most, c.Steps[step].Median.Hours())
			}
		}
		chart.Lines = append(chart.Lines, line)
	}
	hoursAxis(ctx, f, &chart, most)
	return chart
}

// drawable tells whether any département has two quarters to join.
func drawable(f *telexpertise.Figures, step int) bool {
	return slices.ContainsFunc(f.Grid, func(a telexpertise.Area) bool {
		n := 0
		for _, c := range a.Cells {
			if c.Steps[step].N > 0 {
				n++
			}
		}
		return n > 1
	})
}

// hoursAxis puts quarters under a chart of hours.
func hoursAxis(ctx context.Context, f *telexpertise.Figures, chart *ui.LineChart, most float64) {
	for i := range f.History {
		chart.X.Ticks = append(chart.X.Ticks, float64(i))
	}
	chart.X.To, chart.X.Write = float64(max(1, len(f.History)-1)), func(tick float64) string { return f.History[int(tick)].Code[2:] }
	chart.Y = ui.Axis{Label: i18n.T(ctx, "heures", "hours"), To: 24 * math.Ceil(most/24), Write: func(tick float64) string { return i18n.Int(ctx, int(tick)) }}
	for h := 0.0; h <= chart.Y.To; h += max(12, 12*math.Ceil(chart.Y.To/96)) {
		chart.Y.Ticks = append(chart.Y.Ticks, h)
	}
}

func quarterName(ctx context.Context, code string) string {
	q, ok := telexpertise.ParseQuarter(code)
	if !ok {
		return code
	}
	return i18n.Tf(ctx, "%d, trimestre %d", "%d, quarter %d", q.Year, q.N)
}

func countWords(ctx context.Context, c telexpertise.Count) string {
	if c.Hidden {
		return i18n.T(ctx, "masqué", "hidden")
	}
	return i18n.Int(ctx, c.N)
}

// span writes a duration in the unit that a reader compares in.
func span(ctx context.Context, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return i18n.Tf(ctx, "%s j", "%s d", i18n.Dec(ctx, d.Hours()/24, 1))
	case d >= 2*time.Hour:
		return i18n.Tf(ctx, "%s h", "%s h", i18n.Dec(ctx, d.Hours(), 1))
	}
	return i18n.Tf(ctx, "%d min", "%d min", int(d.Minutes()))
}

func median(ctx context.Context, i telexpertise.Interval) string {
	if i.N == 0 {
		return "—"
	}
	return span(ctx, i.Median)
}

func ninetieth(ctx context.Context, i telexpertise.Interval) string {
	if i.N == 0 {
		return "—"
	}
	return span(ctx, i.P90)
}

func kappaWords(ctx context.Context, k float64) string {
	if math.IsNaN(k) {
		return "—"
	}
	return i18n.Dec(ctx, k, 2)
}

func usableWords(ctx context.Context, share float64) string {
	if share < 0 {
		return "—"
	}
	return i18n.Percent(ctx, share, 1)
}

// codeName gives the words of a line's code: a disposition, an outcome, or a place as it is.
func codeName(ctx context.Context, code string) string {
	if code == "" {
		return i18n.T(ctx, "pas encore", "not yet")
	}
	if d := telexpertise.Disposition(code); d.Valid() {
		return code + " — " + d.Name().Ctx(ctx)
	}
	if name, known := areaNames[code]; known {
		return name.Ctx(ctx)
	}
	if o := telexpertise.Outcome(code).Name(); !o.Empty() {
		return o.Ctx(ctx)
	}
	return code
}

var areaNames = map[string]i18n.Text{
	"ZIP": {FR: "ZIP — zone d’intervention prioritaire", EN: "ZIP — priority intervention zone"}, "ZAC": {FR: "ZAC — zone d’action complémentaire", EN: "ZAC — complementary action zone"},
	"HZ": {FR: "hors zonage", EN: "outside the zoning"}, "QPV": {FR: "avec quartier prioritaire", EN: "with a priority neighbourhood"}, "no-QPV": {FR: "sans quartier prioritaire", EN: "without"},
}

// historyChart draws the median and the ninth decile of the time to answer, in hours, by quarter.
func historyChart(ctx context.Context, f *telexpertise.Figures) ui.LineChart {
	medians, ninths, most := ui.Line{Name: i18n.T(ctx, "médiane", "median")}, ui.Line{Name: i18n.T(ctx, "neuf sur dix sous", "nine in ten under")}, 24.0
	chart := ui.LineChart{Title: i18n.T(ctx, "Heures de la demande à la réponse, par trimestre", "Hours from request to answer, by quarter")}
	for i, l := range f.History {
		if l.Answer.N > 0 {
			medians.Points = append(medians.Points, [2]float64{float64(i), l.Answer.Median.Hours()})
			ninths.Points = append(ninths.Points, [2]float64{float64(i), l.Answer.P90.Hours()})
			most = max(most, l.Answer.P90.Hours())
		}
	}
	chart.Lines = []ui.Line{medians, ninths}
	hoursAxis(ctx, f, &chart, most)
	return chart
}

// exportFigures serves the lines of a quarter as a table: what is hidden on the page is empty in it.
func (p *Pages) exportFigures(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		asked, _ := telexpertise.ParseQuarter(r.URL.Query().Get("trimestre")) // none: the latest
		f, err := p.service.Figures(r.Context(), accounts.FromContext(r.Context()), asked)
		if err != nil {
			return err
		}
		return sheets.Serve(w, r, format, "teleexpertise-"+f.Quarter.String(), figureColumns, figureRows(r.Context(), f))
	}
}

var figureColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Trimestre", EN: "Quarter"}, Kind: sheets.Text}, {Title: i18n.Text{FR: "Tableau", EN: "Table"}, Kind: sheets.Text},
	{Title: i18n.Text{FR: "Ligne", EN: "Line"}, Kind: sheets.Text}, {Title: i18n.Text{FR: "Demandes (vide : masqué)", EN: "Requests (empty: hidden)"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Médiane (heures)", EN: "Median (hours)"}, Kind: sheets.Decimal}, {Title: i18n.Text{FR: "Neuf sur dix sous (heures)", EN: "Nine in ten under (hours)"}, Kind: sheets.Decimal},
}

// figureRows lists what the page shows, table by table.
func figureRows(ctx context.Context, f *telexpertise.Figures) sheets.Rows {
	return func(yield func([]any, error) bool) {
		on := f.Quarter.String()
		line := func(table string, l telexpertise.Line) bool {
			var median, ninth any
			n := shownCount(l.Count)
			if l.Answer.N > 0 {
				median, ninth = l.Answer.Median.Hours(), l.Answer.P90.Hours()
			}
			return yield([]any{on, table, codeName(ctx, l.Code), n, median, ninth}, nil)
		}
		for i, s := range telexpertise.Steps {
			if !line(i18n.T(ctx, "étapes", "steps"), telexpertise.Line{Code: s.Name.Ctx(ctx), Count: telexpertise.Count{Hidden: true}, Answer: f.Intervals[i]}) {
				return
			}
		}
		for _, table := range []struct {
			name  string
			lines []telexpertise.Line
		}{
			{i18n.T(ctx, "départements", "départements"), f.Departements}, {i18n.T(ctx, "urgences", "urgencies"), f.Urgencies}, {i18n.T(ctx, "zonage", "zoning"), f.Zones},
			{i18n.T(ctx, "quartiers prioritaires", "priority neighbourhoods"), f.Priority}, {i18n.T(ctx, "conduites", "dispositions"), f.Dispositions},
			{i18n.T(ctx, "issues", "outcomes"), f.Outcomes}, {i18n.T(ctx, "trimestres", "quarters"), f.History},
		} {
			for _, l := range table.lines {
				if !line(table.name, l) {
					return
				}
			}
		}
		for _, a := range f.Agreements {
			if !yield([]any{on, i18n.T(ctx, "secondes lectures par pool (κ)", "second readings by pool (κ)"), a.Pool + i18n.T(ctx, " : ", ": ") + kappaWords(ctx, a.Kappa), shownCount(a.Readings), nil, nil}, nil) {
				return
			}
		}
		for _, area := range f.Grid {
			for _, c := range area.Cells {
				on = c.Quarter.String()
				for k, step := range telexpertise.Steps {
					l := telexpertise.Line{Code: area.Code, Count: c.Count, Answer: c.Steps[k]}
					if !line(i18n.T(ctx, "départements, ", "départements, ")+step.Name.Ctx(ctx), l) {
						return
					}
				}
			}
		}
	}
}

// shownCount is a count, or nothing where it is hidden.
func shownCount(c telexpertise.Count) any {
	if c.Hidden {
		return nil
	}
	return c.N
}

func figuresLead(ctx context.Context, f *telexpertise.Figures) string {
	if f.Suppressed {
		return i18n.T(ctx, "Votre région, trimestre entier. Les nombres inférieurs à 6 sont masqués, avec d’autres pour qu’aucune soustraction ne les redonne ; aucun dossier n’est accessible d’ici.",
			"Your region, whole quarter. Counts under 6 are hidden, with others so that no subtraction gives them back; no case can be reached from here.")
	}
	return i18n.T(ctx, "Vos pools, par trimestre d’envoi.", "Your pools, by quarter of sending.")
}

func quarterOptions(ctx context.Context, f *telexpertise.Figures) []ui.Option {
	options := []ui.Option{}
	for _, q := range f.Quarters {
		options = append(options, ui.Option{Value: q.String(), Label: quarterName(ctx, q.String())})
	}
	return options
}

func named(ctx context.Context, lines []telexpertise.Line) []telexpertise.Line {
	out := make([]telexpertise.Line, len(lines))
	for i, l := range lines {
		l.Code = quarterName(ctx, l.Code)
		out[i] = l
	}
	return out
}

package web

import (
	"context"
	"math"
	"strconv"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// distributionChart draws the share of inhabitants under each value of access, with the changes and without.
func distributionChart(ctx context.Context, a *atlas.Answer) ui.LineChart {
	const steps = 60
	most := a.Region.Scale()
	return ui.LineChart{
		Title: i18n.T(ctx, "Part des habitants sous chaque valeur de l’accessibilité, avec et sans le scénario", "Share of inhabitants below each value of access, with and without the scenario"),
		X:     aplAxis(ctx, most), Y: shareAxis(ctx),
		Lines: []ui.Line{
			{Points: curve(a.Region.Distribution(a.Ages, "", a.Values, most, steps))},
			{Points: curve(a.Region.Distribution(a.Ages, "", nil, most, steps))},
		},
		Marks: []ui.ChartMark{{X: atlas.ThresholdZIP, Label: i18n.Dec(ctx, atlas.ThresholdZIP, 1)}},
	}
}

// filesShown bounds the dossiers that the sandbox offers to join.
const filesShown = 10

// comparedChart draws a distribution per scenario, and today's last.
func comparedChart(ctx context.Context, benches []bench) ui.LineChart {
	const steps = 60
	first := benches[0]
	most := first.Region.Scale()
	chart := ui.LineChart{
		Title: i18n.T(ctx, "Part des habitants sous chaque valeur de l’accessibilité, pour chaque scénario", "Share of inhabitants below each value of access, for each scenario"),
		X:     aplAxis(ctx, most), Y: shareAxis(ctx), Marks: []ui.ChartMark{{X: atlas.ThresholdZIP, Label: i18n.Dec(ctx, atlas.ThresholdZIP, 1)}},
	}
	for _, b := range benches {
		chart.Lines = append(chart.Lines, ui.Line{Name: b.Saved.Name, Points: curve(b.Region.Distribution(b.View.Ages, "", b.Answer.Values, most, steps))})
	}
	for len(chart.Lines) < 4 {
		chart.Lines = append(chart.Lines, ui.Line{}) // today's keeps its own stroke
	}
	chart.Lines = append(chart.Lines, ui.Line{Points: curve(first.Region.Distribution(first.View.Ages, "", nil, most, steps))})
	return chart
}

// aplAxis has a tick at each sixth of its length.
func aplAxis(ctx context.Context, most float64) ui.Axis {
	axis := ui.Axis{
		Label: i18n.T(ctx, "consultations par an et par habitant", "consultations a year per inhabitant"), To: most,
		Write: func(x float64) string { return i18n.Dec(ctx, x, 0) },
	}
	for k := range 7 {
		axis.Ticks = append(axis.Ticks, most*float64(k)/6)
	}
	return axis
}

func shareAxis(ctx context.Context) ui.Axis {
	return ui.Axis{To: 1, Ticks: []float64{0, 0.25, 0.5, 0.75, 1}, Write: func(x float64) string { return i18n.Percent(ctx, x, 0) }}
}

func curve(shares []atlas.Share) [][2]float64 {
	points := make([][2]float64, len(shares))
	for k, s := range shares {
		points[k] = [2]float64{s.APL, s.People}
	}
	return points
}

func siteLabel(ctx context.Context, k int) string {
	if k == 0 {
		return i18n.T(ctx, "Commune", "Municipality")
	}
	return i18n.Tf(ctx, "Commune %d (poste partagé)", "Municipality %d (shared post)", k+1)
}

func (t typed) at(k int) typedSite {
	if k < len(t.Sites) {
		return t.Sites[k]
	}
	return typedSite{}
}

// fte is what stands in the field of a site: what was typed, 1 at first.
func (t typed) fte(k int) string {
	switch {
	case k < len(t.Sites):
		return strconv.FormatFloat(t.Sites[k].FTE, 'f', -1, 64)
	case k == 0:
		return "1"
	}
	return ""
}

func savedName(b bench) string {
	if b.Saved == nil {
		return ""
	}
	return b.Saved.Name
}

func savedNote(b bench) string {
	if b.Saved == nil {
		return ""
	}
	return b.Saved.Note
}

// effectRow is a figure of the region that a scenario moves; Before is nil for what is only gained.
type effectRow struct {
	Label         i18n.Text
	Decimals      int
	Before, After func(a *atlas.Answer) float64
}

func (r effectRow) before(ctx context.Context, a *atlas.Answer) string {
	if r.Before == nil {
		return ""
	}
	return r.write(ctx, r.Before(a))
}

func (r effectRow) after(ctx context.Context, a *atlas.Answer) string {
	return r.write(ctx, r.After(a))
}

func (r effectRow) write(ctx context.Context, x float64) string {
	if r.Decimals == 0 {
		return i18n.Int(ctx, int(math.Round(x)))
	}
	return i18n.Dec(ctx, x, r.Decimals)
}

// figure reads a figure of the region without the scenario and with it.
func figure(fr, en string, decimals int, read func(f *atlas.Figures) float64) effectRow {
	return effectRow{i18n.Text{FR: fr, EN: en}, decimals,
		func(a *atlas.Answer) float64 { return read(a.Before) }, func(a *atlas.Answer) float64 { return read(a.After) }}
}

// gained reads what only the scenario has.
func gained(fr, en string, decimals int, read func(a *atlas.Answer) float64) effectRow {
	return effectRow{i18n.Text{FR: fr, EN: en}, decimals, nil, read}
}

// effectRows are the lines of a comparison, and of a scenario that is kept elsewhere.
var effectRows = []effectRow{
	gained("Postes ajoutés (ETP)", "Posts added (FTE)", 1, func(a *atlas.Answer) float64 { return a.FTE }),
	gained("Habitants passés au-dessus du seuil", "Inhabitants lifted above the threshold", 0, func(a *atlas.Answer) float64 { return float64(a.Lifted) }),
	figure("Habitants sous 2,5 consultations", "Inhabitants below 2.5 consultations", 0, func(f *atlas.Figures) float64 { return f.Shares[0].People }),
	{i18n.Text{FR: "Consultations manquantes par an", EN: "Consultations lacking a year"}, 0,
		func(a *atlas.Answer) float64 { return a.ShortfallBefore }, func(a *atlas.Answer) float64 { return a.ShortfallAfter }},
	gained("Consultations gagnées sur le manque", "Shortfall made up, consultations", 0, func(a *atlas.Answer) float64 { return a.ShortfallBefore - a.ShortfallAfter }),
	figure("Accessibilité moyenne", "Mean access", 3, func(f *atlas.Figures) float64 { return f.Mean }),
	figure("Gini", "Gini", 4, func(f *atlas.Figures) float64 { return f.Gini }),
	gained("Communes qui changent", "Municipalities that change", 0, func(a *atlas.Answer) float64 { return float64(len(a.Changed)) }),
}

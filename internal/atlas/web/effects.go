package web

import (
	"context"
	"strconv"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// chartMost is the highest access that curves show.
const chartMost = 6.0

// distributionChart draws the share of inhabitants under each value of access, with the changes and without.
func distributionChart(ctx context.Context, a *atlas.Answer) ui.LineChart {
	const steps = 60
	return ui.LineChart{
		Title: i18n.T(ctx, "Part des habitants sous chaque valeur de l'accessibilité, avec et sans le scénario", "Share of inhabitants below each value of access, with and without the scenario"),
		X:     aplAxis(ctx), Y: shareAxis(ctx),
		Lines: []ui.Line{
			{Points: curve(a.Region.Distribution(a.Ages, "", a.Values, chartMost, steps))},
			{Points: curve(a.Region.Distribution(a.Ages, "", nil, chartMost, steps))},
		},
		Marks: []ui.ChartMark{{X: atlas.ThresholdZIP, Label: i18n.Dec(ctx, atlas.ThresholdZIP, 1)}},
	}
}

func aplAxis(ctx context.Context) ui.Axis {
	return ui.Axis{
		Label: i18n.T(ctx, "consultations par an et par habitant", "consultations a year per inhabitant"), To: chartMost,
		Ticks: []float64{0, 1, 2, 3, 4, 5, 6}, Write: func(x float64) string { return i18n.Dec(ctx, x, 0) },
	}
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

// comparedRows are the lines of a comparison.
var comparedRows = []struct {
	Label i18n.Text
	Value func(ctx context.Context, a *atlas.Answer) string
}{
	{i18n.Text{FR: "Postes ajoutés (ETP)", EN: "Posts added (FTE)"}, func(ctx context.Context, a *atlas.Answer) string { return i18n.Dec(ctx, a.FTE, 1) }},
	{i18n.Text{FR: "Habitants passés au-dessus du seuil", EN: "Inhabitants lifted above the threshold"}, func(ctx context.Context, a *atlas.Answer) string { return i18n.Int(ctx, a.Lifted) }},
	{i18n.Text{FR: "Habitants sous 2,5 consultations", EN: "Inhabitants below 2.5 consultations"}, func(ctx context.Context, a *atlas.Answer) string {
		return i18n.Int(ctx, int(a.After.Shares[0].People+0.5))
	}},
	{i18n.Text{FR: "Consultations manquantes par an", EN: "Consultations lacking a year"}, func(ctx context.Context, a *atlas.Answer) string {
		return i18n.Int(ctx, int(a.ShortfallAfter+0.5))
	}},
	{i18n.Text{FR: "Consultations gagnées sur le manque", EN: "Shortfall made up, consultations"}, func(ctx context.Context, a *atlas.Answer) string {
		return i18n.Int(ctx, int(a.ShortfallBefore-a.ShortfallAfter+0.5))
	}},
	{i18n.Text{FR: "Accessibilité moyenne", EN: "Mean access"}, func(ctx context.Context, a *atlas.Answer) string { return i18n.Dec(ctx, a.After.Mean, 3) }},
	{i18n.Text{FR: "Gini", EN: "Gini"}, func(ctx context.Context, a *atlas.Answer) string { return i18n.Dec(ctx, a.After.Gini, 4) }},
	{i18n.Text{FR: "Communes qui changent", EN: "Municipalities that change"}, func(ctx context.Context, a *atlas.Answer) string { return i18n.Int(ctx, len(a.Changed)) }},
}

package ui

import (
	"context"

	"maillage/internal/platform/i18n"
)

// styleChart is the example of the living style page.
func styleChart(ctx context.Context) LineChart {
	return LineChart{
		Title: i18n.T(ctx, "Exemple de courbe", "Example of a curve"),
		X:     Axis{Label: i18n.T(ctx, "consultations par an", "consultations a year"), To: 6, Ticks: []float64{0, 2, 4, 6}, Write: func(x float64) string { return i18n.Dec(ctx, x, 0) }},
		Y:     Axis{To: 1, Ticks: []float64{0, 0.5, 1}, Write: func(x float64) string { return i18n.Percent(ctx, x, 0) }},
		Lines: []Line{{Points: [][2]float64{{0, 0}, {1, 0.05}, {2, 0.3}, {3, 0.6}, {4, 0.9}, {6, 1}}}, {Points: [][2]float64{{0, 0}, {1, 0.1}, {2, 0.4}, {3, 0.7}, {4, 0.92}, {6, 1}}}},
		Marks: []ChartMark{{X: 2.5, Label: i18n.Dec(ctx, 2.5, 1)}},
	}
}

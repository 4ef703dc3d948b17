// Package choice offers places to choose among, in the forms and filters of every room.
package choice

import (
	"context"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// Departements offers the départements of a region, all of them first.
func Departements(ctx context.Context, region string) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, d := range territory.Embedded().DepartementsOf(region) {
		options = append(options, ui.Option{Value: d.Code, Label: d.Code + " " + d.Name})
	}
	return options
}

package ui

import (
	"context"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// Day writes a day in full; a dash when there is none.
func Day(ctx context.Context, d clock.Day) string {
	if !d.Valid() {
		return "—"
	}
	return i18n.Date(ctx, d.Time())
}

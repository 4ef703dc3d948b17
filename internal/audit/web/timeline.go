// Package web draws the record for the pages of every room.
package web

import (
	"context"
	"slices"

	"maillage/internal/audit"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// Events turns the record of an object, oldest first, into a timeline, latest first.
func Events(ctx context.Context, all []audit.Record) []ui.Event {
	out := make([]ui.Event, 0, len(all))
	for _, e := range slices.Backward(all) {
		out = append(out, ui.Event{When: i18n.DateTime(ctx, e.At), Title: e.Text, Who: e.Actor.Name, Note: e.Reason})
	}
	return out
}

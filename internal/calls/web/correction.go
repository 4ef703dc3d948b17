package web

import (
	"context"
	"strings"

	"maillage/internal/calls"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// change is one field in a round of corrections: what was asked of it, and what it said before and after.
type change struct {
	Field, Label  string
	Asked         []calls.Correction
	Changed       bool
	Before, After string
}

// changes lists what a round asked, then what else changed, in the order of the form.
func changes(ctx context.Context, form calls.Form, round calls.Round) []change {
	asked := func(field string) (all []calls.Correction) {
		for _, c := range round.Asked {
			if c.Field == field {
				all = append(all, c)
			}
		}
		return all
	}
	var first, rest []change
	if whole := asked(""); len(whole) > 0 {
		first = append(first, change{Label: i18n.T(ctx, "Sur le dossier en général", "On the application as a whole"), Asked: whole})
	}
	for _, f := range form.Fields() {
		row := change{Field: f.Name, Label: f.Label.Ctx(ctx), Asked: asked(f.Name), Changed: round.Changed(f.Name)}
		if row.Changed {
			row.Before, row.After = said(ctx, f, round.Before.V), said(ctx, f, *round.After.V)
		}
		switch {
		case len(row.Asked) > 0:
			first = append(first, row)
		case row.Changed:
			rest = append(rest, row)
		}
	}
	return append(first, rest...)
}

// said writes what a field says: a row of a table on a line, the documents of a file field by their names.
func said(ctx context.Context, f calls.Field, at calls.Said) string {
	var lines []string
	switch f.Kind {
	case calls.KindFile:
		lines = at.Documents[f.Name]
	case calls.KindTable:
		for row := range at.Answers.Rows(f.Name) {
			var cells []string
			for _, c := range f.Columns {
				cells = append(cells, or(shown(ctx, c, at.Answers, calls.Cell(f.Name, row, c.Name)), "—"))
			}
			lines = append(lines, strings.Join(cells, " · "))
		}
	default:
		lines = append(lines, shown(ctx, f, at.Answers, f.Name))
	}
	return strings.Join(lines, "\n")
}

// placeOf is where a question is answered; "" for the dossier as a whole.
func (v dossierView) placeOf(field string) string {
	for _, s := range v.Form.Sections {
		for _, f := range s.Fields {
			if f.Name != field {
				continue
			}
			anchor := ui.FieldID(field)
			if f.Kind == calls.KindFile {
				anchor = documentAnchor(field)
			}
			return "/dossiers/" + v.Dossier.ID + "/formulaire/" + s.Name + "#" + anchor
		}
	}
	return ""
}

// zoneOptions are the zones frozen at filing, by which the inbox is filtered.
func zoneOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Label: i18n.T(ctx, "Toutes", "All")}, {Value: "ZIP", Label: i18n.T(ctx, "ZIP : intervention prioritaire", "ZIP: priority intervention")},
		{Value: "ZAC", Label: i18n.T(ctx, "ZAC : action complémentaire", "ZAC: complementary action")}, {Value: "HZ", Label: i18n.T(ctx, "hors zone", "outside zones")},
		{Value: calls.ZoneQPV, Label: i18n.T(ctx, "commune avec un QPV", "municipality with a QPV")}}
}

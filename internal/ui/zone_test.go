package ui_test

import (
	"context"
	"strings"
	"testing"

	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// A zone has one look everywhere, and never that of what is late.
func TestZoneBadges(t *testing.T) {
	ctx := i18n.With(context.Background(), i18n.FR)
	for code, want := range map[string]string{"ZIP": `accent">ZIP`, "ZAC": `info">ZAC`, "HZ": "Hors zonage", "": "Hors zonage", "QPV": "QPV"} {
		var drawn strings.Builder
		if err := ui.Zone(code).Render(ctx, &drawn); err != nil || !strings.Contains(drawn.String(), want) || strings.Contains(drawn.String(), "late") {
			t.Errorf("%q: %s, %v", code, drawn.String(), err)
		}
	}
}

// Whatever a page in French says has its typography, and what is not prose keeps its spaces.
func TestPagesAreTypeset(t *testing.T) {
	for lang, want := range map[i18n.Lang]string{i18n.FR: "Démarrage\u00a0: Val-d’Oise — Maillage</title>", i18n.EN: "Démarrage : Val-d&#39;Oise — Maillage</title>"} {
		var drawn strings.Builder
		if err := ui.Page(ui.PageProps{Title: "Démarrage : Val-d'Oise"}).Render(i18n.With(context.Background(), lang), &drawn); err != nil || !strings.Contains(drawn.String(), want) {
			t.Errorf("%s: %v: %.300s", lang, err, drawn.String())
		}
	}
}

package web

import (
	"context"
	"encoding/json"

	"github.com/a-h/templ"

	"maillage/internal/access"
	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// autosubmit sends the form as soon as a choice changes.
var autosubmit = templ.Attributes{"data-autosubmit": true}

func departementOptions(ctx context.Context, r *atlas.Region) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Toute la région", "The whole region")}}
	for _, d := range r.Snap.France.DepartementsOf(r.Code) {
		options = append(options, ui.Option{Value: d.Code, Label: d.Name + " (" + d.Code + ")"})
	}
	return options
}

func ageOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(atlas.AgeFilters))
	for _, ages := range atlas.AgeFilters {
		options = append(options, ui.Option{Value: string(ages), Label: atlas.AgeNames[ages].Ctx(ctx)})
	}
	return options
}

// decayOptions are the presets, and the reader's own decay when it is none of them.
func decayOptions(ctx context.Context, chosen string) []ui.Option {
	var options []ui.Option
	own := true
	for _, preset := range access.Presets() {
		options = append(options, ui.Option{Value: preset.Name, Label: atlas.DecayNames[preset.Name].Ctx(ctx)})
		own = own && preset.Name != chosen
	}
	if own {
		options = append(options, ui.Option{Value: chosen, Label: chosen})
	}
	return options
}

func regionOptions(regions []accounts.Region) []ui.Option {
	options := make([]ui.Option, 0, len(regions))
	for _, r := range regions {
		options = append(options, ui.Option{Value: r.Code, Label: r.Name})
	}
	return options
}

// mapWords are the words that the map's island shows.
func mapWords(ctx context.Context) string {
	words := map[string]string{
		"label":      i18n.T(ctx, "Carte interactive. Flèches : se déplacer. Plus et moins : agrandir ou réduire. Entrée : ouvrir la commune au centre.", "Interactive map. Arrows: move. Plus and minus: zoom. Enter: open the municipality in the middle."),
		"in":         i18n.T(ctx, "Agrandir", "Zoom in"),
		"out":        i18n.T(ctx, "Réduire", "Zoom out"),
		"whole":      i18n.T(ctx, "Toute la région", "Whole region"),
		"population": i18n.T(ctx, "habitants", "inhabitants"),
		"apl":        i18n.T(ctx, "consultations par an et par habitant", "consultations a year per inhabitant"),
		"none":       i18n.T(ctx, "pas de donnée", "no data"),
		"lang":       string(i18n.Of(ctx)),
	}
	b, err := json.Marshal(words)
	if err != nil {
		return "{}" // a map of strings always encodes
	}
	return string(b)
}

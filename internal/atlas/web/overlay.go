package web

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

// overlays are what may be shown over the map: ours, then the other rooms'.
func (p *Pages) overlays() []atlas.Overlay {
	return append([]atlas.Overlay{atlas.QuarterOverlay{}}, p.Overlays...)
}

// points are those of the overlay that the view chose; an overlay that does not exist shows nothing.
func (p *Pages) points(ctx context.Context, s scene) ([]atlas.Point, error) {
	for _, o := range s.Overlays {
		if o.Key() == s.View.Overlay {
			return o.Points(ctx, accounts.FromContext(ctx), s.Region)
		}
	}
	return nil, nil
}

func overlayOptions(ctx context.Context, s scene) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Aucun", "None")}}
	for _, o := range s.Overlays {
		options = append(options, lackingOption(ctx, o.Key(), o.Name().Ctx(ctx), lacks(ctx, s.Region, o)))
	}
	return options
}

// pointsLegend says what the points are and how many.
func pointsLegend(ctx context.Context, s scene) string {
	for _, o := range s.Overlays {
		if o.Key() == s.View.Overlay {
			if why := lacks(ctx, s.Region, o); why != "" {
				return o.Name().Ctx(ctx) + i18n.T(ctx, "\u00a0: ", ": ") + why
			}
			return o.Name().Ctx(ctx) + i18n.T(ctx, "\u00a0: ", ": ") + i18n.Int(ctx, len(s.Points))
		}
	}
	return ""
}

// lacks says why an overlay has nothing to show; "" when it has, or when it cannot tell.
func lacks(ctx context.Context, r *atlas.Region, o atlas.Overlay) string {
	if l, ok := o.(atlas.Lacking); ok {
		return l.Lacks(r).Ctx(ctx)
	}
	return ""
}

// lackingOption is a choice that cannot be made when something is missing: its label says what.
func lackingOption(ctx context.Context, value, label, why string) ui.Option {
	if why != "" {
		label += i18n.T(ctx, "\u00a0: ", ": ") + why
	}
	return ui.Option{Value: value, Label: label, Disabled: why != ""}
}

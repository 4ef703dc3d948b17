package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"maillage/internal/platform/i18n"
)

// Page is the frame of every page.
func Page(p PageProps) templ.Component { return Part(frame(p)) }

// Part is a page, or a piece of one that is sent alone. In French it gets its typography here, for all its texts come through: those of
// templates, those that people wrote and the names of official files.
func Part(drawn templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if i18n.Of(ctx) != i18n.FR {
			return drawn.Render(ctx, w)
		}
		page := i18n.NewMarkup(w)
		if err := drawn.Render(ctx, page); err != nil {
			return err
		}
		return page.Flush()
	})
}

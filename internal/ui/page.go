package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"maillage/internal/platform/i18n"
)

// Page is the frame of every page. A page in French gets French typography here, for all its texts come through: those of templates, those
// that people wrote and the names of official files.
func Page(p PageProps) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if i18n.Of(ctx) != i18n.FR {
			return frame(p).Render(ctx, w)
		}
		page := i18n.NewMarkup(w)
		if err := frame(p).Render(ctx, page); err != nil {
			return err
		}
		return page.Flush()
	})
}

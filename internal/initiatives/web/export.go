package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

var evidenceColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Fait", EN: "Fact"}}, {Title: i18n.Text{FR: "Chiffre", EN: "Figure"}}, {Title: i18n.Text{FR: "Source", EN: "Source"}},
	{Title: i18n.Text{FR: "Vérifié", EN: "Verified"}, Kind: sheets.Bool},
}

// evidence gives what is known of an initiative as a file.
func (p *Pages) evidence(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := p.Initiatives.Get(r.Context(), accounts.FromContext(r.Context()), r.PathValue("slug"))
		if err != nil {
			return err
		}
		rows := func(yield func([]any, error) bool) {
			for _, e := range f.Content.V.Evidence {
				if !yield([]any{e.Claim, e.Value, e.Source, e.Verified}, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "preuves", "evidence")+"-"+f.Slug, evidenceColumns, rows)
	}
}

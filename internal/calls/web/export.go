package web

import (
	"net/http"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// export streams every dossier that the filter of the page keeps: "dossiers.csv", "dossiers.xlsx", "dossiers.ods".
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	format, err := sheets.ParseFormat(strings.TrimPrefix(r.PathValue("file"), "dossiers."))
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	f := filterOf(r)
	rows := func(yield func([]any, error) bool) {
		for d, err := range p.Calls.Every(ctx, actor, f) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield([]any{d.Number, d.Title, d.Programme.Name().Ctx(ctx), stateName(ctx, d.State), d.Dept, d.Commune, moment(d.FiledAt), d.Score, d.Requested, d.Proposed, d.Granted}, nil) {
				return
			}
		}
	}
	return sheets.Serve(w, r, format, i18n.T(ctx, "dossiers", "applications"), exportColumns, rows)
}

// mineFile gives the dossiers of whoever asks as a file, those of this browser without an account.
func (p *Pages) mineFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		private(w)
		ctx := r.Context()
		all, err := p.Calls.Mine(ctx, reader(r))
		if err != nil {
			return err
		}
		rows := func(yield func([]any, error) bool) {
			for _, d := range all {
				if !yield([]any{d.Number, titleOf(ctx, &d), d.Programme.Name().Ctx(ctx), stateName(ctx, d.State), nextStep(ctx, &d), d.Commune, moment(d.FiledAt), d.Requested, d.Granted}, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(ctx, "mes-dossiers", "my-applications"), mineColumns, rows)
	}
}

var mineColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Numéro", EN: "Number"}}, {Title: i18n.Text{FR: "Projet", EN: "Project"}}, {Title: i18n.Text{FR: "Dispositif", EN: "Programme"}},
	{Title: i18n.Text{FR: "État", EN: "State"}}, {Title: i18n.Text{FR: "Où en est-il ?", EN: "Where is it?"}}, {Title: i18n.Text{FR: "Commune", EN: "Municipality"}},
	{Title: i18n.Text{FR: "Déposé le", EN: "Filed on"}, Kind: sheets.Time}, {Title: i18n.Text{FR: "Demandé", EN: "Requested"}, Kind: sheets.Cents}, {Title: i18n.Text{FR: "Accordé", EN: "Granted"}, Kind: sheets.Cents},
}

var exportColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Numéro", EN: "Number"}}, {Title: i18n.Text{FR: "Projet", EN: "Project"}}, {Title: i18n.Text{FR: "Dispositif", EN: "Programme"}},
	{Title: i18n.Text{FR: "État", EN: "State"}}, {Title: i18n.Text{FR: "Département", EN: "Département"}}, {Title: i18n.Text{FR: "Commune", EN: "Municipality"}},
	{Title: i18n.Text{FR: "Déposé le", EN: "Filed on"}, Kind: sheets.Time}, {Title: i18n.Text{FR: "Score", EN: "Score"}, Kind: sheets.Decimal, Decimals: 1},
	{Title: i18n.Text{FR: "Demandé", EN: "Requested"}, Kind: sheets.Cents}, {Title: i18n.Text{FR: "Proposé", EN: "Proposed"}, Kind: sheets.Cents}, {Title: i18n.Text{FR: "Accordé", EN: "Granted"}, Kind: sheets.Cents},
}

// moment is a time that may be absent: an empty cell then.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

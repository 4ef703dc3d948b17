package web

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

var rankingColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Rang", EN: "Rank"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Numéro", EN: "Number"}}, {Title: i18n.Text{FR: "Projet", EN: "Project"}},
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}}, {Title: i18n.Text{FR: "Zone au dépôt", EN: "Zone at filing"}}, {Title: i18n.Text{FR: "État", EN: "State"}},
	{Title: i18n.Text{FR: "Score", EN: "Score"}, Kind: sheets.Decimal, Decimals: 1}, {Title: i18n.Text{FR: "Demandé", EN: "Requested"}, Kind: sheets.Cents},
	{Title: i18n.Text{FR: "Proposé", EN: "Proposed"}, Kind: sheets.Cents}, {Title: i18n.Text{FR: "Cumul proposé", EN: "Cumulated"}, Kind: sheets.Cents},
	{Title: i18n.Text{FR: "Dans l’enveloppe", EN: "Within the envelope"}, Kind: sheets.Bool}, {Title: i18n.Text{FR: "Pour", EN: "For"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Contre", EN: "Against"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Abstentions", EN: "Abstaining"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Récusés", EN: "Recused"}}, {Title: i18n.Text{FR: "Accordé", EN: "Granted"}, Kind: sheets.Cents},
}

// ranking is the ranked list of a sitting as a spreadsheet: "classement.ods", "classement.xlsx", "classement.csv".
func (p *Pages) ranking(w http.ResponseWriter, r *http.Request) error {
	name, ok := strings.CutPrefix(r.PathValue("file"), "classement.")
	if !ok {
		return fault.NotFound("Ce fichier n’existe pas.", "There is no such file.")
	}
	format, err := sheets.ParseFormat(name)
	if err != nil {
		return err
	}
	ctx := r.Context()
	pack, err := p.Calls.Pack(ctx, accounts.FromContext(ctx), r.PathValue("id"))
	if err != nil {
		return err
	}
	rows := func(yield func([]any, error) bool) {
		for i, row := range pack.Rows {
			d, zone := &row.Dossier, ""
			if d.Frozen.V != nil {
				zone = d.Frozen.V.Zone
			}
			if !yield([]any{i + 1, d.Number, titleOf(ctx, d), d.Commune, zone, stateName(ctx, d.State), d.Score, d.Requested, d.Proposed, row.Cumulated, row.Within,
				row.For, row.Against, row.Abstain, strings.Join(row.Recused, ", "), d.Granted}, nil) {
				return
			}
		}
	}
	private(w)
	return sheets.Serve(w, r, format, i18n.T(ctx, "classement", "ranking")+"-"+pack.Session.HeldOn, rankingColumns, rows)
}

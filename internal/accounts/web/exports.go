package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

var peopleColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Nom", EN: "Name"}}, {Title: i18n.Text{FR: "Adresse", EN: "Address"}}, {Title: i18n.Text{FR: "RPPS", EN: "RPPS"}},
	{Title: i18n.Text{FR: "Rôle", EN: "Role"}}, {Title: i18n.Text{FR: "Région", EN: "Region"}}, {Title: i18n.Text{FR: "Département", EN: "Département"}},
	{Title: i18n.Text{FR: "Structure", EN: "Structure"}}, {Title: i18n.Text{FR: "État", EN: "State"}}, {Title: i18n.Text{FR: "Créé", EN: "Created"}, Kind: sheets.Date},
}

// peopleFile gives the accounts that the filters keep, one row per role.
func (p *Pages) peopleFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		people, err := p.Service.EveryPerson(r.Context(), visitor(r).Actor, peopleQuery(r))
		if err != nil {
			return err
		}
		rows := func(yield func([]any, error) bool) {
			for _, person := range people {
				grants := person.Grants
				if len(grants) == 0 {
					grants = []accounts.Grant{{}}
				}
				for _, g := range grants {
					if !yield([]any{person.Name, person.Email, person.RPPS, g.Role.Name(), g.Region, g.Departement, g.Structure, person.State.Name(), person.CreatedAt}, nil) {
						return
					}
				}
			}
		}
		return sheets.Serve(w, r, format, "maillage-comptes", peopleColumns, rows)
	}
}

var auditColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Numéro", EN: "Number"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Quand", EN: "When"}, Kind: sheets.Time},
	{Title: i18n.Text{FR: "Auteur", EN: "Author"}}, {Title: i18n.Text{FR: "Identifiant de l’auteur", EN: "Author’s identifier"}},
	{Title: i18n.Text{FR: "Action", EN: "Action"}}, {Title: i18n.Text{FR: "Nature de l’objet", EN: "Kind of object"}}, {Title: i18n.Text{FR: "Objet", EN: "Object"}},
	{Title: i18n.Text{FR: "Texte", EN: "Text"}}, {Title: i18n.Text{FR: "Motif", EN: "Reason"}},
}

// auditFile gives the entries that the filters keep, newest first, read a thousand at a time.
func (p *Pages) auditFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, f := auditFilter(r)
		f.Limit = 1000
		rows := func(yield func([]any, error) bool) {
			for {
				records, err := p.Service.Audit(r.Context(), visitor(r).Actor, f)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, e := range records {
					if !yield(auditRow(e), nil) {
						return
					}
				}
				if len(records) < f.Limit || records[len(records)-1].N == 0 {
					return
				}
				f.Before = records[len(records)-1].N
			}
		}
		return sheets.Serve(w, r, format, "maillage-audit", auditColumns, rows)
	}
}

func auditRow(e audit.Record) []any {
	return []any{e.N, e.At, e.Actor.Name, e.Actor.ID, e.Action, e.Object.Kind, e.Object.ID, e.Text, e.Reason}
}

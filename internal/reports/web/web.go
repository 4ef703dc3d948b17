// Package web shows the yearly report: a page, a document, a file of each table.
package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/reports"
)

// Pages are the pages of the room.
type Pages struct{ Reports *reports.Service }

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/bilan", Permission: reports.PermRead, Handler: p.page},
		{Method: http.MethodGet, Path: "/bilan/{file}", Permission: reports.PermRead, Handler: p.document},
		{Method: http.MethodGet, Path: "/bilan/export/{file}", Permission: reports.PermRead, Handler: p.export, Stream: true},
	}
}

// read draws the report that an address asks for: the last year that is over when it names none.
func (p *Pages) read(r *http.Request) (*reports.Report, error) {
	year := p.Reports.Last()
	if typed := r.URL.Query().Get("annee"); typed != "" {
		var err error
		if year, err = strconv.Atoi(typed); err != nil {
			return nil, fault.NotFound("Il n’y a pas de bilan de cette année.", "There is no report of that year.")
		}
	}
	return p.Reports.Year(r.Context(), accounts.FromContext(r.Context()), year, r.URL.Query().Get("public") == "1")
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	report, err := p.read(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, reportView(report, r.URL.Query().Get("public") == "1"))
}

// export gives one table, named as its part: acces.xlsx, argent.csv.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	id, ending, _ := strings.Cut(r.PathValue("file"), ".")
	format, err := sheets.ParseFormat(ending)
	if err != nil {
		return err
	}
	report, err := p.read(r)
	if err != nil {
		return err
	}
	t, ok := report.Table(id)
	if !ok {
		return fault.NotFound("Ce bilan n’a pas cette partie.", "This report has no such part.")
	}
	name := i18n.Tf(r.Context(), "bilan-%d-%s", "report-%d-%s", report.Year, t.ID)
	return sheets.Serve(w, r, format, name, t.Columns, func(yield func([]any, error) bool) {
		for _, row := range t.Rows {
			cells := make([]any, len(row))
			for i, v := range row {
				if _, hidden := v.(reports.Hidden); !hidden {
					cells[i] = v
				}
			}
			if !yield(cells, nil) {
				return
			}
		}
	})
}

// cell writes a value as people read it.
func cell(ctx context.Context, c sheets.Column, v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case reports.Hidden:
		return i18n.T(ctx, "masqué", "hidden")
	case i18n.Text:
		return v.Ctx(ctx)
	case string:
		return v
	case float64:
		return i18n.Dec(ctx, v, c.Decimals)
	case int:
		return i18n.Int(ctx, v)
	case int64:
		if c.Kind == sheets.Cents {
			return i18n.Euro(ctx, v)
		}
		return i18n.Int(ctx, int(v))
	}
	return ""
}

// signed writes a change with its sign.
func signed(ctx context.Context, h reports.Head) string {
	if f, ok := h.Value.(float64); ok && f > 0 {
		return "+" + i18n.Dec(ctx, f, 2)
	}
	return cell(ctx, sheets.Column{Kind: h.Kind, Decimals: 2}, h.Value)
}

// period is the time that a report is of, in words.
func period(ctx context.Context, r *reports.Report) string {
	if r.Running {
		return i18n.Tf(ctx, "Année %d, en cours : du 1er janvier au %s.", "Year %d, not over: from 1 January to %s.", r.Year, i18n.Date(ctx, r.To.Add(-1).Time()))
	}
	return i18n.Tf(ctx, "Année %d entière.", "The whole of %d.", r.Year)
}

// access says which counts are shown.
func access(ctx context.Context, r *reports.Report) string {
	if r.Public {
		return i18n.T(ctx, "Version publique : les effectifs de personnes de moins de six, et ceux qui permettraient de les retrouver, sont masqués.",
			"Public version: counts of fewer than six people, and those that would give them back, are hidden.")
	}
	return i18n.T(ctx, "Version de l’Agence : les effectifs de votre territoire sont entiers. Ne la publiez pas ; la version publique est faite pour cela.",
		"The agency’s version: the counts of your territory are whole. Do not publish it; the public version is made for that.")
}

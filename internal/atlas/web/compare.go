package web

import (
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// mostCompared is how many scenarios stand side by side.
const mostCompared = 4

// compare shows kept scenarios side by side.
func (p *Pages) compare(w http.ResponseWriter, r *http.Request) error {
	benches, err := p.compared(r)
	if err != nil {
		return err
	}
	mine, err := p.Scenarios.Mine(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, comparePage(benches, mine))
}

// compared are the scenarios that the address names.
func (p *Pages) compared(r *http.Request) ([]bench, error) {
	var benches []bench
	for _, id := range firstOf(r.URL.Query()["s"], min(mostCompared, len(r.URL.Query()["s"]))) {
		b, err := p.open(r.Context(), id)
		if err != nil {
			return nil, err
		}
		benches = append(benches, b)
	}
	return benches, nil
}

// compareFile gives the comparison as a file: one effect a row, today's value, then one column a scenario.
func (p *Pages) compareFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		benches, err := p.compared(r)
		if err != nil {
			return err
		}
		if len(benches) == 0 {
			return fault.Invalid("Choisissez les scénarios à comparer.", "Choose the scenarios to compare.")
		}
		number := func(title i18n.Text) sheets.Column {
			return sheets.Column{Title: title, Kind: sheets.Decimal, Decimals: 4}
		}
		columns := []sheets.Column{{Title: i18n.Text{FR: "Effet", EN: "Effect"}}, number(i18n.Text{FR: "Aujourd’hui", EN: "Today"})}
		for _, b := range benches {
			columns = append(columns, number(i18n.Text{FR: b.Saved.Name, EN: b.Saved.Name}))
		}
		rows := func(yield func([]any, error) bool) {
			for _, effect := range effectRows {
				row := []any{effect.Label, nil}
				if effect.Before != nil {
					row[1] = effect.Before(benches[0].Answer)
				}
				for _, b := range benches {
					row = append(row, effect.After(b.Answer))
				}
				if !yield(row, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "comparaison-de-scenarios", "comparison-of-scenarios"), columns, rows)
	}
}

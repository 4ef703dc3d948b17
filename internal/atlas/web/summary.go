package web

import (
	"cmp"
	"context"
	"math"
	"slices"

	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
)

// Summary is a kept scenario in words, in the reader's language, for other rooms to keep as it is today.
type Summary struct {
	Saved   atlas.Scenario
	Address string // reproduces the sandbox, whatever becomes of the scenario
	Changes []string
	Rows    []SummaryRow
	Sites   []SummarySite
	Caveats []string
}

// SummaryRow is one figure; Before is "" for what has none.
type SummaryRow struct {
	Label         i18n.Text
	Before, After string
}

// SummarySite is a commune whose access moves.
type SummarySite struct {
	Code, Name    string
	Before, After float64
}

// sitesKept bounds the communes of a summary: those that gain or lose most.
const sitesKept = 8

// Summarise computes a kept scenario on today's territory.
func (p *Pages) Summarise(ctx context.Context, id string) (Summary, error) {
	b, err := p.open(ctx, id)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{Saved: *b.Saved, Address: sandboxAddress(b.View, b.Answer.Changes), Caveats: b.caveats(ctx)}
	for _, c := range b.Answer.Changes {
		s.Changes = append(s.Changes, b.words(ctx, c))
	}
	for _, row := range effectRows {
		s.Rows = append(s.Rows, SummaryRow{Label: row.Label, Before: row.before(ctx, b.Answer), After: row.after(ctx, b.Answer)})
	}
	before := b.Region.Model(b.View.Ages).Value
	moved := slices.Clone(b.Answer.Changed)
	slices.SortFunc(moved, func(x, y int) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Answer.Values[y]-before[y]), math.Abs(b.Answer.Values[x]-before[x])), x-y)
	})
	for _, n := range moved[:min(sitesKept, len(moved))] {
		s.Sites = append(s.Sites, SummarySite{Code: b.Region.Places[n].Code, Name: b.Region.Places[n].Name, Before: before[n], After: b.Answer.Values[n]})
	}
	return s, nil
}

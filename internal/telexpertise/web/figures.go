package web

import (
	"context"
	"math"
	"net/http"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

// figures shows one quarter.
func (p *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	asked, _ := telexpertise.ParseQuarter(r.URL.Query().Get("trimestre")) // none: the latest
	f, err := p.service.Figures(r.Context(), accounts.FromContext(r.Context()), asked)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, figuresView(f))
}

func quarterName(ctx context.Context, code string) string {
	q, ok := telexpertise.ParseQuarter(code)
	if !ok {
		return code
	}
	return i18n.Tf(ctx, "%d, trimestre %d", "%d, quarter %d", q.Year, q.N)
}

func countWords(ctx context.Context, c telexpertise.Count) string {
	if c.Hidden {
		return i18n.T(ctx, "masqué", "hidden")
	}
	return i18n.Int(ctx, c.N)
}

// span writes a duration in the unit that a reader compares in.
func span(ctx context.Context, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return i18n.Tf(ctx, "%s j", "%s d", i18n.Dec(ctx, d.Hours()/24, 1))
	case d >= 2*time.Hour:
		return i18n.Tf(ctx, "%s h", "%s h", i18n.Dec(ctx, d.Hours(), 1))
	}
	return i18n.Tf(ctx, "%d min", "%d min", int(d.Minutes()))
}

func median(ctx context.Context, i telexpertise.Interval) string {
	if i.N == 0 {
		return "—"
	}
	return span(ctx, i.Median)
}

func ninetieth(ctx context.Context, i telexpertise.Interval) string {
	if i.N == 0 {
		return "—"
	}
	return span(ctx, i.P90)
}

func kappaWords(ctx context.Context, k float64) string {
	if math.IsNaN(k) {
		return "—"
	}
	return i18n.Dec(ctx, k, 2)
}

func usableWords(ctx context.Context, share float64) string {
	if share < 0 {
		return "—"
	}
	return i18n.Percent(ctx, share, 1)
}

// codeName gives the words of a line's code: a disposition, an outcome, or a place as it is.
func codeName(ctx context.Context, code string) string {
	if code == "" {
		return i18n.T(ctx, "pas encore", "not yet")
	}
	if d := telexpertise.Disposition(code); d.Valid() {
		return code + " — " + d.Name().Ctx(ctx)
	}
	if o := telexpertise.Outcome(code).Name(); !o.Empty() {
		return o.Ctx(ctx)
	}
	return code
}

func figuresLead(ctx context.Context, f *telexpertise.Figures) string {
	if f.Suppressed {
		return i18n.T(ctx, "Votre région, trimestre entier. Les nombres inférieurs à 6 sont masqués, avec d’autres pour qu’aucune soustraction ne les redonne ; aucun dossier n’est accessible d’ici.",
			"Your region, whole quarter. Counts under 6 are hidden, with others so that no subtraction gives them back; no case can be reached from here.")
	}
	return i18n.T(ctx, "Vos pools, par trimestre d’envoi.", "Your pools, by quarter of sending.")
}

func quarterOptions(ctx context.Context, f *telexpertise.Figures) []ui.Option {
	options := []ui.Option{}
	for _, q := range f.Quarters {
		options = append(options, ui.Option{Value: q.String(), Label: quarterName(ctx, q.String())})
	}
	return options
}

func named(ctx context.Context, lines []telexpertise.Line) []telexpertise.Line {
	out := make([]telexpertise.Line, len(lines))
	for i, l := range lines {
		l.Code = quarterName(ctx, l.Code)
		out[i] = l
	}
	return out
}

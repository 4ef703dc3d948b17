package web

import (
	"context"
	"fmt"
	"strings"

	"maillage/internal/platform/i18n"
	"maillage/internal/rulebook"
)

// value is how people read the value of a fact.
func value(ctx context.Context, f rulebook.Fact, v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return i18n.T(ctx, "oui", "yes")
		}
		return i18n.T(ctx, "non", "no")
	case int:
		if f.Type == rulebook.TypeMoney {
			return i18n.Euro(ctx, int64(v))
		}
		return i18n.Int(ctx, v)
	case float64:
		return strings.TrimSuffix(strings.TrimSuffix(i18n.Dec(ctx, v, 1), ",0"), ".0")
	case string:
		return choice(ctx, f, v)
	case []string:
		if len(v) == len(f.Choices) {
			return i18n.T(ctx, "tout projet", "any plan")
		}
		names := make([]string, len(v))
		for i, id := range v {
			names[i] = choice(ctx, f, id)
		}
		return strings.Join(names, ", ")
	}
	return i18n.T(ctx, "inconnu", "unknown")
}

func choice(ctx context.Context, f rulebook.Fact, id string) string {
	if c, ok := f.Choice(id); ok {
		return c.Label.Ctx(ctx)
	}
	return id
}

// seen is what a condition saw, in words.
func seen(ctx context.Context, all []rulebook.Seen) string {
	parts := make([]string, len(all))
	for i, s := range all {
		said := i18n.T(ctx, "non précisé", "not said")
		if s.Known {
			said = value(ctx, s.Fact, s.Value)
		}
		parts[i] = fmt.Sprintf("%s : %s", s.Fact.Label.Ctx(ctx), said)
	}
	return strings.Join(parts, " ; ")
}

// amount is what a line may bring, in words.
func amount(ctx context.Context, l rulebook.Line) string {
	var text string
	switch {
	case l.Unknown:
		return i18n.T(ctx, "montant non établi", "amount not established")
	case l.RateMax > 0 && l.Open:
		text = rates(ctx, l.RateMin, l.RateMax) + " " + base(ctx, l)
	case l.Open:
		text = i18n.Tf(ctx, "%s chacun", "%s each", i18n.Euro(ctx, int64(l.Max)))
	default:
		text = span(ctx, l.Low, l.High)
	}
	return text + period(ctx, l.Per)
}

func rates(ctx context.Context, low, high rulebook.Rate) string {
	percent := func(r rulebook.Rate) string {
		decimals := 0
		if r%100 != 0 {
			decimals = 2
		}
		return i18n.Percent(ctx, float64(r)/10000, decimals)
	}
	if low == high {
		return percent(low)
	}
	return i18n.Tf(ctx, "de %s à %s", "%s to %s", percent(low), percent(high))
}

func base(ctx context.Context, l rulebook.Line) string {
	if !l.OfLabel.Empty() {
		return l.OfLabel.Ctx(ctx)
	}
	f, _ := rulebook.FactByID(l.Of)
	return i18n.Tf(ctx, "(%s)", "(%s)", strings.ToLower(f.Label.Ctx(ctx)))
}

func span(ctx context.Context, low, high rulebook.Cents) string {
	switch low {
	case high:
		return i18n.Euro(ctx, int64(high))
	case 0:
		return i18n.Tf(ctx, "jusqu’à %s", "up to %s", i18n.Euro(ctx, int64(high)))
	}
	return i18n.Tf(ctx, "de %s à %s", "%s to %s", i18n.Euro(ctx, int64(low)), i18n.Euro(ctx, int64(high)))
}

func period(ctx context.Context, p rulebook.Period) string {
	return map[rulebook.Period]string{
		rulebook.PerYear:  i18n.T(ctx, " par an", " a year"),
		rulebook.PerMonth: i18n.T(ctx, " par mois", " a month"),
		rulebook.PerPoint: i18n.T(ctx, " par point", " per point"),
	}[p]
}

var verdictWords = map[rulebook.Verdict]struct {
	tone  string
	label i18n.Text
}{
	rulebook.Eligible: {"good", i18n.Text{FR: "Possible", EN: "Eligible"}},
	rulebook.ToCheck:  {"warn", i18n.Text{FR: "À vérifier", EN: "To be checked"}},
	rulebook.Not:      {"", i18n.Text{FR: "Non", EN: "Not eligible"}},
}

var reasonWords = map[rulebook.Verdict]i18n.Text{
	rulebook.Eligible: {FR: "oui", EN: "yes"},
	rulebook.ToCheck:  {FR: "à préciser", EN: "to be told"},
	rulebook.Not:      {FR: "non", EN: "no"},
}

var verifiedWords = map[rulebook.Verified]struct {
	tone  string
	label i18n.Text
}{
	rulebook.VerifiedYes:       {"good", i18n.Text{FR: "vérifié à la source", EN: "verified at the source"}},
	rulebook.VerifiedSecondary: {"warn", i18n.Text{FR: "source secondaire", EN: "secondary source"}},
	rulebook.VerifiedNo:        {"late", i18n.Text{FR: "montant non vérifié", EN: "amount not verified"}},
}

// years is how long an aid runs.
func years(ctx context.Context, n int) string {
	if n == 1 {
		return i18n.T(ctx, "1 an", "1 year")
	}
	return i18n.Tf(ctx, "%d ans", "%d years", n)
}

// force is when a rule holds, in words.
func force(ctx context.Context, r rulebook.Rule) string {
	from := i18n.Date(ctx, r.From.Time())
	if r.To == "" {
		return i18n.Tf(ctx, "depuis le %s", "since %s", from)
	}
	return i18n.Tf(ctx, "du %s au %s", "from %s to %s", from, i18n.Date(ctx, r.To.Time()))
}

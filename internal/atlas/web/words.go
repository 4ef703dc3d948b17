package web

import (
	"context"
	"math"
	"slices"
	"strings"

	"maillage/internal/access"
	"maillage/internal/atlas"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

const contributionsShown = 12

// viewFieldsKept are the parameters of a view that a form does not ask itself, as (label = value, value = name).
func viewFieldsKept(v atlas.View, asked []string) []ui.Option {
	var kept []ui.Option
	for name, values := range v.Query() {
		if !slices.Contains(asked, name) {
			kept = append(kept, ui.Option{Value: name, Label: values[0]})
		}
	}
	slices.SortFunc(kept, func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
	return kept
}

func departementName(r *atlas.Region, code string) string {
	d, _ := r.Snap.France.Departement(code)
	return d.Name
}

func minutes(ctx context.Context, t float64) string {
	return i18n.Dec(ctx, t, 0) + "\u00a0min"
}

func communeLead(ctx context.Context, r *atlas.Region, place *atlas.Place, zone atlas.Zone, apl float64) string {
	what := map[string]i18n.Text{
		atlas.ZIP:     {FR: "en zone d’intervention prioritaire", EN: "in a priority intervention zone"},
		atlas.ZAC:     {FR: "en zone d’action complémentaire", EN: "in a complementary action zone"},
		atlas.Outside: {FR: "hors zonage", EN: "outside zoning"},
	}[zone.Class].Ctx(ctx)
	if r.ZonesComputed() {
		return i18n.Tf(ctx, "Chaque habitant peut compter sur %s consultations de médecin généraliste par an. D’après les seuils, la commune serait %s.", "Each inhabitant can count on %s consultations with a general practitioner a year. By the thresholds, the municipality would be %s.", i18n.Dec(ctx, apl, 2), what)
	}
	return i18n.Tf(ctx, "Chaque habitant peut compter sur %s consultations de médecin généraliste par an. La commune est %s.", "Each inhabitant can count on %s consultations with a general practitioner a year. The municipality is %s.", i18n.Dec(ctx, apl, 2), what)
}

func communeFacts(ctx context.Context, r *atlas.Region, n int) []ui.Fact {
	p := &r.Places[n]
	text := func(fr, en, value string) ui.Fact { return ui.Fact{Label: i18n.T(ctx, fr, en), Value: ui.Text(value)} }
	doctors := i18n.Dec(ctx, p.FTE.Count(territory.AllAges), 1) + i18n.T(ctx, " ETP, tous âges", " FTE, all ages")
	if r.DemoSupply() {
		doctors += i18n.T(ctx, " (démonstration, inventés)", " (demonstration, invented)")
	}
	facts := []ui.Fact{
		{Label: i18n.T(ctx, "Zone", "Zone"), Value: zoneFact(r, r.ZoneOf(n))},
		text("Habitants", "Inhabitants", i18n.Int(ctx, p.Population)),
		text("Médecins généralistes", "General practitioners", doctors),
	}
	if r.Weighted {
		facts = append(facts, text("Population standardisée", "Standardised population", i18n.Int(ctx, int(p.Weighted+0.5))))
	}
	if name := r.EPCIName(n); name != "" {
		facts = append(facts, text("Intercommunalité", "Intercommunality", name))
	}
	if ept, ok := r.Snap.France.Territorial(p.EPT); ok {
		facts = append(facts, text("Établissement public territorial", "Territorial public body", ept.Name))
	}
	if !math.IsNaN(p.Income) {
		facts = append(facts, text("Revenu médian", "Median income", i18n.Euro(ctx, int64(p.Income)*100)+i18n.T(ctx, " par an", " a year")))
	}
	if len(p.Quarters) > 0 {
		names := make([]string, len(p.Quarters))
		for k, q := range p.Quarters {
			names[k] = q.Name
		}
		facts = append(facts, text("Quartiers prioritaires", "Priority neighbourhoods", strings.Join(names, ", ")))
	}
	facts = append(facts, text("Codes postaux", "Postcodes", strings.Join(p.Postcodes, ", ")), text("Code INSEE", "INSEE code", p.Code))
	if p.Estimated {
		facts = append(facts, text("Position", "Position", i18n.T(ctx, "estimée d’après les communes voisines", "estimated from neighbouring municipalities")))
	}
	return facts
}

// reachOf is what a commune's locator frames: the places of the region that it reaches.
func reachOf(p *atlas.Portrait) []int {
	places := []int{p.Place}
	for _, c := range p.Why {
		if c.Supply < p.Region.Inside {
			places = append(places, c.Supply)
		}
	}
	return places
}

// offeringOnly leaves out the places in reach that have no doctor.
func offeringOnly(all []access.Contribution) []access.Contribution {
	n := slices.IndexFunc(all, func(c access.Contribution) bool { return c.Part <= 0 })
	if n < 0 {
		return all
	}
	return all[:n]
}

func sumParts(all []access.Contribution) float64 {
	total := 0.0
	for _, c := range all {
		total += c.Part
	}
	return total
}

// placeName is the region of a scene, or its département.
func placeName(s scene) string {
	if s.View.Departement != "" {
		return departementName(s.Region, s.View.Departement)
	}
	return s.Region.Name
}

func ratioOf(ctx context.Context, r *float64) string {
	if r == nil {
		return "–"
	}
	return i18n.Dec(ctx, *r, 1)
}

// difference writes a change with its sign.
func difference(ctx context.Context, x float64) string {
	if x >= 0 {
		return "+" + i18n.Dec(ctx, x, 2)
	}
	return "−" + i18n.Dec(ctx, -x, 2)
}

func concentrationWords(ctx context.Context, c float64) string {
	if c < 0 {
		return i18n.T(ctx, "Négatif : les communes modestes sont un peu mieux desservies.", "Negative: poorer municipalities are somewhat better served.")
	}
	return i18n.T(ctx, "Positif : les communes aisées sont mieux desservies.", "Positive: richer municipalities are better served.")
}

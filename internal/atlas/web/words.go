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

// communeLead says whether care is missing: the commune beside its region's mean, and its rank.
func communeLead(ctx context.Context, st atlas.Standing) string {
	figures := []any{i18n.Dec(ctx, st.APL, 2), i18n.Dec(ctx, st.Mean, 2)}
	var verdict string
	switch st.Compared() {
	case -1:
		verdict = i18n.Tf(ctx, "L’offre de médecins généralistes y est inférieure à la moyenne de la région\u00a0: %s consultations par an et par habitant, contre %s.", "The supply of general practitioners is below the region’s mean: %s consultations a year per inhabitant, against %s.", figures...)
	case 1:
		verdict = i18n.Tf(ctx, "L’offre de médecins généralistes y est supérieure à la moyenne de la région\u00a0: %s consultations par an et par habitant, contre %s.", "The supply of general practitioners is above the region’s mean: %s consultations a year per inhabitant, against %s.", figures...)
	default:
		verdict = i18n.Tf(ctx, "L’offre de médecins généralistes y est égale à la moyenne de la région\u00a0: %s consultations par an et par habitant.", "The supply of general practitioners equals the region’s mean: %s consultations a year per inhabitant.", figures[0])
	}
	return verdict + " " + i18n.Tf(ctx, "%s commune sur %s en partant de la mieux desservie\u00a0; %s des habitants de la région vivent dans une commune mieux desservie.", "Ranked %s of %s municipalities, from the best served; %s of the region’s inhabitants live in a better served one.",
		rank(ctx, st.Rank), i18n.Int(ctx, st.Of), i18n.Percent(ctx, st.Better, 0))
}

// rank writes a place in a ranking: « 812ᵉ » in French, the bare number in English, where "ranked" stands before it.
func rank(ctx context.Context, n int) string {
	if i18n.Of(ctx) == i18n.EN {
		return i18n.Int(ctx, n)
	}
	if n == 1 {
		return "1ʳᵉ"
	}
	return i18n.Int(ctx, n) + "ᵉ"
}

// zoneNames and zoneMeans spell a zone out, for whoever never met it.
var (
	zoneNames = map[string]i18n.Text{
		atlas.ZIP:     {FR: "Zone d’intervention prioritaire (ZIP)", EN: "Priority intervention zone (ZIP)"},
		atlas.ZAC:     {FR: "Zone d’action complémentaire (ZAC)", EN: "Complementary action zone (ZAC)"},
		atlas.Outside: {FR: "Hors zonage", EN: "Outside zoning"},
	}
	zoneMeans = map[string]i18n.Text{
		atlas.ZIP:     {FR: "Les médecins y manquent le plus\u00a0: c’est là que les aides à l’installation sont les plus fortes.", EN: "Doctors are missing most here: aids to set up are the strongest."},
		atlas.ZAC:     {FR: "Les médecins y manquent, moins qu’en zone prioritaire\u00a0: des aides à l’installation existent, plus modestes.", EN: "Doctors are missing, less than in a priority zone: there are aids to set up, smaller ones."},
		atlas.Outside: {FR: "La commune n’est pas classée parmi celles où les médecins manquent\u00a0: la plupart des aides à l’installation ne s’y appliquent pas.", EN: "The municipality is not classed among those where doctors are missing: most aids to set up do not apply."},
	}
)

// zoneReason says where a zone comes from: a decree, or the thresholds alone, which bind nobody.
func zoneReason(ctx context.Context, r *atlas.Region, zone atlas.Zone, t atlas.Thresholds) string {
	if r.ZonesComputed() {
		return i18n.Tf(ctx, "Zone calculée, sans valeur réglementaire\u00a0: jusqu’à %s consultations, ZIP\u00a0; jusqu’à %s, ZIP ou ZAC selon le choix de l’agence régionale de santé\u00a0; au-delà, hors zonage (%s).",
			"Computed zone, without legal value: up to %s consultations, ZIP; up to %s, ZIP or ZAC as the regional health agency chooses; above, outside zoning (%s).", i18n.Dec(ctx, t.ZIP, 1), i18n.Dec(ctx, t.Pool, 1), t.Source.Ctx(ctx))
	}
	if zone.Since.IsZero() {
		return ""
	}
	return i18n.Tf(ctx, "Classée depuis le %s. %s", "Classed since %s. %s", i18n.Date(ctx, zone.Since), zone.Decree)
}

// doctorsCounted says what a number of full-time equivalents counts: nothing is called a doctor of some age that the import does not tell.
func doctorsCounted(ctx context.Context, s scene) string {
	switch {
	case s.Region.ProxySupply():
		return i18n.T(ctx, "médecins généralistes, approchés par une autre mesure (voir sous la carte)", "general practitioners, approached by something else (see below the map)")
	case !s.Region.AgesKnown || s.View.Ages == territory.AllAges:
		return i18n.T(ctx, "médecins généralistes de tous âges, en équivalents temps plein", "general practitioners of all ages, full-time equivalents")
	}
	return i18n.Tf(ctx, "médecins généralistes de %s ans et moins, en équivalents temps plein", "general practitioners aged %s and under, full-time equivalents", string(s.View.Ages))
}

// agesTold are the age limits worth showing beside each other: one when nobody knows the doctors' ages.
func agesTold(s scene) []territory.AgeFilter {
	if !s.Region.AgesKnown {
		return []territory.AgeFilter{territory.AllAges}
	}
	return atlas.AgeFilters
}

func communeFacts(ctx context.Context, r *atlas.Region, n int) []ui.Fact {
	p := &r.Places[n]
	text := func(fr, en, value string) ui.Fact { return ui.Fact{Label: i18n.T(ctx, fr, en), Value: ui.Text(value)} }
	doctors := i18n.Dec(ctx, p.FTE.Count(territory.AllAges), 1) + i18n.T(ctx, " ETP, tous âges", " FTE, all ages")
	if r.DemoSupply() {
		doctors += i18n.T(ctx, " (démonstration, inventés)", " (demonstration, invented)")
	}
	if r.ProxySupply() {
		doctors += i18n.T(ctx, " (approchés par une autre mesure)", " (approached by something else)")
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

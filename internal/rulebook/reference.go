package rulebook

import "maillage/internal/structures"

// The book is what structures read their sizes, missions and terms from.
var _ structures.Reference = (*Book)(nil)

// CPTSSizes lists the size classes of CPTS in force on a day.
func (b *Book) CPTSSizes(on Day) []structures.SizeClass {
	rule, _ := b.Rule("cpts-tailles", on)
	classes := make([]structures.SizeClass, len(rule.Table))
	for i, r := range rule.Table {
		classes[i] = structures.SizeClass{ID: r.Key, Label: r.Label, From: r.Values["from"], Below: r.Values["below"]}
	}
	return classes
}

// CPTSMissions lists the missions of CPTS in force on a day.
func (b *Book) CPTSMissions(on Day) []structures.Mission {
	rule, _ := b.Rule("cpts-missions", on)
	missions := make([]structures.Mission, len(rule.Table))
	for i, r := range rule.Table {
		missions[i] = structures.Mission{ID: r.Key, Label: r.Label, Core: r.Values["core"] == 1, Start: int(r.Values["start"]), Deploy: int(r.Values["deploy"])}
	}
	return missions
}

// ACI is the terms of the agreement of health houses in force on a day.
func (b *Book) ACI(on Day) structures.ACITerms {
	rule, _ := b.Rule("aci-msp-calendrier", on)
	team, _ := rule.Row("team")
	sisa, _ := rule.Row("sisa")
	return structures.ACITerms{GPs: int(team.Values["gps"]), Others: int(team.Values["paramedicals"]), SISAMonths: int(sisa.Values["months"])}
}

// Fragility is the scale of the fragility of group practices in force on a day.
func (b *Book) Fragility(on Day) structures.FragilityScale {
	rule, _ := b.Rule("fragilite-cabinets", on)
	value := func(key, name string) int {
		row, _ := rule.Row(key)
		return int(row.Values[name])
	}
	return structures.FragilityScale{
		Risk: value("risk", "points"), Age: value("age", "years"), AgePoints: value("age", "points"),
		Months: value("departure", "months"), DeparturePoints: value("departure", "points"), SinglePoints: value("single", "points"),
		LowAPL: value("apl-low", "below"), LowPoints: value("apl-low", "points"), MidAPL: value("apl-mid", "below"), MidPoints: value("apl-mid", "points"),
	}
}

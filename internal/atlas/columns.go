package atlas

import (
	"math"
	"strings"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/territory"
)

// Column is one column of the communes' table: of its downloads, its JSON and its dictionary alike.
type Column struct {
	Key  string
	Name i18n.Text
	Unit i18n.Text
	Doc  i18n.Text
	Kind sheets.Kind
	// Value is what the kind takes (see internal/platform/sheets); NaN when a number is unknown.
	Value func(r *Region, place int) any
}

// Columns describes a commune in open data, in order.
var Columns = []Column{
	{"code_insee", i18n.Text{FR: "Code INSEE", EN: "INSEE code"}, i18n.Text{}, i18n.Text{FR: "Code de la commune ou de l’arrondissement municipal.", EN: "Code of the municipality or municipal district."},
		sheets.Text, func(r *Region, n int) any { return r.Places[n].Code }},
	{"nom", i18n.Text{FR: "Nom", EN: "Name"}, i18n.Text{}, i18n.Text{FR: "Nom officiel.", EN: "Official name."},
		sheets.Text, func(r *Region, n int) any { return r.Places[n].Name }},
	{"departement", i18n.Text{FR: "Département", EN: "Département"}, i18n.Text{}, i18n.Text{FR: "Code du département.", EN: "Code of the département."},
		sheets.Text, func(r *Region, n int) any { return r.Places[n].Departement }},
	{"epci", i18n.Text{FR: "Intercommunalité", EN: "Intercommunality"}, i18n.Text{}, i18n.Text{FR: "Nom de l’EPCI.", EN: "Name of the intercommunality (EPCI)."},
		sheets.Text, func(r *Region, n int) any { return r.EPCIName(n) }},
	{"population", i18n.Text{FR: "Population", EN: "Population"}, i18n.Text{FR: "habitants", EN: "inhabitants"}, i18n.Text{FR: "Population municipale.", EN: "Municipal population."},
		sheets.Int, func(r *Region, n int) any { return r.Places[n].Population }},
	{"densite", i18n.Text{FR: "Densité", EN: "Density"}, i18n.Text{FR: "habitants par km²", EN: "inhabitants per km²"}, i18n.Text{FR: "Population rapportée à la surface du contour, approximative tant que les contours ne sont pas importés.", EN: "Population over the area of the outline, approximate until outlines are imported."},
		sheets.Decimal, func(r *Region, n int) any { return round2(r.Density(n)) }},
	{"population_ponderee", i18n.Text{FR: "Population standardisée", EN: "Standardised population"}, i18n.Text{FR: "habitants", EN: "inhabitants"}, i18n.Text{FR: "Population pondérée par la consommation de soins de chaque âge ; égale à la population sans données d’âge.", EN: "Population weighted by each age's use of care; equal to the population without age data."},
		sheets.Decimal, func(r *Region, n int) any { return round2(r.Places[n].Weighted) }},
	{"zone", i18n.Text{FR: "Zone", EN: "Zone"}, i18n.Text{}, i18n.Text{FR: "ZIP, ZAC ou HZ (hors zonage), médecins généralistes.", EN: "ZIP, ZAC or HZ (outside zoning), general practitioners."},
		sheets.Text, func(r *Region, n int) any { return r.ZoneOf(n).Class }},
	{"zone_depuis", i18n.Text{FR: "Zone depuis", EN: "Zone since"}, i18n.Text{}, i18n.Text{FR: "Premier jour d’application du zonage ; vide pour un zonage calculé.", EN: "First day of the zoning; empty for computed zones."},
		sheets.Date, func(r *Region, n int) any { return r.ZoneOf(n).Since }},
	{"zone_calculee", i18n.Text{FR: "Zone calculée", EN: "Zone computed"}, i18n.Text{}, i18n.Text{FR: "Vrai lorsque la zone vient des seuils et non d’un arrêté.", EN: "True when the zone comes from thresholds and not from a decree."},
		sheets.Bool, func(r *Region, _ int) any { return r.ZonesComputed() }},
	aplColumn("apl_tous", territory.AllAges), aplColumn("apl_65", territory.UpTo65), aplColumn("apl_62", territory.UpTo62), aplColumn("apl_60", territory.UpTo60),
	fteColumn("etp_tous", territory.AllAges), fteColumn("etp_65", territory.UpTo65), fteColumn("etp_60", territory.UpTo60),
	{"offre_demonstration", i18n.Text{FR: "Offre inventée", EN: "Invented supply"}, i18n.Text{}, i18n.Text{FR: "Vrai tant que l’offre de soins est celle de la démonstration.", EN: "True while the supply of care is the demonstration's."},
		sheets.Bool, func(r *Region, _ int) any { return r.DemoSupply() }},
	{"trajets_estimes", i18n.Text{FR: "Trajets estimés", EN: "Estimated travel"}, i18n.Text{}, i18n.Text{FR: "Vrai lorsque les temps de trajet sont estimés à vol d’oiseau.", EN: "True when travel times are estimated as the crow flies."},
		sheets.Bool, func(r *Region, _ int) any { return r.Estimated }},
	{"revenu_median", i18n.Text{FR: "Revenu médian", EN: "Median income"}, i18n.Text{FR: "euros par an et par unité de consommation", EN: "euros a year per consumption unit"}, i18n.Text{FR: "Niveau de vie médian ; vide s’il n’est pas publié.", EN: "Median standard of living; empty when not published."},
		sheets.Decimal, func(r *Region, n int) any { return r.Places[n].Income }},
	{"qpv", i18n.Text{FR: "Quartiers prioritaires", EN: "Priority neighbourhoods"}, i18n.Text{}, i18n.Text{FR: "Codes des QPV de la commune, séparés par une espace.", EN: "Codes of the municipality's priority neighbourhoods, separated by a space."},
		sheets.Text, func(r *Region, n int) any { return quarterCodes(r.Places[n].Quarters) }},
	{"latitude", i18n.Text{FR: "Latitude", EN: "Latitude"}, i18n.Text{FR: "degrés (WGS 84)", EN: "degrees (WGS 84)"}, i18n.Text{FR: "Position du centre.", EN: "Position of the centre."},
		sheets.Decimal, func(r *Region, n int) any { return r.Places[n].Lat }},
	{"longitude", i18n.Text{FR: "Longitude", EN: "Longitude"}, i18n.Text{FR: "degrés (WGS 84)", EN: "degrees (WGS 84)"}, i18n.Text{FR: "Position du centre.", EN: "Position of the centre."},
		sheets.Decimal, func(r *Region, n int) any { return r.Places[n].Lon }},
}

func aplColumn(key string, ages territory.AgeFilter) Column {
	name := AgeNames[ages]
	return Column{
		Key: key, Kind: sheets.Decimal, Name: i18n.Text{FR: "APL, " + strings.ToLower(name.FR[:1]) + name.FR[1:], EN: "APL, " + strings.ToLower(name.EN[:1]) + name.EN[1:]},
		Unit:  i18n.Text{FR: "consultations par an et par habitant standardisé", EN: "consultations a year per standardised inhabitant"},
		Doc:   i18n.Text{FR: "Accessibilité potentielle localisée aux médecins généralistes, sous la décroissance choisie.", EN: "Local potential accessibility to general practitioners, under the chosen decay."},
		Value: func(r *Region, n int) any { return math.Round(r.Model(ages).Value[n]*1e6) / 1e6 },
	}
}

func fteColumn(key string, ages territory.AgeFilter) Column {
	name := AgeNames[ages]
	return Column{
		Key: key, Kind: sheets.Decimal, Name: i18n.Text{FR: "ETP, " + strings.ToLower(name.FR[:1]) + name.FR[1:], EN: "FTE, " + strings.ToLower(name.EN[:1]) + name.EN[1:]},
		Unit:  i18n.Text{FR: "équivalents temps plein", EN: "full-time equivalents"},
		Doc:   i18n.Text{FR: "Médecins généralistes installés dans la commune ; ceux dont l’âge est inconnu comptent toujours.", EN: "General practitioners in the municipality; those of unknown age always count."},
		Value: func(r *Region, n int) any { return round2(r.Places[n].FTE.Count(ages)) },
	}
}

func round2(x float64) float64 { return math.Round(x*100) / 100 }

func quarterCodes(all []territory.QPV) string {
	codes := make([]string, len(all))
	for k, q := range all {
		codes[k] = q.Code
	}
	return strings.Join(codes, " ")
}

// EPCIName is the name of the intercommunality of a place, or "".
func (r *Region) EPCIName(place int) string {
	area, _ := r.Snap.France.Intercommunality(r.Places[place].EPCI)
	return area.Name
}

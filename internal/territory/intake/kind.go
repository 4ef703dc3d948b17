package intake

import "maillage/internal/platform/i18n"

// Kind says what a dataset is about. Its values are kept in databases and on command lines.
type Kind string

// The kinds.
const (
	Communes               Kind = "communes"
	Contours               Kind = "contours"
	PopulationAge          Kind = "population_age"
	PopulationStandardised Kind = "population_standardised"
	Zones                  Kind = "zones"
	QPVList                Kind = "qpv"
	QPVShapes              Kind = "qpv_shapes"
	Income                 Kind = "income"
	GPSupply               Kind = "gp_supply"
	TravelTimes            Kind = "travel_times"
)

// Description says what a kind holds, what its files look like, and what they may hold that is passed over.
type Description struct {
	Kind    Kind
	Name    i18n.Text
	Accepts i18n.Text // the files that are understood
	Ignores i18n.Text // what is passed over and listed, instead of refusing the file; empty when nothing is
	Decree  bool      // a version comes with the decree that sets it
	read    map[string]func(*reading) (Content, error)
}

// Kinds describes every kind, in the order in which they are shown.
var Kinds = []Description{
	{
		Kind: Communes, Name: i18n.Text{FR: "Communes", EN: "Municipalities"},
		Accepts: i18n.Text{FR: "Fichier communes.json du découpage administratif (Etalab)", EN: "communes.json of the administrative division (Etalab)"},
		read:    formats{"etalab-json": readCommunes},
	}, {
		Kind: Contours, Name: i18n.Text{FR: "Contours des communes", EN: "Outlines of municipalities"},
		Accepts: i18n.Text{FR: "GeoJSON de polygones en degrés, avec le code INSEE dans les propriétés", EN: "GeoJSON of polygons in degrees, with the INSEE code among the properties"},
		read:    formats{"geojson": readContours},
	}, {
		Kind: PopulationAge, Name: i18n.Text{FR: "Population par âge et sexe", EN: "Population by age and sex"},
		Accepts: i18n.Text{FR: "CSV avec code_insee, puis h_0_4 … h_95_plus et f_0_4 … f_95_plus", EN: "CSV with code_insee, then h_0_4 … h_95_plus and f_0_4 … f_95_plus"},
		read:    formats{"csv": readPopulationAge},
	}, {
		Kind: PopulationStandardised, Name: i18n.Text{FR: "Population standardisée", EN: "Standardised population"},
		Accepts: i18n.Text{FR: "CSV avec code_insee et population_standardisee_AAAA", EN: "CSV with code_insee and population_standardisee_YYYY"},
		read:    formats{"csv": readPopulationStandardised},
	}, {
		Kind: Zones, Name: i18n.Text{FR: "Zonage des médecins généralistes", EN: "Zones of general practice"}, Decree: true,
		Accepts: i18n.Text{FR: "CSV avec code_insee et zonage_mg (ZIP, ZAC ou HZ)", EN: "CSV with code_insee and zonage_mg (ZIP, ZAC or HZ)"},
		read:    formats{"csv": readZones},
	}, {
		Kind: QPVList, Name: i18n.Text{FR: "Liste des quartiers prioritaires (QPV)", EN: "List of priority neighbourhoods (QPV)"}, Decree: true,
		Accepts: i18n.Text{FR: "CSV avec code_qp, nom_qp et insee_com_principal", EN: "CSV with code_qp, nom_qp and insee_com_principal"},
		read:    formats{"csv": readQPVList},
	}, {
		Kind: QPVShapes, Name: i18n.Text{FR: "Tracés ou points des quartiers prioritaires", EN: "Outlines or points of priority neighbourhoods"}, Decree: true,
		Accepts: i18n.Text{FR: "GeoJSON de points ou de polygones avec code_qp", EN: "GeoJSON of points or polygons with code_qp"},
		read:    formats{"geojson": readQPVShapes},
	}, {
		Kind: Income, Name: i18n.Text{FR: "Revenus et pauvreté", EN: "Income and poverty"},
		Accepts: i18n.Text{FR: "CSV Filosofi avec CODGEO, MEDaa et TP60aa", EN: "Filosofi CSV with CODGEO, MEDyy and TP60yy"},
		read:    formats{"filosofi": readIncome},
	}, {
		Kind: GPSupply, Name: i18n.Text{FR: "Offre de médecine générale", EN: "Supply of general practice"},
		Accepts: i18n.Text{FR: "Extraction nationale RPPS (PS_LibreAcces_Personne_activite), CSV code_insee,fte[,age_band], ou effectifs par commune avec une colonne generaliste",
			EN: "National RPPS extraction (PS_LibreAcces_Personne_activite), CSV code_insee,fte[,age_band], or counts per municipality with a column generaliste"},
		Ignores: i18n.Text{FR: "dans l’extraction RPPS, les médecins sans commune d’exercice, à l’étranger ou dans une commune inconnue",
			EN: "in the RPPS extraction, doctors without a municipality, abroad, or in an unknown one"},
		read: formats{"rpps": readRPPS, "fte": readFTE, "counts": readCounts},
	}, {
		Kind: TravelTimes, Name: i18n.Text{FR: "Temps de trajet", EN: "Travel times"},
		Accepts: i18n.Text{FR: "CSV avec origin, dest et minutes", EN: "CSV with origin, dest and minutes"},
		read:    formats{"csv": readTravelTimes},
	},
}

type formats = map[string]func(*reading) (Content, error)

// Describe finds a kind's description.
func Describe(kind Kind) (Description, bool) {
	for _, d := range Kinds {
		if d.Kind == kind {
			return d, true
		}
	}
	return Description{}, false
}

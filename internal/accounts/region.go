package accounts

import "strings"

// Region is a region of France with its départements, as far as an agency's territory needs them: the codes of the Code officiel
// géographique (INSEE) since 2016. Communes belong to internal/territory; this table is here because a grant is checked before
// anything else is read.
type Region struct {
	Code, Name   string
	Departements []string
}

// Regions lists the regions by code.
var Regions = []Region{
	{"01", "Guadeloupe", strings.Fields("971")},
	{"02", "Martinique", strings.Fields("972")},
	{"03", "Guyane", strings.Fields("973")},
	{"04", "La Réunion", strings.Fields("974")},
	{"06", "Mayotte", strings.Fields("976")},
	{"11", "Île-de-France", strings.Fields("75 77 78 91 92 93 94 95")},
	{"24", "Centre-Val de Loire", strings.Fields("18 28 36 37 41 45")},
	{"27", "Bourgogne-Franche-Comté", strings.Fields("21 25 39 58 70 71 89 90")},
	{"28", "Normandie", strings.Fields("14 27 50 61 76")},
	{"32", "Hauts-de-France", strings.Fields("02 59 60 62 80")},
	{"44", "Grand Est", strings.Fields("08 10 51 52 54 55 57 67 68 88")},
	{"52", "Pays de la Loire", strings.Fields("44 49 53 72 85")},
	{"53", "Bretagne", strings.Fields("22 29 35 56")},
	{"75", "Nouvelle-Aquitaine", strings.Fields("16 17 19 23 24 33 40 47 64 79 86 87")},
	{"76", "Occitanie", strings.Fields("09 11 12 30 31 32 34 46 48 65 66 81 82")},
	{"84", "Auvergne-Rhône-Alpes", strings.Fields("01 03 07 15 26 38 42 43 63 69 73 74")},
	{"93", "Provence-Alpes-Côte d’Azur", strings.Fields("04 05 06 13 83 84")},
	{"94", "Corse", strings.Fields("2A 2B")},
}

var regionOfDepartement = func() map[string]string {
	of := map[string]string{}
	for _, r := range Regions {
		for _, d := range r.Departements {
			of[d] = r.Code
		}
	}
	return of
}()

// RegionOf is the code of the region that holds a département; "" when the département does not exist.
func RegionOf(departement string) string { return regionOfDepartement[departement] }

// RegionName is how people read a region code; "" when there is no such region.
func RegionName(code string) string {
	for _, r := range Regions {
		if r.Code == code {
			return r.Name
		}
	}
	return ""
}

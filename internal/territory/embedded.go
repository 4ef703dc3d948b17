package territory

import (
	_ "embed"
	"slices"
	"sort"
	"strings"
	"sync"

	"maillage/internal/territory/columns"
)

//go:generate npm --prefix ../../tools/territory ci --silent --no-audit --no-fund
//go:generate go run ./generate -modules ../../tools/territory/node_modules -out embedded/france.bin.gz

//go:embed embedded/france.bin.gz
var franceFile []byte

// Vintage is the year of the embedded geographic code.
const Vintage = 2026

// France is the whole country, read only. Communes are sorted by code.
type France struct {
	Communes     []Commune
	Regions      []Area
	Departements []Area
	EPCI         []Area
	EPT          []Area

	index      map[string]int
	merged     map[string]string
	names      func() []string
	demoSupply func() []FTE
	units      func() *unitIndex
}

// Attributions are the sources of the embedded territory, to be shown where it is shown.
var Attributions = []Attribution{
	{"Etalab / INSEE, Code officiel géographique 2026, populations légales 2023", "Licence Ouverte 2.0", "https://www.insee.fr/fr/information/2560452"},
	{"La Poste, base officielle des codes postaux", "Licence Ouverte 2.0", "https://www.data.gouv.fr/fr/datasets/base-officielle-des-codes-postaux/"},
	{"GeoNames", "CC BY 4.0", "https://www.geonames.org/"},
}

var embedded = sync.OnceValues(func() (*France, error) { return decodeFrance(franceFile) })

// Embedded is the territory that ships with the product. It is decoded once and shared; nobody may change it.
func Embedded() *France {
	f, err := embedded()
	if err != nil {
		panic(err) // the file is part of the binary: a test reads it whole
	}
	return f
}

func decodeFrance(file []byte) (*France, error) {
	r := columns.Open(file)
	f := &France{
		Regions:      readAreas(r, "region"),
		Departements: readAreas(r, "departement"),
		EPCI:         readAreas(r, "epci"),
		EPT:          readAreas(r, "ept"),
	}
	postcodes := r.Strings("postcodes")
	code, name, kind, parent := r.Strings("code"), r.Strings("name"), r.Ints("kind"), r.Strings("parent")
	dep, epci, ept, population, post := r.Ints("departement"), r.Ints("epci"), r.Ints("ept"), r.Ints("population"), r.Ints("postcode set")
	lat, lon, estimated := r.Ints("lat"), r.Ints("lon"), r.Ints("estimated")
	oldCode, newCode := r.Strings("old code"), r.Strings("new code")
	if r.Err() != nil {
		return nil, r.Err()
	}
	lists := make([][]string, len(postcodes))
	for i, list := range postcodes {
		if list != "" {
			lists[i] = strings.Split(list, " ")
		}
	}
	f.Communes = make([]Commune, len(code))
	f.index = make(map[string]int, len(code))
	for i := range code {
		f.Communes[i] = Commune{
			Code: code[i], Name: name[i], Kind: Kind(kind[i]), Parent: parent[i],
			Departement: f.Departements[dep[i]].Code, Region: f.Departements[dep[i]].Parent,
			EPCI: codeAt(f.EPCI, epci[i]), EPT: codeAt(f.EPT, ept[i]),
			Population: population[i], Postcodes: lists[post[i]],
			Lat: float64(lat[i]) / positionScale, Lon: float64(lon[i]) / positionScale, Estimated: estimated[i] == 1,
		}
		f.index[code[i]] = i
	}
	f.merged = make(map[string]string, len(oldCode))
	for i := range oldCode {
		f.merged[oldCode[i]] = newCode[i]
	}
	f.prepare()
	return f, nil
}

// positionScale is the number of steps per degree in the embedded file: about one metre.
const positionScale = 1e5

func readAreas(r *columns.Reader, name string) []Area {
	code, label, parent, kind := r.Strings(name+" code"), r.Strings(name+" name"), r.Strings(name+" parent"), r.Strings(name+" kind")
	if r.Err() != nil {
		return nil
	}
	areas := make([]Area, len(code))
	for i := range code {
		areas[i] = Area{Code: code[i], Name: label[i], Parent: parent[i], Kind: kind[i]}
	}
	return areas
}

// codeAt reads a reference written as index + 1; 0 is none.
func codeAt(areas []Area, ref int) string {
	if ref == 0 {
		return ""
	}
	return areas[ref-1].Code
}

// Index is a commune's place in Communes, or false when the code is not a current one.
func (f *France) Index(code string) (int, bool) {
	i, ok := f.index[code]
	return i, ok
}

// Commune finds a commune by its current code.
func (f *France) Commune(code string) (Commune, bool) {
	i, ok := f.index[code]
	if !ok {
		return Commune{}, false
	}
	return f.Communes[i], true
}

// Follow gives the current code of a commune: its own, or the one that it was merged into (merged is then true).
// It returns false for a code that has never existed in the embedded history.
func (f *France) Follow(code string) (current string, merged, ok bool) {
	if i, now := f.index[code]; now {
		return f.Communes[i].Code, false, true
	}
	current, ok = f.merged[code]
	return current, ok, ok
}

// Position is where a current commune lies, in degrees, and whether that was deduced from its neighbours; false when nothing says it.
func (f *France) Position(code string) (lat, lon float64, estimated, ok bool) {
	i, ok := f.index[code]
	if !ok {
		return 0, 0, false, false
	}
	c := &f.Communes[i]
	return c.Lat, c.Lon, c.Estimated, c.Lat != 0 || c.Lon != 0
}

// Region finds a region by its code.
func (f *France) Region(code string) (Area, bool) { return find(f.Regions, code) }

// Departement finds a département by its code.
func (f *France) Departement(code string) (Area, bool) { return find(f.Departements, code) }

// Intercommunality finds an EPCI by its SIREN.
func (f *France) Intercommunality(code string) (Area, bool) { return find(f.EPCI, code) }

// Territorial finds an établissement public territorial of Grand Paris by its SIREN.
func (f *France) Territorial(code string) (Area, bool) { return find(f.EPT, code) }

func find(areas []Area, code string) (Area, bool) {
	i, ok := slices.BinarySearchFunc(areas, code, func(a Area, c string) int { return strings.Compare(a.Code, c) })
	if !ok {
		return Area{}, false
	}
	return areas[i], true
}

// DepartementsOf lists the départements of a region, by code.
func (f *France) DepartementsOf(region string) []Area {
	var found []Area
	for _, d := range f.Departements {
		if d.Parent == region {
			found = append(found, d)
		}
	}
	return found
}

// UnitsOf lists the indices of a region's units, by code.
func (f *France) UnitsOf(region string) []int {
	var units []int
	for i := range f.Communes {
		if f.Communes[i].Region == region && f.Communes[i].Unit() {
			units = append(units, i)
		}
	}
	return units
}

// ByPostcode lists the units that share a postcode, by population, largest first.
func (f *France) ByPostcode(postcode string) []Commune {
	var found []Commune
	for i := range f.Communes {
		if f.Communes[i].Unit() && slices.Contains(f.Communes[i].Postcodes, postcode) {
			found = append(found, f.Communes[i])
		}
	}
	sort.SliceStable(found, func(a, b int) bool { return found[a].Population > found[b].Population })
	return found
}

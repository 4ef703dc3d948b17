package territory

// Kind says what a row of the territory is.
type Kind uint8

// The kinds of commune. Computations use units: every commune except the three that are divided, and their arrondissements.
const (
	Whole          Kind = iota // an ordinary commune
	Divided                    // Paris, Lyon or Marseille as a whole
	Arrondissement             // a municipal arrondissement of one of them
)

// Commune is one commune or municipal arrondissement as it stands in the geographic code of the embedded year.
type Commune struct {
	Code        string // INSEE, five characters
	Name        string
	Kind        Kind
	Parent      string // of an arrondissement: the code of its commune
	Departement string // "75", "2A", "971"
	Region      string // "11"
	EPCI        string // SIREN of the intercommunality, or ""
	EPT         string // SIREN of the établissement public territorial, or "" (Grand Paris only)
	Population  int    // municipal population
	Postcodes   []string
	Lat, Lon    float64 // of its centre, in degrees (WGS 84)
	Estimated   bool    // the position was deduced from neighbours, not read from a source
}

// Unit tells whether computations use this row: a divided commune is represented by its arrondissements.
func (c Commune) Unit() bool { return c.Kind != Divided }

// Area is a named territory above the commune.
type Area struct {
	Code   string
	Name   string
	Parent string // of a département: its region
	Kind   string // of an intercommunality: CC, CA, CU, METRO, MET69
}

// Attribution is what the licence of a source asks to show.
type Attribution struct {
	Source  string
	Licence string
	URL     string
}

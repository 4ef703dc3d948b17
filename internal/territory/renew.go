package territory

import (
	"slices"
	"strings"

	"maillage/internal/territory/intake"
)

// with gives the country as an imported geographic code describes it. Positions and intercommunalities, which that file does not hold,
// are kept; a commune that is new takes the place of those that it replaced, or of its postcode's, and is marked estimated.
func (f *France) with(t *intake.Table) *France {
	n := &France{Regions: f.Regions, Departements: f.Departements, EPCI: f.EPCI, EPT: f.EPT,
		Communes: make([]Commune, len(t.Keys)), index: make(map[string]int, len(t.Keys)), merged: make(map[string]string, len(f.merged))}
	names, types, departements, regions := t.Text("name"), t.Text("type"), t.Text("departement"), t.Text("region")
	parents, postcodes, old, population := t.Text("parent"), t.Text("postcodes"), t.Text("old"), t.Number("population")
	divided := map[string]bool{}
	for _, parent := range parents {
		divided[parent] = true
	}
	for i, code := range t.Keys {
		c := Commune{Code: code, Name: names[i], Parent: parents[i], Departement: departements[i], Region: regions[i],
			Population: int(population[i]), Postcodes: split(postcodes[i])}
		switch {
		case types[i] == "arrondissement-municipal":
			c.Kind = Arrondissement
		case divided[code]:
			c.Kind = Divided
		}
		f.settle(&c, split(old[i]))
		n.Communes[i], n.index[code] = c, i
	}
	n.inheritMergers(f, t.Keys, old)
	n.prepare()
	return n
}

// settle gives a commune its position and groups.
func (f *France) settle(c *Commune, old []string) {
	if before, ok := f.Commune(c.Code); ok {
		c.EPCI, c.EPT, c.Lat, c.Lon, c.Estimated = before.EPCI, before.EPT, before.Lat, before.Lon, before.Estimated
		return
	}
	c.Estimated = true
	var lat, lon, n float64
	add := func(from Commune) {
		lat, lon, n = lat+from.Lat, lon+from.Lon, n+1
		c.EPCI, c.EPT = from.EPCI, from.EPT
	}
	for _, code := range old {
		if current, _, ok := f.Follow(code); ok {
			before, _ := f.Commune(current)
			add(before)
		}
	}
	for _, near := range []func(Commune) bool{
		func(o Commune) bool {
			return slices.ContainsFunc(c.Postcodes, func(p string) bool { return slices.Contains(o.Postcodes, p) })
		},
		func(o Commune) bool { return o.Departement == c.Departement },
	} {
		if n > 0 {
			break
		}
		for i := range f.Communes {
			if near(f.Communes[i]) {
				add(f.Communes[i])
			}
		}
	}
	if n > 0 {
		c.Lat, c.Lon = lat/n, lon/n
	}
}

// inheritMergers keeps what was known of former codes, and adds what the file says.
func (f *France) inheritMergers(before *France, codes, old []string) {
	for i, code := range codes {
		for former := range strings.FieldsSeq(old[i]) {
			if _, now := f.index[former]; !now {
				f.merged[former] = code
			}
		}
	}
	follow := func(code string) (string, bool) {
		if _, now := f.index[code]; now {
			return code, true
		}
		to, ok := f.merged[code]
		return to, ok
	}
	for former, current := range before.merged {
		if _, now := f.index[former]; now {
			continue
		}
		if _, said := f.merged[former]; said {
			continue
		}
		if to, ok := follow(current); ok {
			f.merged[former] = to
		}
	}
}

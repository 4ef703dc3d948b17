package intake

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// etalabCommune is one element of communes.json.
type etalabCommune struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Type        string   `json:"type"`
	Departement string   `json:"departement"`
	Region      string   `json:"region"`
	Parent      string   `json:"commune"`
	ChefLieu    string   `json:"chefLieu"`
	Old         []string `json:"anciensCodes"`
	Postcodes   []string `json:"codesPostaux"`
	Population  *float64 `json:"population"`
}

// readCommunes reads a geographic code: an array of communes, arrondissements and former communes. It is the one kind whose codes
// need not be known before: it says which codes exist.
func readCommunes(r *reading) (Content, error) {
	f := r.openJSON()
	if f == nil {
		return nil, nil
	}
	if t, err := f.dec.Token(); err != nil || t != json.Delim('[') {
		if err == nil {
			err = errNotCollection
		}
		f.broken(err)
		return nil, nil
	}
	b := build([]string{"name", "type", "departement", "region", "parent", "postcodes", "old"}, []string{"population"})
	former := map[string][]string{} // codes that were taken over, by the code that took them
	for f.dec.More() {
		before := f.dec.InputOffset()
		var raw json.RawMessage
		if err := f.dec.Decode(&raw); err != nil {
			f.broken(err)
			return nil, nil
		}
		f.line, f.column = f.pos.at(max(before, f.dec.InputOffset()-int64(len(raw))))
		f.report.Lines, f.bad = f.line, false
		var c etalabCommune
		if err := json.Unmarshal(raw, &c); err != nil {
			f.reject("", Clip(string(raw), valueShown), say("Cet élément n’est pas une commune.", "This element is not a municipality."))
			continue
		}
		f.oneCommune(b, former, c)
	}
	f.close(']')
	for current, codes := range former {
		if row := b.rows[current]; row != nil {
			sort.Strings(codes)
			row.texts[6] = strings.TrimSpace(row.texts[6] + " " + strings.Join(codes, " "))
		}
	}
	return b.table(), nil
}

func (f *features) oneCommune(b *builder, former map[string][]string, c etalabCommune) {
	population := 0.0
	if c.Population != nil {
		population = *c.Population
	}
	switch {
	case !communeCode.MatchString(c.Code):
		f.reject("code", c.Code, say("Un code INSEE a cinq caractères.", "An INSEE code has five characters."))
	case c.Name == "":
		f.reject("nom", c.Code, say("Le nom manque.", "The name is missing."))
	case c.Departement == "" || c.Region == "":
		f.reject("departement", c.Code, say("Le département ou la région manque.", "The département or the region is missing."))
	case population < 0 || population > 1e7:
		f.reject("population", fmt.Sprint(population), say("Cette population est impossible.", "This population is impossible."))
	case c.Type == "commune-actuelle" || c.Type == "arrondissement-municipal":
		if b.rows[c.Code] != nil {
			f.reject("code", c.Code, say("Déjà présent à la ligne %d.", "Already on line %d.", b.rows[c.Code].line))
			return
		}
		sort.Strings(c.Postcodes)
		sort.Strings(c.Old)
		b.rows[c.Code] = &record{line: f.line, numbers: []float64{population}, texts: []string{c.Name, c.Type, c.Departement, c.Region,
			c.Parent, strings.Join(c.Postcodes, " "), strings.Join(c.Old, " ")}}
	case c.ChefLieu != "" && c.ChefLieu != c.Code:
		former[c.ChefLieu] = append(former[c.ChefLieu], c.Code)
	}
}

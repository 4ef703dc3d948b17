package territory

import (
	"slices"
	"strings"

	"maillage/internal/platform/db"
)

// Search finds communes by the start of their name, by any word of it, by code or by postcode; the best and largest first.
// Accents, case, hyphens and "St" for "Saint" do not matter. region may be "" for the whole country.
func (f *France) Search(query, region string, limit int) []Commune {
	q := fold(db.Searched(query))
	if q == "" || limit <= 0 {
		return nil
	}
	type hit struct{ index, rank int }
	var hits []hit
	for i, name := range f.names() {
		c := &f.Communes[i]
		if region != "" && c.Region != region {
			continue
		}
		if rank := matches(q, name, c); rank > 0 {
			hits = append(hits, hit{i, rank})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		if d := f.Communes[b.index].Population - f.Communes[a.index].Population; d != 0 {
			return d
		}
		return a.index - b.index
	})
	found := make([]Commune, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, f.Communes[h.index])
	}
	return found
}

// matches ranks a commune for a folded query: 1 is the best, 0 is no match.
func matches(query, name string, c *Commune) int {
	switch {
	case name == query, strings.EqualFold(c.Code, query), slices.Contains(c.Postcodes, query):
		return 1
	case strings.HasPrefix(name, query):
		return 2
	case strings.Contains(name, " "+query):
		return 3
	}
	return 0
}

func (f *France) foldNames() []string {
	names := make([]string, len(f.Communes))
	for i := range f.Communes {
		names[i] = fold(f.Communes[i].Name)
	}
	return names
}

// fold brings a name to plain words, "st" and "ste" written in full.
func fold(s string) string {
	words := strings.Fields(db.Fold(s))
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}

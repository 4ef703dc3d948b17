package atlas

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/territory"
)

// Filter narrows and orders the communes' table.
type Filter struct {
	Departement string
	Zone        string // ZIP, ZAC, HZ, or QPV for communes with a priority neighbourhood
	Query       string // part of a name, the start of a code, or a postcode
	Sort        string // a key of sortings, with a minus sign for the reverse; "" for the worst served first
}

// ParseFilter reads a filter from a query; what is unknown filters nothing.
func ParseFilter(q url.Values) Filter {
	f := Filter{Departement: q.Get("departement"), Zone: q.Get("zone"), Query: strings.TrimSpace(db.Searched(q.Get("q"))), Sort: q.Get("sort")}
	if _, known := sortings[strings.TrimPrefix(f.Sort, "-")]; !known {
		f.Sort = ""
	}
	return f
}

// sortings compare two places by the keys of the table.
var sortings = map[string]func(r *Region, ages territory.AgeFilter, a, b int) int{
	"nom": func(r *Region, _ territory.AgeFilter, a, b int) int {
		return cmp.Compare(r.Places[a].Folded, r.Places[b].Folded)
	},
	"code": func(_ *Region, _ territory.AgeFilter, a, b int) int { return a - b },
	"departement": func(r *Region, _ territory.AgeFilter, a, b int) int {
		return cmp.Compare(r.Places[a].Departement, r.Places[b].Departement)
	},
	"zone": func(r *Region, _ territory.AgeFilter, a, b int) int {
		return cmp.Compare(zoneRank[r.ZoneOf(a).Class], zoneRank[r.ZoneOf(b).Class])
	},
	"apl": func(r *Region, ages territory.AgeFilter, a, b int) int {
		return cmp.Compare(r.Model(ages).Value[a], r.Model(ages).Value[b])
	},
	"etp": func(r *Region, ages territory.AgeFilter, a, b int) int {
		return cmp.Compare(r.Places[a].FTE.Count(ages), r.Places[b].FTE.Count(ages))
	},
	"population": func(r *Region, _ territory.AgeFilter, a, b int) int {
		return r.Places[a].Population - r.Places[b].Population
	},
}

// List gives the places of the region that pass a filter, in its order.
func (r *Region) List(ages territory.AgeFilter, f Filter) []int {
	folded := db.Fold(f.Query)
	places := slices.DeleteFunc(r.In(f.Departement), func(n int) bool { return !r.passes(n, f, folded) })
	key := strings.TrimPrefix(f.Sort, "-")
	if key == "" {
		key = "apl"
	}
	compare := sortings[key]
	slices.SortStableFunc(places, func(a, b int) int {
		c := compare(r, ages, a, b)
		if strings.HasPrefix(f.Sort, "-") {
			c = -c
		}
		return cmp.Or(c, a-b)
	})
	return places
}

// passes tells whether a place passes a filter, whose query is given folded too.
func (r *Region) passes(n int, f Filter, folded string) bool {
	p := &r.Places[n]
	switch f.Zone {
	case "":
	case "QPV":
		if len(p.Quarters) == 0 {
			return false
		}
	default:
		if r.ZoneOf(n).Class != f.Zone {
			return false
		}
	}
	if f.Query == "" {
		return true
	}
	return strings.Contains(p.Folded, folded) || strings.HasPrefix(p.Code, strings.ToUpper(f.Query)) || slices.Contains(p.Postcodes, f.Query)
}

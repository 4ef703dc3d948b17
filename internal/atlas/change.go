package atlas

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// ChangeKind says what sort of change of the supply is tried.
type ChangeKind string

// The kinds: doctors come or leave at one commune, a house of doctors (MSP) opens at one site, a post is shared between sites.
const (
	Doctors ChangeKind = "etp"
	House   ChangeKind = "msp"
	Shared  ChangeKind = "poste"
)

// KindNames is how people read the kinds.
var KindNames = map[ChangeKind]i18n.Text{
	Doctors: {FR: "Médecins", EN: "Doctors"},
	House:   {FR: "Maison de santé", EN: "Health centre"},
	Shared:  {FR: "Poste partagé", EN: "Shared post"},
}

// Change is one thing tried in a sandbox.
type Change struct {
	Kind  ChangeKind
	Sites []SiteFTE
}

// SiteFTE is full-time equivalents at a commune; negative where doctors leave.
type SiteFTE struct {
	Code string
	FTE  float64
}

// Limits of a scenario.
const (
	mostChanges = 60
	mostSites   = 8
	mostFTE     = 50
)

// String writes a change as it stands in addresses: "91286:2", "msp:91286:3", "poste:91286:0.4,91228:0.6".
func (c Change) String() string {
	sites := make([]string, len(c.Sites))
	for k, s := range c.Sites {
		sites[k] = s.Code + ":" + strconv.FormatFloat(s.FTE, 'f', -1, 64)
	}
	prefix := ""
	if c.Kind != Doctors {
		prefix = string(c.Kind) + ":"
	}
	return prefix + strings.Join(sites, ",")
}

// ParseChange reads what String writes; it checks the form only, and Try the rest.
func ParseChange(s string) (Change, error) {
	c := Change{Kind: Doctors}
	for _, kind := range []ChangeKind{House, Shared} {
		if rest, ok := strings.CutPrefix(s, string(kind)+":"); ok {
			c.Kind, s = kind, rest
		}
	}
	for part := range strings.SplitSeq(s, ",") {
		code, number, _ := strings.Cut(part, ":")
		fte, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return c, fault.Invalid("Un changement du scénario n’est pas lisible : « "+part+" ».", "A change of the scenario cannot be read: “"+part+"”.")
		}
		c.Sites = append(c.Sites, SiteFTE{code, fte})
	}
	return c, c.check()
}

// check refuses what no form offers.
func (c Change) check() error {
	if len(c.Sites) == 0 || len(c.Sites) > mostSites || c.Kind == House && len(c.Sites) != 1 || c.Kind == Shared && len(c.Sites) < 2 {
		return fault.Invalid("Un poste partagé demande de deux à huit communes ; les autres changements, une seule.", "A shared post takes two to eight municipalities; other changes take one.")
	}
	for _, s := range c.Sites {
		if math.IsNaN(s.FTE) || s.FTE == 0 || math.Abs(s.FTE) > mostFTE || c.Kind != Doctors && s.FTE < 0 {
			return fault.Invalid("Le nombre de postes doit être compris entre 0 et 50 équivalents temps plein, et non nul ; seul un départ est négatif.", "The number of posts must be between 0 and 50 full-time equivalents, and not zero; only a departure is negative.")
		}
	}
	return nil
}

// ParseChanges reads a list of changes.
func ParseChanges(all []string) ([]Change, error) {
	if len(all) > mostChanges {
		return nil, fault.Invalid(fmt.Sprintf("Un scénario compte au plus %d changements.", mostChanges), fmt.Sprintf("A scenario holds %d changes at most.", mostChanges))
	}
	changes := make([]Change, 0, len(all))
	for _, s := range all {
		c, err := ParseChange(s)
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// WriteChanges is the reverse of ParseChanges.
func WriteChanges(changes []Change) []string {
	all := make([]string, len(changes))
	for k, c := range changes {
		all[k] = c.String()
	}
	return all
}

// Resolve finds a commune of the region from what somebody typed: its code, its name, or its name with its département or code
// in brackets, "Grigny (91)".
func (r *Region) Resolve(typed string) (int, error) {
	typed = strings.TrimSpace(db.Searched(typed))
	if n, ok := r.Find(strings.ToUpper(typed)); ok {
		return n, nil
	}
	name, bracket, _ := strings.Cut(typed, "(")
	bracket = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(bracket), ")"))
	folded := db.Fold(name)
	var found []int
	for n := range r.Inside {
		p := &r.Places[n]
		if p.Folded == folded && (bracket == "" || p.Departement == bracket || p.Code == bracket) {
			found = append(found, n)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return r.nearest(typed, folded)
	}
	departements := make([]string, len(found))
	for k, n := range found {
		departements[k] = r.Places[n].Departement
	}
	slices.Sort(departements)
	list := strings.Join(departements, ", ")
	return 0, fault.Invalid("Plusieurs communes s’appellent « "+typed+" » (départements "+list+") : précisez, par exemple « "+typed+" ("+departements[0]+") ».",
		"Several municipalities are called “"+typed+"” (départements "+list+"): say which, for example “"+typed+" ("+departements[0]+")”.")
}

// nearest is the only commune whose name begins with what was typed; failing that, a refusal that names those that begin most alike.
func (r *Region) nearest(typed, folded string) (int, error) {
	like := r.Like(folded, 4)
	if len(like) == 1 && strings.HasPrefix(r.Places[like[0]].Folded, folded) && len(folded) >= 3 {
		return like[0], nil
	}
	names := make([]string, len(like))
	for k, n := range like {
		names[k] = r.Places[n].Name
	}
	fr, en := "Aucune commune de la région ne s’appelle « "+typed+" ».", "No municipality of the region is called “"+typed+"”."
	if list := strings.Join(names, ", "); list != "" {
		fr, en = fr+" Peut-être : "+list+".", en+" Perhaps: "+list+"."
	}
	return 0, fault.Invalid(fr, en)
}

// likeLetters is the least number of first letters that two names share to be alike.
const likeLetters = 3

// Like lists places inside the region whose names begin as a folded text does, the most alike first, then the most populated: all those
// that begin with it whole, or else those that share its first letters.
func (r *Region) Like(folded string, limit int) []int {
	type alike struct{ place, shared int }
	var found []alike
	most := min(likeLetters, len(folded))
	for n := range r.Inside {
		shared := 0
		for name := r.Places[n].Folded; shared < min(len(name), len(folded)) && name[shared] == folded[shared]; {
			shared++
		}
		if shared >= max(1, most) {
			found = append(found, alike{n, shared})
			if shared == len(folded) {
				most = shared
			}
		}
	}
	slices.SortFunc(found, func(a, b alike) int {
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(r.Places[b.place].Population, r.Places[a.place].Population))
	})
	var places []int
	for _, a := range found {
		if a.shared >= most && len(places) < limit {
			places = append(places, a.place)
		}
	}
	return places
}

package accounts

import (
	"errors"
	"fmt"
	"sort"
	"sync"

	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

// Permission names something that may be done. Declare makes it.
type Permission = httpx.Permission

// Reach says how far a permission goes for a role.
type Reach int

// The reaches. The zero value reaches nothing, so that a forgotten one refuses.
const (
	Nowhere     Reach = iota
	Everywhere        // every object
	InTerritory       // objects inside the region or the département of the grant
	InStructure       // objects of the structure of the grant
	Own               // objects whose owner is the actor
)

// reachNames is how people read a reach.
var reachNames = map[Reach]i18n.Text{
	Everywhere:  {FR: "partout", EN: "everywhere"},
	InTerritory: {FR: "dans son territoire", EN: "in their territory"},
	InStructure: {FR: "dans sa structure", EN: "in their structure"},
	Own:         {FR: "ce qui est à soi", EN: "their own"},
}

// Name is how people read the reach.
func (r Reach) Name() i18n.Text { return reachNames[r] }

// Allow is one line of a permission: a role and how far the permission goes for it.
type Allow struct {
	Role  Role
	Reach Reach
}

const (
	everybody Role = "anyone"
	signedIn  Role = "signed-in"
)

// Lines of a permission that are not a role's.
var (
	Anyone      = Allow{Role: everybody, Reach: Everywhere} // nobody needs an account
	SignedIn    = Allow{Role: signedIn, Reach: Everywhere}  // any account
	SignedInOwn = Allow{Role: signedIn, Reach: Own}         // any account, on what is its own
)

// reaches tells whether this line covers the object, for an actor who holds the role through the grant.
func (l Allow) reaches(a Actor, g Grant, at Scope) bool {
	switch l.Reach {
	case Everywhere:
		return true
	case InTerritory:
		return g.covers(at)
	case InStructure:
		return g.Structure != "" && g.Structure == at.Structure
	case Own:
		return a.ID != "" && a.ID == at.Owner
	default:
		return false
	}
}

// possible tells whether this line can cover any object at all.
func (l Allow) possible(a Actor, g Grant) bool {
	switch l.Reach {
	case Everywhere, InTerritory:
		return true
	case InStructure:
		return g.Structure != ""
	case Own:
		return a.ID != ""
	default:
		return false
	}
}

// Declared is a permission as it was declared.
type Declared struct {
	Name Permission
	Doc  i18n.Text
	Who  []Allow
}

var registry = struct {
	sync.RWMutex
	all map[Permission]Declared
}{all: map[Permission]Declared{}}

// Declare registers a permission with what it allows, in both languages, and who holds it. Nobody listed means nobody holds it but
// the system. It is called from package variables; a duplicate or a malformed line is a mistake in the program, and panics.
func Declare(name string, doc i18n.Text, who ...Allow) Permission {
	p := Permission(name)
	if name == "" || doc.FR == "" || doc.EN == "" {
		panic(fmt.Sprintf("permission %q needs a name and a text in both languages", name))
	}
	for _, l := range who {
		_, known := roleNames[l.Role]
		if !known || l.Reach == Nowhere {
			panic(fmt.Sprintf("permission %q: the line %+v names no role or no reach", name, l))
		}
	}
	registry.Lock()
	defer registry.Unlock()
	if _, twice := registry.all[p]; twice {
		panic(fmt.Sprintf("permission %q is declared twice", name))
	}
	registry.all[p] = Declared{Name: p, Doc: doc, Who: who}
	return p
}

func lookup(p Permission) (Declared, bool) {
	registry.RLock()
	defer registry.RUnlock()
	d, ok := registry.all[p]
	return d, ok
}

// Permissions lists what the rooms of this program declared, by name.
func Permissions() []Declared {
	registry.RLock()
	defer registry.RUnlock()
	list := make([]Declared, 0, len(registry.all))
	for _, d := range registry.all {
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// CheckRoutes refuses routes that name no permission, or one that nobody declared. The program does not start, and its tests fail,
// on such a route.
func CheckRoutes(routes []httpx.Route) error {
	var errs []error
	for _, r := range routes {
		if _, known := lookup(r.Permission); !known {
			errs = append(errs, fmt.Errorf("route %s %s: permission %q is not declared", r.Method, r.Path, r.Permission))
		}
	}
	return errors.Join(errs...)
}

package atlas

import (
	"net/url"
	"slices"
	"strings"

	"maillage/internal/access"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
)

// DefaultDecay is the preset under which access is computed unless the reader chose another.
const DefaultDecay = "drees2015"

// View is what a reader looks at. Its query holds all of it and nothing else: a link reproduces the view.
type View struct {
	Region      string
	Layer       string
	Departement string // narrows tables and figures, frames the map; "" for all
	Decay       string // a preset, or a decay as access.ParseDecay reads it
	Ages        territory.AgeFilter
	Overlays    string // points over the map: the keys of overlays in alphabetical order, separated by commas
	home        string // the installation's region, left out of queries
}

// DefaultView is what an installation shows first.
func DefaultView(region string) View {
	return View{Region: region, Layer: Layers[0].Key, Decay: DefaultDecay, Ages: territory.UpTo65, home: region}
}

// ParseView reads a view from a query; what is absent stays as in the installation's first view, what is unknown is refused.
func ParseView(q url.Values, home string) (View, error) {
	v := DefaultView(home)
	fields := fault.Fields{}
	set := func(name string, into *string, valid func(string) bool) {
		value := strings.Trim(strings.Join(q[name], ","), " ,") // ticked boxes come one by one
		if value == "" {
			return
		}
		if !valid(value) {
			fields.Add(name, "Cette valeur n’existe pas ici : « "+value+" ».", "There is no such value here: “"+value+"”.")
			return
		}
		*into = value
	}
	ages := string(v.Ages)
	set("region", &v.Region, func(s string) bool { _, ok := territory.Embedded().Region(s); return ok })
	set("couche", &v.Layer, func(s string) bool { _, ok := LayerOf(s); return ok })
	set("decroissance", &v.Decay, func(s string) bool { _, err := parseDecay(s); return err == nil })
	set("ages", &ages, func(s string) bool { _, ok := AgeNames[territory.AgeFilter(s)]; return ok })
	set("reperes", &v.Overlays, func(s string) bool {
		return len(s) <= 100 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz,") == ""
	})
	set("departement", &v.Departement, func(s string) bool {
		d, ok := territory.Embedded().Departement(s)
		return ok && d.Parent == v.Region
	})
	v.Ages = territory.AgeFilter(ages)
	v.Overlays = inOrder(v.Overlays)
	return v, fields.Err()
}

// Query writes the view, without what the installation's first view says already.
func (v View) Query() url.Values {
	first := DefaultView(v.home)
	q := url.Values{}
	put := func(name, value, usual string) {
		if value != usual {
			q.Set(name, value)
		}
	}
	put("region", v.Region, first.Region)
	put("couche", v.Layer, first.Layer)
	put("departement", v.Departement, first.Departement)
	put("decroissance", v.Decay, first.Decay)
	put("reperes", v.Overlays, "")
	put("ages", string(v.Ages), string(first.Ages))
	return q
}

// Shows tells whether an overlay is shown.
func (v View) Shows(key string) bool { return slices.Contains(strings.Split(v.Overlays, ","), key) }

// inOrder writes a list of keys in one way only, so that one view has one address.
func inOrder(list string) string {
	keys := strings.Split(list, ",")
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), ",")
}

// At is a place of the site under this view.
func (v View) At(path string) string { return withQuery(path, v.Query()) }

// With is a place of the site under this view with some parameters added or changed; an empty value removes one.
func (v View) With(path string, pairs ...string) string {
	q := v.Query()
	for k := 0; k+1 < len(pairs); k += 2 {
		if pairs[k+1] == "" {
			q.Del(pairs[k])
		} else {
			q.Set(pairs[k], pairs[k+1])
		}
	}
	return withQuery(path, q)
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// AgeNames is how people read the age limits.
var AgeNames = map[territory.AgeFilter]i18n.Text{
	territory.AllAges: {FR: "Tous les médecins", EN: "All doctors"},
	territory.UpTo65:  {FR: "Médecins de 65 ans et moins", EN: "Doctors aged 65 and under"},
	territory.UpTo62:  {FR: "Médecins de 62 ans et moins", EN: "Doctors aged 62 and under"},
	territory.UpTo60:  {FR: "Médecins de 60 ans et moins", EN: "Doctors aged 60 and under"},
}

// DecayNames is how people read the presets.
var DecayNames = map[string]i18n.Text{
	"drees2015": {FR: "DREES 2015 (1 jusqu’à 10 min, ⅔ jusqu’à 15, ⅓ jusqu’à 20)", EN: "DREES 2015 (1 up to 10 min, ⅔ up to 15, ⅓ up to 20)"},
	"drees2012": {FR: "DREES 2012 (1 jusqu’à 5 min, 0,3 jusqu’à 10, 0,1 jusqu’à 15)", EN: "DREES 2012 (1 up to 5 min, 0.3 up to 10, 0.1 up to 15)"},
}

// mostMinutes is the furthest that a decay may reach here: beyond, a region's neighbours would be half of the country.
const mostMinutes = 45

func parseDecay(spec string) (access.Decay, error) {
	decay, err := access.ParseDecay(spec)
	if err != nil {
		return decay, fault.Invalid("Cette décroissance n’est pas lisible. Exemple : step:10=1,15=0.5.", "This decay cannot be read. Example: step:10=1,15=0.5.").Because(err)
	}
	if decay.Reach() > mostMinutes {
		return decay, fault.Invalid("La décroissance doit s’annuler au plus tard à 45 minutes.", "The decay must end at 45 minutes at most.")
	}
	return decay, nil
}

func errNoRegion(code string) error {
	return fault.NotFound("Il n’existe pas de région de code « "+code+" ».", "There is no region with the code “"+code+"”.")
}

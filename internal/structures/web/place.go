package web

import (
	"net/http"
	"slices"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
	"maillage/internal/ui"
)

// suggested is how many communes a list proposes.
const suggested = 8

// communeText is a commune as the lists propose it: its name, and its code that alone says which one.
func communeText(code string) string {
	c, ok := territory.Embedded().Commune(code)
	if !ok {
		return code
	}
	return c.Name + " (" + c.Code + ")"
}

// communeOf reads what was typed: a code, a line of the list, or a name that one commune of France alone bears. Anything else is
// refused on the field, with the communes that it could be.
func communeOf(wrong fault.Fields, field, typed, region string) string {
	typed = strings.TrimSpace(typed)
	if open := strings.LastIndex(typed, "("); open >= 0 && strings.HasSuffix(typed, ")") {
		typed = strings.TrimSpace(typed[open+1 : len(typed)-1])
	}
	var could []string
	france := territory.Embedded()
	if code, _, ok := france.Follow(typed); ok {
		return code
	}
	same := slices.DeleteFunc(france.Search(typed, "", suggested), func(c territory.Commune) bool { return !sameName(c, typed) })
	if len(same) == 1 {
		return same[0].Code
	}
	for _, c := range slices.Concat(france.Search(typed, region, suggested), same, france.Search(typed, "", suggested)) {
		if len(could) < suggested && !slices.Contains(could, communeText(c.Code)) {
			could = append(could, communeText(c.Code))
		}
	}
	if len(could) == 0 {
		wrong.Add(field, "« "+typed+" » n’est le nom ni le code d’aucune commune.", "“"+typed+"” is the name or code of no municipality.")
		return ""
	}
	list := strings.Join(could, ", ")
	wrong.Add(field, "Précisez la commune, avec son code : "+list+".", "Say which municipality, with its code: "+list+".")
	return ""
}

// sameName tells whether what was typed is a commune's whole name, or a postcode of it.
func sameName(c territory.Commune, typed string) bool {
	return db.Fold(c.Name) == db.Fold(typed) || slices.Contains(c.Postcodes, typed)
}

// suggest lists communes as options of a datalist; what is typed stands after the last separator, what stands before it is kept.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request) error {
	kept, typed := "", ""
	for _, field := range []string{"commune", "site_commune", "communes"} {
		if v := r.URL.Query().Get(field); v != "" {
			last := strings.LastIndexAny(v, ",;") + 1
			kept, typed = strings.TrimSpace(v[:last]), strings.TrimSpace(v[last:])
		}
	}
	france := territory.Embedded()
	found := france.Search(typed, p.Region, suggested)
	if len(found) == 0 {
		found = france.Search(typed, "", suggested)
	}
	return httpx.Render(w, r, http.StatusOK, communeOptions(kept, found))
}

// verify tells at the field what is wrong or doubtful in a number, before the form is sent.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	scheme, text := identifier.Scheme(q.Get("scheme")), q.Get("value")
	for _, s := range []identifier.Scheme{identifier.FINESS, identifier.SIRET, identifier.RPPS} {
		if v := q.Get(strings.ToLower(string(s))); v != "" {
			scheme, text = s, v
		}
	}
	said := ""
	if strings.TrimSpace(text) != "" {
		n, err := identifier.Parse(scheme, text)
		switch {
		case err != nil:
			said = refusalWords(err).Ctx(r.Context())
		case !n.Warning.Empty():
			said = n.Warning.Ctx(r.Context())
		default:
			said = i18n.T(r.Context(), "Ce numéro est bien formé.", "This number is well formed.")
		}
	}
	return httpx.Render(w, r, http.StatusOK, ui.Text(said))
}

func refusalWords(err error) i18n.Text {
	if r, ok := err.(*identifier.Refusal); ok { //nolint:errorlint // Parse returns it bare
		return r.Text
	}
	return i18n.Text{FR: err.Error(), EN: err.Error()}
}

// doubt is what is doubtful in a number that was accepted; "" when nothing is.
func doubt(scheme identifier.Scheme, value string) i18n.Text {
	n, err := identifier.Parse(scheme, value)
	if err != nil {
		return refusalWords(err)
	}
	return n.Warning
}

package accounts

import (
	"fmt"
	"slices"
	"strings"

	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

// shortReach is a reach in a table's cell.
var shortReach = map[Reach]i18n.Text{
	Everywhere:  {FR: "tout", EN: "all"},
	InTerritory: {FR: "territoire", EN: "territory"},
	InStructure: {FR: "structure", EN: "structure"},
	Own:         {FR: "à soi", EN: "own"},
}

// Document writes one page about every declared permission: who holds it and how far, then which permission each route asks for.
func Document(lang i18n.Lang, routes []httpx.Route) string {
	in := func(fr, en string) string { return i18n.Text{FR: fr, EN: en}.In(lang) }
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", in("Permissions", "Permissions"), in(
		"Page générée à partir des déclarations et des tables de routes du code : `make generate` la refait, un test échoue si elle est périmée.",
		"Generated from the declarations and the route tables in the code: `make generate` writes it again, a test fails when it is stale."))
	fmt.Fprintf(&b, "%s\n\n", in(
		"Ce qui n’est pas écrit ici est refusé. **tout** : chaque objet ; **territoire** : dans la région ou le département du rôle ; "+
			"**structure** : de la structure du rôle ; **à soi** : dont la personne est propriétaire.",
		"What is not written here is refused. **all**: every object; **territory**: inside the role's region or département; "+
			"**structure**: of the role's structure; **own**: what the person owns."))
	writeMatrix(&b, lang)
	fmt.Fprintf(&b, "\n## %s\n\n| %s | permission |\n|---|---|\n", in("Routes", "Routes"), in("route", "route"))
	for _, r := range routes {
		fmt.Fprintf(&b, "| `%s %s` | `%s` |\n", r.Method, r.Path, r.Permission)
	}
	return b.String()
}

func writeMatrix(b *strings.Builder, lang i18n.Lang) {
	columns := append([]Role{everybody, signedIn}, Roles...)
	b.WriteString("| permission |")
	for _, r := range columns {
		fmt.Fprintf(b, " %s |", r.Name().In(lang))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, d := range Permissions() {
		fmt.Fprintf(b, "| `%s`<br>%s |", d.Name, d.Doc.In(lang))
		for _, r := range columns {
			fmt.Fprintf(b, " %s |", cell(d, r, lang))
		}
		b.WriteString("\n")
	}
}

// cell lists how far a permission goes for a role; a dash when it does not.
func cell(d Declared, r Role, lang i18n.Lang) string {
	var reaches []string
	for _, l := range d.Who {
		if text := shortReach[l.Reach].In(lang); l.Role == r && !slices.Contains(reaches, text) {
			reaches = append(reaches, text)
		}
	}
	if len(reaches) == 0 {
		return "–"
	}
	return strings.Join(reaches, ", ")
}

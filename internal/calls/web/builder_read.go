package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"maillage/internal/calls"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

const (
	mostSections, mostFields, mostChecks = 40, 80, 20
	mostUndo                             = 8
)

// typedForm reads the builder's fields: "s.0.title_fr", "s.0.f.2.kind"… Names that were left empty are made from labels.
func typedForm(r *http.Request) calls.Form {
	get := r.PostFormValue
	form := calls.Form{}
	taken := map[string]bool{}
	for i := range mostSections {
		at := fmt.Sprintf("s.%d.", i)
		if !r.PostForm.Has(at + "name") {
			break
		}
		s := calls.Section{Name: or(get(at+"name"), fmt.Sprintf("section%d", i+1)), Title: texts(get, at+"title"), Lead: texts(get, at+"lead")}
		for j := range mostFields {
			f := fmt.Sprintf("%sf.%d.", at, j)
			if !r.PostForm.Has(f + "label_fr") {
				break
			}
			s.Fields = append(s.Fields, typedField(get, f, taken))
		}
		form.Sections = append(form.Sections, s)
	}
	for i := range mostChecks {
		at := fmt.Sprintf("k.%d.", i)
		if !r.PostForm.Has(at + "expr") {
			break
		}
		form.Checks = append(form.Checks, calls.Check{Expr: strings.TrimSpace(get(at + "expr")), Field: get(at + "field"), Message: texts(get, at+"message")})
	}
	return form
}

func texts(get func(string) string, at string) i18n.Text {
	fr := strings.TrimSpace(get(at + "_fr"))
	return i18n.Text{FR: fr, EN: or(strings.TrimSpace(get(at+"_en")), fr)}
}

func typedField(get func(string) string, at string, taken map[string]bool) calls.Field {
	f := calls.Field{Name: strings.TrimSpace(get(at + "name")), Kind: calls.Kind(get(at + "kind")), Label: texts(get, at+"label"), Hint: texts(get, at+"hint"), Required: get(at+"required") == "1",
		When: strings.TrimSpace(get(at + "when")), Expr: strings.TrimSpace(get(at + "expr")), Money: get(at+"money") == "1", Blocks: get(at+"blocks") == "1",
		Options: typedOptions(get(at + "options")), Columns: typedColumns(get(at + "columns"))}
	if on := get(at + "when_field"); on != "" {
		f.When = condition{on, get(at + "when_op"), strings.TrimSpace(get(at + "when_value"))}.expression()
	}
	if f.Name == "" {
		f.Name = fresh(slug(f.Label.FR), taken)
	}
	taken[f.Name] = true
	return f
}

// slug makes a technical name from a label: nobody has to invent one.
func slug(label string) string {
	const longest = 40
	name := strings.Join(strings.Fields(db.Fold(strings.Map(func(r rune) rune {
		if r == '.' || r == '"' || r == '\\' || r == '=' {
			return ' '
		}
		return r
	}, label))), "_")
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "")
	}
	return or(name, "question")
}

func fresh(name string, taken map[string]bool) string {
	for n, candidate := 2, name; ; n++ {
		if !taken[candidate] {
			return candidate
		}
		candidate = fmt.Sprintf("%s_%d", name, n)
	}
}

// condition is a condition simple enough to be chosen rather than written: this question, is or is not, this answer.
type condition struct{ field, op, value string }

var simple = regexp.MustCompile(`^text\("([^"\\]+)"\) (==|!=) "([^"\\]*)"$`)

func (c condition) expression() string {
	clean := func(s string) string { return strings.NewReplacer(`"`, "", `\`, "").Replace(s) }
	op := "=="
	if c.op == "!=" {
		op = "!="
	}
	return fmt.Sprintf(`text("%s") %s "%s"`, clean(c.field), op, clean(c.value))
}

// conditionOf reads an expression back; ok is false for one that only an expression can say.
func conditionOf(when string) (c condition, ok bool) {
	m := simple.FindStringSubmatch(when)
	if m == nil {
		return condition{}, when == ""
	}
	return condition{m[1], m[2], m[3]}, true
}

// typedOptions reads one choice a line: "en français", or "valeur | en français | in English".
func typedOptions(text string) []calls.Choice {
	var all []calls.Choice
	for line := range strings.Lines(text) {
		part := strings.Split(line, "|")
		value := strings.TrimSpace(part[0])
		if value == "" {
			continue
		}
		c := calls.Choice{Value: slug(value), Label: i18n.Text{FR: value, EN: value}}
		if len(part) > 1 {
			c = calls.Choice{Value: value, Label: i18n.Text{FR: strings.TrimSpace(part[1]), EN: strings.TrimSpace(part[len(part)-1])}}
		}
		all = append(all, c)
	}
	return all
}

// columnKinds are the French words by which a column names its kind.
var columnKinds = map[string]calls.Kind{"texte": calls.KindText, "nombre": calls.KindInt, "montant": calls.KindEuro, "euros": calls.KindEuro, "date": calls.KindDate, "oui ou non": calls.KindYesNo, "choix": calls.KindChoice}

// typedColumns reads one column a line: "Montant | montant", "Statut | choix : salarié, libéral", or "name | kind | en français | in English".
func typedColumns(text string) []calls.Field {
	var all []calls.Field
	for line := range strings.Lines(text) {
		part := strings.Split(strings.TrimSpace(line), "|")
		for i := range part {
			part[i] = strings.TrimSpace(part[i])
		}
		switch {
		case part[0] == "":
		case len(part) > 2:
			c := columnOf(part[1])
			c.Name, c.Label = part[0], i18n.Text{FR: part[2], EN: part[len(part)-1]}
			all = append(all, c)
		default:
			c := columnOf(strings.Join(part[1:], ""))
			c.Name, c.Label = slug(part[0]), i18n.Text{FR: part[0], EN: part[0]}
			all = append(all, c)
		}
	}
	return all
}

// columnOf reads the kind of a column, and its choices after a colon.
func columnOf(text string) calls.Field {
	kind, options, _ := strings.Cut(text, ":")
	kind = strings.TrimSpace(kind)
	f := calls.Field{Required: true, Kind: calls.Kind(kind)}
	if known, ok := columnKinds[strings.ToLower(kind)]; ok {
		f.Kind = known
	}
	if kind == "" {
		f.Kind = calls.KindText
	}
	if f.Kind == calls.KindChoice {
		f.Options = typedOptions(strings.ReplaceAll(options, ",", "\n"))
	}
	return f
}

func optionLines(all []calls.Choice) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, "%s | %s | %s\n", c.Value, c.Label.FR, c.Label.EN)
	}
	return b.String()
}

func columnLines(all []calls.Field) string {
	var b strings.Builder
	for _, c := range all {
		kind := string(c.Kind)
		if c.Kind == calls.KindChoice {
			var labels []string
			for _, o := range c.Options {
				labels = append(labels, o.Label.FR)
			}
			kind += " : " + strings.Join(labels, ", ")
		}
		fmt.Fprintf(&b, "%s | %s | %s | %s\n", c.Name, kind, c.Label.FR, c.Label.EN)
	}
	return b.String()
}

// pushUndo puts a form on the stack that the page carries, the latest first.
func pushUndo(stack string, form calls.Form) string {
	all := readUndo(stack)
	all = append([]calls.Form{form}, all...)
	text, err := json.Marshal(all[:min(len(all), mostUndo)])
	if err != nil {
		return stack
	}
	return string(text)
}

// popUndo takes the latest form off the stack; ok is false when there is none.
func popUndo(stack string) (form calls.Form, rest string, ok bool) {
	all := readUndo(stack)
	if len(all) == 0 {
		return calls.Form{}, "", false
	}
	text, err := json.Marshal(all[1:])
	if err != nil {
		return calls.Form{}, "", false
	}
	return all[0], string(text), true
}

func readUndo(stack string) (all []calls.Form) {
	if json.Unmarshal([]byte(stack), &all) != nil {
		return nil // an altered stack undoes nothing
	}
	return all
}

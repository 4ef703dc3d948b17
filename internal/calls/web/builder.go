package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

var officerOnly = []accounts.Role{accounts.RoleOfficer}

func (p *Pages) builder(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Calls.Call(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, builderView(c, c.Form.V, nil))
}

// saveBuilder reads the whole form as typed, applies the button pressed (add, remove, move) and saves. What does not hold is shown
// again beside its field, and nothing typed is lost.
func (p *Pages) saveBuilder(w http.ResponseWriter, r *http.Request) error {
	actor, id := accounts.FromContext(r.Context()), r.PathValue("id")
	c, err := p.Calls.Call(r.Context(), actor, id)
	if err != nil {
		return err
	}
	form := typedForm(r, c.Form.V)
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	if act := r.PostFormValue("act"); act != "save" {
		form = rearranged(form, act)
		c.Version = version
		return httpx.Render(w, r, http.StatusOK, builderView(c, form, nil))
	}
	_, err = p.Calls.EditCall(r.Context(), actor, id, calls.CallCommand{Programme: c.Programme, Title: c.Title.V, Summary: c.Summary.V, Region: c.Region, OpensAt: c.OpensAt, ClosesAt: c.ClosesAt,
		Envelope: c.Envelope, Cap: c.Cap, Criteria: c.Criteria.V, Rules: c.Rules.V, Form: form, Version: version})
	if err != nil {
		return again(w, r, err, builderView(c, form, err))
	}
	return httpx.SeeOther(w, r, "/appels/"+id)
}

// typedForm reads the builder's fields: "s.0.title_fr", "s.0.f.2.kind"…
func typedForm(r *http.Request, old calls.Form) calls.Form {
	get := r.PostFormValue
	form := calls.Form{Checks: old.Checks}
	for i := range 40 {
		at := fmt.Sprintf("s.%d.", i)
		if !r.PostForm.Has(at + "name") {
			break
		}
		s := calls.Section{Name: get(at + "name"), Title: i18n.Text{FR: get(at + "title_fr"), EN: or(get(at+"title_en"), get(at+"title_fr"))}, Lead: i18n.Text{FR: get(at + "lead_fr"), EN: or(get(at+"lead_en"), get(at+"lead_fr"))}}
		for j := range 80 {
			f := fmt.Sprintf("%sf.%d.", at, j)
			if !r.PostForm.Has(f + "name") {
				break
			}
			s.Fields = append(s.Fields, calls.Field{Name: strings.TrimSpace(get(f + "name")), Kind: calls.Kind(get(f + "kind")), Label: i18n.Text{FR: get(f + "label_fr"), EN: or(get(f+"label_en"), get(f+"label_fr"))},
				Hint: i18n.Text{FR: get(f + "hint_fr"), EN: or(get(f+"hint_en"), get(f+"hint_fr"))}, Required: get(f+"required") == "1", When: strings.TrimSpace(get(f + "when")), Expr: strings.TrimSpace(get(f + "expr")),
				Money: get(f+"money") == "1", Options: typedOptions(get(f + "options")), Columns: typedColumns(get(f + "columns"))})
		}
		form.Sections = append(form.Sections, s)
	}
	return form
}

// typedOptions reads one choice a line: "value | en français | in English".
func typedOptions(text string) []calls.Choice {
	var all []calls.Choice
	for line := range strings.Lines(text) {
		part := strings.Split(line, "|")
		value := strings.TrimSpace(part[0])
		if value == "" {
			continue
		}
		c := calls.Choice{Value: value, Label: i18n.Text{FR: value, EN: value}}
		if len(part) > 1 {
			c.Label = i18n.Text{FR: strings.TrimSpace(part[1]), EN: strings.TrimSpace(part[len(part)-1])}
		}
		all = append(all, c)
	}
	return all
}

// typedColumns reads one column a line: "name | kind | en français | in English".
func typedColumns(text string) []calls.Field {
	var all []calls.Field
	for line := range strings.Lines(text) {
		part := strings.Split(line, "|")
		if len(part) < 3 {
			continue
		}
		all = append(all, calls.Field{Name: strings.TrimSpace(part[0]), Kind: calls.Kind(strings.TrimSpace(part[1])), Required: true, Label: i18n.Text{FR: strings.TrimSpace(part[2]), EN: strings.TrimSpace(part[len(part)-1])}})
	}
	return all
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
		fmt.Fprintf(&b, "%s | %s | %s | %s\n", c.Name, c.Kind, c.Label.FR, c.Label.EN)
	}
	return b.String()
}

// rearranged applies a button: "add-section", "add.2" (a question to section 2), "remove.2.5", "up.2.5", "down.2.5".
func rearranged(form calls.Form, act string) calls.Form {
	part := strings.Split(act, ".")
	at := func(i int) int {
		if i >= len(part) {
			return -1
		}
		n, err := strconv.Atoi(part[i])
		if err != nil {
			return -1
		}
		return n
	}
	if part[0] == "add-section" {
		n := strconv.Itoa(len(form.Sections) + 1)
		form.Sections = append(form.Sections, calls.Section{Name: "section" + n, Title: i18n.Text{FR: "Partie " + n, EN: "Section " + n}})
		return form
	}
	s, f := at(1), at(2)
	if s < 0 || s >= len(form.Sections) {
		return form
	}
	fields := form.Sections[s].Fields
	switch {
	case part[0] == "add":
		fields = append(fields, calls.Field{Name: fmt.Sprintf("q%d_%d", s+1, len(fields)+1), Kind: calls.KindText})
	case f < 0 || f >= len(fields):
	case part[0] == "remove":
		fields = slices.Delete(fields, f, f+1)
	case part[0] == "up" && f > 0:
		fields[f-1], fields[f] = fields[f], fields[f-1]
	case part[0] == "down" && f+1 < len(fields):
		fields[f+1], fields[f] = fields[f], fields[f+1]
	}
	form.Sections[s].Fields = fields
	return form
}

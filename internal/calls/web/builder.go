package web

import (
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

// builderState is what the page of the form builder shows: the form as typed, and what undoing brings back.
type builderState struct {
	Call *calls.Call
	Form calls.Form
	Undo string
	Open string // the question to show open: "2.5"
	Err  error
}

func (p *Pages) builder(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Calls.Call(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, builderView(builderState{Call: c, Form: c.Form.V}))
}

// saveBuilder reads the whole form as typed and applies the button pressed: add, remove, move, undo, save, or save and try. What does
// not hold is shown again beside its field, and nothing typed is lost.
func (p *Pages) saveBuilder(w http.ResponseWriter, r *http.Request) error {
	actor, id := accounts.FromContext(r.Context()), r.PathValue("id")
	c, err := p.Calls.Call(r.Context(), actor, id)
	if err != nil {
		return err
	}
	s := builderState{Call: c, Form: typedForm(r), Undo: r.PostFormValue("undo")}
	c.Version, _ = strconv.Atoi(r.PostFormValue("version"))
	switch act := r.PostFormValue("act"); {
	case act == "undo":
		if before, rest, ok := popUndo(s.Undo); ok {
			s.Form, s.Undo = before, rest
		}
	case act != "save" && act != "try":
		s.Undo = pushUndo(s.Undo, s.Form)
		s.Form, s.Open = rearranged(s.Form, act, r.PostFormValue)
	default:
		cmd := c.Command()
		cmd.Form = s.Form
		if _, err = p.Calls.EditCall(r.Context(), actor, id, cmd); err != nil {
			s.Err = err
			return again(w, r, err, builderView(s))
		}
		if act == "try" {
			return httpx.SeeOther(w, r, "/appels/"+id+"/essai")
		}
		return httpx.SeeOther(w, r, "/appels/"+id)
	}
	return httpx.Render(w, r, http.StatusOK, builderView(s))
}

// rearranged applies a button: "add-section", "up-section.2", "add.2" (a question to section 2), "remove.2.5", "add-check". It gives the
// question to show open.
func rearranged(form calls.Form, act string, get func(string) string) (calls.Form, string) {
	name, rest, _ := strings.Cut(act, ".")
	at, inner, _ := strings.Cut(rest, ".")
	s, f := index(at), index(inner)
	sections := clone(form.Sections)
	switch {
	case name == "add-section":
		n := strconv.Itoa(len(sections) + 1)
		sections = append(sections, calls.Section{Name: freshSection(sections), Title: i18n.Text{FR: "Partie " + n, EN: "Section " + n}})
	case name == "add-check":
		form.Checks = append(slices.Clone(form.Checks), calls.Check{})
	case name == "remove-check" && s >= 0 && s < len(form.Checks):
		form.Checks = slices.Delete(slices.Clone(form.Checks), s, s+1)
	case s < 0 || s >= len(sections):
	case name == "remove-section":
		sections = slices.Delete(sections, s, s+1)
	case name == "up-section" && s > 0:
		sections[s-1], sections[s] = sections[s], sections[s-1]
	case name == "down-section" && s+1 < len(sections):
		sections[s+1], sections[s] = sections[s], sections[s+1]
	case name == "add":
		sections[s].Fields = append(sections[s].Fields, calls.Field{Kind: calls.Kind(or(get("new-"+at), string(calls.KindText)))})
		f = len(sections[s].Fields) - 1
	default:
		f = moved(&sections[s], name, f)
	}
	form.Sections = sections
	return form, strconv.Itoa(s) + "." + strconv.Itoa(f)
}

// moved applies a button to a question of a section, and says where the question went.
func moved(s *calls.Section, name string, f int) int {
	switch {
	case f < 0 || f >= len(s.Fields):
	case name == "remove":
		s.Fields = slices.Delete(s.Fields, f, f+1)
		return -1
	case name == "up" && f > 0:
		s.Fields[f-1], s.Fields[f] = s.Fields[f], s.Fields[f-1]
		return f - 1
	case name == "down" && f+1 < len(s.Fields):
		s.Fields[f+1], s.Fields[f] = s.Fields[f], s.Fields[f+1]
		return f + 1
	}
	return f
}

func index(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func clone(sections []calls.Section) []calls.Section {
	all := slices.Clone(sections)
	for i := range all {
		all[i].Fields = slices.Clone(all[i].Fields)
	}
	return all
}

func freshSection(all []calls.Section) string {
	taken := map[string]bool{}
	for _, s := range all {
		taken[s.Name] = true
	}
	return fresh("section", taken)
}

// try shows the saved form as applicants will, filled with examples or with what an officer typed. Nothing is kept.
func (p *Pages) try(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Calls.Call(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	form := c.Form.V
	a := calls.Answers{}
	switch {
	case r.PostFormValue("act") == "sample":
		a = form.Sample()
	case r.Method == http.MethodPost:
		for name, values := range r.PostForm {
			if name != "act" {
				a[name] = values[len(values)-1]
			}
		}
	}
	documents := map[string]bool{}
	for _, f := range form.Fields() {
		documents[f.Name] = f.Kind == calls.KindFile // a document counts as given: trying attaches none
	}
	v := dossierView{Dossier: &calls.Dossier{ID: "essai", State: calls.Draft, Programme: c.Programme}, Call: c, Form: form, Now: p.Calls.Now(), Trying: true}
	v.Dossier.Answers.V, v.Complete = a, form.Check(a, documents)
	return httpx.Render(w, r, http.StatusOK, tryView(v, r.Method == http.MethodPost))
}

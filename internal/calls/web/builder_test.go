package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"maillage/internal/calls"
)

var (
	hiddenUndo = regexp.MustCompile(`name="undo" value="([^"]*)"`)
	firstLabel = regexp.MustCompile(`name="s\.0\.f\.0\.label_fr"[^>]*`)
)

// builderForm is what the builder's page of a call sends when nothing is changed.
func builderForm(c *calls.Call) url.Values {
	form := url.Values{"version": {fmt.Sprint(c.Version)}}
	for i, s := range c.Form.V.Sections {
		at := fmt.Sprintf("s.%d.", i)
		form.Set(at+"name", s.Name)
		form.Set(at+"title_fr", s.Title.FR)
		for j, f := range s.Fields {
			at := fmt.Sprintf("s.%d.f.%d.", i, j)
			form.Set(at+"name", f.Name)
			form.Set(at+"label_fr", f.Label.FR)
			form.Set(at+"kind", string(f.Kind))
			form.Set(at+"required", ticked(f.Required))
			form.Set(at+"when", f.When)
			form.Set(at+"expr", f.Expr)
			form.Set(at+"options", optionLines(f.Options))
			form.Set(at+"columns", columnLines(f.Columns))
		}
	}
	return form
}

func (b *browser) send(address string, form url.Values, status int) string {
	b.w.t.Helper()
	page, _ := b.do(http.MethodPost, address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), status)
	return page
}

// What an unchanged page sends is the form as it was: nothing is lost by opening the builder.
func TestTheBuilderReadsBackWhatItShows(t *testing.T) {
	w := newWorld(t)
	for _, p := range calls.Programmes {
		c := w.call(p.Code)
		sent := builderForm(c)
		r := &http.Request{PostForm: sent, Form: sent}
		read := typedForm(r)
		for i, s := range c.Form.V.Sections {
			for j, f := range s.Fields {
				got := read.Sections[i].Fields[j]
				if got.Name != f.Name || got.When != f.When || got.Kind != f.Kind || len(got.Options) != len(f.Options) || len(got.Columns) != len(f.Columns) || got.Required != f.Required {
					t.Errorf("%s: %s came back as %+v", p.Code, f.Name, got)
				}
			}
		}
	}
}

func TestAnOfficerBuildsAFormWithoutWritingAnExpression(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b, page := w.as("decider"), "/appels/"+c.ID+"/formulaire"
	form := builderForm(c)
	form.Set("act", "add.1")
	form.Set("new-1", "choice")
	shown := b.send(page, form, http.StatusOK)
	w.contains(shown, "Annuler la dernière action", "Réponses proposées")
	undo := html.UnescapeString(hiddenUndo.FindStringSubmatch(shown)[1])

	// Undone, the page shows the form as it was before the button, without JavaScript.
	undone := builderForm(c)
	undone.Set("act", "undo")
	undone.Set("undo", undo)
	undone.Set("s.0.f.0.label_fr", "Effacé par erreur")
	back := b.send(page, undone, http.StatusOK)
	w.contains(firstLabel.FindString(back)+back, "Titre du projet")
	w.lacks(back, "Effacé par erreur", "Annuler la dernière action")

	at := fmt.Sprintf("s.1.f.%d.", len(c.Form.V.Sections[1].Fields))
	add := func(at, label, kind string, more ...string) {
		form.Set(at+"label_fr", label)
		form.Set(at+"kind", kind)
		for i := 0; i < len(more); i += 2 {
			form.Set(at+more[i], more[i+1])
		}
	}
	add(at, "Type d’opération", "choice", "options", "Création\nExtension d’un site", "required", "1")
	next := fmt.Sprintf("s.1.f.%d.", len(c.Form.V.Sections[1].Fields)+1)
	add(next, "Site étendu", "text", "required", "1", "when_field", "type_d_operation", "when_op", "==", "when_value", "extension_d_un_site")
	last := fmt.Sprintf("s.1.f.%d.", len(c.Form.V.Sections[1].Fields)+2)
	add(last, "Salles", "table", "columns", "Usage | choix : consultation, attente\nSurface | nombre", "blocks", "1")
	form.Set("act", "try")
	form.Del("undo")
	b.send(page, form, http.StatusSeeOther)

	trial := "/appels/" + c.ID + "/essai"
	w.lacks(b.get(trial, http.StatusOK), "Site étendu")
	shown = b.send(trial, url.Values{"act": {"check"}, "type_d_operation": {"extension_d_un_site"}, "salles.0.usage": {"attente"}}, http.StatusOK)
	w.contains(shown, "Site étendu", "Répondez à cette question", "N° 2")
	w.contains(b.send(trial, url.Values{"act": {"sample"}}, http.StatusOK), "Ce dossier pourrait être déposé")

	// On a real dossier: the question comes with the answer that asks for it, as one types and without JavaScript.
	author := w.as("applicant")
	_, address := author.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther)
	section := address + "/formulaire/project"
	w.lacks(author.get(section, http.StatusOK), "Site étendu")
	auto, _ := author.post(section, http.StatusOK, "_auto", "1", "type_d_operation", "extension_d_un_site")
	w.contains(auto, "Enregistré à", `hx-swap-oob="outerHTML"`, "Site étendu")
	auto, _ = author.post(section, http.StatusOK, "_auto", "1", "_shown", "site_etendu", "site_etendu", "Nord")
	w.lacks(auto, "Site étendu")
	_, to := author.post(section, http.StatusSeeOther, "type_d_operation", "creation", "_next", "budget")
	if !strings.HasSuffix(to, "/budget") {
		t.Error(to)
	}
}

func TestABuilderRefusalKeepsEverythingTyped(t *testing.T) {
	w := newWorld(t)
	c := w.call(calls.MSPFeasibility)
	b, page := w.as("decider"), "/appels/"+c.ID+"/formulaire"
	for name, spoil := range map[string]func(url.Values){
		"expression": func(f url.Values) { f.Set("s.0.f.0.when", `text("commune" == `) },
		"loop":       func(f url.Values) { f.Set("s.0.f.0.when", `all(1..1000000000, # > 0)`) },
		"no answers": func(f url.Values) { f.Set("s.0.f.0.kind", "choice") },
		"twice":      func(f url.Values) { f.Set("s.0.f.1.name", "title") },
		"check":      func(f url.Values) { f.Set("k.0.expr", "1 +"); f.Set("k.0.message_fr", "Non") },
		"column":     func(f url.Values) { f.Set("s.0.f.0.kind", "table"); f.Set("s.0.f.0.columns", "Pièce | file") },
	} {
		form := builderForm(c)
		form.Set("s.0.f.2.label_fr", "Intitulé <changé>")
		form.Set("act", "save")
		spoil(form)
		shown := b.send(page, form, http.StatusUnprocessableEntity)
		if !strings.Contains(shown, "Intitulé &lt;changé&gt;") {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	form := builderForm(c)
	form.Set("act", "save")
	form.Set("version", "0")
	b.send(page, form, http.StatusConflict)
	w.as("applicant").send(page, form, http.StatusForbidden)
}

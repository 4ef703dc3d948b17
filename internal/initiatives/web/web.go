// Package web draws the pages of inspiring initiatives: public cards with their evidence and kit, and their preparation.
package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/initiatives"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"
)

// Pages holds what the pages need.
type Pages struct {
	Initiatives *initiatives.Service
	Region      string
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/initiatives", Permission: initiatives.PermRead, Handler: p.list},
		{Method: get, Path: "/initiatives/{slug}", Permission: initiatives.PermRead, Handler: p.page},
		{Method: get, Path: "/initiatives/{slug}/preuves.csv", Permission: initiatives.PermRead, Handler: p.evidence(sheets.CSV)},
		{Method: get, Path: "/initiatives/{slug}/preuves.xlsx", Permission: initiatives.PermRead, Handler: p.evidence(sheets.XLSX)},
		{Method: get, Path: "/initiatives/{slug}/preuves.ods", Permission: initiatives.PermRead, Handler: p.evidence(sheets.ODS)},
		{Method: get, Path: "/initiatives-preparation", Permission: initiatives.PermManage, Handler: p.newCard},
		{Method: post, Path: "/initiatives-preparation", Permission: initiatives.PermManage, Handler: p.spot},
		{Method: get, Path: "/initiatives/{slug}/modifier", Permission: initiatives.PermManage, Handler: p.edit},
		{Method: post, Path: "/initiatives/{slug}/modifier", Permission: initiatives.PermManage, Handler: p.save},
		{Method: post, Path: "/initiatives/{slug}/etat", Permission: initiatives.PermManage, Handler: p.move},
	}
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	actor, text := accounts.FromContext(r.Context()), strings.TrimSpace(r.FormValue("q"))
	all, err := p.Initiatives.List(r.Context(), actor, text)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, listView(all, text, actor.CanSomewhere(initiatives.PermManage)))
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error { return p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, refusal error) error {
	f, err := p.Initiatives.Get(r.Context(), accounts.FromContext(r.Context()), r.PathValue("slug"))
	if err != nil {
		return err
	}
	if refusal != nil && fault.KindOf(refusal) != fault.KindInvalid && fault.KindOf(refusal) != fault.KindRefused {
		return refusal
	}
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, pageView(f, r.PostFormValue, refusal))
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	slug := r.PathValue("slug")
	err := p.Initiatives.Move(r.Context(), accounts.FromContext(r.Context()), slug, r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason")), r.PostFormValue("where"))
	if err != nil {
		return p.show(w, r, err)
	}
	return httpx.SeeOther(w, r, "/initiatives/"+slug)
}

// cardForm is what the form of a card shows again.
type cardForm struct {
	Action string
	Fresh  bool
	Typed  func(string) string
	Err    error
}

func (p *Pages) newCard(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, formView(cardForm{"/initiatives-preparation", true, r.FormValue, nil}))
}

func (p *Pages) spot(w http.ResponseWriter, r *http.Request) error {
	cmd := command(r)
	cmd.Slug, cmd.Region, cmd.Departement = strings.TrimSpace(r.PostFormValue("slug")), p.Region, strings.TrimSpace(r.PostFormValue("departement"))
	x, err := p.Initiatives.Spot(r.Context(), accounts.FromContext(r.Context()), cmd)
	if fault.Is(err, fault.KindInvalid) {
		return httpx.Render(w, r, httpx.Status(err), formView(cardForm{"/initiatives-preparation", true, r.PostFormValue, err}))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/initiatives/"+x.Slug)
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	f, err := p.Initiatives.Get(r.Context(), accounts.FromContext(r.Context()), r.PathValue("slug"))
	if err != nil {
		return err
	}
	c := f.Content.V
	values := map[string]string{"version": strconv.Itoa(f.Version), "title_fr": c.Title.FR, "title_en": c.Title.EN, "summary_fr": c.Summary.FR, "summary_en": c.Summary.EN, "where": c.Where, "since": c.Since,
		"takes": lines(c.Takes), "partners": lines(c.Partners), "cost": bilingual(c.Cost), "steps": lines(c.Steps), "evidence": facts(c.Evidence),
		"contact": bilingual(c.Contact), "see": links(c.See), "funding": links(c.Funding)}
	return httpx.Render(w, r, http.StatusOK, formView(cardForm{"/initiatives/" + f.Slug + "/modifier", false, func(n string) string { return values[n] }, nil}))
}

func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	slug := r.PathValue("slug")
	err := p.Initiatives.Edit(r.Context(), accounts.FromContext(r.Context()), slug, command(r))
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(err), formView(cardForm{"/initiatives/" + slug + "/modifier", false, r.PostFormValue, err}))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/initiatives/"+slug)
}

// command reads the form: one thing a line, French // English; a fact is claim | figure | source | verified.
func command(r *http.Request) initiatives.WriteCommand {
	v := r.PostFormValue
	cmd := initiatives.WriteCommand{Content: initiatives.Content{Title: i18n.Text{FR: v("title_fr"), EN: v("title_en")}, Summary: i18n.Text{FR: v("summary_fr"), EN: v("summary_en")}, Where: v("where"), Since: v("since"),
		Takes: texts(v("takes")), Partners: texts(v("partners")), Steps: texts(v("steps")), Cost: textOf(v("cost")),
		Contact: textOf(v("contact")), See: references(v("see")), Funding: references(v("funding"))}}
	cmd.Version, _ = strconv.Atoi(v("version")) // an unreadable version is 0, a conflict
	for line := range strings.Lines(v("evidence")) {
		parts := append(strings.Split(strings.TrimSpace(line), "|"), "", "", "")
		if claim := strings.TrimSpace(parts[0]); claim != "" {
			cmd.Content.Evidence = append(cmd.Content.Evidence, initiatives.Evidence{Claim: textOf(claim), Value: strings.TrimSpace(parts[1]), Source: strings.TrimSpace(parts[2]), Verified: strings.TrimSpace(parts[3]) == verified})
		}
	}
	return cmd
}

// verified is the word that marks a fact as verified in the form.
const verified = "oui"

func textOf(s string) i18n.Text {
	fr, en, _ := strings.Cut(s, "//")
	return i18n.Text{FR: strings.TrimSpace(fr), EN: strings.TrimSpace(en)}
}

func bilingual(t i18n.Text) string {
	if t.EN == "" {
		return t.FR
	}
	return t.FR + " // " + t.EN
}

func texts(s string) (all []i18n.Text) {
	for line := range strings.Lines(s) {
		if t := textOf(line); t.FR != "" {
			all = append(all, t)
		}
	}
	return all
}

// references reads one page a line: label | address. A line without an address is kept as it is, for the refusal to show it.
func references(s string) (all []initiatives.Reference) {
	for line := range strings.Lines(s) {
		label, href, _ := strings.Cut(strings.TrimSpace(line), "|")
		if label != "" || href != "" {
			all = append(all, initiatives.Reference{Label: textOf(label), Href: strings.TrimSpace(href)})
		}
	}
	return all
}

func links(all []initiatives.Reference) string {
	var out []string
	for _, r := range all {
		out = append(out, bilingual(r.Label)+" | "+r.Href)
	}
	return strings.Join(out, "\n")
}

// split parts what a figure measures from what no figure does.
func split(all []initiatives.Evidence) (figures, facts []initiatives.Evidence) {
	for _, e := range all {
		if e.Value == "" {
			facts = append(facts, e)
		} else {
			figures = append(figures, e)
		}
	}
	return figures, facts
}

func lines(all []i18n.Text) string {
	var out []string
	for _, t := range all {
		out = append(out, bilingual(t))
	}
	return strings.Join(out, "\n")
}

func facts(all []initiatives.Evidence) string {
	var out []string
	for _, e := range all {
		mark := "non"
		if e.Verified {
			mark = verified
		}
		out = append(out, strings.Join([]string{bilingual(e.Claim), e.Value, e.Source, mark}, " | "))
	}
	return strings.Join(out, "\n")
}

func errorOf(ctx context.Context, err error, name string) string {
	return ui.FieldError(ctx, err, name)
}

func tone(s lifecycle.State) string {
	switch s {
	case initiatives.Published, initiatives.Replicated:
		return "good"
	case initiatives.Dropped:
		return ""
	}
	return "info"
}

// path is the way of an initiative that goes to its end.
var path = []lifecycle.State{initiatives.Spotted, initiatives.Qualified, initiatives.Sent, initiatives.Retained, initiatives.Published, initiatives.Replicated}

func pathNames(ctx context.Context) []string {
	names := make([]string, len(path))
	for k, s := range path {
		names[k] = initiatives.Life.Label(s).Ctx(ctx)
	}
	return names
}

// Package web draws protocols: the list, a protocol with its projects, its yearly reviews and its forms.
package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/protocols"
)

// Institution is somebody with whom the agency may sign.
type Institution struct{ ID, Name string }

// Pages holds what the pages need.
type Pages struct {
	Protocols *protocols.Service
	Region    string
	Parties   func(ctx context.Context) ([]Institution, error)
}

var formats = []sheets.Format{sheets.CSV, sheets.XLSX, sheets.ODS}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	routes := []httpx.Route{
		{Method: get, Path: "/protocoles", Permission: protocols.PermRead, Handler: p.list},
		{Method: get, Path: "/protocoles/nouveau", Permission: protocols.PermManage, Handler: p.blank},
		{Method: post, Path: "/protocoles", Permission: protocols.PermManage, Handler: p.sign},
		{Method: get, Path: "/protocoles/{id}", Permission: protocols.PermRead, Handler: p.page},
		{Method: post, Path: "/protocoles/{id}/axes", Permission: protocols.PermManage, Handler: p.addAxis},
		{Method: post, Path: "/protocoles/{id}/actions", Permission: protocols.PermManage, Handler: p.addAction},
		{Method: post, Path: "/protocoles/{id}/retirer", Permission: protocols.PermManage, Handler: p.remove},
		{Method: post, Path: "/protocoles/{id}/bilan", Permission: protocols.PermMove, Handler: p.word},
		{Method: post, Path: "/protocoles/{id}/avancer", Permission: protocols.PermMove, Handler: p.move},
	}
	for _, f := range formats {
		routes = append(routes, httpx.Route{Method: get, Path: "/protocoles/{id}/projets." + string(f), Permission: protocols.PermDetail, Handler: p.export(f), Stream: true})
	}
	return routes
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	all, err := p.Protocols.List(r.Context(), actor)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, listView(all, actor.Can(protocols.PermManage, accounts.Scope{Region: p.Region})))
}

// filePage is what the page of a protocol shows.
type filePage struct {
	*protocols.File
	Today   protocols.Day
	Shown   []protocols.Project // after the filters
	Query   url.Values
	Options []lifecycle.Option[*protocols.Protocol, accounts.Role]
	Form    url.Values // what was typed, when it was refused
	Err     error
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request) error { return p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, refusal error) error {
	page, err := p.open(r)
	if err != nil {
		return err
	}
	page.Err, page.Form = refusal, r.PostForm
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, fileView(page))
}

func (p *Pages) open(r *http.Request) (filePage, error) {
	actor := accounts.FromContext(r.Context())
	f, err := p.Protocols.Get(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return filePage{}, err
	}
	page := filePage{File: f, Today: p.Protocols.Today(), Query: r.URL.Query()}
	page.Shown = narrowed(f.Projects, page.Query)
	if f.Manages || f.Party {
		page.Options = protocols.Life.Options(f.Protocol, f.State, protocols.RolesOn(actor, f.Scope()))
	}
	return page, nil
}

// narrowed keeps the projects that the filters of the address ask for.
func narrowed(all []protocols.Project, q url.Values) []protocols.Project {
	return slices.DeleteFunc(slices.Clone(all), func(x protocols.Project) bool {
		return q.Get("departement") != "" && x.Departement != q.Get("departement") || q.Get("nature") != "" && x.Kind != q.Get("nature") ||
			q.Get("msp") == "1" && !x.TowardMSP || q.Get("soutenus") == "1" && !x.Supported
	})
}

// done goes back to the protocol after a write, or shows the refusal there with what was typed.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return p.show(w, r, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/protocoles/"+r.PathValue("id"))
}

func version(r *http.Request) int {
	n, _ := strconv.Atoi(r.PostFormValue("version")) // an unreadable version is 0, a conflict
	return n
}

func (p *Pages) addAxis(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Protocols.AddAxis(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), version(r),
		i18n.Text{FR: r.PostFormValue("axis"), EN: r.PostFormValue("axis_en")}))
}

func (p *Pages) addAction(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Protocols.AddAction(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), version(r), r.PostFormValue("axis_id"),
		i18n.Text{FR: r.PostFormValue("action"), EN: r.PostFormValue("action_en")}, r.PostFormValue("source")))
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Protocols.Remove(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), version(r), r.PostFormValue("what")))
}

func (p *Pages) word(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Protocols.WriteWord(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), version(r), r.PostFormValue("word")))
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.Protocols.Move(r.Context(), accounts.FromContext(r.Context()), protocols.MoveCommand{ID: r.PathValue("id"), Version: version(r),
		Move: r.PostFormValue("move"), Reason: r.PostFormValue("reason"), Ends: protocols.Day(r.PostFormValue("ends"))}))
}

// signPage is the form of a new protocol.
type signPage struct {
	Parties []Institution
	Form    url.Values
	Err     error
}

func (p *Pages) blank(w http.ResponseWriter, r *http.Request) error { return p.form(w, r, nil) }

func (p *Pages) form(w http.ResponseWriter, r *http.Request, refusal error) error {
	parties, err := p.Parties(r.Context())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, signView(signPage{parties, r.PostForm, refusal}))
}

func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	parties, err := p.Parties(r.Context())
	if err != nil {
		return err
	}
	cmd := protocols.SignCommand{Region: p.Region, Title: i18n.Text{FR: r.PostFormValue("title"), EN: r.PostFormValue("title_en")},
		Purpose: i18n.Text{FR: r.PostFormValue("purpose"), EN: r.PostFormValue("purpose_en")}, Signed: protocols.Day(r.PostFormValue("signed")), Ends: protocols.Day(r.PostFormValue("ends"))}
	if i := slices.IndexFunc(parties, func(x Institution) bool { return x.ID == r.PostFormValue("partner") }); i >= 0 {
		cmd.PartnerID, cmd.PartnerName = parties[i].ID, parties[i].Name
	}
	made, err := p.Protocols.Sign(r.Context(), accounts.FromContext(r.Context()), cmd)
	if fault.Is(err, fault.KindInvalid) {
		return p.form(w, r, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/protocoles/"+made.ID)
}

var columns = []sheets.Column{
	{Title: i18n.Text{FR: "Numéro", EN: "Number"}}, {Title: i18n.Text{FR: "Projet", EN: "Project"}}, {Title: i18n.Text{FR: "Code INSEE", EN: "INSEE code"}},
	{Title: i18n.Text{FR: "Commune", EN: "Municipality"}}, {Title: i18n.Text{FR: "Département", EN: "Département"}}, {Title: i18n.Text{FR: "Nature des travaux", EN: "Kind of works"}},
	{Title: i18n.Text{FR: "Vers une MSP", EN: "Toward an MSP"}}, {Title: i18n.Text{FR: "Date", EN: "Day"}, Kind: sheets.Date}, {Title: i18n.Text{FR: "État", EN: "State"}},
	{Title: i18n.Text{FR: "Accordé (€)", EN: "Granted (€)"}, Kind: sheets.Cents},
}

func (p *Pages) export(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		page, err := p.open(r)
		if err != nil {
			return err
		}
		ctx := r.Context()
		rows := func(yield func([]any, error) bool) {
			for _, x := range page.Shown {
				toward := ""
				if x.TowardMSP {
					toward = i18n.T(ctx, "oui", "yes")
				}
				if !yield([]any{x.Number, x.Title, x.Commune, placeName(x.Commune), x.Departement, kindName(ctx, x.Kind), toward, x.On.Time(), x.State.Ctx(ctx), x.Granted}, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(ctx, "projets-du-protocole", "protocol-projects"), columns, rows)
	}
}

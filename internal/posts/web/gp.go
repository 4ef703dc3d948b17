package web

import (
	"net/http"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
	"maillage/internal/posts"
)

type gpListing struct {
	Filter      posts.Filter
	Rows        []posts.GPPost
	Page, Total int
	Recruits    posts.Recruits
	Manages     bool
	Region      string
}

func (p *Pages) gpList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := accounts.FromContext(ctx)
	f, page := filterOf(r)
	rows, total, err := p.Posts.ListGP(ctx, actor, f)
	if err != nil {
		return err
	}
	recruits, err := p.Posts.Recruits(ctx, actor)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, gpListView(gpListing{f, rows, page, total, recruits, actor.CanSomewhere(posts.PermManage), p.Region}))
}

func (p *Pages) exportGP(w http.ResponseWriter, r *http.Request) error {
	format, err := sheets.ParseFormat(strings.TrimPrefix(r.PathValue("file"), "recrutements."))
	if err != nil {
		return err
	}
	ctx := r.Context()
	f, _ := filterOf(r)
	f.Limit, f.Offset = 5000, 0
	all, _, err := p.Posts.ListGP(ctx, accounts.FromContext(ctx), f)
	if err != nil {
		return err
	}
	columns := []sheets.Column{column("Poste", "Post"), {Title: i18n.Text{FR: "Volet", EN: "Strand"}, Kind: sheets.Int}, column("État", "State"), column("Département", "Département"), column("Commune", "Municipality"),
		column("Zone", "Zone"), {Title: i18n.Text{FR: "Zone vérifiée le", EN: "Zone verified on"}, Kind: sheets.Date}, column("Quartier prioritaire", "Priority neighbourhood"), column("Médecin", "Doctor"), {Title: i18n.Text{FR: "Prise de poste", EN: "Start"}, Kind: sheets.Date}}
	return sheets.Serve(w, r, format, i18n.T(ctx, "recrutements", "recruitments"), columns, func(yield func([]any, error) bool) {
		for _, x := range all {
			if !yield([]any{x.Title, x.Strand, posts.GPLife.Label(x.State).Ctx(ctx), x.Dept, x.Town, x.Zone, x.ZoneOn.Time(), x.QPV, x.Doctor, x.StartedOn.Time()}, nil) {
				return
			}
		}
	})
}

func (p *Pages) newGP(w http.ResponseWriter, r *http.Request) error {
	values := map[string]string{"strand": "2", "quota": "100", "hospital_pct": "0"}
	return httpx.Render(w, r, http.StatusOK, gpFormView(func(n string) string { return values[n] }, nil))
}

func (p *Pages) openGP(w http.ResponseWriter, r *http.Request) error {
	cmd := posts.GPCommand{Strand: number(r, "strand"), Title: r.PostFormValue("title"), Commune: r.PostFormValue("commune"), QPV: r.PostFormValue("qpv"), Structure: r.PostFormValue("structure"),
		Practice: r.PostFormValue("practice"), Hospital: r.PostFormValue("hospital"), Quota: number(r, "quota"), HospitalPct: number(r, "hospital_pct")}
	made, err := p.Posts.OpenGP(r.Context(), accounts.FromContext(r.Context()), cmd)
	if err != nil {
		return again(w, r, err, gpFormView(r.PostFormValue, err))
	}
	return httpx.SeeOther(w, r, "/postes/recrutements/"+made.ID)
}

type gpView struct {
	*posts.GPFile
	Effect *posts.Effect
	Typed  func(string) string
	Err    error
}

func (p *Pages) gp(w http.ResponseWriter, r *http.Request) error { return p.showGP(w, r, nil) }

func (p *Pages) showGP(w http.ResponseWriter, r *http.Request, refusal error) error {
	f, err := p.Posts.GP(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := gpView{GPFile: f, Typed: r.PostFormValue, Err: refusal}
	if e, err := p.Posts.EffectGP(r.Context(), f.GPPost); err == nil {
		v.Effect = &e
	}
	if refusal != nil {
		return again(w, r, refusal, gpPageView(v))
	}
	return httpx.Render(w, r, http.StatusOK, gpPageView(v))
}

// actGP runs an action of a recruitment's page, then shows it again.
func (p *Pages) actGP(w http.ResponseWriter, r *http.Request, do func(actor accounts.Actor, id string) error) error {
	id := r.PathValue("id")
	if err := do(accounts.FromContext(r.Context()), id); err != nil {
		return p.showGP(w, r, err)
	}
	return httpx.SeeOther(w, r, "/postes/recrutements/"+id)
}

func (p *Pages) verifyZone(w http.ResponseWriter, r *http.Request) error {
	return p.actGP(w, r, func(actor accounts.Actor, id string) error { return p.Posts.VerifyZone(r.Context(), actor, id) })
}

func (p *Pages) selectGP(w http.ResponseWriter, r *http.Request) error {
	return p.actGP(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.SelectGP(r.Context(), actor, id, r.PostFormValue("name"), r.PostFormValue("rpps"))
	})
}

func (p *Pages) startGP(w http.ResponseWriter, r *http.Request) error {
	return p.actGP(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.StartGP(r.Context(), actor, id, r.PostFormValue("started_on"))
	})
}

func (p *Pages) moveGP(w http.ResponseWriter, r *http.Request) error {
	return p.actGP(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.MoveGP(r.Context(), actor, id, r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason")))
	})
}

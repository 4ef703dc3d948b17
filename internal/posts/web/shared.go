package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
	"maillage/internal/platform/sheets"
	"maillage/internal/posts"
)

type sharedListing struct {
	Filter      posts.Filter
	Rows        []posts.SharedPost
	Page, Total int
	Applies     bool
	Today       clock.Day
	Region      string
}

// sharedList lists the reader's shared posts; whoever has none to follow finds the kinds and the calculator.
func (p *Pages) sharedList(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	if !actor.CanSomewhere(posts.PermRead) {
		return httpx.Render(w, r, http.StatusOK, introductionView())
	}
	f, page := filterOf(r)
	rows, total, err := p.Posts.ListShared(r.Context(), actor, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, sharedListView(sharedListing{f, rows, page, total, actor.CanSomewhere(posts.PermApply), p.Posts.Today(), p.Region}))
}

func (p *Pages) exportShared(w http.ResponseWriter, r *http.Request) error {
	format, err := sheets.ParseFormat(strings.TrimPrefix(r.PathValue("file"), "postes-partages."))
	if err != nil {
		return err
	}
	ctx := r.Context()
	f, _ := filterOf(r)
	f.Limit, f.Offset = 5000, 0
	all, _, err := p.Posts.ListShared(ctx, accounts.FromContext(ctx), f)
	if err != nil {
		return err
	}
	columns := []sheets.Column{column("Poste", "Post"), column("Type", "Kind"), column("État", "State"), column("Département", "Département"), {Title: i18n.Text{FR: "Quotité (%)", EN: "Quota (%)"}, Kind: sheets.Int},
		column("Titulaire", "Holder"), {Title: i18n.Text{FR: "Début", EN: "Start"}, Kind: sheets.Date}, {Title: i18n.Text{FR: "Fin", EN: "End"}, Kind: sheets.Date}, {Title: i18n.Text{FR: "Départ annoncé", EN: "Announced departure"}, Kind: sheets.Date}}
	return sheets.Serve(w, r, format, i18n.T(ctx, "postes-partages", "shared-posts"), columns, func(yield func([]any, error) bool) {
		for _, x := range all {
			if !yield([]any{x.Title, x.Kind.Name().Ctx(ctx), posts.SharedLife.Label(x.State).Ctx(ctx), x.Dept, x.Quota, x.Holder, x.StartsOn.Time(), x.EndsOn.Time(), x.DepartureOn.Time()}, nil) {
				return
			}
		}
	})
}

func column(fr, en string) sheets.Column { return sheets.Column{Title: i18n.Text{FR: fr, EN: en}} }

// mostParties is how many partners a form takes; the first are shown at once.
const mostParties, usualParties = 6, 3

// sharedForm is what the form of a post shows again.
type sharedForm struct {
	ID    string
	Typed func(string) string
	Err   error
}

func (p *Pages) newShared(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("dossier") != "" {
		return p.newFromApplication(w, r)
	}
	kind := posts.Kind(r.FormValue("kind"))
	info, _ := kind.Info()
	today := p.Posts.Today()
	values := map[string]string{"kind": string(kind), "quota": "100", "alert_months": "6", "starts_on": string(today.AddMonths(2)), "ends_on": string(today.AddMonths(26))}
	for _, g := range accounts.FromContext(r.Context()).Grants {
		if g.Role == accounts.RoleApplicant {
			values["structure"] = g.Structure
		}
	}
	for i, s := range info.Model.Shares {
		values[numbered("name", i)], values[numbered("time", i)], values[numbered("funding", i)], values[numbered("hospital", i)] = s.Name, strconv.Itoa(s.Time), strconv.Itoa(s.Funding), ticked(s.Hospital)
	}
	return httpx.Render(w, r, http.StatusOK, sharedFormView(sharedForm{Typed: func(n string) string { return values[n] }}))
}

func sharedCommand(r *http.Request) posts.SharedCommand {
	c := posts.SharedCommand{Kind: posts.Kind(r.PostFormValue("kind")), Title: r.PostFormValue("title"), Structure: r.PostFormValue("structure"), Email: r.PostFormValue("email"), Quota: number(r, "quota"),
		StartsOn: r.PostFormValue("starts_on"), EndsOn: r.PostFormValue("ends_on"), AlertMonths: number(r, "alert_months"), Version: number(r, "version"), Dossier: r.PostFormValue("dossier"), Cost: costOf(r)}
	for i := range mostParties {
		x := posts.PlannedParty{Hospital: r.PostFormValue(numbered("hospital", i)) == "1", Name: r.PostFormValue(numbered("name", i)), SIREN: r.PostFormValue(numbered("siren", i)), Structure: r.PostFormValue(numbered("structure", i)), Commune: r.PostFormValue(numbered("commune", i)),
			Time: number(r, numbered("time", i)), Funding: number(r, numbered("funding", i))}
		if strings.TrimSpace(x.Name+x.SIREN+x.Commune) != "" || x.Time+x.Funding > 0 {
			c.Parties = append(c.Parties, x)
		}
	}
	return c
}

// costOf reads the yearly cost: nothing is no cost, what cannot be read is refused at its field.
func costOf(r *http.Request) int64 {
	text := strings.TrimSpace(r.PostFormValue("cost"))
	if text == "" {
		return 0
	}
	if cents, ok := money.Cents(text); ok {
		return cents
	}
	return -1
}

func (p *Pages) createShared(w http.ResponseWriter, r *http.Request) error {
	made, err := p.Posts.CreateShared(r.Context(), accounts.FromContext(r.Context()), sharedCommand(r))
	if err != nil {
		return again(w, r, err, sharedFormView(sharedForm{Typed: r.PostFormValue, Err: err}))
	}
	return httpx.SeeOther(w, r, "/postes/partages/"+made.ID)
}

func (p *Pages) editShared(w http.ResponseWriter, r *http.Request) error {
	f, err := p.Posts.Shared(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	values := map[string]string{"kind": string(f.Kind), "title": f.Title, "structure": f.Structure, "email": f.Email, "quota": strconv.Itoa(f.Quota), "starts_on": string(f.StartsOn), "ends_on": string(f.EndsOn),
		"alert_months": strconv.Itoa(f.AlertMonths), "version": strconv.Itoa(f.Version)}
	for i, x := range f.Party {
		values[numbered("name", i)], values[numbered("siren", i)], values[numbered("structure", i)], values[numbered("commune", i)] = x.Name, x.SIREN, x.Structure, x.Commune
		values[numbered("time", i)], values[numbered("funding", i)], values[numbered("hospital", i)] = strconv.Itoa(x.Time), strconv.Itoa(x.Funding), ticked(x.Hospital == 1)
	}
	if f.Cost > 0 {
		values["cost"] = euros(f.Cost)
	}
	return httpx.Render(w, r, http.StatusOK, sharedFormView(sharedForm{ID: f.ID, Typed: func(n string) string { return values[n] }}))
}

func (p *Pages) saveShared(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Posts.EditShared(r.Context(), accounts.FromContext(r.Context()), id, sharedCommand(r)); err != nil {
		return again(w, r, err, sharedFormView(sharedForm{ID: id, Typed: r.PostFormValue, Err: err}))
	}
	return httpx.SeeOther(w, r, "/postes/partages/"+id)
}

type sharedView struct {
	*posts.SharedFile
	Effect *posts.Effect // nil when the region's access is not known
	Typed  func(string) string
	Err    error
}

func (p *Pages) shared(w http.ResponseWriter, r *http.Request) error { return p.showShared(w, r, nil) }

func (p *Pages) showShared(w http.ResponseWriter, r *http.Request, refusal error) error {
	f, err := p.Posts.Shared(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := sharedView{SharedFile: f, Typed: r.PostFormValue, Err: refusal}
	if e, err := p.Posts.Effect(r.Context(), f.SharedPost); err == nil {
		v.Effect = &e
	}
	if refusal != nil {
		return again(w, r, refusal, sharedPageView(v))
	}
	return httpx.Render(w, r, http.StatusOK, sharedPageView(v))
}

// act runs an action of a shared post's page, then shows it again.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, do func(actor accounts.Actor, id string) error) error {
	id := r.PathValue("id")
	if err := do(accounts.FromContext(r.Context()), id); err != nil {
		return p.showShared(w, r, err)
	}
	return httpx.SeeOther(w, r, "/postes/partages/"+id)
}

func (p *Pages) moveShared(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.MoveShared(r.Context(), actor, id, r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func (p *Pages) nameHolder(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.NameHolder(r.Context(), actor, id, posts.HolderCommand{Name: r.PostFormValue("name"), RPPS: r.PostFormValue("rpps"), From: r.PostFormValue("from"), Trainer: r.PostFormValue("trainer") == "1"})
	})
}

func (p *Pages) departure(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.AnnounceDeparture(r.Context(), actor, id, r.PostFormValue("departure_on"), strings.TrimSpace(r.PostFormValue("why")))
	})
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Posts.WriteReview(r.Context(), actor, id, r.PostFormValue("review"))
	})
}

// calculatorForm is what the calculator shows.
type calculatorForm struct {
	Kind   posts.Kind
	Source string
	Quota  string
	Cost   string
	posts.Calculation
}

// calculator shares a post from what stands in the address; a kind alone gives its usual shares.
func (p *Pages) calculator(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	kind := posts.Kind(q.Get("sorte"))
	info, known := kind.Info()
	if !known {
		info = posts.Kinds[0]
	}
	form := calculatorForm{Kind: info.Kind, Quota: "100", Cost: "80000"}
	if info.Model.Verified {
		form.Source = info.Model.Source
	}
	shares := info.Model.Shares
	if q.Has("quota") && q.Get("modele") == string(info.Kind) {
		shares, form.Quota, form.Cost = nil, q.Get("quota"), q.Get("cost")
		for i := range mostParties {
			s := posts.Share{Name: q.Get(numbered("name", i)), Time: number(r, numbered("time", i)), Funding: number(r, numbered("funding", i))}
			if s.Name != "" || s.Time+s.Funding != 0 {
				shares = append(shares, s)
			}
		}
	}
	quota, _ := strconv.Atoi(form.Quota) // an unreadable number is 0, which the calculation refuses at its field
	cents, _ := money.Cents(form.Cost)
	form.Calculation = posts.Calculate(quota, cents, shares)
	return httpx.Render(w, r, http.StatusOK, calculatorView(form))
}

// euros writes an amount as people type it.
func euros(cents int64) string {
	if cents%100 == 0 {
		return strconv.FormatInt(cents/100, 10)
	}
	return fmt.Sprintf("%d,%02d", cents/100, cents%100)
}

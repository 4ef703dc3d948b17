// Package web draws the pages of posts: shared ones, recruited general practitioners, the calculator.
package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/papers"
	"maillage/internal/posts"
	"maillage/internal/ui"
)

// Pages holds what the pages need.
type Pages struct {
	Posts  *posts.Service
	Region string // whose départements the lists are filtered by
}

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/postes", Permission: posts.PermCalculate, Handler: p.sharedList},
		{Method: get, Path: "/postes/export/{file}", Permission: posts.PermRead, Handler: p.exportShared, Stream: true},
		{Method: get, Path: "/postes/calculateur", Permission: posts.PermCalculate, Handler: p.calculator},
		{Method: get, Path: "/postes/nouveau", Permission: posts.PermApply, Handler: p.newShared},
		{Method: post, Path: "/postes/nouveau", Permission: posts.PermApply, Handler: p.createShared},
		{Method: get, Path: "/postes/partages/{id}", Permission: posts.PermRead, Handler: p.shared},
		{Method: get, Path: "/postes/partages/{id}/modifier", Permission: posts.PermApply, Handler: p.editShared},
		{Method: post, Path: "/postes/partages/{id}/modifier", Permission: posts.PermApply, Handler: p.saveShared},
		{Method: post, Path: "/postes/partages/{id}/etat", Permission: posts.PermApply, Handler: p.moveShared},
		{Method: post, Path: "/postes/partages/{id}/titulaire", Permission: posts.PermManage, Handler: p.nameHolder},
		{Method: post, Path: "/postes/partages/{id}/depart", Permission: posts.PermApply, Handler: p.departure},
		{Method: post, Path: "/postes/partages/{id}/bilan", Permission: posts.PermManage, Handler: p.review},
		{Method: post, Path: "/postes/partages/{id}/documents", Permission: posts.PermApply, Handler: p.addDocument, MaxBody: papers.Most + 1<<20},
		{Method: get, Path: "/postes/partages/{id}/documents/{document}", Permission: posts.PermRead, Handler: p.document},

		{Method: get, Path: "/postes/recrutements", Permission: posts.PermRead, Handler: p.gpList},
		{Method: get, Path: "/postes/recrutements/export/{file}", Permission: posts.PermRead, Handler: p.exportGP, Stream: true},
		{Method: get, Path: "/postes/recrutements/nouveau", Permission: posts.PermManage, Handler: p.newGP},
		{Method: post, Path: "/postes/recrutements/nouveau", Permission: posts.PermManage, Handler: p.openGP},
		{Method: get, Path: "/postes/recrutements/{id}", Permission: posts.PermRead, Handler: p.gp},
		{Method: post, Path: "/postes/recrutements/{id}/zone", Permission: posts.PermManage, Handler: p.verifyZone},
		{Method: post, Path: "/postes/recrutements/{id}/medecin", Permission: posts.PermManage, Handler: p.selectGP},
		{Method: post, Path: "/postes/recrutements/{id}/prise-de-poste", Permission: posts.PermManage, Handler: p.startGP},
		{Method: post, Path: "/postes/recrutements/{id}/etat", Permission: posts.PermManage, Handler: p.moveGP},
	}
}

const pageSize = 50

func filterOf(r *http.Request) (f posts.Filter, page int) {
	q := r.URL.Query()
	f = posts.Filter{Text: q.Get("q"), Kind: q.Get("sorte"), State: q.Get("etat"), Departement: q.Get("departement"), Zone: q.Get("zone"), Alert: q.Get("alerte") == "1", Sort: q.Get("sort"), Limit: pageSize}
	f.Strand, _ = strconv.Atoi(q.Get("volet")) // no strand: both
	page, f.Offset = httpx.Page(r, pageSize)
	return f, page
}

// again shows a page whose form was refused, or passes on what is no refusal of the form.
func again(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(err), page)
	default:
		return err
	}
}

func number(r *http.Request, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(r.FormValue(name)))
	if err != nil {
		return 0
	}
	return n
}

func errorOf(ctx context.Context, err error, name string) string {
	return ui.FieldError(ctx, err, name)
}

func numbered(name string, i int) string { return fmt.Sprintf("%s_%d", name, i) }

func tone(s lifecycle.State) string {
	switch s {
	case posts.Started, posts.Permanent:
		return "good"
	case posts.Review, posts.Term, posts.Vacant:
		return "warn"
	case posts.Refused, posts.Ended:
		return ""
	}
	return "info"
}

func stateOptions[S any](ctx context.Context, m *lifecycle.Machine[S, accounts.Role]) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, s := range m.Table().States {
		all = append(all, ui.Option{Value: string(s.Name), Label: s.Label.Ctx(ctx)})
	}
	return all
}

func kindOptions(ctx context.Context, empty string) []ui.Option {
	all := []ui.Option{{Value: "", Label: empty}}
	for _, k := range posts.Kinds {
		all = append(all, ui.Option{Value: string(k.Kind), Label: k.Name.Ctx(ctx)})
	}
	return all
}

func ticked(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

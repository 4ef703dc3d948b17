package web

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
)

// newFromApplication shows the form of a post that an application to a call asks for, filled in with what the application says.
func (p *Pages) newFromApplication(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Posts.Application(r.Context(), accounts.FromContext(r.Context()), r.FormValue("dossier"))
	if err != nil {
		return err
	}
	info, _ := a.Kind.Info()
	starts := a.StartsOn
	if !starts.Valid() {
		starts = p.Posts.Today().AddMonths(2)
	}
	values := map[string]string{"kind": string(a.Kind), "dossier": a.ID, "structure": a.Structure, "title": a.Title, "email": a.Email, "quota": "100", "alert_months": "6",
		"starts_on": string(starts), "ends_on": string(starts.AddMonths(info.Model.Months).Add(-1))}
	for i, s := range a.Shares[:min(len(a.Shares), mostParties)] {
		values[numbered("name", i)], values[numbered("time", i)], values[numbered("funding", i)] = s.Name, strconv.Itoa(s.Time), strconv.Itoa(s.Funding)
		if s.Time > 0 {
			values[numbered("commune", i)] = a.Commune
		}
	}
	return httpx.Render(w, r, http.StatusOK, sharedFormView(sharedForm{Typed: func(n string) string { return values[n] }}))
}

// Panel is what the page of an application says of its post; nil when the application asks for none, or the reader follows no posts.
func (p *Pages) Panel(ctx context.Context, actor accounts.Actor, dossier string) (templ.Component, error) {
	if !actor.CanSomewhere(posts.PermRead) {
		return nil, nil //nolint:nilnil // nothing to say
	}
	id, err := p.Posts.PostOf(ctx, dossier)
	if err != nil {
		return nil, err
	}
	if id != "" {
		f, err := p.Posts.Shared(ctx, actor, id)
		if fault.Is(err, fault.KindNotFound) {
			return nil, nil //nolint:nilnil // the post is not open to this reader
		}
		if err != nil {
			return nil, err
		}
		return panelView(f, dossier), nil
	}
	a, err := p.Posts.Application(ctx, actor, dossier)
	if err != nil || !a.Granted {
		return nil, nil //nolint:nilerr,nilnil // no post is asked, or none is granted yet
	}
	return panelView(nil, dossier), nil
}

func (p *Pages) addDocument(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		file, head, err := r.FormFile("file")
		if err != nil {
			return p.Posts.AddDocument(r.Context(), actor, id, "", nil)
		}
		defer func() { _ = file.Close() }()
		return p.Posts.AddDocument(r.Context(), actor, id, head.Filename, file)
	})
}

func (p *Pages) document(w http.ResponseWriter, r *http.Request) error {
	content, d, err := p.Posts.OpenDocument(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("document"))
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", d.Kind)
	w.Header().Set("Content-Disposition", httpx.Attachment(d.Name))
	_, err = io.Copy(w, content)
	return err
}

// grantText says what the agency granted to a post, and what was paid.
func grantText(ctx context.Context, a *posts.Application) string {
	granted := i18n.Tf(ctx, "%s accordés par l’Agence", "%s granted by the agency", i18n.Euro(ctx, a.Cents))
	if a.Agreement == nil {
		return granted + i18n.T(ctx, " ; la convention est à établir.", "; the agreement is to be drawn up.")
	}
	return granted + i18n.Tf(ctx, ", dont %s payés.", ", of which %s paid.", i18n.Euro(ctx, a.Agreement.Paid))
}

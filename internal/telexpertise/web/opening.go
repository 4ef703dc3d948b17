package web

import (
	"context"
	"net/http"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

// openingData is what somebody types to open a case exceptionally, and what they opened lately.
type openingData struct {
	telexpertise.OpenCommand
	Mine []telexpertise.Opening
	Err  error
}

type reviewData struct {
	*telexpertise.OpeningFile
	Verdict, Typed string
	Err            error
}

// openingPage explains the exceptional access and asks for its reason.
func (p *Pages) openingPage(w http.ResponseWriter, r *http.Request) error {
	return p.showOpening(w, r, telexpertise.OpenCommand{Case: r.URL.Query().Get("demande")}, nil)
}

func (p *Pages) showOpening(w http.ResponseWriter, r *http.Request, typed telexpertise.OpenCommand, why error) error {
	mine, err := p.service.MyOpenings(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if why != nil {
		status = httpx.Status(why)
	}
	return httpx.Render(w, r, status, openingView(openingData{typed, mine, why}))
}

// openCase opens a case exceptionally and leads to it.
func (p *Pages) openCase(w http.ResponseWriter, r *http.Request) error {
	typed := telexpertise.OpenCommand{Case: r.PostFormValue("case"), Code: telexpertise.OpeningCode(r.PostFormValue("code")), Reason: r.PostFormValue("reason")}
	id, err := p.service.OpenCase(r.Context(), accounts.FromContext(r.Context()), typed)
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused:
		return p.showOpening(w, r, typed, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, caseLink(id))
}

// openings lists the exceptional accesses for who leads a pool.
func (p *Pages) openings(w http.ResponseWriter, r *http.Request) error {
	list, err := p.service.Openings(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, openingsView(list))
}

// opening shows one exceptional access to who reviews it.
func (p *Pages) opening(w http.ResponseWriter, r *http.Request) error {
	return p.showReview(w, r, http.StatusOK, nil)
}

func (p *Pages) showReview(w http.ResponseWriter, r *http.Request, status int, why error) error {
	file, err := p.service.ReadOpening(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, reviewView(reviewData{file, r.PostFormValue("verdict"), r.PostFormValue("words"), why}))
}

// reviewOpening notes whether an exceptional access was justified.
func (p *Pages) reviewOpening(w http.ResponseWriter, r *http.Request) error {
	err := p.service.ReviewOpening(r.Context(), accounts.FromContext(r.Context()),
		telexpertise.ReviewCommand{ID: r.PathValue("id"), Verdict: r.PostFormValue("verdict"), Words: r.PostFormValue("words")})
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return p.showReview(w, r, httpx.Status(err), err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/telexpertise/acces")
}

func openingLink(o telexpertise.Opening) string { return "/telexpertise/acces/" + o.ID }

func openingCodeOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, c := range telexpertise.OpeningCodes {
		options = append(options, ui.Option{Value: string(c), Label: c.Name().Ctx(ctx)})
	}
	return options
}

func verdictOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: telexpertise.VerdictJustified, Label: i18n.T(ctx, "Cet accès était justifié", "This access was justified")},
		{Value: telexpertise.VerdictUnjustified, Label: i18n.T(ctx, "Cet accès n’était pas justifié", "This access was not justified")},
	}
}

// verdictBadge is the tone and the words of where the review stands.
func verdictBadge(ctx context.Context, o telexpertise.Opening) (tone, words string) {
	switch o.Verdict {
	case telexpertise.VerdictJustified:
		return "good", i18n.T(ctx, "justifié", "justified")
	case telexpertise.VerdictUnjustified:
		return "late", i18n.T(ctx, "non justifié", "not justified")
	}
	return "warn", i18n.T(ctx, "à revoir", "to review")
}

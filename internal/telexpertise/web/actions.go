package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
	"maillage/internal/telexpertise"
)

// action is one button of a case's page: where its form posts, who may enter, what it does.
type action struct {
	path string
	perm accounts.Permission
	do   func(s *telexpertise.Service, ctx context.Context, actor accounts.Actor, id string, r *http.Request) error
}

// actions are the buttons of a case, in the order of its life. Each calls one operation of the service.
var actions = []action{
	{"prendre", telexpertise.PermAnswer, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, _ *http.Request) error {
		return s.Take(ctx, a, id)
	}},
	{"rendre", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, _ *http.Request) error {
		return s.Release(ctx, a, id)
	}},
	{"confier", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Redirect(ctx, a, telexpertise.RedirectCommand{CaseID: id, To: field(r, "to"), Reason: field(r, "reason")})
	}},
	{"demander", telexpertise.PermAnswer, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Ask(ctx, a, telexpertise.AskCommand{CaseID: id, Reason: telexpertise.AskReason(field(r, "ask")), Text: field(r, "text")})
	}},
	{"completer", telexpertise.PermAsk, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		_, err := s.Complete(ctx, a, telexpertise.CompleteCommand{CaseID: id, Text: field(r, "text")})
		return err
	}},
	{"decliner", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Decline(ctx, a, id, field(r, "reason"))
	}},
	{"annuler", telexpertise.PermCase, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Cancel(ctx, a, id, field(r, "reason"))
	}},
	{"ajouter", telexpertise.PermAnswer, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Add(ctx, a, id, field(r, "text"))
	}},
	{"informer", telexpertise.PermCase, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Inform(ctx, a, telexpertise.InformCommand{CaseID: id, How: field(r, "how"), Text: field(r, "text")})
	}},
	{"proposer", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Propose(ctx, a, id, field(r, "slot"))
	}},
	{"confirmer", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, _ *http.Request) error {
		return s.Book(ctx, a, id)
	}},
	{"presence", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Presence(ctx, a, id, field(r, "came") == "1")
	}},
	{"abandonner", telexpertise.PermCase, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Withdraw(ctx, a, id, field(r, "reason"))
	}},
	{"exerese", telexpertise.PermAnswer, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, _ *http.Request) error {
		return s.Excise(ctx, a, id)
	}},
	{"histologie", telexpertise.PermBook, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Histology(ctx, a, id, telexpertise.Histology{Type: telexpertise.Outcome(field(r, "type")), BreslowMM: decimal(field(r, "breslow_mm")), Margins: field(r, "margins"), Text: field(r, "text")})
	}},
	{"issue", telexpertise.PermCase, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.SetOutcome(ctx, a, id, telexpertise.Outcome(field(r, "outcome")))
	}},
	{"incident", telexpertise.PermCase, func(s *telexpertise.Service, ctx context.Context, a accounts.Actor, id string, r *http.Request) error {
		return s.Incident(ctx, a, id, field(r, "text"))
	}},
}

// act serves one action: done, the page of the case comes back; refused, it comes back with the refusal.
func (p *Pages) act(one action) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor, id := accounts.FromContext(r.Context()), r.PathValue("id")
		if err := one.do(p.service, r.Context(), actor, id, r); err != nil {
			return p.refused(w, r, err)
		}
		return httpx.SeeOther(w, r, caseLink(id))
	}
}

// sign signs the answer. What was typed is kept first: a refusal loses nothing.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	cmd := replyCommand(r)
	if err := p.service.KeepReply(ctx, actor, cmd); err != nil {
		return err
	}
	if field(r, "phrase") != "" {
		if err := p.service.AddPhrase(ctx, actor, cmd.Text); err != nil {
			return p.refused(w, r, err)
		}
	}
	if field(r, "keep")+field(r, "phrase") != "" {
		return httpx.SeeOther(w, r, caseLink(cmd.CaseID))
	}
	sign := p.service.Sign
	if field(r, "second") != "" {
		sign = p.service.SignSecond
	}
	if err := sign(ctx, actor, cmd); err != nil {
		return p.refused(w, r, err)
	}
	next, err := p.service.NextCase(ctx, actor, cmd.CaseID)
	if err != nil {
		return err
	}
	if next == "" || field(r, "then") != "next" {
		return httpx.SeeOther(w, r, caseLink(cmd.CaseID))
	}
	return httpx.SeeOther(w, r, caseLink(next))
}

// dropPhrase removes one of the expert's own sentences and comes back to the case.
func (p *Pages) dropPhrase(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.DropPhrase(r.Context(), accounts.FromContext(r.Context()), field(r, "phrase")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, caseLink(url.PathEscape(field(r, "case"))))
}

func replyCommand(r *http.Request) telexpertise.AnswerCommand {
	return telexpertise.AnswerCommand{
		CaseID: r.PathValue("id"), Disposition: telexpertise.Disposition(field(r, "disposition")), PhotosUsable: field(r, "usable") != "no",
		SlotID: field(r, "slot"), CoordinatorID: field(r, "coordinator"),
		AnswerText: telexpertise.AnswerText{Hypothesis: field(r, "hypothesis"), Confidence: telexpertise.Confidence(field(r, "confidence")), Text: field(r, "text")},
	}
}

func field(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// decimal reads a number typed with a comma or a point; 0 when it is none.
func decimal(typed string) float64 {
	x, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	if err != nil {
		return 0
	}
	return x
}

package web

import (
	"context"
	"net/http"
	"strings"

	"maillage/internal/calls"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
)

func (p *Pages) appeal(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(id string) error {
		return p.Calls.FileAppeal(r.Context(), reader(r), id, calls.AppealCommand{Kind: r.PostFormValue("kind"), Text: r.PostFormValue("appeal")})
	})
}

// moveAppeal answers an appeal, or withdraws it: the button pressed names the move.
func (p *Pages) moveAppeal(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(string) error {
		return p.Calls.MoveAppeal(r.Context(), reader(r), r.PathValue("appeal"), r.PostFormValue("move"), strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func appealKind(ctx context.Context, kind string) string {
	if kind == calls.AppealHierarchical {
		return i18n.T(ctx, "Recours hiérarchique", "Hierarchical appeal")
	}
	return i18n.T(ctx, "Recours gracieux", "Gracious appeal")
}

func appealTone(s lifecycle.State) string {
	return map[lifecycle.State]string{calls.AppealFiled: "info", calls.AppealAccepted: "good", calls.AppealRejected: "late", calls.AppealSilent: "late"}[s]
}

// contestable is the refusal that the author may still appeal against, nil when there is none.
func (v dossierView) contestable() *calls.Decision {
	if v.Dossier.State != calls.Refused || len(v.Decisions) == 0 || v.Decisions[0].Outcome != "refuse" || !v.Right.Covers(calls.RightFile) {
		return nil
	}
	last := v.Decisions[0]
	for _, a := range v.Appeals {
		if a.DecisionID == last.ID {
			return nil
		}
	}
	if v.Now.After(calls.AppealUntil(last.DecidedAt)) {
		return nil
	}
	return &last
}

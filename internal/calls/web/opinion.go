package web

import (
	"net/http"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
)

func (p *Pages) opinions(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Calls.MyOpinions(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, opinionsView(all, p.Calls.Now()))
}

func (p *Pages) opinion(w http.ResponseWriter, r *http.Request) error {
	return p.showOpinion(w, r, nil)
}

func (p *Pages) showOpinion(w http.ResponseWriter, r *http.Request, refusal error) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	all, err := p.Calls.MyOpinions(ctx, actor)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID != r.PathValue("id") {
			continue
		}
		v := opinionView{PlaceName: p.Place, Opinion: o, Err: refusal, Typed: r.PostFormValue}
		if o.State != "conflict" {
			d, _, err := p.Calls.Dossier(ctx, calls.Reader{Actor: actor}, o.DossierID)
			if err != nil {
				return err
			}
			v.Dossier = d
			if v.Call, err = p.Calls.CallOf(ctx, d); err != nil {
				return err
			}
			if v.Form, err = p.Calls.FormOf(ctx, d); err != nil {
				return err
			}
			if v.Documents, err = p.Calls.Documents(ctx, d.ID); err != nil {
				return err
			}
		}
		if refusal != nil {
			return again(w, r, refusal, opinionPageView(v))
		}
		return httpx.Render(w, r, http.StatusOK, opinionPageView(v))
	}
	return fault.NotFound("Cet avis ne vous est pas demandé.", "This opinion is not asked of you.")
}

// linkedOpinion is the page of a reviewer without an account: their link opens one dossier, for one opinion.
func (p *Pages) linkedOpinion(w http.ResponseWriter, r *http.Request) error {
	return p.showLinked(w, r, nil)
}

func (p *Pages) showLinked(w http.ResponseWriter, r *http.Request, refusal error) error {
	private(w)
	ctx, key := r.Context(), r.PathValue("key")
	o, d, err := p.Calls.OpinionByLink(ctx, key)
	if err != nil {
		return err
	}
	v := opinionView{PlaceName: p.Place, Opinion: *o, Dossier: d, Key: key, Err: refusal, Typed: r.PostFormValue}
	if d != nil {
		if v.Call, err = p.Calls.CallOf(ctx, d); err != nil {
			return err
		}
		if v.Form, err = p.Calls.FormOf(ctx, d); err != nil {
			return err
		}
		if v.Documents, err = p.Calls.Documents(ctx, d.ID); err != nil {
			return err
		}
	}
	if refusal != nil {
		return again(w, r, refusal, opinionPageView(v))
	}
	return httpx.Render(w, r, http.StatusOK, opinionPageView(v))
}

func (p *Pages) giveLinked(w http.ResponseWriter, r *http.Request) error {
	cmd := typedOpinion(r)
	if err := p.Calls.GiveOpinionByLink(r.Context(), r.PathValue("key"), cmd); err != nil {
		return p.showLinked(w, r, err)
	}
	return httpx.SeeOther(w, r, "/avis/lien/"+r.PathValue("key"))
}

func (p *Pages) linkedDocument(w http.ResponseWriter, r *http.Request) error {
	doc, content, err := p.Calls.OpenDocumentByLink(r.Context(), r.PathValue("key"), r.PathValue("document"))
	if err != nil {
		return err
	}
	return sendDocument(w, doc, content)
}

func typedOpinion(r *http.Request) calls.OpinionCommand {
	cmd := calls.OpinionCommand{Scores: map[string]int{}, Favourable: r.PostFormValue("favourable"), Text: r.PostFormValue("text")}
	if r.PostFormValue("declare") == "1" {
		cmd.Conflict = or(r.PostFormValue("conflict"), "Conflit d’intérêts déclaré")
	}
	for name, values := range r.PostForm {
		if criterion, ok := strings.CutPrefix(name, "score_"); ok {
			if n, err := strconv.Atoi(values[0]); err == nil {
				cmd.Scores[criterion] = n
			}
		}
	}
	return cmd
}

func (p *Pages) giveOpinion(w http.ResponseWriter, r *http.Request) error {
	cmd := typedOpinion(r)
	if err := p.Calls.GiveOpinion(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), cmd); err != nil {
		return p.showOpinion(w, r, err)
	}
	return httpx.SeeOther(w, r, "/avis")
}

package web

import (
	"net/http"
	"net/url"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
)

type editPage struct {
	Version    string // identifier of the draft; "" for a new one
	RowVersion int
	RuleID     string // "" for a rule that does not exist yet
	Form       url.Values
	Err        error
}

// write starts a new version: of the one named by ?de=, or of a rule that does not exist yet.
func (p *Pages) write(w http.ResponseWriter, r *http.Request) error {
	page := editPage{Form: url.Values{"kind": {string(rulebook.KindAid)}, "verified": {string(rulebook.VerifiedNo)}}}
	if from := r.URL.Query().Get("de"); from != "" {
		v, err := p.Rules.Version(r.Context(), accounts.FromContext(r.Context()), from)
		if err != nil {
			return err
		}
		rule := v.Rule()
		rule.From, rule.To = "", ""
		page.RuleID, page.Form = v.RuleID, formOf(rule)
	}
	return httpx.Render(w, r, http.StatusOK, editView(page))
}

// edit shows a draft.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Rules.Version(r.Context(), accounts.FromContext(r.Context()), r.PathValue("version"))
	if err != nil {
		return err
	}
	page := editPage{Version: v.ID, RowVersion: v.RowVersion, RuleID: v.RuleID, Form: formOf(v.Rule())}
	page.Form.Set("note", v.Note)
	return httpx.Render(w, r, http.StatusOK, editView(page))
}

// save keeps a draft; what is refused comes back with everything typed.
func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	rowVersion, _ := strconv.Atoi(r.PostForm.Get("row_version"))
	page := editPage{Version: r.PostForm.Get("version"), RowVersion: rowVersion, RuleID: r.PostForm.Get("rule"), Form: r.PostForm}
	if page.RuleID != "" {
		page.Form.Set("id", page.RuleID)
	}
	rule, err := ruleOf(r.PostForm)
	if err == nil {
		_, err = p.Rules.Save(r.Context(), accounts.FromContext(r.Context()), rulebook.SaveCommand{ID: page.Version, RowVersion: rowVersion, Rule: rule, Note: r.PostForm.Get("note")})
	}
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict || kind == fault.KindRefused {
		page.Err = err
		return httpx.Render(w, r, httpx.Status(err), editView(page))
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/regles/"+rule.ID)
}

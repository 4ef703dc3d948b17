package web

import (
	"net/http"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// choice is a code with its words.
type choice struct {
	Code  string    `json:"code"`
	Label i18n.Text `json:"label"`
}

// apiContext gives the phone what it needs to fill a request offline: pools, codes with their words, limits.
func (p *Pages) apiContext(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	pools, err := p.service.AskPools(r.Context(), actor)
	if err != nil {
		return err
	}
	type pool struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Phone string `json:"phone"`
	}
	answer := struct {
		Now       time.Time `json:"now"`    // a phone's clock is not to be trusted
		Person    string    `json:"person"` // identifier: an outbox belongs to one person
		Name      string    `json:"name"`
		Pools     []pool    `json:"pools"`
		Sites     []choice  `json:"sites"`
		Durations []choice  `json:"durations"`
		Views     []choice  `json:"views"`
		Urgencies []choice  `json:"urgencies"`
		Limits    limits    `json:"limits"`
	}{Now: p.service.Now(), Person: actor.ID, Name: actor.Name, Limits: theLimits}
	for _, one := range pools {
		answer.Pools = append(answer.Pools, pool{one.ID, one.Name, one.Phone})
	}
	for _, s := range telexpertise.Sites {
		answer.Sites = append(answer.Sites, choice{s.Code, s.Name})
	}
	for _, s := range telexpertise.Durations {
		answer.Durations = append(answer.Durations, choice{s.Code, s.Name})
	}
	for _, v := range telexpertise.Views {
		answer.Views = append(answer.Views, choice{string(v), v.Name()})
	}
	for _, u := range telexpertise.Urgencies {
		answer.Urgencies = append(answer.Urgencies, choice{string(u), u.Name()})
	}
	return httpx.JSON(w, http.StatusOK, answer)
}

// apiList gives the requester's own requests, newest first.
func (p *Pages) apiList(w http.ResponseWriter, r *http.Request) error {
	list, err := p.service.Mine(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, list)
}

// apiStatus says where one request stands: bytes received of each photograph, and what was typed while it is a draft.
func (p *Pages) apiStatus(w http.ResponseWriter, r *http.Request) error {
	status, err := p.service.Status(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, status)
}

// apiFollowUp gives what a request for the same lesion takes over from the one before: who the patient is, where the lesion is, and the
// photographs that guide the new ones.
func (p *Pages) apiFollowUp(w http.ResponseWriter, r *http.Request) error {
	file, err := p.service.ReadCase(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !file.Is(telexpertise.PartRequester) || file.Case.SubmittedAt == nil {
		return fault.NotFound("Cette demande n’existe pas, ou vous n’en êtes pas l’auteur.", "This request does not exist, or you did not make it.")
	}
	answer := struct {
		Ref      string                `json:"ref"`
		On       string                `json:"on"`
		Urgency  telexpertise.Urgency  `json:"urgency"`
		Patient  telexpertise.Patient  `json:"patient"`
		Clinical telexpertise.Clinical `json:"clinical"`
		Photos   []guideShots          `json:"photos"`
	}{file.Case.Ref(), i18n.Date(r.Context(), *file.Case.SubmittedAt), file.Case.Urgency, file.Record.Patient, file.Record.Clinical, guides(file)}
	return httpx.JSON(w, http.StatusOK, answer)
}

// apiDraft creates a draft or replaces what was typed.
func (p *Pages) apiDraft(w http.ResponseWriter, r *http.Request) error {
	var cmd telexpertise.DraftCommand
	if err := httpx.ReadJSON(r, &cmd); err != nil {
		return err
	}
	cmd.ID = r.PathValue("id")
	status, err := p.service.SaveDraft(r.Context(), accounts.FromContext(r.Context()), cmd)
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, status)
}

// apiDrop erases a draft.
func (p *Pages) apiDrop(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.DropDraft(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// apiDropPhoto takes a photograph out of a draft.
func (p *Pages) apiDropPhoto(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.DropPhoto(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("photo")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// apiSubmit sends a draft and gives the receipt.
func (p *Pages) apiSubmit(w http.ResponseWriter, r *http.Request) error {
	var cmd telexpertise.SubmitCommand
	if err := httpx.ReadJSON(r, &cmd); err != nil {
		return err
	}
	cmd.CaseID = r.PathValue("id")
	receipt, err := p.service.Submit(r.Context(), accounts.FromContext(r.Context()), cmd)
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, receipt)
}

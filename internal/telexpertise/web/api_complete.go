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

// askedFor is what a dermatologist asks of the requester, as the phone shows it.
type askedFor struct {
	Ref    string       `json:"ref"`
	On     string       `json:"on"`     // when it was asked, in the reader's words
	Reason i18n.Text    `json:"reason"` // the coded reason, in words
	Text   string       `json:"text"`   // what the dermatologist typed
	Photos []guideShots `json:"photos"` // the first photograph of each view: a guide for the new one
}

type guideShots struct {
	ID   string            `json:"id"`
	View telexpertise.View `json:"view"`
}

// guides are the photographs that guide the next ones: the first of each view.
func guides(file *telexpertise.File) []guideShots {
	shots, seen := []guideShots{}, map[telexpertise.View]bool{}
	for _, one := range file.Photos {
		if !seen[one.View] {
			shots = append(shots, guideShots{one.ID, one.View})
		}
		seen[one.View] = true
	}
	return shots
}

// apiAsked says what the dermatologist asks for, so that the phone can be used for it without a network.
func (p *Pages) apiAsked(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	file, err := p.service.ReadCase(ctx, accounts.FromContext(ctx), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !file.Is(telexpertise.PartRequester) {
		return fault.NotFound("Cette demande n’existe pas, ou vous n’en êtes pas l’auteur.", "This request does not exist, or you did not make it.")
	}
	if file.Case.State != telexpertise.StateAsked {
		return fault.Refused("complement.ended", "Le dermatologue n’attend pas de complément pour cette demande.", "The dermatologist waits for nothing more on this request.")
	}
	answer := askedFor{Ref: file.Case.Ref(), Photos: guides(file)}
	for _, n := range file.Notes {
		if n.Kind == telexpertise.NoteAsk {
			answer.On, answer.Text, answer.Reason = i18n.DateTime(ctx, n.At), n.Text, telexpertise.AskReason(n.Code).Name()
		}
	}
	return httpx.JSON(w, http.StatusOK, answer)
}

// completed is the receipt of a complement.
type completed struct {
	telexpertise.Status
	CompletedAt time.Time `json:"completed_at"` // by the server's clock
}

// apiComplete sends what the dermatologist asked for; the photographs were put before.
func (p *Pages) apiComplete(w http.ResponseWriter, r *http.Request) error {
	var cmd telexpertise.CompleteCommand
	if err := httpx.ReadJSON(r, &cmd); err != nil {
		return err
	}
	cmd.CaseID = r.PathValue("id")
	actor := accounts.FromContext(r.Context())
	at, err := p.service.Complete(r.Context(), actor, cmd)
	if err != nil {
		return err
	}
	status, err := p.service.Status(r.Context(), actor, cmd.CaseID)
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, completed{status, at})
}

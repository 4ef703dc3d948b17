package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
)

type caseData struct {
	*telexpertise.File
	Now          time.Time
	Err          error
	Slots        []telexpertise.Slot
	Experts      []telexpertise.Member
	Coordinators []telexpertise.Member
	Before       []telexpertise.Photo // of the same lesion, earlier
	Next         string
	Ahead        []telexpertise.Photo // of the next case, fetched while this one is answered
	Phrases      []telexpertise.Phrase
	CanSecond    bool
	typed        func(name string) string
}

// caseFile is the page of a case, for whoever has a part in it.
func (p *Pages) caseFile(w http.ResponseWriter, r *http.Request) error {
	return p.showCase(w, r, http.StatusOK, nil)
}

// refused shows the case again with the refusal and everything typed.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, why error) error {
	if status := httpx.Status(why); status == http.StatusUnprocessableEntity || status == http.StatusConflict {
		return p.showCase(w, r, status, why)
	}
	return why
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, status int, why error) error {
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	file, err := p.service.ReadCase(ctx, actor, r.PathValue("id"))
	if fault.Is(err, fault.KindNotFound) && actor.CanSomewhere(telexpertise.PermOpen) && r.Method == http.MethodGet {
		return httpx.Render(w, r, http.StatusNotFound, noPartView(r.PathValue("id"), err))
	}
	if err != nil {
		return err
	}
	d := caseData{File: file, Now: p.service.Now(), Err: why, typed: func(name string) string { return r.PostFormValue(name) }}
	if err := p.around(ctx, actor, &d); err != nil {
		return err
	}
	return httpx.Render(w, r, status, caseView(d))
}

// around reads what the reader's part may need beside the case: slots, colleagues, the next case, earlier photographs.
func (p *Pages) around(ctx context.Context, actor accounts.Actor, d *caseData) (err error) {
	if d.Is(telexpertise.PartExpert) || d.Is(telexpertise.PartSecretary) || d.Is(telexpertise.PartCoordinator) {
		if d.Slots, err = p.service.FreeSlots(ctx, actor, d.Pool.ID, ""); err != nil {
			return err
		}
		if d.Experts, err = p.service.Members(ctx, actor, d.Pool.ID, telexpertise.PartExpert); err != nil {
			return err
		}
		if d.Coordinators, err = p.service.Members(ctx, actor, d.Pool.ID, telexpertise.PartCoordinator); err != nil {
			return err
		}
	}
	if !d.Is(telexpertise.PartExpert) {
		return nil
	}
	d.CanSecond = d.MaySecond()
	if len(d.File.Before) > 0 {
		if before, err := p.service.ReadCase(ctx, actor, d.File.Before[0].ID); err == nil {
			d.Before = before.Photos
		}
	}
	if d.Next, err = p.service.NextCase(ctx, actor, d.Case.ID); err != nil || !d.answering() && !d.CanSecond {
		return err
	}
	if d.Phrases, err = p.service.Phrases(ctx, actor); err != nil || d.Next == "" {
		return err
	}
	if d.Ahead, err = p.service.PhotoIDs(ctx, actor, d.Next); fault.Is(err, fault.KindNotFound) {
		err = nil // taken or erased meanwhile: there is nothing to fetch ahead
	}
	return err
}

// ahead lists the addresses of the next case's photographs, apart by spaces.
func (d caseData) ahead() string {
	var links []string
	for _, p := range d.Ahead {
		links = append(links, photoLink(p, photo.Screen))
	}
	return strings.Join(links, " ")
}

// photoFile serves one photograph at one size. It is never kept by the browser, never run, never framed.
func (p *Pages) photoFile(w http.ResponseWriter, r *http.Request) error {
	drawn, err := p.service.ViewPhoto(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), r.PathValue("photo"), photo.Level(r.PathValue("level")))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", `attachment; filename="photo.jpg"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(drawn)))
	_, err = w.Write(drawn)
	return err
}

func photoLink(p telexpertise.Photo, level photo.Level) string {
	return caseLink(p.CaseID) + "/photos/" + p.ID + "/" + string(level)
}

// reply gives the value of a field of the answer: what was just typed, else what was kept.
func (d caseData) reply(name string) string {
	if v := d.typed(name); v != "" {
		return v
	}
	if d.Reply == nil {
		return ""
	}
	usable := "yes"
	if !d.Reply.PhotosUsable {
		usable = "no"
	}
	return map[string]string{"hypothesis": d.Reply.Hypothesis, "confidence": string(d.Reply.Confidence), "text": d.Reply.Text, "disposition": string(d.Reply.Disposition),
		"slot": d.Reply.SlotID, "coordinator": d.Reply.CoordinatorID, "usable": usable}[name]
}

// answering tells whether the answer form is shown.
func (d caseData) answering() bool {
	return d.Is(telexpertise.PartTaker) && d.Case.State == telexpertise.StateTaken
}

// keptAside tells whether the reader typed an answer to a case that is no longer theirs and that nobody has answered.
func (d caseData) keptAside() bool {
	return d.Reply != nil && d.Is(telexpertise.PartExpert) && !d.answering() && !d.CanSecond && d.Case.AnsweredAt == nil
}

// moves tells whether the reader may do a move of one of the three lives now, by its name.
func (d caseData) may(move string) bool {
	s := telexpertise.Subject{Case: d.Case, Settings: d.Pool.Settings.V}
	for _, m := range telexpertise.RequestLife.Moves(s, d.Case.State, d.Parts) {
		if m.Name == move {
			return true
		}
	}
	for _, m := range telexpertise.ReadingLife.Moves(s, d.Case.Reading, d.Parts) {
		if m.Name == move {
			return true
		}
	}
	for _, m := range telexpertise.VisitLife.Moves(s, d.Case.Visit, d.Parts) {
		if m.Name == move {
			return true
		}
	}
	return false
}

// asked tells whether the reader is who asked: on a phone's narrow page, the answer comes before the photographs.
func (d caseData) asked() bool { return d.Is(telexpertise.PartRequester) }

// mayPropose tells whether the reader finds a slot for this case: a visit is wanted and not over.
func (d caseData) mayPropose() bool {
	return d.Case.Visit != telexpertise.VisitNone && d.may("propose")
}

// mayOutcome tells whether the reader may note what was found.
func (d caseData) mayOutcome() bool {
	return d.Case.State == telexpertise.StateAnswered && d.Case.Visit != telexpertise.VisitHistology &&
		(d.Is(telexpertise.PartTaker) || d.Is(telexpertise.PartRequester) || d.Is(telexpertise.PartCoordinator))
}

// event is one line of the history, in the words of the record.
func (d caseData) events(ctx context.Context) []historyLine {
	var lines []historyLine
	for i := len(d.History) - 1; i >= 0; i-- {
		h := d.History[i]
		if h.Action == "telexpertise.view-photo" || h.Action == "telexpertise.read" {
			continue
		}
		lines = append(lines, historyLine{i18n.DateTime(ctx, h.At), h.Text})
	}
	return lines
}

type historyLine struct{ When, Text string }

// readings counts how often the case was opened, for the line that says where the whole record is.
func (d caseData) readings() int {
	n := 0
	for _, h := range d.History {
		if h.Action == "telexpertise.read" || h.Action == "telexpertise.view-photo" {
			n++
		}
	}
	return n
}

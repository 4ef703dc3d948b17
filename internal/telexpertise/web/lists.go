package web

import (
	"context"
	"net/http"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

type questionsData struct {
	Rows  []telexpertise.Row
	Total int
	Page  int
}

type worklistData struct {
	List   telexpertise.Worklist
	Filter telexpertise.Filter
	Page   int
	Now    time.Time
	Lead   bool
}

type agendaGroup struct {
	State lifecycle.State
	Title i18n.Text
	Rows  []telexpertise.Row
}

type agendaData struct {
	Groups []agendaGroup
	Now    time.Time
}

// home leads each reader to their own list.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	for _, door := range []struct {
		perm accounts.Permission
		to   string
	}{
		{telexpertise.PermAnswer, "/telexpertise/avis"}, {telexpertise.PermAsk, "/telexpertise/questions"},
		{telexpertise.PermBook, "/telexpertise/agenda"}, {telexpertise.PermFigures, "/telexpertise/chiffres"},
	} {
		if actor.CanSomewhere(door.perm) {
			return httpx.SeeOther(w, r, door.to)
		}
	}
	return actor.RequireSomewhere(telexpertise.PermEnter)
}

// questions lists the requests of the requester.
func (p *Pages) questions(w http.ResponseWriter, r *http.Request) error {
	page, _ := httpx.Page(r, pageSize)
	rows, total, err := p.service.Questions(r.Context(), accounts.FromContext(r.Context()), page)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, questionsView(questionsData{rows, total, page}))
}

// worklist lists the cases of the expert.
func (p *Pages) worklist(w http.ResponseWriter, r *http.Request) error {
	page, _ := httpx.Page(r, pageSize)
	filter := telexpertise.Filter(r.URL.Query().Get("liste"))
	list, err := p.service.Worklist(r.Context(), accounts.FromContext(r.Context()), filter, page)
	if err != nil {
		return err
	}
	led, err := p.service.LedPools(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, worklistView(worklistData{list, filter, page, p.service.Now(), len(led) > 0}))
}

// agenda lists the visits to organise.
func (p *Pages) agenda(w http.ResponseWriter, r *http.Request) error {
	rows, err := p.service.Agenda(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	data := agendaData{Now: p.service.Now()}
	for _, g := range agendaGroups {
		group := agendaGroup{State: g.state, Title: g.title}
		for _, row := range rows {
			if row.Visit == g.state {
				group.Rows = append(group.Rows, row)
			}
		}
		data.Groups = append(data.Groups, group)
	}
	return httpx.Render(w, r, http.StatusOK, agendaView(data))
}

// awaited is when and where a patient is awaited.
func awaited(ctx context.Context, s *telexpertise.Slot) string {
	if s == nil {
		return "—"
	}
	return i18n.DateTime(ctx, s.StartsAt) + ", " + s.Place
}

// overdue tells whether a patient should have been seen by now.
func overdue(r telexpertise.Row, now time.Time) bool {
	target := r.SeenTarget(r.Pool.Settings.V)
	return target != nil && target.Before(now)
}

package web

import (
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

const pageSize = 50

func caseLink(id string) string { return "/telexpertise/demandes/" + id }

func questionLink(r telexpertise.Row) string {
	if r.State == telexpertise.StateDraft {
		return "/telexpertise/nouvelle?demande=" + r.ID
	}
	return caseLink(r.ID)
}

func filterLink(f telexpertise.Filter) string {
	if f == telexpertise.FilterTodo {
		return "/telexpertise/avis"
	}
	return "/telexpertise/avis?liste=" + string(f)
}

func currentFilter(is bool) templ.Attributes {
	if is {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

var filterNames = map[telexpertise.Filter]i18n.Text{
	telexpertise.FilterTodo:   {FR: "À répondre", EN: "To answer"},
	telexpertise.FilterMine:   {FR: "En charge", EN: "Mine"},
	telexpertise.FilterPool:   {FR: "Tout le pool", EN: "Whole pool"},
	telexpertise.FilterFollow: {FR: "Suivi", EN: "Follow-up"},
	telexpertise.FilterSecond: {FR: "Secondes lectures", EN: "Second readings"},
}

func filterName(ctx context.Context, f telexpertise.Filter) string { return filterNames[f].Ctx(ctx) }

func patientName(ctx context.Context, r telexpertise.Row) string {
	if name := r.Patient.Name(); name != "" {
		return name
	}
	return i18n.T(ctx, "Patient non saisi", "Patient not typed yet")
}

func age(ctx context.Context, r telexpertise.Row, now time.Time) string {
	if n := r.Patient.Age(now); n >= 0 {
		return i18n.Tf(ctx, "%d ans", "%d years", n)
	}
	return i18n.T(ctx, "âge inconnu", "age unknown")
}

func moment(ctx context.Context, at *time.Time) string {
	if at == nil {
		return "—"
	}
	return i18n.DateTime(ctx, *at)
}

func day(ctx context.Context, at *time.Time) string {
	if at == nil {
		return "—"
	}
	return i18n.Date(ctx, *at)
}

func scoreWords(ctx context.Context, score int) string {
	if score >= telexpertise.UrgentScore {
		return i18n.Tf(ctx, "%d (urgent)", "%d (urgent)", score)
	}
	return fmt.Sprint(score)
}

// questionState is what a requester needs to know first.
func questionState(ctx context.Context, r telexpertise.Row) string {
	switch r.Reading {
	case telexpertise.ReadingUnread:
		return i18n.T(ctx, "réponse à lire", "answer to read")
	case telexpertise.ReadingRead:
		return i18n.T(ctx, "patient à informer", "patient to be told")
	}
	if r.AgainAt != nil {
		return i18n.Tf(ctx, "à photographier le %s", "photograph on %s", i18n.Date(ctx, *r.AgainAt))
	}
	return telexpertise.RequestLife.Label(r.State).Ctx(ctx)
}

func questionTone(r telexpertise.Row) string {
	switch {
	case r.Reading == telexpertise.ReadingUnread:
		return "accent"
	case r.Reading == telexpertise.ReadingRead, r.State == telexpertise.StateAsked, r.AgainAt != nil:
		return "warn"
	case r.State == telexpertise.StateClosed:
		return "good"
	}
	return ""
}

func rowState(ctx context.Context, r telexpertise.Row) string {
	switch {
	case r.State == telexpertise.StateOffered && r.OfferedTo == "":
		return i18n.T(ctx, "proposée à tous", "offered to all")
	case r.State == telexpertise.StateOffered && r.Level > telexpertise.LevelFirst:
		return i18n.T(ctx, "proposée après relance", "offered after a reminder")
	}
	return telexpertise.RequestLife.Label(r.State).Ctx(ctx)
}

func visitWords(ctx context.Context, r telexpertise.Row) string {
	if r.Visit == telexpertise.VisitNone {
		return "—"
	}
	return telexpertise.VisitLife.Label(r.Visit).Ctx(ctx)
}

// remaining writes the time that a clock has left, or by how much it ran over.
func remaining(ctx context.Context, at, now time.Time) string {
	left := at.Sub(now)
	over := left < 0
	if over {
		left = -left
	}
	var words string
	switch {
	case left >= 48*time.Hour:
		words = i18n.Tf(ctx, "%d j", "%d d", int(left.Hours()/24))
	case left >= time.Hour:
		words = i18n.Tf(ctx, "%d h", "%d h", int(left.Hours()))
	default:
		words = i18n.Tf(ctx, "%d min", "%d min", int(left.Minutes()))
	}
	if over {
		return i18n.T(ctx, "dépassée de ", "over by ") + words
	}
	return i18n.T(ctx, "dans ", "in ") + words
}

func clockTone(at, now time.Time) string {
	switch left := at.Sub(now); {
	case left < 0:
		return "late"
	case left < 4*time.Hour:
		return "warn"
	}
	return ""
}

// agendaGroups are the headings of the agenda, in the order of what is urgent to do.
var agendaGroups = []struct {
	state lifecycle.State
	title i18n.Text
}{
	{telexpertise.VisitAbsent, i18n.Text{FR: "Absents, à rappeler", EN: "Absent, to call back"}},
	{telexpertise.VisitToBook, i18n.Text{FR: "Créneau à trouver", EN: "Slot to find"}},
	{telexpertise.VisitProposed, i18n.Text{FR: "Créneau à confirmer avec le patient", EN: "Slot to confirm with the patient"}},
	{telexpertise.VisitBooked, i18n.Text{FR: "Rendez-vous pris", EN: "Booked"}},
	{telexpertise.VisitExcised, i18n.Text{FR: "Histologie attendue", EN: "Histology awaited"}},
}

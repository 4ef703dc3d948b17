package consultations

import (
	"context"
	"fmt"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// The states of a session.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
)

// PlanCommand puts sessions on the calendar, Every so many weeks, Count times.
type PlanCommand struct {
	From                clock.Day
	Slots, Every, Count int
}

// mostPlanned is how many sessions are planned at once: a year of two a week.
const mostPlanned = 104

// Plan puts sessions on the calendar. A day that has one already keeps it. It says how many were added.
func (s *Service) Plan(ctx context.Context, actor accounts.Actor, id string, cmd PlanCommand) (added int, err error) {
	wrong := fault.Fields{}
	if !cmd.From.Valid() {
		wrong.Add("from", "Donnez le jour de la première séance.", "Give the day of the first session.")
	}
	if cmd.Slots < 1 || cmd.Slots > 200 {
		wrong.Add("plan_slots", "Une séance offre de 1 à 200 créneaux.", "A session offers 1 to 200 slots.")
	}
	if cmd.Every < 1 || cmd.Every > 26 {
		wrong.Add("every", "D’une à 26 semaines entre deux séances.", "From one to 26 weeks between two sessions.")
	}
	if cmd.Count < 1 || cmd.Count > mostPlanned {
		wrong.Add("count", "De 1 à 104 séances à la fois.", "From 1 to 104 sessions at once.")
	}
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	err = s.change(ctx, actor, id, "", false, func(tx *db.Tx, c *Consultation) error {
		if c.State == Closed || c.State == Transformed {
			return fault.Refused("consultations.consultation: plan", "Cette consultation est terminée : aucune séance ne s’y ajoute.", "This consultation has ended: no session is added.")
		}
		if c.OpenedOn == "" || cmd.From < c.OpenedOn {
			return fault.Refused("consultations.consultation: plan", "La consultation n’est pas ouverte ce jour-là.", "The consultation is not open that day.")
		}
		for _, day := range weeks(cmd.From, cmd.Every, cmd.Count) {
			n, err := planSession(ctx, tx, Session{ID: db.NewID(), ConsultationID: id, HeldOn: day, Slots: cmd.Slots, State: Planned, ReportedBy: actor.ID, ReportedAt: s.now()})
			if err != nil {
				return err
			}
			added += n
		}
		return s.record(ctx, tx, actor, c, "plan", fmt.Sprintf("Séances prévues (%d)", added), "", map[string]string{"from": string(cmd.From), "every": fmt.Sprint(cmd.Every), "count": fmt.Sprint(cmd.Count)})
	})
	return added, err
}

// ReportCommand tells what became of a day: its slots, how many people were seen, how long they had waited.
type ReportCommand struct {
	HeldOn          clock.Day
	Slots, Attended int
	Waiting         *int // days between the request and the visit, in the middle; nil when unknown
}

// Report tells of a session that was held. A day told again is corrected; a planned or cancelled one becomes held.
func (s *Service) Report(ctx context.Context, actor accounts.Actor, id string, cmd ReportCommand) error {
	wrong := fault.Fields{}
	if !cmd.HeldOn.Valid() || cmd.HeldOn > s.Today() {
		wrong.Add("held_on", "Donnez la date d’une séance qui a eu lieu.", "Give the date of a session that was held.")
	}
	if cmd.Slots < 1 || cmd.Slots > 200 {
		wrong.Add("slots", "Une séance offre de 1 à 200 créneaux.", "A session offers 1 to 200 slots.")
	}
	if cmd.Attended < 0 || cmd.Attended > cmd.Slots {
		wrong.Add("attended", "Les personnes venues sont au plus autant que les créneaux.", "People who came are at most as many as slots.")
	}
	if cmd.Waiting != nil && (*cmd.Waiting < 0 || *cmd.Waiting > 730) {
		wrong.Add("waiting", "Un délai de 0 à 730 jours, ou rien s’il n’est pas connu.", "A wait of 0 to 730 days, or nothing when unknown.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, id, "", false, func(tx *db.Tx, c *Consultation) error {
		if c.OpenedOn == "" || cmd.HeldOn < c.OpenedOn {
			return fault.Refused("consultations.consultation: report", "La consultation n’était pas ouverte ce jour-là.", "The consultation was not open that day.")
		}
		row := Session{ID: db.NewID(), ConsultationID: id, HeldOn: cmd.HeldOn, Slots: cmd.Slots, Attended: cmd.Attended, ReportedBy: actor.ID, ReportedAt: s.now(), State: Held, Waiting: cmd.Waiting}
		if err := putSession(ctx, tx, row); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "report", "Séance déclarée", "", map[string]string{"held_on": string(cmd.HeldOn), "slots": fmt.Sprint(cmd.Slots), "attended": fmt.Sprint(cmd.Attended)})
	})
}

// Cancel says that a planned session does not take place, and why.
func (s *Service) Cancel(ctx context.Context, actor accounts.Actor, id string, day clock.Day, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		wrong := fault.Fields{}
		wrong.Add("cancel_reason", "Dites pourquoi la séance n’a pas lieu.", "Say why the session does not take place.")
		return wrong.Err()
	}
	return s.change(ctx, actor, id, "", false, func(tx *db.Tx, c *Consultation) error {
		n, err := cancelSession(ctx, tx, id, day, reason, actor.ID, s.now())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Refused("consultations.consultation: cancel", "Aucune séance prévue ce jour-là : choisissez-en une du calendrier.", "No session is planned that day: choose one from the calendar.")
		}
		return s.record(ctx, tx, actor, c, "cancel", "Séance annulée", reason, map[string]string{"held_on": string(day)})
	})
}

// BringCommand tells what a partner brought in a year.
type BringCommand struct {
	Partner     string
	Year, Hours int
	Cents       int64
	Note        string
}

// Bring keeps what a partner brought in a year; told again, it is corrected.
func (s *Service) Bring(ctx context.Context, actor accounts.Actor, id string, cmd BringCommand) error {
	cmd.Note = strings.TrimSpace(cmd.Note)
	wrong := fault.Fields{}
	if cmd.Hours < 0 || cmd.Hours > 20000 {
		wrong.Add("hours", "De 0 à 20 000 heures.", "From 0 to 20,000 hours.")
	}
	if cmd.Cents < 0 {
		wrong.Add("euros", "Un montant en euros, sans signe.", "An amount in euros, without a sign.")
	}
	if cmd.Hours == 0 && cmd.Cents == 0 && cmd.Note == "" {
		wrong.Add("part_note", "Dites ce qui a été apporté : des heures, un montant ou une phrase.", "Say what was brought: hours, an amount or a sentence.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, id, cmd.Partner, false, func(tx *db.Tx, c *Consultation) error {
		name, known := c.partner(cmd.Partner)
		if !known || cmd.Year < 1 || cmd.Year > c.yearOf(s.Today()) {
			return fault.Invalid("Choisissez un partenaire et une année depuis l’ouverture.", "Choose a partner and a year since the opening.")
		}
		if err := putPart(ctx, tx, Part{ConsultationID: id, PartnerID: cmd.Partner, Year: cmd.Year, Hours: cmd.Hours, Cents: cmd.Cents, Note: cmd.Note}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "bring", name+" dit ce qui a été apporté", "", map[string]string{"year": fmt.Sprint(cmd.Year)})
	})
}

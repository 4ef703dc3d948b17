package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/consultations"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"
)

func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		cmd := consultations.ReportCommand{HeldOn: clock.Day(r.PostFormValue("held_on")), Slots: httpx.Whole(r.PostFormValue("slots")), Attended: httpx.Whole(r.PostFormValue("attended"))}
		if wait := strings.TrimSpace(r.PostFormValue("waiting")); wait != "" {
			days := httpx.Whole(wait)
			cmd.Waiting = &days
		}
		return p.Consultations.Report(ctx, actor, id, cmd)
	})
}

func (p *Pages) plan(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		_, err := p.Consultations.Plan(ctx, actor, id, consultations.PlanCommand{From: clock.Day(r.PostFormValue("from")), Slots: httpx.Whole(r.PostFormValue("plan_slots")),
			Every: httpx.Whole(r.PostFormValue("every")), Count: httpx.Whole(r.PostFormValue("count"))})
		return err
	})
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		return p.Consultations.Cancel(ctx, actor, id, clock.Day(r.PostFormValue("cancel_on")), r.PostFormValue("cancel_reason"))
	})
}

func (p *Pages) bring(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, actor accounts.Actor, id string) error {
		cmd := consultations.BringCommand{Partner: r.PostFormValue("part_partner"), Year: httpx.Whole(r.PostFormValue("year")), Note: r.PostFormValue("part_note")}
		if hours := strings.TrimSpace(r.PostFormValue("hours")); hours != "" {
			cmd.Hours = httpx.Whole(hours)
		}
		if euros := strings.TrimSpace(r.PostFormValue("euros")); euros != "" {
			cents, ok := money.Cents(euros)
			if !ok {
				cents = -1
			}
			cmd.Cents = cents
		}
		return p.Consultations.Bring(ctx, actor, id, cmd)
	})
}

// sessionStates is how people read the state of a session.
var sessionStates = map[string]i18n.Text{
	consultations.Planned: {FR: "prévue", EN: "planned"}, consultations.Held: {FR: "tenue", EN: "held"}, consultations.Cancelled: {FR: "annulée", EN: "cancelled"},
}

var sessionTones = map[string]string{consultations.Planned: "info", consultations.Held: "good", consultations.Cancelled: "warn"}

var sessionColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Jour", EN: "Day"}, Kind: sheets.Date}, {Title: i18n.Text{FR: "État", EN: "State"}}, {Title: i18n.Text{FR: "Créneaux", EN: "Slots"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Personnes reçues", EN: "People seen"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Délai médian, jours", EN: "Median wait, days"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Motif", EN: "Reason"}},
}

// sessionsFile gives every session as a file.
func (p *Pages) sessionsFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := p.Consultations.Get(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
		if err != nil {
			return err
		}
		rows := func(yield func([]any, error) bool) {
			for _, s := range f.Sessions {
				row := []any{s.HeldOn.Time(), sessionStates[s.State], s.Slots, nil, nil, s.Reason}
				if s.State == consultations.Held {
					row[3] = s.Attended
				}
				if s.Waiting != nil {
					row[4] = *s.Waiting
				}
				if !yield(row, nil) {
					return
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "seances", "sessions")+"-"+f.ID, sessionColumns, rows)
	}
}

var yearColumns = []sheets.Column{
	{Title: i18n.Text{FR: "Année", EN: "Year"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Du", EN: "From"}, Kind: sheets.Date}, {Title: i18n.Text{FR: "Au", EN: "To"}, Kind: sheets.Date},
	{Title: i18n.Text{FR: "Séances au calendrier", EN: "Sessions on the calendar"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Tenues", EN: "Held"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Annulées", EN: "Cancelled"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Créneaux", EN: "Slots"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Personnes reçues", EN: "People seen"}, Kind: sheets.Int}, {Title: i18n.Text{FR: "Délai médian, jours", EN: "Median wait, days"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Partenaire", EN: "Partner"}}, {Title: i18n.Text{FR: "Heures apportées", EN: "Hours brought"}, Kind: sheets.Int},
	{Title: i18n.Text{FR: "Montant apporté", EN: "Amount brought"}, Kind: sheets.Cents}, {Title: i18n.Text{FR: "Apport", EN: "What was brought"}},
}

// yearsFile gives the yearly figures as a file, one partner a row; amounts are for those around the table.
func (p *Pages) yearsFile(format sheets.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := p.Consultations.Get(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"))
		if err != nil {
			return err
		}
		rows := func(yield func([]any, error) bool) {
			for _, y := range f.Years {
				for _, partner := range f.Partners {
					row := []any{y.Number, y.From.Time(), y.To.Time(), y.Foreseen(), y.Held, y.Cancelled, y.Slots, y.Attended, nil, partner.Name, nil, nil, nil}
					if y.Waiting >= 0 {
						row[8] = y.Waiting
					}
					if part, told := y.PartOf(partner.ID); told {
						row[10], row[12] = part.Hours, part.Note
						if f.TakesPart {
							row[11] = part.Cents
						}
					}
					if !yield(row, nil) {
						return
					}
				}
			}
		}
		return sheets.Serve(w, r, format, i18n.T(r.Context(), "bilan", "review")+"-"+f.ID, yearColumns, rows)
	}
}

// sessionsShown bounds the table of sessions; the file has them all.
const sessionsShown = 26

func waitText(ctx context.Context, days int) string {
	if days < 0 {
		return "—"
	}
	return i18n.Tf(ctx, "%d j", "%d d", days)
}

func amountText(ctx context.Context, cents int64) string {
	if cents == 0 {
		return "—"
	}
	return i18n.Euro(ctx, cents)
}

func waitOf(s consultations.Session) int {
	if s.Waiting == nil {
		return -1
	}
	return *s.Waiting
}

// plannedOptions are the sessions of the calendar that may be cancelled, nearest first.
func plannedOptions(ctx context.Context, v view) (all []ui.Option) {
	for i := len(v.Sessions) - 1; i >= 0; i-- {
		if s := v.Sessions[i]; s.State == consultations.Planned {
			all = append(all, ui.Option{Value: string(s.HeldOn), Label: ui.Day(ctx, s.HeldOn)})
		}
	}
	return all
}

// yearOptions are the years since the opening, latest first.
func yearOptions(ctx context.Context, v view) (all []ui.Option) {
	for _, y := range v.Years {
		all = append(all, ui.Option{Value: strconv.Itoa(y.Number), Label: yearText(ctx, y)})
	}
	return all
}

func yearText(ctx context.Context, y consultations.Year) string {
	return i18n.Tf(ctx, "Année %d, du %s au %s", "Year %d, %s to %s", y.Number, ui.Day(ctx, y.From), ui.Day(ctx, y.To))
}

// toldYears are the years that somebody wrote about, latest first.
func toldYears(all []consultations.Year) []consultations.Year {
	return slices.DeleteFunc(slices.Clone(all), func(y consultations.Year) bool { return y.Review.Text == "" && len(y.Parts) == 0 })
}

// facetNames lists the parts of the common action.
func facetNames(ctx context.Context) string {
	names := make([]string, len(consultations.Facets))
	for i, f := range consultations.Facets {
		names[i] = f.Name.Ctx(ctx)
	}
	return strings.Join(names, " · ")
}

// cardFacts is the line of a consultation in the list.
func cardFacts(ctx context.Context, c *consultations.Consultation) string {
	partners := i18n.N(ctx, len(c.Partners), "%s partenaire autour de la table", "%s partenaires autour de la table", "%s partner at the table", "%s partners at the table")
	if c.OpenedOn == "" {
		return partners
	}
	return i18n.Tf(ctx, "ouverte le %s, %s", "opened on %s, %s", ui.Day(ctx, c.OpenedOn), partners)
}

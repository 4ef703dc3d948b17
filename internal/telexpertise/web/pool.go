package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/ui"
)

type poolData struct {
	Pool    telexpertise.Pool
	Members []telexpertise.Member
	Days    []telexpertise.Day
	Names   map[string]string
	Err     error
}

func (d poolData) of(part telexpertise.Part) []telexpertise.Member {
	return slices.DeleteFunc(slices.Clone(d.Members), func(m telexpertise.Member) bool { return m.Part != part })
}

func (d poolData) departements() string { return strings.Join(d.Pool.Departements, ", ") }

func poolLink(id string) string { return "/telexpertise/pools/" + id }

// pools leads to the pool that the reader leads; the first one when there are several.
func (p *Pages) pools(w http.ResponseWriter, r *http.Request) error {
	pools, err := p.service.LedPools(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	if len(pools) == 0 {
		_, err = p.service.LedPool(r.Context(), accounts.FromContext(r.Context()), "")
		return err
	}
	return httpx.SeeOther(w, r, poolLink(pools[0].ID))
}

// pool shows the settings, the duty and the members of a pool to who leads it.
func (p *Pages) pool(w http.ResponseWriter, r *http.Request) error {
	return p.showPool(w, r, http.StatusOK, nil, nil)
}

func (p *Pages) showPool(w http.ResponseWriter, r *http.Request, status int, typed *telexpertise.PoolCommand, why error) (err error) {
	ctx, actor, id := r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")
	d := poolData{Err: why, Names: map[string]string{}}
	if d.Pool, err = p.service.LedPool(ctx, actor, id); err != nil {
		return err
	}
	if typed != nil {
		d.Pool.Name, d.Pool.Phone, d.Pool.Departements, d.Pool.Settings.V = typed.Name, typed.Phone, typed.Departements, typed.Settings
	}
	if d.Members, err = p.service.PoolMembers(ctx, actor, id); err != nil {
		return err
	}
	for _, m := range d.Members {
		d.Names[m.PersonID] = m.Name
	}
	now := p.service.Now().In(i18n.Paris)
	if d.Days, err = p.service.CalendarOf(ctx, actor, id, now.Format("2006-01-02")); err != nil {
		return err
	}
	last := now.AddDate(0, 0, 14).Format("2006-01-02")
	d.Days = slices.DeleteFunc(d.Days, func(day telexpertise.Day) bool { return day.Day > last })
	return httpx.Render(w, r, status, poolView(d))
}

// savePool keeps the settings.
func (p *Pages) savePool(w http.ResponseWriter, r *http.Request) error {
	cmd := telexpertise.PoolCommand{ID: r.PathValue("id"), Version: number(r, "version"), Name: field(r, "name"), Phone: field(r, "phone"),
		Departements: strings.FieldsFunc(field(r, "departements"), func(c rune) bool { return c == ',' || c == ' ' }),
		Settings:     telexpertise.Settings{SecondReading: number(r, "second_reading"), ActiveYears: number(r, "active_years"), ArchiveYears: number(r, "archive_years")}}
	set := &cmd.Settings
	set.WideP1, set.Wide, set.Order = number(r, "wide_p1"), number(r, "wide"), telexpertise.Order(field(r, "order"))
	set.Rest, set.Evening = number(r, "rest"), number(r, "evening")
	for _, x := range telexpertise.DeadlineNames {
		cmd.Settings.SetDeadline(x.Name, lifecycle.Deadline{N: number(r, x.Name), Unit: lifecycle.Unit(field(r, x.Name+"_unit"))})
	}
	if _, err := p.service.SavePool(r.Context(), accounts.FromContext(r.Context()), cmd); err != nil {
		if status := httpx.Status(err); status == http.StatusUnprocessableEntity || status == http.StatusConflict {
			return p.showPool(w, r, status, &cmd, err)
		}
		return err
	}
	return httpx.SeeOther(w, r, poolLink(cmd.ID))
}

// setDay writes a day of the calendar.
func (p *Pages) setDay(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := p.service.SetDay(r.Context(), accounts.FromContext(r.Context()), telexpertise.Day{PoolID: id, PersonID: field(r, "person"), Day: field(r, "day"), Kind: field(r, "kind")})
	if httpx.Status(err) == http.StatusUnprocessableEntity {
		return p.showPool(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, poolLink(id))
}

// number reads a whole number; 0 when it is none, which no field takes.
func number(r *http.Request, name string) int {
	n, err := strconv.Atoi(field(r, name))
	if err != nil {
		return 0
	}
	return n
}

// dateWords writes a day of the calendar as people read it.
func dateWords(ctx context.Context, day string) string {
	at, err := time.ParseInLocation("2006-01-02", day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.Date(ctx, at)
}

func dayKind(ctx context.Context, kind string) string {
	if kind == "duty" {
		return i18n.T(ctx, "de garde", "on duty")
	}
	return i18n.T(ctx, "absent", "away")
}

func unitOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(lifecycle.Hours), Label: i18n.T(ctx, "heures", "hours")}, {Value: string(lifecycle.WorkingHours), Label: i18n.T(ctx, "heures ouvrées", "working hours")},
		{Value: string(lifecycle.Days), Label: i18n.T(ctx, "jours", "days")}, {Value: string(lifecycle.WorkingDays), Label: i18n.T(ctx, "jours ouvrés", "working days")},
		{Value: string(lifecycle.Months), Label: i18n.T(ctx, "mois", "months")},
	}
}

func capacity(m telexpertise.Member) string {
	if m.Part != telexpertise.PartExpert || m.Capacity == 0 {
		return "—"
	}
	return strconv.Itoa(m.Capacity)
}

func orderOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(telexpertise.OrderNear), Label: i18n.T(ctx, "le plus proche, puis le moins chargé", "the nearest, then the least loaded")},
		{Value: string(telexpertise.OrderLoad), Label: i18n.T(ctx, "le moins chargé, puis le plus proche", "the least loaded, then the nearest")},
	}
}

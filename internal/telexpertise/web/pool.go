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
	"maillage/internal/platform/clock"
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
	Now     time.Time
	Err     error
	typed   func(name string) string
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
	if actor := accounts.FromContext(r.Context()); actor.Has(accounts.RoleAdmin) {
		return httpx.Render(w, r, http.StatusOK, poolsView(pools))
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
	d := poolData{Err: why, Names: map[string]string{}, Now: p.service.Now(), typed: r.PostFormValue}
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
	last := now.AddDate(0, 0, calendarDays).Format("2006-01-02")
	d.Days = slices.DeleteFunc(d.Days, func(day telexpertise.Day) bool { return day.Day > last })
	return httpx.Render(w, r, status, poolView(d))
}

// newPool shows an administrator the form of a pool, with the recommended settings.
func (p *Pages) newPool(w http.ResponseWriter, r *http.Request) error {
	return p.showNewPool(w, r, http.StatusOK, telexpertise.PoolCommand{Settings: telexpertise.Recommended()}, nil)
}

func (p *Pages) showNewPool(w http.ResponseWriter, r *http.Request, status int, cmd telexpertise.PoolCommand, why error) error {
	if _, err := p.service.AllPools(r.Context(), accounts.FromContext(r.Context())); err != nil {
		return err
	}
	d := poolData{Err: why, Now: p.service.Now(), typed: r.PostFormValue}
	d.Pool.Name, d.Pool.Phone, d.Pool.Departements, d.Pool.Settings.V = cmd.Name, cmd.Phone, cmd.Departements, cmd.Settings
	return httpx.Render(w, r, status, newPoolView(d))
}

// createPool keeps a new pool, and leads to its page, where its members are added.
func (p *Pages) createPool(w http.ResponseWriter, r *http.Request) error {
	cmd := poolCommand(r)
	id, err := p.service.SavePool(r.Context(), accounts.FromContext(r.Context()), cmd)
	if httpx.Status(err) == http.StatusUnprocessableEntity {
		return p.showNewPool(w, r, http.StatusUnprocessableEntity, cmd, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, poolLink(id))
}

// poolCommand reads the form of a pool.
func poolCommand(r *http.Request) telexpertise.PoolCommand {
	cmd := telexpertise.PoolCommand{ID: r.PathValue("id"), Version: number(r, "version"), Name: field(r, "name"), Phone: field(r, "phone"),
		Departements: strings.FieldsFunc(field(r, "departements"), func(c rune) bool { return c == ',' || c == ' ' }),
		Settings:     telexpertise.Settings{SecondReading: number(r, "second_reading"), ActiveYears: number(r, "active_years"), ArchiveYears: number(r, "archive_years")}}
	set := &cmd.Settings
	set.WideP1, set.Wide, set.Order = number(r, "wide_p1"), number(r, "wide"), telexpertise.Order(field(r, "order"))
	set.Rest, set.Evening = number(r, "rest"), number(r, "evening")
	for _, x := range telexpertise.DeadlineNames {
		cmd.Settings.SetDeadline(x.Name, lifecycle.Deadline{N: number(r, x.Name), Unit: lifecycle.Unit(field(r, x.Name+"_unit"))})
	}
	return cmd
}

// savePool keeps the settings.
func (p *Pages) savePool(w http.ResponseWriter, r *http.Request) error {
	cmd := poolCommand(r)
	if field(r, "recommended") != "" {
		cmd.Settings = telexpertise.Recommended()
	}
	if _, err := p.service.SavePool(r.Context(), accounts.FromContext(r.Context()), cmd); err != nil {
		if status := httpx.Status(err); status == http.StatusUnprocessableEntity || status == http.StatusConflict {
			return p.showPool(w, r, status, &cmd, err)
		}
		return err
	}
	return httpx.SeeOther(w, r, poolLink(cmd.ID))
}

// calendarDays is how far ahead the duty is shown.
const calendarDays = 21

// setDay writes a run of days of the calendar.
func (p *Pages) setDay(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	return p.changed(w, r, p.service.SetDays(r.Context(), accounts.FromContext(r.Context()),
		telexpertise.Days{PoolID: id, PersonID: field(r, "person"), From: field(r, "day"), To: field(r, "until"), Kind: field(r, "kind")}))
}

// addMember adds somebody by their address.
func (p *Pages) addMember(w http.ResponseWriter, r *http.Request) error {
	return p.changed(w, r, p.service.AddMember(r.Context(), accounts.FromContext(r.Context()), telexpertise.Member{PoolID: r.PathValue("id"), Part: telexpertise.Part(field(r, "part")),
		Name: field(r, "name"), Email: field(r, "email"), RPPS: field(r, "rpps"), Departement: field(r, "departement"), Practice: field(r, "practice"), Commune: field(r, "commune"), Capacity: number(r, "capacity")}))
}

func (p *Pages) setCapacity(w http.ResponseWriter, r *http.Request) error {
	return p.changed(w, r, p.service.SetCapacity(r.Context(), accounts.FromContext(r.Context()), memberChange(r)))
}

func (p *Pages) dropMember(w http.ResponseWriter, r *http.Request) error {
	return p.changed(w, r, p.service.DropMember(r.Context(), accounts.FromContext(r.Context()), memberChange(r)))
}

func memberChange(r *http.Request) telexpertise.MemberChange {
	return telexpertise.MemberChange{PoolID: r.PathValue("id"), PersonID: field(r, "person"), Part: telexpertise.Part(field(r, "part")), Capacity: number(r, "capacity")}
}

// changed comes back to the pool's page, with the refusal and what was typed when there is one.
func (p *Pages) changed(w http.ResponseWriter, r *http.Request, err error) error {
	if status := httpx.Status(err); status == http.StatusUnprocessableEntity || status == http.StatusConflict {
		return p.showPool(w, r, status, nil, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, poolLink(r.PathValue("id")))
}

// calendar lists the days ahead.
func (d poolData) calendar() []clock.Day {
	days := make([]clock.Day, calendarDays)
	for i := range days {
		days[i] = clock.DayOf(d.Now).Add(i)
	}
	return days
}

// on is what the calendar says of somebody on a day: "duty", "away" or "".
func (d poolData) on(person string, day clock.Day) string {
	for _, one := range d.Days {
		if one.PersonID == person && one.Day == string(day) {
			return one.Kind
		}
	}
	return ""
}

// covered tells whether somebody is on duty on a day, or whether nobody has to be.
func (d poolData) covered(day clock.Day) bool {
	return !clock.France.IsWorkingDay(day.Time()) || slices.ContainsFunc(d.Days, func(one telexpertise.Day) bool { return one.Day == string(day) && one.Kind == "duty" })
}

// shortDay is a column's head: Mon 3.
func shortDay(ctx context.Context, day clock.Day) string {
	names := i18n.Text{FR: "dim.lun.mar.mer.jeu.ven.sam.", EN: "Sun Mon Tue Wed Thu Fri Sat "}.Ctx(ctx)
	at := day.Time()
	return names[4*int(at.Weekday()):4*int(at.Weekday())+4] + " " + strconv.Itoa(at.Day())
}

func partOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{none(ctx)}
	for _, part := range telexpertise.Parts {
		if part != telexpertise.PartTaker {
			options = append(options, ui.Option{Value: string(part), Label: part.Name().Ctx(ctx)})
		}
	}
	return options
}

// number reads a whole number; 0 when it is none, which no field takes.
func number(r *http.Request, name string) int {
	n, err := strconv.Atoi(field(r, name))
	if err != nil {
		return 0
	}
	return n
}

func unitOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(lifecycle.Hours), Label: i18n.T(ctx, "heures", "hours")}, {Value: string(lifecycle.WorkingHours), Label: i18n.T(ctx, "heures ouvrées", "working hours")},
		{Value: string(lifecycle.Days), Label: i18n.T(ctx, "jours", "days")}, {Value: string(lifecycle.WorkingDays), Label: i18n.T(ctx, "jours ouvrés", "working days")},
		{Value: string(lifecycle.Months), Label: i18n.T(ctx, "mois", "months")},
	}
}

func orderOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(telexpertise.OrderNear), Label: i18n.T(ctx, "le plus proche, puis le moins chargé", "the nearest, then the least loaded")},
		{Value: string(telexpertise.OrderLoad), Label: i18n.T(ctx, "le moins chargé, puis le plus proche", "the least loaded, then the nearest")},
	}
}

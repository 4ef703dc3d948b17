// Package web draws the pages of an installation's administrator: its state and its jobs.
package web

import (
	"context"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/operations"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/ui"
)

// Pages answers for the room.
type Pages struct{ service *operations.Service }

// New makes the pages of a service.
func New(s *operations.Service) *Pages { return &Pages{s} }

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	see, manage := operations.PermSee, operations.PermManage
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/administration/sante", Permission: see, Handler: p.healthPage},
		{Method: http.MethodGet, Path: "/administration/taches", Permission: see, Handler: p.jobsPage},
		{Method: http.MethodPost, Path: "/administration/taches/{id}/relance", Permission: manage, Handler: p.retry},
		{Method: http.MethodPost, Path: "/administration/taches/{id}/annulation", Permission: manage, Handler: p.cancel},
	}
}

type healthData struct {
	Checks  []operations.Check
	Started time.Time
	Program string
}

func (p *Pages) healthPage(w http.ResponseWriter, r *http.Request) error {
	checks, err := p.service.Health(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, healthView(healthData{checks, p.service.House().Started, program()}))
}

// program names what runs: the version that it was built as, and with which Go.
func program() string {
	version := "?"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		if version == "" {
			version = "(devel)"
		}
	}
	return "maillage " + version + ", " + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH
}

type jobsData struct {
	Filter  jobs.Filter
	Queue   operations.Queue
	Refused error
	Manage  bool
}

// overview tells that nothing is filtered: where each kind stands, then what failed.
func (d jobsData) overview() bool { return d.Filter == jobs.Filter{} }

func (p *Pages) jobsPage(w http.ResponseWriter, r *http.Request) error {
	return p.drawJobs(w, r, http.StatusOK, nil)
}

func (p *Pages) drawJobs(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	query := r.URL.Query()
	d := jobsData{Refused: refused, Filter: jobs.Filter{Kind: query.Get("genre"), State: jobs.State(query.Get("etat")), Before: query.Get("avant")}}
	actor := accounts.FromContext(r.Context())
	d.Manage = actor.CanSomewhere(operations.PermManage)
	filter := d.Filter
	if d.overview() { // what runs each minute would hide what failed
		filter.State = jobs.Dead
	}
	var err error
	if d.Queue, err = p.service.Queue(r.Context(), actor, filter); err != nil {
		return err
	}
	return httpx.Render(w, r, status, jobsView(d))
}

func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	return p.changed(w, r, p.service.Retry(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")))
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.changed(w, r, p.service.Cancel(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id")))
}

func (p *Pages) changed(w http.ResponseWriter, r *http.Request, err error) error {
	if status := httpx.Status(err); err != nil && status == http.StatusConflict {
		return p.drawJobs(w, r, status, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/administration/taches")
}

var tones = map[operations.State]string{operations.Well: "good", operations.Warning: "warn", operations.Wrong: "late"}

// verdict is the sentence above the checks.
func verdict(ctx context.Context, worst operations.State) string {
	switch worst {
	case operations.Wrong:
		return i18n.T(ctx, "Quelque chose est en défaut : voyez les lignes marquées.", "Something is wrong: see the marked rows.")
	case operations.Warning:
		return i18n.T(ctx, "Le service fonctionne ; un point est à surveiller.", "The service works; something is to be watched.")
	default:
		return i18n.T(ctx, "Tout va bien.", "All is well.")
	}
}

var stateNames = map[jobs.State]i18n.Text{
	jobs.Queued:    {FR: "En attente", EN: "Waiting"},
	jobs.Running:   {FR: "En cours", EN: "Running"},
	jobs.Done:      {FR: "Faite", EN: "Done"},
	jobs.Dead:      {FR: "Arrêtée", EN: "Dead"},
	jobs.Cancelled: {FR: "Annulée", EN: "Cancelled"},
}

var stateTones = map[jobs.State]string{jobs.Queued: "info", jobs.Running: "accent", jobs.Done: "good", jobs.Dead: "late", jobs.Cancelled: ""}

var states = []jobs.State{jobs.Queued, jobs.Running, jobs.Dead, jobs.Done, jobs.Cancelled}

func stateOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, s := range states {
		list = append(list, ui.Option{Value: string(s), Label: stateNames[s].Ctx(ctx)})
	}
	return list
}

func kindOptions(ctx context.Context, counts []jobs.Count) []ui.Option {
	list := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for i, c := range counts {
		if i == 0 || counts[i-1].Kind != c.Kind {
			list = append(list, ui.Option{Value: c.Kind, Label: operations.KindName(c.Kind).Ctx(ctx)})
		}
	}
	return list
}

// stats are the counts above the list.
func stats(ctx context.Context, q operations.Queue) []ui.StatProps {
	n := map[jobs.State]int{}
	for _, c := range q.Counts {
		n[c.State] += c.N
	}
	all := make([]ui.StatProps, 0, 4)
	for _, s := range []jobs.State{jobs.Queued, jobs.Running, jobs.Dead} {
		all = append(all, ui.StatProps{Label: stateNames[s].Ctx(ctx), Value: i18n.Int(ctx, n[s])})
	}
	return append(all, ui.StatProps{Label: i18n.T(ctx, "Retard de la plus ancienne", "Wait of the oldest"), Value: i18n.Int(ctx, int(q.Lag.Seconds())), Unit: "s"})
}

// standing is the tone and the words of where a kind of job stands.
func standing(ctx context.Context, k jobs.Kind) (tone, words string) {
	switch {
	case k.Counts[jobs.Dead] > 0:
		return "late", i18n.Tf(ctx, "%d arrêtées", "%d dead", k.Counts[jobs.Dead])
	case k.Failing > 0:
		return "warn", i18n.Tf(ctx, "%d en nouvel essai", "%d tried again", k.Failing)
	case k.Counts[jobs.Running] > 0:
		return "accent", i18n.T(ctx, "en cours", "running")
	}
	return "good", i18n.T(ctx, "sans échec", "no failure")
}

// moment is a day and minute; a dash when there is none, or for “as soon as possible”.
func moment(ctx context.Context, at *time.Time) string {
	switch {
	case at == nil:
		return "—"
	case at.Year() <= 1970:
		return i18n.T(ctx, "dès que possible", "as soon as possible")
	}
	return i18n.DateTime(ctx, *at)
}

// when is the moment that matters: the next run of what waits, else the end.
func when(ctx context.Context, j jobs.Job) string {
	switch {
	case j.State == jobs.Running:
		return i18n.Tf(ctx, "%s %%", "%s%%", strconv.Itoa(j.Percent))
	case j.State == jobs.Queued && j.RunAt.Year() > 1970:
		return i18n.DateTime(ctx, j.RunAt)
	case j.State == jobs.Queued:
		return i18n.T(ctx, "dès que possible", "as soon as possible")
	case j.FinishedAt != nil:
		return i18n.DateTime(ctx, *j.FinishedAt)
	}
	return "—"
}

func mayRetry(j jobs.Job) bool  { return j.State == jobs.Dead || j.State == jobs.Cancelled }
func mayCancel(j jobs.Job) bool { return j.State == jobs.Queued || j.State == jobs.Running }

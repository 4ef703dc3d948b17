package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Handler does the work of one kind of job. Its context ends when the job is lost, cancelled, or the node must stop now.
type Handler func(ctx context.Context, j *Job) error

// Typed makes a handler that gets its payload read.
func Typed[P any](do func(ctx context.Context, j *Job, payload P) error) Handler {
	return func(ctx context.Context, j *Job) error {
		var payload P
		if err := j.Into(&payload); err != nil {
			return err
		}
		return do(ctx, j, payload)
	}
}

// Schedule gives the next moment after one, for periodic jobs.
type Schedule func(after time.Time) time.Time

// Every repeats after a length of time.
func Every(d time.Duration) Schedule { return func(after time.Time) time.Time { return after.Add(d) } }

// DailyAt repeats each day at an hour of Paris.
func DailyAt(hour, minute int) Schedule {
	return func(after time.Time) time.Time {
		y, m, d := after.In(i18n.Paris).Date()
		for at := time.Date(y, m, d, hour, minute, 0, 0, i18n.Paris); ; at = at.AddDate(0, 0, 1) {
			if at.After(after) {
				return at
			}
		}
	}
}

// Registry knows the handlers of a node and runs its share of the jobs. Handlers are registered before Run.
type Registry struct {
	db        *db.DB
	clock     clock.Clock
	log       *slog.Logger
	handlers  map[string]Handler
	schedules map[string]Schedule
	poke      chan struct{}
	lease     time.Duration // how long a job stays held without renewal
	poll      time.Duration // how often the queue is looked at when idle
	grace     time.Duration // how long running jobs may go on once the node is asked to stop

	mu       sync.Mutex
	counters map[string]*Counter
}

// NewRegistry makes a registry that knows one job: its own sweeping of old finished jobs.
func NewRegistry(d *db.DB, c clock.Clock, log *slog.Logger) *Registry {
	r := &Registry{
		db: d, clock: c, log: log, handlers: map[string]Handler{}, schedules: map[string]Schedule{}, poke: make(chan struct{}, 1),
		lease: time.Minute, poll: time.Second, grace: 20 * time.Second, counters: map[string]*Counter{},
	}
	r.Periodic("jobs.sweep", DailyAt(4, 10), r.sweep)
	return r
}

// Handle names the handler of a kind. A kind is handled once.
func (r *Registry) Handle(kind string, h Handler) {
	if r.handlers[kind] != nil {
		panic(fmt.Sprintf("job kind %s is handled twice", kind))
	}
	r.handlers[kind] = h
	r.counters[kind] = &Counter{}
}

// Periodic names a handler that runs by itself, once for all nodes. A failure is tried again like any other job's.
func (r *Registry) Periodic(kind string, s Schedule, h Handler) {
	r.Handle(kind, h)
	r.schedules[kind] = s
}

// Kinds lists the kinds of jobs that this program runs, in order.
func (r *Registry) Kinds() []string {
	return slices.Sorted(maps.Keys(r.handlers))
}

// Poke has an idle node look at the queue now rather than within a second.
func (r *Registry) Poke() {
	select {
	case r.poke <- struct{}{}:
	default:
	}
}

const periodicKey = "periodic"

// scheduleNext enqueues the next run of a periodic kind; other kinds pass.
func (r *Registry) scheduleNext(ctx context.Context, tx *db.Tx, kind string) error {
	s := r.schedules[kind]
	if s == nil {
		return nil
	}
	_, err := Enqueue(ctx, tx, New{Kind: kind, Key: periodicKey, RunAt: s(r.clock.Now())})
	return err
}

// SchedulePeriodic enqueues every periodic kind that does not wait or run already. Run calls it; tests that use RunDue do so first.
func (r *Registry) SchedulePeriodic(ctx context.Context) error {
	for _, kind := range slices.Sorted(maps.Keys(r.schedules)) {
		err := r.db.InTx(ctx, func(tx *db.Tx) error {
			var waiting int
			err := tx.GetContext(ctx, &waiting, "SELECT COUNT(*) FROM job WHERE kind = $1 AND job_key = $2 AND state IN ('queued', 'running')", kind, periodicKey)
			if err != nil || waiting > 0 {
				return err
			}
			return r.scheduleNext(ctx, tx, kind)
		})
		if err != nil {
			return fmt.Errorf("schedule %s: %w", kind, err)
		}
	}
	return nil
}

// Counter counts the runs of one kind on this node since it started.
type Counter struct {
	Succeeded, Failed, Died int64
	Running                 int64
	Seconds                 float64 // spent in handlers
}

// Counters gives a copy of the counters, by kind.
func (r *Registry) Counters() map[string]Counter {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]Counter, len(r.counters))
	for kind, c := range r.counters {
		out[kind] = *c
	}
	return out
}

func (r *Registry) count(kind string, change func(*Counter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r.counters[kind])
}

// sweep forgets jobs that ended long ago: a week for those that went well, ninety days for the dead.
func (r *Registry) sweep(ctx context.Context, j *Job) error {
	now := r.clock.Now()
	return r.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM job WHERE (state IN ('done', 'cancelled') AND finished_at < $1) OR (state = 'dead' AND finished_at < $2)`,
			now.AddDate(0, 0, -7), now.AddDate(0, 0, -90))
		if err != nil {
			return fmt.Errorf("sweep old jobs: %w", err)
		}
		return j.Done(ctx, tx)
	})
}

package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Filter narrows a list of jobs. Zero fields do not narrow.
type Filter struct {
	Kind   string
	State  State
	Before string // identifier: jobs older than this one, for the next page
	Limit  int    // 50 when 0, at most 500
}

// List gives jobs, newest first.
func List(ctx context.Context, q db.Queryer, f Filter) ([]Job, error) {
	conditions, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ condition, value string }{{"kind = $%d", f.Kind}, {"state = $%d", string(f.State)}, {"id < $%d", f.Before}} {
		if c.value != "" {
			args = append(args, c.value)
			conditions = append(conditions, fmt.Sprintf(c.condition, len(args)))
		}
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	args = append(args, min(limit, 500))
	var jobs []Job
	err := q.SelectContext(ctx, &jobs, fmt.Sprintf("SELECT * FROM job WHERE %s ORDER BY id DESC LIMIT $%d", strings.Join(conditions, " AND "), len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return jobs, nil
}

// Get reads one job.
func Get(ctx context.Context, q db.Queryer, id string) (Job, error) {
	var j Job
	err := q.GetContext(ctx, &j, "SELECT * FROM job WHERE id = $1", id)
	if db.NoRows(err) {
		return Job{}, fault.NotFound("Cette tâche n’existe pas, ou plus : celles qui ont abouti sont effacées au bout d’une semaine.",
			"This job does not exist, or no longer: those that went well are erased after a week.")
	}
	if err != nil {
		return Job{}, fmt.Errorf("read job: %w", err)
	}
	return j, nil
}

// Count is how many jobs of a kind are in a state.
type Count struct {
	Kind  string
	State State
	N     int
}

// Counts tells how many jobs there are, by kind and state.
func Counts(ctx context.Context, q db.Queryer) ([]Count, error) {
	var counts []Count
	if err := q.SelectContext(ctx, &counts, "SELECT kind, state, COUNT(*) AS n FROM job GROUP BY kind, state ORDER BY kind, state"); err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}

// Kind is where the jobs of a kind stand.
type Kind struct {
	Name    string
	Counts  map[State]int
	Failing int        // wait for another attempt after a failure
	LastRun *time.Time // end of the last one that went well
	NextRun *time.Time // when the next one is due; nil when none waits
}

// Wrong tells whether somebody should look at it.
func (k Kind) Wrong() bool { return k.Counts[Dead] > 0 || k.Failing > 0 }

// Kinds tells where each kind stands: those that fail first, then by name.
func Kinds(ctx context.Context, q db.Queryer) ([]Kind, error) {
	counts, err := Counts(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []Kind
	for _, c := range counts {
		if len(all) == 0 || all[len(all)-1].Name != c.Kind {
			all = append(all, Kind{Name: c.Kind, Counts: map[State]int{}})
		}
		all[len(all)-1].Counts[c.State] = c.N
	}
	for i := range all {
		if err := all[i].read(ctx, q); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b Kind) int {
		if a.Wrong() != b.Wrong() {
			return map[bool]int{true: -1, false: 1}[a.Wrong()]
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, nil
}

func (k *Kind) read(ctx context.Context, q db.Queryer) error {
	if err := q.GetContext(ctx, &k.Failing, "SELECT COUNT(*) FROM job WHERE kind = $1 AND state = 'queued' AND error <> ''", k.Name); err != nil {
		return fmt.Errorf("count failing jobs: %w", err)
	}
	for _, one := range []struct {
		into  **time.Time
		query string
	}{
		{&k.LastRun, "SELECT finished_at FROM job WHERE kind = $1 AND state = 'done' ORDER BY finished_at DESC LIMIT 1"},
		{&k.NextRun, "SELECT run_at FROM job WHERE kind = $1 AND state = 'queued' ORDER BY run_at LIMIT 1"},
	} {
		if err := q.GetContext(ctx, one.into, one.query, k.Name); err != nil && !db.NoRows(err) {
			return fmt.Errorf("read when a kind of job runs: %w", err)
		}
	}
	return nil
}

// Lag is how long the oldest due job has waited; zero when none is due.
func Lag(ctx context.Context, q db.Queryer, now time.Time) (time.Duration, error) {
	var j struct {
		RunAt     time.Time `db:"run_at"`
		CreatedAt time.Time `db:"created_at"`
	}
	err := q.GetContext(ctx, &j, "SELECT run_at, created_at FROM job WHERE state = 'queued' AND run_at <= $1 ORDER BY run_at, id LIMIT 1", clock.Cut(now))
	if db.NoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the oldest job: %w", err)
	}
	since := j.RunAt
	if j.CreatedAt.After(since) {
		since = j.CreatedAt
	}
	return max(now.Sub(since), 0), nil
}

// Retry sends a dead or cancelled job back to the queue, with all its attempts again. The caller writes the audit entry.
func Retry(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE job SET state = 'queued', run_at = $1, attempts = 0, error = '', lease = '', finished_at = NULL
		WHERE id = $2 AND state IN ('dead', 'cancelled')`, clock.Cut(now), id)
	if db.IsUnique(err) {
		return fault.Refused("jobs: retry", "La même tâche attend déjà ; il n’y a rien à relancer.", "The same job already waits; there is nothing to retry.")
	}
	return changed(res, err, "jobs: retry", "Seule une tâche arrêtée ou annulée peut être relancée.", "Only a dead or cancelled job can be retried.")
}

// Cancel stops a job that waits or runs; a running handler has its context ended within twenty seconds, and whatever it then writes
// with Done is refused. The caller writes the audit entry.
func Cancel(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE job SET state = 'cancelled', lease_until = NULL, finished_at = $1
		WHERE id = $2 AND state IN ('queued', 'running')`, clock.Cut(now), id)
	return changed(res, err, "jobs: cancel", "Cette tâche est déjà terminée.", "This job has already ended.")
}

func changed(res interface{ RowsAffected() (int64, error) }, err error, rule, fr, en string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", rule, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fault.Refused(rule, fr, en).Because(err)
	}
	return nil
}

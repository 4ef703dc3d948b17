package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"maillage/internal/platform/db"
)

// Run runs jobs, at most workers at once, until ctx ends. It then takes no more, lets those that run finish within a grace of
// twenty seconds, stops the rest (they go back to the queue, their attempt not counted) and returns.
func (r *Registry) Run(ctx context.Context, workers int) error {
	for err := r.SchedulePeriodic(ctx); err != nil && ctx.Err() == nil; err = r.SchedulePeriodic(ctx) {
		r.log.ErrorContext(ctx, "jobs: the periodic jobs cannot be scheduled yet", "error", err) // the database is away
		r.idle(ctx)
	}
	hard, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	slots := make(chan struct{}, workers)
	for ctx.Err() == nil {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		jobs, err := r.claim(ctx, cap(slots)-len(slots)+1)
		if err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "jobs: the queue cannot be read", "error", err)
		}
		for i := range jobs {
			if i > 0 {
				slots <- struct{}{}
			}
			running.Go(func() { defer func() { <-slots; r.Poke() }(); r.run(hard, jobs[i]) })
		}
		if len(jobs) == 0 {
			<-slots
			r.idle(ctx)
		}
	}
	timer := time.AfterFunc(r.grace, stop)
	defer timer.Stop()
	running.Wait()
	return nil
}

func (r *Registry) idle(ctx context.Context) {
	timer := time.NewTimer(r.poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-r.poke:
	case <-timer.C:
	}
}

// RunDue runs what is due now, one job after the other, until nothing is, and says how many runs that made. It serves
// tests.
func (r *Registry) RunDue(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		jobs, err := r.claim(ctx, 1)
		if err != nil || len(jobs) == 0 {
			return n, err
		}
		r.run(ctx, jobs[0])
	}
}

const free = "((state = 'queued' AND run_at <= :now) OR (state = 'running' AND lease_until < :now))"

// claim takes up to n due jobs: those that wait, and those whose node died. The outer condition is looked at again on the locked
// row, so that two nodes never take the same job. One statement, outside InTx: it needs no more than read committed.
func (r *Registry) claim(ctx context.Context, n int) ([]*Job, error) {
	now := r.clock.Now()
	args := map[string]any{"now": now, "until": now.Add(r.lease), "lease": db.NewID(), "n": n, "kinds": slices.Sorted(maps.Keys(r.handlers))}
	if err := r.buryExhausted(ctx, now); err != nil {
		return nil, err
	}
	query, list, err := sqlx.Named(`UPDATE job SET state = 'running', lease = :lease, lease_until = :until, attempts = attempts + 1, percent = 0, message = ''
		WHERE id IN (SELECT id FROM job WHERE `+free+` AND kind IN (:kinds) ORDER BY run_at, id LIMIT :n) AND `+free+` RETURNING *`, args)
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	query, list, err = sqlx.In(query, list...)
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	var jobs []*Job
	if err := r.db.SelectContext(ctx, &jobs, sqlx.Rebind(sqlx.DOLLAR, query), list...); err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	for _, j := range jobs {
		j.registry = r
	}
	slices.SortFunc(jobs, func(a, b *Job) int { return cmp.Or(a.RunAt.Compare(b.RunAt), strings.Compare(a.ID, b.ID)) })
	return jobs, nil
}

// buryExhausted ends jobs whose node died during their last attempt.
func (r *Registry) buryExhausted(ctx context.Context, now time.Time) error {
	var kinds []string
	err := r.db.SelectContext(ctx, &kinds, `UPDATE job SET state = 'dead', error = 'the node stopped while running it', lease_until = NULL, finished_at = $1
		WHERE state = 'running' AND lease_until < $1 AND attempts >= max_attempts RETURNING kind`, now)
	if err != nil {
		return fmt.Errorf("bury jobs: %w", err)
	}
	if len(kinds) > 0 {
		return r.SchedulePeriodic(ctx)
	}
	return nil
}

// run runs one claimed job and records how it ended.
func (r *Registry) run(parent context.Context, j *Job) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	renewed := make(chan struct{})
	go func() { defer close(renewed); r.renew(ctx, cancel, j) }()
	began := time.Now()
	r.count(j.Kind, func(c *Counter) { c.Running++ })
	err := r.call(ctx, j)
	cancel()
	<-renewed
	r.count(j.Kind, func(c *Counter) { c.Running--; c.Seconds += time.Since(began).Seconds() })
	after := context.WithoutCancel(parent)
	if err == nil {
		err = r.finish(after, j)
	}
	switch {
	case err == nil:
		r.count(j.Kind, func(c *Counter) { c.Succeeded++ })
	case parent.Err() != nil:
		r.giveBack(after, j)
	default:
		r.fail(after, j, err)
	}
}

func (r *Registry) call(ctx context.Context, j *Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "jobs: a handler panicked", "kind", j.Kind, "job", j.ID, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.handlers[j.Kind](ctx, j)
}

// renew keeps the lease while the handler runs, and stops the handler once the job is no longer held here.
func (r *Registry) renew(ctx context.Context, stop context.CancelFunc, j *Job) {
	ticker := time.NewTicker(r.lease / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			err := j.held(r.db.ExecContext(ctx, "UPDATE job SET lease_until = $1 WHERE id = $2 AND lease = $3 AND state = 'running'",
				r.clock.Now().Add(r.lease), j.ID, j.Lease))
			if errors.Is(err, errLost) {
				stop()
				return
			}
		}
	}
}

// finish ends a job whose handler did not call Done.
func (r *Registry) finish(ctx context.Context, j *Job) error {
	var state State
	if err := r.db.GetContext(ctx, &state, "SELECT state FROM job WHERE id = $1 AND lease = $2", j.ID, j.Lease); err == nil && state == Done {
		return nil
	}
	return r.db.InTx(ctx, func(tx *db.Tx) error { return j.Done(ctx, tx) })
}

func (r *Registry) giveBack(ctx context.Context, j *Job) {
	_, err := r.db.ExecContext(ctx, `UPDATE job SET state = 'queued', attempts = attempts - 1, lease = '', lease_until = NULL, run_at = $1
		WHERE id = $2 AND lease = $3 AND state = 'running'`, r.clock.Now(), j.ID, j.Lease)
	if err != nil && !db.IsUnique(err) { // the lease ends by itself
		r.log.WarnContext(ctx, "jobs: a stopped job was not given back", "kind", j.Kind, "job", j.ID, "error", err)
	}
}

// fail sends a job back to the queue, or to the dead when its attempts are spent or trying again is useless. A job that is no longer
// held here is left alone.
func (r *Registry) fail(ctx context.Context, j *Job, cause error) {
	r.count(j.Kind, func(c *Counter) { c.Failed++ })
	var final permanent
	dead := j.Attempts >= j.MaxAttempts || errors.As(cause, &final)
	r.log.WarnContext(ctx, "jobs: a job failed", slog.String("kind", j.Kind), slog.String("job", j.ID),
		slog.Int("attempt", j.Attempts), slog.Bool("dead", dead), slog.Any("error", cause))
	err := r.db.InTx(ctx, func(tx *db.Tx) error {
		if dead {
			return r.bury(ctx, tx, j, cause)
		}
		var waiting int
		if err := tx.GetContext(ctx, &waiting, "SELECT COUNT(*) FROM job WHERE kind = $1 AND job_key = $2 AND job_key <> '' AND state = 'queued'", j.Kind, j.Key); err != nil {
			return err
		}
		if waiting > 0 { // the same work already waits: this try may rest
			return r.end(ctx, tx, j, Cancelled, cause)
		}
		return j.held(tx.ExecContext(ctx, `UPDATE job SET state = 'queued', run_at = $1, error = $2, lease_until = NULL
			WHERE id = $3 AND lease = $4 AND state = 'running'`, r.clock.Now().Add(backoff(j.Attempts)), cause.Error(), j.ID, j.Lease))
	})
	if err != nil && !errors.Is(err, errLost) {
		r.log.ErrorContext(ctx, "jobs: a failure was not recorded", "kind", j.Kind, "job", j.ID, "error", err)
	}
}

func (r *Registry) bury(ctx context.Context, tx *db.Tx, j *Job, cause error) error {
	if err := r.end(ctx, tx, j, Dead, cause); err != nil {
		return err
	}
	r.count(j.Kind, func(c *Counter) { c.Died++ })
	return r.scheduleNext(ctx, tx, j.Kind)
}

func (r *Registry) end(ctx context.Context, tx *db.Tx, j *Job, state State, cause error) error {
	return j.held(tx.ExecContext(ctx, `UPDATE job SET state = $1, error = $2, lease_until = NULL, finished_at = $3
		WHERE id = $4 AND lease = $5 AND state = 'running'`, state, cause.Error(), r.clock.Now(), j.ID, j.Lease))
}

// backoff is 15 s, 30 s, 1 min … at most an hour, each up to a fifth longer so that many failures do not come back together.
func backoff(attempt int) time.Duration {
	d := min(15*time.Second<<min(attempt-1, 10), time.Hour)
	return d + rand.N(d/5)
}

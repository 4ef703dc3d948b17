package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// State is where a job stands.
type State string

// The states.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Dead      State = "dead"
	Cancelled State = "cancelled"
)

// New is a job to enqueue.
type New struct {
	Kind    string // the name given to Registry.Handle: "telexpertise.escalate"
	Payload any    // kept as JSON; identifiers rather than personal data
	RunAt   time.Time
	// Key, when set, makes the job unique among those of its kind that wait: asking again only brings it forward.
	Key         string
	MaxAttempts int // 8 when 0: the last try comes about half an hour after the first
}

const defaultAttempts = 8

// Enqueue adds a job in the caller's transaction and gives its identifier: that of the job already waiting under the same key, if
// there is one. A zero RunAt is now.
func Enqueue(ctx context.Context, tx *db.Tx, n New) (string, error) {
	payload, err := json.Marshal(n.Payload)
	if err != nil {
		return "", fmt.Errorf("write the payload of job %s: %w", n.Kind, err)
	}
	if n.MaxAttempts == 0 {
		n.MaxAttempts = defaultAttempts
	}
	if n.RunAt.IsZero() {
		n.RunAt = time.Unix(0, 0)
	}
	var id string
	err = tx.GetContext(ctx, &id, `INSERT INTO job (id, kind, job_key, payload, state, run_at, attempts, max_attempts, lease, percent, message, error, created_at)
		VALUES ($1, $2, $3, $4, 'queued', $5, 0, $6, '', 0, '', '', $7)
		ON CONFLICT (kind, job_key) WHERE state = 'queued' AND job_key <> ''
		DO UPDATE SET run_at = CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END RETURNING id`,
		db.NewID(), n.Kind, n.Key, string(payload), clock.Cut(n.RunAt), n.MaxAttempts, clock.System{}.Now())
	if err != nil {
		return "", fmt.Errorf("enqueue job %s: %w", n.Kind, err)
	}
	return id, nil
}

// Job is a job as it stands. Handlers get one that they hold; pages get a copy to show.
type Job struct {
	ID          string
	Kind        string
	Key         string `db:"job_key"`
	Payload     string // JSON
	State       State
	RunAt       time.Time `db:"run_at"`
	Attempts    int       // started so far, this one included
	MaxAttempts int       `db:"max_attempts"`
	Lease       string
	LeaseUntil  *time.Time `db:"lease_until"`
	Percent     int
	Message     db.JSON[i18n.Text]
	Error       string     // of the last failure, in English
	CreatedAt   time.Time  `db:"created_at"`
	FinishedAt  *time.Time `db:"finished_at"`

	registry *Registry
}

// Into reads the payload.
func (j *Job) Into(payload any) error {
	if err := json.Unmarshal([]byte(j.Payload), payload); err != nil {
		return Permanent(fmt.Errorf("read the payload of job %s: %w", j.Kind, err))
	}
	return nil
}

// errLost says that another node, or an administrator, has this job now.
var errLost = fault.Conflict("Cette tâche a été reprise ailleurs ou annulée ; rien n’a été écrit ici.",
	"This job was taken over or cancelled; nothing was written here.")

// Progress tells readers how far the job is, in percent, and what it is doing. It fails when the job is no longer held here.
func (j *Job) Progress(ctx context.Context, percent int, message i18n.Text) error {
	return j.held(j.registry.db.ExecContext(ctx, "UPDATE job SET percent = $1, message = $2 WHERE id = $3 AND lease = $4 AND state = 'running'",
		min(max(percent, 0), 100), db.JSON[i18n.Text]{V: message}, j.ID, j.Lease))
}

// Done ends the job inside the transaction of its effect. It fails, and so must the transaction, when the job is no longer held here.
func (j *Job) Done(ctx context.Context, tx *db.Tx) error { return j.done(ctx, tx, j.Payload) }

// DoneAndWiped is Done for a payload that must not stay: it is emptied in the same write.
func (j *Job) DoneAndWiped(ctx context.Context, tx *db.Tx) error { return j.done(ctx, tx, "null") }

func (j *Job) done(ctx context.Context, tx *db.Tx, payload string) error {
	err := j.held(tx.ExecContext(ctx, `UPDATE job SET state = 'done', percent = 100, error = '', payload = $1, lease_until = NULL, finished_at = $2
		WHERE id = $3 AND lease = $4 AND state = 'running'`, payload, j.registry.clock.Now(), j.ID, j.Lease))
	if err != nil {
		return err
	}
	return j.registry.scheduleNext(ctx, tx, j.Kind)
}

// held turns "no row touched" into errLost.
func (j *Job) held(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return fmt.Errorf("job %s %s: %w", j.Kind, j.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errLost, err)
	}
	return nil
}

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks a failure that trying again cannot cure: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

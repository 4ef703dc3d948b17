package accounts

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
)

const (
	jobResets = "accounts.resets"
	jobSweep  = "accounts.sweep"
)

// Register gives the work of this room to the queue: sending the resets asked for, and every hour forgetting what has expired.
func (s *Service) Register(r *jobs.Registry) {
	r.Handle(jobResets, func(ctx context.Context, _ *jobs.Job) error {
		_, err := s.SendResets(ctx)
		return err
	})
	r.Periodic(jobSweep, jobs.Every(time.Hour), func(ctx context.Context, _ *jobs.Job) error { return s.Sweep(ctx) })
}

// wakeResets asks for SendResets to run soon. One waiting run serves every request made before it starts.
func wakeResets(ctx context.Context, tx *db.Tx) error {
	if _, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: jobResets, Key: jobResets}); err != nil {
		return fmt.Errorf("ask for resets to be sent: %w", err)
	}
	return nil
}

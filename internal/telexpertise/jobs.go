package telexpertise

import (
	"context"
	"time"

	"maillage/internal/platform/jobs"
)

// Register names the jobs of the room: every minute, the clocks that ran out.
func (s *Service) Register(r *jobs.Registry) {
	r.Periodic("telexpertise.clocks", jobs.Every(time.Minute), func(ctx context.Context, _ *jobs.Job) error {
		_, err := s.Tick(ctx)
		return err
	})
}

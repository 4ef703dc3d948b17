package telexpertise

import (
	"context"
	"errors"
	"time"

	"maillage/internal/platform/jobs"
)

// Register names the jobs of the room: every minute, the clocks that ran out; after each photograph, the levels at which it is shown.
func (s *Service) Register(r *jobs.Registry) {
	r.Periodic("telexpertise.clocks", jobs.Every(time.Minute), func(ctx context.Context, _ *jobs.Job) error {
		_, err := s.Tick(ctx)
		return errors.Join(err, s.Evenings(ctx), s.RemindOpenings(ctx))
	})
	r.Handle(jobDerive, jobs.Typed(func(ctx context.Context, _ *jobs.Job, p derivePayload) error { return s.draw(ctx, p.Case, p.Photo) }))
}

package notifications

import (
	"context"
	"fmt"
)

// SignedOut forgets the browser that was linked in a session which its person left, or that gives its address while leaving: nothing
// is pushed any more to a device that nobody is signed in on by their own wish.
func (s *Service) SignedOut(ctx context.Context, person, session, endpoint string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM push_subscription WHERE person_id = $1 AND ((session_id = $2 AND session_id <> '') OR endpoint = $3)", person, session, endpoint)
	if err != nil {
		return fmt.Errorf("forget the browser of a session: %w", err)
	}
	return nil
}

// SignedOutElsewhere forgets every browser of a person but the one linked in the session that stays.
func (s *Service) SignedOutElsewhere(ctx context.Context, person, session string) error {
	if _, err := s.db.ExecContext(ctx, "DELETE FROM push_subscription WHERE person_id = $1 AND session_id <> $2", person, session); err != nil {
		return fmt.Errorf("forget the browsers of other sessions: %w", err)
	}
	return nil
}

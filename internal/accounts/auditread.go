package accounts

import (
	"context"

	"maillage/internal/audit"
)

// Audit reads the audit record, newest first, for whoever may.
func (s *Service) Audit(ctx context.Context, actor Actor, f audit.Filter) ([]audit.Record, error) {
	if err := actor.Require(PermAudit, Scope{}); err != nil {
		return nil, err
	}
	return audit.List(ctx, s.db, f)
}

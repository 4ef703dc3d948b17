package accounts

import (
	"context"
	"fmt"

	"maillage/internal/platform/db"
)

// hasSecondFactor tells whether a person enrolled a code generator or a passkey.
func hasSecondFactor(ctx context.Context, q db.Queryer, person string) (bool, error) {
	var n int
	err := q.GetContext(ctx, &n, `SELECT (SELECT COUNT(*) FROM totp WHERE person_id = $1 AND confirmed)
		+ (SELECT COUNT(*) FROM passkey WHERE person_id = $1)`, person)
	if err != nil {
		return false, fmt.Errorf("read second factors: %w", err)
	}
	return n > 0, nil
}

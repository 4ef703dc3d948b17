package notifications

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/platform/db"
)

// Subscription is one browser of a person.
type Subscription struct {
	ID        string     `db:"id"`
	PersonID  string     `db:"person_id"`
	Endpoint  string     `db:"endpoint"`
	P256dh    string     `db:"p256dh"`
	Auth      string     `db:"auth"`
	Device    string     `db:"device"` // "Firefox, Android"
	CreatedAt time.Time  `db:"created_at"`
	SentAt    *time.Time `db:"sent_at"`   // last message that its maker took
	FailedAt  *time.Time `db:"failed_at"` // last failure since
	Failure   string     `db:"failure"`
}

const subscriptionColumns = "id, person_id, endpoint, p256dh, auth, device, created_at, sent_at, failed_at, failure"

func subscriptions(ctx context.Context, q db.Queryer, person string) ([]Subscription, error) {
	var all []Subscription
	if err := q.SelectContext(ctx, &all, "SELECT "+subscriptionColumns+" FROM push_subscription WHERE person_id = $1 ORDER BY created_at, id", person); err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	return all, nil
}

func rulesOf(ctx context.Context, q db.Queryer, person string) (Rules, error) {
	var row struct {
		Rules db.JSON[Rules] `db:"rules"`
	}
	err := q.GetContext(ctx, &row, "SELECT rules FROM notification_rules WHERE person_id = $1", person)
	switch {
	case db.NoRows(err):
		return DefaultRules(), nil
	case err != nil:
		return Rules{}, fmt.Errorf("read the rules of notifications: %w", err)
	}
	return row.Rules.V, nil
}

package accounts

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// pace says how many attempts go freely, and how the wait grows after them.
type pace struct {
	free   int           // attempts without waiting
	first  time.Duration // wait after one more; it doubles each time
	most   time.Duration // longest wait
	forget time.Duration // silence after which everything is forgotten
}

// The paces. An account is counted under what was typed, whether or not it exists.
var (
	accountPace = pace{free: 5, first: 30 * time.Second, most: time.Hour, forget: 24 * time.Hour}
	addressPace = pace{free: 60, first: time.Minute, most: time.Hour, forget: time.Hour}
	mailPace    = pace{free: 3, first: 5 * time.Minute, most: 6 * time.Hour, forget: 24 * time.Hour}
)

// wait is how long the door stays closed after n attempts.
func (p pace) wait(n int) time.Duration {
	if n <= p.free {
		return 0
	}
	w := p.first
	for range n - p.free - 1 {
		if w *= 2; w >= p.most {
			return p.most
		}
	}
	return w
}

// counter is one thing that is counted.
type counter struct {
	name string
	pace pace
}

func accountCounter(email string) counter {
	return counter{"account:" + hashToken(FoldEmail(email)), accountPace}
}
func secondCounter(person string) counter { return counter{"second:" + hashToken(person), accountPace} }
func mailCounter(email string) counter {
	return counter{"mail:" + hashToken(FoldEmail(email)), mailPace}
}

// addressCounter counts a network address; an IPv6 one by its /64, which one household or firm holds whole.
func addressCounter(address string) counter {
	if ip, err := netip.ParseAddr(address); err == nil {
		if ip = ip.Unmap(); ip.Is6() {
			if block, err := ip.Prefix(64); err == nil {
				address = block.String()
			}
		}
	}
	return counter{"address:" + hashToken(address), addressPace}
}

// attempt counts a try before it is made, so that tries sent together do not slip through; it refuses while a door is closed.
func (s *Service) attempt(ctx context.Context, counters ...counter) error {
	now := db.Now(s.clock)
	var closed time.Time
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		closed = time.Time{}
		for _, c := range counters {
			until, err := c.take(ctx, tx, now)
			if err != nil {
				return err
			}
			if until.After(closed) {
				closed = until
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !closed.IsZero() {
		return tooMany(closed)
	}
	return nil
}

// take counts one attempt; while the door is closed it counts nothing and gives the moment when it opens.
func (c counter) take(ctx context.Context, tx *db.Tx, now time.Time) (time.Time, error) {
	var row struct {
		Attempts    int       `db:"attempts"`
		LastAt      time.Time `db:"last_at"`
		ClosedUntil time.Time `db:"closed_until"`
	}
	err := tx.GetContext(ctx, &row, "SELECT attempts, last_at, closed_until FROM throttle WHERE name = $1", c.name)
	if err != nil && !db.NoRows(err) {
		return time.Time{}, fmt.Errorf("read throttle: %w", err)
	}
	if row.ClosedUntil.After(now) {
		return row.ClosedUntil, nil
	}
	if now.Sub(row.LastAt) > c.pace.forget {
		row.Attempts = 0
	}
	row.Attempts++
	_, err = tx.ExecContext(ctx, `INSERT INTO throttle (name, attempts, last_at, closed_until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET attempts = EXCLUDED.attempts, last_at = EXCLUDED.last_at, closed_until = EXCLUDED.closed_until`,
		c.name, row.Attempts, now, now.Add(c.pace.wait(row.Attempts)))
	if err != nil {
		return time.Time{}, fmt.Errorf("count attempt: %w", err)
	}
	return time.Time{}, nil
}

// reset forgets the attempts of a counter: the right answer came.
func (c counter) reset(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM throttle WHERE name = $1", c.name); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

func tooMany(until time.Time) error {
	hour := until.Add(time.Minute - time.Microsecond).In(i18n.Paris).Format("15:04") // the next whole minute
	return fault.New(fault.KindTooMany, i18n.Text{
		FR: "Trop d’essais. Recommencez à partir de " + hour + ".",
		EN: "Too many attempts. Try again from " + hour + ".",
	})
}

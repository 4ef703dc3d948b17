package telexpertise

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// presenceKept is how long it is known on which days an expert opened the worklist.
const presenceKept = 35

// Evenings tells who is on duty, once a day at the hour of the pool, what still waits: the last look before a night or a weekend. On a
// working day without duty the coordinator is told. Running it again does nothing more.
func (s *Service) Evenings(ctx context.Context) error {
	pools, err := s.AllPools(ctx, accounts.System("horloges"))
	if err != nil {
		return err
	}
	for _, p := range pools {
		if !p.Settings.V.eveningAt(s.clock.Now()) {
			continue
		}
		if err := s.db.InTx(ctx, func(tx *db.Tx) error { return s.evening(ctx, tx, p) }); err != nil {
			return fmt.Errorf("evening of pool %s: %w", p.ID, err)
		}
	}
	return nil
}

// eveningAt tells whether the hour of the reminder has come today.
func (s Settings) eveningAt(now time.Time) bool {
	hour := s.Evening
	if !clock.France.IsWorkingDay(now) {
		hour = WeekendHour
	}
	return s.Evening > 0 && now.In(i18n.Paris).Hour() >= hour
}

func (s *Service) evening(ctx context.Context, tx *db.Tx, p Pool) error {
	today := dayOf(s.clock.Now())
	done, err := tx.ExecContext(ctx, "INSERT INTO telex_evening (pool_id, day) VALUES ($1, $2) ON CONFLICT (pool_id, day) DO NOTHING", p.ID, today)
	if err != nil {
		return fmt.Errorf("note an evening: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM telex_presence WHERE day < $1", string(clock.Day(today).Add(-presenceKept))); err != nil {
		return fmt.Errorf("forget presences: %w", err)
	}
	var waiting int
	if err := tx.GetContext(ctx, &waiting, "SELECT COUNT(*) FROM telex_case WHERE pool_id = $1 AND state = 'offered'", p.ID); err != nil || waiting == 0 {
		return err
	}
	var to []Member
	err = tx.SelectContext(ctx, &to, "SELECT "+memberColumns+` FROM telex_member WHERE pool_id = $1 AND part = 'expert' AND active
		AND person_id IN (SELECT person_id FROM telex_calendar WHERE pool_id = $1 AND day = $2 AND kind = 'duty') ORDER BY person_id`, p.ID, today)
	if err == nil && len(to) == 0 && clock.France.IsWorkingDay(s.clock.Now()) {
		to, err = members(ctx, tx, p.ID, PartCoordinator)
	}
	if err != nil {
		return err
	}
	for _, m := range to {
		letter := Letter{To: m.Email, Name: m.Name, Subject: titleEvening.text, Paragraphs: []string{fmt.Sprintf("Demandes à prendre en charge dans le pool « %s » : %d.", p.Name, waiting)}, Path: "/telexpertise/avis"}
		if m.Email == "" {
			continue
		}
		if err := s.letters.Send(ctx, tx, letter); err != nil {
			return fmt.Errorf("write to who is on duty: %w", err)
		}
	}
	return nil
}

package funding

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// remindBefore is how many days before it is due a report is asked again.
const remindBefore = 14

// Remind writes, once, to the authors whose report or proof is due within two weeks or late. It says how many letters went.
func (s *Service) Remind(ctx context.Context) (int, error) {
	until := string(clock.Day(s.Today()).Add(remindBefore))
	var due []struct {
		ID         string `db:"id"`
		Convention string `db:"convention_id"`
	}
	if err := s.db.SelectContext(ctx, &due, `SELECT r.id, r.convention_id FROM report r JOIN convention c ON c.id = r.convention_id
		WHERE r.state IN ('due', 'to-redo') AND r.due_on <= $1 AND r.reminded_at IS NULL AND c.state IN ('committed', 'paying') ORDER BY r.due_on, r.id`, until); err != nil {
		return 0, err
	}
	sent := 0
	for _, d := range due {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			c, err := get(ctx, tx, d.Convention)
			if err != nil {
				return err
			}
			var r Report
			if err := tx.GetContext(ctx, &r, `SELECT `+reportColumns+` FROM report WHERE id = $1`, d.ID); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE report SET reminded_at = $1 WHERE id = $2`, s.now(), r.ID); err != nil {
				return err
			}
			if err := s.record(ctx, tx, accounts.System("échéances"), "remind", c, "Rappel : « "+r.Label+" » attendu", "", map[string]string{"due_on": r.DueOn}); err != nil {
				return err
			}
			fr, en := i18n.With(ctx, i18n.FR), i18n.With(ctx, i18n.EN)
			on := clock.Day(r.DueOn).Time()
			return s.tell(ctx, tx, c, i18n.Text{FR: "Rappel : « " + r.Label + " » est attendu", EN: "Reminder: “" + r.Label + "” is expected"},
				i18n.Text{FR: "« " + r.Label + " » est attendu pour le " + i18n.Date(fr, on) + " : le prochain paiement l’attend. Déposez-le depuis le suivi de votre dossier.",
					EN: "“" + r.Label + "” is expected on " + i18n.Date(en, on) + ": the next payment waits for it. File it from the tracker of your application."})
		})
		if err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

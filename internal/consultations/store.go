package consultations

import (
	"context"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const columns = `id, state, title, need, speciality, practitioner, employer, premises, region, departement, commune, commune_name, signed_on, opened_on, review, reviewed_on,
	since, due_at, search_text, version, created_at, updated_at`

func unknown() error {
	return fault.NotFound("Cette consultation n’existe pas, ou n’est pas ouverte.", "This consultation does not exist, or is not open.")
}

func insert(ctx context.Context, tx *db.Tx, c *Consultation) error {
	c.SearchText = db.Fold(c.Title, c.Town, c.Speciality, c.Employer)
	_, err := tx.NamedExecContext(ctx, `INSERT INTO consultation (`+columns+`) VALUES (:id, :state, :title, :need, :speciality, :practitioner, :employer, :premises, :region,
		:departement, :commune, :commune_name, :signed_on, :opened_on, :review, :reviewed_on, :since, :due_at, :search_text, :version, :created_at, :updated_at)`, c)
	return err
}

func update(ctx context.Context, tx *db.Tx, c *Consultation, now time.Time) error {
	c.UpdatedAt = now
	result, err := tx.NamedExecContext(ctx, `UPDATE consultation SET state = :state, signed_on = :signed_on, opened_on = :opened_on, review = :review, reviewed_on = :reviewed_on,
		since = :since, due_at = :due_at, version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, c)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Quelqu’un d’autre a modifié cette consultation entre-temps : rechargez la page.", "Somebody else changed this consultation meanwhile: reload the page.").Because(err)
	}
	c.Version++
	return nil
}

func insertPartner(ctx context.Context, tx *db.Tx, p Partner) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO consultation_partner (id, consultation_id, structure_id, name, rank) VALUES (:id, :consultation_id, :structure_id, :name, :rank)`, p)
	if db.IsUnique(err) {
		return fault.Refused("partner-once", "Ce partenaire est déjà autour de la table.", "This partner is already at the table.").Because(err)
	}
	return err
}

func putShare(ctx context.Context, tx *db.Tx, x Share) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO consultation_share (consultation_id, partner_id, facet, note) VALUES (:consultation_id, :partner_id, :facet, :note)
		ON CONFLICT (partner_id, facet) DO UPDATE SET note = excluded.note`, x)
	return err
}

const sessionColumns = `id, consultation_id, held_on, slots, attended, reported_by, reported_at, state, waiting_days, reason`

const insertSession = `INSERT INTO consultation_session (` + sessionColumns + `)
	VALUES (:id, :consultation_id, :held_on, :slots, :attended, :reported_by, :reported_at, :state, :waiting_days, :reason) `

// putSession writes a session, over whatever the day held.
func putSession(ctx context.Context, tx *db.Tx, x Session) error {
	_, err := tx.NamedExecContext(ctx, insertSession+`ON CONFLICT (consultation_id, held_on) DO UPDATE SET slots = excluded.slots, attended = excluded.attended,
		reported_by = excluded.reported_by, reported_at = excluded.reported_at, state = excluded.state, waiting_days = excluded.waiting_days, reason = excluded.reason`, x)
	return err
}

// planSession writes a session unless the day has one; it says how many were written.
func planSession(ctx context.Context, tx *db.Tx, x Session) (int, error) {
	result, err := tx.NamedExecContext(ctx, insertSession+`ON CONFLICT (consultation_id, held_on) DO NOTHING`, x)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func cancelSession(ctx context.Context, tx *db.Tx, id string, day clock.Day, reason, by string, now time.Time) (int64, error) {
	result, err := tx.ExecContext(ctx, `UPDATE consultation_session SET state = 'cancelled', reason = $1, reported_by = $2, reported_at = $3
		WHERE consultation_id = $4 AND held_on = $5 AND state = 'planned'`, reason, by, now, id, string(day))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func putReview(ctx context.Context, tx *db.Tx, r YearReview) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO consultation_review (consultation_id, year, text, written_on) VALUES (:consultation_id, :year, :text, :written_on)
		ON CONFLICT (consultation_id, year) DO UPDATE SET text = excluded.text, written_on = excluded.written_on`, r)
	return err
}

func putPart(ctx context.Context, tx *db.Tx, p Part) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO consultation_part (consultation_id, partner_id, year, hours, cents, note) VALUES (:consultation_id, :partner_id, :year, :hours, :cents, :note)
		ON CONFLICT (partner_id, year) DO UPDATE SET hours = excluded.hours, cents = excluded.cents, note = excluded.note`, p)
	return err
}

func partsOf(ctx context.Context, q db.Queryer, id string) ([]Part, error) {
	var all []Part
	err := q.SelectContext(ctx, &all, `SELECT consultation_id, partner_id, year, hours, cents, note FROM consultation_part WHERE consultation_id = $1 ORDER BY year, partner_id`, id)
	return all, err
}

func get(ctx context.Context, q db.Queryer, id string) (*Consultation, error) {
	var c Consultation
	err := q.GetContext(ctx, &c, `SELECT `+columns+` FROM consultation WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknown()
	}
	if err != nil {
		return nil, err
	}
	return &c, gather(ctx, q, &c)
}

// gather reads who is at the table, and who owns what.
func gather(ctx context.Context, q db.Queryer, c *Consultation) error {
	if err := q.SelectContext(ctx, &c.Partners, `SELECT id, consultation_id, structure_id, name, rank FROM consultation_partner WHERE consultation_id = $1 ORDER BY rank`, c.ID); err != nil {
		return err
	}
	if err := q.SelectContext(ctx, &c.Reviews, `SELECT consultation_id, year, text, written_on FROM consultation_review WHERE consultation_id = $1 ORDER BY year`, c.ID); err != nil {
		return err
	}
	return q.SelectContext(ctx, &c.Shares, `SELECT consultation_id, partner_id, facet, note FROM consultation_share WHERE consultation_id = $1 ORDER BY facet, partner_id`, c.ID)
}

func list(ctx context.Context, q db.Queryer, text string) ([]*Consultation, error) {
	var all []*Consultation
	if err := q.SelectContext(ctx, &all, `SELECT `+columns+` FROM consultation WHERE $1 = '' OR search_text LIKE $2 ORDER BY commune_name, id`, text, db.Like(text)); err != nil {
		return nil, err
	}
	for _, c := range all {
		if err := gather(ctx, q, c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func sessions(ctx context.Context, q db.Queryer, id string) ([]Session, error) {
	var all []Session
	err := q.SelectContext(ctx, &all, `SELECT `+sessionColumns+` FROM consultation_session WHERE consultation_id = $1 ORDER BY held_on DESC`, id)
	return all, err
}

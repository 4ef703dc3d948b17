package funding

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Amendment changes an agreement: its end, and the tranches that are not ordered yet. Changes says in words what it changed.
type Amendment struct {
	ID       string    `db:"id"`
	Rank     int       `db:"rank"`
	Text     string    `db:"text"`
	EndsOn   string    `db:"ends_on"`
	SignedOn string    `db:"signed_on"`
	Changes  string    `db:"changes"`
	Blob     string    `db:"file_blob"`
	SHA256   string    `db:"file_sha256"`
	MadeAt   time.Time `db:"made_at"`
}

// AmendedTranche is a planned tranche as the amendment leaves it; without money it is removed.
type AmendedTranche struct {
	Rank       int
	Cents      int64
	ExpectedOn string
}

// AmendCommand records a signed amendment.
type AmendCommand struct {
	Text, EndsOn, SignedOn string
	Tranches               []AmendedTranche
	File                   io.Reader // the signed PDF, or nil
}

func (c AmendCommand) check(today string) error {
	wrong := fault.Fields{}
	if strings.TrimSpace(c.Text) == "" {
		wrong.Add("text", "Écrivez l’objet de l’avenant.", "Write what the amendment changes.")
	}
	day(wrong, "ends_on", c.EndsOn)
	if day(wrong, "amended_on", c.SignedOn); c.SignedOn > today {
		wrong.Add("amended_on", "La signature ne peut pas être dans le futur.", "The signature cannot be in the future.")
	}
	for _, t := range c.Tranches {
		if t.Cents < 0 {
			wrong.Add(fmt.Sprintf("amended_%d", t.Rank), "Donnez un montant en euros ; 0 retire la tranche.", "Give an amount in euros; 0 removes the tranche.")
		}
		day(wrong, fmt.Sprintf("amended_on_%d", t.Rank), t.ExpectedOn)
	}
	return wrong.Err()
}

// Amend keeps a signed amendment: its text, its signature day, the new end and the new tranches, which stay within the grant.
func (s *Service) Amend(ctx context.Context, actor accounts.Actor, id string, cmd AmendCommand) error {
	if _, err := s.open(ctx, s.db, actor, id, PermManage); err != nil {
		return err
	}
	if err := cmd.check(s.Today()); err != nil {
		return err
	}
	kept := paper{}
	if cmd.File != nil {
		var err error
		if kept, err = s.keep(ctx, id, cmd.File); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		if c.State == Drawn || c.State == Settled {
			return fault.Refused("funding.convention: amend", "Un avenant modifie une convention signée et pas encore soldée.", "An amendment changes an agreement that is signed and not settled yet.")
		}
		if cmd.SignedOn < c.SignedOn {
			wrong := fault.Fields{}
			wrong.Add("amended_on", "Un avenant ne peut pas être signé avant sa convention.", "An amendment cannot be signed before its agreement.")
			return wrong.Err()
		}
		before := c.Tranched
		changes, err := s.amended(ctx, tx, c, cmd)
		if err != nil {
			return err
		}
		if c.Tranched != before { // on the day it was signed: the days since are read again with it
			if err := s.enter(ctx, tx, actor, c, "planned", c.Tranched-before, cmd.SignedOn, c.Number); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, c, s.now()); err != nil {
			return err
		}
		var rank int
		if err := tx.GetContext(ctx, &rank, `SELECT COUNT(*) + 1 FROM amendment WHERE convention_id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO amendment (id, convention_id, rank, text, ends_on, signed_on, changes, file_blob, file_sha256, made_by, made_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, db.NewID(), id, rank, strings.TrimSpace(cmd.Text), cmd.EndsOn, cmd.SignedOn, changes, kept.blob, kept.sha256, actor.ID, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "amend", c, fmt.Sprintf("Avenant %d enregistré", rank), cmd.Text, map[string]string{"changes": changes})
	})
}

// amended changes the end and the planned tranches of an agreement, and says in words what changed.
func (s *Service) amended(ctx context.Context, tx *db.Tx, c *Convention, cmd AmendCommand) (string, error) {
	var said []string
	if cmd.EndsOn != c.EndsOn {
		said = append(said, "fin : "+c.EndsOn+" → "+cmd.EndsOn)
		c.EndsOn = cmd.EndsOn
	}
	all, err := tranches(ctx, tx, c.ID)
	if err != nil {
		return "", err
	}
	fr := i18n.With(ctx, i18n.FR)
	for _, n := range cmd.Tranches {
		old, err := ranked(all, n.Rank)
		if err != nil {
			return "", err
		}
		if old.Cents == n.Cents && old.ExpectedOn == n.ExpectedOn {
			continue
		}
		if old.State != "planned" {
			return "", fault.Refused("tranche-once", fmt.Sprintf("La tranche %d est déjà ordonnée : un avenant ne la change plus.", n.Rank), fmt.Sprintf("Tranche %d is already ordered: an amendment no longer changes it.", n.Rank))
		}
		said = append(said, fmt.Sprintf("tranche %d : %s le %s → %s le %s", n.Rank, i18n.Euro(fr, old.Cents), old.ExpectedOn, i18n.Euro(fr, n.Cents), n.ExpectedOn))
		c.Tranched += n.Cents - old.Cents
		if err := replan(ctx, tx, old, n); err != nil {
			return "", err
		}
	}
	return strings.Join(said, " ; "), nil
}

// replan changes a planned tranche, or removes it with what only it waited for.
func replan(ctx context.Context, tx *db.Tx, old Tranche, n AmendedTranche) error {
	if n.Cents > 0 {
		_, err := tx.ExecContext(ctx, `UPDATE tranche SET cents = $1, expected_on = $2 WHERE id = $3`, n.Cents, n.ExpectedOn, old.ID)
		return refusal(err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM report WHERE convention_id = $1 AND tranche_rank = $2 AND state <> 'accepted'`, old.Convention, old.Rank); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM tranche WHERE id = $1`, old.ID)
	return refusal(err)
}

// ranked finds a tranche by its rank.
func ranked(all []Tranche, rank int) (Tranche, error) {
	for _, t := range all {
		if t.Rank == rank {
			return t, nil
		}
	}
	return Tranche{}, fault.NotFound("Cette tranche n’existe pas.", "This tranche does not exist.")
}

// amendments lists the amendments of an agreement, oldest first.
func amendments(ctx context.Context, q db.Queryer, id string) ([]Amendment, error) {
	var all []Amendment
	err := q.SelectContext(ctx, &all, `SELECT id, rank, text, ends_on, signed_on, changes, file_blob, file_sha256, made_at FROM amendment WHERE convention_id = $1 ORDER BY made_at, id`, id)
	return all, err
}

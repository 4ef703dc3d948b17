package calls

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Silence refuses: the law says so of demands of money after two months (Code des relations entre le public et l'administration,
// L. 231-4, 3°); a call says whether its dossiers follow, and after how long. The time runs from the complete filing, stops while the
// author has corrections to answer, and starts again whole when the dossier comes back (L. 114-5).

// silenceRuns are the states in which an answer is awaited from the agency.
var silenceRuns = states(Filed, Admissible, Instructed, Committee)

// silent is when silence refuses what is complete since a moment: the end of that day in Paris; nil when the call does not say so.
func silent(d lifecycle.Deadline, since time.Time) *time.Time {
	if d.None() {
		return nil
	}
	y, m, day := d.After(since).In(i18n.Paris).Date()
	at := clock.Cut(time.Date(y, m, day, 23, 59, 59, 0, i18n.Paris))
	return &at
}

// hear starts or stops the clock of silence as the dossier moves, and makes its end due when nothing is due before.
func (d *Dossier) hear(move string, now time.Time) {
	runs := false
	for _, state := range silenceRuns {
		runs = runs || d.State == state
	}
	switch {
	case !runs:
		d.SilenceAt = nil
	case (move == "file" || move == "complete") && d.Frozen.V != nil:
		d.SilenceAt = silent(d.Frozen.V.Silence, now)
	}
	if d.SilenceAt != nil && (d.DueAt == nil || d.SilenceAt.Before(*d.DueAt)) {
		d.DueAt = d.SilenceAt
	}
}

// SweepSilence refuses the dossiers that the agency left without an answer for the time that their call says. It says how many.
func (s *Service) SweepSilence(ctx context.Context) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM dossier WHERE silence_at < $1 ORDER BY silence_at, id LIMIT 500`, s.now()); err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *db.Tx) error { return s.refuseBySilence(ctx, tx, id) })
		switch {
		case err == nil:
			n++
		case !fault.Is(err, fault.KindRefused) && !fault.Is(err, fault.KindConflict): // somebody decided meanwhile
			return n, err
		}
	}
	return n, nil
}

func (s *Service) refuseBySilence(ctx context.Context, tx *db.Tx, id string) error {
	r := Reader{Actor: accounts.System("échéances")}
	d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
	if err != nil {
		return err
	}
	now := s.now()
	if d.SilenceAt == nil || !d.SilenceAt.Before(now) {
		return fault.Refused("silence", "Le délai de réponse court encore.", "The time to answer still runs.")
	}
	reason := "Aucune réponse au " + i18n.Date(ctx, *d.SilenceAt) + " : le silence gardé sur cette demande vaut refus (CRPA, art. L. 231-4, 3°)."
	d.Decider, d.DecidedAt = r.ID, &now
	if err := s.move(ctx, tx, r, d, roles, "silence", reason, nil); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_decision (id, dossier_id, outcome, amount_cents, reason, decided_by, decider_name, decided_at)
		VALUES ($1, $2, 'refuse', 0, $3, $4, 'Silence de l’Agence', $5)`, db.NewID(), id, reason, r.ID, now); err != nil {
		return err
	}
	return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : refus par silence", EN: "Application " + d.Number + ": refused by silence"},
		i18n.Text{FR: "Le délai de réponse de l’Agence est passé : son silence vaut refus. Vous pouvez en demander les motifs et le contester ; rien de votre dossier n’est effacé.",
			EN: "The agency's time to answer has passed: its silence refuses. You may ask for the reasons and appeal; nothing of your application is erased."}, "/dossiers/"+id)
}

// silenceSaid is the sentence of the receipt that says when silence refuses.
func (d *Dossier) silenceSaid(ctx context.Context) string {
	if d.SilenceAt == nil {
		return ""
	}
	return " Sans réponse au " + i18n.Date(ctx, *d.SilenceAt) + ", votre demande est réputée refusée (CRPA, art. L. 231-4, 3°)."
}

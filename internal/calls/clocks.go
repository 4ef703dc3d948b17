package calls

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Sweep does what time alone decides: applications left without an answer to corrections lapse, those that the
// agency left without an answer are refused where their call says so, appeals met by silence are rejected,
// reviewers are reminded. An hourly job asks for it. It says how much it did.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	total := 0
	for _, one := range []func(context.Context) (int, error){s.SweepLapsed, s.SweepSilence, s.SweepAppeals, s.RemindReviewers} {
		n, err := one(ctx)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// SweepLapsed closes the dossiers whose author let the time to complete pass. It says how many.
func (s *Service) SweepLapsed(ctx context.Context) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM dossier WHERE state = $1 AND due_at < $2 ORDER BY due_at, id LIMIT 500`, ToComplete, s.now()); err != nil {
		return 0, err
	}
	r := Reader{Actor: accounts.System("échéances")}
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
			if err != nil {
				return err
			}
			if err := s.move(ctx, tx, r, d, roles, "lapse", "", nil); err != nil {
				return err
			}
			return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : classé sans suite", EN: "Application " + d.Number + ": lapsed"},
				i18n.Text{FR: "Le délai pour répondre aux corrections est passé. Rien n’est effacé : écrivez à l’Agence depuis le dossier pour demander sa réouverture.",
					EN: "The time to answer the corrections has passed. Nothing is erased: write to the agency from the application to have it reopened."}, "/dossiers/"+id)
		})
		if err != nil && !fault.Is(err, fault.KindRefused) && !fault.Is(err, fault.KindConflict) {
			return 0, err
		}
	}
	return len(ids), nil
}

// RemindApplicants tells authors, once, that their time to complete ends in two weeks. A daily job asks for it.
func (s *Service) RemindApplicants(ctx context.Context) (int, error) {
	const ahead = 14
	from := s.now().AddDate(0, 0, ahead)
	var soon []Dossier
	if err := s.db.SelectContext(ctx, &soon, `SELECT id, number, email, due_at FROM dossier WHERE state = $1 AND due_at >= $2 AND due_at < $3 ORDER BY id`, ToComplete, from, from.AddDate(0, 0, 1)); err != nil {
		return 0, err
	}
	for _, d := range soon {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : deux semaines pour compléter", EN: "Application " + d.Number + ": two weeks to complete"},
				i18n.Text{FR: "Des corrections attendent votre réponse jusqu’au " + i18n.Date(ctx, *d.DueAt) + ". Passé ce jour, le dossier est classé sans suite.", EN: "Corrections await your answer. After that day the application lapses."}, "/dossiers/"+d.ID)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(soon), nil
}

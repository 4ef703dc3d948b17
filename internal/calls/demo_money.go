package calls

import (
	"context"
	"time"

	"maillage/internal/lifecycle"
)

// afterGrant are applications of the year before, one in each state that follows a grant: what the pages of money show.
func (d *demo) afterGrant() error {
	from := d.now.AddDate(-1, -2, 0)
	for i, aid := range []struct {
		programme Programme
		title     string
		states    []lifecycle.State
	}{
		{MSPStartUp, "Démarrage de la MSP de %s", []lifecycle.State{Paying, Convention, Committed, Repayment}},
		{CDSAid, "Centre de santé de %s", []lifecycle.State{Paying, Committed, Paying}},
		{SharedSpecialist, "Assistant partagé de gériatrie à %s", []lifecycle.State{Paying, Committed}},
		{SharedTownHospitalGP, "Médecin partagé ville–hôpital à %s", []lifecycle.State{Paying}},
	} {
		c, err := d.call(aid.programme, from, from.AddDate(0, 3, 0), int64(900_000+150_000*i)*100, CallResults)
		if err != nil {
			return err
		}
		for j, state := range aid.states {
			x := demoDossier{call: c, state: state, title: aid.title, filed: from.AddDate(0, 0, 9*j+i), cost: 120_000, asked: int64(48_000 + 4_000*j + 3_000*i), mine: i == 0 && j == 0}
			x.granted = x.asked
			if err := d.add(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// DemoGrant is a grant of the demonstration whose state is past the agreement.
type DemoGrant struct {
	ID        string          `db:"id"`
	State     lifecycle.State `db:"state"`
	DecidedAt time.Time       `db:"decided_at"`
}

// DemoGranted lists the grants for which the room of money draws agreements.
func (s *Service) DemoGranted(ctx context.Context) ([]DemoGrant, error) {
	var all []DemoGrant
	err := s.db.SelectContext(ctx, &all, `SELECT id, state, decided_at FROM dossier WHERE granted_cents > 0 AND decided_at IS NOT NULL AND state IN ($1, $2, $3, $4, $5) ORDER BY filed_at, id`,
		Convention, Committed, Paying, Settled, Repayment)
	return all, err
}

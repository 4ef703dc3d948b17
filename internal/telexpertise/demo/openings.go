package demo

import (
	"context"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/telexpertise"
)

// openings tells two exceptional accesses: one that was reviewed, one that waits for who leads the pool.
func (k *seeder) openings(gps []telexpertise.Member, now time.Time) {
	by := as(gps[1])
	open := func(code telexpertise.OpeningCode, words string) func(context.Context) error {
		return func(ctx context.Context) error {
			rows, _, err := k.s.Questions(ctx, as(gps[0]), 1)
			at := slices.IndexFunc(rows, func(r telexpertise.Row) bool {
				return r.State == telexpertise.StateAnswered || r.State == telexpertise.StateClosed
			})
			if err != nil || at < 0 {
				return err
			}
			_, err = k.s.OpenCase(ctx, by, telexpertise.OpenCommand{Case: rows[at].ID, Code: code, Reason: words})
			return err
		}
	}
	review := func(ctx context.Context) error {
		lead := accounts.Actor{ID: theExpert, Name: "Nadia Cherif", SecondFactor: true, Grants: []accounts.Grant{{Role: accounts.RoleDermatologist, Region: "11"}}}
		list, err := k.s.Openings(ctx, lead)
		if err != nil || len(list) == 0 {
			return err
		}
		return k.s.ReviewOpening(ctx, lead, telexpertise.ReviewCommand{ID: list[0].ID, Verdict: telexpertise.VerdictJustified, Words: "Le médecin requérant était en congé."})
	}
	k.plan = append(k.plan,
		event{now.Add(-9 * 24 * time.Hour), open("continuity", "Patient reçu au cabinet pendant les congés de son médecin, il demande où en est la réponse.")},
		event{now.Add(-8 * 24 * time.Hour), review},
		event{now.Add(-20 * time.Hour), open("care", "Patient vu à la maison médicale de garde, saignement depuis ce matin : je cherche la conduite à tenir.")})
}

package calls

import (
	"context"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// held are the states in which a grant is held; they stand in SQL.
const held = `('granted', 'convention', 'committed', 'paying', 'settled')`

// exclusive refuses a dossier whose structure already holds an aid that cannot be held together with it (invariant 10): what the rule
// book said when it was filed, and what the call adds. It is asked at filing and again at the grant.
func exclusive(ctx context.Context, q db.Queryer, d *Dossier, c *Call) error {
	barred := append([]Programme{}, c.Settings.V.Excludes...)
	if d.Frozen.V != nil {
		for _, rule := range d.Frozen.V.Rules {
			barred = append(barred, rule.NotWith...)
		}
	}
	if len(barred) == 0 || d.Structure == "" {
		return nil
	}
	other, err := selectIn[Dossier](ctx, q, `SELECT number, programme FROM dossier WHERE structure_id = ? AND programme IN (?) AND id <> ? AND state IN `+held+` ORDER BY id LIMIT 1`, d.Structure, barred, d.ID)
	if err != nil || len(other) == 0 {
		return err
	}
	name := other[0].Programme.Name()
	return fault.Refused("invariant-10", "Cette aide ne se cumule pas avec « "+name.FR+" », déjà accordée à la même structure (dossier "+other[0].Number+"). Rien n’a été changé.",
		"This aid cannot be held together with “"+name.EN+"”, already granted to the same structure (application "+other[0].Number+"). Nothing was changed.")
}

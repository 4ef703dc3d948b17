package structures

import (
	"testing"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

// Invariant 2: neither a project that was never validated nor a team without its company signs the agreement, even when the house was
// put in its state behind the service's back.
func TestNoAgreementBeforeTheProjectAndTheCompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st := w.create(t, MSP, "MSP pressée")
		for _, p := range []string{"gp", "gp", "nurse"} {
			if err := w.AddMember(w.ctx, w.essonne, MemberCommand{Structure: st.ID, Name: "Dominique Essai", Profession: p, From: "2026-01-01"}); err != nil {
				t.Fatal(err)
			}
		}
		force := func(query string, args ...any) {
			t.Helper()
			if _, err := d.ExecContext(w.ctx, query, args...); err != nil {
				t.Fatal(err)
			}
		}
		sign := func() string {
			_, err := w.Move(w.ctx, w.essonne, MoveCommand{ID: st.ID, Move: "sign_aci"})
			return ruleOf(err)
		}
		reached := func(state string) {
			force(`INSERT INTO structure_fact (id, structure_id, day, kind, key, text) VALUES ($1, $2, '2026-02-01', $3, $4, '{}')`, db.NewID(), st.ID, FactState, state)
		}
		force(`UPDATE structure SET state = 'running' WHERE id = $1`, st.ID)
		const refused = "structures.msp: sign_aci (invariant-2)"
		if got := sign(); got != refused {
			t.Errorf("without a project: %q", got)
		}
		reached("sisa")
		if got := sign(); got != refused {
			t.Errorf("with a company and no project: %q", got)
		}
		force(`DELETE FROM structure_fact WHERE structure_id = $1`, st.ID)
		reached("validated")
		if got := sign(); got != refused {
			t.Errorf("with a project and no company: %q", got)
		}
		reached("sisa")
		if got := sign(); got != "" {
			t.Errorf("with both: %q", got)
		}
	})
}

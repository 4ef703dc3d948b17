package funding

import (
	"strings"
	"testing"

	"maillage/migrations"
)

// Agreements older than the ledger get the movements that the service would have written: the migration, run over agreements whose
// movements are gone, gives back each sum, and run again adds nothing.
func TestOlderAgreementsGetTheirMovements(t *testing.T) {
	script, err := migrations.FS.ReadFile("00803_funding_ledger.sql")
	if err != nil {
		t.Fatal(err)
	}
	up, _, _ := strings.Cut(string(script), "-- +goose Down")
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00, 10_000_00))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.on("2026-05-02")
		_, _, err := w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+c.Number+"-1,2000000,2026-05-01\n"))
		w.must(err)
		w.must(w.Claim(ctx, w.instructor, c.ID, ClaimCommand{500_00, "Trop versé", "2026-06-01"}))
		w.must(w.Repaid(ctx, w.payer, c.ID, RepaidCommand{1, 300_00, "2026-05-02"}))
		read := func() (all []Entry) {
			w.must(w.db.SelectContext(ctx, &all, `SELECT kind, cents, on_day, reference FROM funding_entry ORDER BY kind, reference`))
			return all
		}
		before := read()
		w.must(w.directly(`DELETE FROM funding_entry`))
		for range 2 {
			for _, statement := range strings.Split(up, ";\n") {
				if strings.Contains(statement, " funding_entry") || strings.Contains(statement, "UPDATE convention SET committed_on") {
					w.must(w.directly(statement))
				}
			}
			after := read()
			if len(after) != len(before) {
				w.t.Fatalf("%d movements, %d before", len(after), len(before))
			}
			for i := range after {
				if after[i] != before[i] {
					w.t.Errorf("%+v, before %+v", after[i], before[i])
				}
			}
		}
	})
}

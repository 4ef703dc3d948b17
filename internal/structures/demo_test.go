package structures

import (
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/structures/identifier"
)

// TestDemoFigures counts what the agency's own pages say.
func TestDemoFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		for range 2 { // a second start adds nothing
			if err := w.SeedDemo(w.ctx); err != nil {
				t.Fatal(err)
			}
		}
		openings := int64(0)
		opened, err1 := w.Openings(w.ctx, "11", "1900-01-01", "2100-01-01")
		for _, o := range opened {
			openings += o.N
		}
		none, err2 := w.Openings(w.ctx, "84", "1900-01-01", "2100-01-01")
		if err1 != nil || err2 != nil || openings < 667 || len(none) != 0 {
			t.Errorf("%d openings, %d elsewhere, %v %v", openings, len(none), err1, err2)
		}
		count := func(f Filter) int {
			t.Helper()
			f.Limit = 1
			_, total, err := w.List(w.ctx, accounts.Actor{}, f)
			if err != nil {
				t.Fatal(err)
			}
			return total
		}
		for name, c := range map[string]struct {
			filter Filter
			want   int
		}{
			"health centres followed on 30 June 2019": {Filter{Kinds: []Kind{CDS}, On: "2019-06-30"}, 567},
			"health houses running in June 2019":      {Filter{Kinds: []Kind{MSP}, On: "2019-06-30"}, 100},
		} {
			if got := count(c.filter); got != c.want {
				t.Errorf("%s: %d, want %d", name, got, c.want)
			}
		}
		if running := count(Filter{Kinds: []Kind{MSP}, State: "running"}) + count(Filter{Kinds: []Kind{MSP}, State: "aci"}); running != 100 {
			t.Errorf("%d health houses run today", running)
		}
		inCreation, departements := 0, map[string]bool{}
		all, _, err := w.List(w.ctx, accounts.Actor{}, Filter{Kinds: []Kind{CPTS}, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if map[lifecycle.State]bool{"project": true, "letter": true, "filed": true, "validated": true, "convention": true}[s.State] {
				inCreation++
				departements[s.Departement] = true
			}
			if s.Population == 0 {
				t.Errorf("%s has no population", s.Name)
			}
		}
		if inCreation != 12 || len(departements) != 7 {
			t.Errorf("%d CPTS in creation over %d départements", inCreation, len(departements))
		}
		p13, err := w.File(w.ctx, w.paris, DemoParis13)
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]int{}
		for _, m := range p13.Members {
			by[m.Profession]++
			if n, err := identifier.Parse(identifier.RPPS, m.RPPS); err != nil || !n.Warning.Empty() {
				t.Errorf("RPPS %s: %v %v", m.RPPS, err, n.Warning)
			}
		}
		others := len(p13.Members) - by["gp"] - by["nurse"] - by["pharmacist"]
		if by["gp"] != 38 || by["nurse"] != 30 || by["pharmacist"] != 46 || others != 36 || p13.Reached("convention") == "" || len(p13.Detail.V.Themes) != 6 {
			t.Errorf("Paris 13: %v, %d others, convention %s, themes %v", by, others, p13.Reached("convention"), p13.Detail.V.Themes)
		}
		for _, id := range []string{DemoARS, accounts.DemoTownGrigny, DemoDepartement, DemoPrefecture, DemoCHSF, DemoCPAM, DemoCDOM} {
			if _, err := w.Get(w.ctx, accounts.Actor{}, id); err != nil {
				t.Errorf("partner of Grigny %s: %v", id, err)
			}
		}
		var wrong int
		if err := d.Get(&wrong, "SELECT count(*) FROM structure_identifier WHERE scheme = 'FINESS' AND substr(value, 3, 2) <> '99'"); err != nil || wrong != 0 {
			t.Errorf("%d numbers are not reserved ones, %v", wrong, err)
		}
	})
}

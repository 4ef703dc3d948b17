package accounts

import (
	"testing"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

func TestDemonstration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, func(c *Config) { c.Demo = true; c.BaseURL = "http://127.0.0.1:8080" })
		w.must(w.SeedDemo(w.ctx))
		w.must(w.SeedDemo(w.ctx))
		seen := map[Role]bool{}
		for _, a := range DemoAccounts {
			byPassword, err := w.signIn(a.Email, DemoPassword)
			w.must(err)
			direct, err := w.SignInAs(w.ctx, a.ID, door)
			w.must(err)
			for _, opened := range []Opened{byPassword, direct} {
				v := w.visitor(opened.Token)
				if len(v.Actor.Grants) != len(a.Grants) || v.MustEnrol {
					t.Errorf("%s entered with %v", a.ID, v.Actor.Grants)
				}
			}
			for _, g := range a.Grants {
				seen[g.Role] = true
			}
			f := fault.Fields{}
			checkGrants(f, a.Grants)
			w.must(f.Err())
		}
		for _, r := range Roles {
			if !seen[r] {
				t.Errorf("nobody shows the role %s", r)
			}
		}
	})
}

func TestRealInstallationsHaveNoDemonstration(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.wants(fault.KindRefused, w.SeedDemo(w.ctx))
	p, _ := w.person("Vrai Compte", officer91)
	_, err := w.SignInAs(w.ctx, p.ID, door)
	w.wants(fault.KindNotFound, err)
	_, err = w.SignInAs(w.ctx, DemoAccounts[0].ID, door)
	w.wants(fault.KindNotFound, err)
}

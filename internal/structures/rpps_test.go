package structures

import (
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

// A number leads to its bearer for who may see the members of the structure, while they are there.
func TestANumberLeadsToItsBearerForWhoMaySeeThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(d)
		st := w.create(t, MSP, "MSP d’essai")
		for _, m := range []MemberCommand{{Structure: st.ID, Name: "Camille Essai", Profession: "gp", RPPS: "99900000011", From: "2020-01-01"}, {Structure: st.ID, Name: "Dominique Partie", Profession: "gp", RPPS: "99900000029", From: "2020-01-01", To: "2024-12-31"}} {
			if err := w.AddMember(w.ctx, w.essonne, m); err != nil {
				t.Fatal(err)
			}
		}
		for who, sees := range map[string]struct {
			actor accounts.Actor
			is    bool
		}{"the officer": {w.essonne, true}, "the team": {coordinator(st.ID), true}, "another territory": {w.paris, false}, "another team": {coordinator("other"), false}, "anybody": {accounts.Actor{}, false}} {
			m, of, err := w.MemberByRPPS(w.ctx, sees.actor, "99900000011")
			if sees.is && (err != nil || m.Name != "Camille Essai" || of.ID != st.ID) || !sees.is && !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %+v %v", who, m, err)
			}
		}
		for _, none := range []string{"99900000029", "", "99900000037"} {
			if _, _, err := w.MemberByRPPS(w.ctx, w.essonne, none); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%q: %v", none, err)
			}
		}
	})
}

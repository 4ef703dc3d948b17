package accounts

import (
	"testing"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

func TestAdministration(t *testing.T) {
	each(t, func(w *world) {
		root := System("test")
		admin, _ := w.person("Ada Min", Grant{Role: RoleAdmin})
		p, opened := w.person("Noé Agent", officer91)

		w.must(w.ChangeGrants(w.ctx, root, p.ID, p.Version, []Grant{{Role: RoleReviewer}}))
		if a := w.visitor(opened.Token).Actor; a.Has(RoleOfficer) || !a.Has(RoleReviewer) {
			t.Errorf("an open session kept its former roles: %v", a.Grants)
		}
		w.wants(fault.KindConflict, w.Disable(w.ctx, root, p.ID, p.Version))
		w.must(w.Disable(w.ctx, root, p.ID, p.Version+1))
		if !w.visitor(opened.Token).Actor.Anonymous() {
			t.Error("a session outlived the account")
		}
		w.must(w.Enable(w.ctx, root, p.ID, p.Version+2))
		_, err := w.signIn(p.Email, goodPassword)
		w.must(err)

		err = w.ChangeGrants(w.ctx, root, admin.ID, admin.Version, []Grant{{Role: RoleOfficer}})
		w.wants(fault.KindRefused, err)
		w.wants(fault.KindRefused, w.Disable(w.ctx, root, admin.ID, admin.Version))
		self := Actor{ID: admin.ID, Grants: admin.Grants}
		w.wants(fault.KindRefused, w.Disable(w.ctx, self, admin.ID, admin.Version))
		if n := w.count("SELECT COUNT(*) FROM person_grant WHERE person_id = $1 AND role = 'admin'", admin.ID); n != 1 {
			t.Error("a refused change left a trace")
		}
	})
}

func TestPeopleAreFound(t *testing.T) {
	each(t, func(w *world) {
		w.person("Chloé Œuvrard", officer91)
		w.invited("Marc Dupont", Grant{Role: RoleReviewer})
		for _, c := range []struct {
			q    PeopleQuery
			want int
		}{
			{PeopleQuery{}, 2}, {PeopleQuery{Text: "oeuvr"}, 1}, {PeopleQuery{Role: RoleReviewer}, 1},
			{PeopleQuery{State: StateInvited}, 1}, {PeopleQuery{Text: "marc", Role: RoleOfficer}, 0}, {PeopleQuery{Page: 9}, 2},
		} {
			list, err := w.People(w.ctx, System("test"), c.q)
			w.must(err)
			if list.Total != c.want || len(list.People) != c.want {
				t.Errorf("%+v found %d, want %d", c.q, list.Total, c.want)
			}
		}
	})
}

func TestInvitationsAreChecked(t *testing.T) {
	each(t, func(w *world) {
		w.invited("Double Une", officer91)
		for field, cmd := range map[string]InviteCommand{
			"name":   {Email: "a@example.org", Lang: i18n.FR, Grants: []Grant{officer91}},
			"email":  {Name: "A", Email: "Double.Une@example.org", Lang: i18n.FR, Grants: []Grant{officer91}},
			"rpps":   {Name: "A", Email: "a@example.org", RPPS: "123", Lang: i18n.FR, Grants: []Grant{officer91}},
			"lang":   {Name: "A", Email: "a@example.org", Lang: "de", Grants: []Grant{officer91}},
			"grants": {Name: "A", Email: "a@example.org", Lang: i18n.FR, Grants: []Grant{{Role: RoleOfficer, Region: "24", Departement: "91"}}},
		} {
			_, err := w.Invite(w.ctx, System("test"), cmd)
			w.wants(fault.KindInvalid, err)
			if f := fieldsOf(err); f[field].Empty() || len(f) != 1 {
				t.Errorf("refused %v, want the field %s", f, field)
			}
		}
		if n := w.count("SELECT COUNT(*) FROM person"); n != 1 {
			t.Errorf("%d people, want 1", n)
		}
	})
}

package telexpertise_test

import (
	"slices"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
)

// TestALeadAddsInvitesAndRemovesMembers: an account is found by its address, an unknown address is invited with the role of its part, what
// a leaving expert held goes back to all, and nobody else does any of it.
func TestALeadAddsInvitesAndRemovesMembers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.people.known = map[string]string{"known@example.org": "known"}
		known := telexpertise.Member{PoolID: w.pool, Part: telexpertise.PartExpert, Name: "whatever", Email: "known@example.org", Departement: "93", Capacity: 5}
		fresh := telexpertise.Member{PoolID: w.pool, Part: telexpertise.PartRequester, Name: "Dr Neuve", Email: "neuve@example.org", Departement: "94"}
		for _, stranger := range []accounts.Actor{w.gp, w.near, w.sec, w.officer} {
			if err := w.s.AddMember(ctx, stranger, known); err == nil {
				t.Fatalf("%s adds a member", stranger.ID)
			}
		}
		for name, bad := range map[string]func(*telexpertise.Member){
			"no address": func(m *telexpertise.Member) { m.Email = "sans adresse" }, "no département": func(m *telexpertise.Member) { m.Departement = "" },
			"no part": func(m *telexpertise.Member) { m.Part = "" }, "a wrong RPPS": func(m *telexpertise.Member) { m.RPPS = "123" },
		} {
			m := fresh
			bad(&m)
			if err := w.s.AddMember(ctx, w.lead, m); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(w.people.invited) != 0 {
			t.Fatalf("a refused member was invited: %v", w.people.invited)
		}
		w.must(w.s.AddMember(ctx, w.lead, known))
		w.must(w.s.AddMember(ctx, w.lead, fresh))
		if !slices.Equal(w.people.invited, []string{"gp neuve@example.org"}) {
			t.Fatalf("invited: %v", w.people.invited)
		}
		change := telexpertise.MemberChange{PoolID: w.pool, PersonID: "known", Part: telexpertise.PartExpert, Capacity: 7}
		w.must(w.s.SetCapacity(ctx, w.lead, change))
		if m := w.member("known"); m == nil || m.Capacity != 7 || m.Name != "Dr known" {
			t.Fatalf("%+v", m)
		}

		expert := person("known", accounts.RoleDermatologist)
		held, asked := w.send(w.gp, telexpertise.P1, 1), w.send(w.gp, telexpertise.P1, 2)
		w.must(w.s.Take(ctx, expert, held))
		w.must(w.s.Take(ctx, expert, asked))
		w.must(w.s.Ask(ctx, expert, telexpertise.AskCommand{CaseID: asked, Reason: "dark"}))
		w.must(w.s.DropMember(ctx, w.lead, change))
		if c := w.file(w.near, held).Case; c.State != telexpertise.StateOffered || c.TakerID != "" || c.Level != telexpertise.LevelAll {
			t.Fatalf("what the leaving expert held: %+v", c)
		}
		w.complete(telexpertise.CompleteCommand{CaseID: asked, Text: "plus claire"})
		if c := w.file(w.near, asked).Case; c.State != telexpertise.StateOffered || c.TakerID != "" {
			t.Fatalf("what they had asked for comes back to nobody: %+v", c)
		}
		if _, err := w.s.ReadCase(ctx, expert, held); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("who left still reads: %v", err)
		}
		if err := w.s.DropMember(ctx, w.lead, change); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("dropped twice: %v", err)
		}
		for who, part := range map[string]telexpertise.Part{"lead": telexpertise.PartLead, "coord": telexpertise.PartCoordinator} {
			if err := w.s.DropMember(ctx, w.lead, telexpertise.MemberChange{PoolID: w.pool, PersonID: who, Part: part}); ruleOf(err) != "member.last" {
				t.Errorf("the last %s leaves: %v", part, err)
			}
		}
	})
}

// member finds an active member of the pool.
func (w *world) member(id string) *telexpertise.Member {
	w.t.Helper()
	all, err := w.s.PoolMembers(ctx, w.lead, w.pool)
	w.must(err)
	if at := slices.IndexFunc(all, func(m telexpertise.Member) bool { return m.PersonID == id && m.Active }); at >= 0 {
		return &all[at]
	}
	return nil
}

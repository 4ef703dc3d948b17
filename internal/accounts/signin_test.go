package accounts

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
)

var officer91 = Grant{Role: RoleOfficer, Region: "11", Departement: "91"}

func TestInvitedPersonSignsIn(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Élodie Marchand", officer91)
		v := w.visitor(opened.Token)
		if v.Actor.ID != p.ID || !v.Actor.Has(RoleOfficer) || v.Session.Device != "Firefox, Linux" {
			t.Fatalf("entered as %+v", v)
		}
		again, err := w.signIn("  Elodie.MARCHAND@example.org ", goodPassword)
		w.must(err)
		if again.Token == opened.Token || again.Stage != StageOpen {
			t.Fatalf("second session %+v", again)
		}
		w.must(w.SignOut(w.ctx, again.Token))
		if !w.visitor(again.Token).Actor.Anonymous() {
			t.Error("a session outlived signing out")
		}
		if w.visitor(opened.Token).Actor.Anonymous() {
			t.Error("signing out of one session closed another")
		}
		if n := w.count("SELECT COUNT(*) FROM audit_entry WHERE action = 'accounts.sign-in'"); n != 2 {
			t.Errorf("%d sign-ins recorded, want 2", n)
		}
	})
}

// What an outsider sees must not depend on whether the account exists, is disabled or is only invited.
func TestRefusalsTellNothing(t *testing.T) {
	each(t, func(w *world) {
		active, _ := w.person("Actif Un", officer91)
		disabled, _ := w.person("Disabled Un", officer91)
		w.must(w.Disable(w.ctx, System("test"), disabled.ID, disabled.Version))
		invited, _ := w.invited("Invite Un", officer91)
		answers := map[string]bool{}
		for _, try := range [][2]string{
			{active.Email, "wrong password here"}, {"nobody@example.org", goodPassword}, {disabled.Email, goodPassword}, {invited.Email, goodPassword},
		} {
			_, err := w.signIn(try[0], try[1])
			w.wants(fault.KindInvalid, err)
			answers[err.Error()] = true
		}
		if len(answers) != 1 {
			t.Errorf("answers differ: %v", answers)
		}
		mails, tickets := len(w.box), w.count("SELECT COUNT(*) FROM ticket")
		for i, email := range []string{active.Email, "nobody@example.org", disabled.Email} {
			w.must(w.RequestReset(w.ctx, email, door))
			if n := w.count("SELECT COUNT(*) FROM ticket"); n != tickets+i+1 || len(w.box) != mails {
				t.Errorf("asking for %s did other work than for the others", email)
			}
		}
		sent, err := w.SendResets(w.ctx)
		w.must(err)
		if sent != 2 || len(w.box) != mails+1 || w.box[mails].To != active.Email {
			t.Errorf("sent %d, mails %v", sent, w.box[mails:])
		}
	})
}

// The work of verifying is the same with and without an account: the same hash at the same cost.
func TestUnknownAccountCostsAHash(t *testing.T) {
	h := newHasher(Argon{MemoryKiB: 64, Passes: 1, Threads: 1})
	if !strings.HasPrefix(h.dummy, h.cost.prefix()) {
		t.Fatalf("the stand-in hash has another cost: %s", h.dummy)
	}
	if ok, _ := h.verify("", "anything"); ok {
		t.Error("no password opens an account that has none")
	}
	stored := h.hash("abc")
	if ok, stale := h.verify(stored, "abc"); !ok || stale {
		t.Error("the right password is refused or stale")
	}
	dearer := newHasher(Argon{MemoryKiB: 128, Passes: 1, Threads: 1})
	if ok, stale := dearer.verify(stored, "abc"); !ok || !stale {
		t.Error("a password kept at a former cost must be accepted and hashed again")
	}
}

// A reset asked for reaches its reader through the queue, and the queue holds no address.
func TestResetsGoThroughTheQueue(t *testing.T) {
	each(t, func(w *world) {
		p, _ := w.person("Actif Un", officer91)
		registry := jobs.NewRegistry(w.db, clock.System{}, slog.New(slog.DiscardHandler))
		w.Register(registry)
		for range 2 {
			w.must(w.RequestReset(w.ctx, p.Email, door))
		}
		if n := w.count("SELECT COUNT(*) FROM job WHERE kind = $1 AND payload NOT LIKE '%@%'", jobResets); n != 1 {
			t.Errorf("%d jobs wait, want 1", n)
		}
		if _, err := registry.RunDue(w.ctx); err != nil {
			t.Fatal(err)
		}
		if w.box[len(w.box)-1].To != p.Email {
			t.Error("no link was sent")
		}
		w.must(w.Reset(w.ctx, w.lastToken(), "un autre mot de passe"))
	})
}

func TestLockoutGrowsAndIsTheSameForUnknownAccounts(t *testing.T) {
	for _, who := range []string{"known", "unknown"} {
		t.Run(who, func(t *testing.T) {
			each(t, func(w *world) {
				p, _ := w.person("Paul Verrou", officer91)
				email := p.Email
				if who == "unknown" {
					email = "nobody@example.org"
				}
				for range accountPace.free + 1 {
					_, err := w.signIn(email, "wrong password here")
					w.wants(fault.KindInvalid, err)
				}
				wait := accountPace.first
				for range 3 {
					_, err := w.signIn(email, goodPassword)
					w.wants(fault.KindTooMany, err)
					w.clock.Advance(wait - time.Second)
					_, err = w.signIn(email, goodPassword)
					w.wants(fault.KindTooMany, err)
					w.clock.Advance(2 * time.Second)
					_, err = w.signIn(email, "wrong password here")
					w.wants(fault.KindInvalid, err)
					wait *= 2
				}
				w.clock.Advance(wait)
				_, err := w.signIn(email, goodPassword)
				if who == "unknown" {
					w.wants(fault.KindInvalid, err)
					return
				}
				w.must(err)
				for range accountPace.free {
					_, err := w.signIn(email, "wrong password here")
					w.wants(fault.KindInvalid, err)
				}
			})
		})
	}
}

func TestOneAddressCannotTryEveryAccount(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for i := range addressPace.free + 1 {
		_, err := w.SignIn(w.ctx, SignInCommand{Email: string(rune('a'+i%26)) + db.NewID() + "@example.org", Password: "x", Door: Door{Address: "2001:db8:1:2::" + string(rune('a'+i%6))}})
		w.wants(fault.KindInvalid, err)
	}
	_, err := w.SignIn(w.ctx, SignInCommand{Email: "z@example.org", Password: "x", Door: Door{Address: "2001:db8:1:2:ffff::1"}})
	w.wants(fault.KindTooMany, err)
	_, err = w.SignIn(w.ctx, SignInCommand{Email: "z@example.org", Password: "x", Door: Door{Address: "2001:db8:1:3::1"}})
	w.wants(fault.KindInvalid, err)
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(w *world) {
		p, first := w.person("Ines Longue", officer91)
		w.clock.Advance(time.Hour)
		if w.visitor(first.Token).Actor.Anonymous() {
			t.Fatal("closed after an hour")
		}
		for range 11 { // seen every hour: only the absolute bound ends it
			w.clock.Advance(time.Hour)
			w.visitor(first.Token)
		}
		if !w.visitor(first.Token).Actor.Anonymous() {
			t.Error("open after 12 hours")
		}
		second, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		w.clock.Advance(2*time.Hour + time.Second)
		if !w.visitor(second.Token).Actor.Anonymous() {
			t.Error("open after two idle hours")
		}
		w.must(w.Sweep(w.ctx))
		if n := w.count("SELECT COUNT(*) FROM session"); n != 0 {
			t.Errorf("%d expired sessions were kept", n)
		}
	})
}

// A token planted in the browser before signing in must not become a signed-in one.
func TestSessionFixation(t *testing.T) {
	each(t, func(w *world) {
		attacker, planted := w.person("Eve Plante", officer91)
		victim, _ := w.person("Victor Bon", officer91)
		d := door
		d.Token = planted.Token
		opened, err := w.SignIn(w.ctx, SignInCommand{Email: victim.Email, Password: goodPassword, Door: d})
		w.must(err)
		if opened.Token == planted.Token {
			t.Fatal("the planted token was kept")
		}
		if v := w.visitor(planted.Token); !v.Actor.Anonymous() {
			t.Fatalf("the planted session is still open, for %s (attacker is %s)", v.Actor.ID, attacker.ID)
		}
	})
}

func TestTokensAreNotStored(t *testing.T) {
	each(t, func(w *world) {
		p, invitation := w.invited("Anne Secret", officer91)
		opened, err := w.AcceptInvitation(w.ctx, AcceptCommand{Token: invitation, Password: goodPassword, Door: door})
		w.must(err)
		w.must(w.RequestReset(w.ctx, p.Email, door))
		_, err = w.SendResets(w.ctx)
		w.must(err)
		for _, token := range []string{opened.Token, invitation, w.lastToken()} {
			if n := w.count("SELECT (SELECT COUNT(*) FROM session WHERE token_hash = $1) + (SELECT COUNT(*) FROM ticket WHERE token_hash = $1)", token); n != 0 {
				t.Error("a token is stored as it is")
			}
		}
		if n := w.count("SELECT COUNT(*) FROM credential WHERE hash LIKE '$argon2id$v=19$m=64,t=1,p=1$%'"); n != 1 {
			t.Error("the password is not kept as argon2id with its parameters")
		}
	})
}

func TestLinksServeOnceAndExpire(t *testing.T) {
	each(t, func(w *world) {
		p, token := w.invited("Luc Lien", officer91)
		_, err := w.AcceptInvitation(w.ctx, AcceptCommand{Token: token, Password: "short", Door: door})
		w.wants(fault.KindInvalid, err)
		accept := func(token string) error {
			_, err := w.AcceptInvitation(w.ctx, AcceptCommand{Token: token, Password: goodPassword, Door: door})
			return err
		}
		w.clock.Advance(invitationTime + time.Second)
		w.wants(fault.KindNotFound, accept(token))
		w.must(w.InviteAgain(w.ctx, System("test"), p.ID))
		older := w.lastToken()
		w.must(w.InviteAgain(w.ctx, System("test"), p.ID))
		newer := w.lastToken()
		w.wants(fault.KindNotFound, accept(older))
		w.must(accept(newer))
		w.wants(fault.KindNotFound, accept(newer))

		opened, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		ask := func() string {
			w.must(w.RequestReset(w.ctx, p.Email, door))
			_, err := w.SendResets(w.ctx)
			w.must(err)
			return w.lastToken()
		}
		reset := ask()
		w.wants(fault.KindNotFound, accept(reset)) // a reset is not an invitation
		w.clock.Advance(resetTime + time.Second)
		w.wants(fault.KindNotFound, w.Reset(w.ctx, reset, "un autre mot de passe"))
		reset = ask()
		w.must(w.Reset(w.ctx, reset, "un autre mot de passe"))
		w.wants(fault.KindNotFound, w.Reset(w.ctx, reset, "encore un mot de passe"))
		if !w.visitor(opened.Token).Actor.Anonymous() {
			t.Error("a session outlived the reset")
		}
		_, err = w.signIn(p.Email, goodPassword)
		w.wants(fault.KindInvalid, err)
		_, err = w.signIn(p.Email, "un autre mot de passe")
		w.must(err)
	})
}

func TestGuessablePasswords(t *testing.T) {
	p := Person{Name: "Élodie Marchand", Email: "e.marchand@example.org"}
	for password, want := range map[string]bool{
		"short": false, "aaaaaaaaaaaaaaaa": false, "123456789012": false, "ElodieMarchand91": false, "motdepasse1234": false,
		goodPassword: true, "tr0p-Compliqué!x9": true, strings.Repeat("x9!", 70): false,
	} {
		f := fault.Fields{}
		checkPassword(f, "password", password, p)
		if ok := f.Err() == nil; ok != want {
			t.Errorf("%q accepted: %v, want %v", password, ok, want)
		}
	}
}

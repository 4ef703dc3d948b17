package accounts

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/fault"
)

// The test vectors of RFC 6238, appendix B (SHA-1), cut to six digits.
func TestTOTPVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totpCode(secret, at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// code is what a person's generator shows now.
func (w *world) code(o TOTPOffer) string {
	w.t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(o.Secret, " ", ""))
	w.must(err)
	return totpCode(secret, w.clock.Now().Unix()/30)
}

// withTOTP enrols a generator from a session.
func (w *world) withTOTP(opened Opened) (TOTPOffer, Enrolled) {
	w.t.Helper()
	v := w.visitor(opened.Token)
	o, err := w.EnrolTOTP(w.ctx, v.Actor, v.Person.ID)
	w.must(err)
	done, err := w.ConfirmTOTP(w.ctx, v.Actor, EnrolCommand{PersonID: v.Person.ID, SessionID: v.Session.ID, Code: w.code(o)})
	w.must(err)
	return o, done
}

func TestSecondFactorIsAskedFor(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Gaëlle Médecin", Grant{Role: RoleGP, Departement: "93"}, Grant{Role: RoleReviewer})
		v := w.visitor(opened.Token)
		if !opened.MustEnrol || !v.MustEnrol || v.Actor.Has(RoleGP) || !v.Actor.Has(RoleReviewer) {
			t.Fatalf("without a second factor: %+v", v.Actor)
		}
		if err := v.Actor.Require(pMine, Scope{Owner: p.ID}); !strings.Contains(err.Error(), "second factor") {
			t.Errorf("the refusal does not say what is missing: %v", err)
		}
		o, done := w.withTOTP(opened)
		if len(done.Codes) != recoveryCodes {
			t.Errorf("%d recovery codes", len(done.Codes))
		}
		if !w.visitor(opened.Token).Actor.Anonymous() {
			t.Error("the session kept its token while its rights grew")
		}
		if a := w.visitor(done.Token).Actor; !a.Has(RoleGP) || !a.SecondFactor {
			t.Errorf("with a second factor: %+v", a)
		}

		half, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		if v := w.visitor(half.Token); half.Stage != StageSecondFactor || !v.Actor.Anonymous() || v.Actor.CanSomewhere(PermOwn) {
			t.Fatalf("a password alone opened %+v", v.Actor)
		}
		d := Door{Token: half.Token, Address: door.Address}
		_, err = w.ConfirmSecondFactor(w.ctx, w.code(o), d)
		w.wants(fault.KindInvalid, err) // the code that confirmed the generator was used
		w.clock.Advance(totpPeriod)
		code := w.code(o)
		full, err := w.ConfirmSecondFactor(w.ctx, code[:3]+" "+code[3:], d)
		w.must(err)
		if full.Token == half.Token || !w.visitor(full.Token).Actor.Has(RoleGP) {
			t.Error("the code did not open a session of its own")
		}
		if n := w.count("SELECT COUNT(*) FROM session WHERE token_hash = $1", hashToken(half.Token)); n != 0 {
			t.Error("the half-open session stayed")
		}

		half, err = w.signIn(p.Email, goodPassword)
		w.must(err)
		d.Token = half.Token
		_, err = w.ConfirmSecondFactor(w.ctx, code, d)
		w.wants(fault.KindInvalid, err) // replayed within its period
		_, err = w.ConfirmSecondFactor(w.ctx, strings.ToUpper(done.Codes[3]), d)
		w.must(err)
		half, err = w.signIn(p.Email, goodPassword)
		w.must(err)
		d.Token = half.Token
		_, err = w.ConfirmSecondFactor(w.ctx, done.Codes[3], d)
		w.wants(fault.KindInvalid, err)
		w.clock.Advance(secondFactorTime + time.Second)
		_, err = w.ConfirmSecondFactor(w.ctx, w.code(o), d)
		w.wants(fault.KindUnauthenticated, err)
	})
}

func TestCodesCannotBeGuessed(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Gaëlle Médecin", Grant{Role: RoleGP})
		o, _ := w.withTOTP(opened)
		for range accountPace.free + 1 {
			half, err := w.signIn(p.Email, goodPassword)
			w.must(err)
			_, err = w.ConfirmSecondFactor(w.ctx, "000000", Door{Token: half.Token, Address: door.Address})
			w.wants(fault.KindInvalid, err)
		}
		half, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		w.clock.Advance(2 * time.Second)
		_, err = w.ConfirmSecondFactor(w.ctx, w.code(o), Door{Token: half.Token, Address: door.Address})
		w.wants(fault.KindTooMany, err)
	})
}

// Somebody who stole a session from before the enrolment, or only knows the password, adds and removes nothing.
func TestSecondFactorGuardsItself(t *testing.T) {
	each(t, func(w *world) {
		p, first := w.person("Denis Derme", Grant{Role: RoleDermatologist})
		second, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		stolen := w.visitor(second.Token).Actor
		_, done := w.withTOTP(first)
		if !w.visitor(second.Token).Actor.Anonymous() {
			t.Error("a session without second factor outlived the enrolment")
		}
		_, err = w.BeginPasskey(w.ctx, stolen, p.ID)
		w.wants(fault.KindRefused, err)
		w.wants(fault.KindRefused, w.RemoveTOTP(w.ctx, stolen, p.ID))
		_, err = w.RenewRecoveryCodes(w.ctx, stolen, p.ID)
		w.wants(fault.KindRefused, err)

		other, _ := w.person("Eve Autre", Grant{Role: RoleReviewer})
		_, err = w.EnrolTOTP(w.ctx, Actor{ID: other.ID, SecondFactor: true}, p.ID)
		w.wants(fault.KindForbidden, err)

		owner := w.visitor(done.Token).Actor
		w.must(w.RemoveTOTP(w.ctx, owner, p.ID))
		if v := w.visitor(done.Token); v.Actor.Has(RoleDermatologist) || !v.MustEnrol {
			t.Error("the role outlived its second factor")
		}
		if n := w.count("SELECT COUNT(*) FROM recovery_code"); n != 0 {
			t.Error("recovery codes outlived the second factor")
		}
	})
}

func TestSecretsAreSealed(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Gaëlle Médecin", Grant{Role: RoleGP})
		w.withTOTP(opened)
		var sealed []byte
		w.must(w.db.GetContext(w.ctx, &sealed, "SELECT secret FROM totp WHERE person_id = $1", p.ID))
		if len(sealed) <= totpBytes {
			t.Fatal("the secret is stored as it is")
		}
		if _, err := w.seal.Open(totpPurpose("somebody else"), sealed); err == nil {
			t.Error("a secret opens for somebody else")
		}
		other, err := NewKeySealer(NewKey())
		w.must(err)
		if _, err := other.Open(totpPurpose(p.ID), sealed); err == nil {
			t.Error("a secret opens with another key")
		}
	})
}

func TestAdministratorRemovesALostSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Perdue Clé", Grant{Role: RoleGP})
		_, done := w.withTOTP(opened)
		w.must(w.ResetSecondFactor(w.ctx, System("test"), p.ID, p.Version))
		if !w.visitor(done.Token).Actor.Anonymous() {
			t.Error("the session stayed open")
		}
		again, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		if again.Stage != StageOpen || !again.MustEnrol {
			t.Errorf("%+v", again)
		}
	})
}

package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

const recoveryCodes = 10

// SecondFactors is what a person enrolled.
type SecondFactors struct {
	TOTP     bool
	Passkeys []Passkey
	// RecoveryLeft counts the recovery codes not used yet.
	RecoveryLeft int
}

// Any tells whether there is at least one.
func (f SecondFactors) Any() bool { return f.TOTP || len(f.Passkeys) > 0 }

// SecondFactors lists what a person enrolled, for themselves.
func (s *Service) SecondFactors(ctx context.Context, actor Actor, person string) (SecondFactors, error) {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return SecondFactors{}, err
	}
	var f SecondFactors
	var n int
	if err := s.db.GetContext(ctx, &n, "SELECT COUNT(*) FROM totp WHERE person_id = $1 AND confirmed", person); err != nil {
		return f, fmt.Errorf("read code generator: %w", err)
	}
	f.TOTP = n > 0
	err := s.db.SelectContext(ctx, &f.Passkeys, "SELECT id, name, created_at, used_at FROM passkey WHERE person_id = $1 ORDER BY created_at, id", person)
	if err != nil {
		return f, fmt.Errorf("read passkeys: %w", err)
	}
	if err := s.db.GetContext(ctx, &f.RecoveryLeft, "SELECT COUNT(*) FROM recovery_code WHERE person_id = $1", person); err != nil {
		return f, fmt.Errorf("read recovery codes: %w", err)
	}
	return f, nil
}

// hasSecondFactor tells whether a person enrolled a code generator or a passkey.
func hasSecondFactor(ctx context.Context, q db.Queryer, person string) (bool, error) {
	var n int
	err := q.GetContext(ctx, &n, `SELECT (SELECT COUNT(*) FROM totp WHERE person_id = $1 AND confirmed)
		+ (SELECT COUNT(*) FROM passkey WHERE person_id = $1)`, person)
	if err != nil {
		return false, fmt.Errorf("read second factors: %w", err)
	}
	return n > 0, nil
}

// mayEnrol lets people change their own second factors. Once there is one, a session must have given it: whoever only knows the
// password adds nothing and removes nothing.
func (s *Service) mayEnrol(ctx context.Context, actor Actor, person string) error {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return err
	}
	enrolled, err := hasSecondFactor(ctx, s.db, person)
	if err != nil {
		return err
	}
	if enrolled && !actor.SecondFactor {
		return fault.Refused("accounts.second-factor-first", "Reconnectez-vous avec votre second facteur pour changer ceci.",
			"Sign in again with your second factor to change this.")
	}
	return nil
}

// enrolled raises the session that enrolled a second factor, under a new token, ends the others, makes recovery codes when there are
// none, tells the person and records it. What is the French name of the factor.
func (s *Service) enrolled(ctx context.Context, tx *db.Tx, actor Actor, cmd EnrolCommand, what string) (Enrolled, error) {
	done := Enrolled{Token: newToken()}
	if err := secondCounter(cmd.PersonID).reset(ctx, tx); err != nil {
		return done, err
	}
	raised, err := tx.ExecContext(ctx, "UPDATE session SET token_hash = $1, second_factor = TRUE WHERE id = $2 AND person_id = $3",
		hashToken(done.Token), cmd.SessionID, cmd.PersonID)
	if err != nil {
		return done, fmt.Errorf("raise session: %w", err)
	}
	if n, err := raised.RowsAffected(); err != nil || n == 0 {
		return done, Unauthenticated()
	}
	if err := endSessions(ctx, tx, cmd.PersonID, cmd.SessionID); err != nil {
		return done, err
	}
	var left int
	if err := tx.GetContext(ctx, &left, "SELECT COUNT(*) FROM recovery_code WHERE person_id = $1", cmd.PersonID); err != nil {
		return done, fmt.Errorf("read recovery codes: %w", err)
	}
	if left == 0 {
		if done.Codes, err = newRecoveryCodes(ctx, tx, cmd.PersonID); err != nil {
			return done, err
		}
	}
	return done, s.factorChanged(ctx, tx, actor, cmd.PersonID, "accounts.second-factor", "Second facteur ajouté ("+what+").",
		i18n.Text{FR: "Un second facteur vient d’être ajouté à votre compte.", EN: "A second factor was just added to your account."})
}

// factorChanged tells the person by mail and records the change.
func (s *Service) factorChanged(ctx context.Context, tx *db.Tx, actor Actor, person, action, text string, news i18n.Text) error {
	p, err := personByID(ctx, tx, person)
	if err != nil {
		return err
	}
	lang := langOf(p)
	err = s.mail.Send(ctx, tx, Mail{
		To: p.Email, Name: p.Name, Lang: lang,
		Subject: say(lang, "La sécurité de votre compte a changé", "The security of your account changed"),
		Paragraphs: []string{news.In(lang), say(lang, "Si ce n’est pas vous, changez votre mot de passe et prévenez l’administrateur.",
			"If that was not you, change your password and tell the administrator.")},
		Link: s.link("/compte"), LinkText: say(lang, "Voir mon compte", "See my account"),
	})
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, person, action, text, nil)
}

// newRecoveryCodes replaces the recovery codes of a person: 80 random bits each, of which only hashes are stored.
func newRecoveryCodes(ctx context.Context, tx *db.Tx, person string) ([]string, error) {
	if _, err := tx.ExecContext(ctx, "DELETE FROM recovery_code WHERE person_id = $1", person); err != nil {
		return nil, fmt.Errorf("clear recovery codes: %w", err)
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		var b [10]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, fmt.Errorf("make recovery code: %w", err)
		}
		code := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
		_, err := tx.ExecContext(ctx, "INSERT INTO recovery_code (person_id, hash) VALUES ($1, $2)", person, hashToken(code))
		if err != nil {
			return nil, fmt.Errorf("keep recovery code: %w", err)
		}
		codes[i] = strings.Join([]string{code[0:4], code[4:8], code[8:12], code[12:16]}, "-")
	}
	return codes, nil
}

// useRecoveryCode accepts a recovery code once.
func useRecoveryCode(ctx context.Context, tx *db.Tx, person, code string) (bool, error) {
	done, err := tx.ExecContext(ctx, "DELETE FROM recovery_code WHERE person_id = $1 AND hash = $2", person, hashToken(code))
	if err != nil {
		return false, fmt.Errorf("use recovery code: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// cleanCode drops the spaces and hyphens that people type or copy.
func cleanCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(code))
}

func wrongCode() error {
	f := fault.Fields{}
	f.Add("code", "Ce code ne convient pas, ou il a déjà servi. Attendez le suivant et recommencez.",
		"This code is not right, or was already used. Wait for the next one and try again.")
	return f.Err()
}

// ConfirmSecondFactor finishes a sign-in that awaits a code, from the generator or from the recovery list.
func (s *Service) ConfirmSecondFactor(ctx context.Context, code string, door Door) (Opened, error) {
	v, err := s.Authenticate(ctx, door.Token)
	if err != nil {
		return Opened{}, err
	}
	if v.Session.Stage != StageSecondFactor {
		return Opened{}, Unauthenticated()
	}
	second := secondCounter(v.Person.ID)
	if err := s.attempt(ctx, second, addressCounter(door.Address)); err != nil {
		return Opened{}, err
	}
	code = cleanCode(code)
	var opened Opened
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		how := "mot de passe et code"
		ok, err := s.useTOTP(ctx, tx, v.Person.ID, code, false)
		if err == nil && !ok {
			how = "mot de passe et code de secours"
			ok, err = useRecoveryCode(ctx, tx, v.Person.ID, code)
		}
		if err != nil {
			return err
		}
		if !ok {
			return wrongCode()
		}
		if err := second.reset(ctx, tx); err != nil {
			return err
		}
		opened, err = s.open(ctx, tx, v.Person, door, StageOpen, true, how)
		return err
	})
	return opened, err
}

// RenewRecoveryCodes replaces the recovery codes and gives the new ones, to show once.
func (s *Service) RenewRecoveryCodes(ctx context.Context, actor Actor, person string) ([]string, error) {
	if err := s.mayEnrol(ctx, actor, person); err != nil {
		return nil, err
	}
	var codes []string
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var err error
		if codes, err = newRecoveryCodes(ctx, tx, person); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, actor, person, "accounts.recovery-codes", "Codes de secours renouvelés.",
			i18n.Text{FR: "Vos codes de secours viennent d’être renouvelés.", EN: "Your recovery codes were just renewed."})
	})
	return codes, err
}

// RemoveTOTP puts the code generator out of service.
func (s *Service) RemoveTOTP(ctx context.Context, actor Actor, person string) error {
	return s.removeFactor(ctx, actor, person, "DELETE FROM totp WHERE person_id = $1", person)
}

// RemovePasskey forgets a passkey.
func (s *Service) RemovePasskey(ctx context.Context, actor Actor, person, id string) error {
	return s.removeFactor(ctx, actor, person, "DELETE FROM passkey WHERE person_id = $1 AND id = $2", person, id)
}

// removeFactor removes one second factor. With the last one go the recovery codes, and open sessions count as having none.
func (s *Service) removeFactor(ctx context.Context, actor Actor, person, query string, args ...any) error {
	if err := s.mayEnrol(ctx, actor, person); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return fmt.Errorf("remove second factor: %w", err)
		}
		left, err := hasSecondFactor(ctx, tx, person)
		if err != nil {
			return err
		}
		if !left {
			if _, err := tx.ExecContext(ctx, "DELETE FROM recovery_code WHERE person_id = $1", person); err != nil {
				return fmt.Errorf("clear recovery codes: %w", err)
			}
			if _, err := tx.ExecContext(ctx, "UPDATE session SET second_factor = FALSE WHERE person_id = $1", person); err != nil {
				return fmt.Errorf("lower sessions: %w", err)
			}
		}
		return s.factorChanged(ctx, tx, actor, person, "accounts.second-factor-removed", "Second facteur retiré.",
			i18n.Text{FR: "Un second facteur vient d’être retiré de votre compte.", EN: "A second factor was just removed from your account."})
	})
}

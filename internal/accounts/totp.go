package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // what RFC 6238 takes by default, and the only one that every code generator knows
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, periods of 30 seconds. One period early or late is accepted, for clocks
// that drift; a period serves once.
const (
	totpPeriod = 30 * time.Second
	totpDrift  = 1  // periods
	totpBytes  = 20 // length of a secret
)

// totpCode is the code of a period (RFC 4226, section 5.3).
func totpCode(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// totpStep finds the period in which a code is right; false when there is none after the last one used.
func totpStep(secret []byte, code string, now time.Time, last int64) (int64, bool) {
	current := now.Unix() / int64(totpPeriod/time.Second)
	found, ok := int64(0), false
	for step := current - totpDrift; step <= current+totpDrift; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(code)) == 1 && step > last {
			found, ok = step, true
		}
	}
	return found, ok
}

// TOTPOffer is a secret for a code generator, before it is confirmed.
type TOTPOffer struct {
	Secret string // base32, in groups of four, to type
	URI    string // otpauth://…, to photograph
}

func totpPurpose(person string) string { return "accounts.totp:" + person }

// EnrolTOTP prepares a code generator. It counts once ConfirmTOTP has seen a code of it; asked again before, it gives the same secret.
func (s *Service) EnrolTOTP(ctx context.Context, actor Actor, person string) (TOTPOffer, error) {
	if err := s.mayEnrol(ctx, actor, person); err != nil {
		return TOTPOffer{}, err
	}
	var secret []byte
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		kept, found, err := s.totpOf(ctx, tx, person)
		if err != nil {
			return err
		}
		if found && kept.Confirmed {
			return fault.Refused("accounts.one-generator", "Un générateur de codes est déjà en service : retirez-le d’abord.",
				"A code generator is already in use: remove it first.")
		}
		if secret = kept.plain; found {
			return nil
		}
		secret = make([]byte, totpBytes)
		if _, err := rand.Read(secret); err != nil {
			return fmt.Errorf("make secret: %w", err)
		}
		sealed, err := s.seal.Seal(totpPurpose(person), secret)
		if err != nil {
			return fmt.Errorf("seal secret: %w", err)
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO totp (person_id, secret, confirmed, last_step, created_at) VALUES ($1, $2, FALSE, 0, $3)",
			person, sealed, db.Now(s.clock))
		if err != nil {
			return fmt.Errorf("keep secret: %w", err)
		}
		return nil
	})
	if err != nil {
		return TOTPOffer{}, err
	}
	return offer(secret, actor.Email), nil
}

func offer(secret []byte, email string) TOTPOffer {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Maillage:" + email,
		RawQuery: url.Values{"secret": {text}, "issuer": {"Maillage"}}.Encode()}
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:min(i+4, len(text))])
	}
	return TOTPOffer{Secret: strings.Join(groups, " "), URI: uri.String()}
}

type totpRow struct {
	Secret    []byte `db:"secret"`
	Confirmed bool   `db:"confirmed"`
	LastStep  int64  `db:"last_step"`
	plain     []byte
}

// totpOf reads and opens the secret of a person; false when there is none.
func (s *Service) totpOf(ctx context.Context, tx *db.Tx, person string) (totpRow, bool, error) {
	var row totpRow
	err := tx.GetContext(ctx, &row, "SELECT secret, confirmed, last_step FROM totp WHERE person_id = $1", person)
	if db.NoRows(err) {
		return totpRow{}, false, nil
	}
	if err != nil {
		return totpRow{}, false, fmt.Errorf("read code generator: %w", err)
	}
	if row.plain, err = s.seal.Open(totpPurpose(person), row.Secret); err != nil {
		return totpRow{}, false, fmt.Errorf("open code generator: %w", err)
	}
	return row, true, nil
}

// useTOTP accepts a code once. It asks for a confirmed generator, unless confirming is what the code is for.
func (s *Service) useTOTP(ctx context.Context, tx *db.Tx, person, code string, confirming bool) (bool, error) {
	row, found, err := s.totpOf(ctx, tx, person)
	if err != nil || !found || row.Confirmed == confirming {
		return false, err
	}
	step, ok := totpStep(row.plain, code, db.Now(s.clock), row.LastStep)
	if !ok {
		return false, nil
	}
	_, err = tx.ExecContext(ctx, "UPDATE totp SET last_step = $1, confirmed = TRUE WHERE person_id = $2", step, person)
	if err != nil {
		return false, fmt.Errorf("use code: %w", err)
	}
	return true, nil
}

// EnrolCommand confirms a second factor from a session.
type EnrolCommand struct {
	PersonID, SessionID string
	Code                string
}

// Enrolled is a session that now has a second factor, under a new token, and the recovery codes to show once (none when the person
// already has some).
type Enrolled struct {
	Token string
	Codes []string
}

// ConfirmTOTP puts a code generator into service, with a code that it shows. Other sessions end.
func (s *Service) ConfirmTOTP(ctx context.Context, actor Actor, cmd EnrolCommand) (Enrolled, error) {
	if err := s.mayEnrol(ctx, actor, cmd.PersonID); err != nil {
		return Enrolled{}, err
	}
	if err := s.attempt(ctx, secondCounter(cmd.PersonID)); err != nil {
		return Enrolled{}, err
	}
	var done Enrolled
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		ok, err := s.useTOTP(ctx, tx, cmd.PersonID, cleanCode(cmd.Code), true)
		if err != nil {
			return err
		}
		if !ok {
			return wrongCode()
		}
		done, err = s.enrolled(ctx, tx, actor, cmd, "générateur de codes")
		return err
	})
	return done, err
}

package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// newToken makes what somebody will carry: 32 random bytes, in characters fit for a link or a cookie.
func newToken() string {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the machine has no randomness: nothing may go on
	}
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashToken is what is stored of a token. The token is random, so that a plain hash cannot be searched.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Purposes of a ticket.
const (
	purposeInvitation = "invitation"
	purposeReset      = "reset"
)

// ticket is something that serves once, before a moment.
type ticket struct {
	PersonID string `db:"person_id"`
	Data     string `db:"data"`
}

func putTicket(ctx context.Context, tx *db.Tx, token, purpose string, t ticket, expires time.Time) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO ticket (token_hash, purpose, person_id, data, expires_at) VALUES ($1, $2, $3, $4, $5)",
		hashToken(token), purpose, t.PersonID, t.Data, expires)
	if err != nil {
		return fmt.Errorf("keep %s ticket: %w", purpose, err)
	}
	return nil
}

// peekTicket reads a ticket that can still serve, without using it.
func peekTicket(ctx context.Context, q db.Queryer, token, purpose string, now time.Time) (ticket, error) {
	var t ticket
	err := q.GetContext(ctx, &t, "SELECT person_id, data FROM ticket WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3",
		hashToken(token), purpose, now)
	return t, ticketError(purpose, err)
}

// takeTicket uses a ticket: whoever comes second finds nothing.
func takeTicket(ctx context.Context, tx *db.Tx, token, purpose string, now time.Time) (ticket, error) {
	var t ticket
	err := tx.GetContext(ctx, &t, `DELETE FROM ticket WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
		RETURNING person_id, data`, hashToken(token), purpose, now)
	return t, ticketError(purpose, err)
}

// errNoTicket stands for a ticket that is there and can no longer serve.
var errNoTicket = sql.ErrNoRows

func ticketError(purpose string, err error) error {
	switch {
	case err == nil:
		return nil
	case db.NoRows(err):
		return fault.NotFound("Ce lien a déjà servi ou a expiré. Demandez-en un nouveau.",
			"This link was already used or has expired. Ask for a new one.")
	default:
		return fmt.Errorf("read %s ticket: %w", purpose, err)
	}
}

// dropTickets forgets the unused tickets of a person for a purpose: the newest link is the only one that works.
func dropTickets(ctx context.Context, tx *db.Tx, person, purpose string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM ticket WHERE person_id = $1 AND purpose = $2", person, purpose); err != nil {
		return fmt.Errorf("drop %s tickets: %w", purpose, err)
	}
	return nil
}

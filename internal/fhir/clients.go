package fhir

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Client is another program that may exchange.
type Client struct {
	ID         string     `db:"id"`
	Name       string     `db:"name"`
	SecretHash string     `db:"secret_hash"`
	CreatedAt  time.Time  `db:"created_at"`
	CreatedBy  string     `db:"created_by"` // name shown that day
	LastUsedAt *time.Time `db:"last_used_at"`
	RevokedAt  *time.Time `db:"revoked_at"`
}

const clientColumns = "id, name, secret_hash, created_at, created_by, last_used_at, revoked_at"

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// AddClient gives a program a secret, told this once: only its hash is kept.
func (s *Service) AddClient(ctx context.Context, actor accounts.Actor, name string) (secret string, err error) {
	if err := actor.RequireSomewhere(PermClients); err != nil {
		return "", err
	}
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 3 || n > 100 {
		f := fault.Fields{}
		f.Add("name", "Donnez au logiciel un nom de 3 à 100 caractères.", "Give the program a name of 3 to 100 characters.")
		return "", f.Err()
	}
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	c := Client{ID: db.NewID(), Name: name, SecretHash: hashSecret(secret), CreatedAt: db.Now(s.clock), CreatedBy: actor.Name}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.NamedExecContext(ctx, "INSERT INTO fhir_client ("+clientColumns+") VALUES (:id, :name, :secret_hash, :created_at, :created_by, :last_used_at, :revoked_at)", c)
		if err != nil {
			return fmt.Errorf("keep a client: %w", err)
		}
		return s.record(ctx, tx, actor, c.ID, "client-add", fmt.Sprintf("%s a donné un secret au logiciel « %s ».", actor.Name, c.Name))
	})
	return secret, err
}

// RevokeClient withdraws a secret for good: its next request is refused.
func (s *Service) RevokeClient(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.RequireSomewhere(PermClients); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE fhir_client SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", db.Now(s.clock), id)
		if err != nil {
			return fmt.Errorf("revoke a client: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fault.NotFound("Ce logiciel n’existe pas, ou son secret est déjà retiré.", "There is no such program, or its secret is already withdrawn.").Because(err)
		}
		return s.record(ctx, tx, actor, id, "client-revoke", actor.Name+" a retiré le secret d’un logiciel.")
	})
}

// Clients lists the programs, the newest first.
func (s *Service) Clients(ctx context.Context, actor accounts.Actor) ([]Client, error) {
	if err := actor.RequireSomewhere(PermClients); err != nil {
		return nil, err
	}
	var all []Client
	if err := s.db.SelectContext(ctx, &all, "SELECT "+clientColumns+" FROM fhir_client ORDER BY created_at DESC, id"); err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	return all, nil
}

// Authenticate says which program holds a secret; KindUnauthenticated when none does, KindTooMany when it asks too often.
func (s *Service) Authenticate(ctx context.Context, secret, address string) (Client, error) {
	var c Client
	err := s.db.GetContext(ctx, &c, "SELECT "+clientColumns+" FROM fhir_client WHERE secret_hash = $1 AND revoked_at IS NULL", hashSecret(secret))
	if err != nil && !db.NoRows(err) {
		return c, fmt.Errorf("find a client: %w", err)
	}
	who := c.ID
	if who == "" {
		who = "address " + address
	}
	if !s.limits.take(who) {
		return c, fault.New(fault.KindTooMany, tooMany)
	}
	if c.ID == "" {
		return c, fault.New(fault.KindUnauthenticated, unknownClient)
	}
	now := db.Now(s.clock)
	if c.LastUsedAt == nil || now.Sub(*c.LastUsedAt) > time.Minute {
		_, err = s.db.ExecContext(ctx, "UPDATE fhir_client SET last_used_at = $1 WHERE id = $2", now, c.ID)
	}
	return c, err
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, id, action, text string) error {
	return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: actor.Auditor(), Action: "fhir." + action, Object: audit.Object{Kind: "fhir.client", ID: id}, Text: text})
}

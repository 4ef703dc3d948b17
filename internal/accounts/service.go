package accounts

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/mail"
)

// Sealer encrypts small secrets with a key kept outside the database. The purpose is authenticated with the secret: what was sealed
// for one does not open for another.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Open(purpose string, sealed []byte) ([]byte, error)
}

// Mail is a letter to one person, in their language.
type Mail = mail.Letter

// Mailer takes a message inside the caller's transaction and sends it once that transaction is kept.
type Mailer interface {
	Send(ctx context.Context, tx *db.Tx, m Mail) error
}

// Config is what an installation chooses.
type Config struct {
	// BaseURL is the address that people type, without a final slash: "https://maillage.example". Links in mails start with it,
	// and passkeys belong to its host.
	BaseURL string
	// Demo lets anybody sign in as a demonstration account, and waives the second factor.
	Demo bool
	// Idle and Absolute bound a session: time without a request, and time in all. Zero means 2 h and 12 h.
	Idle, Absolute time.Duration
	// Providers are the OpenID Connect providers that people may sign in with.
	Providers []Provider
	// Argon is the cost of a password; zero means DefaultArgon.
	Argon Argon
	// Log is told when sessions cannot be noted as used; nil for nobody.
	Log *slog.Logger
}

// Service is everything that may be done with accounts.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	mail   Mailer
	seal   Sealer
	config Config
	hasher *hasher
	notes  seenNotes

	providers []*provider
}

// New makes the service.
func New(d *db.DB, c clock.Clock, m Mailer, s Sealer, config Config) (*Service, error) {
	if config.Idle == 0 {
		config.Idle = 2 * time.Hour
	}
	if config.Absolute == 0 {
		config.Absolute = 12 * time.Hour
	}
	if config.Argon == (Argon{}) {
		config.Argon = DefaultArgon
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	if !strings.HasPrefix(config.BaseURL, "http://") && !strings.HasPrefix(config.BaseURL, "https://") {
		return nil, fmt.Errorf("the public address %q must start with https:// (or http:// on this machine alone)", config.BaseURL)
	}
	service := &Service{db: d, clock: c, mail: m, seal: s, config: config, hasher: newHasher(config.Argon)}
	for _, p := range config.Providers {
		service.providers = append(service.providers, newProvider(p, config.BaseURL))
	}
	return service, nil
}

// Demo tells whether this is a demonstration.
func (s *Service) Demo() bool { return s.config.Demo }

// Secure tells whether people reach this installation over TLS.
func (s *Service) Secure() bool { return strings.HasPrefix(s.config.BaseURL, "https://") }

// link is a complete address for a mail.
func (s *Service) link(path string) string { return s.config.BaseURL + path }

// say picks a text for somebody who is not the reader of the present request.
func say(lang i18n.Lang, fr, en string) string { return i18n.Text{FR: fr, EN: en}.In(lang) }

package accounts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const (
	purposePasskeyNew  = "passkey-new"
	purposePasskeyOpen = "passkey-open"
	passkeyTime        = 5 * time.Minute // to touch the key
)

// Passkey is a key that a device keeps for a person (WebAuthn, discoverable, with user verification).
type Passkey struct {
	ID        string    `db:"id"`
	Name      string    `db:"name"`
	CreatedAt time.Time `db:"created_at"`
	UsedAt    time.Time `db:"used_at"`
}

// PasskeyOffer is what the browser needs to make or use a passkey; Ticket comes back with its answer.
type PasskeyOffer struct {
	Options any    `json:"options"`
	Ticket  string `json:"ticket"`
}

// holder is a person as the WebAuthn library sees them.
type holder struct {
	person Person
	keys   []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.person.ID) }
func (h holder) WebAuthnName() string                       { return h.person.Email }
func (h holder) WebAuthnDisplayName() string                { return h.person.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// PasskeysWork tells whether browsers accept passkeys at this installation's address: over TLS or on localhost, never under a bare
// network address.
func (s *Service) PasskeysWork() bool {
	u, err := url.Parse(s.config.BaseURL)
	if err != nil {
		return false
	}
	_, numeric := netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	return numeric != nil && (u.Scheme == "https" || u.Hostname() == "localhost")
}

func (s *Service) relyingParty() (*webauthn.WebAuthn, error) {
	if !s.PasskeysWork() {
		return nil, fault.Refused("accounts.passkey-address", "Les clés d’accès demandent une adresse en https, ou localhost.",
			"Passkeys need an https address, or localhost.")
	}
	u, err := url.Parse(s.config.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Maillage", RPOrigins: []string{s.config.BaseURL},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return party, nil
}

// holderOf reads a person with their passkeys.
func holderOf(ctx context.Context, q db.Queryer, person string) (holder, error) {
	p, err := personByID(ctx, q, person)
	if err != nil {
		return holder{}, err
	}
	var rows []db.JSON[webauthn.Credential]
	if err := q.SelectContext(ctx, &rows, "SELECT credential FROM passkey WHERE person_id = $1 ORDER BY id", person); err != nil {
		return holder{}, fmt.Errorf("read passkeys: %w", err)
	}
	h := holder{person: p}
	for _, r := range rows {
		h.keys = append(h.keys, r.V)
	}
	return h, nil
}

func (s *Service) offerPasskey(ctx context.Context, purpose, person string, options any, session *webauthn.SessionData) (PasskeyOffer, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return PasskeyOffer{}, fmt.Errorf("keep passkey ceremony: %w", err)
	}
	o := PasskeyOffer{Options: options, Ticket: newToken()}
	return o, s.db.InTx(ctx, func(tx *db.Tx) error {
		return putTicket(ctx, tx, o.Ticket, purpose, ticket{PersonID: person, Data: string(data)}, db.Now(s.clock).Add(passkeyTime))
	})
}

// takeCeremony uses the ticket of a passkey ceremony; an answer therefore serves once.
func (s *Service) takeCeremony(ctx context.Context, token, purpose string) (ticket, webauthn.SessionData, error) {
	var t ticket
	var session webauthn.SessionData
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var err error
		t, err = takeTicket(ctx, tx, token, purpose, db.Now(s.clock))
		return err
	})
	if err != nil {
		return t, session, err
	}
	if err := json.Unmarshal([]byte(t.Data), &session); err != nil {
		return t, session, fmt.Errorf("read passkey ceremony: %w", err)
	}
	return t, session, nil
}

// BeginPasskey offers to make a passkey for oneself.
func (s *Service) BeginPasskey(ctx context.Context, actor Actor, person string) (PasskeyOffer, error) {
	if err := s.mayEnrol(ctx, actor, person); err != nil {
		return PasskeyOffer{}, err
	}
	party, err := s.relyingParty()
	if err != nil {
		return PasskeyOffer{}, err
	}
	h, err := holderOf(ctx, s.db, person)
	if err != nil {
		return PasskeyOffer{}, err
	}
	options, session, err := party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return PasskeyOffer{}, fmt.Errorf("offer passkey: %w", err)
	}
	return s.offerPasskey(ctx, purposePasskeyNew, person, options, session)
}

// PasskeyCommand is the browser's answer to an offer.
type PasskeyCommand struct {
	EnrolCommand
	Ticket, Name string
	Response     []byte // JSON of PublicKeyCredential
}

// FinishPasskey keeps the passkey that the browser made.
func (s *Service) FinishPasskey(ctx context.Context, actor Actor, cmd PasskeyCommand) (Enrolled, error) {
	if err := s.mayEnrol(ctx, actor, cmd.PersonID); err != nil {
		return Enrolled{}, err
	}
	party, err := s.relyingParty()
	if err != nil {
		return Enrolled{}, err
	}
	t, session, err := s.takeCeremony(ctx, cmd.Ticket, purposePasskeyNew)
	if err != nil {
		return Enrolled{}, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(cmd.Response)
	if err != nil || t.PersonID != cmd.PersonID {
		return Enrolled{}, wrongPasskey(err)
	}
	h, err := holderOf(ctx, s.db, cmd.PersonID)
	if err != nil {
		return Enrolled{}, err
	}
	key, err := party.CreateCredential(h, session, answer)
	if err != nil {
		return Enrolled{}, wrongPasskey(err)
	}
	var done Enrolled
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		now := db.Now(s.clock)
		_, err := tx.ExecContext(ctx, "INSERT INTO passkey (id, person_id, name, credential, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $5)",
			passkeyID(key.ID), cmd.PersonID, passkeyName(cmd.Name), db.JSON[webauthn.Credential]{V: *key}, now)
		if err != nil {
			return fmt.Errorf("keep passkey: %w", err)
		}
		done, err = s.enrolled(ctx, tx, actor, cmd.EnrolCommand, "clé d’accès")
		return err
	})
	return done, err
}

// BeginPasskeySignIn offers to sign in with a passkey; the browser says whose it is.
func (s *Service) BeginPasskeySignIn(ctx context.Context, door Door) (PasskeyOffer, error) {
	if err := s.attempt(ctx, addressCounter(door.Address)); err != nil {
		return PasskeyOffer{}, err
	}
	party, err := s.relyingParty()
	if err != nil {
		return PasskeyOffer{}, err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return PasskeyOffer{}, fmt.Errorf("offer passkey sign-in: %w", err)
	}
	return s.offerPasskey(ctx, purposePasskeyOpen, "", options, session)
}

// FinishPasskeySignIn opens a session with a passkey: something held and something known or measured, so two factors at once.
func (s *Service) FinishPasskeySignIn(ctx context.Context, token string, response []byte, door Door) (Opened, error) {
	party, err := s.relyingParty()
	if err != nil {
		return Opened{}, err
	}
	_, session, err := s.takeCeremony(ctx, token, purposePasskeyOpen)
	if err != nil {
		return Opened{}, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Opened{}, wrongPasskey(err)
	}
	var h holder
	_, key, err := party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var err error
		h, err = holderOf(ctx, s.db, string(handle))
		return h, err
	}, session, answer)
	if err != nil {
		return Opened{}, wrongPasskey(err)
	}
	if h.person.State != StateActive || key.Authenticator.CloneWarning {
		return Opened{}, wrongPasskey(nil)
	}
	var opened Opened
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE passkey SET credential = $1, used_at = $2 WHERE id = $3",
			db.JSON[webauthn.Credential]{V: *key}, db.Now(s.clock), passkeyID(key.ID))
		if err != nil {
			return fmt.Errorf("note use of passkey: %w", err)
		}
		opened, err = s.open(ctx, tx, h.person, door, StageOpen, true, "clé d’accès")
		return err
	})
	return opened, err
}

func passkeyID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func passkeyName(name string) string {
	name = strings.TrimSpace(name)
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[:60])
	}
	if name == "" {
		return "Clé d’accès"
	}
	return name
}

func wrongPasskey(err error) error {
	return fault.Invalid("La clé d’accès n’a pas été reconnue. Recommencez, ou utilisez votre mot de passe.",
		"The passkey was not recognised. Try again, or use your password.").Because(err)
}

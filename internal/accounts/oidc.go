package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const (
	purposeOIDC = "oidc"
	oidcTime    = 15 * time.Minute // to sign in at the provider
)

// ceremony is what is remembered between leaving for a provider and coming back.
type ceremony struct {
	Slug, Nonce, Verifier, Next string
	Person                      string // who links their account; "" signs in
}

// Departure sends a browser to a provider. State goes into a cookie, so that only the browser that left can come back.
type Departure struct{ URL, State string }

// Providers lists the providers that people may use.
func (s *Service) Providers() []Provider {
	list := make([]Provider, len(s.providers))
	for i, p := range s.providers {
		list[i] = p.Provider
	}
	return list
}

func (s *Service) provider(slug string) (*provider, error) {
	for _, p := range s.providers {
		if p.Slug == slug {
			return p, nil
		}
	}
	return nil, fault.NotFound("Ce fournisseur d’identité n’est pas connu ici.", "This identity provider is not known here.")
}

// Depart prepares a sign-in at a provider, or the linking of the actor's own account when there is an actor. KindUnavailable when the
// provider does not answer.
func (s *Service) Depart(ctx context.Context, actor Actor, slug, next string, door Door) (Departure, error) {
	p, err := s.provider(slug)
	if err != nil {
		return Departure{}, err
	}
	if !actor.Anonymous() {
		if err := s.mayEnrol(ctx, actor, actor.ID); err != nil {
			return Departure{}, err
		}
	}
	if err := s.attempt(ctx, addressCounter(door.Address)); err != nil {
		return Departure{}, err
	}
	found, err := p.discover(ctx)
	if err != nil {
		return Departure{}, err
	}
	c := ceremony{Slug: slug, Nonce: newToken(), Verifier: oauth2.GenerateVerifier(), Next: next, Person: actor.ID}
	data, err := json.Marshal(c)
	if err != nil {
		return Departure{}, fmt.Errorf("keep sign-in at provider: %w", err)
	}
	state := newToken()
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		return putTicket(ctx, tx, state, purposeOIDC, ticket{Data: string(data)}, db.Now(s.clock).Add(oidcTime))
	})
	options := []oauth2.AuthCodeOption{oidc.Nonce(c.Nonce), oauth2.S256ChallengeOption(c.Verifier)}
	if p.ACR != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", p.ACR))
	}
	return Departure{URL: p.oauth(found).AuthCodeURL(state, options...), State: state}, err
}

// Return is what a browser brings back from a provider: the parameters of the address, and the state that its cookie held.
type Return struct {
	Slug, Code, State, Issuer, Error string
	Cookie                           string
}

// Arrive checks what a browser brought back, and opens a session for the person linked to that identity, or links the account of whoever
// left to do so. It gives where they were going. Whatever is wrong in the answer is KindInvalid, with a rule "oidc.…" that names it.
func (s *Service) Arrive(ctx context.Context, r Return, door Door) (Opened, string, error) {
	p, err := s.provider(r.Slug)
	if err != nil {
		return Opened{}, "", err
	}
	c, err := s.resume(ctx, p, r)
	if err != nil {
		return Opened{}, "", err
	}
	id, err := s.identify(ctx, p, r.Code, c)
	if err != nil {
		return Opened{}, "", err
	}
	var opened Opened
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		person, err := s.personOf(ctx, tx, p, id, c.Person)
		if err != nil {
			return err
		}
		stage := StageOpen
		if enrolled, err := hasSecondFactor(ctx, tx, person.ID); err != nil {
			return err
		} else if enrolled && !p.SecondFactor {
			stage = StageSecondFactor
		}
		opened, err = s.open(ctx, tx, person, door, stage, p.SecondFactor, p.Name)
		return err
	})
	return opened, c.Next, err
}

// resume finds the ceremony that this browser began. Its state serves once, even when the provider reports an error.
func (s *Service) resume(ctx context.Context, p *provider, r Return) (ceremony, error) {
	var c ceremony
	if r.State == "" || r.State != r.Cookie {
		return c, p.refuse("state", nil)
	}
	var t ticket
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var err error
		t, err = takeTicket(ctx, tx, r.State, purposeOIDC, db.Now(s.clock))
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return c, p.refuse("state", err)
	}
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(t.Data), &c); err != nil {
		return c, fmt.Errorf("read sign-in at provider: %w", err)
	}
	switch {
	case c.Slug != p.Slug: // an answer of one provider handed to another
		return c, p.refuse("mix-up", nil)
	case r.Issuer != "" && r.Issuer != p.Issuer:
		return c, p.refuse("iss-parameter", nil)
	case r.Error != "":
		return c, p.refuse("refused-there", errors.New(r.Error))
	}
	return c, nil
}

// identity is who the provider says is there.
type identity struct{ Subject, RPPS string }

// claims are those that this program reads of a token.
type claims struct {
	ACR string `json:"acr"`
	AZP string `json:"azp"`
}

// identify exchanges the code and checks the token and the user information.
func (s *Service) identify(ctx context.Context, p *provider, code string, c ceremony) (identity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return identity{}, err
	}
	ctx = p.context(ctx)
	config := p.oauth(found)
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(c.Verifier))
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) && answered.Response.StatusCode < 500 {
		return identity{}, p.refuse("code", err)
	}
	if err != nil {
		return identity{}, p.down(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := found.Verifier(&oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: signingAlgorithms, Now: s.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, p.refuse("token", err)
	}
	if err := p.checkToken(token, tokens.AccessToken, c); err != nil {
		return identity{}, err
	}
	info, err := found.UserInfo(ctx, config.TokenSource(ctx, tokens))
	if err != nil {
		return identity{}, p.refuse("userinfo", err)
	}
	if token.Subject == "" || info.Subject != token.Subject {
		return identity{}, p.refuse("sub", nil)
	}
	return identity{Subject: token.Subject, RPPS: rppsOf(info, p.RPPSClaim)}, nil
}

// checkToken checks what the library leaves to its caller.
func (p *provider) checkToken(token *oidc.IDToken, access string, c ceremony) error {
	var read claims
	if err := token.Claims(&read); err != nil {
		return p.refuse("claims", err)
	}
	switch {
	case token.Nonce != c.Nonce:
		return p.refuse("nonce", nil)
	case read.AZP != "" && read.AZP != p.ClientID, len(token.Audience) > 1 && read.AZP == "":
		return p.refuse("azp", nil)
	case p.ACR != "" && read.ACR != p.ACR:
		return p.refuse("acr", nil)
	case token.AccessTokenHash != "" && token.VerifyAccessToken(access) != nil:
		return p.refuse("at_hash", nil)
	}
	return nil
}

// rppsOf reads a doctor's number from a claim: eleven digits, or those behind the 8 that Pro Santé Connect puts before a RPPS.
func rppsOf(info *oidc.UserInfo, claim string) string {
	if claim == "" {
		return ""
	}
	var all map[string]any
	if err := info.Claims(&all); err != nil {
		return ""
	}
	number, _ := all[claim].(string)
	if len(number) == 12 {
		number = strings.TrimPrefix(number, "8")
	}
	if !isRPPS(number) {
		return ""
	}
	return number
}

// personOf finds the account of an identity: the one linked to it; else that of whoever left to link theirs; else the only one with that
// doctor's number, which is then linked. Never by e-mail address, which a provider does not vouch for.
func (s *Service) personOf(ctx context.Context, tx *db.Tx, p *provider, id identity, linking string) (Person, error) {
	var linked string
	err := tx.GetContext(ctx, &linked, "SELECT person_id FROM external_identity WHERE issuer = $1 AND subject = $2", p.Issuer, id.Subject)
	if err != nil && !db.NoRows(err) {
		return Person{}, fmt.Errorf("read identity: %w", err)
	}
	if linked != "" && linking != "" && linked != linking {
		return Person{}, p.refuse("taken", nil)
	}
	person, err := s.candidate(ctx, tx, p, id, slices.DeleteFunc([]string{linked, linking}, func(id string) bool { return id == "" }))
	if err != nil {
		return Person{}, err
	}
	if person.State != StateActive {
		return Person{}, p.unknown()
	}
	if linked == "" {
		_, err = tx.ExecContext(ctx, "INSERT INTO external_identity (issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4)",
			p.Issuer, id.Subject, person.ID, db.Now(s.clock))
		if err != nil {
			return Person{}, fmt.Errorf("link identity: %w", err)
		}
	}
	return person, nil
}

func (s *Service) candidate(ctx context.Context, tx *db.Tx, p *provider, id identity, known []string) (Person, error) {
	if len(known) == 0 && id.RPPS != "" {
		if err := tx.SelectContext(ctx, &known, "SELECT id FROM person WHERE rpps = $1", id.RPPS); err != nil {
			return Person{}, fmt.Errorf("find person by number: %w", err)
		}
		if len(known) > 1 {
			return Person{}, p.unknown()
		}
	}
	if len(known) == 0 {
		return Person{}, p.unknown()
	}
	return personByID(ctx, tx, known[0])
}

// unknown says that no account goes with an identity; it does not say whether one is disabled.
func (p *provider) unknown() error {
	return fault.Forbidden(
		fmt.Sprintf("Aucun compte ne correspond à cette identité. Connectez-vous avec votre mot de passe, puis reliez %s depuis « Mon compte » ; "+
			"sans compte, demandez une invitation.", p.Name),
		fmt.Sprintf("No account goes with this identity. Sign in with your password, then link %s from “My account”; without an account, ask for an invitation.", p.Name))
}

// Links lists the issuers to which a person linked their account, for themselves.
func (s *Service) Links(ctx context.Context, actor Actor, person string) ([]string, error) {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return nil, err
	}
	var issuers []string
	if err := s.db.SelectContext(ctx, &issuers, "SELECT issuer FROM external_identity WHERE person_id = $1 ORDER BY issuer", person); err != nil {
		return nil, fmt.Errorf("read identities: %w", err)
	}
	return issuers, nil
}

// Unlink forgets a person's identities at a provider.
func (s *Service) Unlink(ctx context.Context, actor Actor, person, slug string) error {
	if err := s.mayEnrol(ctx, actor, person); err != nil {
		return err
	}
	p, err := s.provider(slug)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM external_identity WHERE person_id = $1 AND issuer = $2", person, p.Issuer)
		if err != nil {
			return fmt.Errorf("unlink identity: %w", err)
		}
		return s.record(ctx, tx, actor, person, "accounts.unlink", "Compte séparé de "+p.Name+".", nil)
	})
}

package accounts

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const (
	resetTime          = time.Hour
	resetAskedTime     = 24 * time.Hour // how long a request may wait for SendResets
	purposeResetWanted = "reset-wanted"
)

// RequestReset notes that somebody lost the password of an address. The answer and the work are the same whether or not the account
// exists: SendResets looks later, away from whoever asked. KindTooMany when too many were asked for one address typed or from one
// network address.
func (s *Service) RequestReset(ctx context.Context, email string, door Door) error {
	email = FoldEmail(email)
	if email == "" || len(email) > maxEmail {
		f := fault.Fields{}
		f.Add("email", "Indiquez votre adresse électronique.", "Give your e-mail address.")
		return f.Err()
	}
	if err := s.attempt(ctx, mailCounter(email), addressCounter(door.Address)); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		err := putTicket(ctx, tx, newToken(), purposeResetWanted, ticket{Data: email}, db.Now(s.clock).Add(resetAskedTime))
		if err != nil {
			return err
		}
		return wakeResets(ctx, tx)
	})
}

// SendResets sends the links asked for since it last ran, to the accounts that exist, and says how many. A job runs it.
func (s *Service) SendResets(ctx context.Context) (int, error) {
	sent := 0
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		sent = 0
		var emails []string
		err := tx.SelectContext(ctx, &emails, "DELETE FROM ticket WHERE purpose = $1 AND expires_at > $2 RETURNING data",
			purposeResetWanted, db.Now(s.clock))
		if err != nil {
			return fmt.Errorf("take reset requests: %w", err)
		}
		for _, email := range emails {
			p, err := personByEmail(ctx, tx, email)
			if fault.Is(err, fault.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if err := s.sendReset(ctx, tx, p); err != nil {
				return err
			}
			sent++
		}
		return nil
	})
	return sent, err
}

// sendReset sends what lets a person in again: a new password, or the invitation they never used; nothing when disabled.
func (s *Service) sendReset(ctx context.Context, tx *db.Tx, p Person) error {
	switch p.State {
	case StateInvited:
		return s.sendInvitation(ctx, tx, p)
	case StateDisabled:
		return nil
	}
	if err := dropTickets(ctx, tx, p.ID, purposeReset); err != nil {
		return err
	}
	token := newToken()
	if err := putTicket(ctx, tx, token, purposeReset, ticket{PersonID: p.ID}, db.Now(s.clock).Add(resetTime)); err != nil {
		return err
	}
	lang := langOf(p)
	return s.mail.Send(ctx, tx, Mail{
		To: p.Email, Name: p.Name, Lang: lang,
		Subject: say(lang, "Choisir un nouveau mot de passe", "Choose a new password"),
		Paragraphs: []string{
			say(lang, "Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte Maillage.",
				"Somebody, probably you, asked for a new password for your Maillage account."),
			say(lang, "Ce lien sert une fois et reste valable une heure. Si vous n’avez rien demandé, ignorez ce message : rien ne change.",
				"This link works once and stays valid for one hour. If you asked for nothing, ignore this message: nothing changes."),
		},
		Link: s.link("/mot-de-passe/" + token), LinkText: say(lang, "Choisir un mot de passe", "Choose a password"),
	})
}

// ResetFor says whom a reset link is for; KindNotFound when it was used or has expired.
func (s *Service) ResetFor(ctx context.Context, token string) (Person, error) {
	t, err := peekTicket(ctx, s.db, token, purposeReset, db.Now(s.clock))
	if err != nil {
		return Person{}, err
	}
	return personByID(ctx, s.db, t.PersonID)
}

// Reset replaces the password of whoever holds the link and ends every session. It opens none: a second factor is still asked for at
// the next sign-in.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	p, err := s.ResetFor(ctx, token)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkPassword(f, "password", password, p)
	if err := f.Err(); err != nil {
		return err
	}
	hash := s.hasher.hash(password)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := takeTicket(ctx, tx, token, purposeReset, db.Now(s.clock)); err != nil {
			return err
		}
		p, err := personByID(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if p.State != StateActive {
			return ticketError(purposeReset, errNoTicket)
		}
		if err := accountCounter(p.Email).reset(ctx, tx); err != nil {
			return err
		}
		return s.replacePassword(ctx, tx, s.actorOf(p, false), p, hash, "")
	})
}

// replacePassword keeps the new hash, ends the other sessions, tells the person and records it.
func (s *Service) replacePassword(ctx context.Context, tx *db.Tx, actor Actor, p Person, hash, keepSession string) error {
	if err := s.putPassword(ctx, tx, p.ID, hash); err != nil {
		return err
	}
	if err := endSessions(ctx, tx, p.ID, keepSession); err != nil {
		return err
	}
	lang := langOf(p)
	err := s.mail.Send(ctx, tx, Mail{
		To: p.Email, Name: p.Name, Lang: lang,
		Subject: say(lang, "Votre mot de passe a changé", "Your password changed"),
		Paragraphs: []string{say(lang,
			"Le mot de passe de votre compte Maillage vient de changer. Si ce n’est pas vous, demandez-en un nouveau et prévenez l’administrateur.",
			"The password of your Maillage account has just changed. If that was not you, ask for a new one and tell the administrator.")},
		Link: s.link("/connexion"), LinkText: say(lang, "Se connecter", "Sign in"),
	})
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, p.ID, "accounts.password", "Nouveau mot de passe pour "+p.Name+".", nil)
}

// ChangePasswordCommand is the password held and the one wanted.
type ChangePasswordCommand struct {
	PersonID, Current, Password string
	KeepSession                 string // the session that asks; the others end
}

// ChangePassword replaces one's password. A wrong current one is counted like a wrong sign-in.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, cmd ChangePasswordCommand) error {
	if err := actor.Require(PermOwn, Scope{Owner: cmd.PersonID}); err != nil {
		return err
	}
	p, err := personByID(ctx, s.db, cmd.PersonID)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	checkPassword(f, "password", cmd.Password, p)
	if err := f.Err(); err != nil {
		return err
	}
	account := accountCounter(p.Email)
	if err := s.attempt(ctx, account); err != nil {
		return err
	}
	stored, err := passwordOf(ctx, s.db, p.ID)
	if err != nil {
		return err
	}
	if ok, _ := s.hasher.verify(stored, cmd.Current); !ok {
		f.Add("current", "Ce n’est pas votre mot de passe actuel.", "This is not your current password.")
		return f.Err()
	}
	hash := s.hasher.hash(cmd.Password)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := account.reset(ctx, tx); err != nil {
			return err
		}
		return s.replacePassword(ctx, tx, actor, p, hash, cmd.KeepSession)
	})
}

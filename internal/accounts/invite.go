package accounts

import (
	"context"
	"strings"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

const invitationTime = 7 * 24 * time.Hour

// InviteCommand is somebody to invite.
type InviteCommand struct {
	Name, Email, RPPS, OrganisationID string
	Lang                              i18n.Lang
	Grants                            []Grant
}

// Invite creates an account and sends the link that opens it. KindInvalid names each refused field, an address already known among
// them.
func (s *Service) Invite(ctx context.Context, actor Actor, cmd InviteCommand) (Person, error) {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return Person{}, err
	}
	now := db.Now(s.clock)
	p := Person{
		ID: db.NewID(), Name: strings.TrimSpace(cmd.Name), Email: FoldEmail(cmd.Email), RPPS: strings.TrimSpace(cmd.RPPS),
		OrganisationID: cmd.OrganisationID, Lang: cmd.Lang, State: StateInvited, Version: 1, CreatedAt: now, UpdatedAt: now, Grants: cmd.Grants,
	}
	f := fault.Fields{}
	checkPerson(f, p)
	checkGrants(f, p.Grants)
	if len(p.Grants) == 0 {
		f.Add("grants", "Donnez au moins un rôle.", "Give at least one role.")
	}
	if err := f.Err(); err != nil {
		return Person{}, err
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertPerson(ctx, tx, p); err != nil {
			return err
		}
		if err := s.sendInvitation(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p.ID, "accounts.invite", "Invitation de "+p.Name+".", map[string]string{"roles": grantsText(p.Grants)})
	})
	return p, err
}

// InviteAgain sends a new link to somebody who has not come yet; the former link stops working.
func (s *Service) InviteAgain(ctx context.Context, actor Actor, id string) error {
	if err := actor.Require(PermPeopleManage, Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := personByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.State != StateInvited {
			return fault.Refused("accounts.invited-only", "Cette personne a déjà ouvert son compte.", "This person already opened their account.")
		}
		if err := s.sendInvitation(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p.ID, "accounts.invite", "Nouvelle invitation de "+p.Name+".", nil)
	})
}

func (s *Service) sendInvitation(ctx context.Context, tx *db.Tx, p Person) error {
	if err := dropTickets(ctx, tx, p.ID, purposeInvitation); err != nil {
		return err
	}
	token := newToken()
	if err := putTicket(ctx, tx, token, purposeInvitation, ticket{PersonID: p.ID}, db.Now(s.clock).Add(invitationTime)); err != nil {
		return err
	}
	lang := langOf(p)
	return s.mail.Send(ctx, tx, Mail{
		To: p.Email, Name: p.Name, Lang: lang,
		Subject: say(lang, "Votre compte Maillage vous attend", "Your Maillage account is waiting"),
		Paragraphs: []string{
			say(lang, "Un compte a été préparé pour vous. Choisissez un mot de passe pour l’ouvrir.",
				"An account was prepared for you. Choose a password to open it."),
			say(lang, "Ce lien sert une fois et reste valable sept jours. Si vous n’attendiez pas ce message, ignorez-le.",
				"This link works once and stays valid for seven days. If you did not expect this message, ignore it."),
		},
		Link: s.link("/invitation/" + token), LinkText: say(lang, "Ouvrir mon compte", "Open my account"),
	})
}

// Invitation says whom an invitation link is for; KindNotFound when it was used or has expired.
func (s *Service) Invitation(ctx context.Context, token string) (Person, error) {
	t, err := peekTicket(ctx, s.db, token, purposeInvitation, db.Now(s.clock))
	if err != nil {
		return Person{}, err
	}
	return personByID(ctx, s.db, t.PersonID)
}

// AcceptCommand is an invitation link and the password chosen.
type AcceptCommand struct {
	Token, Password string
	Door            Door
}

// AcceptInvitation opens the account of whoever holds the link, and a session.
func (s *Service) AcceptInvitation(ctx context.Context, cmd AcceptCommand) (Opened, error) {
	p, err := s.Invitation(ctx, cmd.Token)
	if err != nil {
		return Opened{}, err
	}
	f := fault.Fields{}
	checkPassword(f, "password", cmd.Password, p)
	if err := f.Err(); err != nil {
		return Opened{}, err
	}
	hash := s.hasher.hash(cmd.Password)
	var opened Opened
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := takeTicket(ctx, tx, cmd.Token, purposeInvitation, db.Now(s.clock)); err != nil {
			return err
		}
		p, err := personByID(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if p.State != StateInvited {
			return ticketError(purposeInvitation, errNoTicket)
		}
		p.State, p.UpdatedAt = StateActive, db.Now(s.clock)
		if err := updatePerson(ctx, tx, p); err != nil {
			return err
		}
		if err := s.putPassword(ctx, tx, p.ID, hash); err != nil {
			return err
		}
		opened, err = s.open(ctx, tx, p, cmd.Door, StageOpen, false, "invitation")
		return err
	})
	return opened, err
}

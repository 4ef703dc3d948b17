package accounts

import (
	"context"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Door is where a sign-in comes from.
type Door struct {
	Address string // network address, for counting attempts
	Device  string // how the browser names itself, for the list of sessions
	Token   string // what the browser held before; that session ends
}

// SignInCommand is an address and a password.
type SignInCommand struct {
	Email, Password string
	Door            Door
}

// Opened is the session that a sign-in gave.
type Opened struct {
	Token string
	Stage Stage
	// MustEnrol says that some roles count only once a second factor is enrolled.
	MustEnrol bool
}

// SignIn opens a session from an address and a password. The answer and the work are the same for an unknown address, a wrong
// password, an account that is not active: KindInvalid. Too many attempts under one address typed, or from one network address:
// KindTooMany, whether or not the account exists.
func (s *Service) SignIn(ctx context.Context, cmd SignInCommand) (Opened, error) {
	email := FoldEmail(cmd.Email)
	f := fault.Fields{}
	if email == "" {
		f.Add("email", "Indiquez votre adresse électronique.", "Give your e-mail address.")
	}
	if cmd.Password == "" {
		f.Add("password", "Indiquez votre mot de passe.", "Give your password.")
	}
	if err := f.Err(); err != nil {
		return Opened{}, err
	}
	account := accountCounter(email)
	if err := s.attempt(ctx, account, addressCounter(cmd.Door.Address)); err != nil {
		return Opened{}, err
	}
	p, err := personByEmail(ctx, s.db, email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return Opened{}, err
	}
	stored, err := passwordOf(ctx, s.db, p.ID)
	if err != nil {
		return Opened{}, err
	}
	ok, stale := s.hasher.verify(stored, cmd.Password)
	if !ok || p.State != StateActive {
		return Opened{}, wrongPassword()
	}
	fresh := ""
	if stale {
		fresh = s.hasher.hash(cmd.Password)
	}
	return s.enter(ctx, p, cmd.Door, account, fresh)
}

// enter opens the session of somebody whose password was right.
func (s *Service) enter(ctx context.Context, p Person, door Door, account counter, freshHash string) (Opened, error) {
	var opened Opened
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := account.reset(ctx, tx); err != nil {
			return err
		}
		if freshHash != "" {
			if err := s.putPassword(ctx, tx, p.ID, freshHash); err != nil {
				return err
			}
		}
		enrolled, err := hasSecondFactor(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		stage := StageOpen
		if enrolled {
			stage = StageSecondFactor
		}
		opened, err = s.open(ctx, tx, p, door, stage, false, "mot de passe")
		return err
	})
	return opened, err
}

// open ends what the browser held, opens a session and records it. How is the French name of the means, for the record.
func (s *Service) open(ctx context.Context, tx *db.Tx, p Person, door Door, stage Stage, secondFactor bool, how string) (Opened, error) {
	if err := endSession(ctx, tx, door.Token); err != nil {
		return Opened{}, err
	}
	token, err := s.openSession(ctx, tx, Session{PersonID: p.ID, Stage: stage, SecondFactor: secondFactor, Device: DeviceLabel(door.Device)})
	if err != nil {
		return Opened{}, err
	}
	opened := Opened{Token: token, Stage: stage}
	if stage != StageOpen {
		return opened, nil
	}
	opened.MustEnrol = s.mustEnrol(p) && !secondFactor
	return opened, s.record(ctx, tx, s.actorOf(p, secondFactor), p.ID, "accounts.sign-in", "Connexion par "+how+".", nil)
}

func wrongPassword() error {
	return fault.Invalid("L’adresse ou le mot de passe ne convient pas. Vérifiez-les, ou demandez un nouveau mot de passe.",
		"The address or the password is not right. Check them, or ask for a new password.")
}

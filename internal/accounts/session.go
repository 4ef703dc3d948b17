package accounts

import (
	"context"
	"fmt"
	"sync"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Stage says how far a session is open.
type Stage string

// The stages of a session.
const (
	StageOpen         Stage = "open"          // the person is in
	StageSecondFactor Stage = "second-factor" // the password was right, the second factor is awaited
)

const (
	secondFactorTime = 10 * time.Minute // to find the phone
	seenEvery        = time.Minute      // precision of "last seen", so that reading pages does not write each time
	touchTime        = time.Second / 4  // what a page waits for it to be written, at most
	touchAgain       = 10 * time.Second // without trying, once it could not be
)

// Session is an open door: one browser of one person.
type Session struct {
	ID           string    `db:"id"`
	PersonID     string    `db:"person_id"`
	Stage        Stage     `db:"stage"`
	SecondFactor bool      `db:"second_factor"`
	Device       string    `db:"device"`
	CreatedAt    time.Time `db:"created_at"`
	SeenAt       time.Time `db:"seen_at"`
	ExpiresAt    time.Time `db:"expires_at"`
}

const sessionColumns = "id, person_id, stage, second_factor, device, created_at, seen_at, expires_at"

// Visitor is who holds a session, as a page needs it. The zero Visitor is anonymous.
type Visitor struct {
	Session Session
	Person  Person
	// Actor is anonymous until the session is open.
	Actor Actor
	// MustEnrol says that some of the person's roles wait for a second factor to be enrolled.
	MustEnrol bool
}

// openSession makes a session and gives the token for its cookie. Tokens are never reused across a change of rights: each step of
// signing in makes a new one.
func (s *Service) openSession(ctx context.Context, tx *db.Tx, n Session) (string, error) {
	token, now := newToken(), db.Now(s.clock)
	life := s.config.Absolute
	if n.Stage == StageSecondFactor {
		life = secondFactorTime
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO session (id, token_hash, person_id, stage, second_factor, device, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
		db.NewID(), hashToken(token), n.PersonID, n.Stage, n.SecondFactor, n.Device, now, now.Add(life))
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	return token, nil
}

// Authenticate says who holds a token. An unknown, expired or idle one, and one of an account that is not active, is nobody's. It reads:
// that the session is in use is noted when it can be, and a database that takes no writes stops nobody from reading.
func (s *Service) Authenticate(ctx context.Context, token string) (Visitor, error) {
	if token == "" {
		return Visitor{}, nil
	}
	now := db.Now(s.clock)
	var v Visitor
	err := s.db.GetContext(ctx, &v.Session, "SELECT "+sessionColumns+" FROM session WHERE token_hash = $1 AND expires_at > $2 AND seen_at > $3",
		hashToken(token), now, now.Add(-s.config.Idle))
	if db.NoRows(err) {
		return Visitor{}, nil
	}
	if err != nil {
		return Visitor{}, fmt.Errorf("read session: %w", err)
	}
	if v.Person, err = personByID(ctx, s.db, v.Session.PersonID); err != nil {
		return Visitor{}, err
	}
	if v.Person.State != StateActive {
		return Visitor{}, nil
	}
	if v.Session.Stage == StageOpen {
		v.Actor = s.actorOf(v.Person, v.Session.SecondFactor)
		v.MustEnrol = s.mustEnrol(v.Person) && !v.Session.SecondFactor
	}
	if now.Sub(v.Session.SeenAt) >= seenEvery {
		s.touch(ctx, v.Session.ID, now)
	}
	return v, nil
}

// seenNotes remembers whether sessions can be noted as used, so that one failure is logged once and does not hold up every page.
type seenNotes struct {
	mu      sync.Mutex
	failing bool
	again   time.Time // not tried before, while failing
}

// due tells whether to try.
func (n *seenNotes) due(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failing && now.Before(n.again) {
		return false
	}
	n.again = now.Add(touchAgain)
	return true
}

// keep keeps how it went, and tells whether that is news.
func (n *seenNotes) keep(failing bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	news := failing != n.failing
	n.failing = failing
	return news
}

// touch notes that a session is in use. The page that is read does not wait for it longer than touchTime, and does not fail with it.
func (s *Service) touch(ctx context.Context, session string, now time.Time) {
	if !s.notes.due(now) {
		return
	}
	short, cancel := context.WithTimeout(ctx, touchTime)
	defer cancel()
	done := make(chan error, 1)
	go func() { // a disk that hangs cannot be interrupted
		done <- s.db.InTx(short, func(tx *db.Tx) error {
			_, err := tx.ExecContext(short, "UPDATE session SET seen_at = $1 WHERE id = $2", now, session)
			return err
		})
	}()
	var err error
	select {
	case err = <-done:
	case <-short.Done():
		err = short.Err()
	}
	if ctx.Err() != nil { // the reader left: nothing is learnt
		return
	}
	switch news := s.notes.keep(err != nil); {
	case news && err != nil:
		s.config.Log.Warn("sessions cannot be noted as used; pages are served, and who reads on is signed out once idle", "error", err.Error())
	case news:
		s.config.Log.Info("sessions are noted as used again")
	}
}

// SignOut ends the session of a token. Ending one that is not there is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return endSession(ctx, tx, token) })
}

func endSession(ctx context.Context, tx *db.Tx, token string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM session WHERE token_hash = $1", hashToken(token)); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// SignOutEverywhere ends every session of a person but the one to keep ("" keeps none).
func (s *Service) SignOutEverywhere(ctx context.Context, actor Actor, person, keep string) error {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := endSessions(ctx, tx, person, keep); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, person, "accounts.sign-out-everywhere", "Toutes les autres sessions ont été fermées.", nil)
	})
}

func endSessions(ctx context.Context, tx *db.Tx, person, keep string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM session WHERE person_id = $1 AND id <> $2", person, keep); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// EndSession ends one session of a person.
func (s *Service) EndSession(ctx context.Context, actor Actor, person, id string) error {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM session WHERE person_id = $1 AND id = $2", person, id)
		if err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return fault.NotFound("Cette session est déjà fermée.", "This session is already closed.").Because(err)
		}
		return nil
	})
}

// Sessions lists the open sessions of a person, the latest seen first.
func (s *Service) Sessions(ctx context.Context, actor Actor, person string) ([]Session, error) {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return nil, err
	}
	now := db.Now(s.clock)
	var list []Session
	err := s.db.SelectContext(ctx, &list, "SELECT "+sessionColumns+` FROM session
		WHERE person_id = $1 AND stage = $2 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC, id`,
		person, StageOpen, now, now.Add(-s.config.Idle))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

// Sweep forgets what has expired: sessions, tickets, counted attempts. A job runs it every hour.
func (s *Service) Sweep(ctx context.Context) error {
	now := db.Now(s.clock)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, q := range []struct {
			text   string
			before time.Time
		}{
			{"DELETE FROM session WHERE expires_at <= $1", now},
			{"DELETE FROM session WHERE seen_at <= $1", now.Add(-s.config.Idle)},
			{"DELETE FROM ticket WHERE expires_at <= $1", now},
			{"DELETE FROM throttle WHERE last_at <= $1", now.Add(-accountPace.forget)},
		} {
			if _, err := tx.ExecContext(ctx, q.text, q.before); err != nil {
				return fmt.Errorf("sweep accounts: %w", err)
			}
		}
		return nil
	})
}

// SetLang keeps the language a person reads.
func (s *Service) SetLang(ctx context.Context, actor Actor, person string, lang i18n.Lang) error {
	if err := actor.Require(PermOwn, Scope{Owner: person}); err != nil {
		return err
	}
	if lang != i18n.FR && lang != i18n.EN {
		f := fault.Fields{}
		f.Add("lang", "Choisissez le français ou l’anglais.", "Choose French or English.")
		return f.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE person SET lang = $1 WHERE id = $2", lang, person)
		if err != nil {
			return fmt.Errorf("keep language: %w", err)
		}
		return nil
	})
}

package funding

import (
	"context"
	"io"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Grant is what was granted, by whom, to whom.
type Grant struct {
	DossierID, Number, Title, Programme, Structure, Departement, Region string
	CallID, Instructor, Decider, Email, IBAN, Payee                     string
	// Cents is what is granted. Limit is the most that may be, once Deducted, the aids already received, is taken away; 0 is no limit.
	Cents, Limit, Deducted int64
}

// Grants is what this room needs of the room that decides.
type Grants interface {
	Granted(ctx context.Context, q db.Queryer, dossierID string) (Grant, error)
	// Advance takes the dossier along its own lifecycle, in the same transaction.
	Advance(ctx context.Context, tx *db.Tx, actor accounts.Actor, dossierID, move, reason string) error
	// Release gives back to the envelope of its call what a settled grant did not spend, in cents.
	Release(ctx context.Context, tx *db.Tx, actor accounts.Actor, dossierID string, cents int64) error
	// Author tells whether the reader (an account, or the key of a dossier without one) is the author of the dossier.
	Author(ctx context.Context, actor accounts.Actor, key, dossierID string) (bool, error)
}

// Files keeps the signed agreements.
type Files interface {
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// Rules is what this room needs of the rule book.
type Rules interface {
	// Together tells whether an aid may be held beside others on a day; if not, it names the one that excludes it (invariant 10).
	Together(ctx context.Context, programme string, held []string, on string) (other i18n.Text, ok bool, err error)
	// Excluded names the programmes that cannot be held together with one on a day.
	Excluded(ctx context.Context, programme, on string) ([]string, error)
}

// Letters sends a message to an address, through a job of the transaction.
type Letters interface {
	Send(ctx context.Context, tx *db.Tx, to string, subject, body i18n.Text, link string) error
}

// Needs is what the room is given.
type Needs struct {
	Grants  Grants
	Rules   Rules
	Files   Files
	Letters Letters
}

// Service holds the operations of the room.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	grants  Grants
	rules   Rules
	files   Files
	letters Letters
}

// New makes the service.
func New(d *db.DB, c clock.Clock, n Needs) *Service {
	return &Service{db: d, clock: c, grants: n.Grants, rules: n.Rules, files: n.Files, letters: n.Letters}
}

func (s *Service) now() time.Time { return db.Now(s.clock) }

// Today is the day in Paris.
func (s *Service) Today() string { return s.now().In(i18n.Paris).Format(time.DateOnly) }

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, action string, c *Convention, text, reason string, details map[string]string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "funding." + action,
		Object: audit.Object{Kind: "funding.convention", ID: c.ID}, Text: text + " : convention " + c.Number, Reason: reason, Details: details})
}

// open reads a convention for an officer of its territory.
func (s *Service) open(ctx context.Context, q db.Queryer, actor accounts.Actor, id string, p accounts.Permission) (*Convention, error) {
	c, err := get(ctx, q, id)
	if err != nil {
		return nil, err
	}
	if !actor.Can(p, c.Scope()) {
		return nil, unknown()
	}
	return c, nil
}

// move takes a convention, and the dossier behind it, along.
func (s *Service) move(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention, move, dossierMove, reason string) error {
	next, err := Life.Check(c, c.State, move, officer, reason)
	if err != nil {
		return err
	}
	c.State = next
	if err := update(ctx, tx, c, s.now()); err != nil {
		return err
	}
	if dossierMove != "" {
		if err := s.grants.Advance(ctx, tx, actor, c.DossierID, dossierMove, reason); err != nil {
			return err
		}
	}
	mv, _ := Life.Move(move)
	return s.record(ctx, tx, actor, move, c, mv.Label.FR, reason, nil)
}

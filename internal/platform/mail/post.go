package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
)

// Kind is the kind of the jobs that send letters.
const Kind = "mail.send"

const purpose = "mail letter"

var errAddress = errors.New("the recipient's address cannot be used")

// Sealer protects letters while they wait in the database: they hold addresses and links that open accounts.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Open(purpose string, sealed []byte) ([]byte, error)
}

// Sender hands one letter over. It returns jobs.Permanent when trying again is useless. Its errors name no person.
type Sender interface {
	send(ctx context.Context, e envelope) error
}

// Post takes letters and has them sent.
type Post struct {
	from   mail.Address
	sender Sender
	sealer Sealer
	clock  clock.Clock
	db     *db.DB
}

// NewPost makes a post office. from is the address that letters come from: "Maillage <ne-pas-repondre@example.org>".
func NewPost(d *db.DB, c clock.Clock, from string, sender Sender, sealer Sealer) (*Post, error) {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender's address %q cannot be used: %w", from, err)
	}
	return &Post{from: *address, sender: sender, sealer: sealer, clock: c, db: d}, nil
}

// Register has a node send the letters that wait.
func (p *Post) Register(r *jobs.Registry) { r.Handle(Kind, p.deliver) }

type payload struct {
	Sealed []byte `json:"sealed"`
}

// Send takes a letter inside the caller's transaction; it leaves once that transaction is kept, is tried again while the mail server
// is away, and is wiped from the queue when it has left.
func (p *Post) Send(ctx context.Context, tx *db.Tx, l Letter) error {
	plain, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	sealed, err := p.sealer.Seal(purpose, plain)
	if err != nil {
		return fmt.Errorf("seal a letter: %w", err)
	}
	_, err = jobs.Enqueue(ctx, tx, jobs.New{Kind: Kind, Payload: payload{sealed}, MaxAttempts: attempts})
	return err
}

const attempts = 14 // the last one some six hours after the first

func (p *Post) deliver(ctx context.Context, j *jobs.Job) error {
	var sealed payload
	if err := j.Into(&sealed); err != nil {
		return err
	}
	plain, err := p.sealer.Open(purpose, sealed.Sealed)
	if err != nil {
		return jobs.Permanent(fmt.Errorf("open a letter: %w", err))
	}
	var l Letter
	if err := json.Unmarshal(plain, &l); err != nil {
		return jobs.Permanent(errors.New("a letter in the queue cannot be read"))
	}
	if err := p.sender.send(ctx, envelope{Letter: l, From: p.from, ID: j.ID, At: p.clock.Now()}); err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *db.Tx) error { return j.DoneAndWiped(ctx, tx) })
}

package funding

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
)

// Grant is what was granted, by whom, to whom.
type Grant struct {
	DossierID, Number, Title, Programme, Structure, Departement, Region string
	Instructor, Decider, Email, IBAN, Payee                             string
	Cents                                                               int64
}

// Grants is what this room needs of the room that decides.
type Grants interface {
	Granted(ctx context.Context, q db.Queryer, dossierID string) (Grant, error)
	// Advance takes the dossier along its own lifecycle, in the same transaction.
	Advance(ctx context.Context, tx *db.Tx, actor accounts.Actor, dossierID, move, reason string) error
	// Author tells whether the reader (an account, or the key of a dossier without one) is the author of the dossier.
	Author(ctx context.Context, actor accounts.Actor, key, dossierID string) (bool, error)
}

// Files keeps the signed agreements.
type Files interface {
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// Service holds the operations of the room.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	grants Grants
	files  Files
}

// New makes the service.
func New(d *db.DB, c clock.Clock, g Grants, f Files) *Service {
	return &Service{db: d, clock: c, grants: g, files: f}
}

func (s *Service) now() time.Time { return db.Now(s.clock) }

func (s *Service) today() string { return s.now().In(i18n.Paris).Format(time.DateOnly) }

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, action string, c *Convention, text, reason string, details map[string]string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "funding." + action,
		Object: audit.Object{Kind: "funding.convention", ID: c.ID}, Text: text + " : convention " + c.Number, Reason: reason, Details: details})
}

// PlannedTranche is a tranche as drawn.
type PlannedTranche struct {
	Label      string
	Cents      int64
	Final      bool
	ExpectedOn string
}

// DrawCommand draws an agreement from a grant.
type DrawCommand struct {
	DossierID        string
	StartsOn, EndsOn string
	IBAN, Payee      string
	Tranches         []PlannedTranche
	Reports          []PlannedReport
}

// PlannedReport is a report as asked.
type PlannedReport struct{ Label, DueOn string }

func (c DrawCommand) check(g Grant) error {
	wrong := fault.Fields{}
	ibanRefusal := money.CheckIBAN(c.IBAN)
	day := func(name, value string) {
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			wrong.Add(name, "Donnez une date.", "Give a date.")
		}
	}
	day("starts_on", c.StartsOn)
	day("ends_on", c.EndsOn)
	if c.EndsOn <= c.StartsOn {
		wrong.Add("ends_on", "La fin vient après le début.", "The end comes after the start.")
	}
	if !ibanRefusal.Empty() {
		wrong.Add("iban", ibanRefusal.FR, ibanRefusal.EN)
	}
	if strings.TrimSpace(c.Payee) == "" {
		wrong.Add("payee", "Nommez le bénéficiaire du paiement.", "Name the payee.")
	}
	sum := int64(0)
	for i, t := range c.Tranches {
		sum += t.Cents
		if t.Cents <= 0 {
			wrong.Add(fmt.Sprintf("tranche_%d", i), "Une tranche a un montant positif.", "A tranche has a positive amount.")
		}
		day(fmt.Sprintf("expected_%d", i), t.ExpectedOn)
	}
	if len(c.Tranches) == 0 {
		wrong.Add("tranche_0", "Prévoyez au moins une tranche.", "Plan at least one tranche.")
	}
	if sum > g.Cents {
		wrong.Add("tranche_0", "Les tranches totalisent plus que ce qui est accordé (invariant 4).", "The tranches sum to more than what is granted (invariant 4).")
	}
	return wrong.Err()
}

// Draw draws the agreement; the dossier goes on to its signature.
func (s *Service) Draw(ctx context.Context, actor accounts.Actor, cmd DrawCommand) (*Convention, error) {
	var c *Convention
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		g, err := s.grants.Granted(ctx, tx, cmd.DossierID)
		if err != nil {
			return err
		}
		if err := actor.Require(PermManage, accounts.Scope{Region: g.Region, Departement: g.Departement}); err != nil {
			return err
		}
		if err := cmd.check(g); err != nil {
			return err
		}
		if err := s.grants.Advance(ctx, tx, actor, g.DossierID, "draw-convention", ""); err != nil {
			return err
		}
		now := s.now()
		c = &Convention{ID: db.NewID(), Number: "C-" + g.Number, DossierID: g.DossierID, DossierNumber: g.Number, Title: g.Title, Programme: g.Programme, Structure: g.Structure,
			Dept: g.Departement, Region: g.Region, State: Drawn, Granted: g.Cents, IBAN: strings.ToUpper(money.NoSpaces(cmd.IBAN)), Payee: cmd.Payee, Instructor: g.Instructor,
			Decider: g.Decider, StartsOn: cmd.StartsOn, EndsOn: cmd.EndsOn, Version: 1, CreatedAt: now, UpdatedAt: now}
		for _, t := range cmd.Tranches {
			c.Tranched += t.Cents
		}
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		if err := plan(ctx, tx, c, cmd); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "draw", c, "Convention établie", "", map[string]string{"granted_cents": strconv.FormatInt(c.Granted, 10)})
	})
	return c, err
}

func plan(ctx context.Context, tx *db.Tx, c *Convention, cmd DrawCommand) error {
	for i, t := range cmd.Tranches {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tranche (id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, reference, paid_on)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', '', $8, '')`, db.NewID(), c.ID, i+1, t.Label, t.Cents, t.Final, t.ExpectedOn, fmt.Sprintf("%s-%d", c.Number, i+1)); err != nil {
			return err
		}
	}
	for _, r := range cmd.Reports {
		if _, err := tx.ExecContext(ctx, `INSERT INTO report (id, convention_id, label, due_on, state, text, reason, decided_by) VALUES ($1, $2, $3, $4, 'due', '', '', '')`,
			db.NewID(), c.ID, r.Label, r.DueOn); err != nil {
			return err
		}
	}
	return nil
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

// SignCommand records a signature.
type SignCommand struct {
	Agency, Structure string // who signed, for each side
	SignedOn          string
	File              io.Reader // the signed PDF
}

// Sign keeps the signed file with its hash and its two signatories.
func (s *Service) Sign(ctx context.Context, actor accounts.Actor, id string, cmd SignCommand) (*Convention, error) {
	if _, err := s.open(ctx, s.db, actor, id, PermManage); err != nil {
		return nil, err
	}
	if cmd.File == nil {
		wrong := fault.Fields{}
		wrong.Add("file", "Joignez le fichier signé.", "Attach the signed file.")
		return nil, wrong.Err()
	}
	if cmd.SignedOn > s.today() {
		wrong := fault.Fields{}
		wrong.Add("signed_on", "La signature ne peut pas être dans le futur.", "The signature cannot be in the future.")
		return nil, wrong.Err()
	}
	blob := "funding/" + id + "/" + db.NewID()
	size, sum, err := s.files.Put(ctx, blob, cmd.File)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, fault.Invalid("Le fichier signé est vide.", "The signed file is empty.")
	}
	var c *Convention
	return c, s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		if c, err = s.open(ctx, tx, actor, id, PermManage); err != nil {
			return err
		}
		c.AgencySigns, c.StructSigns, c.SignedOn, c.FileBlob, c.FileSHA256 = strings.TrimSpace(cmd.Agency), strings.TrimSpace(cmd.Structure), cmd.SignedOn, blob, sum
		return s.move(ctx, tx, actor, c, "sign", "", "")
	})
}

// Commit reserves the money.
func (s *Service) Commit(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, actor, c, "commit", "commit", "")
	})
}

// Settle closes the convention once all is paid and nothing is claimed back.
func (s *Service) Settle(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, actor, c, "settle", "settle", "")
	})
}

// Claim asks money back, in cents, at most what was paid and not yet claimed.
func (s *Service) Claim(ctx context.Context, actor accounts.Actor, id string, cents int64, reason string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		if cents <= 0 || cents > c.Paid-c.Claimed {
			wrong := fault.Fields{}
			wrong.Add("cents", "Le reversement est au plus de ce qui a été payé ("+i18n.Euro(ctx, c.Paid-c.Claimed)+").", "The repayment is at most what was paid.")
			return wrong.Err()
		}
		c.Claimed += cents
		return s.move(ctx, tx, actor, c, "ask-repayment", "ask-repayment", reason)
	})
}

// Repaid records money that came back.
func (s *Service) Repaid(ctx context.Context, actor accounts.Actor, id string, cents int64) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermPay)
		if err != nil {
			return err
		}
		if cents <= 0 || c.Repaid+cents > c.Claimed {
			wrong := fault.Fields{}
			wrong.Add("cents", "Le montant reversé dépasse ce qui est demandé.", "The amount repaid is over what was asked.")
			return wrong.Err()
		}
		c.Repaid += cents
		if err := update(ctx, tx, c, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "repaid", c, "Reversement reçu", "", map[string]string{"cents": strconv.FormatInt(cents, 10)})
	})
}

// Amend keeps an amendment: its text, its signature day and the new end.
func (s *Service) Amend(ctx context.Context, actor accounts.Actor, id, text, endsOn, signedOn string) error {
	wrong := fault.Fields{}
	if strings.TrimSpace(text) == "" {
		wrong.Add("text", "Écrivez l’objet de l’avenant.", "Write what the amendment changes.")
	}
	for name, value := range map[string]string{"ends_on": endsOn, "signed_on": signedOn} {
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			wrong.Add(name, "Donnez une date.", "Give a date.")
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		c.EndsOn = endsOn
		if err := update(ctx, tx, c, s.now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO amendment (id, convention_id, text, ends_on, signed_on, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			db.NewID(), id, text, endsOn, signedOn, actor.ID, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "amend", c, "Avenant enregistré", text, nil)
	})
}

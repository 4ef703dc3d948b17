package consultations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Place is what the territory knows of a commune.
type Place struct{ Code, Name, Departement, Region string }

// Ground tells where a commune is.
type Ground interface {
	Commune(code string) (Place, bool)
}

// Service holds the operations of the room.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	ground Ground
}

// New makes the service.
func New(d *db.DB, c clock.Clock, g Ground) *Service { return &Service{db: d, clock: c, ground: g} }

func (s *Service) now() time.Time { return db.Now(s.clock) }

// Now is the time of the service's clock.
func (s *Service) Now() time.Time { return s.now() }

// Today is the day in Paris.
func (s *Service) Today() clock.Day { return clock.DayOf(s.now()) }

const object = "consultations.consultation"

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Consultation, action, text, reason string, details map[string]string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: object + "." + action, Object: audit.Object{Kind: object, ID: c.ID},
		Text: text + " : « " + c.Title + " »", Reason: reason, Details: details})
}

// takesPart tells whether the actor acts here: in the territory, or for one of the partners. Partner narrows to one of them.
func (c *Consultation) takesPart(actor accounts.Actor, partner string) bool {
	if actor.Can(PermTakePart, c.Scope()) {
		return true
	}
	return slices.ContainsFunc(c.Partners, func(p Partner) bool {
		return (partner == "" || p.ID == partner) && p.Structure != "" && actor.Can(PermTakePart, accounts.Scope{Structure: p.Structure})
	})
}

func (c *Consultation) readBy(actor accounts.Actor) bool {
	return slices.Contains(published, c.State) || c.takesPart(actor, "")
}

// NeedCommand spots a need.
type NeedCommand struct{ Title, Need, Speciality, Practitioner, Employer, Premises, Commune string }

// Spot records a need where care is missing.
func (s *Service) Spot(ctx context.Context, actor accounts.Actor, cmd NeedCommand) (*Consultation, error) {
	if err := actor.RequireSomewhere(PermManage); err != nil {
		return nil, err
	}
	wrong := fault.Fields{}
	if strings.TrimSpace(cmd.Title) == "" {
		wrong.Add("title", "Donnez un titre.", "Give a title.")
	}
	if strings.TrimSpace(cmd.Need) == "" {
		wrong.Add("need", "Dites le besoin.", "Say the need.")
	}
	place, ok := s.ground.Commune(strings.TrimSpace(cmd.Commune))
	if !ok {
		wrong.Add("commune", "Ce code de commune n’existe pas.", "There is no municipality with this code.")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	now := s.now()
	c := &Consultation{ID: db.NewID(), State: Need, Title: strings.TrimSpace(cmd.Title), Need: strings.TrimSpace(cmd.Need), Speciality: cmd.Speciality, Practitioner: cmd.Practitioner, Employer: cmd.Employer,
		Premises: cmd.Premises, Region: place.Region, Dept: place.Departement, Commune: place.Code, Town: place.Name, Since: now, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := actor.Require(PermManage, c.Scope()); err != nil {
		return nil, err
	}
	return c, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "spot", "Besoin repéré", "", nil)
	})
}

// change opens a consultation to whoever takes part (or to its officers, when manage), changes it and writes it.
func (s *Service) change(ctx context.Context, actor accounts.Actor, id, partner string, manage bool, change func(tx *db.Tx, c *Consultation) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.readBy(actor) {
			return unknown()
		}
		if manage {
			err = actor.Require(PermManage, c.Scope())
		} else if !c.takesPart(actor, partner) {
			err = fault.Forbidden("Chaque partenaire n’engage que lui-même.", "Each partner commits only itself.")
		}
		if err != nil {
			return err
		}
		if err := change(tx, c); err != nil {
			return err
		}
		return update(ctx, tx, c, s.now())
	})
}

// Invite brings a partner to the table. Structure is the institution's identifier, or "" when it has no account.
func (s *Service) Invite(ctx context.Context, actor accounts.Actor, id, name, structure string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		wrong := fault.Fields{}
		wrong.Add("name", "Nommez le partenaire.", "Name the partner.")
		return wrong.Err()
	}
	return s.change(ctx, actor, id, "", true, func(tx *db.Tx, c *Consultation) error {
		if err := insertPartner(ctx, tx, Partner{ID: db.NewID(), ConsultationID: id, Structure: strings.TrimSpace(structure), Name: name, Rank: len(c.Partners) + 1}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "invite", name+" rejoint le tour de table", "", nil)
	})
}

// Take makes a partner the owner of a facet, and says what it brings.
func (s *Service) Take(ctx context.Context, actor accounts.Actor, id, partner string, facet Facet, note string) error {
	return s.change(ctx, actor, id, partner, false, func(tx *db.Tx, c *Consultation) error {
		name, ok := c.partner(partner)
		if !ok || !facet.known() {
			return fault.Invalid("Choisissez un partenaire et une facette.", "Choose a partner and a facet.")
		}
		if err := putShare(ctx, tx, Share{id, partner, facet, strings.TrimSpace(note)}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "take", name+" porte une facette", "", map[string]string{"facet": string(facet)})
	})
}

// Leave takes a facet off a partner. An open consultation stays covered: another owner comes first.
func (s *Service) Leave(ctx context.Context, actor accounts.Actor, id, partner string, facet Facet) error {
	return s.change(ctx, actor, id, partner, false, func(tx *db.Tx, c *Consultation) error {
		name, _ := c.partner(partner)
		c.Shares = slices.DeleteFunc(c.Shares, func(x Share) bool { return x.PartnerID == partner && x.Facet == facet })
		if c.State == Open || c.State == Renewed || c.State == Convention {
			if err := shared(c); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM consultation_share WHERE partner_id = $1 AND facet = $2`, partner, string(facet)); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "leave", name+" rend une facette", "", map[string]string{"facet": string(facet)})
	})
}

func (c *Consultation) partner(id string) (string, bool) {
	for _, p := range c.Partners {
		if p.ID == id {
			return p.Name, true
		}
	}
	return "", false
}

// Move takes a consultation along its life; on is the day of the signature or of the opening, today when empty.
func (s *Service) Move(ctx context.Context, actor accounts.Actor, id, move, reason string, on clock.Day) error {
	if on == "" {
		on = s.Today()
	}
	if !on.Valid() {
		return fault.Invalid("Cette date n’existe pas.", "This date does not exist.")
	}
	return s.change(ctx, actor, id, "", true, func(tx *db.Tx, c *Consultation) error {
		roles := officer
		if actor.IsSystem() {
			roles = []accounts.Role{lifecycle.System}
		}
		next, err := Life.Check(c, c.State, move, roles, reason)
		if err != nil {
			return err
		}
		from := c.State
		c.State, c.Since = next, s.now()
		switch next {
		case Convention:
			c.SignedOn = on
		case Open:
			c.OpenedOn, c.Since = on, clock.Cut(on.Time())
		}
		c.DueAt = nil
		for _, due := range Life.Deadlines(c, next, c.Since) {
			c.DueAt = &due.At
		}
		mv, _ := Life.Move(move)
		return s.record(ctx, tx, actor, c, move, mv.Label.FR, reason, map[string]string{"from": string(from), "to": string(next)})
	})
}

// WriteReview keeps the review of the year: the one that ended when the review is open, else the running one.
func (s *Service) WriteReview(ctx context.Context, actor accounts.Actor, id, text string) error {
	if strings.TrimSpace(text) == "" {
		wrong := fault.Fields{}
		wrong.Add("review", "Écrivez le bilan.", "Write the review.")
		return wrong.Err()
	}
	return s.change(ctx, actor, id, "", true, func(tx *db.Tx, c *Consultation) error {
		c.Review, c.ReviewedOn = strings.TrimSpace(text), s.Today()
		if err := putReview(ctx, tx, YearReview{ConsultationID: id, Year: c.dueYear(s.Today()), Text: c.Review, WrittenOn: c.ReviewedOn}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c, "write-review", "Bilan écrit", "", map[string]string{"year": fmt.Sprint(c.dueYear(s.Today()))})
	})
}

// Sweep opens the reviews that fell due. It says how many.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM consultation WHERE state IN ('open', 'renewed') AND due_at <= $1 ORDER BY id`, s.now()); err != nil {
		return 0, err
	}
	for i, id := range ids {
		if err := s.Move(ctx, accounts.System("échéances"), id, "review", "", ""); err != nil {
			return i, err
		}
	}
	return len(ids), nil
}

// File is a consultation with everything that its page tells this reader.
type File struct {
	*Consultation
	Sessions        []Session      // latest first
	Years           []Year         // latest first
	DueYear         int            // the year that a review or a part is for
	Slots, Attended int            // of the sessions held
	History         []audit.Record // for those who take part
	Manages         bool
	TakesPart       bool
}

// Acts tells whether the reader may commit a partner.
func (f *File) Acts(actor accounts.Actor, partner string) bool { return f.takesPart(actor, partner) }

// Get reads a consultation.
func (s *Service) Get(ctx context.Context, actor accounts.Actor, id string) (*File, error) {
	c, err := get(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if !c.readBy(actor) {
		return nil, unknown()
	}
	f := &File{Consultation: c, Manages: actor.Can(PermManage, c.Scope()), TakesPart: c.takesPart(actor, "")}
	if f.Sessions, err = sessions(ctx, s.db, id); err != nil {
		return nil, err
	}
	parts, err := partsOf(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	f.Years, f.DueYear = years(c, f.Sessions, parts, s.Today()), c.dueYear(s.Today())
	for _, y := range f.Years {
		f.Slots, f.Attended = f.Slots+y.Slots, f.Attended+y.Attended
	}
	if f.TakesPart {
		f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: object, ID: id})
	}
	return f, err
}

// List gives the consultations that the actor may read; the room holds few.
func (s *Service) List(ctx context.Context, actor accounts.Actor, text string) ([]*Consultation, error) {
	all, err := list(ctx, s.db, text)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c *Consultation) bool { return !c.readBy(actor) }), nil
}

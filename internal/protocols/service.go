package protocols

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Service holds the operations of the room.
type Service struct {
	db    *db.DB
	clock clock.Clock
	held  Held
}

// New makes the service; held is what other rooms tell of projects.
func New(d *db.DB, c clock.Clock, held Held) *Service { return &Service{db: d, clock: c, held: held} }

func (s *Service) now() time.Time { return db.Now(s.clock) }

// Today is the day in Paris.
func (s *Service) Today() Day { return clock.DayOf(s.clock.Now()) }

const object = "protocols.protocol"

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, p *Protocol, action, text, reason string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: object + "." + action,
		Object: audit.Object{Kind: object, ID: p.ID}, Text: text, Reason: strings.TrimSpace(reason)})
}

// SignCommand records a protocol that the parties signed.
type SignCommand struct {
	Region                 string
	PartnerID, PartnerName string
	Title, Purpose         i18n.Text
	Signed, Ends           Day
}

func (s *Service) check(cmd SignCommand) error {
	wrong := fault.Fields{}
	words(wrong, "title", cmd.Title.FR, 3, 200)
	words(wrong, "purpose", cmd.Purpose.FR, 10, 2000)
	if cmd.PartnerID == "" || cmd.PartnerName == "" {
		wrong.Add("partner", "Choisissez l’autre partie dans la liste.", "Choose the other party in the list.")
	}
	if !cmd.Signed.Valid() || cmd.Signed > s.Today() {
		wrong.Add("signed", "Donnez le jour de la signature, qui n’est pas à venir.", "Give the day of signing, which is not to come.")
	}
	if !cmd.Ends.Valid() || cmd.Ends <= cmd.Signed {
		wrong.Add("ends", "La fin du terme suit la signature.", "The end of the term comes after the signing.")
	}
	return wrong.Err()
}

func words(wrong fault.Fields, field, text string, least, most int) {
	if n := len([]rune(strings.TrimSpace(text))); n < least || n > most {
		wrong.Add(field, fmt.Sprintf("Écrivez de %d à %d caractères.", least, most), fmt.Sprintf("Write %d to %d characters.", least, most))
	}
}

// Sign records a protocol, in its first state.
func (s *Service) Sign(ctx context.Context, actor accounts.Actor, cmd SignCommand) (*Protocol, error) {
	now := s.now()
	p := &Protocol{ID: db.NewID(), State: Signed, Since: now, Region: cmd.Region, PartnerID: cmd.PartnerID, PartnerName: cmd.PartnerName,
		Signed: cmd.Signed, Ends: cmd.Ends, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := actor.Require(PermManage, p.Scope()); err != nil {
		return nil, err
	}
	if err := s.check(cmd); err != nil {
		return nil, err
	}
	p.Content.V = Content{Title: trim(cmd.Title), Purpose: trim(cmd.Purpose), Terms: []Term{{cmd.Signed, cmd.Ends}}}
	return p, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p, "sign", "A enregistré le protocole « "+p.Content.V.Title.FR+" », signé avec « "+p.PartnerName+" ».", "")
	})
}

func trim(t i18n.Text) i18n.Text {
	t.FR, t.EN = strings.TrimSpace(t.FR), strings.TrimSpace(t.EN)
	if t.EN == "" {
		t.EN = t.FR
	}
	return t
}

// change is the frame of every write: read, permission, version, change, write.
func (s *Service) change(ctx context.Context, actor accounts.Actor, id string, version int, perm accounts.Permission, do func(tx *db.Tx, p *Protocol) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := actor.Require(perm, p.Scope()); err != nil {
			return err
		}
		if version != p.Version {
			return stale()
		}
		p.UpdatedAt = s.now()
		if err := do(tx, p); err != nil {
			return err
		}
		return update(ctx, tx, p)
	})
}

// AddAxis writes an axis, while the axes are being settled.
func (s *Service) AddAxis(ctx context.Context, actor accounts.Actor, id string, version int, title i18n.Text) error {
	return s.change(ctx, actor, id, version, PermManage, func(tx *db.Tx, p *Protocol) error {
		if err := writable(p, "axis", states{Signed}); err != nil {
			return err
		}
		wrong := fault.Fields{}
		words(wrong, "axis", title.FR, 3, 200)
		if err := wrong.Err(); err != nil {
			return err
		}
		p.Content.V.Axes = append(p.Content.V.Axes, Axis{ID: db.NewID(), Title: trim(title)})
		return s.record(ctx, tx, actor, p, "axis", "A écrit l’axe « "+strings.TrimSpace(title.FR)+" ».", "")
	})
}

// AddAction writes an action of an axis, until the projects end.
func (s *Service) AddAction(ctx context.Context, actor accounts.Actor, id string, version int, axis string, title i18n.Text, source string) error {
	return s.change(ctx, actor, id, version, PermManage, func(tx *db.Tx, p *Protocol) error {
		if err := writable(p, "action", states{Signed, Axes, Actions, Projects}); err != nil {
			return err
		}
		wrong := fault.Fields{}
		words(wrong, "action", title.FR, 3, 200)
		at := p.Axis(axis)
		if at == nil {
			wrong.Add("axis_id", "Choisissez l’axe dans la liste.", "Choose the axis in the list.")
		}
		known, err := s.held.Sources(ctx, p.Region)
		if err != nil {
			return err
		}
		if source != "" && !slices.ContainsFunc(known, func(k Source) bool { return k.ID == source }) {
			wrong.Add("source", "Choisissez dans la liste d’où viennent les projets.", "Choose in the list where projects come from.")
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		at.Actions = append(at.Actions, Action{ID: db.NewID(), Title: trim(title), Source: source})
		return s.record(ctx, tx, actor, p, "action", "A écrit l’action « "+strings.TrimSpace(title.FR)+" ».", "")
	})
}

// Remove takes an axis or an action out, while it may be written. The record keeps what it was.
func (s *Service) Remove(ctx context.Context, actor accounts.Actor, id string, version int, what string) error {
	return s.change(ctx, actor, id, version, PermManage, func(tx *db.Tx, p *Protocol) error {
		c := &p.Content.V
		if i := slices.IndexFunc(c.Axes, func(a Axis) bool { return a.ID == what }); i >= 0 {
			if err := writable(p, "axis", states{Signed}); err != nil {
				return err
			}
			title := c.Axes[i].Title.FR
			c.Axes = slices.Delete(c.Axes, i, i+1)
			return s.record(ctx, tx, actor, p, "axis", "A retiré l’axe « "+title+" ».", "")
		}
		for k := range c.Axes {
			i := slices.IndexFunc(c.Axes[k].Actions, func(a Action) bool { return a.ID == what })
			if i < 0 {
				continue
			}
			if err := writable(p, "action", states{Signed, Axes}); err != nil {
				return err
			}
			title := c.Axes[k].Actions[i].Title.FR
			c.Axes[k].Actions = slices.Delete(c.Axes[k].Actions, i, i+1)
			return s.record(ctx, tx, actor, p, "action", "A retiré l’action « "+title+" ».", "")
		}
		return fault.NotFound("Cet axe ou cette action n’existe plus.", "This axis or action no longer exists.")
	})
}

func writable(p *Protocol, what string, in states) error {
	if slices.Contains(in, p.State) {
		return nil
	}
	return fault.Refused("protocols.protocol: "+what, "Cela ne se change plus dans l’état « "+Life.Label(p.State).FR+" » ; rien n’a changé.",
		"This can no longer be changed in the state “"+Life.Label(p.State).EN+"”; nothing has changed.")
}

// WriteWord keeps the word of the actor's side in the open review: the agency's for officers, the partner's for the partner.
func (s *Service) WriteWord(ctx context.Context, actor accounts.Actor, id string, version int, text string) error {
	return s.change(ctx, actor, id, version, PermMove, func(tx *db.Tx, p *Protocol) error {
		r := p.Open()
		if r == nil {
			return writable(p, "word", nil)
		}
		wrong := fault.Fields{}
		words(wrong, "word", text, 10, 5000)
		if err := wrong.Err(); err != nil {
			return err
		}
		said := "A écrit le bilan de l’ARS."
		if actor.Can(PermManage, p.Scope()) {
			r.AgencyWord = strings.TrimSpace(text)
		} else {
			r.PartnerWord, said = strings.TrimSpace(text), "A écrit le bilan de « "+p.PartnerName+" »."
		}
		if err := updateReview(ctx, tx, *r); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p, "word", said, "")
	})
}

// MoveCommand moves a protocol on. Ends is the end of the new term, for a renewal.
type MoveCommand struct {
	ID, Move, Reason string
	Version          int
	Ends             Day
}

// Move moves a protocol on. Refusals name the machine, the move and what is missing.
func (s *Service) Move(ctx context.Context, actor accounts.Actor, cmd MoveCommand) error {
	return s.change(ctx, actor, cmd.ID, cmd.Version, PermMove, func(tx *db.Tx, p *Protocol) error {
		if cmd.Ends.Valid() {
			p.renewal = cmd.Ends
		}
		next, err := Life.Check(p, p.State, cmd.Move, RolesOn(actor, p.Scope()), cmd.Reason)
		if err != nil {
			return err
		}
		if err := s.enter(ctx, tx, p, cmd.Move); err != nil {
			return err
		}
		p.State, p.Since = next, s.now()
		mv, _ := Life.Move(cmd.Move)
		return s.record(ctx, tx, actor, p, cmd.Move, mv.Label.FR+" : le protocole est « "+Life.Label(next).FR+" ».", cmd.Reason)
	})
}

// enter does what a move brings: a review opens, or closes with its figures; a renewal begins a term.
func (s *Service) enter(ctx context.Context, tx *db.Tx, p *Protocol, move string) error {
	switch move {
	case "review":
		return addReview(ctx, tx, Review{ID: db.NewID(), ProtocolID: p.ID, Opened: s.Today()})
	case "renew":
		p.Content.V.Terms = append(p.Content.V.Terms, Term{s.Today(), p.renewal})
		p.Ends = p.renewal
	case "reviewed":
	default:
		return nil
	}
	figures, _, err := s.figures(ctx, p, s.Today())
	if err != nil {
		return err
	}
	r := p.Open()
	r.Closed, r.Figures.V = s.Today(), figures
	return updateReview(ctx, tx, *r)
}

// File is a protocol with what its page tells this reader.
type File struct {
	*Protocol
	Figures  Figures
	Sources  []Source
	Projects []Project // those of the reader's territory
	Detail   bool
	Manages  bool
	Party    bool
	History  []audit.Record // with Detail
}

// Source is a source of projects; its identifier alone when no room tells of it any more.
func (f *File) Source(id string) Source {
	if i := slices.IndexFunc(f.Sources, func(s Source) bool { return s.ID == id }); i >= 0 {
		return f.Sources[i]
	}
	return Source{ID: id, Label: i18n.Text{FR: id, EN: id}}
}

// Get reads a protocol: everybody reads its axes, counts and closed reviews, the parties the rest.
func (s *Service) Get(ctx context.Context, actor accounts.Actor, id string) (*File, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, err
	}
	p, err := get(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	f := &File{Protocol: p, Detail: actor.Can(PermDetail, p.Scope()), Manages: actor.Can(PermManage, p.Scope()), Party: actor.Can(PermParty, p.Scope())}
	if f.Sources, err = s.held.Sources(ctx, p.Region); err != nil {
		return nil, err
	}
	if f.Figures, f.Projects, err = s.figures(ctx, p, s.Today()); err != nil {
		return nil, err
	}
	f.Projects = slices.DeleteFunc(f.Projects, func(x Project) bool {
		return !actor.Can(PermDetail, accounts.Scope{Region: p.Region, Departement: x.Departement, Structure: p.PartnerID})
	})
	if !f.Detail {
		p.Reviews = slices.DeleteFunc(p.Reviews, func(r Review) bool { return r.Closed == "" })
		return f, nil
	}
	f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: object, ID: id})
	return f, err
}

// List gives every protocol with its figures, oldest first. Anybody may.
func (s *Service) List(ctx context.Context, actor accounts.Actor) ([]*File, error) {
	ids, err := list(ctx, s.db)
	if err != nil {
		return nil, err
	}
	all := make([]*File, len(ids))
	for i, id := range ids {
		if all[i], err = s.Get(ctx, actor, id); err != nil {
			return nil, err
		}
	}
	return all, nil
}

package initiatives

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Service holds the operations of the room.
type Service struct {
	db    *db.DB
	clock clock.Clock
}

// New makes the service.
func New(d *db.DB, c clock.Clock) *Service { return &Service{db: d, clock: c} }

func (s *Service) now() time.Time { return db.Now(s.clock) }

const object = "initiatives.initiative"

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, x *Initiative, action, text, reason string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: object + "." + action, Object: audit.Object{Kind: object, ID: x.ID},
		Text: text + " : « " + x.Content.V.Title.FR + " »", Reason: reason})
}

// WriteCommand spots an initiative, or changes its card.
type WriteCommand struct {
	Slug                string // of a new one
	Region, Departement string // of a new one; no département: the whole region
	Content             Content
	Version             int // of the one that is changed
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c WriteCommand) check(fresh bool) error {
	wrong := fault.Fields{}
	if fresh && !slugForm.MatchString(c.Slug) {
		wrong.Add("slug", "Donnez une adresse courte : minuscules sans accent, chiffres et tirets.", "Give a short address: lower-case letters, digits and hyphens.")
	}
	if strings.TrimSpace(c.Content.Title.FR) == "" {
		wrong.Add("title_fr", "Donnez un titre.", "Give a title.")
	}
	if strings.TrimSpace(c.Content.Summary.FR) == "" {
		wrong.Add("summary_fr", "Résumez l’initiative.", "Summarise the initiative.")
	}
	for _, e := range c.Content.Evidence {
		if strings.TrimSpace(e.Source) == "" {
			wrong.Add("evidence", "Chaque fait a sa source.", "Each fact has its source.")
		}
	}
	for field, all := range map[string][]Reference{"see": c.Content.See, "funding": c.Content.Funding} {
		if slices.ContainsFunc(all, func(r Reference) bool { return !r.local() }) {
			wrong.Add(field, "Chaque ligne a un libellé et une adresse de ce site, qui commence par « / ».", "Each line has a label and an address of this site, which begins with “/”.")
		}
	}
	return wrong.Err()
}

// local tells whether a reference has a label and leads to a page of this site.
func (r Reference) local() bool {
	return r.Label.FR != "" && strings.HasPrefix(r.Href, "/") && !strings.HasPrefix(r.Href, "//") && !strings.Contains(r.Href, "\\")
}

// Spot records an initiative.
func (s *Service) Spot(ctx context.Context, actor accounts.Actor, cmd WriteCommand) (*Initiative, error) {
	now := s.now()
	x := &Initiative{ID: db.NewID(), Slug: cmd.Slug, State: Spotted, Region: cmd.Region, Dept: cmd.Departement, Since: now, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := actor.Require(PermManage, x.Scope()); err != nil {
		return nil, err
	}
	if err := cmd.check(true); err != nil {
		return nil, err
	}
	x.Content.V = cmd.Content
	return x, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insert(ctx, tx, x); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, x, "spot", "Initiative repérée", "")
	})
}

// change opens an initiative to an officer of its territory, changes it and writes it.
func (s *Service) change(ctx context.Context, actor accounts.Actor, slug string, change func(tx *db.Tx, x *Initiative) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		x, err := s.read(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		if err := actor.Require(PermManage, x.Scope()); err != nil {
			return err
		}
		if err := change(tx, x); err != nil {
			return err
		}
		return update(ctx, tx, x, s.now())
	})
}

// Edit changes the card.
func (s *Service) Edit(ctx context.Context, actor accounts.Actor, slug string, cmd WriteCommand) error {
	if err := cmd.check(false); err != nil {
		return err
	}
	return s.change(ctx, actor, slug, func(tx *db.Tx, x *Initiative) error {
		if cmd.Version != x.Version {
			return stale()
		}
		copies := x.Content.V.Replications
		x.Content.V = cmd.Content
		x.Content.V.Replications = copies
		if x.Public() {
			if err := complete(x); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, x, "edit", "Fiche modifiée", "")
	})
}

// Move takes an initiative along its life. Where names the place that copied it, for the move "replicate".
func (s *Service) Move(ctx context.Context, actor accounts.Actor, slug, move, reason, where string) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, x *Initiative) error {
		if where = strings.TrimSpace(where); move == "replicate" && where != "" {
			x.Content.V.Replications = append(x.Content.V.Replications, Replication{where, clock.DayOf(s.now())})
		}
		next, err := Life.Check(x, x.State, move, officer, reason)
		if err != nil {
			return err
		}
		x.State, x.Since = next, s.now()
		mv, _ := Life.Move(move)
		return s.record(ctx, tx, actor, x, move, mv.Label.FR, reason)
	})
}

// read gives an initiative to whoever may read it: everybody when it is public.
func (s *Service) read(ctx context.Context, q db.Queryer, actor accounts.Actor, slug string) (*Initiative, error) {
	x, err := get(ctx, q, slug)
	if err != nil {
		return nil, err
	}
	if !x.Public() && !actor.Can(PermManage, x.Scope()) {
		return nil, unknown()
	}
	return x, nil
}

// File is an initiative with what its page tells this reader.
type File struct {
	*Initiative
	Manages bool
	History []audit.Record // for officers
}

// Get reads an initiative.
func (s *Service) Get(ctx context.Context, actor accounts.Actor, slug string) (*File, error) {
	x, err := s.read(ctx, s.db, actor, slug)
	if err != nil {
		return nil, err
	}
	f := &File{Initiative: x, Manages: actor.Can(PermManage, x.Scope())}
	if f.Manages {
		f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: object, ID: x.ID})
	}
	return f, err
}

// List gives the initiatives that the actor may read.
func (s *Service) List(ctx context.Context, actor accounts.Actor, text string) ([]*Initiative, error) {
	all, err := list(ctx, s.db, text)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(x *Initiative) bool { return !x.Public() && !actor.Can(PermManage, x.Scope()) }), nil
}

// Citing gives the public initiatives that lead to a page, or to one below it.
func (s *Service) Citing(ctx context.Context, page string) ([]*Initiative, error) {
	all, err := list(ctx, s.db, "")
	if err != nil {
		return nil, err
	}
	cites := func(r Reference) bool { return r.Href == page || strings.HasPrefix(r.Href, page+"/") }
	return slices.DeleteFunc(all, func(x *Initiative) bool { return !x.Public() || !slices.ContainsFunc(x.Content.V.See, cites) }), nil
}

package posts

import (
	"context"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
)

// Site is what the territory knows of a commune on a day.
type Site struct {
	Code, Name, Departement, Region string
	// Zone is ZIP, ZAC or HZ; QPV are the codes of its priority neighbourhoods. Note says how the zone is known.
	Zone, Note string
	QPV        []string
}

// Ground tells where a commune is and how it stands.
type Ground interface {
	Site(ctx context.Context, code string, at time.Time) (Site, error) // fault.KindNotFound for an unknown code
}

// SiteFTE is full-time equivalents at a commune.
type SiteFTE struct {
	Code, Name string
	FTE        float64
}

// Effect is what full-time equivalents at sites change in a region's access (APL).
type Effect struct {
	Sites []SiteEffect
	// Lifted are the inhabitants who pass the threshold of 2.5 consultations a year; Changed, the communes whose access moves.
	Lifted, Changed int
	Notes           []string
}

// SiteEffect is access at a site without and with the post.
type SiteEffect struct {
	SiteFTE
	Before, After float64
}

// Access computes the effect of posts.
type Access interface {
	Effect(ctx context.Context, region string, sites []SiteFTE) (Effect, error)
}

// Letters sends a message to an address, through a job of the transaction.
type Letters interface {
	Send(ctx context.Context, tx *db.Tx, to string, subject, body i18n.Text, link string) error
}

// Service holds the operations of the room.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	ground  Ground
	access  Access
	letters Letters
}

// New makes the service.
func New(d *db.DB, c clock.Clock, g Ground, a Access, l Letters) *Service {
	return &Service{db: d, clock: c, ground: g, access: a, letters: l}
}

func (s *Service) now() time.Time { return db.Now(s.clock) }

// Today is the day in Paris.
func (s *Service) Today() clock.Day { return clock.DayOf(s.now()) }

// objects of the record.
const (
	sharedObject = "posts.shared"
	gpObject     = "posts.recruitment"
)

func (s *Service) record(ctx context.Context, tx *db.Tx, actor accounts.Actor, kind, id, action, text, reason string, details map[string]string) error {
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: kind + "." + action,
		Object: audit.Object{Kind: kind, ID: id}, Text: text, Reason: reason, Details: details})
}

// roles are what an actor is on a post.
func roles(actor accounts.Actor, at accounts.Scope) []accounts.Role {
	var all []accounts.Role
	if actor.IsSystem() {
		all = append(all, lifecycle.System)
	}
	if actor.Can(PermManage, at) {
		all = append(all, accounts.RoleOfficer)
	}
	if actor.Can(PermApply, at) && !actor.Can(PermManage, at) {
		all = append(all, accounts.RoleApplicant)
	}
	return all
}

// firstDue is the soonest deadline of a state.
func firstDue[S any](m *lifecycle.Machine[S, accounts.Role], subject S, state lifecycle.State, since time.Time) *time.Time {
	for _, due := range m.Deadlines(subject, state, since) {
		return &due.At
	}
	return nil
}

// rppsOf reads a doctor's number, or refuses it at its field.
func rppsOf(wrong fault.Fields, field, text string) string {
	n, err := identifier.Parse(identifier.RPPS, text)
	if err != nil {
		wrong.Add(field, "Donnez un numéro RPPS : 11 chiffres.", "Give an RPPS number: 11 digits.")
		return ""
	}
	return n.Value
}

// sirenOf reads the number of a legal entity, or refuses it at its field.
func sirenOf(wrong fault.Fields, field, text string) string {
	siren := strings.Join(strings.Fields(text), "")
	if len(siren) != 9 || strings.Trim(siren, "0123456789") != "" || !identifier.Luhn(siren) {
		wrong.Add(field, "Donnez le SIREN du partenaire : 9 chiffres, dont la clé tombe juste.", "Give the partner's SIREN: 9 digits with a right key.")
		return ""
	}
	return siren
}

func dayOf(wrong fault.Fields, field, text string) clock.Day {
	d := clock.Day(strings.TrimSpace(text))
	if !d.Valid() {
		wrong.Add(field, "Donnez une date.", "Give a date.")
	}
	return d
}

// history is what happened to a post, oldest first.
func (s *Service) history(ctx context.Context, kind, id string) ([]audit.Record, error) {
	return audit.Timeline(ctx, s.db, audit.Object{Kind: kind, ID: id})
}

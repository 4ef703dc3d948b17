package posts

import (
	"context"
	"io"
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
	// Around are the communes that gain most beside the sites, the greatest gain first.
	Around []SiteEffect
	// Lifted are the inhabitants who pass the threshold of 2.5 consultations a year; Changed, the communes whose access moves.
	Lifted, Changed int
	Notes           []string
}

// SiteEffect is access at a commune without and with the post.
type SiteEffect struct {
	SiteFTE
	Before, After float64
	Zone          string // ZIP, ZAC or HZ
	QPV           []string
	Population    int
}

// Access computes the effect of posts.
type Access interface {
	Effect(ctx context.Context, region string, sites []SiteFTE) (Effect, error)
}

// Letters sends a message to an address, through a job of the transaction.
type Letters interface {
	Send(ctx context.Context, tx *db.Tx, to string, subject, body i18n.Text, link string) error
}

// Application is an application to a call for shared posts, as the room of calls knows it.
type Application struct {
	ID, Number, Title, Call string
	Kind                    Kind
	Structure, Email        string
	Commune                 string
	StartsOn                clock.Day
	Shares                  []Share
	Granted                 bool
	Cents                   int64 // granted
	// Agreement is the convention drawn from the grant; nil when there is none.
	Agreement *Agreement
}

// Agreement is the convention behind a grant.
type Agreement struct {
	ID, Number    string
	State         i18n.Text
	SignedOn      clock.Day
	Granted, Paid int64
}

// Applications tells of applications to calls, to whoever may read them.
type Applications interface {
	Application(ctx context.Context, actor accounts.Actor, id string) (Application, error)
}

// People tells whom to write to at the agency.
type People interface {
	Officers(ctx context.Context, at accounts.Scope) ([]string, error)
}

// Files keeps documents.
type Files interface {
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// Needs is what the room is given.
type Needs struct {
	Ground       Ground
	Access       Access
	Letters      Letters
	Applications Applications
	People       People
	Files        Files
}

// Service holds the operations of the room.
type Service struct {
	db    *db.DB
	clock clock.Clock
	needs Needs
}

// New makes the service.
func New(d *db.DB, c clock.Clock, n Needs) *Service { return &Service{db: d, clock: c, needs: n} }

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

package calls

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Place is what the territory knows of a commune on a day.
type Place struct {
	Code, Name, Departement, Region string
	Freeze
}

// Territory tells where a commune is and in which zone.
type Territory interface {
	Place(ctx context.Context, code string, at time.Time) (Place, error) // fault.KindNotFound for an unknown code
}

// Rules tells which rule versions bear on a programme, and the most it may grant in a zone, in cents (0: nothing says).
type Rules interface {
	Of(ctx context.Context, p Programme, zone string, at time.Time) (rules []Rule, capCents int64, err error)
}

// Files keeps documents. Put returns the size in bytes and the SHA-256 in hexadecimal.
type Files interface {
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// Post sends a message to an address, through a job of the transaction. Subjects and bodies hold no health data.
type Post interface {
	Send(ctx context.Context, tx *db.Tx, to string, subject, body i18n.Text, link string) error
}

// Service holds the operations of the room.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	territory  Territory
	rules      Rules
	files      Files
	post       Post
	scenarios  Scenarios
	structures Structures
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t Territory, r Rules, f Files, p Post) *Service {
	return &Service{db: d, clock: c, territory: t, rules: r, files: f, post: p}
}

func (s *Service) now() time.Time { return db.Now(s.clock) }

// Today is the day it is in Paris, as 2026-11-22.
func (s *Service) Today() string { return string(clock.DayOf(s.clock.Now())) }

// Reader is who opens a dossier: an actor, and the keys that their browser holds (see Keys).
type Reader struct {
	accounts.Actor
	Key string
}

func hashKey(key string) string {
	sum := sha256.Sum256([]byte("dossier:" + key))
	return hex.EncodeToString(sum[:])
}

// owns tells whether the reader is the author of a dossier, by account or by key.
func (r Reader) owns(d *Dossier) bool {
	if r.ID != "" && r.ID == d.OwnerID {
		return true
	}
	for _, key := range r.Keys() {
		if d.KeyHash == hashKey(key) {
			return true
		}
	}
	return false
}

// role gives the roles that the reader plays on a dossier: applicant for its author and those who may edit it, officer in the territory.
func (s *Service) role(ctx context.Context, q db.Queryer, r Reader, d *Dossier) ([]accounts.Role, error) {
	if r.IsSystem() {
		return []accounts.Role{lifecycle.System, accounts.RoleOfficer}, nil
	}
	var roles []accounts.Role
	right, err := s.right(ctx, q, r, d)
	if err != nil {
		return nil, err
	}
	if right.Covers(RightEdit) {
		roles = append(roles, accounts.RoleApplicant)
	}
	if d.State != Draft && r.Can(PermInstruct, d.Scope()) {
		roles = append(roles, accounts.RoleOfficer)
	}
	return roles, nil
}

// open reads a dossier for a reader who plays one of the roles on it; whoever plays none is told that it does not exist.
func (s *Service) open(ctx context.Context, q db.Queryer, r Reader, id string, as ...accounts.Role) (*Dossier, []accounts.Role, error) {
	d, err := getDossier(ctx, q, id)
	if err != nil {
		return nil, nil, err
	}
	roles, err := s.role(ctx, q, r, d)
	if err != nil {
		return nil, nil, err
	}
	for _, role := range roles {
		for _, wanted := range as {
			if role == wanted {
				return d, roles, nil
			}
		}
	}
	return nil, nil, unknownDossier()
}

// move takes a dossier from its state to another one: the table decides, the record keeps who, when, why.
func (s *Service) move(ctx context.Context, tx *db.Tx, r Reader, d *Dossier, roles []accounts.Role, move, reason string, details map[string]string) error {
	next, err := DossierLife.Check(d, d.State, move, roles, reason)
	if err != nil {
		return err
	}
	now := s.now()
	from := d.State
	d.State, d.Since, d.DueAt = next, now, nil
	for _, due := range DossierLife.Deadlines(d, next, now) {
		if d.DueAt == nil || due.At.Before(*d.DueAt) {
			d.DueAt = &due.At
		}
	}
	d.hear(move, now)
	if err := updateDossier(ctx, tx, d, now); err != nil {
		return err
	}
	if details == nil {
		details = map[string]string{}
	}
	details["from"], details["to"] = string(from), string(next)
	mv, _ := DossierLife.Move(move)
	return s.record(ctx, tx, r, "calls.dossier."+move, "calls.dossier", d.ID, mv.Label.FR+" : dossier "+d.Number, reason, details)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, r Reader, action, kind, id, text, reason string, details map[string]string) error {
	who := audit.Actor{ID: r.ID, Name: r.Name}
	if r.Anonymous() {
		who = audit.Actor{ID: "dossier:" + id, Name: "Auteur du dossier, sans compte"}
	}
	return audit.Append(ctx, tx, audit.Entry{At: s.now(), Actor: who, Action: action, Object: audit.Object{Kind: kind, ID: id}, Text: text, Reason: reason, Details: details})
}

func cents(n int64) string { return strconv.FormatInt(n, 10) }

func mustReason(reason string) error {
	if reason == "" {
		wrong := fault.Fields{}
		wrong.Add("reason", "Donnez un motif : il sera lu par le demandeur et gardé au dossier.", "Give a reason: the applicant will read it and it stays in the file.")
		return wrong.Err()
	}
	return nil
}

// Now is the time by which windows and deadlines are read.
func (s *Service) Now() time.Time { return s.now() }

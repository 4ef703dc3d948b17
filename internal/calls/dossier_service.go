package calls

import (
	"context"
	"io"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/papers"
)

// The answers that every form shares, under these names: they give a dossier its title, place, structure and amounts.
const (
	AnswerTitle     = "title"
	AnswerEmail     = "email"
	AnswerCommune   = "commune"
	AnswerStructure = "structure"
	AnswerRequested = "requested"
	TableCosts      = "costs"   // column "amount"
	TableFunders    = "funders" // column "amount"
)

// Start begins a dossier on an open call. Without an account the caller gives a fresh random key and keeps it: it opens the dossier.
// prefill holds what is already known (say once): structure, commune, diagnosis of the territory.
func (s *Service) Start(ctx context.Context, r Reader, callID string, prefill Answers) (*Dossier, error) {
	c, err := s.Call(ctx, r.Actor, callID)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if !c.Open(now) {
		return nil, closed(c)
	}
	const shortest = 20
	if r.Anonymous() && (r.Key == "" || len(r.Keys()[0]) < shortest) {
		return nil, accounts.Unauthenticated()
	}
	d := &Dossier{ID: db.NewID(), CallID: c.ID, Programme: c.Programme, State: Draft, Region: c.Region, OwnerID: r.ID, Since: now, Version: 1, CreatedAt: now, UpdatedAt: now}
	if r.Anonymous() {
		d.KeyHash = hashKey(r.Keys()[0])
	}
	d.Answers.V = Answers{}
	for k, v := range prefill {
		d.Answers.V[k] = v
	}
	d.Number = "brouillon-" + d.ID
	if err := s.sayOnce(ctx, r, d.Answers.V); err != nil {
		return nil, err
	}
	d.Structure = strings.TrimSpace(d.Answers.V[AnswerStructure])
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		s.derive(ctx, d)
		if err := insertDossier(ctx, tx, d); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.start", "calls.dossier", d.ID, "Dossier commencé : "+c.Title.V.FR, "", nil)
	})
	return d, err
}

func closed(c *Call) error {
	when := i18n.DateTime(context.Background(), c.ClosesAt)
	whenEN := i18n.DateTime(i18n.With(context.Background(), i18n.EN), c.ClosesAt)
	return fault.Refused("call-window", "Cet appel n’accepte pas de dépôt en ce moment (clôture : "+when+", heure de Paris). Ce que vous avez saisi reste enregistré.",
		"This call takes no application now (closing: "+whenEN+", Paris time). What you typed stays recorded.")
}

// derive copies to columns what the shared answers say: title, address, place, amounts. What cannot be read yet stays as it was.
func (s *Service) derive(ctx context.Context, d *Dossier) {
	a := d.Answers.V
	d.Title = strings.TrimSpace(a[AnswerTitle])
	if email := strings.TrimSpace(a[AnswerEmail]); email != "" {
		d.Email = email
	}
	if code := a[AnswerCommune]; code != d.Commune && d.FiledAt == nil { // once filed, the place is that of the frozen zone
		if place, err := s.territory.Place(ctx, code, s.now()); err == nil {
			d.Commune, d.Dept, d.Region = place.Code, place.Departement, place.Region
		}
	}
	env := environment(a)
	d.Eligible = int64(env.Sum(TableCosts, "amount"))
	d.Requested = int64(env.Cents(AnswerRequested))
}

// Save keeps what was typed, field by field: a value sent replaces the one before, an absent one stays. Several people may type in
// different fields at once. Nothing is validated away: any text is kept as typed.
func (s *Service) Save(ctx context.Context, r Reader, id string, typed Answers) (*Dossier, error) {
	var d *Dossier
	for attempt := 0; ; attempt++ {
		err := s.db.InTx(ctx, func(tx *db.Tx) (err error) {
			if d, _, err = s.open(ctx, tx, r, id, accounts.RoleApplicant); err != nil {
				return err
			}
			if d.State != Draft && d.State != ToComplete {
				return fault.Refused("dossier-filed", "Ce dossier est déposé : il ne se modifie plus, sauf si une correction vous est demandée.", "This application is filed: it changes no more, unless a correction is asked.")
			}
			before := d.Answers.V[AnswerStructure]
			if err := merge(d.Answers.V, typed); err != nil {
				return err
			}
			if after := d.Answers.V[AnswerStructure]; after != before {
				d.Structure, d.StructureConfirmed = strings.TrimSpace(after), false
			}
			s.derive(ctx, d)
			return updateDossier(ctx, tx, d, s.now())
		})
		const enough = 5
		if !fault.Is(err, fault.KindConflict) || attempt == enough {
			return d, err
		}
	}
}

func merge(kept, typed Answers) error {
	const maxKeys = 3000
	for key, value := range typed {
		if len(key) > 200 || len(value) > 2*maxAnswer {
			return fault.New(fault.KindTooLarge, i18n.Text{FR: "Une réponse est trop longue ; les autres n’ont pas été touchées.", EN: "An answer is too long; the others were not touched."})
		}
		if value == "" {
			delete(kept, key)
		} else {
			kept[key] = value
		}
	}
	if len(kept) > maxKeys {
		return fault.New(fault.KindTooLarge, i18n.Text{FR: "Ce dossier a trop de lignes.", EN: "This application has too many rows."})
	}
	return nil
}

// FormOf is the form that a dossier answers: its own once filed, the call's before.
func (s *Service) FormOf(ctx context.Context, d *Dossier) (Form, error) {
	if d.Form.V != nil {
		return *d.Form.V, nil
	}
	c, err := getCall(ctx, s.db, d.CallID)
	if err != nil {
		return Form{}, err
	}
	return c.Form.V, nil
}

// File sends the dossier: complete, inside the window of the call, by its author. It freezes the form, the zone and the rules, gives
// the number and sends the receipt.
func (s *Service) File(ctx context.Context, r Reader, id string) (*Dossier, error) {
	documents, err := s.present(ctx, id)
	if err != nil {
		return nil, err
	}
	var d *Dossier
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		var roles []accounts.Role
		if d, roles, err = s.openToFile(ctx, tx, r, id); err != nil {
			return err
		}
		c, err := getCall(ctx, tx, d.CallID)
		if err != nil {
			return err
		}
		now := s.now()
		if !c.Open(now) {
			return closed(c)
		}
		missing := c.Form.V.Check(d.Answers.V, documents).Missing
		if err := s.structureKnown(ctx, c.Form.V, d, missing); err != nil {
			return err
		}
		if err := missing.Err(); err != nil {
			return err
		}
		d.StructureConfirmed = speaksFor(r.Actor, d.Structure)
		if err := s.freeze(ctx, tx, d, c, now); err != nil {
			return err
		}
		if err := exclusive(ctx, tx, d, c); err != nil {
			return err
		}
		if err := s.move(ctx, tx, r, d, roles, "file", "", map[string]string{"requested_cents": cents(d.Requested), "zone": d.Frozen.V.Zone}); err != nil {
			return err
		}
		return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : bien reçu", EN: "Application " + d.Number + ": received"},
			i18n.Text{FR: "Votre dossier a été déposé le " + i18n.DateTime(ctx, now) + ". Vous pouvez suivre son avancement à tout moment." + d.silenceSaid(ctx),
				EN: "Your application was filed. You can follow it at any time."}, "/dossiers/"+d.ID)
	})
	return d, err
}

// freeze keeps of the day what the decision will rest on (invariant 1), and what other grants take away (invariant 3).
func (s *Service) freeze(ctx context.Context, tx *db.Tx, d *Dossier, c *Call, now time.Time) error {
	place, err := s.territory.Place(ctx, d.Commune, now)
	if err != nil {
		return err
	}
	frozen := place.Freeze
	frozen.At = now
	rules, capCents, err := s.rules.Of(ctx, d.Programme, frozen.Zone, now)
	if err != nil {
		return err
	}
	frozen.Rules, frozen.Silence = rules, c.Settings.V.Silence
	form := c.Form.V
	d.Form.V, d.Frozen.V = &form, &frozen
	d.FiledAt = &now
	if d.Number, err = nextNumber(ctx, tx, d.Dept, now); err != nil {
		return err
	}
	if d.Deducted, err = deduction(ctx, tx, d); err != nil {
		return err
	}
	if limit := tighter(capCents, c.Cap); limit > 0 && d.Requested > limit-d.Deducted {
		wrong := fault.Fields{}
		wrong.Add(AnswerRequested, "Le plafond de cette aide est de "+i18n.Euro(ctx, limit)+deducted(ctx, d.Deducted)+" : demandez "+i18n.Euro(ctx, max(0, limit-d.Deducted))+" au plus.",
			"The cap of this aid is "+i18n.Euro(ctx, limit)+": ask for "+i18n.Euro(ctx, max(0, limit-d.Deducted))+" at most.")
		return wrong.Err()
	}
	return nil
}

func deducted(ctx context.Context, amount int64) string {
	if amount == 0 {
		return ""
	}
	return ", dont " + i18n.Euro(ctx, amount) + " déjà versés pour l’étude de faisabilité sont déduits"
}

// deduction sums what the same structure was granted under the programme whose aid is deducted from this one.
func deduction(ctx context.Context, q db.Queryer, d *Dossier) (int64, error) {
	info, _ := d.Programme.Info()
	if info.Deduct == "" || d.Structure == "" {
		return 0, nil
	}
	var sum int64
	err := q.GetContext(ctx, &sum, `SELECT COALESCE(SUM(granted_cents), 0) FROM dossier
		WHERE structure_id = $1 AND programme = $2 AND state IN ('granted', 'convention', 'committed', 'paying', 'settled')`, d.Structure, info.Deduct)
	return sum, err
}

// present tells which file fields of a dossier hold a document that is still valid.
func (s *Service) present(ctx context.Context, id string) (map[string]bool, error) {
	var fields []string
	err := s.db.SelectContext(ctx, &fields, `SELECT DISTINCT field FROM dossier_document WHERE dossier_id = $1 AND removed_at IS NULL AND (expires_on = '' OR expires_on >= $2)`, id, string(clock.DayOf(s.now())))
	held := map[string]bool{}
	for _, f := range fields {
		held[f] = true
	}
	return held, err
}

// Completeness says how far a dossier is.
func (s *Service) Completeness(ctx context.Context, d *Dossier) (Completeness, error) {
	form, err := s.FormOf(ctx, d)
	if err != nil {
		return Completeness{}, err
	}
	documents, err := s.present(ctx, d.ID)
	if err != nil {
		return Completeness{}, err
	}
	c := form.Check(d.Answers.V, documents)
	return c, s.structureKnown(ctx, form, d, c.Missing)
}

// Dossier reads a dossier for its author, those who may edit it, an officer of the territory or a reviewer who was asked, with the
// roles the reader plays.
func (s *Service) Dossier(ctx context.Context, r Reader, id string) (*Dossier, []accounts.Role, error) {
	d, roles, err := s.open(ctx, s.db, r, id, accounts.RoleApplicant, accounts.RoleOfficer)
	if err == nil || r.Anonymous() && r.Key == "" || !fault.Is(err, fault.KindNotFound) {
		return d, roles, err
	}
	if d, err := getDossier(ctx, s.db, id); err != nil {
		return nil, nil, err
	} else if right, err := s.right(ctx, s.db, r, d); err != nil || right.Covers(RightRead) {
		return d, nil, err
	}
	var asked int
	if err := s.db.GetContext(ctx, &asked, `SELECT COUNT(*) FROM opinion WHERE dossier_id = $1 AND $2 <> '' AND reviewer_id = $2 AND state <> 'conflict'`, id, r.ID); err != nil {
		return nil, nil, err
	}
	if asked == 0 {
		return nil, nil, unknownDossier()
	}
	d, err = getDossier(ctx, s.db, id)
	return d, []accounts.Role{accounts.RoleReviewer}, err
}

// Mine lists the dossiers of the reader: owned, shared, or opened by the key.
func (s *Service) Mine(ctx context.Context, r Reader) ([]Dossier, error) {
	hashes := r.hashes()
	return selectIn[Dossier](ctx, s.db, `SELECT `+whole+fromWhole+`WHERE (? <> '' AND owner_id = ?) OR key_hash IN (?)
		OR id IN (SELECT dossier_id FROM dossier_access WHERE revoked_at IS NULL AND joined_at IS NOT NULL AND ((? <> '' AND person_id = ?) OR (person_id = '' AND key_hash IN (?))))
		ORDER BY updated_at DESC, id LIMIT 500`, r.ID, r.ID, hashes, r.ID, r.ID, hashes)
}

// Claim gives a dossier started without an account to the account that now holds its key.
func (s *Service) Claim(ctx context.Context, r Reader) (int, error) {
	if r.Anonymous() || r.Key == "" {
		return 0, nil
	}
	ids, err := selectIn[string](ctx, s.db, `SELECT id FROM dossier WHERE key_hash IN (?) AND owner_id = ''`, r.hashes())
	if err != nil {
		return 0, err
	}
	joined, err := selectIn[string](ctx, s.db, `SELECT id FROM dossier_access WHERE key_hash IN (?) AND person_id = '' AND joined_at IS NOT NULL AND revoked_at IS NULL`, r.hashes())
	if err != nil {
		return 0, err
	}
	for _, id := range joined {
		if _, err := s.db.ExecContext(ctx, `UPDATE dossier_access SET person_id = $1 WHERE id = $2 AND person_id = ''`, r.ID, id); err != nil {
			return 0, err
		}
	}
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			d, err := getDossier(ctx, tx, id)
			if err != nil {
				return err
			}
			d.OwnerID, d.KeyHash = r.ID, ""
			if err := updateDossier(ctx, tx, d, s.now()); err != nil {
				return err
			}
			return s.record(ctx, tx, r, "calls.dossier.claim", "calls.dossier", id, "Dossier repris sous un compte", "", nil)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// Withdraw takes the application back.
func (s *Service) Withdraw(ctx context.Context, r Reader, id, reason string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.openToFile(ctx, tx, r, id)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, r, d, roles, "withdraw", reason, nil)
	})
}

// Document is one file of a dossier.
type Document struct {
	ID      string    `db:"id"`
	Field   string    `db:"field"`
	Name    string    `db:"name"`
	Kind    string    `db:"kind"`
	Size    int64     `db:"size"`
	SHA256  string    `db:"sha256"`
	Blob    string    `db:"blob"`
	Expires string    `db:"expires_on"`
	AddedAt time.Time `db:"added_at"`
}

// MaxDocument is the largest document accepted, in bytes.
const MaxDocument = papers.Most

// Attach adds a document to a dossier that its author may still change.
func (s *Service) Attach(ctx context.Context, r Reader, id, field, name string, content io.Reader) (*Document, error) {
	d, _, err := s.open(ctx, s.db, r, id, accounts.RoleApplicant)
	if err != nil {
		return nil, err
	}
	if d.State != Draft && d.State != ToComplete {
		return nil, fault.Refused("dossier-filed", "Ce dossier est déposé : aucun document ne s’y ajoute, sauf si une correction vous est demandée.", "This application is filed: no document is added, unless a correction is asked.")
	}
	return s.keep(ctx, r, d, &Document{Field: field, Name: name}, "Document joint au dossier", content)
}

// keep puts a document away, once looked at, and says it in the record.
func (s *Service) keep(ctx context.Context, r Reader, d *Dossier, doc *Document, said string, content io.Reader) (*Document, error) {
	if d.State != Draft && d.State != ToComplete {
		return nil, documentsStay()
	}
	kind, whole, err := sniff(doc.Name, content)
	if err != nil {
		return nil, err
	}
	doc.ID, doc.Kind, doc.AddedAt = db.NewID(), kind, s.now()
	doc.Blob = "calls/" + d.ID + "/" + doc.ID
	limited := &io.LimitedReader{R: whole, N: MaxDocument + 1}
	if doc.Size, doc.SHA256, err = s.files.Put(ctx, doc.Blob, limited); err != nil {
		return nil, err
	}
	if doc.Size > MaxDocument {
		return nil, tooLarge()
	}
	return doc, s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO dossier_document (id, dossier_id, field, name, kind, size, sha256, blob, expires_on, added_by, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, doc.ID, d.ID, doc.Field, doc.Name, kind, doc.Size, doc.SHA256, doc.Blob, doc.Expires, r.ID, doc.AddedAt)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.attach", "calls.dossier", d.ID, said, "", map[string]string{"sha256": doc.SHA256, "field": doc.Field})
	})
}

// Detach removes a document from view; the record of it stays.
func (s *Service) Detach(ctx context.Context, r Reader, id, documentID string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant)
		if err != nil {
			return err
		}
		if d.State != Draft && d.State != ToComplete {
			return fault.Refused("dossier-filed", "Ce dossier est déposé : ses documents restent.", "This application is filed: its documents stay.")
		}
		if err := touched(tx.ExecContext(ctx, `UPDATE dossier_document SET removed_at = $1 WHERE id = $2 AND dossier_id = $3`, s.now(), documentID, id)); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.detach", "calls.dossier", id, "Document retiré du dossier", "", nil)
	})
}

// Documents lists the documents of a dossier that the reader opened.
func (s *Service) Documents(ctx context.Context, id string) ([]Document, error) {
	return documentsOf(ctx, s.db, id)
}

func documentsOf(ctx context.Context, q db.Queryer, id string) ([]Document, error) {
	var all []Document
	err := q.SelectContext(ctx, &all, `SELECT id, field, name, kind, size, sha256, blob, expires_on, added_at FROM dossier_document
		WHERE dossier_id = $1 AND removed_at IS NULL ORDER BY added_at, id`, id)
	return all, err
}

// OpenDocument gives the content of a document to whoever may read the dossier.
func (s *Service) OpenDocument(ctx context.Context, r Reader, id, documentID string) (*Document, io.ReadCloser, error) {
	if _, _, err := s.Dossier(ctx, r, id); err != nil {
		return nil, nil, err
	}
	return s.documentOf(ctx, id, documentID)
}

func (s *Service) documentOf(ctx context.Context, id, documentID string) (*Document, io.ReadCloser, error) {
	all, err := s.Documents(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	for _, doc := range all {
		if doc.ID == documentID {
			content, err := s.files.Get(ctx, doc.Blob)
			return &doc, content, err
		}
	}
	return nil, nil, fault.NotFound("Ce document n’est plus au dossier.", "This document is no longer in the application.")
}

func tooLarge() error { return papers.TooLarge() }

// CallOf is the call that a dossier answers, for whoever opened the dossier.
func (s *Service) CallOf(ctx context.Context, d *Dossier) (*Call, error) {
	return getCall(ctx, s.db, d.CallID)
}

// History lists what the record holds of a dossier that the reader opened, oldest first.
func (s *Service) History(ctx context.Context, id string) ([]audit.Record, error) {
	return audit.Timeline(ctx, s.db, audit.Object{Kind: "calls.dossier", ID: id})
}

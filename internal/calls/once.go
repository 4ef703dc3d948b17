package calls

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// saidOnce are the answers that follow a reader from one dossier to the next.
var saidOnce = []string{"structure_name", AnswerStructure, "siret", "contact", AnswerEmail, "phone", "iban"}

// sayOnce fills, where nothing is known yet, what is known of the reader: the structure for which they may speak, what they already said
// in their latest dossier, and their account. A dossier of another structure brings nothing: it may be somebody else's.
func (s *Service) sayOnce(ctx context.Context, r Reader, a Answers) error {
	if r.IsSystem() {
		return nil
	}
	if err := s.ownStructure(ctx, r, a); err != nil {
		return err
	}
	mine, err := s.Mine(ctx, r)
	if err != nil {
		return err
	}
	for _, d := range mine {
		if known := a[AnswerStructure]; r.owns(&d) && (known == "" || known == d.Answers.V[AnswerStructure]) {
			fillIn(a, d.Answers.V)
			break
		}
	}
	fillIn(a, Answers{"contact": r.Name, AnswerEmail: r.Email})
	return nil
}

// ownStructure names the structure of an applicant who speaks for one only, when nothing names another.
func (s *Service) ownStructure(ctx context.Context, r Reader, a Answers) error {
	own := OwnStructure(r.Actor)
	if own == "" || a[AnswerStructure] != "" || a["structure_name"] != "" {
		return nil
	}
	name, err := s.StructureName(ctx, own)
	if name != "" {
		a[AnswerStructure], a["structure_name"] = own, name
	}
	return err
}

// OwnStructure is the structure of an applicant who speaks for one only; "" for others.
func OwnStructure(actor accounts.Actor) string {
	own := ""
	for _, g := range actor.Grants {
		if g.Role != accounts.RoleApplicant || g.Structure == "" || g.Structure == own {
			continue
		}
		if own != "" {
			return ""
		}
		own = g.Structure
	}
	return own
}

// fillIn copies what is said once to the answers that are still empty.
func fillIn(a, said Answers) {
	for _, name := range saidOnce {
		if a[name] == "" && said[name] != "" {
			a[name] = said[name]
		}
	}
}

// Reusable is a document of another dossier that the reader may attach again.
type Reusable struct {
	Document
	DossierID string `db:"dossier_id"`
	Number    string `db:"number"`
}

// Reusables lists the documents that the reader gave in other dossiers, still valid, latest first: nobody sends the same paper twice.
func (s *Service) Reusables(ctx context.Context, r Reader, id string) ([]Reusable, error) {
	mine, err := s.Mine(ctx, r)
	if err != nil {
		return nil, err
	}
	ids := []string{"-"}
	for _, d := range mine {
		if d.ID != id {
			ids = append(ids, d.ID)
		}
	}
	all, err := selectIn[Reusable](ctx, s.db, `SELECT dossier_document.id, field, name, kind, size, sha256, blob, expires_on, added_at, dossier_id, number
		FROM dossier_document JOIN dossier ON dossier.id = dossier_id WHERE dossier_id IN (?) AND removed_at IS NULL AND (expires_on = '' OR expires_on >= ?)
		ORDER BY added_at DESC, dossier_document.id LIMIT 200`, ids, string(clock.DayOf(s.now())))
	if err != nil {
		return nil, err
	}
	seen, once := map[string]bool{}, []Reusable{}
	for _, doc := range all {
		if !seen[doc.SHA256] {
			seen[doc.SHA256] = true
			once = append(once, doc)
		}
	}
	return once, nil
}

// Reuse attaches a document of another dossier of the reader, without sending it again.
func (s *Service) Reuse(ctx context.Context, r Reader, id, field, documentID string) error {
	all, err := s.Reusables(ctx, r, id)
	if err != nil {
		return err
	}
	for _, doc := range all {
		if doc.ID == documentID {
			return s.again(ctx, r, id, field, doc.Document)
		}
	}
	return fault.NotFound("Ce document n’est plus dans vos dossiers, ou sa validité est passée.", "This document is no longer in your applications, or has expired.")
}

func (s *Service) again(ctx context.Context, r Reader, id, field string, doc Document) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant)
		if err != nil {
			return err
		}
		if d.State != Draft && d.State != ToComplete {
			return documentsStay()
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_document (id, dossier_id, field, name, kind, size, sha256, blob, expires_on, added_by, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, db.NewID(), id, field, doc.Name, doc.Kind, doc.Size, doc.SHA256, doc.Blob, doc.Expires, r.ID, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.reuse", "calls.dossier", id, "Document repris d’un autre dossier", "", map[string]string{"sha256": doc.SHA256, "field": field})
	})
}

// Expire says until when a document is valid; a document whose day has passed is asked again.
func (s *Service) Expire(ctx context.Context, r Reader, id, documentID, on string) error {
	if _, err := time.Parse(time.DateOnly, on); on != "" && err != nil {
		wrong := fault.Fields{}
		wrong.Add("expires_on", "Écrivez une date qui existe.", "Write a date that exists.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant)
		if err != nil {
			return err
		}
		if d.State != Draft && d.State != ToComplete {
			return documentsStay()
		}
		return touched(tx.ExecContext(ctx, `UPDATE dossier_document SET expires_on = $1 WHERE id = $2 AND dossier_id = $3`, on, documentID, id))
	})
}

func documentsStay() error {
	return fault.Refused("dossier-filed", "Ce dossier est déposé : ses documents restent.", "This application is filed: its documents stay.")
}

// CarryOver starts a dossier on an open call with everything that another one of the reader's holds, documents included: for a draft
// whose call closed, or a refusal to try again.
func (s *Service) CarryOver(ctx context.Context, r Reader, id, callID string) (*Dossier, error) {
	old, _, err := s.open(ctx, s.db, r, id, accounts.RoleApplicant)
	if err != nil {
		return nil, err
	}
	documents, err := s.Documents(ctx, id)
	if err != nil {
		return nil, err
	}
	d, err := s.Start(ctx, r, callID, old.Answers.V)
	if err != nil {
		return nil, err
	}
	for _, doc := range documents {
		if err := s.again(ctx, r, d.ID, doc.Field, doc); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// OpenCallsOf lists the calls of a programme that take applications now.
func (s *Service) OpenCallsOf(ctx context.Context, p Programme) ([]Call, error) {
	var all []Call
	err := s.db.SelectContext(ctx, &all, `SELECT `+callColumns+` FROM call WHERE programme = $1 AND state = $2 AND opens_at <= $3 AND closes_at >= $3 ORDER BY closes_at, id`, p, CallPublished, s.now())
	return all, err
}

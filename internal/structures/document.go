package structures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/papers"
)

// Document is a paper that a structure gives once: dossiers reuse it while it is valid.
type Document struct {
	ID          string    `db:"id"`
	StructureID string    `db:"structure_id"`
	CaseID      string    `db:"case_id"` // of a practice in difficulty; "" otherwise
	Kind        string    `db:"kind"`
	Label       string    `db:"label"`
	FileName    string    `db:"file_name"`
	Media       string    `db:"media"`
	Size        int64     `db:"size"`
	SHA256      string    `db:"sha256"`
	Blob        string    `db:"blob"`
	Readers     Readers   `db:"readers"`
	Issued      Day       `db:"issued_on"`
	Expires     Day       `db:"expires_on"`
	AddedBy     string    `db:"added_by"`
	AddedName   string    `db:"added_name"`
	AddedAt     time.Time `db:"added_at"`
	Withdrawn   Day       `db:"withdrawn_on"`
}

// ValidOn tells whether the document may be used on a day.
func (d Document) ValidOn(day Day) bool {
	return d.Withdrawn == "" && (d.Expires == "" || day <= d.Expires)
}

// ExpiresSoon tells whether the document ends within a month of a day.
func (d Document) ExpiresSoon(day Day) bool {
	return d.ValidOn(day) && d.Expires != "" && d.Expires <= day.AddMonths(1)
}

// Readers says who may read a document.
type Readers string

// Who may read. Officers of the territory always may.
const (
	ReadOfficers  Readers = "officers"
	ReadStructure Readers = "structure" // and the structure itself
	ReadPublic    Readers = "public"
)

// ReaderRow is a choice of readers.
type ReaderRow struct {
	Readers Readers
	Label   i18n.Text
}

// ReaderRows lists the choices, in the order in which they are shown.
var ReaderRows = []ReaderRow{
	{ReadStructure, t("La structure et les agents de son territoire", "The structure and the officers of its territory")},
	{ReadOfficers, t("Les agents de son territoire seulement", "The officers of its territory only")},
	{ReadPublic, t("Tout le monde", "Everybody")},
}

// DocumentKind is what a document is. Years is how long it usually holds, proposed as its expiry; 0: it does not expire.
type DocumentKind struct {
	ID    string
	Label i18n.Text
	Years int
}

// DocumentKinds lists the kinds. How long each holds is a proposal that whoever adds the document may change.
var DocumentKinds = []DocumentKind{
	{"bank", t("Relevé d’identité bancaire (RIB)", "Bank details"), 0},
	{"siret", t("Avis de situation SIRENE", "SIRENE notice"), 1},
	{"health_project", t("Projet de santé", "Health project"), 0},
	{"validation", t("Validation du projet de santé", "Validation of the health project"), 0},
	{"statutes", t("Statuts (SISA, association…)", "Statutes (SISA, association…)"), 0},
	{"aci", t("Contrat ACI signé", "Signed ACI agreement"), 5},
	{"receipt", t("Récépissé d’ouverture et FINESS", "Opening receipt and FINESS"), 0},
	{"lease", t("Bail ou titre de propriété", "Lease or deed"), 0},
	{"accounts", t("Comptes annuels", "Yearly accounts"), 1},
	{"insurance", t("Attestation d’assurance", "Insurance certificate"), 1},
	{"members", t("Liste des professionnels", "List of professionals"), 1},
	{"audit", t("Rapport d’audit", "Audit report"), 0},
	{"plan", t("Plan d’accompagnement", "Support plan"), 0},
	{"other", t("Autre document", "Another document"), 0},
}

// DocumentKindByID finds a kind.
func DocumentKindByID(id string) (DocumentKind, bool) {
	if i := slices.IndexFunc(DocumentKinds, func(k DocumentKind) bool { return k.ID == id }); i >= 0 {
		return DocumentKinds[i], true
	}
	return DocumentKind{}, false
}

// Files keeps documents. Put returns the size in bytes and the SHA-256 in hexadecimal.
type Files interface {
	Put(ctx context.Context, id string, r io.Reader) (size int64, sha256 string, err error)
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// DocumentCommand adds a document to a structure, or to the case of a practice in difficulty.
type DocumentCommand struct {
	Structure, Case string
	Kind, Label     string
	Readers         Readers
	Issued, Expires Day
	FileName        string
	Content         io.Reader
}

func (cmd DocumentCommand) check() error {
	wrong := fault.Fields{}
	if _, ok := DocumentKindByID(cmd.Kind); !ok {
		wrong.Add("document_kind", "Choisissez la nature du document.", "Choose what the document is.")
	}
	if !slices.ContainsFunc(ReaderRows, func(r ReaderRow) bool { return r.Readers == cmd.Readers }) {
		wrong.Add("readers", "Dites qui peut lire ce document.", "Say who may read this document.")
	}
	if cmd.Issued != "" && !cmd.Issued.Valid() {
		wrong.Add("issued", "Cette date n’existe pas.", "This date does not exist.")
	}
	if cmd.Expires != "" && (!cmd.Expires.Valid() || cmd.Issued.Valid() && cmd.Expires < cmd.Issued) {
		wrong.Add("expires", "L’expiration suit la date du document.", "Expiry follows the date of the document.")
	}
	if len([]rune(cmd.Label)) > 200 {
		wrong.Add("label", "200 caractères au plus.", "200 characters at most.")
	}
	if cmd.Content == nil {
		wrong.Add("file", "Choisissez le fichier.", "Choose the file.")
	}
	return wrong.Err()
}

// AddDocument keeps a document. Officers of the territory and the structure may; in the case of a practice in difficulty, its auditor
// too. Errors: fault.Invalid by field ("file" for what cannot be kept), fault.KindTooLarge.
func (s *Service) AddDocument(ctx context.Context, actor accounts.Actor, cmd DocumentCommand) (Document, error) {
	st, err := selectStructure(ctx, s.db, cmd.Structure)
	if err != nil {
		return Document{}, err
	}
	if err := s.mayAdd(ctx, actor, st, cmd.Case); err != nil {
		return Document{}, err
	}
	if err := cmd.check(); err != nil {
		return Document{}, err
	}
	media, whole, err := papers.Sniff(cmd.FileName, cmd.Content, papers.Most)
	if err != nil {
		return Document{}, onField("file", err)
	}
	d := Document{ID: db.NewID(), StructureID: st.ID, CaseID: cmd.Case, Kind: cmd.Kind, Label: strings.TrimSpace(cmd.Label), FileName: filepath.Base(cmd.FileName),
		Media: media, Readers: cmd.Readers, Issued: cmd.Issued, Expires: cmd.Expires, AddedBy: actor.ID, AddedName: actor.Name, AddedAt: db.Now(s.clock)}
	d.Blob = "structures/" + st.ID + "/" + d.ID
	if d.Size, d.SHA256, err = s.files.Put(ctx, d.Blob, whole); err != nil {
		return Document{}, fmt.Errorf("keep the document: %w", err)
	}
	kind, _ := DocumentKindByID(d.Kind)
	return d, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertOne(ctx, tx, insertDocument, d); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "structures.document", st, fmt.Sprintf("A ajouté un document (%s).", kind.Label.FR), "")
	})
}

// onField says a refusal of the content at the field of the file; a file too large keeps its own kind.
func onField(field string, err error) error {
	var said *fault.Error
	if !errors.As(err, &said) || said.Kind != fault.KindInvalid {
		return err
	}
	wrong := fault.Fields{}
	wrong.Add(field, said.Message.FR, said.Message.EN)
	return wrong.Err()
}

func (s *Service) mayAdd(ctx context.Context, actor accounts.Actor, st Structure, caseID string) error {
	if caseID == "" {
		if st.MergedInto != "" {
			return frozen()
		}
		return actor.Require(PermWrite, st.Scope())
	}
	c, err := selectDifficulty(ctx, s.db, caseID)
	if err != nil {
		return err
	}
	if c.StructureID != st.ID {
		return unknownCase()
	}
	if len(RolesOnCase(actor, c)) == 0 {
		return actor.Require(PermWrite, st.Scope())
	}
	return nil
}

// WithdrawDocument takes a document out of use; the record of it stays.
func (s *Service) WithdrawDocument(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, st, err := s.document(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := actor.Require(PermWrite, st.Scope()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE structure_document SET withdrawn_on = $1 WHERE id = $2 AND withdrawn_on = ''", string(s.Today()), id); err != nil {
			return fmt.Errorf("withdraw the document: %w", err)
		}
		kind, _ := DocumentKindByID(d.Kind)
		return s.audit(ctx, tx, actor, "structures.document.withdraw", st, fmt.Sprintf("A retiré un document (%s).", kind.Label.FR), "")
	})
}

// OpenDocument gives the content of a document to whoever may read it; the reading of what is not public is recorded.
func (s *Service) OpenDocument(ctx context.Context, actor accounts.Actor, id string) (Document, io.ReadCloser, error) {
	d, st, err := s.document(ctx, s.db, id)
	if err != nil {
		return d, nil, err
	}
	if !s.mayRead(ctx, actor, st, d) {
		return d, nil, noDocument()
	}
	if d.Readers != ReadPublic {
		kind, _ := DocumentKindByID(d.Kind)
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			return s.audit(ctx, tx, actor, "structures.document.read", st, fmt.Sprintf("A ouvert un document (%s).", kind.Label.FR), "")
		})
		if err != nil {
			return d, nil, err
		}
	}
	content, err := s.files.Get(ctx, d.Blob)
	return d, content, err
}

func (s *Service) document(ctx context.Context, q db.Queryer, id string) (Document, Structure, error) {
	var d Document
	err := q.GetContext(ctx, &d, "SELECT "+documentColumns+" FROM structure_document WHERE id = $1 AND withdrawn_on = ''", id)
	if db.NoRows(err) {
		return d, Structure{}, noDocument()
	}
	if err != nil {
		return d, Structure{}, fmt.Errorf("read the document: %w", err)
	}
	st, err := selectStructure(ctx, q, d.StructureID)
	return d, st, err
}

// mayRead tells whether an actor may read a document: public ones everybody, others the officers of the territory, and the structure or
// the auditor of the case when it is shared with them.
func (s *Service) mayRead(ctx context.Context, actor accounts.Actor, st Structure, d Document) bool {
	if d.Readers == ReadPublic || actor.Can(permOfficer, st.Scope()) {
		return true
	}
	if d.CaseID != "" {
		c, err := selectDifficulty(ctx, s.db, d.CaseID)
		if err == nil && slices.Contains(RolesOnCase(actor, c), accounts.RoleReviewer) {
			return true
		}
	}
	return d.Readers == ReadStructure && actor.Can(permTeam, st.Scope())
}

// Documents lists the documents of a structure that an actor may read and that hold on a day, the latest of each kind first: what a
// dossier reuses ("say once").
func (s *Service) Documents(ctx context.Context, actor accounts.Actor, structure string, on Day) ([]Document, error) {
	f, err := s.file(ctx, s.db, structure)
	if err != nil {
		return nil, err
	}
	readable := s.readable(ctx, actor, f)
	valid := slices.DeleteFunc(readable, func(d Document) bool { return !d.ValidOn(on) })
	slices.SortStableFunc(valid, func(a, b Document) int {
		if a.Kind != b.Kind {
			return strings.Compare(a.Kind, b.Kind)
		}
		return b.AddedAt.Compare(a.AddedAt)
	})
	return valid, nil
}

func (s *Service) readable(ctx context.Context, actor accounts.Actor, f *File) []Document {
	return slices.DeleteFunc(f.Documents, func(d Document) bool { return !s.mayRead(ctx, actor, f.Structure, d) })
}

func noDocument() error {
	return fault.NotFound("Ce document n’existe plus, ou ne vous est pas ouvert.", "This document no longer exists, or is not open to you.")
}

func frozen() error {
	return fault.Refused("invariant-12", "Cette structure a été fusionnée : elle ne change plus. Modifiez celle qui l’a reçue.",
		"This structure was merged: it no longer changes. Change the one that received it.")
}

const documentColumns = `id, structure_id, case_id, kind, label, file_name, media, size, sha256, blob, readers, issued_on, expires_on, added_by, added_name,
	added_at, withdrawn_on`

const insertDocument = `INSERT INTO structure_document (` + documentColumns + `) VALUES (:id, :structure_id, :case_id, :kind, :label, :file_name, :media, :size,
	:sha256, :blob, :readers, :issued_on, :expires_on, :added_by, :added_name, :added_at, :withdrawn_on)`

package telexpertise

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Slip is what the patient takes home: what happens next, and whom to call. It says neither who nor what.
type Slip struct {
	Lang    string
	Address string // of its page, with the secret that only the paper holds
	Pool    string
	Phone   string
	NewsBy  time.Time
	Visit   *time.Time
	Place   string
	Ended   bool
}

// noteSlip keeps the secret of the slip, sealed, so that it can be printed again.
const noteSlip = "slip"

// PatientSlip gives the slip of a case to who hands it to the patient. Its secret is made once; the database holds its hash, and the
// secret sealed.
func (s *Service) PatientSlip(ctx context.Context, actor accounts.Actor, id string) (Slip, error) {
	var slip Slip
	err := s.on(ctx, actor, id, func(ctx context.Context, t *turn) error {
		if err := t.require(PartRequester, PartSecretary, PartCoordinator, PartTaker); err != nil {
			return err
		}
		if t.c.SubmittedAt == nil {
			return fault.Refused("slip", "La fiche se remet une fois la demande envoyée.", "The slip is handed over once the request is sent.")
		}
		var r Record
		if err := s.open(ctx, t.tx, t.c.ID, "record", t.c.Sealed, &r); err != nil {
			return err
		}
		secret, err := t.slipSecret(ctx, r.Patient.Lang)
		if err != nil {
			return err
		}
		slip, err = s.slip(ctx, t.tx, t.c, t.pool)
		slip.Lang, slip.Address = slipLanguage(r.Patient.Lang), s.config.BaseURL+"/telexpertise/fiche/"+secret
		t.note("slip", "a remis la fiche du patient", "", nil)
		return err
	})
	return slip, err
}

func slipLanguage(code string) string {
	for _, l := range SlipLanguages {
		if l.Code == code {
			return code
		}
	}
	return "fr"
}

// slipSecret finds the secret of the case's slip, or makes it.
func (t *turn) slipSecret(ctx context.Context, lang string) (string, error) {
	var n Note
	err := t.tx.GetContext(ctx, &n, "SELECT "+noteColumns+" FROM telex_note WHERE case_id = $1 AND kind = $2 LIMIT 1", t.c.ID, noteSlip)
	if err == nil {
		err = t.s.open(ctx, t.tx, t.c.ID, "note "+n.ID, n.Sealed, &n.NoteText)
		return n.Text, err
	}
	if !db.NoRows(err) {
		return "", fmt.Errorf("read a slip: %w", err)
	}
	var raw [20]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	secret := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:]))
	if _, err := t.tx.ExecContext(ctx, "INSERT INTO telex_slip (case_id, token_hash, lang, created_at) VALUES ($1, $2, $3, $4)", t.c.ID, hashSecret(secret), slipLanguage(lang), t.now); err != nil {
		return "", fmt.Errorf("keep a slip: %w", err)
	}
	return secret, t.write(ctx, noteSlip, "", NoteText{Text: secret})
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte("slip " + secret))
	return hex.EncodeToString(sum[:])
}

// slip says what comes next: the visit if it is agreed, else by when news should have come.
func (s *Service) slip(ctx context.Context, q db.Queryer, c *Case, pool Pool) (Slip, error) {
	set := pool.Settings.V
	news := byUrgency(c.Urgency, set.InformP1, set.Inform).After(byUrgency(c.Urgency, set.AnswerP1, set.Answer).After(*c.SubmittedAt))
	slip := Slip{Pool: pool.Name, Phone: pool.Phone, NewsBy: news, Ended: c.State == StateClosed || c.State == StateCancelled}
	if c.SlotID == "" || c.Visit != VisitBooked && c.Visit != VisitProposed {
		return slip, nil
	}
	slot, err := slotByID(ctx, q, c.SlotID)
	slip.Visit, slip.Place = &slot.StartsAt, slot.Place
	return slip, err
}

// ReadSlip gives the page of a slip to whoever holds its secret. Nobody else learns whether it exists.
func (s *Service) ReadSlip(ctx context.Context, secret string) (Slip, error) {
	var row struct {
		CaseID string `db:"case_id"`
		Lang   string `db:"lang"`
	}
	err := s.db.GetContext(ctx, &row, "SELECT case_id, lang FROM telex_slip WHERE token_hash = $1", hashSecret(secret))
	if db.NoRows(err) {
		return Slip{}, fault.NotFound("Cette adresse ne mène à aucune page.", "This address leads to no page.")
	}
	if err != nil {
		return Slip{}, fmt.Errorf("read a slip: %w", err)
	}
	c, err := caseByID(ctx, s.db, row.CaseID)
	if err != nil {
		return Slip{}, err
	}
	pool, err := poolByID(ctx, s.db, c.PoolID)
	if err != nil {
		return Slip{}, err
	}
	slip, err := s.slip(ctx, s.db, c, pool)
	slip.Lang = row.Lang
	return slip, err
}

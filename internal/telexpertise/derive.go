package telexpertise

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
	"maillage/internal/telexpertise/photo"
	"maillage/internal/telexpertise/scalecard"
)

const jobDerive = "telexpertise.derive"

// derivePayload names a photograph to draw.
type derivePayload struct {
	Case  string `json:"case"`
	Photo string `json:"photo"`
}

// draw decodes a photograph and keeps each level at which it is shown, sealed. Doing it again gives the same files.
func (s *Service) draw(ctx context.Context, caseID, id string) error {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	p, err := s.photo(ctx, s.db, caseID, id)
	if err != nil || p.Derived {
		return err
	}
	original, err := s.getBlob(ctx, caseID, blobName(caseID, id, "original"))
	if err != nil {
		return err
	}
	info, err := photo.Inspect(original)
	if err != nil {
		return err
	}
	levels, err := photo.Derive(original, info)
	if err != nil {
		return err
	}
	for level, drawn := range levels {
		if err := s.putBlob(ctx, caseID, blobName(caseID, id, string(level)), drawn); err != nil {
			return err
		}
	}
	scale, err := readScale(levels[photo.Screen], p.Width)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE telex_photo SET derived = $1, mm_per_pixel = $2 WHERE id = $3", true, scale, id); err != nil {
			return fmt.Errorf("note a drawn photo: %w", err)
		}
		return nil
	})
}

// readScale looks for the printed card in a photograph as it is shown, and gives millimetres per pixel of the upright original: what the phone
// said holds until then. Where the server sees no card, no millimetre is claimed.
func readScale(shown []byte, width int) (float64, error) {
	img, err := jpeg.Decode(bytes.NewReader(shown))
	if err != nil {
		return 0, fmt.Errorf("look for the card: %w", err)
	}
	return scalecard.Look(img) * float64(img.Bounds().Dx()) / float64(max(width, 1)), nil
}

func (s *Service) photo(ctx context.Context, q db.Queryer, caseID, id string) (Photo, error) {
	var p Photo
	err := q.GetContext(ctx, &p, "SELECT "+photoColumns+" FROM telex_photo WHERE id = $1 AND case_id = $2 AND received_at IS NOT NULL", id, caseID)
	if db.NoRows(err) {
		return Photo{}, fault.NotFound("Cette photo n’existe pas, ou n’est plus là.", "This photo does not exist, or is no longer here.")
	}
	if err != nil {
		return Photo{}, fmt.Errorf("read photo: %w", err)
	}
	return p, nil
}

// drawLater asks for the levels of a photograph in the transaction that acknowledges it.
func drawLater(ctx context.Context, tx *db.Tx, p Photo) error {
	_, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: jobDerive, Payload: derivePayload{p.CaseID, p.ID}, Key: p.ID})
	return err
}

// ViewPhoto gives a photograph of a case at one level, as a JPEG without metadata. Each viewing is recorded, but those of thumbnails:
// they stand on the page of the case, whose opening is.
func (s *Service) ViewPhoto(ctx context.Context, actor accounts.Actor, caseID, id string, level photo.Level) ([]byte, error) {
	if !slices.Contains(photo.Levels, level) {
		return nil, fault.NotFound("Cette taille n’existe pas.", "There is no such size.")
	}
	derived := false
	err := s.reading(ctx, actor, caseID, func(ctx context.Context, t *turn) error {
		if !seesHealth(t.parts) {
			return errNoCase()
		}
		p, err := s.photo(ctx, t.tx, caseID, id)
		derived = p.Derived
		if err == nil && level != photo.Thumb {
			t.note("view-photo", "a regardé une photo", "", map[string]string{"photo": id, "level": string(level)})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !derived {
		if err := s.draw(ctx, caseID, id); err != nil {
			return nil, err
		}
	}
	return s.getBlob(ctx, caseID, blobName(caseID, id, string(level)))
}

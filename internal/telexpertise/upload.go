package telexpertise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise/photo"
)

// Limits of one request.
const (
	MaxPhotos = 12
	MaxChunk  = 8 << 20 // bytes of one part; a whole photograph may come at once up to photo.MaxBytes
)

// PhotoCommand is a part of a photograph, or all of it.
type PhotoCommand struct {
	CaseID, ID string
	View       View
	SHA256     string // of the whole file, hexadecimal
	Size       int64  // of the whole file, in bytes
	Start      int64  // where Data begins
	Data       []byte
	Verdict    string  // what the phone's checks said, as JSON
	KeptAnyway bool    // kept though the phone advised to take it again
	MMPerPixel float64 // from the printed card; 0 when it was not seen
}

// PutPhoto takes the next part of a photograph. Parts that are here already are passed over, so that sending again is harmless; a gap
// is a conflict whose status says from where to go on. With the last part the whole is checked (hash, format, limits), sealed, kept
// on the disk, and only then acknowledged. A refusal names what is wrong with the photograph and forgets its parts; everything else
// of the request stays.
func (s *Service) PutPhoto(ctx context.Context, actor accounts.Actor, cmd PhotoCommand) (PhotoStatus, error) {
	if err := actor.RequireSomewhere(PermAsk); err != nil {
		return PhotoStatus{}, err
	}
	if err := cmd.check(); err != nil {
		return PhotoStatus{}, err
	}
	p, err := s.beginPhoto(ctx, actor, cmd)
	if err != nil {
		return PhotoStatus{}, err
	}
	if p.Complete() || cmd.Start < p.Received {
		return p.status(), nil
	}
	if cmd.Start > p.Received {
		return p.status(), fault.Conflict(fmt.Sprintf("Il manque une partie de la photo : reprenez à l’octet %d.", p.Received), fmt.Sprintf("A part of the photo is missing: go on from byte %d.", p.Received))
	}
	if cmd.Start+int64(len(cmd.Data)) < cmd.Size {
		return s.keepPart(ctx, p, cmd)
	}
	return s.finishPhoto(ctx, actor, p, cmd.Data)
}

func (cmd *PhotoCommand) check() error {
	f := fault.Fields{}
	if !idPattern.MatchString(cmd.ID) {
		f.Add("id", "L’identifiant de la photo n’est pas valable.", "The identifier of the photo is not valid.")
	}
	if !slices.Contains(Views, cmd.View) {
		f.Add("view", "Cette vue n’existe pas.", "There is no such view.")
	}
	if sum, err := hex.DecodeString(cmd.SHA256); err != nil || len(sum) != sha256.Size {
		f.Add("sha256", "L’empreinte de la photo n’est pas valable.", "The hash of the photo is not valid.")
	}
	if cmd.Size > photo.MaxBytes {
		return photo.ErrTooBig
	}
	if cmd.Size <= 0 || cmd.Start < 0 || len(cmd.Data) == 0 || cmd.Start+int64(len(cmd.Data)) > cmd.Size {
		f.Add("range", "Cette partie de la photo ne correspond pas à sa taille.", "This part of the photo does not fit its size.")
	}
	if cmd.MMPerPixel < 0 || cmd.MMPerPixel > 10 {
		f.Add("mm_per_pixel", "Cette échelle n’est pas plausible.", "This scale is not plausible.")
	}
	text(f, "verdict", cmd.Verdict, 2000, false)
	return f.Err()
}

// beginPhoto finds the photograph's row or makes it, in a draft or in a request that awaits more.
func (s *Service) beginPhoto(ctx context.Context, actor accounts.Actor, cmd PhotoCommand) (Photo, error) {
	var p Photo
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, cmd.CaseID)
		if err != nil {
			return err
		}
		if c.RequesterID != actor.ID {
			return errNoCase()
		}
		photos, err := photosOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		for _, known := range photos {
			switch {
			case known.ID == cmd.ID && known.SHA256 != cmd.SHA256:
				return fault.Conflict("Cet identifiant est celui d’une autre photo de la demande.", "This identifier is that of another photo of the request.")
			case known.ID == cmd.ID:
				p = known
				return nil
			case known.SHA256 == cmd.SHA256:
				return fault.Refused("photo.duplicate", "Cette photo est déjà dans la demande : une seule suffit.", "This photo is already in the request: one is enough.")
			}
		}
		if c.State != StateDraft && c.State != StateAsked {
			return fault.Refused("photo.sent", "La demande est déjà envoyée : une photo ne s’y ajoute que si le dermatologue la demande.", "The request was already sent: a photo is added only when the dermatologist asks.")
		}
		if len(photos) >= MaxPhotos {
			return fault.Refused("photo.count", fmt.Sprintf("Une demande porte au plus %d photos.", MaxPhotos), fmt.Sprintf("A request holds at most %d photos.", MaxPhotos))
		}
		p = Photo{ID: cmd.ID, CaseID: c.ID, View: cmd.View, SHA256: cmd.SHA256, Size: cmd.Size, Verdict: cmd.Verdict, KeptAnyway: cmd.KeptAnyway, MMPerPixel: cmd.MMPerPixel, CreatedAt: db.Now(s.clock)}
		_, err = tx.NamedExecContext(ctx, "INSERT INTO telex_photo ("+photoColumns+") VALUES ("+photoValues+")", p)
		if db.IsUnique(err) {
			return fault.Conflict("Cet identifiant de photo est déjà pris : recommencez avec un autre.", "This photo identifier is taken: try again with another one.")
		}
		return err
	})
	return p, err
}

// keepPart seals a part on the disk, then counts it.
func (s *Service) keepPart(ctx context.Context, p Photo, cmd PhotoCommand) (PhotoStatus, error) {
	name := blobName(p.CaseID, p.ID, fmt.Sprintf("part-%d", cmd.Start))
	if err := s.putBlob(ctx, p.CaseID, name, cmd.Data); err != nil {
		return PhotoStatus{}, err
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO telex_chunk (photo_id, start, size, blob) VALUES ($1, $2, $3, $4) ON CONFLICT (photo_id, start) DO NOTHING", p.ID, cmd.Start, len(cmd.Data), name)
		if err == nil {
			err = tx.GetContext(ctx, &p.Received, "SELECT COALESCE(SUM(size), 0) FROM telex_chunk WHERE photo_id = $1", p.ID)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE telex_photo SET received = $1 WHERE id = $2 AND received_at IS NULL", p.Received, p.ID)
		}
		return err
	})
	return p.status(), err
}

// finishPhoto checks the whole, keeps the sealed original and acknowledges it.
func (s *Service) finishPhoto(ctx context.Context, actor accounts.Actor, p Photo, last []byte) (PhotoStatus, error) {
	whole, parts, err := s.assemble(ctx, p, last)
	if err != nil {
		return PhotoStatus{}, err
	}
	info, err := inspect(whole, p.SHA256)
	if err != nil {
		return PhotoStatus{}, s.refusePhoto(ctx, p, parts, err)
	}
	if err := s.putBlob(ctx, p.CaseID, blobName(p.CaseID, p.ID, "original"), whole); err != nil {
		return PhotoStatus{}, err
	}
	now := db.Now(s.clock)
	p.Received, p.ReceivedAt, p.Kind, p.Orientation = p.Size, &now, string(info.Kind), info.Orientation
	p.Width, p.Height = info.Shown()
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, p.CaseID)
		if err != nil {
			return err
		}
		if _, err := tx.NamedExecContext(ctx, `UPDATE telex_photo SET received = :received, received_at = :received_at, kind = :kind, orientation = :orientation,
			width = :width, height = :height WHERE id = :id`, p); err != nil {
			return fmt.Errorf("acknowledge photo: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM telex_chunk WHERE photo_id = $1", p.ID); err != nil {
			return fmt.Errorf("forget parts: %w", err)
		}
		if err := drawLater(ctx, tx, p); err != nil {
			return err
		}
		t := &turn{s: s, tx: tx, actor: actor, now: now, c: c}
		t.note("photo", "a versé une photo", "", map[string]string{"photo": p.ID, "sha256": p.SHA256})
		return audit.Append(ctx, tx, t.entries...)
	})
	if err != nil {
		return PhotoStatus{}, err
	}
	return p.status(), s.deleteBlobs(ctx, parts)
}

// assemble opens the parts kept so far and puts the last one behind them.
func (s *Service) assemble(ctx context.Context, p Photo, last []byte) (whole []byte, parts []string, err error) {
	if p.Received == 0 {
		return last, nil, nil
	}
	if err := s.db.SelectContext(ctx, &parts, "SELECT blob FROM telex_chunk WHERE photo_id = $1 ORDER BY start", p.ID); err != nil {
		return nil, nil, fmt.Errorf("list parts: %w", err)
	}
	whole = make([]byte, 0, p.Size)
	for _, name := range parts {
		part, err := s.getBlob(ctx, p.CaseID, name)
		if err != nil {
			return nil, nil, err
		}
		whole = append(whole, part...)
	}
	return append(whole, last...), parts, nil
}

func inspect(whole []byte, want string) (photo.Info, error) {
	if sum := sha256.Sum256(whole); hex.EncodeToString(sum[:]) != want {
		refusal := fault.Invalid("La photo reçue n’est pas celle qui a été envoyée : renvoyez-la. Rien d’autre n’est perdu.", "The photo received is not the one sent: send it again. Nothing else is lost.")
		refusal.Rule = "photo.hash"
		return photo.Info{}, refusal
	}
	return photo.Inspect(whole)
}

// refusePhoto forgets a photograph that cannot be used, and gives back why.
func (s *Service) refusePhoto(ctx context.Context, p Photo, parts []string, why error) error {
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, q := range []string{"DELETE FROM telex_chunk WHERE photo_id = $1", "DELETE FROM telex_photo WHERE id = $1 AND received_at IS NULL"} {
			if _, err := tx.ExecContext(ctx, q, p.ID); err != nil {
				return fmt.Errorf("forget a refused photo: %w", err)
			}
		}
		return nil
	})
	if err == nil {
		err = s.deleteBlobs(ctx, parts)
	}
	if err != nil {
		return err
	}
	return why
}

// DropPhoto takes a photograph out of a draft.
func (s *Service) DropPhoto(ctx context.Context, actor accounts.Actor, caseID, id string) error {
	err := s.on(ctx, actor, caseID, func(ctx context.Context, t *turn) error {
		if err := t.require(PartRequester); err != nil {
			return err
		}
		if t.c.State != StateDraft {
			return fault.Refused("photo.sent", "La demande est envoyée : ses photos y restent.", "The request was sent: its photos stay in it.")
		}
		for _, q := range []string{"DELETE FROM telex_chunk WHERE photo_id IN (SELECT id FROM telex_photo WHERE id = $1 AND case_id = $2)", "DELETE FROM telex_photo WHERE id = $1 AND case_id = $2"} {
			if _, err := t.tx.ExecContext(ctx, q, id, caseID); err != nil {
				return fmt.Errorf("drop a photo: %w", err)
			}
		}
		t.note("photo-drop", "a retiré une photo", "", map[string]string{"photo": id})
		return nil
	})
	if err != nil {
		return err
	}
	names, err := s.blobNames(ctx, blobName(caseID, id, ""))
	if err != nil {
		return err
	}
	return s.deleteBlobs(ctx, names)
}

func (p Photo) status() PhotoStatus {
	return PhotoStatus{ID: p.ID, View: p.View, SHA256: p.SHA256, Size: p.Size, Received: p.Received, ReceivedAt: p.ReceivedAt}
}

package funding

import (
	"context"
	"errors"
	"io"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/papers"
)

// SignCommand records a signature.
type SignCommand struct {
	Agency, Structure string // who signed, for each side
	SignedOn          string
	File              io.Reader // the signed PDF
}

func (c SignCommand) check(today string) error {
	if c.Agency == "" || c.Structure == "" || strings.EqualFold(c.Agency, c.Structure) {
		return twoSignatories()
	}
	wrong := fault.Fields{}
	day(wrong, "signed_on", c.SignedOn)
	if c.SignedOn > today {
		wrong.Add("signed_on", "La signature ne peut pas être dans le futur.", "The signature cannot be in the future.")
	}
	if c.File == nil {
		wrong.Add("file", "Joignez le fichier signé.", "Attach the signed file.")
	}
	return wrong.Err()
}

// Sign keeps the signed file with its hash and its two signatories.
func (s *Service) Sign(ctx context.Context, actor accounts.Actor, id string, cmd SignCommand) (*Convention, error) {
	if _, err := s.open(ctx, s.db, actor, id, PermManage); err != nil {
		return nil, err
	}
	cmd.Agency, cmd.Structure = strings.TrimSpace(cmd.Agency), strings.TrimSpace(cmd.Structure)
	if err := cmd.check(s.Today()); err != nil {
		return nil, err
	}
	kept, err := s.keep(ctx, id, cmd.File)
	if err != nil {
		return nil, err
	}
	var c *Convention
	return c, s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		if c, err = s.open(ctx, tx, actor, id, PermManage); err != nil {
			return err
		}
		c.AgencySigns, c.StructSigns, c.SignedOn, c.FileBlob, c.FileSHA256 = cmd.Agency, cmd.Structure, cmd.SignedOn, kept.blob, kept.sha256
		return s.move(ctx, tx, actor, c, "sign", "", "")
	})
}

// paper is a PDF that was kept.
type paper struct{ blob, sha256 string }

// keep keeps a PDF; anything else is refused at the field "file".
func (s *Service) keep(ctx context.Context, id string, file io.Reader) (paper, error) {
	_, whole, err := papers.Sniff("signed.pdf", file, papers.Most)
	if err != nil {
		var said *fault.Error
		if errors.As(err, &said) {
			said.Fields = fault.Fields{"file": said.Message}
		}
		return paper{}, err
	}
	p := paper{blob: "funding/" + id + "/" + db.NewID()}
	_, p.sha256, err = s.files.Put(ctx, p.blob, whole)
	return p, err
}

// SignedFile opens the signed agreement, for whoever may read the convention.
func (s *Service) SignedFile(ctx context.Context, actor accounts.Actor, key, id string) (io.ReadCloser, Convention, error) {
	t, err := s.Read(ctx, actor, key, id)
	if err != nil {
		return nil, Convention{}, err
	}
	if t.Convention.FileBlob == "" {
		return nil, t.Convention, fault.NotFound("Cette convention n’est pas encore signée.", "This agreement is not signed yet.")
	}
	file, err := s.files.Get(ctx, t.Convention.FileBlob)
	return file, t.Convention, err
}

// Commit reserves the money.
func (s *Service) Commit(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		c.CommittedOn = s.Today()
		if err := s.move(ctx, tx, actor, c, "commit", "commit", ""); err != nil {
			return err
		}
		return s.enter(ctx, tx, actor, c, "committed", c.Granted, c.CommittedOn, c.Number)
	})
}

// Settle closes the convention once all is paid and nothing is claimed back.
func (s *Service) Settle(ctx context.Context, actor accounts.Actor, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := s.open(ctx, tx, actor, id, PermManage)
		if err != nil {
			return err
		}
		return s.settle(ctx, tx, actor, c)
	})
}

// settle closes a convention: what was not paid, and what came back, return to the envelope of the call. Settled once more after a
// repayment, only what came back since returns.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Convention) error {
	var before int64 // what was never paid, released when it was first settled
	if err := tx.GetContext(ctx, &before, `SELECT COALESCE(SUM(cents), 0) FROM funding_entry WHERE convention_id = $1 AND kind = 'released'`, c.ID); err != nil {
		return err
	}
	unspent := c.Granted - c.Paid - before
	returned := c.Repaid - (c.Released - before)
	c.Released += unspent + returned
	if err := s.move(ctx, tx, actor, c, "settle", "settle", ""); err != nil {
		return err
	}
	for _, e := range []struct {
		kind  string
		cents int64
	}{{"released", unspent}, {"returned", returned}} {
		if e.cents == 0 {
			continue
		}
		if err := s.enter(ctx, tx, actor, c, e.kind, e.cents, s.Today(), c.Number); err != nil {
			return err
		}
	}
	if err := s.unhold(ctx, tx, c); err != nil || unspent+returned == 0 {
		return err
	}
	return s.grants.Release(ctx, tx, actor, c.DossierID, unspent+returned)
}

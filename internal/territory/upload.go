package territory

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory/intake"
)

// UploadState is where a file stands between its arrival and its import.
type UploadState string

// The states: waiting to be read, being read, read (its report is there), being imported, imported, failed.
const (
	UploadWaiting   UploadState = "waiting"
	UploadReading   UploadState = "reading"
	UploadRead      UploadState = "read"
	UploadImporting UploadState = "importing"
	UploadImported  UploadState = "imported"
	UploadFailed    UploadState = "failed"
)

// Busy tells whether something is still going on by itself.
func (s UploadState) Busy() bool {
	return s == UploadWaiting || s == UploadReading || s == UploadImporting
}

// Upload is a file that somebody sent: it is read by a job, its report is looked at, then it is imported or forgotten.
type Upload struct {
	ID         string                 `db:"id"`
	Command    db.JSON[ImportCommand] `db:"command"`
	FileBytes  int64                  `db:"file_bytes"`
	State      UploadState            `db:"state"`
	DoneBytes  int64                  `db:"done_bytes"`
	Report     db.JSON[intake.Report] `db:"report"`
	Failure    db.JSON[i18n.Text]     `db:"failure"`
	DatasetID  string                 `db:"dataset_id"`
	UploadedBy db.JSON[audit.Actor]   `db:"uploaded_by"`
	UploadedAt time.Time              `db:"uploaded_at"`
	Seen       int64                  `db:"version"` // the territory's version that the report compares with
}

// Percent is how much of the file was read.
func (u Upload) Percent() int {
	if u.FileBytes == 0 {
		return 0
	}
	return int(100 * u.DoneBytes / u.FileBytes)
}

// Jobs of this room.
const (
	JobRead    = "territory.read"
	JobImport  = "territory.import"
	JobCollect = "territory.collect"
	JobSweep   = "territory.sweep"
)

// MaxUpload is the largest file that a page accepts, in bytes.
const MaxUpload = 512 << 20

// uploadLife is how long a file that nobody imported is kept.
const uploadLife = 48 * time.Hour

// Receive stores a file and asks for it to be read. The file is written to a temporary file first, so that a slow sender holds no
// transaction.
func (s *Service) Receive(ctx context.Context, actor accounts.Actor, cmd ImportCommand) (Upload, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return Upload{}, err
	}
	cmd, err := s.prepare(cmd)
	if err != nil {
		return Upload{}, err
	}
	spool, drop, err := newSpool()
	if err != nil {
		return Upload{}, fmt.Errorf("store an upload: %w", err)
	}
	defer drop()
	size, err := io.Copy(spool, cmd.Body)
	if err != nil {
		return Upload{}, fmt.Errorf("store an upload: %w", err)
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return Upload{}, fmt.Errorf("store an upload: %w", err)
	}
	u := Upload{ID: db.NewID(), FileBytes: size, State: UploadWaiting, UploadedAt: db.Now(s.clock)}
	u.Command.V, u.UploadedBy.V = cmd, actor.Auditor()
	if err := s.storeUpload(ctx, u, spool); err != nil {
		return Upload{}, err
	}
	return u, nil
}

// spools are the names of the temporary files of uploads.
const spools = "maillage-upload-*"

// newSpool makes a temporary file, and what drops it. The file loses its name at once, so that nothing stays of it when the program is
// killed. Windows keeps the name of an open file: there drop removes it, and sweepSpools what killed programs left.
func newSpool() (spool *os.File, drop func(), err error) {
	spool, err = os.CreateTemp("", spools)
	if err != nil {
		return nil, nil, err
	}
	named := os.Remove(spool.Name()) != nil
	return spool, func() {
		_ = spool.Close()
		if named {
			_ = os.Remove(spool.Name())
		}
	}, nil
}

// sweepSpools removes the temporary files that nobody wrote to for as long as an upload is kept.
func (s *Service) sweepSpools() {
	names, _ := filepath.Glob(filepath.Join(os.TempDir(), spools)) // the pattern is well formed
	before := s.clock.Now().Add(-uploadLife)
	for _, name := range names {
		if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() && info.ModTime().Before(before) {
			_ = os.Remove(name) // one that belongs to somebody else stays
		}
	}
}

// storeUpload writes the parts one by one, then asks for the reading: a file of which parts are missing is never read.
func (s *Service) storeUpload(ctx context.Context, u Upload, file io.Reader) error {
	if err := s.db.InTx(ctx, func(tx *db.Tx) error { return insertUpload(ctx, tx, u) }); err != nil {
		return err
	}
	piece := make([]byte, partBytes)
	for part := 0; ; part++ {
		n, err := io.ReadFull(file, piece)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("store an upload: %w", err)
		}
		last := err != nil
		packed, err := pack(piece[:n])
		if err != nil {
			return err
		}
		err = s.db.InTx(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO territory_upload_part (upload_id, part, content) VALUES ($1, $2, $3)", u.ID, part, packed)
			if err != nil || !last {
				return err
			}
			_, err = jobs.Enqueue(ctx, tx, jobs.New{Kind: JobRead, Payload: u.ID, Key: u.ID, MaxAttempts: 3})
			return err
		})
		if err != nil {
			return fmt.Errorf("store an upload: %w", err)
		}
		if last {
			return nil
		}
	}
}

func insertUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO territory_upload (id, command, file_bytes, state, done_bytes, report, failure, dataset_id,
		uploaded_by, uploaded_at, version) VALUES (:id, :command, :file_bytes, :state, :done_bytes, :report, :failure, :dataset_id,
		:uploaded_by, :uploaded_at, :version)`, u)
	if err != nil {
		return fmt.Errorf("store an upload: %w", err)
	}
	return nil
}

// pack compresses a part of a file.
func pack(plain []byte) ([]byte, error) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(plain); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// Upload finds a file on its way.
func (s *Service) Upload(ctx context.Context, actor accounts.Actor, id string) (Upload, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return Upload{}, err
	}
	return selectUpload(ctx, s.db, id)
}

// Uploads lists the files on their way, newest first.
func (s *Service) Uploads(ctx context.Context, actor accounts.Actor) ([]Upload, error) {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return nil, err
	}
	var all []Upload
	err := s.db.SelectContext(ctx, &all, "SELECT * FROM territory_upload WHERE state <> 'imported' ORDER BY id DESC")
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	return all, nil
}

func selectUpload(ctx context.Context, q db.Queryer, id string) (Upload, error) {
	return one[Upload](ctx, q, "territory_upload", id, fault.NotFound("Ce fichier n’est plus là : un fichier qui n’est pas importé est effacé au bout de deux jours.",
		"This file is no longer there: a file that is not imported is erased after two days."))
}

// one reads a row by its identifier; absent is the error when there is none.
func one[T any](ctx context.Context, q db.Queryer, table, id string, absent error) (row T, err error) {
	err = q.GetContext(ctx, &row, "SELECT * FROM "+table+" WHERE id = $1", id)
	if db.NoRows(err) {
		return row, absent
	}
	if err != nil {
		return row, fmt.Errorf("read %s: %w", table, err)
	}
	return row, nil
}

// Confirm asks for an upload, whose report was read and refuses nothing, to be imported.
func (s *Service) Confirm(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		u, err := selectUpload(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.State != UploadRead || u.Report.V.Refused() {
			return fault.Refused("territory.confirm", "Ce fichier ne peut pas être importé dans l’état où il est.", "This file cannot be imported as it stands.")
		}
		_, err = tx.ExecContext(ctx, "UPDATE territory_upload SET state = 'importing', uploaded_by = $1 WHERE id = $2", db.JSON[audit.Actor]{V: actor.Auditor()}, id)
		if err != nil {
			return fmt.Errorf("confirm upload: %w", err)
		}
		_, err = jobs.Enqueue(ctx, tx, jobs.New{Kind: JobImport, Payload: id, Key: id, MaxAttempts: 3})
		return err
	})
}

// Forget drops an upload.
func (s *Service) Forget(ctx context.Context, actor accounts.Actor, id string) error {
	if err := actor.Require(PermImport, accounts.Scope{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		u, err := selectUpload(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.State == UploadImporting {
			return fault.Refused("territory.forget", "Ce fichier est en cours d’importation.", "This file is being imported.")
		}
		return deleteUpload(ctx, tx, id)
	})
}

func deleteUpload(ctx context.Context, tx *db.Tx, id string) error {
	return deleteWithParts(ctx, tx, "territory_upload", "upload_id", id)
}

// deleteWithParts erases a row and its parts, which name it in the column key.
func deleteWithParts(ctx context.Context, tx *db.Tx, table, key, id string) error {
	for _, statement := range []string{"DELETE FROM " + table + "_part WHERE " + key + " = $1", "DELETE FROM " + table + " WHERE id = $1"} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return fmt.Errorf("erase from %s: %w", table, err)
		}
	}
	return nil
}

package territory

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory/intake"
)

// RegisterJobs gives the registry what this room does outside requests.
func (s *Service) RegisterJobs(r *jobs.Registry) {
	r.Handle(JobRead, s.lastTry(s.readUpload))
	r.Handle(JobImport, s.lastTry(s.importUpload))
	r.Handle(JobCollect, jobs.Typed(s.collect))
	r.Periodic(JobSweep, jobs.DailyAt(4, 30), s.sweepUploads)
}

// lastTry tells the sender of a file when the queue gives up on it; the queue keeps the cause for the administrator.
func (s *Service) lastTry(do func(ctx context.Context, j *jobs.Job, id string) error) jobs.Handler {
	return jobs.Typed(func(ctx context.Context, j *jobs.Job, id string) error {
		err := do(ctx, j, id)
		if err == nil || j.Attempts < j.MaxAttempts {
			return err
		}
		return errors.Join(err, s.failUpload(ctx, id, fault.New(fault.KindUnavailable, i18n.Text{
			FR: "La lecture a échoué plusieurs fois ; rien n’a été importé. La file des tâches en garde la cause.",
			EN: "The reading failed several times; nothing was imported. The job queue keeps the cause."})))
	})
}

// readUpload reads a file that was sent and keeps its report.
func (s *Service) readUpload(ctx context.Context, j *jobs.Job, id string) error {
	u, err := selectUpload(ctx, s.db, id)
	if err != nil || u.State != UploadWaiting && u.State != UploadReading {
		return ignoreMissing(err)
	}
	if _, err := s.db.ExecContext(ctx, "UPDATE territory_upload SET state = 'reading' WHERE id = $1 AND state = 'waiting'", id); err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	cmd := s.commandOf(ctx, u)
	cmd.DryRun = true
	out, err := s.read(ctx, u.UploadedBy.V, cmd, nil)
	if err != nil {
		return s.failUpload(ctx, id, err)
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE territory_upload SET state = 'read', done_bytes = file_bytes, report = $1, version = $2 WHERE id = $3",
			db.JSON[intake.Report]{V: out.Report}, out.version, id)
		if err != nil {
			return fmt.Errorf("keep the report of an upload: %w", err)
		}
		return j.Done(ctx, tx)
	})
}

// importUpload keeps a file that somebody confirmed. When something else was imported since its report, it is read again instead, and
// asks to be confirmed again.
func (s *Service) importUpload(ctx context.Context, j *jobs.Job, id string) error {
	u, err := selectUpload(ctx, s.db, id)
	if err != nil || u.State != UploadImporting {
		return ignoreMissing(err)
	}
	seen, err := readVersion(ctx, s.db)
	if err != nil {
		return err
	}
	if seen != u.Seen {
		return s.db.InTx(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, "UPDATE territory_upload SET state = 'waiting', done_bytes = 0 WHERE id = $1", id); err != nil {
				return fmt.Errorf("read an upload again: %w", err)
			}
			if _, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: JobRead, Payload: id, Key: id, MaxAttempts: 3}); err != nil {
				return err
			}
			return j.Done(ctx, tx)
		})
	}
	_, err = s.read(ctx, u.UploadedBy.V, s.commandOf(ctx, u), func(tx *db.Tx, d Dataset) error {
		if _, err := tx.ExecContext(ctx, "UPDATE territory_upload SET state = 'imported', dataset_id = $1 WHERE id = $2", d.ID, id); err != nil {
			return fmt.Errorf("close an upload: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM territory_upload_part WHERE upload_id = $1", id); err != nil {
			return fmt.Errorf("close an upload: %w", err)
		}
		return j.Done(ctx, tx)
	})
	if err != nil {
		return s.failUpload(ctx, id, err)
	}
	return nil
}

// commandOf is the command of an upload, with its file and its progress.
func (s *Service) commandOf(ctx context.Context, u Upload) ImportCommand {
	cmd := u.Command.V
	cmd.Body = &uploadReader{ctx: ctx, q: s.db, id: u.ID}
	cmd.Progress = func(n int64) {
		// Progress that cannot be written is only progress that is not shown.
		_, _ = s.db.ExecContext(ctx, "UPDATE territory_upload SET done_bytes = $1 WHERE id = $2", n, u.ID)
	}
	return cmd
}

// failUpload keeps what a person can do something about; other failures are the queue's to retry.
func (s *Service) failUpload(ctx context.Context, id string, cause error) error {
	var f *fault.Error
	if !errors.As(cause, &f) {
		return cause
	}
	_, err := s.db.ExecContext(ctx, "UPDATE territory_upload SET state = 'failed', failure = $1 WHERE id = $2", db.JSON[i18n.Text]{V: f.Message}, id)
	if err != nil {
		return fmt.Errorf("close an upload: %w", err)
	}
	return nil
}

// ignoreMissing lets a job end quietly when its upload was forgotten meanwhile.
func ignoreMissing(err error) error {
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}

// sweepUploads erases the files that nobody imported, the traces of those that were, and collections that stopped or are files now.
func (s *Service) sweepUploads(ctx context.Context, _ *jobs.Job) error {
	s.sweepSpools()
	before := db.Now(s.clock).Add(-uploadLife)
	for _, old := range []struct {
		list   string
		forget func(ctx context.Context, tx *db.Tx, id string) error
	}{
		{"SELECT id FROM territory_upload WHERE uploaded_at < $1 AND state <> 'importing'", deleteUpload},
		{"SELECT id FROM territory_collection WHERE asked_at < $1 AND state <> 'collecting'", deleteCollection},
	} {
		var ids []string
		if err := s.db.SelectContext(ctx, &ids, old.list, before); err != nil {
			return fmt.Errorf("sweep uploads: %w", err)
		}
		for _, id := range ids {
			if err := s.db.InTx(ctx, func(tx *db.Tx) error { return old.forget(ctx, tx, id) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// uploadReader reads an upload's parts one after the other; one is in memory at a time.
type uploadReader struct {
	ctx  context.Context
	q    db.Queryer
	id   string
	part int
	left bytes.Reader
}

func (r *uploadReader) Read(p []byte) (int, error) {
	for r.left.Len() == 0 {
		var packed []byte
		err := r.q.GetContext(r.ctx, &packed, "SELECT content FROM territory_upload_part WHERE upload_id = $1 AND part = $2", r.id, r.part)
		if db.NoRows(err) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("read upload: %w", err)
		}
		zip, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return 0, fmt.Errorf("read upload: %w", err)
		}
		plain, err := io.ReadAll(zip)
		if err != nil {
			return 0, fmt.Errorf("read upload: %w", err)
		}
		r.left.Reset(plain)
		r.part++
	}
	return r.left.Read(p)
}

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"maillage/internal/audit"
	"maillage/internal/platform/blobs"
)

// checkpointFile is the one file of the folder of the audit record that is no secret: what was signed, which shows when somebody removed
// checkpoints, and the entries under them, from the database.
const checkpointFile = audit.HistoryFile

// signedCheckpoints gives a backup that file alone, of a folder that holds keys too. It is read when it is opened, before the rows are: a
// checkpoint that is signed meanwhile covers entries that the copy does not hold, and would have it called altered.
type signedCheckpoints struct {
	path string
	text []byte
	at   time.Time
}

func openCheckpoints(folder string) (*signedCheckpoints, error) {
	s := &signedCheckpoints{path: filepath.Join(folder, checkpointFile)}
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		s.at = info.ModTime()
		s.text, err = os.ReadFile(s.path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the signed checkpoints: %w", err)
	}
	s.text = s.text[:bytes.LastIndexByte(s.text, '\n')+1] // a line may be on its way
	return s, nil
}

func (s *signedCheckpoints) info() blobs.Info {
	return blobs.Info{ID: checkpointFile, Size: int64(len(s.text)), ModTime: s.at}
}

// List implements blobs.Store.
func (s *signedCheckpoints) List(context.Context, string) iter.Seq2[blobs.Info, error] {
	return func(yield func(blobs.Info, error) bool) {
		if len(s.text) > 0 {
			yield(s.info(), nil)
		}
	}
}

// Get implements blobs.Store.
func (s *signedCheckpoints) Get(context.Context, string) (io.ReadCloser, blobs.Info, error) {
	return io.NopCloser(bytes.NewReader(s.text)), s.info(), nil
}

// Stat implements blobs.Store.
func (s *signedCheckpoints) Stat(context.Context, string) (blobs.Info, error) { return s.info(), nil }

// Delete implements blobs.Store: what was signed is not forgotten.
func (s *signedCheckpoints) Delete(context.Context, string) error { return errors.ErrUnsupported }

// Put implements blobs.Store. A file that lies there already stays: it may know of more than the backup does.
func (s *signedCheckpoints) Put(_ context.Context, id string, r io.Reader) (blobs.Info, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return blobs.Info{}, err
	}
	if id != checkpointFile || len(s.text) > 0 {
		return s.info(), nil
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return blobs.Info{}, fmt.Errorf("write the signed checkpoints: %w", err)
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return blobs.Info{}, fmt.Errorf("write the signed checkpoints: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return blobs.Info{}, fmt.Errorf("write the signed checkpoints: %w", err)
	}
	return s.info(), nil
}

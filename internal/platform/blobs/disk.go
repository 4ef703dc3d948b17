package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Disk keeps blobs as files of a folder. A file is written under a temporary name, flushed, renamed, and its folder flushed: after
// a power cut it is there whole, or not at all.
type Disk struct {
	root   string
	sync   func(*os.File) error
	rename func(from, to string) error
}

var _ Store = (*Disk)(nil)

const temporary = ".tmp"

// OpenDisk opens a folder, and removes what uploads cut short by a crash left there. Several processes may share it.
func OpenDisk(root string) (*Disk, error) {
	if err := os.MkdirAll(filepath.Join(root, temporary), 0o700); err != nil {
		return nil, fmt.Errorf("make the blob folder: %w", err)
	}
	d := &Disk{root: root, sync: (*os.File).Sync, rename: os.Rename}
	return d, d.sweep()
}

// ReadDisk opens a folder to read what it holds: nothing is made, nothing is swept. A folder that is not there holds nothing.
func ReadDisk(root string) *Disk {
	return &Disk{root: root, sync: (*os.File).Sync, rename: os.Rename}
}

// sweep removes temporary files that no process writes any more: their lock is free.
func (d *Disk) sweep() error {
	left, err := filepath.Glob(filepath.Join(d.root, temporary, "*"))
	if err != nil {
		return fmt.Errorf("list unfinished blobs: %w", err)
	}
	for _, path := range left {
		f, err := os.Open(path)
		if err != nil {
			continue // finished or removed meanwhile
		}
		if tryLock(f) {
			err = os.Remove(path)
		}
		if errors.Is(err, os.ErrNotExist) {
			err = nil // finished since it was opened
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("remove an unfinished blob: %w", err)
		}
	}
	return nil
}

// Put implements Store: file flushed, then renamed, then folder flushed.
func (d *Disk) Put(ctx context.Context, id string, r io.Reader) (Info, error) {
	if err := checkID(id); err != nil {
		return Info{}, err
	}
	info, err := d.put(ctx, id, r)
	if err != nil {
		return Info{}, full(fmt.Errorf("write blob: %w", err))
	}
	return info, nil
}

// put holds the lock of the temporary file until it bears its name: a process that opens the folder meanwhile leaves it alone.
func (d *Disk) put(ctx context.Context, id string, r io.Reader) (info Info, err error) {
	path := d.path(id)
	f, err := d.begin()
	if err != nil {
		return Info{}, err
	}
	temp := f.Name()
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp))
		}
	}()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, hash), &cancellable{ctx, r})
	if err == nil {
		err = d.sync(f)
	}
	if err == nil {
		err = d.makeFolder(filepath.Dir(path))
	}
	if err == nil {
		err = d.rename(temp, path)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(path)
	if err != nil {
		return Info{}, err
	}
	return Info{ID: id, Size: size, SHA256: hex.EncodeToString(hash.Sum(nil)), ModTime: stat.ModTime()}, d.syncFolder(filepath.Dir(path))
}

// begin makes a temporary file and locks it. A sweep that came between the two has the file, or has removed it: another one is made.
func (d *Disk) begin() (*os.File, error) {
	for {
		f, err := os.OpenFile(filepath.Join(d.root, temporary, db.NewID()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		if tryLock(f) {
			if _, err := os.Lstat(f.Name()); err == nil {
				return f, nil
			}
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

// makeFolder makes a folder durable: each new one is flushed into its parent.
func (d *Disk) makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := d.makeFolder(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return d.syncFolder(parent)
}

func (d *Disk) syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.sync(f), f.Close())
}

// Get implements Store.
func (d *Disk) Get(_ context.Context, id string) (io.ReadCloser, Info, error) {
	if err := checkID(id); err != nil {
		return nil, Info{}, err
	}
	f, err := os.Open(d.path(id))
	if err != nil {
		return nil, Info{}, reading(err)
	}
	stat, err := f.Stat()
	if err == nil && stat.IsDir() {
		err = os.ErrNotExist
	}
	if err != nil {
		return nil, Info{}, reading(errors.Join(err, f.Close()))
	}
	return f, Info{ID: id, Size: stat.Size(), ModTime: stat.ModTime()}, nil
}

// Stat implements Store.
func (d *Disk) Stat(_ context.Context, id string) (Info, error) {
	if err := checkID(id); err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(d.path(id))
	if err == nil && stat.IsDir() {
		err = os.ErrNotExist
	}
	if err != nil {
		return Info{}, reading(err)
	}
	return Info{ID: id, Size: stat.Size(), ModTime: stat.ModTime()}, nil
}

// Delete implements Store. The file's room is freed; folders left empty stay.
func (d *Disk) Delete(_ context.Context, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	err := os.Remove(d.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = d.syncFolder(filepath.Dir(d.path(id)))
	}
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

var errStop = errors.New("stop walking")

// List implements Store.
func (d *Disk) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		err := filepath.WalkDir(d.root, func(path string, entry fs.DirEntry, err error) error {
			if path == d.root && errors.Is(err, os.ErrNotExist) {
				return fs.SkipAll
			}
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			rel, err := filepath.Rel(d.root, path)
			if err != nil {
				return err
			}
			id := filepath.ToSlash(rel)
			switch {
			case id == temporary:
				return fs.SkipDir
			case entry.IsDir() || !strings.HasPrefix(id, prefix):
				return nil
			}
			stat, err := entry.Info()
			if errors.Is(err, os.ErrNotExist) {
				return nil // deleted meanwhile
			}
			if err != nil {
				return err
			}
			if !yield(Info{ID: id, Size: stat.Size(), ModTime: stat.ModTime()}, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Info{}, fmt.Errorf("list blobs: %w", err))
		}
	}
}

func (d *Disk) path(id string) string { return filepath.Join(d.root, filepath.FromSlash(id)) }

func reading(err error) error {
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return notFound(err)
	}
	return fmt.Errorf("read blob: %w", err)
}

// full turns a full disk or quota into its fault.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.New(fault.KindFull, i18n.Text{
			FR: "L’espace de stockage est plein : ce fichier n’a pas été gardé. Réessayez plus tard ou prévenez l’administrateur.",
			EN: "Storage is full: this file was not kept. Try again later or tell the administrator.",
		}).Because(err)
	}
	return err
}

// cancellable stops a copy when its context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

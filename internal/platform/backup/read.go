package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// ErrWrongKey says that none of the keys opens the backup.
var ErrWrongKey = errors.New("this key does not open this backup: nothing was read")

// visitor is told of each thing in a backup, in order.
type visitor struct {
	row  func(table string, line []byte) error
	file func(store, id string, size int64, body io.Reader) error
}

// read walks a backup and gives its manifest, once all that it says was found.
func read(r io.Reader, with []age.Identity, v visitor) (Manifest, error) {
	var m Manifest
	opened, err := age.Decrypt(r, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return m, ErrWrongKey
	}
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrSpoilt, err)
	}
	unpacked, err := zstd.NewReader(opened, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrSpoilt, err)
	}
	defer unpacked.Close()
	s := &survey{visitor: v, tables: map[string]*tally{}}
	for archive := tar.NewReader(unpacked); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("%w: %w", ErrSpoilt, err)
		}
		if header.Name == manifestName {
			err = json.NewDecoder(archive).Decode(&m)
		} else {
			err = s.entry(header.Name, header.Size, archive)
		}
		if err != nil {
			return m, fmt.Errorf("read %s: %w", header.Name, err)
		}
	}
	return m, s.matches(m)
}

// survey is what was found in a backup.
type survey struct {
	visitor
	tables map[string]*tally
	files  []File
}

func (s *survey) entry(name string, size int64, body io.Reader) error {
	if table, ok := strings.CutPrefix(name, tableFolder); ok {
		table, _, _ = strings.Cut(table, "/")
		return s.rows(table, body)
	}
	store, id, ok := strings.Cut(strings.TrimPrefix(name, storeFolder), "/")
	if !ok {
		return ErrSpoilt
	}
	hash := sha256.New()
	if err := s.file(store, id, size, io.TeeReader(spoilt{body}, hash)); err != nil {
		return err
	}
	s.files = append(s.files, File{store, id, size, hex.EncodeToString(hash.Sum(nil))})
	return nil
}

// spoilt says of a file that cannot be read to its end that the backup is: what is done with the file may fail for its own reasons.
type spoilt struct{ io.Reader }

func (r spoilt) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrSpoilt, err)
	}
	return n, err
}

func (s *survey) rows(table string, body io.Reader) error {
	sum := s.tables[table]
	if sum == nil {
		sum = &tally{}
		s.tables[table] = sum
	}
	for lines := bufio.NewReaderSize(body, 64<<10); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrSpoilt, err)
		}
		sum.add(line)
		if err := s.row(table, line); err != nil {
			return err
		}
	}
}

func (s *survey) matches(m Manifest) error {
	if m.Format != format {
		return fmt.Errorf("%w: it has no manifest of format %d, it was cut short or comes from another version", ErrSpoilt, format)
	}
	var found []Table
	for name, sum := range s.tables {
		found = append(found, Table{Name: name, Rows: sum.rows, Hash: sum.hash()})
	}
	for _, t := range m.Tables {
		if t.Rows == 0 {
			found = append(found, t)
		}
	}
	if err := sameTables(m.Tables, found, ErrSpoilt); err != nil {
		return err
	}
	if len(s.files) != len(m.Files) {
		return fmt.Errorf("%w: it holds %d files, its manifest says %d", ErrSpoilt, len(s.files), len(m.Files))
	}
	for i, f := range m.Files {
		if s.files[i] != f {
			return fmt.Errorf("%w: the file %s/%s differs from its manifest", ErrSpoilt, f.Store, f.ID)
		}
	}
	return nil
}

// Check reads a whole backup and gives what it holds, or why it cannot be used. MissingError says that it can, but for files that its rows
// name and that it does not hold.
func Check(ctx context.Context, r io.Reader, with []age.Identity, refs References) (Manifest, error) {
	naming := gather(refs)
	m, err := read(r, with, visitor{
		row: func(table string, text []byte) error {
			naming.row(table, text)
			return ctx.Err()
		},
		file: func(_, _ string, _ int64, body io.Reader) error {
			_, err := io.Copy(io.Discard, body)
			return errors.Join(err, ctx.Err())
		},
	})
	if err != nil {
		return m, err
	}
	lost, err := naming.missing(m)
	if err != nil {
		return m, err
	}
	return m, missing(lost)
}

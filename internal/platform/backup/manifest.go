package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"maillage/internal/platform/db"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format     int        `json:"format"`
	At         time.Time  `json:"at"` // the moment that the rows show
	Dialect    db.Dialect `json:"dialect"`
	Migrations []int64    `json:"migrations"`
	Tables     []Table    `json:"tables"`
	Files      []File     `json:"files"`
	// Erased counts the files that were erased on purpose while the backup ran.
	Erased int `json:"erased"`
	// Gone are files that rows of the backup name and that were erased on purpose before they were copied.
	Gone []Blob `json:"gone,omitempty"`
}

const format = 1

// Table is what a table held.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	// Hash depends on the rows, not on their order.
	Hash string `json:"hash"`
}

// File is a file of a store.
type File struct {
	Store  string `json:"store"`
	ID     string `json:"id"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows counts the rows of all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Bytes counts the bytes of all files.
func (m Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// ErrSpoilt says that a backup does not hold what its manifest says.
var ErrSpoilt = errors.New("this backup is spoilt")

// ErrUnequal says that a backup is sound, and that the database into which it was restored gives back something else: nothing was kept.
var ErrUnequal = errors.New("this backup is sound, but the database gives back something else than what was put in; nothing was kept: restore with the version of Maillage that made it, and report this")

// sameTables compares what was read with what is wanted; broken says what a difference means.
func sameTables(want, got []Table, broken error) error {
	found := make(map[string]Table, len(got))
	for _, t := range got {
		found[t.Name] = t
	}
	for _, t := range want {
		if g := found[t.Name]; g.Rows != t.Rows || g.Hash != t.Hash {
			return fmt.Errorf("%w: table %s has %d rows with hash %.12s, wanted are %d with %.12s", broken, t.Name, g.Rows, g.Hash, t.Rows, t.Hash)
		}
	}
	return nil
}

// tally hashes rows whatever their order: the sum of their hashes.
type tally struct {
	rows int64
	sum  [4]uint64
}

func (t *tally) add(line []byte) {
	h := sha256.Sum256(line)
	for i := range t.sum {
		t.sum[i] += binary.BigEndian.Uint64(h[8*i:])
	}
	t.rows++
}

func (t *tally) hash() string {
	var b []byte
	for _, part := range t.sum {
		b = binary.BigEndian.AppendUint64(b, part)
	}
	return hex.EncodeToString(b)
}

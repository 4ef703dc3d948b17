// Package db opens the one database of an installation, SQLite (one node) or PostgreSQL (several), behind one set of SQL texts.
package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // driver "sqlite"

	"maillage/internal/platform/clock"
)

// Dialect names the engine behind a DB.
type Dialect string

// The two engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is a pool of connections. Reads may use it directly. Writes that belong together, or that the audit record tells, go through InTx.
// A single statement that stands by itself goes straight: the lease and the progress of a job, the presence of a day, a subscription of
// a device. On SQLite it waits for the lock of the file, not for its turn among the writers of InTx.
type DB struct {
	*sqlx.DB
	Dialect Dialect
	// Path is the file of a SQLite database, "" for PostgreSQL.
	Path string
	lock *os.File
	// turn is held by the one writer that SQLite lets in; the others wait here in the order they came, without a connection. Left to
	// SQLite they would sleep and try again, out of order, each holding one of the connections that readers need.
	turn chan struct{}
}

// Tx is a transaction; services pass it to audit, jobs and other rooms' in-transaction functions.
type Tx struct {
	*sqlx.Tx
	Dialect Dialect
}

// Queryer is what a read needs: both DB and Tx have it.
type Queryer interface {
	sqlx.ExtContext
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

// Open opens a PostgreSQL URL (postgres://…) or a SQLite file path, making the file when there is none. A SQLite file is held by one process
// at a time: a second one is refused here rather than corrupting clocks and queues later.
func Open(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, func(path string) (*DB, error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
		return openSQLite(ctx, path)
	})
}

// OpenExisting is Open for commands that work on an installation and must not make one: a SQLite file that is not there is an error, and
// nothing is made.
func OpenExisting(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, func(path string) (*DB, error) {
		if err := isThere(path); err != nil {
			return nil, err
		}
		return openSQLite(ctx, path)
	})
}

// open reads an address, and opens PostgreSQL or, by sqlite, a file.
func open(ctx context.Context, dsn string, sqlite func(path string) (*DB, error)) (*DB, error) {
	engine, address, err := locate(dsn)
	if err != nil {
		return nil, err
	}
	if engine == Postgres {
		return openPostgres(ctx, address)
	}
	return sqlite(address)
}

func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	pool, err := sqlx.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return &DB{DB: pool, Dialect: Postgres}, nil
}

// openSQLite opens a file of a folder that exists, and holds it.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("open SQLite file: %w", err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	var d *DB
	if err = makeFile(path); err == nil {
		d, err = openSQLiteFile(ctx, path, "&_txlock=immediate")
	}
	if err != nil {
		unlock(lock)
		return nil, err
	}
	d.lock = lock
	return d, nil
}

// makeFile makes the file of a new database, for its owner alone: SQLite would let others read it, and gives its log the same rights.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return f.Close()
}

func isThere(path string) error {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s: maillage migrate or maillage serve makes one", path)
	}
	if err != nil {
		return fmt.Errorf("open SQLite file %s: %w", path, err)
	}
	return nil
}

// openSQLiteFile opens the file of a resolved path.
func openSQLiteFile(ctx context.Context, path, options string) (*DB, error) {
	pool, err := sqlx.Open("sqlite", uri(path)+"?_time_format=sqlite"+options+
		"&_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=cache_size(-32000)&_pragma=secure_delete(1)")
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	pool.SetMaxOpenConns(8)
	pool.SetMaxIdleConns(8)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("open SQLite file %s: %w", path, err)
	}
	return &DB{DB: pool, Dialect: SQLite, Path: path, turn: make(chan struct{}, 1)}, nil
}

// Close closes the pool and frees the file for another process.
func (d *DB) Close() error {
	err := d.DB.Close()
	unlock(d.lock)
	return err
}

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// lastID is the time that the newest identifier holds.
var lastID atomic.Uint64

// NewID makes an identifier: 26 characters, the first ones ordered by time, the rest random (64 bits). Those of one process follow each
// other: lists break ties with them, and two rows may well be written within a millisecond.
func NewID() string {
	ns := uint64(time.Now().UnixNano())
	at := ns/1e6<<16 | ns%1e6<<16/1e6 // 48 bits of milliseconds, 16 of the parts of one
	for {
		last := lastID.Load()
		if next := max(at, last+1); lastID.CompareAndSwap(last, next) {
			at = next
			break
		}
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], at)
	if _, err := rand.Read(b[8:]); err != nil {
		panic(err) // the machine has no randomness: nothing may go on
	}
	return idEncoding.EncodeToString(b[:])
}

// Now is the clock's time as both databases keep it.
func Now(c clock.Clock) time.Time { return clock.Cut(c.Now()) }

// NoRows tells whether a read found nothing.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

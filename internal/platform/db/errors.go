package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// postgresCode is the SQLSTATE of a PostgreSQL error, or "".
func postgresCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// sqliteCode is the extended result code of a SQLite error, or 0.
func sqliteCode(err error) int {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()
	}
	return 0
}

// isRetryable tells whether the engine asks for the transaction to be run again.
func isRetryable(err error) bool {
	code := postgresCode(err)
	return code == "40001" || code == "40P01"
}

// IsUnique tells whether a write broke a unique constraint.
func IsUnique(err error) bool {
	code := sqliteCode(err)
	return postgresCode(err) == "23505" || code == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || code == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
}

// IsCheck tells whether a write broke a CHECK constraint or a trigger's refusal.
func IsCheck(err error) bool {
	pg, lite := postgresCode(err), sqliteCode(err)
	return pg == "23514" || pg == "P0001" || lite == sqlitelib.SQLITE_CONSTRAINT_CHECK || lite == sqlitelib.SQLITE_CONSTRAINT_TRIGGER
}

// IsIllegible tells whether PostgreSQL refused text with a NUL or not in UTF-8 (SQLite keeps both).
func IsIllegible(err error) bool {
	code := postgresCode(err)
	return code == "22021" || code == "22P05" // in text; in JSON
}

// IsFull tells whether the disk is full.
func IsFull(err error) bool {
	if err == nil {
		return false
	}
	return postgresCode(err) == "53100" || sqliteCode(err)&0xff == sqlitelib.SQLITE_FULL ||
		strings.Contains(err.Error(), "no space left on device")
}

// IsAway tells whether the database could not be reached, went away in the middle, or is starting or stopping: nothing was kept, and
// trying again later may work.
func IsAway(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	code := postgresCode(err)
	if err != nil && strings.Contains(err.Error(), "conn closed") { // pgx has no type for it
		return true
	}
	return isRetryable(err) || errors.Is(err, errBusy) || errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || pgconn.SafeToRetry(err) || strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P0") || sqliteCode(err)&0xff == sqlitelib.SQLITE_BUSY
}

package httpx_test

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"maillage/internal/platform/httpx"
)

// What a reader is told, and the status of it, for errors that no room foresaw.
func TestUnforeseenErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"refused connection": {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, http.StatusServiceUnavailable},
		"connection cut":     {io.ErrUnexpectedEOF, http.StatusServiceUnavailable},
		"spoilt connection":  {driver.ErrBadConn, http.StatusServiceUnavailable},
		"server stopping":    {&pgconn.PgError{Code: "57P01"}, http.StatusServiceUnavailable},
		"server starting":    {&pgconn.PgError{Code: "57P03"}, http.StatusServiceUnavailable},
		"disk of PostgreSQL": {&pgconn.PgError{Code: "53100"}, http.StatusInsufficientStorage},
		"disk":               {syscall.ENOSPC, http.StatusInsufficientStorage},
		"body too large":     {&http.MaxBytesError{Limit: 1}, http.StatusRequestEntityTooLarge},
		"text with a NUL":    {&pgconn.PgError{Code: "22021"}, http.StatusUnprocessableEntity},
		"no multipart":       {http.ErrNotMultipart, http.StatusUnprocessableEntity},
		"a constraint":       {&pgconn.PgError{Code: "23505"}, http.StatusInternalServerError},
		"something else":     {errors.New("x"), http.StatusInternalServerError},
	} {
		if got := httpx.Status(httpx.AsFault(fmt.Errorf("somewhere: %w", c.err))); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

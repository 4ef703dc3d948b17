// Package httpx holds what every room's pages share: the route table, the mapping of faults to HTTP, middleware and small readers
// of requests. It knows nothing of health.
package httpx

import (
	"net/http"
)

// Permission names what a route needs. It is declared in a room's policy.go through accounts.Declare; a route without one does not
// start.
type Permission string

// Handler answers a request or returns a fault, which httpx turns into a page.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one row of a room's table.
type Route struct {
	Method     string // "GET", "POST"
	Path       string // a pattern of net/http: "/communes/{code}"
	Permission Permission
	Handler    Handler
	// Stream says that the answer is long (an export, progress): it gets no write deadline and no gzip buffer.
	Stream bool
	// MaxBody is the largest body accepted, in bytes; 0 means 1 MiB. A longer one may take as long as it keeps coming.
	MaxBody int64
	// Raw says that the handler reads the body by itself (ReadJSON, ReadForm, parts as they come), once it knows that it wants it.
	// Otherwise a form is read, and refused when it cannot be, before the handler.
	Raw bool
}

package httpx

import (
	"io"
	"net/http"
	"sort"
	"time"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Router serves route tables. Guard is asked before each handler and answers with a fault when the reader may not; Fail draws the
// page of an error.
type Router struct {
	Guard func(r *http.Request, p Permission) error
	Fail  func(w http.ResponseWriter, r *http.Request, err error)
	// Private tells which permissions' pages must not be kept by the browser.
	Private func(p Permission) bool

	mux    *http.ServeMux
	routes []Route
}

// How long a request may take to come, and its answer to be written: a server's own limits, that routes of long bodies and answers
// move.
const (
	ReadTime  = 30 * time.Second
	WriteTime = 60 * time.Second
)

const defaultMaxBody = 1 << 20

var readDeadline = ReadTime // shorter in tests

// Add registers a room's table.
func (rt *Router) Add(routes ...Route) {
	if rt.mux == nil {
		rt.mux = http.NewServeMux()
	}
	for _, route := range routes {
		rt.mux.Handle(route.Method+" "+route.Path, rt.serve(route))
		rt.routes = append(rt.routes, route)
	}
}

// Handle serves something that needs no permission and is no page (assets, health).
func (rt *Router) Handle(pattern string, h http.Handler) {
	if rt.mux == nil {
		rt.mux = http.NewServeMux()
	}
	rt.mux.Handle(pattern, h)
}

// Routes lists every route, by path then method.
func (rt *Router) Routes() []Route {
	all := append([]Route(nil), rt.routes...)
	sort.Slice(all, func(i, j int) bool {
		return all[i].Path < all[j].Path || all[i].Path == all[j].Path && all[i].Method < all[j].Method
	})
	return all
}

// ServeHTTP finds the route.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer matched(r) // also when a handler panics
	if err := legibleAddress(r); err != nil {
		rt.Fail(w, r, err)
		return
	}
	if methods := rt.otherMethods(r); methods != "" {
		w.Header().Set("Allow", methods)
		rt.Fail(w, r, fault.New(fault.KindMethod, i18n.Text{
			FR: "Cette adresse ne reçoit pas ce genre d’envoi ; rien n’a été enregistré. Repartez de la page qui vous y a mené.",
			EN: "This address does not take what was sent this way; nothing was recorded. Start again from the page that led here."}))
		return
	}
	rt.mux.ServeHTTP(w, r)
}

// otherMethods lists the methods that an address takes when it does not take the request's; "" when it does, or takes none.
func (rt *Router) otherMethods(r *http.Request) string {
	handler, pattern := rt.mux.Handler(r)
	if pattern != "" {
		return ""
	}
	unsent := unsentAnswer{header: http.Header{}}
	handler.ServeHTTP(&unsent, r) // the multiplexer's own refusal, or its way to a cleaner address
	if unsent.status != http.StatusMethodNotAllowed {
		return ""
	}
	return unsent.header.Get("Allow")
}

// unsentAnswer keeps the status and the header of an answer that is not sent.
type unsentAnswer struct {
	header http.Header
	status int
}

// Header is what would be sent.
func (u *unsentAnswer) Header() http.Header { return u.header }

// WriteHeader keeps the status.
func (u *unsentAnswer) WriteHeader(status int) { u.status = status }

// Write sends nothing.
func (u *unsentAnswer) Write(b []byte) (int, error) { return len(b), nil }

func (rt *Router) serve(route Route) http.Handler {
	limit := route.MaxBody
	if limit == 0 {
		limit = defaultMaxBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rt.Private(route.Permission) {
			w.Header().Set("Cache-Control", "no-store")
		}
		if err := rt.Guard(r, route.Permission); err != nil {
			rt.Fail(w, r, err)
			return
		}
		if route.MaxBody == 0 && r.ContentLength > limit { // a form cut short would be read as an empty one
			rt.Fail(w, r, &http.MaxBytesError{Limit: limit})
			return
		}
		r.Body = http.MaxBytesReader(w, route.timed(w, r.Body, limit > defaultMaxBody), limit)
		if !route.Raw {
			if err := ReadForm(r); err != nil {
				rt.Fail(w, r, err)
				return
			}
		}
		if err := route.Handler(w, r); err != nil {
			rt.Fail(w, r, err)
		}
	})
}

// timed sets how long a request and its answer may take, and gives its body as it may be read. Streams and long bodies have no limit in
// all; a long body must keep coming.
func (route Route) timed(w http.ResponseWriter, sent io.ReadCloser, long bool) io.ReadCloser {
	control, now := http.NewResponseController(w), time.Now()
	b := &body{ReadCloser: sent, deadline: control, left: readDeadline, after: now.Add(readDeadline)}
	write := now.Add(WriteTime)
	if route.Stream || long { // what is done with a long body may take longer than its sending
		b.after, write = time.Time{}, time.Time{}
	}
	if long {
		b.step = bodyStep
	}
	_ = control.SetReadDeadline(b.after) // until the body is read, a sender who leaves is noticed by it; a recorder in tests has none
	_ = control.SetWriteDeadline(write)
	return b
}

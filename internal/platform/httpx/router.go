package httpx

import (
	"net/http"
	"sort"
	"time"
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

const (
	defaultMaxBody = 1 << 20
	readDeadline   = 30 * time.Second
	writeDeadline  = 60 * time.Second
)

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
	rt.mux.ServeHTTP(w, r)
}

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
		control := http.NewResponseController(w)
		if route.Stream || limit > defaultMaxBody {
			_ = control.SetReadDeadline(time.Time{}) // a recorder in tests has no deadlines
			_ = control.SetWriteDeadline(time.Time{})
		} else {
			now := time.Now()
			_ = control.SetReadDeadline(now.Add(readDeadline))
			_ = control.SetWriteDeadline(now.Add(writeDeadline))
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if err := route.Handler(w, r); err != nil {
			rt.Fail(w, r, err)
		}
	})
}

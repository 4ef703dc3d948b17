package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/felixge/httpsnoop"

	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Middleware wraps a handler.
type Middleware func(http.Handler) http.Handler

// Chain applies middleware, the first one outermost.
func Chain(h http.Handler, with ...Middleware) http.Handler {
	for i := len(with) - 1; i >= 0; i-- {
		h = with[i](h)
	}
	return h
}

type requestKey struct{}

// RequestID identifies a request in the log and on error pages.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

type matchedKey struct{}

// matched notes, for those who wrapped the request, the pattern of its route: only the innermost copy of the request has it.
func matched(r *http.Request) {
	if pattern, ok := r.Context().Value(matchedKey{}).(*string); ok {
		*pattern = r.Pattern
	}
}

// routeOf is the pattern of the route that served a request; nothing when none did.
func routeOf(r *http.Request) string {
	if pattern, ok := r.Context().Value(matchedKey{}).(*string); ok {
		return *pattern
	}
	return ""
}

// Log writes one line a request: method, route pattern (never the path, which may name an object), status, time.
func Log(logger *slog.Logger) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := db.NewID()
			r = r.WithContext(context.WithValue(context.WithValue(r.Context(), requestKey{}, id), matchedKey{}, new(string)))
			w.Header().Set("X-Request-Id", id)
			m := httpsnoop.CaptureMetrics(next, w, r)
			level := slog.LevelInfo
			if m.Code >= http.StatusInternalServerError {
				level = slog.LevelError
			}
			logger.LogAttrs(r.Context(), level, "request", slog.String("id", id), slog.String("method", r.Method),
				slog.String("route", routeOf(r)), slog.Int("status", m.Code), slog.Int64("bytes", m.Written),
				slog.Duration("took", m.Duration.Round(time.Microsecond)))
		})
	}
}

// Recover turns a panic into a logged 500, through fail.
func Recover(logger *slog.Logger, fail func(w http.ResponseWriter, r *http.Request, err error)) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v) // the server's own way to drop a connection
				}
				// The value may quote what somebody typed, and nothing personal is logged: its type and the stack say where to look.
				logger.Error("panic", "id", RequestID(r.Context()), "route", routeOf(r), "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				fail(w, r, errPanic)
			}()
			next.ServeHTTP(w, r)
		})
	}
}

var errPanic = panicError{}

type panicError struct{}

func (panicError) Error() string { return "a handler panicked" }

// Secure sets the headers that every answer carries. The policy allows nothing inline and nothing from elsewhere.
func Secure(next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
		"connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// LangCookie keeps the language that a reader chose.
const LangCookie = "lang"

// Language puts the reader's language in the context: ?lang=, then the cookie, then the browser's preference.
func Language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := i18n.Parse(r.Header.Get("Accept-Language"))
		if kept := Kept(r, LangCookie); kept != "" {
			lang = i18n.Parse(kept)
		}
		if q := r.URL.Query().Get("lang"); q != "" {
			lang = i18n.Parse(q)
			Keep(w, r, LangCookie, string(lang))
		}
		w.Header().Add("Vary", "Accept-Language, Cookie")
		next.ServeHTTP(w, r.WithContext(i18n.With(r.Context(), lang)))
	})
}

package httpx

import (
	"context"
	"net/http"
	"time"
)

type overTLS struct{}

// HostCookies says whether people reach the site over TLS, for Keep and Kept: not every proxy tells, and the public address does.
func HostCookies(secure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), overTLS{}, secure)))
		})
	}
}

func isOverTLS(r *http.Request) bool { secure, _ := r.Context().Value(overTLS{}).(bool); return secure }

// cookieName is the name of a cookie: over TLS with __Host- in front, so that no neighbouring host and no unsafe page can plant one.
// Browsers refuse that prefix over plain http, which only a machine of one's own uses.
func cookieName(r *http.Request, name string) string {
	if isOverTLS(r) {
		return "__Host-" + name
	}
	return name
}

// Keep has the browser keep a value for a year.
func Keep(w http.ResponseWriter, r *http.Request, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(r, name), Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), HttpOnly: true,
		Secure: isOverTLS(r), SameSite: http.SameSiteLaxMode})
}

// Kept is what the browser was given to keep; "" for nothing.
func Kept(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

package web

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// Names of the session's cookie. Over TLS the __Host- prefix makes browsers refuse one that is not Secure, not of this host or not
// for every path. Browsers refuse that prefix over plain http, which only a demonstration on this machine uses: another name then,
// so that neither can be taken for the other.
const (
	secureCookie = "__Host-maillage"
	localCookie  = "maillage-local"
)

func (p *Pages) cookieName() string {
	if p.Service.Secure() {
		return secureCookie
	}
	return localCookie
}

// setToken gives the browser its session; "" takes it away. The cookie goes when the browser closes, the session when the server
// says so.
func (p *Pages) setToken(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: p.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: p.Service.Secure(), SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (p *Pages) token(r *http.Request) string {
	if c, err := r.Cookie(p.cookieName()); err == nil {
		return c.Value
	}
	return ""
}

type visitorKey struct{}

// visitor is who holds the session of a request.
func visitor(r *http.Request) accounts.Visitor {
	v, _ := r.Context().Value(visitorKey{}).(accounts.Visitor)
	return v
}

// SessionID is the identifier of the session of a request; "" when there is none.
func SessionID(r *http.Request) string { return visitor(r).Session.ID }

// Session puts whoever sends a request in its context, and keeps what they are answered out of the browser's memory, but for files that
// say otherwise because they are the same for everybody. When that cannot be told, the request fails rather than going on as nobody.
func (p *Pages) Session(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := p.token(r)
		if token == "" || strings.HasPrefix(r.URL.Path, "/assets/") {
			next.ServeHTTP(w, r)
			return
		}
		v, err := p.Service.Authenticate(r.Context(), token)
		if err != nil {
			p.Fail(w, r, err)
			return
		}
		if v.Session.ID != "" { // pages that everybody may read say more to some, and name their reader
			private(w)
		}
		ctx := context.WithValue(accounts.WithActor(r.Context(), v.Actor), visitorKey{}, v)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// door is where a request comes from.
func (p *Pages) door(r *http.Request) accounts.Door {
	return accounts.Door{Address: p.address(r), Device: strings.ToValidUTF8(r.UserAgent(), ""), Token: p.token(r)}
}

// address is the client's network address: the peer's, or what a trusted proxy wrote last in X-Forwarded-For.
func (p *Pages) address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := peer.Addr().Unmap()
	trusted := ip.IsLoopback()
	for _, n := range p.Proxies {
		trusted = trusted || n.Contains(ip)
	}
	if hops := strings.Join(r.Header.Values("X-Forwarded-For"), ","); trusted && hops != "" {
		last := strings.TrimSpace(hops[strings.LastIndex(hops, ",")+1:])
		if forwarded, err := netip.ParseAddr(last); err == nil {
			return forwarded.String()
		}
	}
	return ip.String()
}

// enter gives the browser a session that was opened, and leads on: to the code when it is awaited, to the second factor's page when
// roles wait for one, else to where the person was going.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, opened accounts.Opened, next string) error {
	p.setToken(w, opened.Token)
	private(w)
	if opened.Stage == accounts.StageSecondFactor {
		return httpx.SeeOther(w, r, withNext("/connexion/code", next))
	}
	v, err := p.Service.Authenticate(r.Context(), opened.Token)
	if err != nil {
		return err
	}
	httpx.Keep(w, r, httpx.LangCookie, string(v.Person.Lang))
	if opened.MustEnrol {
		return httpx.SeeOther(w, r, "/compte")
	}
	return httpx.SeeOther(w, r, next)
}

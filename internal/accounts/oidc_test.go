package accounts

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
)

// issuer is a provider in this process. Its authorization page is on another host than itself, as Pro Santé Connect's is; nobody visits
// it: visit does what a person who signs in there would.
type issuer struct {
	t      *testing.T
	server *httptest.Server
	keys   map[string]*rsa.PrivateKey // published
	signer string                     // key in use
	codes  map[string]grantedCode
	clock  func() time.Time

	// What a test spoils, each nil when all is right.
	token    func(claims map[string]any)
	header   func(h map[string]any)
	sign     func(payload []byte) string
	userinfo map[string]any
}

type grantedCode struct{ nonce, challenge string }

var testKeys = []*rsa.PrivateKey{mustKey(), mustKey()}

func mustKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func newIssuer(t *testing.T, clock func() time.Time) *issuer {
	i := &issuer{t: t, keys: map[string]*rsa.PrivateKey{"k1": testKeys[0]}, signer: "k1", codes: map[string]grantedCode{}, clock: clock,
		userinfo: map[string]any{"sub": "f:psc:899900000011", "SubjectNameID": "899900000011"}}
	mux := http.NewServeMux()
	i.server = httptest.NewServer(mux)
	t.Cleanup(i.server.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.json(w, map[string]any{"issuer": i.server.URL, "authorization_endpoint": "https://wallet.other.example/auth",
			"token_endpoint": i.server.URL + "/token", "jwks_uri": i.server.URL + "/jwks", "userinfo_endpoint": i.server.URL + "/userinfo",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}})
	})
	mux.HandleFunc("GET /jwks", func(w http.ResponseWriter, _ *http.Request) {
		var set jose.JSONWebKeySet
		for id, key := range i.keys {
			set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Algorithm: "RS256", Use: "sig"})
		}
		i.json(w, set)
	})
	mux.HandleFunc("POST /token", i.exchange)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { i.json(w, i.userinfo) })
	return i
}

func (i *issuer) json(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// visit signs a person in at the provider: it gives the code and the state that the browser brings back.
func (i *issuer) visit(address string) (code, state string) {
	i.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		i.t.Fatal(err)
	}
	q := u.Query()
	want := map[string]string{"response_type": "code", "client_id": "maillage", "scope": "openid scope_all", "acr_values": "eidas1", "code_challenge_method": "S256"}
	for name, value := range want {
		if q.Get(name) != value {
			i.t.Errorf("%s is %q, want %q", name, q.Get(name), value)
		}
	}
	if u.Host != "wallet.other.example" {
		i.t.Errorf("sent to %s, not to the page that discovery names", u.Host)
	}
	code = newToken()
	i.codes[code] = grantedCode{q.Get("nonce"), q.Get("code_challenge")}
	return code, q.Get("state")
}

// exchange gives tokens for a code, once, to whoever holds the verifier of its challenge.
func (i *issuer) exchange(w http.ResponseWriter, r *http.Request) {
	granted, known := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || granted.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) || r.PostFormValue("client_secret") != "secret" {
		w.WriteHeader(http.StatusBadRequest)
		i.json(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := i.clock()
	claims := map[string]any{"iss": i.server.URL, "sub": i.userinfo["sub"], "aud": "maillage", "nonce": granted.nonce, "acr": "eidas1",
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	if i.token != nil {
		i.token(claims)
	}
	payload, _ := json.Marshal(claims)
	sign := i.signed
	if i.sign != nil {
		sign = i.sign
	}
	i.json(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": sign(payload)})
}

// signed makes a token with the key in use.
func (i *issuer) signed(payload []byte) string {
	header := map[string]any{"alg": "RS256", "kid": i.signer, "typ": "JWT"}
	if i.header != nil {
		i.header(header)
	}
	return i.compact(header, payload, i.keys[i.signer])
}

func (i *issuer) compact(header map[string]any, payload []byte, key *rsa.PrivateKey) string {
	head, _ := json.Marshal(header)
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(payload)
	if key == nil {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		i.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// connected is a world with a provider and a doctor whose number the provider knows.
func connected(t *testing.T, d *db.DB) (*world, *issuer, Person) {
	t.Helper()
	var i *issuer
	w := newWorld(t, d)
	i = newIssuer(t, w.clock.Now)
	psc := ProSanteConnect(i.server.URL, "maillage", "secret")
	w.providers = append(w.providers, newProvider(psc, w.config.BaseURL))
	p, _ := w.person("Camille Ferrand", Grant{Role: RoleGP, Departement: "93"})
	if err := w.Edit(w.ctx, System("test"), EditCommand{ID: p.ID, Version: p.Version, Name: p.Name, RPPS: "99900000011"}); err != nil {
		t.Fatal(err)
	}
	return w, i, p
}

const psc = "pro-sante-connect"

// round goes to the provider and comes back; spoil changes what is brought back.
func (w *world) round(i *issuer, actor Actor, spoil func(*Return)) (Opened, error) {
	w.t.Helper()
	d, err := w.Depart(w.ctx, actor, psc, "/avis", door)
	w.must(err)
	code, state := i.visit(d.URL)
	r := Return{Slug: psc, Code: code, State: state, Cookie: d.State}
	if spoil != nil {
		spoil(&r)
	}
	opened, next, err := w.Arrive(w.ctx, r, door)
	if err == nil && next != "/avis" {
		w.t.Errorf("led to %q", next)
	}
	return opened, err
}

func TestProviderOpensByNumberThenBySubject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, i, p := connected(t, d)
		opened, err := w.round(i, Actor{}, nil)
		w.must(err)
		if v := w.visitor(opened.Token); v.Person.ID != p.ID || !v.Actor.SecondFactor || !v.Actor.Has(RoleGP) {
			t.Fatalf("opened %+v", v)
		}
		delete(i.userinfo, "SubjectNameID") // from now on the subject is enough
		opened, err = w.round(i, Actor{}, nil)
		w.must(err)
		if w.visitor(opened.Token).Person.ID != p.ID {
			t.Error("the linked identity was not found")
		}
		i.userinfo = map[string]any{"sub": "somebody else", "email": p.Email, "email_verified": true}
		_, err = w.round(i, Actor{}, nil)
		w.wants(fault.KindForbidden, err) // an address is no identity
	})
}

// Every wrong answer is refused, for its own reason, and opens nothing.
func TestWrongTokensAreRefused(t *testing.T) {
	claim := func(name string, value any) func(*issuer) {
		return func(i *issuer) {
			i.token = func(c map[string]any) {
				if c[name] = value; value == nil {
					delete(c, name)
				}
			}
		}
	}
	cases := map[string]struct {
		spoil  func(*issuer)
		back   func(*Return)
		reason string
	}{
		"another issuer":              {spoil: claim("iss", "https://evil.example"), reason: "token"},
		"another audience":            {spoil: claim("aud", "another-client"), reason: "token"},
		"several audiences, no azp":   {spoil: claim("aud", []string{"maillage", "another"}), reason: "azp"},
		"another authorized party":    {spoil: claim("azp", "another-client"), reason: "azp"},
		"another nonce":               {spoil: claim("nonce", "x"), reason: "nonce"},
		"no nonce":                    {spoil: claim("nonce", nil), reason: "nonce"},
		"expired":                     {spoil: claim("exp", time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Unix()), reason: "token"},
		"not yet valid":               {spoil: claim("nbf", time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC).Unix()), reason: "token"},
		"no level":                    {spoil: claim("acr", nil), reason: "acr"},
		"a lower level":               {spoil: claim("acr", "eidas0"), reason: "acr"},
		"no subject":                  {spoil: claim("sub", nil), reason: "sub"},
		"another subject in userinfo": {spoil: claim("sub", "f:psc:another"), reason: "sub"},
		"an access token not its own": {spoil: claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), reason: "at_hash"},
		"no signature": {spoil: func(i *issuer) {
			i.sign = func(p []byte) string { return i.compact(map[string]any{"alg": "none"}, p, nil) }
		}, reason: "token"},
		"an algorithm of shared secrets": {spoil: func(i *issuer) {
			i.header = func(h map[string]any) { h["alg"] = "HS256" }
		}, reason: "token"},
		"an unknown key": {spoil: func(i *issuer) {
			i.sign = func(p []byte) string { return i.compact(map[string]any{"alg": "RS256", "kid": "k9"}, p, testKeys[1]) }
		}, reason: "token"},
		"another key under a known name": {spoil: func(i *issuer) {
			i.sign = func(p []byte) string { return i.compact(map[string]any{"alg": "RS256", "kid": "k1"}, p, testKeys[1]) }
		}, reason: "token"},
		"an altered token": {spoil: func(i *issuer) {
			i.sign = func(p []byte) string { s := i.signed(p); return s[:len(s)-6] + "AAAAAA" }
		}, reason: "token"},
		"no token":                {spoil: func(i *issuer) { i.sign = func([]byte) string { return "" } }, reason: "token"},
		"another state":           {back: func(r *Return) { r.State = "x" }, reason: "state"},
		"no state":                {back: func(r *Return) { r.State = "" }, reason: "state"},
		"another browser":         {back: func(r *Return) { r.Cookie = "" }, reason: "state"},
		"an invented code":        {back: func(r *Return) { r.Code = "x" }, reason: "code"},
		"another issuer's return": {back: func(r *Return) { r.Issuer = "https://evil.example" }, reason: "iss-parameter"},
		"refused at the provider": {back: func(r *Return) { r.Error = "access_denied" }, reason: "refused-there"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w, i, _ := connected(t, dbtest.SQLite(t))
			i.t = t
			if c.spoil != nil {
				c.spoil(i)
			}
			before := w.count("SELECT COUNT(*) FROM session")
			opened, err := w.round(i, Actor{}, c.back)
			w.wants(fault.KindInvalid, err)
			if rule := ruleOf(err); rule != "oidc."+c.reason {
				t.Errorf("refused for %s, want %s: %v", rule, c.reason, err)
			}
			if opened.Token != "" || w.count("SELECT COUNT(*) FROM session") != before || w.count("SELECT COUNT(*) FROM external_identity") != 0 {
				t.Error("something was opened or linked")
			}
		})
	}
}

func TestAnswersServeOnce(t *testing.T) {
	w, i, _ := connected(t, dbtest.SQLite(t))
	d, err := w.Depart(w.ctx, Actor{}, psc, "/avis", door)
	w.must(err)
	code, state := i.visit(d.URL)
	back := Return{Slug: psc, Code: code, State: state, Cookie: d.State}
	_, _, err = w.Arrive(w.ctx, back, door)
	w.must(err)
	_, _, err = w.Arrive(w.ctx, back, door)
	if ruleOf(err) != "oidc.state" {
		t.Errorf("the same return again: %v", err)
	}
	_, err = w.round(i, Actor{}, func(r *Return) { r.Code = code }) // a spent code in a new ceremony
	if ruleOf(err) != "oidc.code" {
		t.Errorf("a replayed code: %v", err)
	}
	_, err = w.round(i, Actor{}, func(*Return) { w.clock.Advance(oidcTime + time.Second) })
	if ruleOf(err) != "oidc.state" {
		t.Errorf("a late return: %v", err)
	}
}

func TestRotatedKeysAreFetched(t *testing.T) {
	w, i, _ := connected(t, dbtest.SQLite(t))
	_, err := w.round(i, Actor{}, nil)
	w.must(err)
	i.keys, i.signer = map[string]*rsa.PrivateKey{"k2": testKeys[1]}, "k2"
	_, err = w.round(i, Actor{}, nil)
	w.must(err)
	i.sign = func(p []byte) string { return i.compact(map[string]any{"alg": "RS256", "kid": "k1"}, p, testKeys[0]) }
	if _, err = w.round(i, Actor{}, nil); ruleOf(err) != "oidc.token" {
		t.Errorf("a withdrawn key: %v", err)
	}
}

func TestProviderDown(t *testing.T) {
	w, i, _ := connected(t, dbtest.SQLite(t))
	d, err := w.Depart(w.ctx, Actor{}, psc, "/", door)
	w.must(err)
	code, state := i.visit(d.URL)
	i.server.Close()
	_, _, err = w.Arrive(w.ctx, Return{Slug: psc, Code: code, State: state, Cookie: d.State}, door)
	w.wants(fault.KindUnavailable, err)
	w.providers[0].found = nil
	_, err = w.Depart(w.ctx, Actor{}, psc, "/", door)
	w.wants(fault.KindUnavailable, err)
}

func TestLinkingAnAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, i, doctor := connected(t, d)
		i.userinfo = map[string]any{"sub": "subject-1"}
		officer, opened := w.person("Olivier Agent", officer91)
		_, err := w.round(i, Actor{}, nil)
		w.wants(fault.KindForbidden, err)
		_, err = w.round(i, w.visitor(opened.Token).Actor, nil)
		w.must(err)
		entered, err := w.round(i, Actor{}, nil)
		w.must(err)
		if w.visitor(entered.Token).Person.ID != officer.ID {
			t.Error("the link leads to somebody else")
		}
		_, err = w.round(i, Actor{ID: doctor.ID, SecondFactor: true}, nil)
		if ruleOf(err) != "oidc.taken" {
			t.Errorf("somebody else's identity was linked: %v", err)
		}
		w.must(w.Disable(w.ctx, System("test"), officer.ID, officer.Version))
		_, err = w.round(i, Actor{}, nil)
		w.wants(fault.KindForbidden, err)
	})
}

// Two accounts with one number, which only a mistake makes, are nobody's.
func TestAmbiguousNumberOpensNothing(t *testing.T) {
	w, i, _ := connected(t, dbtest.SQLite(t))
	other, _ := w.person("Homonyme Autre", Grant{Role: RoleGP})
	w.must(w.Edit(w.ctx, System("test"), EditCommand{ID: other.ID, Version: other.Version, Name: other.Name, RPPS: "99900000011"}))
	_, err := w.round(i, Actor{}, nil)
	w.wants(fault.KindForbidden, err)
}

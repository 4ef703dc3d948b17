package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// site is the pages of accounts, served for real, with a mail box.
type site struct {
	t       *testing.T
	service *accounts.Service
	pages   *Pages
	server  *httptest.Server
	box     []accounts.Mail
	clock   *clock.Fixed
}

// Send keeps a message in the box.
func (s *site) Send(_ context.Context, _ *db.Tx, m accounts.Mail) error {
	s.box = append(s.box, m)
	return nil
}

func newSite(t *testing.T, demo bool, providers ...accounts.Provider) *site {
	t.Helper()
	s := &site{t: t, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	sealer, err := accounts.NewKeySealer(accounts.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s.service, err = accounts.New(dbtest.SQLite(t), s.clock, s, sealer, accounts.Config{
		BaseURL: "http://localhost:8080", Demo: demo, Providers: providers, Argon: accounts.Argon{MemoryKiB: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	fail := func(w http.ResponseWriter, r *http.Request, err error) { http.Error(w, err.Error(), httpx.Status(err)) }
	s.pages = &Pages{Service: s.service, Fail: fail}
	if err := accounts.CheckRoutes(s.pages.Routes()); err != nil {
		t.Fatal(err)
	}
	router := &httpx.Router{
		Guard: func(r *http.Request, p httpx.Permission) error {
			return accounts.FromContext(r.Context()).RequireSomewhere(p)
		},
		Private: func(p httpx.Permission) bool { return !accounts.Actor{}.CanSomewhere(p) }, Fail: fail}
	router.Add(s.pages.Routes()...)
	s.server = httptest.NewServer(httpx.Chain(router, httpx.Language, s.pages.Session))
	t.Cleanup(s.server.Close)
	return s
}

// browser is somebody in front of the pages; it follows no redirect.
func (s *site) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *site) read(resp *http.Response, err error) (*http.Response, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, string(body)
}

func (s *site) get(b *http.Client, path string, status int) string {
	s.t.Helper()
	resp, body := s.read(b.Get(s.server.URL + path))
	if resp.StatusCode != status {
		s.t.Fatalf("GET %s: %d, want %d\n%s", path, resp.StatusCode, status, body)
	}
	return body
}

func (s *site) post(b *http.Client, path string, status int, pairs ...string) (*http.Response, string) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, body := s.read(b.PostForm(s.server.URL+path, form))
	if resp.StatusCode != status {
		s.t.Fatalf("POST %s: %d, want %d\n%s", path, resp.StatusCode, status, body)
	}
	return resp, body
}

func (s *site) has(body string, all ...string) {
	s.t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			s.t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
}

// link is the path of the last mailed link.
func (s *site) link() string {
	s.t.Helper()
	return strings.TrimPrefix(s.box[len(s.box)-1].Link, "http://localhost:8080")
}

const password = "cheval agrafe pile correct"

// invited makes an account through the pages and gives its browser.
func (s *site) invited(name, email string, grants ...accounts.Grant) *http.Client {
	s.t.Helper()
	_, err := s.service.Invite(context.Background(), accounts.System("test"), accounts.InviteCommand{Name: name, Email: email, Lang: i18n.FR, Grants: grants})
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	s.has(s.get(b, s.link(), 200), name)
	_, body := s.post(b, s.link(), 422, "password", "short")
	s.has(body, "12 caractères", name)
	s.post(b, s.link(), 303, "password", password)
	return b
}

func TestSigningInByPassword(t *testing.T) {
	s := newSite(t, false)
	s.invited("Karim Test", "karim@example.org", accounts.Grant{Role: accounts.RoleOfficer, Region: "11"})
	b := s.browser()
	s.has(s.get(b, "/connexion?suite=/carte%3Fa%3D1", 200), `name="suite" value="/carte?a=1"`)
	_, body := s.post(b, "/connexion", 422, "email", "karim@example.org", "password", "my wrong secret", "suite", "/carte")
	s.has(body, `value="karim@example.org"`, `value="/carte"`, "ne convient pas")
	if strings.Contains(body, "my wrong secret") {
		t.Error("the password came back")
	}
	resp, _ := s.post(b, "/connexion", 303, "email", "karim@example.org", "password", password, "suite", "/carte")
	if resp.Header.Get("Location") != "/carte" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("led to %q, cache %q", resp.Header.Get("Location"), resp.Header.Get("Cache-Control"))
	}
	var found bool
	for _, c := range resp.Cookies() {
		if c.Name == localCookie {
			found = c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" && c.Domain == ""
		}
	}
	if !found {
		t.Errorf("cookies %v", resp.Cookies())
	}
	s.has(s.get(b, "/compte", 200), "Karim Test", "Île-de-France")
	resp, _ = s.post(b, "/connexion", 303, "email", "karim@example.org", "password", password, "suite", "//example.net/x")
	if resp.Header.Get("Location") != "/" {
		t.Errorf("led elsewhere: %q", resp.Header.Get("Location"))
	}
	var left devices
	s.pages.Devices = &left
	s.post(b, "/compte/sessions", 303)
	resp, _ = s.post(b, "/deconnexion", 303, "device", "https://push.example/x")
	if len(left) != 2 || !strings.HasPrefix(left[0], "elsewhere ") || !strings.HasSuffix(left[1], " https://push.example/x") || strings.HasPrefix(left[1], " ") {
		t.Errorf("what is pushed to this device goes on: %q", left)
	}
	if !strings.Contains(resp.Header.Get("Clear-Site-Data"), "storage") {
		t.Error("signing out leaves the browser's storage")
	}
	s.get(b, "/compte", 401)
}

func TestCookieOverTLS(t *testing.T) {
	s := newSite(t, false)
	service, err := accounts.New(nil, s.clock, s, nil, accounts.Config{BaseURL: "https://maillage.example.org", Argon: accounts.Argon{MemoryKiB: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	(&Pages{Service: service}).setToken(w, "x")
	if got := w.Header().Get("Set-Cookie"); got != "__Host-maillage=x; Path=/; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("got %q", got)
	}
}

func TestForgottenPasswordTellsNothing(t *testing.T) {
	s := newSite(t, false)
	s.invited("Karim Test", "karim@example.org", accounts.Grant{Role: accounts.RoleOfficer, Region: "11"})
	_, known := s.post(s.browser(), "/mot-de-passe", 200, "email", "karim@example.org")
	_, unknown := s.post(s.browser(), "/mot-de-passe", 200, "email", "nobody@example.org")
	if known != unknown {
		t.Error("the page tells whether the account exists")
	}
	if n, err := s.service.SendResets(context.Background()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	b, link := s.browser(), s.link()
	s.get(b, link, 200)
	s.post(b, link, 422, "password", "short")
	s.post(b, link, 303, "password", "un tout nouveau mot")
	s.get(b, link, 404)
	s.post(b, "/connexion", 303, "email", "karim@example.org", "password", "un tout nouveau mot")
}

var secretShown = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)

// code is what a generator shows: RFC 6238, written again so that the pages are not tested with their own arithmetic.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[sum[19]&15:])&(1<<31-1))%1_000_000)
}

func TestSecondFactorThroughPages(t *testing.T) {
	s := newSite(t, false)
	b := s.invited("Gaëlle Test", "gaelle@example.org", accounts.Grant{Role: accounts.RoleGP, Departement: "93"})
	s.has(s.get(b, "/compte", 200), "Il manque un second facteur")
	body := s.get(b, "/compte/codes", 200)
	s.has(body, "<path d=\"M4 4h1v1h-1z")
	secret := secretShown.FindStringSubmatch(body)[1]
	_, body = s.post(b, "/compte/codes", 422, "code", "000000")
	s.has(body, secret)
	_, body = s.post(b, "/compte/codes", 200, "code", code(t, secret, s.clock.Now()))
	s.has(body, "Codes de secours")
	if strings.Contains(s.get(b, "/compte", 200), "Il manque un second facteur") {
		t.Error("still asked for")
	}

	b = s.browser()
	resp, _ := s.post(b, "/connexion", 303, "email", "gaelle@example.org", "password", password, "suite", "/avis")
	if resp.Header.Get("Location") != "/connexion/code?suite=%2Favis" {
		t.Fatalf("led to %q", resp.Header.Get("Location"))
	}
	s.get(b, "/compte", 401)
	s.has(s.get(b, "/connexion/code?suite=/avis", 200), "one-time-code")
	s.clock.Advance(time.Minute)
	resp, _ = s.post(b, "/connexion/code", 303, "code", code(t, secret, s.clock.Now()), "suite", "/avis")
	if resp.Header.Get("Location") != "/avis" {
		t.Errorf("led to %q", resp.Header.Get("Location"))
	}
	s.get(b, "/compte", 200)
}

func TestAdministrationThroughPages(t *testing.T) {
	s := newSite(t, true)
	if err := s.service.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	officer, admin := s.browser(), s.browser()
	s.get(s.browser(), "/administration/comptes", 401)
	s.has(s.get(admin, "/connexion", 200), "demo-admin", accounts.DemoPassword)
	s.post(officer, "/connexion/demonstration", 303, "account", "demo-officer-91")
	s.get(officer, "/administration/comptes", 403)
	s.get(officer, "/administration/audit", 403)
	s.post(officer, "/administration/comptes/demo-admin/etat", 403, "action", "disable", "version", "1")
	s.post(admin, "/connexion/demonstration", 303, "account", "demo-admin")
	s.has(s.get(admin, "/administration/comptes?q=sophie", 200), "Sophie Lemoine", "CPTS de Grigny")

	typed := []string{"name", "Zoé Neuve", "email", "zoe@", "rpps", "12345678901", "organisation", accounts.DemoAgency, "lang", "en",
		"grant-0-role", "officer", "grant-0-departement", "94", "grant-1-role", "applicant"}
	_, body := s.post(admin, "/administration/comptes/invitation", 422, typed...)
	s.has(body, `value="Zoé Neuve"`, `value="zoe@"`, `value="12345678901"`, `<option value="94" selected>`, `<option value="applicant" selected>`,
		`<option value="`+accounts.DemoAgency+`" selected>`, "choisissez-la")
	typed[3], typed[15] = "zoe@example.org", ""
	resp, _ := s.post(admin, "/administration/comptes/invitation", 303, typed...)
	page := resp.Header.Get("Location")
	s.has(s.get(admin, page, 200), "Zoé Neuve", "Invitation de Zoé Neuve.", `<option value="11" selected>`)
	s.post(admin, page+"/roles", 303, "version", "1", "grant-0-role", "reviewer")
	_, body = s.post(admin, page+"/roles", 409, "version", "1", "grant-0-role", "gp")
	s.has(body, "a changé entre-temps", `<option value="gp" selected>`)
	s.post(admin, page+"/etat", 303, "version", "2", "action", "disable")
	s.get(s.browser(), s.link(), 404)
	s.has(s.get(admin, "/administration/audit?action=accounts.", 200), "Compte désactivé\u00a0: Zoé Neuve.", "avant\u00a0: Agent de l’ARS (94)")
	s.post(admin, "/administration/comptes/demo-admin/etat", 409, "action", "disable", "version", "1")
}

func TestOrganisationsThroughPages(t *testing.T) {
	s := newSite(t, true)
	if err := s.service.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	admin := s.browser()
	s.post(admin, "/connexion/demonstration", 303, "account", "demo-admin")
	_, body := s.post(admin, "/administration/organisations", 422, "name", "Mairie d’Évry", "kind", "", "departement", "91")
	s.has(body, `value="Mairie d’Évry"`, `<option value="91" selected>`)
	s.post(admin, "/administration/organisations", 303, "id", "s-1", "name", "Mairie d’Évry", "kind", "commune", "departement", "91")
	s.has(s.get(admin, "/administration/organisations/s-1", 200), "Mairie d’Évry")
	s.post(admin, "/administration/organisations", 303, "id", "s-1", "version", "1", "name", "Ville d’Évry", "kind", "commune")
	s.post(admin, "/administration/organisations", 409, "id", "s-1", "version", "1", "name", "Autre", "kind", "commune")
	s.has(s.get(admin, "/administration/comptes/invitation", 200), `<option value="s-1">Ville d’Évry</option>`)
}

func TestExports(t *testing.T) {
	s := newSite(t, true)
	if err := s.service.SeedDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	admin := s.browser()
	s.post(admin, "/connexion/demonstration", 303, "account", "demo-admin")
	body := s.get(admin, "/administration/comptes.csv?role=gp", 200)
	if lines := strings.Count(body, "\n"); lines != 4 { // a header, and a row for each of three départements
		t.Errorf("%d lines:\n%s", lines, body)
	}
	s.has(body, "Camille Ferrand,generaliste@example.org,99900000011,Médecin généraliste,11,93")
	s.has(s.get(admin, "/administration/audit.csv?action=accounts.export", 200), "Liste de comptes téléchargée (1).")
	s.get(admin, "/administration/comptes.xlsx", 200)
	s.get(admin, "/administration/audit.ods", 200)
}

// Only the browser that left for a provider can come back from it. What is in the tokens is tested in internal/accounts.
func TestProviderDoors(t *testing.T) {
	var issuer *httptest.Server
	issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"https://wallet.example/auth","token_endpoint":%q,"jwks_uri":%q}`,
			issuer.URL, issuer.URL+"/token", issuer.URL+"/jwks")
	}))
	defer issuer.Close()
	s := newSite(t, false, accounts.ProConnect(issuer.URL, "maillage", "secret"))
	b := s.browser()
	s.has(s.get(b, "/connexion?suite=/carte", 200), `href="/connexion/fournisseur/proconnect?suite=%2Fcarte"`)
	s.get(b, "/connexion/fournisseur/unknown", 404)
	resp, _ := s.read(b.Get(s.server.URL + "/connexion/fournisseur/proconnect"))
	away, err := resp.Location()
	if err != nil || resp.StatusCode != http.StatusSeeOther || away.Host != "wallet.example" {
		t.Fatalf("%d to %v: %v", resp.StatusCode, away, err)
	}
	state := away.Query().Get("state")
	if want := s.server.URL; strings.Contains(away.RawQuery, url.QueryEscape(want)) || away.Query().Get("redirect_uri") != "http://localhost:8080/connexion/fournisseur/proconnect/retour" {
		t.Errorf("comes back to %s", away.Query().Get("redirect_uri"))
	}
	s.get(s.browser(), "/connexion/fournisseur/proconnect/retour?code=x&state="+state, 422)
	s.has(s.get(b, "/connexion/fournisseur/proconnect/retour?error=access_denied&state="+state, 422), "oidc.refused-there")
	issuer.Close()
	down := newSite(t, false, accounts.ProConnect(issuer.URL, "maillage", "secret"))
	down.get(down.browser(), "/connexion/fournisseur/proconnect", 503)
}

func TestNoDemonstrationDoorElsewhere(t *testing.T) {
	s := newSite(t, false)
	if strings.Contains(s.get(s.browser(), "/connexion", 200), "demo") {
		t.Error("the demonstration's list is shown")
	}
	s.post(s.browser(), "/connexion/demonstration", 404, "account", "demo-admin")
}

func TestAddressOfTheClient(t *testing.T) {
	p := &Pages{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1234", "", "203.0.113.9"},
		{"203.0.113.9:1234", "198.51.100.1", "203.0.113.9"}, // anybody can write a header
		{"127.0.0.1:1234", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:1234", "6.6.6.6, 198.51.100.1", "198.51.100.1"}, // only the last hop is the proxy's
		{"[::1]:1234", "nonsense", "::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := p.address(r); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

// devices notes what it is told of sessions that end.
type devices []string

func (d *devices) SignedOut(_ context.Context, _, session, endpoint string) error {
	*d = append(*d, session+" "+endpoint)
	return nil
}

func (d *devices) SignedOutElsewhere(_ context.Context, _, session string) error {
	*d = append(*d, "elsewhere "+session)
	return nil
}

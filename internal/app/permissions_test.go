package app

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/testdata"
)

//go:generate go test -count=1 -run ^TestPermissionsPage$ . -update

var update = flag.Bool("update", false, "write docs/permissions.md instead of comparing it")

const permissionsPage = "../../docs/permissions.md"

func TestMain(m *testing.M) {
	m.Run()
	_ = os.RemoveAll(prepared.dir)
}

// demonstration is a whole program with the demonstration's people.
func demonstration(t testing.TB) *App {
	t.Helper()
	prepared.once.Do(func() { prepared.dir, prepared.err = prepareDemonstration() })
	if prepared.err != nil {
		t.Fatal(prepared.err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := testdata.CopyData(dir, prepared.dir); err != nil {
		t.Fatal(err)
	}
	a, err := New(context.Background(), demoIn(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// prepared is a demonstration made once; each test opens a copy.
var prepared struct {
	once sync.Once
	dir  string
	err  error
}

func demoIn(dir string) Config {
	return Config{DB: filepath.Join(dir, "maillage.db"), Data: dir, BaseURL: "http://127.0.0.1:1", Region: "11",
		Demo: true, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)}
}

func prepareDemonstration() (string, error) {
	dir, err := os.MkdirTemp("", "maillage-app-test")
	if err != nil {
		return "", err
	}
	a, err := New(context.Background(), demoIn(dir))
	if err != nil {
		return dir, err
	}
	return dir, a.Close()
}

// A stale page fails the full run; the short one, of everyday work, says so.
func TestPermissionsPage(t *testing.T) {
	want := accounts.Document(i18n.EN, demonstration(t).router.Routes())
	if *update {
		if err := os.WriteFile(permissionsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(permissionsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	const message = "docs/permissions.md is stale: run go generate ./internal/app"
	if testing.Short() {
		t.Log(message)
		return
	}
	t.Error(message)
}

// user is somebody of the matrix, with the only place where their role holds.
type user struct {
	actor                          accounts.Actor
	region, departement, structure string
}

// pairs gives two users per role: same role, different people, départements and structures; and one who holds the role over the region.
func pairs(r accounts.Role) []user {
	make := func(id, region, departement, structure string) user {
		return user{region: region, departement: departement, structure: structure, actor: accounts.Actor{
			ID: id, SecondFactor: true, Grants: []accounts.Grant{{Role: r, Region: region, Departement: departement, Structure: structure}}}}
	}
	return []user{make("a", "11", "91", "s-a"), make("b", "11", "77", "s-b"), make("wide", "11", "", "s-w")}
}

// scopes are objects of each user's place and person, in every combination, one in another region and one nowhere.
func scopes() []accounts.Scope {
	all := []accounts.Scope{{}}
	for _, place := range [][2]string{{"11", "91"}, {"11", "77"}, {"", "91"}, {"11", ""}, {"24", "28"}, {"", ""}} {
		for _, structure := range []string{"s-a", "s-b", "s-w", ""} {
			for _, owner := range []string{"a", "b", "wide", ""} {
				all = append(all, accounts.Scope{Region: place[0], Departement: place[1], Structure: structure, Owner: owner})
			}
		}
	}
	return all
}

// allowed is what the declaration says, spelled out a second time as plain sentences.
func allowed(d accounts.Declared, r accounts.Role, u user, at accounts.Scope) bool {
	inside := at.Departement == u.departement
	if u.departement == "" {
		inside = at.Region == "11" || at.Departement == "91" || at.Departement == "77"
	}
	for _, l := range d.Who {
		if l == accounts.Anyone || l == accounts.SignedIn || l == accounts.SignedInOwn && at.Owner == u.actor.ID {
			return true
		}
		if l.Role != r {
			continue
		}
		switch {
		case l.Reach == accounts.Everywhere, l.Reach == accounts.InTerritory && inside,
			l.Reach == accounts.InStructure && at.Structure == u.structure, l.Reach == accounts.Own && at.Owner == u.actor.ID:
			return true
		}
	}
	return false
}

// Every permission of every room × every role × two users (and one over the region) × every place and owner.
func TestMatrixLeaksNothing(t *testing.T) {
	tried, leaks, denied := 0, 0, 0
	for _, d := range accounts.Permissions() {
		for _, r := range accounts.Roles {
			for _, u := range pairs(r) {
				for _, at := range scopes() {
					tried++
					switch can, may := u.actor.Can(d.Name, at), allowed(d, r, u, at); {
					case can && !may:
						leaks++
						t.Errorf("leak: %s %s on %+v through %s", r, u.actor.ID, at, d.Name)
					case may && !can:
						denied++
						t.Errorf("refused though declared: %s %s on %+v through %s", r, u.actor.ID, at, d.Name)
					}
				}
			}
		}
	}
	t.Logf("%d permissions, %d checks, %d leaks, %d wrong refusals", len(accounts.Permissions()), tried, leaks, denied)
}

// browser signs in as a demonstration account; as nobody when it is "".
func browser(t *testing.T, server *httptest.Server, account string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if account != "" {
		resp, err := b.PostForm(server.URL+"/connexion/demonstration", url.Values{"account": {account}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s could not sign in: %d", account, resp.StatusCode)
		}
	}
	return b
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// Every route of the program × every demonstration account and nobody: closed to whoever holds its permission nowhere, and never
// answering before that is known.
func TestRoutesAreClosed(t *testing.T) {
	a := demonstration(t)
	server := httptest.NewServer(a.handler)
	defer server.Close()
	tried, leaks := 0, 0
	for _, who := range append([]accounts.DemoAccount{{}}, accounts.DemoAccounts...) {
		b := browser(t, server, who.ID)
		actor := accounts.Actor{ID: who.ID, Grants: who.Grants}
		for _, route := range a.router.Routes() {
			if actor.CanSomewhere(route.Permission) {
				continue
			}
			tried++
			want := http.StatusForbidden
			if actor.Anonymous() {
				want = http.StatusUnauthorized
			}
			if got := status(t, b, server.URL, route); got != want {
				leaks++
				t.Errorf("%s %s as %q: %d, want %d", route.Method, route.Path, who.ID, got, want)
			}
		}
	}
	t.Logf("%d routes, %d closed doors tried, %d leaks", len(a.router.Routes()), tried, leaks)
}

// A page of another site can neither write nor sign anybody in, whatever cookies the browser adds.
func TestOtherSitesCannotWrite(t *testing.T) {
	a := demonstration(t)
	server := httptest.NewServer(a.handler)
	defer server.Close()
	b := browser(t, server, "demo-admin")
	for _, route := range a.router.Routes() {
		if route.Method == http.MethodGet {
			continue
		}
		req, err := http.NewRequestWithContext(context.Background(), route.Method, server.URL+wildcard.ReplaceAllString(route.Path, "x"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		req.Header.Set("Origin", "https://evil.example")
		resp, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s from another site: %d", route.Method, route.Path, resp.StatusCode)
		}
	}
}

func status(t *testing.T, b *http.Client, base string, route httpx.Route) int {
	t.Helper()
	path := strings.TrimSuffix(wildcard.ReplaceAllString(route.Path, "x"), "{$}")
	req, err := http.NewRequestWithContext(context.Background(), route.Method, base+path, nil)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", route.Path, err))
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}

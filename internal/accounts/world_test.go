package accounts

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// world is a service on its own database, a clock that stands still and a mail box.
type world struct {
	*Service
	t     *testing.T
	ctx   context.Context
	clock *clock.Fixed
	box   []Mail
}

// Send keeps a message in the box.
func (w *world) Send(_ context.Context, _ *db.Tx, m Mail) error { w.box = append(w.box, m); return nil }

const goodPassword = "cheval agrafe pile correct"

var door = Door{Address: "192.0.2.7", Device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}

func newWorld(t *testing.T, d *db.DB, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	sealer, err := NewKeySealer(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	config := Config{BaseURL: "https://maillage.example.org", Argon: Argon{MemoryKiB: 64, Passes: 1, Threads: 1}}
	for _, c := range change {
		c(&config)
	}
	if w.Service, err = New(d, w.clock, w, sealer, config); err != nil {
		t.Fatal(err)
	}
	return w
}

// each runs a test in a world on SQLite and in one on PostgreSQL.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wants(kind fault.Kind, err error) {
	w.t.Helper()
	if !fault.Is(err, kind) {
		w.t.Fatalf("got %v, want %s", err, kind)
	}
}

// invited invites somebody and gives the token of their link.
func (w *world) invited(name string, grants ...Grant) (Person, string) {
	w.t.Helper()
	email := strings.ReplaceAll(db.Fold(name), " ", ".") + "@example.org"
	p, err := w.Invite(w.ctx, System("test"), InviteCommand{Name: name, Email: email, Lang: i18n.FR, Grants: grants})
	w.must(err)
	return p, w.lastToken()
}

// person makes an active account and a session.
func (w *world) person(name string, grants ...Grant) (Person, Opened) {
	w.t.Helper()
	p, token := w.invited(name, grants...)
	opened, err := w.AcceptInvitation(w.ctx, AcceptCommand{Token: token, Password: goodPassword, Door: door})
	w.must(err)
	p, err = w.Person(w.ctx, System("test"), p.ID)
	w.must(err)
	return p, opened
}

func (w *world) visitor(token string) Visitor {
	w.t.Helper()
	v, err := w.Authenticate(w.ctx, token)
	w.must(err)
	return v
}

func (w *world) lastToken() string {
	w.t.Helper()
	if len(w.box) == 0 {
		w.t.Fatal("no mail was sent")
	}
	link := w.box[len(w.box)-1].Link
	return link[strings.LastIndex(link, "/")+1:]
}

func (w *world) signIn(email, password string) (Opened, error) {
	return w.SignIn(w.ctx, SignInCommand{Email: email, Password: password, Door: door})
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	w.must(w.db.GetContext(w.ctx, &n, query, args...))
	return n
}

func fieldsOf(err error) map[string]i18n.Text {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Fields
	}
	return nil
}

func ruleOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Rule
	}
	return ""
}

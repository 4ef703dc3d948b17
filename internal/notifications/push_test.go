package notifications

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

// browser is a device that can decrypt what is pushed to it.
type browser struct {
	private *ecdh.PrivateKey
	auth    []byte
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	auth := make([]byte, 16)
	_, _ = rand.Read(auth)
	return &browser{private, auth}
}

func (b *browser) subscription(endpoint string) SubscribeCommand {
	cmd := SubscribeCommand{Endpoint: endpoint, Device: "Firefox, Android"}
	cmd.Keys.P256dh = base64.RawURLEncoding.EncodeToString(b.private.PublicKey().Bytes())
	cmd.Keys.Auth = base64.RawURLEncoding.EncodeToString(b.auth)
	return cmd
}

// decrypt reads one record as RFC 8291 says.
func (b *browser) decrypt(t *testing.T, body []byte) string {
	t.Helper()
	salt, keyLen := body[:16], int(body[20])
	sender, sealed := body[21:21+keyLen], body[21+keyLen:]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.private.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	key := func(secret, salt []byte, info string, n int) []byte {
		k, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	secret := key(shared, b.auth, "WebPush: info\x00"+string(b.private.PublicKey().Bytes())+string(sender), 32)
	block, err := aes.NewCipher(key(secret, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, key(secret, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(string(plain), "\x00\x02")
}

// maker is a push service.
type maker struct {
	sync.Mutex
	server  *httptest.Server
	answer  int
	got     [][]byte
	headers []http.Header
}

func newMaker(t *testing.T) *maker {
	m := &maker{answer: http.StatusCreated}
	m.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.Lock()
		defer m.Unlock()
		m.got, m.headers = append(m.got, body), append(m.headers, r.Header)
		w.WriteHeader(m.answer)
	}))
	t.Cleanup(m.server.Close)
	return m
}

type letters struct{ sent []Notice }

func (l *letters) Mail(_ context.Context, _ *db.Tx, n Notice) error {
	l.sent = append(l.sent, n)
	return nil
}

type world struct {
	t     *testing.T
	d     *db.DB
	s     *Service
	maker *maker
	mail  *letters
	clock *clock.Fixed
	queue *jobs.Registry
}

// monday is a working Monday at ten.
var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, i18n.Paris)

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys, err := OpenKeys(filepath.Join(t.TempDir(), "keys", "push.keys"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, d: d, maker: newMaker(t), mail: &letters{}, clock: clock.At(monday)}
	w.s = New(d, w.clock, keys, w.mail, Config{Contact: "https://m.example", Makers: []string{strings.TrimPrefix(w.maker.server.URL, "https://")}, Client: w.maker.server.Client()})
	w.queue = jobs.NewRegistry(d, w.clock, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.s.Register(w.queue)
	return w
}

func person(id string) accounts.Actor { return accounts.Actor{ID: id, Name: "Dr " + id} }

func (w *world) link(who string, b *browser, at string) {
	w.t.Helper()
	if err := w.s.Subscribe(ctx, person(who), b.subscription(w.maker.server.URL+at)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) send(n Notice) {
	w.t.Helper()
	if err := w.d.InTx(ctx, func(tx *db.Tx) error { return w.s.Send(ctx, tx, n) }); err != nil {
		w.t.Fatal(err)
	}
}

// work runs the jobs that are due.
func (w *world) work() {
	w.t.Helper()
	if _, err := w.queue.RunDue(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func notice(who string) Notice {
	return Notice{Person: who, To: who + "@example.org", Name: "Dr Zébulonska", Topic: TopicWork, Title: "Une demande vous attend",
		Paragraphs: []string{"La demande ABCD1234 (P1) est à prendre en charge."}, Path: "/telexpertise/demandes/00000000-0000-4000-8000-000000000001"}
}

// What the browser decrypts is a sentence and an address: nobody's name, no reference, no urgency.
func TestAPushSaysNothingOfAnybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, b := newWorld(t, d), newBrowser(t)
		w.link("derm", b, "/device")
		w.send(notice("derm"))
		w.work()
		if len(w.maker.got) != 1 || len(w.mail.sent) != 1 {
			t.Fatalf("%d pushes, %d mails", len(w.maker.got), len(w.mail.sent))
		}
		plain := b.decrypt(t, w.maker.got[0])
		var said map[string]string
		if err := json.Unmarshal([]byte(plain), &said); err != nil {
			t.Fatal(plain, err)
		}
		if len(said) != 2 || said["title"] != "Une demande vous attend" || said["path"] != "/telexpertise/demandes/00000000-0000-4000-8000-000000000001" {
			t.Errorf("%v", said)
		}
		if strings.Contains(string(w.maker.got[0]), "demande") || !strings.HasPrefix(w.maker.headers[0].Get("Authorization"), "vapid t=") {
			t.Errorf("not encrypted, or not signed: %v", w.maker.headers[0])
		}
		var kept string
		if err := d.GetContext(ctx, &kept, "SELECT payload FROM job WHERE kind = $1", Kind); err != nil || kept != "null" {
			t.Errorf("the job keeps what it sent: %s %v", kept, err)
		}
	})
}

func TestAForgottenSubscriptionIsRemovedAndMailed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.link("derm", newBrowser(t), "/gone")
		rules := DefaultRules()
		rules.Channels[TopicWork] = Push
		if err := w.s.SetRules(ctx, person("derm"), rules); err != nil {
			t.Fatal(err)
		}
		w.maker.answer = http.StatusGone
		w.send(notice("derm"))
		if len(w.mail.sent) != 0 {
			t.Fatal("push alone was chosen, and a mail left at once")
		}
		w.work()
		devices, _, err := w.s.Mine(ctx, person("derm"))
		if err != nil || len(devices) != 0 || len(w.mail.sent) != 1 {
			t.Errorf("%d devices, %d mails, %v", len(devices), len(w.mail.sent), err)
		}
		w.send(notice("derm")) // no device any more: by mail at once
		if len(w.mail.sent) != 2 {
			t.Errorf("%d mails", len(w.mail.sent))
		}
	})
}

// A push service that refuses leaves a trace on the device, and whoever has nothing else is written to.
func TestAFailureIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.link("derm", newBrowser(t), "/refused")
		rules := DefaultRules()
		rules.Channels[TopicWork] = Push
		if err := w.s.SetRules(ctx, person("derm"), rules); err != nil {
			t.Fatal(err)
		}
		w.maker.answer = http.StatusForbidden
		w.send(notice("derm"))
		w.work()
		devices, _, err := w.s.Mine(ctx, person("derm"))
		if err != nil || len(devices) != 1 || devices[0].FailedAt == nil || !strings.Contains(devices[0].Failure, "403") {
			t.Errorf("%+v %v", devices, err)
		}
		var state string
		if err := d.GetContext(ctx, &state, "SELECT state FROM job WHERE kind = $1", Kind); err != nil || state != string(jobs.Dead) {
			t.Errorf("the job is %s %v", state, err)
		}
		if len(w.mail.sent) != 1 {
			t.Errorf("%d mails", len(w.mail.sent))
		}
	})
}

func TestQuietHoursDelayPushesOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.link("derm", newBrowser(t), "/device")
		w.clock.Set(time.Date(2026, 3, 6, 21, 0, 0, 0, i18n.Paris)) // a Friday evening
		w.send(notice("derm"))
		w.work()
		if len(w.maker.got) != 0 || len(w.mail.sent) != 1 {
			t.Fatalf("%d pushes, %d mails", len(w.maker.got), len(w.mail.sent))
		}
		urgent := notice("derm")
		urgent.Urgent = true
		w.send(urgent)
		w.work()
		if len(w.maker.got) != 1 || w.maker.headers[0].Get("Urgency") != "high" {
			t.Fatalf("%d pushes", len(w.maker.got))
		}
		w.clock.Set(time.Date(2026, 3, 9, 7, 0, 0, 0, i18n.Paris)) // the Monday after
		w.work()
		if len(w.maker.got) != 2 {
			t.Errorf("%d pushes", len(w.maker.got))
		}
	})
}

// TestADeviceIsToldNothingOfADossier: the mail says which dossier, the device only that there is news; the topic has its own channel.
func TestADeviceIsToldNothingOfADossier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		b := newBrowser(t)
		w.link("derm", b, "/device")
		n := Notice{Person: "derm", To: "derm@example.org", Topic: TopicFiles, Title: "Dossier 2026-0042 : décision", Pushed: "Du nouveau dans vos dossiers", Paragraphs: []string{"Votre demande est retenue."}, Path: "/dossiers/x"}
		w.send(n)
		var kept string
		if err := d.GetContext(ctx, &kept, "SELECT payload FROM job WHERE kind = $1", Kind); err != nil || strings.Contains(kept, "2026-0042") || strings.Contains(kept, "décision") || !strings.Contains(kept, n.Pushed) {
			t.Fatalf("%s %v", kept, err)
		}
		if len(w.mail.sent) != 1 || w.mail.sent[0].Title != n.Title {
			t.Fatalf("%+v", w.mail.sent)
		}
		rules := DefaultRules()
		rules.Channels[TopicFiles] = Push
		if err := w.s.SetRules(ctx, person("derm"), rules); err != nil {
			t.Fatal(err)
		}
		w.send(n)
		if len(w.mail.sent) != 1 {
			t.Error("on devices only, and a mail left")
		}
		w.send(notice("derm"))
		if len(w.mail.sent) != 2 {
			t.Error("the choice for dossiers silenced another topic")
		}
	})
}

func TestQuietTime(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, i18n.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	night, day := DefaultRules(), DefaultRules()
	day.QuietFrom, day.QuietTo, day.WorkingDays = "12:00", "14:00", false
	for _, c := range []struct {
		rules     Rules
		now, want string
	}{
		{night, "2026-03-02 10:00", "2026-03-02 10:00"}, {night, "2026-03-02 20:00", "2026-03-03 07:00"}, {night, "2026-03-03 06:59", "2026-03-03 07:00"},
		{night, "2026-04-04 10:00", "2026-04-07 07:00"}, // Saturday before Easter Monday
		{night, "2026-03-27 23:00", "2026-03-30 07:00"}, // the clocks change
		{day, "2026-03-07 13:00", "2026-03-07 14:00"}, {day, "2026-03-07 14:00", "2026-03-07 14:00"}, {Rules{}, "2026-03-07 03:00", "2026-03-07 03:00"},
	} {
		if got := c.rules.NotBefore(at(c.now), false); !got.Equal(at(c.want)) {
			t.Errorf("%s: %s, want %s", c.now, got.Format("2006-01-02 15:04"), c.want)
		}
	}
}

// A subscription leads to the maker of a browser, never into the installation's own network.
func TestOnlyMakersAreWrittenTo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.s.config.Makers = Makers
	b := newBrowser(t)
	for address, want := range map[string]bool{
		"https://fcm.googleapis.com/fcm/send/x": true, "https://updates.push.services.mozilla.com/wpush/v2/x": true, "https://web.push.apple.com/x": true,
		"http://fcm.googleapis.com/x": false, "https://127.0.0.1/x": false, "https://fcm.googleapis.com.example.org/x": false, "https://fcm.googleapis.com:444/x": false,
		"https://169.254.169.254/latest": false, "https://u:p@fcm.googleapis.com/x": false, "": false,
	} {
		err := w.s.Subscribe(ctx, person("derm"), b.subscription(address))
		if (err == nil) != want || err != nil && !fault.Is(err, fault.KindRefused) {
			t.Errorf("%q: %v", address, err)
		}
	}
	broken := b.subscription("https://fcm.googleapis.com/y")
	broken.Keys.P256dh = "AAAA"
	if err := w.s.Subscribe(ctx, person("derm"), broken); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a key that is none: %v", err)
	}
	if err := w.s.Subscribe(ctx, accounts.Actor{}, b.subscription("https://fcm.googleapis.com/z")); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("nobody subscribes: %v", err)
	}
}

// A browser that changes hands tells its new person only; one forgets one's own devices only.
func TestADeviceBelongsToOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, b := newWorld(t, d), newBrowser(t)
		w.link("one", b, "/shared")
		w.link("two", b, "/shared")
		one, _, _ := w.s.Mine(ctx, person("one"))
		two, _, _ := w.s.Mine(ctx, person("two"))
		if len(one) != 0 || len(two) != 1 {
			t.Fatal(len(one), len(two))
		}
		if err := w.s.Unsubscribe(ctx, person("one"), two[0].ID); err != nil {
			t.Fatal(err)
		}
		if two, _, _ = w.s.Mine(ctx, person("two")); len(two) != 1 {
			t.Error("somebody else’s device was removed")
		}
	})
}

func TestKeysAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "push.keys")
	first, err := OpenKeys(path)
	again, mistake := OpenKeys(path)
	if err != nil || mistake != nil || first != again || first.Public == "" {
		t.Error(first, again, err, mistake)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// Signing out ends what is pushed to the device that one leaves, and to no other.
func TestSigningOutForgetsTheDevice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, b := newWorld(t, d), newBrowser(t)
		link := func(who, session, at string) {
			t.Helper()
			cmd := b.subscription(w.maker.server.URL + at)
			cmd.Session = session
			if err := w.s.Subscribe(ctx, person(who), cmd); err != nil {
				t.Fatal(err)
			}
		}
		left := func(who string) string {
			t.Helper()
			devices, _, err := w.s.Mine(ctx, person(who))
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, one := range devices {
				paths = append(paths, strings.TrimPrefix(one.Endpoint, w.maker.server.URL))
			}
			slices.Sort(paths)
			return strings.Join(paths, " ")
		}
		check := func(err error, want string) {
			t.Helper()
			if got := left("derm"); err != nil || got != want || left("gp") != "/gp" {
				t.Fatalf("left “%s”, want “%s”; the other person has “%s”; %v", got, want, left("gp"), err)
			}
		}
		link("gp", "s1", "/gp") // whatever the session, another person's stays
		for at, session := range map[string]string{"/a": "s1", "/b": "s2", "/c": "s3", "/d": "s4", "/old": ""} {
			link("derm", session, at)
		}
		check(w.s.SignedOut(ctx, "derm", "", ""), "/a /b /c /d /old")
		check(w.s.SignedOut(ctx, "derm", "s1", ""), "/b /c /d /old")
		check(w.s.SignedOut(ctx, "derm", "s9", w.maker.server.URL+"/b"), "/c /d /old") // linked in an earlier session
		check(w.s.SignedOut(ctx, "derm", "s9", w.maker.server.URL+"/gp"), "/c /d /old")
		check(w.s.SignedOutElsewhere(ctx, "derm", "s3"), "/c")
		link("derm", "s5", "/c") // linked again later: the later session counts
		check(w.s.SignedOut(ctx, "derm", "s3", ""), "/c")
		check(w.s.SignedOut(ctx, "derm", "s5", ""), "")
		w.send(notice("derm"))
		w.work()
		if len(w.maker.got) != 0 || len(w.mail.sent) != 1 {
			t.Errorf("%d pushes to a device left, %d mails", len(w.maker.got), len(w.mail.sent))
		}
	})
}

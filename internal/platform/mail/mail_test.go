package mail_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	post "maillage/internal/platform/mail"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

// sealer turns bits over, which is enough to see that nothing is kept in clear.
type sealer struct{}

func (sealer) Seal(_ string, plain []byte) ([]byte, error)  { return flip(plain), nil }
func (sealer) Open(_ string, sealed []byte) ([]byte, error) { return flip(sealed), nil }

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0xaa
	}
	return out
}

var letter = post.Letter{
	To: "agnes@example.org", Name: "Agnès Lœw", Lang: i18n.FR, Subject: "Votre accès à Maillage\r\nBcc: x@example.org",
	Paragraphs: []string{"Bonjour Agnès,", "L’accès <b>vous</b> attend & dure 7 jours."},
	Link:       "https://maillage.example/invitation/SECRET?a=1&b=2", LinkText: "Ouvrir mon compte",
}

type office struct {
	d     *db.DB
	clock *clock.Fixed
	post  *post.Post
	jobs  *jobs.Registry
	log   *strings.Builder
}

func open(t *testing.T, d *db.DB, sender post.Sender) *office {
	t.Helper()
	o := &office{d: d, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), log: &strings.Builder{}}
	var err error
	if o.post, err = post.NewPost(d, o.clock, "Maillage <maillage@agence.example>", sender, sealer{}); err != nil {
		t.Fatal(err)
	}
	o.jobs = jobs.NewRegistry(d, o.clock, slog.New(slog.NewTextHandler(o.log, nil)))
	o.post.Register(o.jobs)
	return o
}

func (o *office) send(t *testing.T, l post.Letter) {
	t.Helper()
	if err := o.d.InTx(ctx, func(tx *db.Tx) error { return o.post.Send(ctx, tx, l) }); err != nil {
		t.Fatal(err)
	}
}

func (o *office) job(t *testing.T) jobs.Job {
	t.Helper()
	all, err := jobs.List(ctx, o.d, jobs.Filter{Kind: post.Kind})
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	return all[0]
}

func (o *office) run(t *testing.T) {
	t.Helper()
	if n, err := o.jobs.RunDue(ctx); err != nil || n != 1 {
		t.Fatalf("%d runs, %v", n, err)
	}
}

func TestOutbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		folder := filepath.Join(t.TempDir(), "outbox")
		o := open(t, d, post.Outbox{Folder: folder})
		o.send(t, letter)
		if waiting := o.job(t); strings.Contains(waiting.Payload, "SECRET") || strings.Contains(waiting.Payload, "agnes") {
			t.Fatal("the letter waits in clear")
		}
		o.run(t)
		j := o.job(t)
		if j.State != jobs.Done || j.Payload != "null" {
			t.Fatalf("%+v", j)
		}
		path := filepath.Join(folder, j.ID+".eml")
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v %v", info, err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		check(t, string(content), j.ID)
		if strings.Contains(o.log.String(), "agnes") || strings.Contains(o.log.String(), "SECRET") {
			t.Fatal("the log tells of the letter")
		}
	})
}

// check reads a message as a mail program does.
func check(t *testing.T, content, id string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	decode := new(mime.WordDecoder)
	subject, err := decode.DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Votre accès à Maillage Bcc: x@example.org" || m.Header.Get("Bcc") != "" {
		t.Errorf("subject %q, bcc %q, %v", subject, m.Header.Get("Bcc"), err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "agnes@example.org" || to[0].Name != "Agnès Lœw" {
		t.Errorf("to %v %v", to, err)
	}
	if got := m.Header.Get("Message-Id"); got != "<"+id+"@agence.example>" {
		t.Errorf("id %s", got)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct{ kind, text string }{
		{"text/plain", "L’accès <b>vous</b> attend & dure 7 jours.\n\nOuvrir mon compte\nhttps://maillage.example/invitation/SECRET?a=1&b=2\n"},
		{"text/html", `L’accès &lt;b&gt;vous&lt;/b&gt; attend &amp; dure 7 jours.`},
	} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) || !strings.Contains(text, want.text) {
			t.Errorf("%s:\n%s", part.Header.Get("Content-Type"), text)
		}
	}
}

// server speaks just enough SMTP. reply decides what it answers to RCPT TO.
type server struct {
	address string
	mu      sync.Mutex
	got     []string
	reply   string
}

func serve(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: "smtp+plain://" + l.Addr().String(), reply: "250 ok"}
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { s.session(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); sessions.Wait() })
	return s
}

func (s *server) session(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	fmt.Fprint(c, "220 test ESMTP\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.ToUpper(verb) {
		case "RCPT":
			s.mu.Lock()
			fmt.Fprint(c, s.reply+"\r\n")
			s.mu.Unlock()
		case "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			s.data(r)
			fmt.Fprint(c, "250 kept\r\n")
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func (s *server) data(r *bufio.Reader) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, b.String())
}

func (s *server) answer(reply string) { s.mu.Lock(); defer s.mu.Unlock(); s.reply = reply }

func TestSMTP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := serve(t)
		sender, err := post.NewSMTP(s.address)
		if err != nil {
			t.Fatal(err)
		}
		o := open(t, d, sender)
		o.send(t, letter)
		s.answer("450 4.2.1 <agnes@example.org> mailbox busy")
		o.run(t)
		if j := o.job(t); j.State != jobs.Queued || !strings.Contains(j.Error, "450") || strings.Contains(j.Error, "agnes") {
			t.Fatalf("%+v", j)
		}
		s.answer("250 ok")
		o.clock.Advance(time.Hour)
		o.run(t)
		j := o.job(t)
		if j.State != jobs.Done || len(s.got) != 1 {
			t.Fatalf("%+v %d letters", j, len(s.got))
		}
		check(t, s.got[0], j.ID)
	})
}

func TestRefusedForGood(t *testing.T) {
	s := serve(t)
	sender, err := post.NewSMTP(s.address)
	if err != nil {
		t.Fatal(err)
	}
	o := open(t, dbtest.SQLite(t), sender)
	s.answer("550 5.1.1 <agnes@example.org> no such user")
	o.send(t, letter)
	o.run(t)
	if j := o.job(t); j.State != jobs.Dead || !strings.Contains(j.Error, "550") || strings.Contains(j.Error, "agnes") || strings.Contains(o.log.String(), "agnes") {
		t.Fatalf("%+v", j)
	}
}

func TestServerAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "smtp+plain://" + l.Addr().String()
	_ = l.Close()
	sender, err := post.NewSMTP(address)
	if err != nil {
		t.Fatal(err)
	}
	o := open(t, dbtest.SQLite(t), sender)
	o.send(t, letter)
	o.run(t)
	if j := o.job(t); j.State != jobs.Queued {
		t.Fatalf("%+v", j)
	}
}

func TestBadSettings(t *testing.T) {
	for _, address := range []string{"", "example.org", "http://example.org", "smtp://", "smtp://h:port", "smtp://u:p%zz@h"} {
		if _, err := post.NewSMTP(address); err == nil || strings.Contains(err.Error(), "p%zz") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := post.NewPost(nil, clock.System{}, "nobody", post.Outbox{}, sealer{}); err == nil {
		t.Error("a sender without address was accepted")
	}
}

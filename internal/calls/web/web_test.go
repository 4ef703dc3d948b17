package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

// world is the room's pages behind a server, on a fresh database, with people.
type world struct {
	t      *testing.T
	calls  *calls.Service
	clock  *clock.Fixed
	server *httptest.Server
	mu     sync.Mutex
	links  map[string]string // the last link sent to each address
	files  map[string][]byte

	people map[string]accounts.Actor
}

func officer(id, dept string) accounts.Actor {
	return accounts.Actor{ID: id, Name: "Agent " + id, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: dept}}}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, dbtest.SQLite(t))
}

func newWorldOn(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, i18n.Paris)), links: map[string]string{}, files: map[string][]byte{}, people: map[string]accounts.Actor{
		"instructor": officer("instructor", "91"), "decider": officer("decider", ""), "elsewhere": officer("elsewhere", "77"),
		"applicant": {ID: "applicant", Name: "Porteuse", Grants: []accounts.Grant{{Role: accounts.RoleApplicant, Structure: "msp-grigny"}}},
		"reviewer":  {ID: "reviewer", Name: "Experte", Grants: []accounts.Grant{{Role: accounts.RoleReviewer}}},
	}}
	w.calls = calls.New(d, w.clock, w, w, w, w).WithStructures(known{})
	p := &Pages{Calls: w.calls, Base: "https://maillage.example", Agency: "Agence d’essai", Region: "11",
		Prefill: func(_ context.Context, commune, _ string) calls.Answers {
			return calls.Answers{calls.AnswerCommune: commune}
		},
		Place: func(code string) string {
			if code == "91286" {
				return "Grigny (91286)"
			}
			return code
		},
		Reviewers: func(context.Context) ([]calls.Reviewer, error) {
			return []calls.Reviewer{{ID: "reviewer", Name: "Experte"}}, nil
		},
		Officers: func(context.Context) ([]calls.Officer, error) {
			return []calls.Officer{{ID: "instructor", Name: "Agent instructor", Scopes: []accounts.Scope{{Region: "11", Departement: "91"}}}, {ID: "elsewhere", Name: "Agent elsewhere", Scopes: []accounts.Scope{{Region: "11", Departement: "77"}}}}, nil
		},
		Lookup: func(_ context.Context, kind calls.Kind, typed string) (Known, error) {
			if kind == calls.KindCommune && typed == "Grigny" {
				return Known{Fill: calls.Answers{calls.AnswerCommune: "91286", "diagnosis": "26 000 habitants, ZIP."}}, nil
			}
			if kind == calls.KindText && typed == "msp" {
				return Known{Choose: []Choice{{Value: "s-1", Label: "MSP <des> Tuileries"}}}, nil
			}
			if kind == calls.KindRPPS {
				return Known{Said: i18n.Text{FR: "Connu : Camille", EN: "Known: Camille"}}, nil
			}
			if typed == "s-1" {
				return Known{Fill: calls.Answers{calls.AnswerStructure: "s-1", "structure_name": "MSP des Tuileries"}}, nil
			}
			return Known{}, nil
		},
		Tracker: func(context.Context, accounts.Actor, string, string) (templ.Component, error) { return nil, nil }, //nolint:nilnil // no agreement yet
	}
	router := &httpx.Router{Private: func(httpx.Permission) bool { return true }, Guard: func(r *http.Request, perm httpx.Permission) error {
		return accounts.FromContext(r.Context()).RequireSomewhere(perm)
	}, Fail: func(rw http.ResponseWriter, _ *http.Request, err error) {
		if f := (*fault.Error)(nil); !errors.As(err, &f) {
			t.Errorf("not a fault: %v", err)
		}
		http.Error(rw, err.Error(), httpx.Status(err))
	}}
	router.Add(p.Routes()...)
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if who, ok := w.people[r.Header.Get("As")]; ok {
			r = r.WithContext(accounts.WithActor(r.Context(), who))
		}
		router.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) Place(_ context.Context, code string, _ time.Time) (calls.Place, error) {
	if code != "91286" {
		return calls.Place{}, fault.NotFound("Commune inconnue.", "Unknown municipality.")
	}
	return calls.Place{Code: code, Name: "Grigny", Departement: "91", Region: "11", Freeze: calls.Freeze{Zone: "ZIP"}}, nil
}

func (w *world) Of(context.Context, calls.Programme, string, time.Time) ([]calls.Rule, int64, error) {
	return []calls.Rule{{ID: "r", Version: "1"}}, 0, nil
}

func (w *world) Send(_ context.Context, _ *db.Tx, to string, _, _ i18n.Text, link string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.links[to] = link
	return nil
}

func (w *world) Put(_ context.Context, id string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	sum := sha256.Sum256(b)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[id] = b
	return int64(len(b)), hex.EncodeToString(sum[:]), err
}

func (w *world) Get(_ context.Context, id string) (io.ReadCloser, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return io.NopCloser(bytes.NewReader(w.files[id])), nil
}

// known stands for the room of structures.
type known struct{}

func (known) Named(_ context.Context, id string) (string, error) {
	name, ok := map[string]string{"msp-grigny": "MSP de Grigny", "s-1": "MSP des Tuileries"}[id]
	if !ok {
		return "", fault.NotFound("Inconnue.", "Unknown.")
	}
	return name, nil
}

func (known) Papers(_ context.Context, actor accounts.Actor, structure string) ([]calls.Paper, error) {
	if actor.ID != "applicant" || structure != "msp-grigny" {
		return nil, nil
	}
	return []calls.Paper{{ID: "p-good", Name: "statuts.pdf", Label: i18n.Text{FR: "Statuts", EN: "Statutes"}, Expires: "2026-12-31"}, {ID: "p-past", Name: "comptes.pdf", Label: i18n.Text{FR: "Comptes", EN: "Accounts"}, Expires: "2026-01-31"}}, nil
}

func (known) OpenPaper(context.Context, accounts.Actor, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(paper)), nil
}

// browser is one person at one browser.
type browser struct {
	w      *world
	as     string
	client *http.Client
}

func (w *world) as(who string) *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w: w, as: who, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// do sends a request and asserts its status; it gives the body and where a redirection leads.
func (b *browser) do(method, address, contentType string, body io.Reader, status int) (page, location string) {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, b.w.server.URL+address, body)
	b.w.must(err)
	req.Header.Set("As", b.as)
	req.Header.Set("Content-Type", contentType)
	res, err := b.client.Do(req)
	b.w.must(err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	b.w.must(err)
	if res.StatusCode != status {
		b.w.t.Fatalf("%s %s as %q: %d, want %d\n%.600s", method, address, b.as, res.StatusCode, status, text)
	}
	return string(text), res.Header.Get("Location")
}

func (b *browser) get(address string, status int) string {
	b.w.t.Helper()
	page, _ := b.do(http.MethodGet, address, "", nil, status)
	return page
}

func (b *browser) post(address string, status int, pairs ...string) (page, location string) {
	b.w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), status)
}

var paper = []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")

func (b *browser) attach(dossier, field, name string, content []byte, status int) string {
	b.w.t.Helper()
	return b.attachUntil(dossier, field, name, content, "", status)
}

// attachUntil attaches a document with the day until which it holds.
func (b *browser) attachUntil(dossier, field, name string, content []byte, until string, status int) string {
	b.w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	b.w.must(form.WriteField("expires_on", until))
	part, err := form.CreateFormFile("file", name)
	b.w.must(err)
	_, err = part.Write(content)
	b.w.must(err)
	b.w.must(form.Close())
	page, _ := b.do(http.MethodPost, dossier+"/documents?field="+field, form.FormDataContentType(), &body, status)
	return page
}

func (w *world) contains(page string, wanted ...string) {
	w.t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, i18n.French(want)) {
			w.t.Fatalf("the page does not say %q", want)
		}
	}
}

func (w *world) lacks(page string, unwanted ...string) {
	w.t.Helper()
	for _, no := range unwanted {
		if strings.Contains(page, no) {
			w.t.Fatalf("the page says %q", no)
		}
	}
}

// call publishes a call of a programme.
func (w *world) call(p calls.Programme) *calls.Call {
	w.t.Helper()
	form, criteria := calls.Template(p)
	c, err := w.calls.CreateCall(ctx, w.people["decider"], calls.CallCommand{Programme: p, Title: i18n.Text{FR: "Appel d’essai", EN: "Test call"}, Region: "11", OpensAt: w.clock.Now().Add(-time.Hour),
		ClosesAt: w.clock.Now().Add(30 * 24 * time.Hour), Envelope: 100_000_00, Form: form, Criteria: criteria})
	w.must(err)
	c, err = w.calls.MoveCall(ctx, w.people["decider"], c.ID, "publish", "")
	w.must(err)
	return c
}

// fill answers every required question of a dossier through its pages, and attaches what is asked.
func (b *browser) fill(dossier string, form calls.Form, requested string) {
	b.w.t.Helper()
	for _, s := range form.Sections {
		var typed []string
		for _, q := range s.Fields {
			switch {
			case q.Kind == calls.KindTable && q.Required:
				for _, col := range q.Columns {
					typed = append(typed, calls.Cell(q.Name, 0, col.Name), sample(col))
				}
			case q.Required && q.Kind != calls.KindFile:
				typed = append(typed, q.Name, sample(q))
			case q.Kind == calls.KindFile && q.Required:
				b.attach(dossier, q.Name, "piece.pdf", paper, http.StatusSeeOther)
			}
		}
		if s.Name == "applicant" {
			typed = append(typed, calls.AnswerStructure, "msp-grigny")
		}
		if s.Name == "budget" {
			typed = append(typed, calls.AnswerRequested, requested)
		}
		b.post(dossier+"/formulaire/"+s.Name, http.StatusSeeOther, typed...)
	}
}

func sample(q calls.Field) string {
	if q.Kind == calls.KindChoice {
		return q.Options[0].Value
	}
	known := map[calls.Kind]string{calls.KindInt: "2", calls.KindEuro: "40000", calls.KindDate: "2026-05-01", calls.KindYesNo: "yes", calls.KindEmail: "equipe@example.org", calls.KindCommune: "91286"}
	return or(known[q.Kind], "Texte")
}

// filed takes a dossier from the call to filed, as the applicant.
func (w *world) filed(c *calls.Call, requested string) (address, id string) {
	w.t.Helper()
	b := w.as("applicant")
	_, address = b.post("/appels/"+c.ID+"/dossier", http.StatusSeeOther, "commune", "91286")
	b.fill(address, c.Form.V, requested)
	b.post(address+"/deposer", http.StatusSeeOther)
	return address, path.Base(address)
}

// instructed takes a dossier to instructed, through the officer's pages.
func (w *world) instructed(c *calls.Call, requested string) (address, id string) {
	w.t.Helper()
	address, id = w.filed(c, requested)
	b := w.as("instructor")
	b.post("/instruction/lot", http.StatusSeeOther, "id", id, "action", "admit")
	b.post("/instruction/"+id+"/conclure", http.StatusSeeOther, "proposed", requested, "reason", "Favorable")
	return address, id
}

var keyIn = regexp.MustCompile(`<code class="key">([^<]+)</code>`)

package calls

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"sync"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// world is a whole room on a fresh database, with people and a call that is open.
type world struct {
	*Service
	t     testing.TB
	db    *db.DB
	clock *clock.Fixed
	files *memory
	mu    sync.Mutex
	sent  *int
	links map[string]string // the last link sent to each address
	zone  string
	qpv   []string

	applicant, stranger, instructor, decider, elsewhere, reviewer accounts.Actor
}

var ctx = context.Background()

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{t: t, db: d, clock: clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, i18n.Paris)), files: &memory{held: map[string][]byte{}}, sent: new(int), links: map[string]string{}, zone: "ZIP"}
	officer := func(id, dept string) accounts.Actor {
		return accounts.Actor{ID: id, Name: "Agent " + id, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: dept}}}
	}
	w.instructor, w.decider, w.elsewhere = officer("instructor", "91"), officer("decider", ""), officer("elsewhere", "77")
	w.applicant = accounts.Actor{ID: "applicant", Name: "Porteuse", Grants: []accounts.Grant{{Role: accounts.RoleApplicant, Structure: "msp-grigny"}}}
	w.stranger = accounts.Actor{ID: "stranger", Name: "Autre", Grants: []accounts.Grant{{Role: accounts.RoleApplicant, Structure: "other"}}}
	w.reviewer = accounts.Actor{ID: "reviewer", Name: "Experte", Grants: []accounts.Grant{{Role: accounts.RoleReviewer}}}
	w.Service = New(d, w.clock, w, w, w.files, w)
	return w
}

func (w *world) Place(_ context.Context, code string, at time.Time) (Place, error) {
	if code != "91286" && code != "77001" {
		return Place{}, fault.NotFound("Commune inconnue.", "Unknown municipality.")
	}
	return Place{Code: code, Name: "Commune " + code, Departement: code[:2], Region: "11", Freeze: Freeze{Zone: w.zone, QPV: w.qpv, APL: 1.9}}, nil
}

func (w *world) Of(_ context.Context, p Programme, zone string, at time.Time) ([]Rule, int64, error) {
	caps := map[Programme]int64{MSPFeasibility: 35_000_00, MSPStartUp: 100_000_00}
	notWith := map[Programme][]Programme{MSPRealEstate: {ProtocolWalls}, ProtocolWalls: {MSPRealEstate}}
	return []Rule{{ID: string(p), Version: "1", NotWith: notWith[p]}}, caps[p], nil
}

func (w *world) Send(_ context.Context, _ *db.Tx, to string, _, _ i18n.Text, link string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.sent++
	w.links[to] = link
	return nil
}

// linked gives the key of the last link sent to an address.
func (w *world) linked(to string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return path.Base(w.links[to])
}

type memory struct {
	mu   sync.Mutex
	held map[string][]byte
}

func (m *memory) Put(_ context.Context, id string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	sum := sha256.Sum256(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[id] = b
	return int64(len(b)), hex.EncodeToString(sum[:]), err
}

func (m *memory) Get(_ context.Context, id string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return io.NopCloser(bytes.NewReader(m.held[id])), nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind fault.Kind, rule string) {
	w.t.Helper()
	f, _ := err.(*fault.Error) //nolint:errorlint // faults are returned as they are
	if f == nil || f.Kind != kind || rule != "" && f.Rule != rule {
		w.t.Fatalf("wanted a refusal %s %s, got %v", kind, rule, err)
	}
}

func (w *world) call(p Programme, envelope int64) *Call {
	w.t.Helper()
	form, criteria := Template(p)
	c, err := w.CreateCall(ctx, w.decider, CallCommand{Programme: p, Title: i18n.Text{FR: "Appel " + string(p), EN: "Call"}, Region: "11", OpensAt: w.now().Add(-time.Hour),
		ClosesAt: w.now().Add(30 * 24 * time.Hour), Envelope: envelope, Form: form, Criteria: criteria})
	w.must(err)
	c, err = w.MoveCall(ctx, w.decider, c.ID, "publish", "")
	w.must(err)
	return c
}

// answers fills every required question of a form with something that holds.
func answers(f Form, requested string) Answers {
	a := Answers{}
	give := func(key string, q Field) {
		a[key] = map[Kind]string{KindInt: "2", KindEuro: "40000", KindDate: "2026-05-01", KindYesNo: "yes", KindEmail: "equipe@example.org", KindCommune: "91286"}[q.Kind]
		switch q.Kind {
		case KindText, KindLong:
			a[key] = "Texte"
		case KindChoice:
			a[key] = q.Options[0].Value
		}
	}
	for _, q := range f.Fields() {
		if !q.Required {
			continue
		}
		if q.Kind == KindTable {
			for _, col := range q.Columns {
				give(Cell(q.Name, 0, col.Name), col)
			}
			continue
		}
		give(q.Name, q)
	}
	a[AnswerRequested], a[AnswerStructure] = requested, "msp-grigny"
	if _, post := f.Find("partners"); post {
		for row, time := range []string{"60", "40"} {
			a[Cell("partners", row, "name")], a[Cell("partners", row, "time")], a[Cell("partners", row, "funding")] = fmt.Sprintf("Hôpital %d", row), time, "50"
		}
		a[Cell("partners", 0, "hospital")], a[Cell("partners", 1, "hospital")] = "", "40"
		if c, ok := f.Find("starts_on"); ok && c.Required {
			a["starts_on"] = "2026-11-01"
		}
	}
	return a
}

var pdf = []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")

// attached gives a dossier every document that its form asks for.
func (w *world) attached(r Reader, id string, form Form) {
	w.t.Helper()
	for _, q := range form.Fields() {
		if q.Kind == KindFile && q.Required {
			_, err := w.Attach(ctx, r, id, q.Name, "piece.pdf", bytes.NewReader(pdf))
			w.must(err)
		}
	}
}

// filed takes a dossier from nothing to filed.
func (w *world) filed(c *Call, requested string) *Dossier {
	w.t.Helper()
	r := Reader{Actor: w.applicant}
	d, err := w.Start(ctx, r, c.ID, nil)
	w.must(err)
	_, err = w.Save(ctx, r, d.ID, answers(c.Form.V, requested))
	w.must(err)
	w.attached(r, d.ID, c.Form.V)
	_, err = w.File(ctx, r, d.ID)
	w.must(err)
	d, _, err = w.Dossier(ctx, r, d.ID) // as it was kept
	w.must(err)
	return d
}

// instructed takes a dossier from nothing to instructed, with a proposal in cents.
func (w *world) instructed(c *Call, requested string, proposed int64) *Dossier {
	w.t.Helper()
	d := w.filed(c, requested)
	w.must(w.Admit(ctx, w.instructor, []string{d.ID}))
	w.must(w.Instruct(ctx, w.instructor, d.ID, proposed, "Favorable"))
	d, _, err := w.Dossier(ctx, Reader{Actor: w.instructor}, d.ID)
	w.must(err)
	return d
}

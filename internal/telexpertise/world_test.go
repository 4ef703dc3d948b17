package telexpertise_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/blobs"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/seal"
	"maillage/internal/telexpertise"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

// monday is a working Monday at ten.
var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, i18n.Paris)

// world is a pool with people, ready to ask and to answer.
type world struct {
	t       *testing.T
	d       *db.DB
	s       *telexpertise.Service
	clock   *clock.Fixed
	mail    *mailbox
	people  *invitations
	pool    string
	gp, gp2 accounts.Actor
	far     accounts.Actor // expert of another département
	near    accounts.Actor // expert of the requester's département
	near2   accounts.Actor
	sec     accounts.Actor
	coord   accounts.Actor
	lead    accounts.Actor
	officer accounts.Actor
	folder  string
}

// medical words are facts about a patient, which no letter holds.
var medical = []string{"patient", "rendez", "consult", "creneau", "histolog", "exerese", "lesion", "melanom", "cancer", "p1", "urgen"}

type mailbox struct{ sent []telexpertise.Letter }

func (m *mailbox) Send(_ context.Context, _ *db.Tx, l telexpertise.Letter) error {
	for _, word := range medical {
		if text := db.Fold(strings.Join(l.Paragraphs, " ")); strings.Contains(text, word) {
			return fmt.Errorf("a letter names “%s”: %s", word, text)
		}
	}
	m.sent = append(m.sent, l)
	return nil
}

// invitations stand for the accounts: some addresses are known, the others are invited.
type invitations struct {
	known   map[string]string // identifiers by address
	invited []string          // role and address
}

func (i *invitations) Account(_ context.Context, m telexpertise.Member, role accounts.Role) (id, name string, err error) {
	if id := i.known[m.Email]; id != "" {
		return id, "Dr " + id, nil
	}
	i.invited = append(i.invited, string(role)+" "+m.Email)
	return "invited-" + m.Email, m.Name, nil
}

type flat struct{}

func (flat) Distance(a, b string) float64 {
	if a == b {
		return 0
	}
	return 30
}
func (flat) Zone(context.Context, string) (string, bool) { return "ZIP", true }
func (flat) Priority(context.Context, string) bool       { return true }

func person(id string, role accounts.Role) accounts.Actor {
	return accounts.Actor{ID: id, Name: "Dr " + id, SecondFactor: true, Grants: []accounts.Grant{{Role: role, Region: "11"}}}
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	folder := t.TempDir()
	ring, err := seal.OpenKeyring(filepath.Join(folder, "keys", "seal.keys"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := blobs.OpenDisk(filepath.Join(folder, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, d: d, clock: clock.At(monday), mail: &mailbox{}, people: &invitations{}, folder: folder,
		gp: person("gp", accounts.RoleGP), gp2: person("gp2", accounts.RoleGP), far: person("far", accounts.RoleDermatologist),
		near: person("near", accounts.RoleDermatologist), near2: person("near2", accounts.RoleDermatologist), sec: person("sec", accounts.RoleSecretary),
		coord: person("coord", accounts.RoleSecretary), lead: person("lead", accounts.RoleDermatologist), officer: person("officer", accounts.RoleOfficer)}
	w.s = telexpertise.New(d, w.clock, seal.NewVault(ring), store, w.mail, flat{}, telexpertise.Config{TestIdentities: true, BaseURL: "https://maillage.example", People: w.people})
	system := accounts.System("test")
	w.pool, err = w.s.SavePool(ctx, system, telexpertise.PoolCommand{Name: "Est", Phone: "01 99 00 00 00", Departements: []string{"77", "93", "94"}, Settings: telexpertise.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []telexpertise.Member{
		{PersonID: "gp", Part: telexpertise.PartRequester, Departement: "77"}, {PersonID: "gp2", Part: telexpertise.PartRequester, Departement: "93"},
		{PersonID: "near", Part: telexpertise.PartExpert, Departement: "77"}, {PersonID: "near2", Part: telexpertise.PartExpert, Departement: "77"},
		{PersonID: "far", Part: telexpertise.PartExpert, Departement: "94"}, {PersonID: "sec", Part: telexpertise.PartSecretary, Departement: "77"},
		{PersonID: "coord", Part: telexpertise.PartCoordinator, Departement: "77"}, {PersonID: "lead", Part: telexpertise.PartLead, Departement: "77"},
	} {
		m.PoolID, m.Name, m.Email, m.Active = w.pool, "Dr "+m.PersonID, m.PersonID+"@example.org", true
		if err := w.s.SaveMember(ctx, system, m); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// lesion draws a brown spot on skin; each seed gives another photograph.
func lesion(seed int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for y := range 300 {
		for x := range 400 {
			c := color.RGBA{R: 224, G: 180, B: uint8(150 + seed%50), A: 255}
			if (x-200)*(x-200)+(y-150)*(y-150) < 2500+seed {
				c = color.RGBA{R: 90, G: 50, B: 30, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

func sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

var serial int

func newID() string {
	serial++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", serial)
}

func record() telexpertise.Record {
	return telexpertise.Record{
		Patient:  telexpertise.Patient{BirthName: "Zébulonska", FirstBirthName: "Philomène", BirthDate: "1954-02-28", Sex: "F", Phone: "0199000001", Lang: "fr"},
		Consent:  telexpertise.Consent{Given: true, Form: "oral", ByWhom: "patient"},
		Clinical: telexpertise.Clinical{Site: "back", DiameterMM: 8, Since: "months", Size: telexpertise.Yes, Colour: telexpertise.Yes, Hypothesis: "mélanome ?"},
		Question: "Faut-il la voir vite ?",
	}
}

// send makes a request with n photographs and gives its identifier.
func (w *world) send(by accounts.Actor, urgency telexpertise.Urgency, n int) string {
	w.t.Helper()
	id := newID()
	_, err := w.s.SaveDraft(ctx, by, telexpertise.DraftCommand{ID: id, Urgency: urgency, Record: record()})
	w.must(err)
	var refs []telexpertise.PhotoRef
	for i := range n {
		refs = append(refs, w.photo(by, id, lesion(i)))
	}
	_, err = w.s.Submit(ctx, by, telexpertise.SubmitCommand{CaseID: id, Photos: refs})
	w.must(err)
	return id
}

// complete answers what was asked in the name of the requester, and gives when it was received.
func (w *world) complete(cmd telexpertise.CompleteCommand) time.Time {
	w.t.Helper()
	at, err := w.s.Complete(ctx, w.gp, cmd)
	w.must(err)
	return at
}

func (w *world) photo(by accounts.Actor, caseID string, data []byte) telexpertise.PhotoRef {
	w.t.Helper()
	ref := telexpertise.PhotoRef{ID: newID(), SHA256: sum(data)}
	status, err := w.s.PutPhoto(ctx, by, telexpertise.PhotoCommand{CaseID: caseID, ID: ref.ID, View: "close-up", SHA256: ref.SHA256, Size: int64(len(data)), Data: data})
	w.must(err)
	if status.ReceivedAt == nil {
		w.t.Fatalf("not acknowledged: %+v", status)
	}
	return ref
}

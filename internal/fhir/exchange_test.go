package fhir_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/fhir"
	"maillage/internal/platform/blobs"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/seal"
	"maillage/internal/telexpertise"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var ctx = context.Background()

type quiet struct{}

func (quiet) Send(context.Context, *db.Tx, telexpertise.Letter) error { return nil }
func (quiet) Distance(string, string) float64                         { return 0 }
func (quiet) Zone(context.Context, string) (string, bool)             { return "", false }
func (quiet) Priority(context.Context, string) bool                   { return false }

// persons lends the role of a practitioner to everybody.
type persons struct{}

func (persons) OnBehalf(_ context.Context, id string) (accounts.Actor, error) { return gp(id), nil }

func gp(id string) accounts.Actor {
	return accounts.Actor{ID: id, Name: "Dr " + id, SecondFactor: true, Grants: []accounts.Grant{{Role: accounts.RoleGP, Region: "11"}}}
}

var admin = accounts.Actor{ID: "admin", Name: "Administratrice", SecondFactor: true, Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}}

type world struct {
	s     *fhir.Service
	cases *telexpertise.Service
	clock *clock.Fixed
}

func newWorld(t *testing.T, d *db.DB, open, test bool) *world {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	ring, err := seal.OpenKeyring(filepath.Join(folder, "seal.keys"))
	must(err)
	store, err := blobs.OpenDisk(filepath.Join(folder, "blobs"))
	must(err)
	c := clock.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	cases := telexpertise.New(d, c, seal.NewVault(ring), store, quiet{}, quiet{}, telexpertise.Config{TestIdentities: test, BaseURL: "https://m.example"})
	system := accounts.System("test")
	pool, err := cases.SavePool(ctx, system, telexpertise.PoolCommand{Name: "Est", Phone: "01 99 00 00 00", Departements: []string{"77"}, Settings: telexpertise.DefaultSettings()})
	must(err)
	for id, part := range map[string]telexpertise.Part{"one": telexpertise.PartRequester, "two": telexpertise.PartRequester, "derm": telexpertise.PartExpert} {
		must(cases.SaveMember(ctx, system, telexpertise.Member{PoolID: pool, PersonID: id, Part: part, Name: "Dr " + id, Email: id + "@example.org", RPPS: rpps[id], Departement: "77", Active: true}))
	}
	return &world{fhir.New(d, c, nil, cases, persons{}, fhir.Config{BaseURL: "https://m.example", Exchange: open}), cases, c}
}

var rpps = map[string]string{"one": "99900000001", "two": "99900000002", "derm": "99900000003"}

// bundle is a transaction of the draft guide.
func bundle(who, key, ins string) []byte {
	resources := []string{
		`{"resourceType":"ServiceRequest","status":"draft","intent":"proposal","priority":"asap","subject":{"reference":"urn:uuid:2"},"reasonCode":[{"text":"Faut-il la voir vite ?"}],
		  "extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/teleexpertise-confluence/StructureDefinition/patient-consent","valueBoolean":true}]}`,
		`{"resourceType":"Patient","identifier":[{"system":"urn:oid:` + ins + `","value":"` + matricule + `"}],"name":[{"use":"official","family":"Zébulonska","given":["Philomène","Marie"]}],"gender":"female","birthDate":"1954-02-28"}`,
		`{"resourceType":"Practitioner","identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.1","value":"8` + rpps[who] + `"}]}`,
		`{"resourceType":"PractitionerRole"}`, `{"resourceType":"Organization"}`,
	}
	var entries []string
	for _, r := range resources {
		entries = append(entries, `{"resource":`+r+`}`)
	}
	return []byte(`{"resourceType":"Bundle","type":"transaction","identifier":{"system":"https://l.example","value":"` + key + `"},"entry":[` + strings.Join(entries, ",") + `]}`)
}

var matricule = func() string {
	const number = 2540275056001
	return fmt.Sprintf("%d%02d", number, 97-number%97)
}()

func TestTheExchangeIsClosedUnlessOpened(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t), false, true)
	_, err := w.s.Receive(ctx, fhir.Client{ID: "c"}, bundle("one", "1", telexpertise.OidDemo))
	_, err2 := w.s.Follow(ctx, fhir.Client{ID: "c"}, nil)
	if !fault.Is(err, fault.KindNotFound) || !fault.Is(err2, fault.KindNotFound) {
		t.Error(err, err2)
	}
}

func TestTestIdentitiesAreRefusedInProduction(t *testing.T) {
	for oid, want := range map[string]bool{telexpertise.OidNIR: true, telexpertise.OidNIA: true, telexpertise.OidTest: false, telexpertise.OidDemo: false} {
		w := newWorld(t, dbtest.SQLite(t), true, false)
		secret, err := w.s.AddClient(ctx, admin, "Logiciel")
		if err != nil {
			t.Fatal(err)
		}
		c, _ := w.s.Authenticate(ctx, secret, "")
		if _, err := w.s.Receive(ctx, c, bundle("one", "1", oid)); (err == nil) != want || err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", oid, err)
		}
	}
}

// One request replayed a thousand times, some at once: one draft, whose requester's later words stay.
func TestARepeatHasOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, true, true)
		secret, err := w.s.AddClient(ctx, admin, "Logiciel")
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.s.Authenticate(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		body := bundle("one", "1", telexpertise.OidDemo)
		var address sync.Map
		send := func(n int) {
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() {
					for range n {
						answer, err := w.s.Receive(ctx, c, body)
						if err != nil {
							t.Error(err)
							return
						}
						address.Store(answer.Meta.Extension[0].ValueURL, true)
					}
				})
			}
			all.Wait()
		}
		send(1)
		mine, err := w.cases.Mine(ctx, gp("one"))
		if err != nil || len(mine) != 1 {
			t.Fatal(len(mine), err)
		}
		if p := mine[0]; p.Urgency != telexpertise.P1 || p.State != "draft" {
			t.Errorf("%+v", p)
		}
		status, err := w.cases.Status(ctx, gp("one"), mine[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		r := *status.Record
		if r.Patient.BirthName != "Zébulonska" || r.Patient.FirstBirthName != "Philomène" || r.Patient.Sex != "F" || r.Patient.INS != matricule || !r.Consent.Given || r.Question != "Faut-il la voir vite ?" {
			t.Errorf("%+v", r)
		}
		r.Question = "Écrit ensuite par le médecin"
		if _, err := w.cases.SaveDraft(ctx, gp("one"), telexpertise.DraftCommand{ID: mine[0].ID, Record: r}); err != nil {
			t.Fatal(err)
		}
		send(99)
		status, err = w.cases.Status(ctx, gp("one"), mine[0].ID)
		if err != nil || status.Record.Question != r.Question {
			t.Errorf("the requester’s words were lost: %+v %v", status.Record, err)
		}
		n := 0
		address.Range(func(any, any) bool { n++; return true })
		if mine, _ = w.cases.Mine(ctx, gp("one")); len(mine) != 1 || n != 1 {
			t.Errorf("%d drafts, %d addresses", len(mine), n)
		}
		if _, err := w.s.Receive(ctx, c, bundle("two", "1", telexpertise.OidDemo)); !fault.Is(err, fault.KindConflict) {
			t.Errorf("another content under the same identifier: %v", err)
		}
	})
}

// A program follows the requests of one requester, by their RPPS; no word of a patient is in what it is told.
func TestFollowingTellsNoPatient(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, true, true)
		c := fhir.Client{ID: "c", Name: "Logiciel"}
		secret, err := w.s.AddClient(ctx, admin, "Logiciel")
		if err == nil {
			c, err = w.s.Authenticate(ctx, secret, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"one", "two"} {
			if _, err := w.s.Receive(ctx, c, bundle(who, who, telexpertise.OidDemo)); err != nil {
				t.Fatal(err)
			}
		}
		query := map[string][]string{"Requester.practitioner.identifier": {rpps["one"]}, "Meta.lastupdated": {"ge2026-03-01"}}
		page, err := w.s.Follow(ctx, c, query)
		if err != nil || *page.Total != 1 {
			t.Fatal(page, err)
		}
		text, _ := json.Marshal(page)
		for _, word := range []string{"Zébulonska", "1954", matricule, "voir vite"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%q is told: %s", word, text)
			}
		}
		query["Meta.lastupdated"] = []string{"ge2026-03-03"}
		if page, err = w.s.Follow(ctx, c, query); err != nil || *page.Total != 0 {
			t.Error(page, err)
		}
	})
}

func TestSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, true, true)
		secret, err := w.s.AddClient(ctx, admin, "Logiciel")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.AddClient(ctx, gp("one"), "Logiciel"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a practitioner makes a secret: %v", err)
		}
		if _, err := w.s.AddClient(ctx, admin, " "); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a program without a name: %v", err)
		}
		var kept string
		if err := d.GetContext(ctx, &kept, "SELECT secret_hash FROM fhir_client"); err != nil || strings.Contains(kept, secret) {
			t.Errorf("the secret is kept as it is: %v", err)
		}
		for i := range 130 {
			_, err := w.s.Authenticate(ctx, secret, "")
			if i < 100 && err != nil || i >= 120 && !fault.Is(err, fault.KindTooMany) {
				t.Fatalf("request %d: %v", i, err)
			}
		}
		w.clock.Advance(time.Minute)
		all, err := w.s.Clients(ctx, admin)
		if err != nil || len(all) != 1 || all[0].LastUsedAt == nil {
			t.Fatal(all, err)
		}
		if err := w.s.RevokeClient(ctx, admin, all[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Authenticate(ctx, secret, ""); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("a withdrawn secret opens: %v", err)
		}
		if err := w.s.RevokeClient(ctx, admin, all[0].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

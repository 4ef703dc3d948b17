package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/structures"
)

// A call keeps the zone of a commune and the questions about aids suggest it: both come from the atlas.
func TestZonesReachTheProgrammes(t *testing.T) {
	a := demonstration(t)
	place, err := callPlaces{a.atlas}.Place(context.Background(), "91286", time.Now())
	if err != nil || place.Zone == "" || place.APL <= 0 {
		t.Errorf("the room of calls: %+v %v", place, err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	res, err := http.Get(server.URL + "/aides?commune=91286&who=msp&plan=start&health_project=oui&lang=fr")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "sans valeur réglementaire") {
		t.Errorf("the aids page says no computed zone: %d %v", res.StatusCode, err)
	}
}

// BenchmarkWhatCanIGetHere measures the public page, drawn whole.
func BenchmarkWhatCanIGetHere(b *testing.B) {
	a := demonstration(b)
	for b.Loop() {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/aides?commune=91286&who=msp&plan=start&plan=walls", nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// The ten practices in difficulty of the agency's pages: all audited and accompanied, only some with money, and each of those leads to
// the dossier that granted it.
func TestTenFragilePracticesOnlySomeFunded(t *testing.T) {
	a := demonstration(t)
	ctx := context.Background()
	officer := accounts.Actor{ID: "o", Name: "Agent", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	audited, accompanied, funded := 0, 0, 0
	for n := 1; n <= structures.DemoFragile; n++ {
		practice := structures.DemoID(structures.GroupPractice, n)
		cases, err := a.structures.Cases(ctx, officer, practice)
		if err != nil || len(cases) != 1 {
			t.Fatalf("%s: %d cases, %v", practice, len(cases), err)
		}
		c := cases[0]
		if c.Audit != "" && c.AuditedOn != "" {
			audited++
		}
		if c.Plan != "" && c.PlannedOn >= c.AuditedOn {
			accompanied++
		}
		dossiers, err := a.calls.OfStructure(ctx, practice)
		if err != nil || len(dossiers) != 1 {
			t.Fatalf("%s: %d dossiers, %v", practice, len(dossiers), err)
		}
		if c.Support != "" {
			funded++
		}
		if (c.Support != "") != (dossiers[0].Granted > 0) || c.Support != "" && c.DossierID != dossiers[0].ID {
			t.Errorf("%s: support %q, dossier %q, granted %d", practice, c.Support, c.DossierID, dossiers[0].Granted)
		}
	}
	if audited != 10 || accompanied != 10 || funded != len(structures.DemoFragileFunded()) || funded == 0 || funded == 10 {
		t.Errorf("%d audited, %d accompanied, %d funded", audited, accompanied, funded)
	}
	posts, err := postSubjects{a.posts}.Subjects(ctx, "11")
	if err != nil || len(posts) == 0 {
		t.Fatalf("the simulator of rezoning sees %d posts, %v", len(posts), err)
	}
	for _, p := range posts {
		if p.Decided && p.Zone == "" || !p.Decided && p.Zone != "" {
			t.Errorf("a post whose zone was verified keeps it, another has none: %+v", p)
		}
	}
	events, err := structureHistory{a.calls, a.funding, a.posts}.Events(ctx, structures.DemoID(structures.GroupPractice, 1))
	if err != nil || len(events) < 2 {
		t.Errorf("the history of a practice: %+v %v", events, err)
	}
}

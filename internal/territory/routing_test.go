package territory_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// router is a routing server that answers ten minutes everywhere, and fails when told to.
type router struct {
	*httptest.Server
	asked  atomic.Int64
	broken atomic.Int64 // answers 400 from this question on; 0 for never
}

func newRouter(t *testing.T) *router {
	r := &router{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		n := r.asked.Add(1)
		if broken := r.broken.Load(); broken > 0 && n >= broken {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"code":"InvalidOptions","message":"closed for the night"}`)
			return
		}
		fmt.Fprintf(w, `{"code":"Ok","durations":[[%s]]}`, strings.TrimSuffix(strings.Repeat("600,", strings.Count(q.URL.Path, ";")), ","))
	}))
	t.Cleanup(r.Close)
	return r
}

// guadeloupe asks a server for the smallest region, which has 32 communes.
func guadeloupe(server string) territory.RoutingRequest {
	request := territory.DefaultRouting()
	request.Server, request.Region, request.Km, request.PauseMs = server, "01", 40, 0
	return request
}

func TestTravelTimesAreCollectedReadAndImported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, server := newDesk(t, d), newRouter(t)
		server.broken.Store(26)
		c, err := s.Collect(ctx, admin, guadeloupe(server.URL+"/"))
		if err != nil || c.All() != 32 {
			t.Fatalf("%d communes, %v", c.All(), err)
		}
		if _, err := s.Collect(ctx, admin, guadeloupe(server.URL)); !fault.Is(err, fault.KindRefused) {
			t.Errorf("a second one at the same time: %v", err)
		}
		s.run()
		c = s.collection(c.ID)
		if c.State != territory.Stopped || c.Done != 20 || !strings.Contains(c.Failure.V.FR, "closed for the night") {
			t.Fatalf("stopped at %d, %s: %s", c.Done, c.State, c.Failure.V.FR)
		}
		server.broken.Store(0)
		before := server.asked.Load()
		if err := s.Resume(ctx, admin, c.ID); err != nil {
			t.Fatal(err)
		}
		s.run()
		if n := server.asked.Load() - before; n != 12 {
			t.Errorf("%d questions for the 12 communes that were left", n)
		}
		c = s.collection(c.ID)
		u, err := s.Upload(ctx, admin, c.UploadID)
		if err != nil || c.State != territory.Collected || u.State != territory.UploadRead || u.Report.V.Refused() || u.FileBytes != u.Report.V.Bytes {
			t.Fatalf("%s, then %+v, %v", c.State, u, err)
		}
		if err := s.Confirm(ctx, admin, u.ID); err != nil {
			t.Fatal(err)
		}
		if u = s.work(u.ID); u.State != territory.UploadImported {
			t.Fatalf("%s: %s", u.State, u.Failure.V.EN)
		}
		now, err := s.Now(ctx)
		if err != nil || now.Origin(intake.TravelTimes).Missing() {
			t.Errorf("no travel times in force: %v", err)
		}
	})
}

func TestDroppedCollectionEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, server := newDesk(t, d), newRouter(t)
		c, err := s.Collect(ctx, admin, guadeloupe(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Drop(ctx, admin, c.ID); err != nil {
			t.Fatal(err)
		}
		s.run()
		if _, err := s.Collection(ctx, admin, c.ID); !fault.Is(err, fault.KindNotFound) || server.asked.Load() != 0 {
			t.Errorf("%v, %d questions", err, server.asked.Load())
		}
		if all, err := s.Collections(ctx, admin); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestRoutingRequestsAreChecked(t *testing.T) {
	ctx := context.Background()
	s := newDesk(t, dbtest.SQLite(t))
	for field, spoil := range map[string]func(r *territory.RoutingRequest){
		"server":  func(r *territory.RoutingRequest) { r.Server = "file:///etc/passwd" },
		"region":  func(r *territory.RoutingRequest) { r.Region = "00" },
		"profile": func(r *territory.RoutingRequest) { r.Profile = "../x" },
		"km":      func(r *territory.RoutingRequest) { r.Km = 500 },
		"most":    func(r *territory.RoutingRequest) { r.Most = 1 },
		"pause":   func(r *territory.RoutingRequest) { r.PauseMs = -1 },
	} {
		request := guadeloupe("https://router.example")
		spoil(&request)
		if _, err := s.Collect(ctx, admin, request); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, address := range []string{"", "router.example", "https://user:secret@router.example", "https://router.example/?key=1"} {
		if _, err := s.Collect(ctx, admin, guadeloupe(address)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
	officer := accounts.Actor{ID: "o", Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11"}}}
	if _, err := s.Collect(ctx, officer, guadeloupe("https://router.example")); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an officer: %v", err)
	}
}

// run lets the queue do all that is due.
func (d *desk) run() {
	d.t.Helper()
	if _, err := d.queue.RunDue(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) collection(id string) territory.Collection {
	d.t.Helper()
	c, err := d.Collection(context.Background(), admin, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

package territory_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
)

// desk is a service with its queue, run by hand.
type desk struct {
	*territory.Service
	t     *testing.T
	queue *jobs.Registry
}

func newDesk(t *testing.T, d *db.DB) *desk {
	c := clock.At(today)
	s := territory.New(d, c, false)
	queue := jobs.NewRegistry(d, c, slog.New(slog.DiscardHandler))
	s.RegisterJobs(queue)
	return &desk{Service: s, t: t, queue: queue}
}

// send receives a file and lets the queue read it.
func (d *desk) send(body string) territory.Upload {
	d.t.Helper()
	u, err := d.Receive(context.Background(), admin, territory.ImportCommand{Kind: intake.Zones, FileName: "zones.csv",
		Body: strings.NewReader(body), ValidFrom: day(2022, 3, 25), Decree: "Arrêté du 24 mars 2022"})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.work(u.ID)
}

func (d *desk) work(id string) territory.Upload {
	d.t.Helper()
	if _, err := d.queue.RunDue(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	u, err := d.Upload(context.Background(), admin, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return u
}

func TestUploadIsReadThenConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := newDesk(t, d)
		u := s.send(zones("91286,ZIP", "91228,ZAC"))
		if u.State != territory.UploadRead || u.Report.V.Added != 2 || u.Percent() != 100 {
			t.Fatalf("after the reading: %+v", u)
		}
		if got := zoneAt(t, s.Service, "91286", today); got != "none" {
			t.Fatalf("the reading imported: %s", got)
		}
		if err := s.Confirm(ctx, admin, u.ID); err != nil {
			t.Fatal(err)
		}
		if u = s.work(u.ID); u.State != territory.UploadImported || u.DatasetID == "" {
			t.Fatalf("after the confirmation: %+v", u)
		}
		made, err := s.Dataset(ctx, admin, u.DatasetID)
		if err != nil || made.Decree != "Arrêté du 24 mars 2022" || made.Rows != 2 {
			t.Errorf("made %+v, %v", made, err)
		}
		if got := zoneAt(t, s.Service, "91286", today); got != "ZIP 2022" {
			t.Errorf("in force: %s", got)
		}
		if err := s.Confirm(ctx, admin, u.ID); !fault.Is(err, fault.KindRefused) {
			t.Errorf("a second confirmation: %v", err)
		}
	})
}

func TestRefusedUploadCannotBeConfirmed(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := newDesk(t, d)
	u := s.send(zones("91286,ZZZ"))
	if u.State != territory.UploadRead || u.Report.V.RejectedCount != 1 {
		t.Fatalf("got %+v", u)
	}
	if err := s.Confirm(ctx, admin, u.ID); !fault.Is(err, fault.KindRefused) {
		t.Errorf("confirmed: %v", err)
	}
	if err := s.Forget(ctx, admin, u.ID); err != nil {
		t.Error(err)
	}
	if _, err := s.Upload(ctx, admin, u.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("still there: %v", err)
	}
}

func TestUploadIsReadAgainWhenTheTerritoryMoved(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s := newDesk(t, d)
	u := s.send(zones("91286,ZIP"))
	mustPut(t, s.Service, intake.Zones, zones("91286,ZAC"), day(2022, 3, 25))
	if err := s.Confirm(ctx, admin, u.ID); err != nil {
		t.Fatal(err)
	}
	u = s.work(u.ID)
	if u = s.work(u.ID); u.State != territory.UploadRead || u.Report.V.Changed != 1 || u.Report.V.Added != 0 {
		t.Errorf("got %s %+v", u.State, u.Report.V)
	}
}

func TestLargeUploadIsKeptInParts(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newDesk(t, d)
	var body bytes.Buffer
	body.WriteString("origin,dest,minutes\n")
	codes := territory.Embedded().UnitsOf("11")
	for _, o := range codes[:620] {
		for _, e := range codes[:620] {
			body.WriteString(territory.Embedded().Communes[o].Code + "," + territory.Embedded().Communes[e].Code + ",12.5\n")
		}
	}
	u, err := s.Receive(context.Background(), admin, territory.ImportCommand{Kind: intake.TravelTimes, FileName: "t.csv", Body: &body})
	if err != nil {
		t.Fatal(err)
	}
	if u = s.work(u.ID); u.State != territory.UploadRead || u.Report.V.Rows != 620*620 || u.FileBytes < 6<<20 {
		t.Errorf("got %s, %d rows, %d bytes: %+v", u.State, u.Report.V.Rows, u.FileBytes, u.Report.V.Rejected)
	}
}

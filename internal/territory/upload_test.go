package territory_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

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

// peeking tells which files a folder holds while something is being read.
type peeking struct {
	io.Reader
	dir  string
	seen []string
}

func (p *peeking) Read(b []byte) (int, error) {
	entries, _ := os.ReadDir(p.dir)
	for _, e := range entries {
		p.seen = append(p.seen, e.Name())
	}
	return p.Reader.Read(b)
}

func TestUploadsLeaveNoTemporaryFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	d := newDesk(t, dbtest.SQLite(t))
	body := &peeking{Reader: strings.NewReader(zones("91286,ZIP")), dir: dir}
	u, err := d.Receive(context.Background(), admin, territory.ImportCommand{Kind: intake.Zones, FileName: "z.csv", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && len(body.seen) > 0 {
		t.Errorf("a killed program would leave %v", body.seen)
	}
	if u = d.work(u.ID); u.Report.V.Added != 1 {
		t.Errorf("read %+v", u.Report.V)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestSpoolsOfKilledProgramsAreSwept(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	for name, age := range map[string]time.Duration{"maillage-upload-old": 49 * time.Hour, "maillage-upload-new": time.Hour, "another-old": 49 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, today.Add(-age), today.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, d := context.Background(), dbtest.SQLite(t)
	s := newDesk(t, d)
	err := d.InTx(ctx, func(tx *db.Tx) error {
		_, err := jobs.Enqueue(ctx, tx, jobs.New{Kind: territory.JobSweep})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.queue.RunDue(ctx); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != 2 || filepath.Base(left[0]) != "another-old" || filepath.Base(left[1]) != "maillage-upload-new" {
		t.Errorf("left %v", left)
	}
}

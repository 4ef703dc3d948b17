package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	ctx   = context.Background()
	begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

func registry(d *db.DB, c clock.Clock) *Registry {
	return NewRegistry(d, c, slog.New(slog.DiscardHandler))
}

func enqueue(t *testing.T, d *db.DB, n New) (id string) {
	t.Helper()
	err := d.InTx(ctx, func(tx *db.Tx) (err error) { id, err = Enqueue(ctx, tx, n); return err })
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, d *db.DB, id string) Job {
	t.Helper()
	j, err := Get(ctx, d, id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func runDue(t *testing.T, r *Registry, want int) {
	t.Helper()
	if n, err := r.RunDue(ctx); err != nil || n != want {
		t.Fatalf("%d runs, %v; want %d", n, err, want)
	}
}

// effect writes one row that can exist only once.
func effect(tx *db.Tx, name string) error {
	_, err := tx.Exec("INSERT INTO setting (name, value, updated_at) VALUES ($1, 'x', $2)", name, begin)
	return err
}

func TestJobFollowsItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := registry(d, clock.At(begin))
		var got []string
		r.Handle("greet", Typed(func(_ context.Context, j *Job, name string) error { got = append(got, name); return nil }))
		_ = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := Enqueue(ctx, tx, New{Kind: "greet", Payload: "dropped"})
			return errors.Join(err, errors.New("the change failed"))
		})
		id := enqueue(t, d, New{Kind: "greet", Payload: "kept"})
		enqueue(t, d, New{Kind: "of a later version"})
		runDue(t, r, 1)
		if strings.Join(got, " ") != "kept" {
			t.Fatalf("ran %v", got)
		}
		if j := get(t, d, id); j.State != Done || j.Percent != 100 || j.FinishedAt == nil {
			t.Fatalf("%+v", j)
		}
	})
}

func TestOnePendingJobPerKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		r := registry(d, c)
		runs := 0
		r.Handle("index", func(ctx context.Context, j *Job) error {
			if j.Key == "a" && runs == 0 { // asked again while it runs: it must run again
				runs++
				enqueue(t, d, New{Kind: "index", Key: "a"})
			}
			return nil
		})
		first := enqueue(t, d, New{Kind: "index", Key: "a", RunAt: begin.Add(time.Hour)})
		if again := enqueue(t, d, New{Kind: "index", Key: "a", RunAt: begin.Add(2 * time.Hour)}); again != first {
			t.Fatal("a second job waits under the same key")
		}
		if j := get(t, d, first); !j.RunAt.Equal(begin.Add(time.Hour)) {
			t.Fatalf("put off to %s", j.RunAt)
		}
		runDue(t, r, 0)
		enqueue(t, d, New{Kind: "index", Key: "a", RunAt: begin})
		enqueue(t, d, New{Kind: "index", Key: "b"})
		runDue(t, r, 3)
	})
}

func TestFailuresComeBackLaterThenDie(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		r := registry(d, c)
		r.Handle("mail", func(context.Context, *Job) error { return errors.New("the server is away") })
		r.Handle("panic", func(context.Context, *Job) error { panic("index out of range") })
		r.Handle("hopeless", Typed(func(context.Context, *Job, int) error { return nil }))
		mail := enqueue(t, d, New{Kind: "mail", MaxAttempts: 3})
		crash := enqueue(t, d, New{Kind: "panic", MaxAttempts: 1})
		hopeless := enqueue(t, d, New{Kind: "hopeless", Payload: "not a number"})
		runDue(t, r, 3)
		j := get(t, d, mail)
		if wait := j.RunAt.Sub(begin); j.State != Queued || wait < 15*time.Second || wait > 20*time.Second || j.Error != "the server is away" {
			t.Fatalf("%+v", j)
		}
		for id, want := range map[string]string{crash: "panic: index out of range", hopeless: "read the payload of job hopeless"} {
			if j := get(t, d, id); j.State != Dead || !strings.Contains(j.Error, want) {
				t.Fatalf("%+v", j)
			}
		}
		runDue(t, r, 0)
		for range 2 {
			c.Advance(2 * time.Minute)
			runDue(t, r, 1)
		}
		if j := get(t, d, mail); j.State != Dead || j.Attempts != 3 {
			t.Fatalf("%+v", j)
		}
		if got := r.Counters()["mail"]; got.Failed != 3 || got.Died != 1 || got.Running != 0 {
			t.Fatalf("%+v", got)
		}
		inTx := func(do func(context.Context, *db.Tx, string, time.Time) error) error {
			return d.InTx(ctx, func(tx *db.Tx) error { return do(ctx, tx, mail, c.Now()) })
		}
		if err := inTx(Retry); err != nil {
			t.Fatal(err)
		}
		if lag, err := Lag(ctx, d, c.Now().Add(time.Minute)); err != nil || lag > time.Minute {
			t.Fatalf("lag %s, %v", lag, err)
		}
		if err := inTx(Retry); !fault.Is(err, fault.KindRefused) {
			t.Fatalf("retried twice: %v", err)
		}
		if err := inTx(Cancel); err != nil {
			t.Fatal(err)
		}
		if err := inTx(Cancel); !fault.Is(err, fault.KindRefused) {
			t.Fatalf("cancelled twice: %v", err)
		}
		runDue(t, r, 0)
		newest, err := List(ctx, d, Filter{State: Dead, Limit: 1})
		if err != nil || len(newest) != 1 {
			t.Fatalf("%v %v", newest, err)
		}
		older, err := List(ctx, d, Filter{State: Dead, Before: newest[0].ID})
		if err != nil || len(older) != 1 || older[0].ID == newest[0].ID {
			t.Fatalf("%v %v", older, err)
		}
		if panics, err := List(ctx, d, Filter{Kind: "panic"}); err != nil || len(panics) != 1 || panics[0].ID != crash {
			t.Fatalf("%v %v", panics, err)
		}
		if counts, err := Counts(ctx, d); err != nil || len(counts) != 3 {
			t.Fatalf("%v %v", counts, err)
		}
	})
}

// TestDeadNodeLosesItsJob has a first node stop answering in the middle of a job: a second one does the job, and what the first
// then writes is refused.
func TestDeadNodeLosesItsJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		one, two := registry(d, c), registry(d, c)
		pay := func(ctx context.Context, j *Job) error {
			return d.InTx(ctx, func(tx *db.Tx) error { return errors.Join(effect(tx, "paid by "+j.Lease), j.Done(ctx, tx)) })
		}
		var late error
		one.Handle("pay", func(ctx context.Context, j *Job) error {
			c.Advance(2 * time.Minute) // the node slept longer than its lease
			runDue(t, two, 1)
			if err := j.Progress(ctx, 50, i18n.Text{FR: "a", EN: "a"}); !fault.Is(err, fault.KindConflict) {
				t.Errorf("progress of a lost job: %v", err)
			}
			late = pay(ctx, j)
			return late
		})
		two.Handle("pay", pay)
		id := enqueue(t, d, New{Kind: "pay"})
		runDue(t, one, 1)
		if !fault.Is(late, fault.KindConflict) {
			t.Fatalf("the late write gave %v", late)
		}
		var effects int
		if err := d.Get(&effects, "SELECT COUNT(*) FROM setting"); err != nil || effects != 1 {
			t.Fatalf("%d effects, %v", effects, err)
		}
		if j := get(t, d, id); j.State != Done || j.Attempts != 2 {
			t.Fatalf("%+v", j)
		}
	})
}

func TestJobOfANodeThatDiedEachTimeDies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		r := registry(d, c)
		r.Handle("kill", func(context.Context, *Job) error { return nil })
		id := enqueue(t, d, New{Kind: "kill", MaxAttempts: 2})
		for range 2 {
			if jobs, err := r.claim(ctx, 5); err != nil || len(jobs) != 1 {
				t.Fatalf("%v %v", jobs, err)
			}
			c.Advance(2 * time.Minute)
		}
		runDue(t, r, 0)
		if j := get(t, d, id); j.State != Dead || j.Error == "" {
			t.Fatalf("%+v", j)
		}
	})
}

// TestEightWorkersOneEffectEach lets two nodes of four workers fight over jobs that fail, panic, or fail after their effect was
// rolled back, and counts effects.
func TestEightWorkersOneEffectEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const total = 120
		stop, cancel := context.WithCancel(ctx)
		defer cancel()
		var done atomic.Int64
		ids := make([]string, total)
		for i := range total {
			ids[i] = enqueue(t, d, New{Kind: "pay", Payload: i, MaxAttempts: 1000})
		}
		var nodes sync.WaitGroup
		c := &hurried{}
		for range 2 {
			r := registry(d, c)
			r.poll, r.lease = time.Millisecond, 5*time.Minute
			r.Handle("pay", Typed(func(ctx context.Context, j *Job, i int) error {
				if rand.N(5) == 0 {
					panic("before")
				}
				err := d.InTx(ctx, func(tx *db.Tx) error {
					err := errors.Join(effect(tx, fmt.Sprintf("pay %d", i)), j.Done(ctx, tx))
					if rand.N(5) == 0 {
						return errors.Join(err, errors.New("crash before the commit"))
					}
					return err
				})
				if err == nil && done.Add(1) == total {
					cancel()
				}
				return err
			}))
			nodes.Go(func() {
				if err := r.Run(stop, 4); err != nil {
					t.Error(err)
					cancel()
				}
			})
		}
		nodes.Wait()
		var effects int
		if err := d.Get(&effects, "SELECT COUNT(*) FROM setting"); err != nil || effects != total || done.Load() != total {
			t.Fatalf("%d effects of %d acknowledged, %v", effects, done.Load(), err)
		}
		for _, id := range ids {
			if j := get(t, d, id); j.State != Done {
				t.Fatalf("%+v", j)
			}
		}
	})
}

// hurried is a clock on which hours pass in seconds: retries come soon, and now and then a lease ends under a handler that still runs.
type hurried struct{ offset atomic.Int64 }

func (h *hurried) Now() time.Time {
	return clock.Cut(time.Now().Add(time.Duration(h.offset.Add(int64(5 * time.Second)))))
}

func TestStoppingGivesJobsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		stop, cancel := context.WithCancel(ctx)
		r := registry(d, clock.At(begin))
		r.grace = 0
		r.Handle("long", func(ctx context.Context, j *Job) error {
			if err := j.Progress(ctx, 40, i18n.Text{FR: "commune 512 sur 1 287", EN: "municipality 512 of 1,287"}); err != nil {
				return err
			}
			cancel()
			<-ctx.Done()
			return ctx.Err()
		})
		id := enqueue(t, d, New{Kind: "long"})
		if err := r.Run(stop, 2); err != nil {
			t.Fatal(err)
		}
		j := get(t, d, id)
		if j.State != Queued || j.Attempts != 0 || j.Percent != 40 || j.Message.V.EN != "municipality 512 of 1,287" {
			t.Fatalf("%+v", j)
		}
	})
}

func TestCancellingARunningJobStopsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := registry(d, clock.At(begin))
		r.lease = 30 * time.Millisecond
		r.Handle("long", func(ctx context.Context, j *Job) error {
			if err := d.InTx(ctx, func(tx *db.Tx) error { return Cancel(ctx, tx, j.ID, begin) }); err != nil {
				return err
			}
			<-ctx.Done() // ended by the renewal that finds the job gone
			return ctx.Err()
		})
		id := enqueue(t, d, New{Kind: "long"})
		runDue(t, r, 1)
		if j := get(t, d, id); j.State != Cancelled {
			t.Fatalf("%+v", j)
		}
	})
}

func TestPeriodicJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		var runs int
		nodes := []*Registry{registry(d, c), registry(d, c)}
		for _, r := range nodes {
			r.Periodic("watch", Every(10*time.Minute), func(context.Context, *Job) error { runs++; return nil })
			if err := r.SchedulePeriodic(ctx); err != nil {
				t.Fatal(err)
			}
		}
		runDue(t, nodes[0], 0)
		for range 3 {
			c.Advance(11 * time.Minute)
			runDue(t, nodes[0], 1)
			runDue(t, nodes[1], 0)
		}
		old := enqueue(t, d, New{Kind: "none"})
		if err := d.InTx(ctx, func(tx *db.Tx) error { return Cancel(ctx, tx, old, begin) }); err != nil {
			t.Fatal(err)
		}
		c.Advance(8 * 24 * time.Hour)
		runDue(t, nodes[1], 2) // the watch and the sweep
		if _, err := Get(ctx, d, old); runs != 4 || !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("%d runs; the old job: %v", runs, err)
		}
	})
}

func TestDailyAt(t *testing.T) {
	at := DailyAt(4, 10)
	summer := time.Date(2026, 3, 28, 4, 10, 0, 0, i18n.Paris) // the clocks change the night after
	if got := at(summer); !got.Equal(time.Date(2026, 3, 29, 4, 10, 0, 0, i18n.Paris)) {
		t.Fatal(got)
	}
	if got := at(summer.Add(-time.Second)); !got.Equal(summer) {
		t.Fatal(got)
	}
}

// A node whose database is away when it starts goes on trying, rather than ending the program.
func TestRunOutlivesADatabaseThatIsAway(t *testing.T) {
	d := dbtest.SQLite(t)
	r := registry(d, clock.At(begin))
	tried := make(chan struct{}, 10)
	r.log = slog.New(slog.NewTextHandler(signal{tried}, nil))
	r.poll = time.Millisecond
	_ = d.Close()
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- r.Run(running, 1) }()
	for range 3 {
		<-tried
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// signal tells of each line of a log.
type signal struct{ told chan struct{} }

func (s signal) Write(b []byte) (int, error) {
	select {
	case s.told <- struct{}{}:
	default:
	}
	return len(b), nil
}

// Each kind is told in one line: those that fail first, when it last went well, when it runs next; what runs each minute hides nothing.
func TestKinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.At(begin)
		r := registry(d, c)
		r.Handle("a well", func(context.Context, *Job) error { return nil })
		r.Handle("b failing", func(context.Context, *Job) error { return errors.New("not yet") })
		r.Handle("c dead", func(context.Context, *Job) error { return Permanent(errors.New("never")) })
		for range 3 {
			enqueue(t, d, New{Kind: "a well"})
			runDue(t, r, 1)
			c.Advance(time.Minute)
		}
		enqueue(t, d, New{Kind: "b failing"})
		enqueue(t, d, New{Kind: "c dead"})
		runDue(t, r, 2)
		next := begin.Add(time.Hour)
		enqueue(t, d, New{Kind: "a well", RunAt: next})
		kinds, err := Kinds(ctx, d)
		if err != nil || len(kinds) != 3 {
			t.Fatalf("%+v %v", kinds, err)
		}
		failing, dead, well := kinds[0], kinds[1], kinds[2]
		if failing.Name != "b failing" || failing.Failing != 1 || !failing.Wrong() || failing.LastRun != nil || failing.NextRun == nil {
			t.Errorf("%+v", failing)
		}
		if dead.Name != "c dead" || dead.Counts[Dead] != 1 || !dead.Wrong() || dead.NextRun != nil {
			t.Errorf("%+v", dead)
		}
		if well.Name != "a well" || well.Wrong() || well.Counts[Done] != 3 || well.Counts[Queued] != 1 {
			t.Errorf("%+v", well)
		}
		if well.LastRun == nil || !well.LastRun.Equal(begin.Add(2*time.Minute)) || well.NextRun == nil || !well.NextRun.Equal(next) {
			t.Errorf("last %v, next %v", well.LastRun, well.NextRun)
		}
	})
}

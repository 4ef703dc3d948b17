package operations

import (
	"context"
	"encoding/json"
	"errors"
	"maillage/internal/platform/i18n"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/jobs"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

var (
	ctx   = context.Background()
	begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	admin = accounts.Actor{ID: "admin", Name: "Marc Olivier", SecondFactor: true, Grants: []accounts.Grant{{Role: accounts.RoleAdmin}}}
)

type asleep struct{ woken int }

func (a *asleep) Poke() { a.woken++ }

func installation(t *testing.T, d *db.DB) House {
	return House{DB: d, Clock: clock.At(begin), Data: t.TempDir(), Mail: true, Keys: func(context.Context) error { return nil }, Started: begin}
}

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func job(t *testing.T, d *db.DB, id, kind string, state jobs.State, attempts int, runAt time.Time) {
	t.Helper()
	exec(t, d, `INSERT INTO job (id, kind, job_key, payload, state, run_at, attempts, max_attempts, lease, percent, message, error, created_at)
		VALUES ($1, $2, '', 'null', $3, $4, $5, 8, '', 0, '', '', $4)`, id, kind, string(state), runAt, attempts)
}

func backedUp(t *testing.T, d *db.DB, at time.Time) {
	t.Helper()
	note, err := json.Marshal(BackupNote{At: at, Rows: 3})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, d, "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)", LastBackup, string(note), at)
}

// Numbers of the state page are grouped as each language does, whatever type counts them.
func TestNumbersAreGrouped(t *testing.T) {
	want := i18n.Text{FR: "17\u202f395 lignes, 1\u202f000, 580 : x", EN: "17,395 rows, 1,000, 580: x"}
	if got := both("%s lignes, %s, %s : %s", "%s rows, %s, %s: %s", int64(17395), 1000, 580, "x"); got != want {
		t.Errorf("%+q", got)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := installation(t, d)
		backedUp(t, d, begin.Add(-1200*time.Hour))
		for _, found := range h.Examine(ctx) {
			if strings.ContainsAny(found.Says.FR+found.Says.EN+found.Do.FR+found.Do.EN, "%") {
				t.Errorf("%s: %+v", found.ID, found.Says)
			}
			if found.ID == "backup" && !strings.Contains(found.Says.FR, "1\u202f200 heures") {
				t.Errorf("%+q", found.Says.FR)
			}
		}
	})
}

// Each thing that can go wrong is seen in its own check, with something to do; nothing else changes.
func TestEachFaultIsSeen(t *testing.T) {
	cases := []struct {
		name, check string
		want        State
		spoil       func(t *testing.T, h *House)
	}{
		{"all is well", "", Well, func(*testing.T, *House) {}},
		{"a job waits for long", "jobs", Wrong, func(t *testing.T, h *House) { job(t, h.DB, "j", "x", jobs.Queued, 0, begin.Add(-time.Hour)) }},
		{"a job is dead", "jobs", Warning, func(t *testing.T, h *House) { job(t, h.DB, "j", "x", jobs.Dead, 8, begin) }},
		{"the mail server is away", "mail", Warning, func(t *testing.T, h *House) { job(t, h.DB, "j", "mail.send", jobs.Queued, 2, begin.Add(time.Hour)) }},
		{"no mail server", "mail", Warning, func(_ *testing.T, h *House) { h.Mail = false }},
		{"a key that others read", "keys", Wrong, func(t *testing.T, h *House) {
			if err := errors.Join(os.Mkdir(filepath.Join(h.Data, "keys"), 0o700), os.WriteFile(filepath.Join(h.Data, "keys", "seal.keys"), nil, 0o644)); err != nil {
				t.Fatal(err)
			}
		}},
		{"keys that open nothing", "keys", Wrong, func(_ *testing.T, h *House) { h.Keys = func(context.Context) error { return errors.New("no") } }},
		{"an unsigned record", "audit", Wrong, func(t *testing.T, h *House) {
			err := h.DB.InTx(ctx, func(tx *db.Tx) error {
				return audit.Append(ctx, tx, audit.Entry{At: begin.Add(-3 * time.Hour), Actor: audit.System, Action: "test", Object: audit.Object{Kind: "test"}, Text: "Essai."})
			})
			if err != nil {
				t.Fatal(err)
			}
		}},
		{"a broken record", "audit", Wrong, func(t *testing.T, h *House) { job(t, h.DB, "j", "audit.verify", jobs.Dead, 1, begin) }},
		{"an old backup", "backup", Warning, func(t *testing.T, h *House) {
			exec(t, h.DB, "DELETE FROM setting")
			backedUp(t, h.DB, begin.Add(-40*time.Hour))
		}},
		{"a very old backup", "backup", Wrong, func(t *testing.T, h *House) {
			exec(t, h.DB, "DELETE FROM setting")
			backedUp(t, h.DB, begin.Add(-400*time.Hour))
		}},
		{"no backup", "backup", Warning, func(t *testing.T, h *House) { exec(t, h.DB, "DELETE FROM setting") }},
		{"a folder that is not there", "disk", Wrong, func(_ *testing.T, h *House) { h.Data = filepath.Join(h.Data, "gone") }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := installation(t, d)
				backedUp(t, d, begin.Add(-time.Hour))
				c.spoil(t, &h)
				for _, found := range h.Examine(ctx) {
					if found.ID == "disk" && c.check != "disk" {
						continue // the disk of the machine that tests
					}
					want := Well
					if found.ID == c.check {
						want = c.want
					}
					if found.State != want && !(c.name == "a broken record" && found.ID == "jobs") {
						t.Errorf("%s is %d, want %d: %s", found.ID, found.State, want, found.Says.EN)
					}
					if found.Says.Empty() || found.State != Well && found.Do.Empty() {
						t.Errorf("%s does not say what to do", found.ID)
					}
				}
			})
		})
	}
}

func TestDatabaseAwayIsSaid(t *testing.T) {
	d := dbtest.SQLite(t)
	h := installation(t, d)
	_ = d.Close()
	if found := h.Examine(ctx); found[0].State != Wrong || Worst(found) != Wrong {
		t.Errorf("%+v", found[0])
	}
}

// An administrator retries and cancels, and the record tells; nobody else does.
func TestRetryAndCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &asleep{}
		s := New(installation(t, d), w)
		job(t, d, "dead", "mail.send", jobs.Dead, 14, begin)
		job(t, d, "waits", "mail.send", jobs.Queued, 0, begin.Add(time.Hour))
		for _, role := range accounts.Roles {
			other := accounts.Actor{ID: "x", SecondFactor: true, Grants: []accounts.Grant{{Role: role}}}
			if role == accounts.RoleAdmin {
				continue
			}
			_, seen := s.Queue(ctx, other, jobs.Filter{})
			_, looked := s.Health(ctx, other)
			for _, err := range []error{seen, looked, s.Retry(ctx, other, "dead"), s.Cancel(ctx, other, "waits")} {
				if !fault.Is(err, fault.KindForbidden) {
					t.Errorf("%s: %v", role, err)
				}
			}
		}
		for _, err := range []error{s.Retry(ctx, admin, "dead"), s.Cancel(ctx, admin, "waits")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Retry(ctx, admin, "dead"); !fault.Is(err, fault.KindRefused) {
			t.Errorf("twice: %v", err)
		}
		if err := s.Cancel(ctx, admin, "nowhere"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nowhere: %v", err)
		}
		q, err := s.Queue(ctx, admin, jobs.Filter{State: jobs.Queued})
		if err != nil || len(q.Jobs) != 1 || q.Jobs[0].ID != "dead" || q.Jobs[0].Attempts != 0 {
			t.Errorf("%+v %v", q.Jobs, err)
		}
		entries, err := audit.List(ctx, d, audit.Filter{Action: "operations."})
		if err != nil || len(entries) != 2 || w.woken != 1 {
			t.Errorf("%d entries, woken %d times, %v", len(entries), w.woken, err)
		}
	})
}

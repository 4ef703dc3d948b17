package accounts

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
)

// refuseTouches has the database refuse to note sessions as used, as a full disk does; the function it gives takes writes again.
func refuseTouches(w *world) (allow func()) {
	w.t.Helper()
	begin, end := []string{"CREATE TRIGGER refuse BEFORE UPDATE ON session BEGIN SELECT RAISE(ABORT, 'no space left on device'); END"}, "DROP TRIGGER refuse"
	if w.db.Dialect == db.Postgres {
		begin = []string{"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$",
			"CREATE TRIGGER refuse BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION refuse()"}
		end = "DROP TRIGGER refuse ON session"
	}
	for _, statement := range begin {
		_, err := w.db.ExecContext(w.ctx, statement)
		w.must(err)
	}
	return func() {
		_, err := w.db.ExecContext(w.ctx, end)
		w.must(err)
	}
}

// Whoever is signed in reads on while the database takes no writes. It is logged once, and once more when it is over; then the session
// is noted again.
func TestReadingNeedsNoWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var written bytes.Buffer
		w := newWorld(t, d, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&written, nil)) })
		p, opened := w.person("Ada Martin", officer91)
		allow := refuseTouches(w)
		for range 5 {
			w.clock.Advance(seenEvery + time.Second)
			if v := w.visitor(opened.Token); v.Actor.ID != p.ID {
				t.Fatalf("the reader is %q", v.Actor.ID)
			}
		}
		if n := strings.Count(written.String(), "\n"); n != 1 || !strings.Contains(written.String(), "cannot be noted") || strings.Contains(written.String(), p.ID) {
			t.Errorf("%d lines: %s", n, written.String())
		}
		allow()
		w.clock.Advance(touchAgain)
		w.visitor(opened.Token)
		if v := w.visitor(opened.Token); !v.Session.SeenAt.Equal(db.Now(w.clock)) || strings.Count(written.String(), "\n") != 2 {
			t.Errorf("seen at %s; %s", v.Session.SeenAt, written.String())
		}
	})
}

// A writer who holds the database holds up no reader: the note is given up, not waited for.
func TestReadingWaitsForNoWriter(t *testing.T) {
	each(t, func(w *world) {
		p, opened := w.person("Ada Martin", officer91)
		w.clock.Advance(2 * seenEvery)
		w.must(w.db.InTx(w.ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(w.ctx, "UPDATE session SET seen_at = seen_at"); err != nil {
				return err
			}
			if v := w.visitor(opened.Token); v.Actor.ID != p.ID || v.Session.SeenAt.Equal(db.Now(w.clock)) {
				w.t.Errorf("the reader is %q, seen at %s", v.Actor.ID, v.Session.SeenAt)
			}
			return nil
		}))
	})
}

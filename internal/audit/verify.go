package audit

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Report is what a verification found.
type Report struct {
	Size        int64     // entries in the record
	Checkpoints int       // signed checkpoints that were compared, each size once
	Signed      int64     // entries under the newest good checkpoint; the rest is only chained
	SignedAt    time.Time // when that checkpoint was signed; zero when there is none
	Broken      *Break    // nil when the record is whole
}

// OK tells whether the record is whole.
func (r Report) OK() bool { return r.Broken == nil }

// Break is the first place where the record is not what was written.
type Break struct {
	From, To int64 // the first bad entry lies between these two, both included, counted from 0
	What     i18n.Text
}

// Error gives the English sentence.
func (b *Break) Error() string { return b.What.EN }

func broken(from, to int64, fr, en string, args ...any) *Break {
	return &Break{From: from, To: to, What: i18n.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}}
}

// Verify recomputes the record of one snapshot of the database and compares it with its stored hashes and with every checkpoint
// signed by the key, those of the database and those given (History). The error is about reading; what is wrong with the record
// is in the report.
func Verify(ctx context.Context, d *db.DB, key note.Verifier, outside ...string) (Report, error) {
	tx, err := d.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: isolation(d)})
	if err != nil {
		return Report{}, fmt.Errorf("begin reading the audit record: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	q := &db.Tx{Tx: tx, Dialect: d.Dialect}
	v := verification{}
	if err := v.gather(ctx, q, key, outside); err != nil {
		return Report{}, err
	}
	if err := v.walk(ctx, q); err != nil {
		return Report{}, err
	}
	if err := v.close(ctx, q); err != nil {
		return Report{}, err
	}
	return v.report, nil
}

// isolation is the level that gives one snapshot; SQLite's transactions always do.
func isolation(d *db.DB) sql.IsolationLevel {
	if d.Dialect == db.Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// verification walks entries and stored hashes side by side, from the first.
type verification struct {
	report      Report
	checkpoints []checkpoint // by size
	edge        []subtree    // roots of the complete subtrees so far, largest first
	next        int64        // index of the next hash that must be stored
	hashes      []hashRow    // stored hashes read ahead
}

type subtree struct {
	level int
	hash  tlog.Hash
}

func (v *verification) breakAt(b *Break) {
	if v.report.Broken == nil {
		v.report.Broken = b
	}
}

func (v *verification) gather(ctx context.Context, q db.Queryer, key note.Verifier, outside []string) error {
	var notes []string
	if err := q.SelectContext(ctx, &notes, "SELECT note FROM audit_checkpoint ORDER BY size"); err != nil {
		return fmt.Errorf("read the checkpoints: %w", err)
	}
	for _, text := range append(notes, outside...) {
		cp, err := openCheckpoint(text, key)
		if err != nil {
			v.breakAt(broken(0, 0, "un point de contrôle a été modifié ou signé par une autre clé",
				"a checkpoint was altered or signed by another key"))
			continue
		}
		v.checkpoints = append(v.checkpoints, cp)
	}
	slices.SortStableFunc(v.checkpoints, func(a, b checkpoint) int { return int(a.size - b.size) })
	return nil
}

type entryRow struct {
	N          int64
	At         time.Time
	ActorID    string `db:"actor_id"`
	Action     string
	ObjectKind string `db:"object_kind"`
	ObjectID   string `db:"object_id"`
	Entry      string
}

func (v *verification) walk(ctx context.Context, q db.Queryer) error {
	for v.report.Broken == nil {
		var rows []entryRow
		err := q.SelectContext(ctx, &rows, `SELECT n, at, actor_id, action, object_kind, object_id, entry FROM audit_entry
			WHERE n >= $1 ORDER BY n LIMIT 1000`, v.report.Size)
		if err != nil {
			return fmt.Errorf("read the audit record: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		for _, row := range rows {
			if err := v.entry(ctx, q, row); err != nil || v.report.Broken != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verification) entry(ctx context.Context, q db.Queryer, row entryRow) error {
	n := v.report.Size
	if row.N != n {
		v.breakAt(broken(n, n, "l’écriture n° %d a été supprimée", "entry %d was deleted", n))
		return nil
	}
	if !row.faithful() {
		v.breakAt(broken(n, n, "l’écriture n° %d a été modifiée", "entry %d was altered", n))
		return nil
	}
	v.edge = append(v.edge, subtree{0, tlog.RecordHash([]byte(row.Entry))})
	if err := v.stored(ctx, q, n, "l’écriture n° %d a été modifiée ou déplacée", "entry %d was altered or moved"); err != nil {
		return err
	}
	for len(v.edge) > 1 && v.edge[len(v.edge)-1].level == v.edge[len(v.edge)-2].level {
		left, right := v.edge[len(v.edge)-2], v.edge[len(v.edge)-1]
		v.edge = append(v.edge[:len(v.edge)-2], subtree{left.level + 1, tlog.NodeHash(left.hash, right.hash)})
		err := v.stored(ctx, q, n, "l’empreinte gardée avec l’écriture n° %d a été modifiée", "a hash stored with entry %d was altered")
		if err != nil {
			return err
		}
	}
	v.report.Size++
	v.compareCheckpoints()
	return nil
}

// faithful tells whether the columns that pages filter on say what the entry says.
func (r entryRow) faithful() bool {
	e, err := decode(r.Entry)
	if err != nil {
		return false
	}
	text, err := e.canonical()
	return err == nil && string(text) == r.Entry && e.At.Equal(clock.Cut(r.At)) &&
		r.ActorID == e.Actor.ID && r.Action == e.Action && r.ObjectKind == e.Object.Kind && r.ObjectID == e.Object.ID
}

// stored compares the newest computed hash with the one kept at its index.
func (v *verification) stored(ctx context.Context, q db.Queryer, n int64, fr, en string) error {
	if len(v.hashes) == 0 {
		err := q.SelectContext(ctx, &v.hashes, "SELECT i, hash FROM audit_hash WHERE i >= $1 ORDER BY i LIMIT 2000", v.next)
		if err != nil {
			return fmt.Errorf("read the audit hashes: %w", err)
		}
	}
	if len(v.hashes) == 0 || v.hashes[0].I != v.next || v.hashes[0].Hash != v.edge[len(v.edge)-1].hash.String() {
		v.breakAt(broken(n, n, fr, en, n))
		return nil
	}
	v.hashes, v.next = v.hashes[1:], v.next+1
	return nil
}

func (v *verification) root() tlog.Hash {
	root := v.edge[len(v.edge)-1].hash
	for i := len(v.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(v.edge[i].hash, root)
	}
	return root
}

func (v *verification) compareCheckpoints() {
	for len(v.checkpoints) > 0 && v.checkpoints[0].size <= v.report.Size {
		cp := v.checkpoints[0]
		v.checkpoints = v.checkpoints[1:]
		if cp.root != v.root() {
			v.breakAt(broken(v.report.Signed, cp.size-1, "entre les écritures n° %d et n° %d, le journal diffère de ce qui a été signé",
				"between entries %d and %d the record differs from what was signed", v.report.Signed, cp.size-1))
			return
		}
		if cp.size > v.report.Signed {
			v.report.Checkpoints++
		}
		v.report.Signed, v.report.SignedAt = cp.size, cp.at
	}
}

// close checks what only shows at the end: a record cut short, hashes or a head that speak of more.
func (v *verification) close(ctx context.Context, q db.Queryer) error {
	n := v.report.Size
	if len(v.checkpoints) > 0 {
		signed := v.checkpoints[len(v.checkpoints)-1].size
		v.breakAt(broken(n, signed-1, "les écritures n° %d à n° %d, signées, ont été supprimées", "entries %d to %d, signed, were deleted", n, signed-1))
	}
	var entries, head, hashes int64
	if err := q.GetContext(ctx, &entries, "SELECT COUNT(*) FROM audit_entry"); err != nil {
		return fmt.Errorf("count the audit entries: %w", err)
	}
	if err := q.GetContext(ctx, &head, "SELECT COALESCE(MAX(size), -1) FROM audit_head"); err != nil {
		return fmt.Errorf("read the audit head: %w", err)
	}
	if err := q.GetContext(ctx, &hashes, "SELECT COUNT(*) FROM audit_hash"); err != nil {
		return fmt.Errorf("count the audit hashes: %w", err)
	}
	if entries != n || head != n || hashes != tlog.StoredHashCount(n) {
		v.breakAt(broken(n, max(n, head-1), "le journal s’arrête à l’écriture n° %d, sa tête en annonce %d",
			"the record stops at entry %d while its head tells of %d", n, head))
	}
	return nil
}

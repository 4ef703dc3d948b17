package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/mod/sumdb/tlog"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
)

// Append adds entries to the record, inside the transaction of the change that they tell of. Call it once per transaction, as late
// as possible: the row of audit_head stays locked until the transaction ends, and other writers wait for it.
func Append(ctx context.Context, tx *db.Tx, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var size int64
	err := tx.GetContext(ctx, &size, "UPDATE audit_head SET size = size + $1 WHERE id = 1 RETURNING size", len(entries))
	if err != nil {
		return fmt.Errorf("lock the audit head: %w", err)
	}
	for i, e := range entries {
		if err := insert(ctx, tx, size-int64(len(entries)-i), e); err != nil {
			return err
		}
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, n int64, e Entry) error {
	text, err := e.canonical()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO audit_entry (n, at, actor_id, action, object_kind, object_id, entry)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, n, clock.Cut(e.At), e.Actor.ID, e.Action, e.Object.Kind, e.Object.ID, string(text))
	if err != nil {
		return fmt.Errorf("insert audit entry %d: %w", n, err)
	}
	hashes, err := tlog.StoredHashes(n, text, storedHashes(ctx, tx))
	if err != nil {
		return fmt.Errorf("hash audit entry %d: %w", n, err)
	}
	first := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		if _, err := tx.ExecContext(ctx, "INSERT INTO audit_hash (i, hash) VALUES ($1, $2)", first+int64(i), h.String()); err != nil {
			return fmt.Errorf("insert audit hash %d: %w", first+int64(i), err)
		}
	}
	return nil
}

// storedHashes reads tree hashes by their index.
func storedHashes(ctx context.Context, q db.Queryer) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		if len(indexes) == 0 {
			return nil, nil
		}
		query, args, err := sqlx.In("SELECT i, hash FROM audit_hash WHERE i IN (?)", indexes)
		if err != nil {
			return nil, fmt.Errorf("read audit hashes: %w", err)
		}
		var rows []hashRow
		if err := q.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
			return nil, fmt.Errorf("read audit hashes: %w", err)
		}
		found := make(map[int64]string, len(rows))
		for _, r := range rows {
			found[r.I] = r.Hash
		}
		hashes := make([]tlog.Hash, len(indexes))
		for k, i := range indexes {
			if hashes[k], err = tlog.ParseHash(found[i]); err != nil {
				return nil, fmt.Errorf("audit hash %d is missing or spoilt", i)
			}
		}
		return hashes, nil
	})
}

// Filter narrows a reading of the record. Zero fields do not narrow.
type Filter struct {
	Actor  string // identifier
	Action string // whole ("territory.import") or a room ("territory.")
	Object Object // kind alone, or kind and identifier
	From   time.Time
	To     time.Time // excluded
	Before int64     // entries with a smaller number only, for the next page; 0 starts at the newest
	Limit  int       // 50 when 0, at most 1000
}

// List reads the record, newest first.
func List(ctx context.Context, q db.Queryer, f Filter) ([]Record, error) {
	where, args := f.where()
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	args = append(args, min(limit, 1000))
	return read(ctx, q, fmt.Sprintf("SELECT n, entry FROM audit_entry %s ORDER BY n DESC LIMIT $%d", where, len(args)), args...)
}

// Timeline is everything that happened to one object, oldest first.
func Timeline(ctx context.Context, q db.Queryer, o Object) ([]Record, error) {
	return read(ctx, q, "SELECT n, entry FROM audit_entry WHERE object_kind = $1 AND object_id = $2 ORDER BY n", o.Kind, o.ID)
}

// Each walks the whole record, oldest first, a thousand entries at a time.
func Each(ctx context.Context, q db.Queryer, do func(Record) error) error {
	for next := int64(0); ; {
		page, err := read(ctx, q, "SELECT n, entry FROM audit_entry WHERE n >= $1 ORDER BY n LIMIT 1000", next)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			if err := do(r); err != nil {
				return err
			}
		}
		next = page[len(page)-1].N + 1
	}
}

func (f Filter) where() (string, []any) {
	var parts []string
	var args []any
	add := func(condition string, value any) {
		args = append(args, value)
		parts = append(parts, fmt.Sprintf(condition, len(args)))
	}
	if f.Actor != "" {
		add("actor_id = $%d", f.Actor)
	}
	if strings.HasSuffix(f.Action, ".") {
		add("action LIKE $%d", db.Searched(f.Action)+"%")
	} else if f.Action != "" {
		add("action = $%d", f.Action)
	}
	if f.Object.Kind != "" {
		add("object_kind = $%d", f.Object.Kind)
	}
	if f.Object.ID != "" {
		add("object_id = $%d", f.Object.ID)
	}
	if !f.From.IsZero() {
		add("at >= $%d", clock.Cut(f.From))
	}
	if !f.To.IsZero() {
		add("at < $%d", clock.Cut(f.To))
	}
	if f.Before > 0 {
		add("n < $%d", f.Before)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return "WHERE " + strings.Join(parts, " AND "), args
}

type hashRow struct {
	I    int64
	Hash string
}

func read(ctx context.Context, q db.Queryer, query string, args ...any) ([]Record, error) {
	var rows []struct {
		N     int64
		Entry string
	}
	if err := q.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read the audit record: %w", err)
	}
	records := make([]Record, len(rows))
	for i, row := range rows {
		e, err := decode(row.Entry)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("audit entry %d", row.N), err)
		}
		records[i] = Record{N: row.N, Entry: e}
	}
	return records, nil
}

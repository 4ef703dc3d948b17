package territory

import (
	"context"
	"fmt"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/territory/intake"
)

// partBytes is the size of the pieces in which contents and uploads are kept.
const partBytes = 4 << 20

const datasetColumns = `id, kind, format, label, valid_from, valid_to, decree, source, licence, vintage, file_name, file_bytes, sha256,
	row_count, state, demo, replaces, imported_by, imported_by_name, imported_at, ended_by_name, ended_at, ended_reason, report`

func selectDatasets(ctx context.Context, q db.Queryer) ([]Dataset, error) {
	var all []Dataset
	err := q.SelectContext(ctx, &all, "SELECT "+datasetColumns+" FROM territory_dataset ORDER BY kind, valid_from DESC, imported_at DESC, id DESC")
	if err != nil {
		return nil, fmt.Errorf("read datasets: %w", err)
	}
	return all, nil
}

func selectDataset(ctx context.Context, q db.Queryer, id string) (Dataset, error) {
	var d Dataset
	err := q.GetContext(ctx, &d, "SELECT "+datasetColumns+" FROM territory_dataset WHERE id = $1", id)
	return d, err
}

func insertDataset(ctx context.Context, tx *db.Tx, d Dataset, payload []byte) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO territory_dataset (`+datasetColumns+`) VALUES (:id, :kind, :format, :label, :valid_from,
		:valid_to, :decree, :source, :licence, :vintage, :file_name, :file_bytes, :sha256, :row_count, :state, :demo, :replaces,
		:imported_by, :imported_by_name, :imported_at, :ended_by_name, :ended_at, :ended_reason, :report)`, d)
	if err != nil {
		return fmt.Errorf("insert dataset: %w", err)
	}
	for part := 0; len(payload) > 0; part++ {
		piece := payload[:min(partBytes, len(payload))]
		payload = payload[len(piece):]
		_, err := tx.ExecContext(ctx, "INSERT INTO territory_payload (dataset_id, part, content) VALUES ($1, $2, $3)", d.ID, part, piece)
		if err != nil {
			return fmt.Errorf("insert dataset content: %w", err)
		}
	}
	return nil
}

func selectContent(ctx context.Context, q db.Queryer, id string) (intake.Content, error) {
	var parts [][]byte
	err := q.SelectContext(ctx, &parts, "SELECT content FROM territory_payload WHERE dataset_id = $1 ORDER BY part", id)
	if err != nil {
		return nil, fmt.Errorf("read dataset content: %w", err)
	}
	var file []byte
	for _, part := range parts {
		file = append(file, part...)
	}
	content, err := intake.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", id, err)
	}
	return content, nil
}

// activeTwin is the active version of the same kind that starts on the same day; "" when there is none.
func activeTwin(ctx context.Context, tx *db.Tx, kind intake.Kind, from time.Time) (string, error) {
	var ids []string
	err := tx.SelectContext(ctx, &ids, `SELECT id FROM territory_dataset WHERE kind = $1 AND valid_from = $2 AND state = 'active'
		ORDER BY imported_at DESC, id DESC`, kind, from)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func updateState(ctx context.Context, tx *db.Tx, id string, from, to State, by, reason string, at *time.Time) (bool, error) {
	done, err := tx.ExecContext(ctx, `UPDATE territory_dataset SET state = $1, ended_by_name = $2, ended_reason = $3, ended_at = $4
		WHERE id = $5 AND state = $6`, to, by, reason, at, id, from)
	if err != nil {
		return false, fmt.Errorf("change dataset state: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func readVersion(ctx context.Context, q db.Queryer) (int64, error) {
	var n int64
	if err := q.GetContext(ctx, &n, "SELECT n FROM territory_version WHERE id = 1"); err != nil {
		return 0, fmt.Errorf("read territory version: %w", err)
	}
	return n, nil
}

// bumpVersion counts one more change, if nothing changed since the version that the caller saw.
func bumpVersion(ctx context.Context, tx *db.Tx, seen int64) (bool, error) {
	done, err := tx.ExecContext(ctx, "UPDATE territory_version SET n = n + 1 WHERE id = 1 AND n = $1", seen)
	if err != nil {
		return false, fmt.Errorf("count a territory change: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

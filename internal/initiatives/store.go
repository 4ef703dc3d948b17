package initiatives

import (
	"context"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const columns = `id, slug, state, region, departement, content, since, search_text, sort_key, version, created_at, updated_at`

func unknown() error {
	return fault.NotFound("Cette initiative n’existe pas, ou n’est pas publiée.", "This initiative does not exist, or is not published.")
}

func stale() error {
	return fault.Conflict("Quelqu’un d’autre a modifié cette fiche entre-temps : votre saisie est affichée, relisez-la.", "Somebody else changed this card meanwhile: what you typed is shown, read it again.")
}

func (x *Initiative) index() {
	c := x.Content.V
	x.SearchText, x.SortKey = db.Fold(c.Title.FR, c.Title.EN, c.Summary.FR, c.Where), db.SortKey(c.Title.FR)
}

func insert(ctx context.Context, tx *db.Tx, x *Initiative) error {
	x.index()
	_, err := tx.NamedExecContext(ctx, `INSERT INTO initiative (`+columns+`) VALUES (:id, :slug, :state, :region, :departement, :content, :since, :search_text, :sort_key, :version,
		:created_at, :updated_at)`, x)
	if db.IsUnique(err) {
		wrong := fault.Fields{}
		wrong.Add("slug", "Une autre initiative a déjà cette adresse.", "Another initiative has this address.")
		return wrong.Err()
	}
	return err
}

func update(ctx context.Context, tx *db.Tx, x *Initiative, now time.Time) error {
	x.UpdatedAt = now
	x.index()
	result, err := tx.NamedExecContext(ctx, `UPDATE initiative SET state = :state, content = :content, since = :since, search_text = :search_text, sort_key = :sort_key,
		version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, x)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return stale()
	}
	x.Version++
	return nil
}

func get(ctx context.Context, q db.Queryer, slug string) (*Initiative, error) {
	var x Initiative
	err := q.GetContext(ctx, &x, `SELECT `+columns+` FROM initiative WHERE slug = $1`, slug)
	if db.NoRows(err) {
		return nil, unknown()
	}
	return &x, err
}

func list(ctx context.Context, q db.Queryer, text string) ([]*Initiative, error) {
	var all []*Initiative
	err := q.SelectContext(ctx, &all, `SELECT `+columns+` FROM initiative WHERE $1 = '' OR search_text LIKE $2 ORDER BY sort_key, id`, text, db.Like(text))
	return all, err
}

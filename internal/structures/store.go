package structures

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const structureColumns = `id, kind, name, sort_key, search_text, state, state_since, commune, departement, region, lat, lon, approximate,
	category, population, opened_on, closed_on, merged_into, source, detail, version, created_at, updated_at`

const insertStructure = `INSERT INTO structure (` + structureColumns + `) VALUES (:id, :kind, :name, :sort_key, :search_text, :state, :state_since,
	:commune, :departement, :region, :lat, :lon, :approximate, :category, :population, :opened_on, :closed_on, :merged_into, :source, :detail,
	:version, :created_at, :updated_at)`

const (
	insertIdentifier = `INSERT INTO structure_identifier (id, structure_id, scheme, value, from_day, to_day) VALUES (:id, :structure_id, :scheme, :value, :from_day, :to_day)`
	insertSite       = `INSERT INTO structure_site (id, structure_id, label, address, commune, lat, lon, approximate, main, from_day, to_day)
		VALUES (:id, :structure_id, :label, :address, :commune, :lat, :lon, :approximate, :main, :from_day, :to_day)`
	insertMember = `INSERT INTO structure_member (id, structure_id, name, profession, rpps, from_day, to_day, birth_year, leaving_on)
		VALUES (:id, :structure_id, :name, :profession, :rpps, :from_day, :to_day, :birth_year, :leaving_on)`
	insertContact = `INSERT INTO structure_contact (id, structure_id, name, role, email, phone) VALUES (:id, :structure_id, :name, :role, :email, :phone)`
	insertFact    = `INSERT INTO structure_fact (id, structure_id, day, kind, key, text) VALUES (:id, :structure_id, :day, :kind, :key, :text)`
	insertMission = `INSERT INTO structure_mission (structure_id, mission, started_on, deployed_on) VALUES (:structure_id, :mission, :started_on, :deployed_on)
		ON CONFLICT (structure_id, mission) DO UPDATE SET started_on = excluded.started_on, deployed_on = excluded.deployed_on`
	insertTerritory = `INSERT INTO structure_territory (structure_id, commune) VALUES (:structure_id, :commune)`
)

const memberColumns = "id, structure_id, name, profession, rpps, from_day, to_day, birth_year, leaving_on"

type territoryRow struct {
	StructureID string `db:"structure_id"`
	Commune     string `db:"commune"`
}

// insertAll writes rows many at a time.
func insertAll[T any](ctx context.Context, tx *db.Tx, query string, rows []T) error {
	const chunk = 400 // far below the 32,766 parameters of SQLite
	for len(rows) > 0 {
		n := min(chunk, len(rows))
		if _, err := tx.NamedExecContext(ctx, query, rows[:n]); err != nil {
			return fmt.Errorf("insert %T: %w", rows[0], err)
		}
		rows = rows[n:]
	}
	return nil
}

func insertOne(ctx context.Context, tx *db.Tx, query string, row any) error {
	if _, err := tx.NamedExecContext(ctx, query, row); err != nil {
		return fmt.Errorf("insert %T: %w", row, err)
	}
	return nil
}

// updateStructure writes the columns that change, if the version is still the one that was read.
func updateStructure(ctx context.Context, tx *db.Tx, s Structure) error {
	res, err := tx.NamedExecContext(ctx, `UPDATE structure SET name = :name, sort_key = :sort_key, search_text = :search_text, state = :state,
		state_since = :state_since, commune = :commune, departement = :departement, region = :region, lat = :lat, lon = :lon,
		approximate = :approximate, category = :category, population = :population, opened_on = :opened_on, closed_on = :closed_on,
		merged_into = :merged_into, detail = :detail, version = version + 1, updated_at = :updated_at
		WHERE id = :id AND version = :version`, s)
	if err != nil {
		return fmt.Errorf("update structure: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Quelqu’un a modifié cette structure entre-temps ; rien n’a été enregistré. Rechargez la page et recommencez.",
			"Somebody changed this structure meanwhile; nothing was recorded. Reload the page and try again.").Because(err)
	}
	return nil
}

func notFound() error {
	return fault.NotFound("Cette structure n’existe pas.", "This structure does not exist.")
}

func selectStructure(ctx context.Context, q db.Queryer, id string) (Structure, error) {
	var s Structure
	err := q.GetContext(ctx, &s, "SELECT "+structureColumns+" FROM structure WHERE id = $1", id)
	if db.NoRows(err) {
		return s, notFound()
	}
	return s, err
}

// selectFile reads everything known of a structure.
func selectFile(ctx context.Context, q db.Queryer, id string) (*File, error) {
	s, err := selectStructure(ctx, q, id)
	if err != nil {
		return nil, err
	}
	f := &File{Structure: s}
	for _, part := range []struct {
		into  any
		query string
	}{
		{&f.Identifiers, "SELECT id, structure_id, scheme, value, from_day, to_day FROM structure_identifier WHERE structure_id = $1 ORDER BY to_day, scheme, from_day, value"},
		{&f.Sites, "SELECT id, structure_id, label, address, commune, lat, lon, approximate, main, from_day, to_day FROM structure_site WHERE structure_id = $1 ORDER BY to_day, from_day, label, id"},
		{&f.Members, "SELECT " + memberColumns + " FROM structure_member WHERE structure_id = $1 ORDER BY to_day, profession, name, id"},
		{&f.Territory, "SELECT commune FROM structure_territory WHERE structure_id = $1 ORDER BY commune"},
		{&f.Contacts, "SELECT id, structure_id, name, role, email, phone FROM structure_contact WHERE structure_id = $1 ORDER BY name, id"},
		{&f.Facts, "SELECT id, structure_id, day, kind, key, text FROM structure_fact WHERE structure_id = $1 ORDER BY day, id"},
		{&f.Documents, "SELECT " + documentColumns + " FROM structure_document WHERE structure_id = $1 AND withdrawn_on = '' AND case_id = '' ORDER BY kind, added_at, id"},
		{&f.Projects, "SELECT " + projectColumns + " FROM structure_project WHERE structure_id = $1 ORDER BY created_at DESC, id"},
		{&f.Missions, "SELECT structure_id, mission, started_on, deployed_on FROM structure_mission WHERE structure_id = $1 ORDER BY mission"},
	} {
		if err := q.SelectContext(ctx, part.into, part.query, id); err != nil {
			return nil, fmt.Errorf("read structure: %w", err)
		}
	}
	return f, nil
}

// Filter narrows a list of structures. Zero fields do not narrow.
type Filter struct {
	Text        string // name, number or commune
	Kinds       []Kind
	State       string
	Region      string
	Departement string
	Commune     string
	Communes    []string  // any of these communes; one that does not exist finds nothing
	NameStart   string    // the folded name starts so
	NameHolds   string    // the folded name holds this
	Number      string    // holds this number today, of any scheme
	Scheme      string    // and of this one
	From, Until time.Time // last changed in this time: From counts, Until does not
	Territory   string    // a commune that the structure's territory holds
	On          Day       // existed on this day
	All         bool      // also those that ended or were merged
	Sort        string    // name, kind, commune, state, opened, population; "-" in front turns it
	Limit       int       // 50 when 0
	Offset      int
}

var sortColumns = map[string]string{
	"name": "sort_key", "kind": "kind", "commune": "commune", "departement": "departement", "state": "state", "opened": "opened_on", "population": "population",
}

func (f Filter) order() string {
	name, turned := strings.CutPrefix(f.Sort, "-")
	column, ok := sortColumns[name]
	if !ok {
		return "sort_key, id"
	}
	if turned {
		column += " DESC"
	}
	return column + ", sort_key, id"
}

func (f Filter) where() (string, []any) {
	parts, args := []string{"1 = 1"}, []any{}
	add := func(condition string, value any) {
		args = append(args, value)
		parts = append(parts, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
	}
	for _, word := range searched(f.Text) {
		args = append(args, db.Like(word))
		parts = append(parts, fmt.Sprintf("search_text LIKE $%d", len(args)))
		if long, short := abbreviated[word]; short {
			args = append(args, db.Like(long))
			parts[len(parts)-1] = fmt.Sprintf("(search_text LIKE $%d OR search_text LIKE $%d)", len(args)-1, len(args))
		}
	}
	if len(f.Kinds) > 0 {
		marks := make([]string, len(f.Kinds))
		for i, k := range f.Kinds {
			args = append(args, string(k))
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		parts = append(parts, "kind IN ("+strings.Join(marks, ", ")+")")
	}
	for column, value := range map[string]string{"state": f.State, "region": f.Region, "departement": f.Departement, "commune": f.Commune} {
		if value != "" {
			add(column+" = ?", value)
		}
	}
	if len(f.Communes) > 0 {
		marks := make([]string, len(f.Communes))
		for i, c := range f.Communes {
			args = append(args, c)
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		parts = append(parts, "commune IN ("+strings.Join(marks, ", ")+")")
	}
	f.exchanged(add)
	if f.Territory != "" {
		add("id IN (SELECT structure_id FROM structure_territory WHERE commune = ?)", f.Territory)
	}
	if f.On != "" {
		add("opened_on <> '' AND opened_on <= ? AND (closed_on = '' OR closed_on > ?)", string(f.On))
	} else if !f.All && f.State == "" {
		parts = append(parts, "closed_on = '' AND merged_into = ''")
	}
	return "WHERE " + strings.Join(parts, " AND "), args
}

// abbreviated are words that people write short.
var abbreviated = map[string]string{"st": "saint", "ste": "sainte"}

// searched are the words that must all be there, in any order; a number typed in groups is one word.
func searched(text string) []string {
	words := db.Words(text)
	number := strings.Join(words, "")
	if _, err := strconv.ParseUint(number, 10, 64); err == nil && len(number) > 5 {
		return []string{number}
	}
	return words
}

// exchanged narrows as other programs ask: by name, number and moment of the last change.
func (f Filter) exchanged(add func(condition string, value any)) {
	if f.NameStart != "" {
		add("sort_key LIKE ?", db.SortKey(db.Searched(f.NameStart))+"%")
	}
	if f.NameHolds != "" {
		add("sort_key LIKE ?", "%"+db.SortKey(db.Searched(f.NameHolds))+"%")
	}
	if f.Number != "" {
		add("id IN (SELECT structure_id FROM structure_identifier WHERE value = ? AND to_day = '')", f.Number)
	}
	if f.Scheme != "" {
		add("id IN (SELECT structure_id FROM structure_identifier WHERE scheme = ? AND to_day = '')", f.Scheme)
	}
	if !f.From.IsZero() {
		add("updated_at >= ?", f.From.UTC())
	}
	if !f.Until.IsZero() {
		add("updated_at < ?", f.Until.UTC())
	}
}

func selectList(ctx context.Context, q db.Queryer, f Filter) (found []Structure, total int, err error) {
	where, args := f.where()
	if err := q.GetContext(ctx, &total, "SELECT count(*) FROM structure "+where, args...); err != nil {
		return nil, 0, fmt.Errorf("count structures: %w", err)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	args = append(args, limit, f.Offset)
	query := fmt.Sprintf("SELECT %s FROM structure %s ORDER BY %s LIMIT $%d OFFSET $%d", structureColumns, where, f.order(), len(args)-1, len(args))
	if err := q.SelectContext(ctx, &found, query, args...); err != nil {
		return nil, 0, fmt.Errorf("list structures: %w", err)
	}
	return found, total, nil
}

// insertEach writes rows one at a time: an upsert of many rows cannot be rewritten as one statement by sqlx.
func insertEach[T any](ctx context.Context, tx *db.Tx, query string, rows []T) error {
	for _, row := range rows {
		if err := insertOne(ctx, tx, query, row); err != nil {
			return err
		}
	}
	return nil
}

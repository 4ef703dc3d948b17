package calls

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

func stale() error {
	return fault.Conflict("Quelqu’un d’autre a modifié ceci entre-temps. Votre saisie est affichée : relisez, puis enregistrez de nouveau.",
		"Somebody else changed this meanwhile. What you typed is shown: read again, then save again.")
}

// touched turns an update that found no row into a conflict.
func touched(result interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// selectIn runs a query whose placeholders are ?, one of which may stand for a list.
func selectIn[T any](ctx context.Context, q db.Queryer, query string, args ...any) ([]T, error) {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return nil, err
	}
	var all []T
	err = q.SelectContext(ctx, &all, sqlx.Rebind(sqlx.DOLLAR, query), args...)
	return all, err
}

const callColumns = `id, programme, state, title, summary, region, opens_at, closes_at, envelope_cents, granted_cents, cap_cents, form, criteria, rules, settings,
	version, created_at, updated_at`

func insertCall(ctx context.Context, tx *db.Tx, c *Call) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO call (`+callColumns+`) VALUES (:id, :programme, :state, :title, :summary, :region, :opens_at, :closes_at,
		:envelope_cents, :granted_cents, :cap_cents, :form, :criteria, :rules, :settings, :version, :created_at, :updated_at)`, c)
	return err
}

func updateCall(ctx context.Context, tx *db.Tx, c *Call, now time.Time) error {
	c.UpdatedAt = now
	err := touched(tx.NamedExecContext(ctx, `UPDATE call SET state = :state, title = :title, summary = :summary, opens_at = :opens_at, closes_at = :closes_at,
		envelope_cents = :envelope_cents, cap_cents = :cap_cents, form = :form, criteria = :criteria, rules = :rules, settings = :settings,
		version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, c))
	if err == nil {
		c.Version++
	}
	return err
}

// spend moves the counter of what the call granted; the database refuses to pass the envelope, however many decide at once.
func spend(ctx context.Context, tx *db.Tx, callID string, cents int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE call SET granted_cents = granted_cents + $1 WHERE id = $2`, cents, callID)
	if db.IsCheck(err) {
		return fault.Refused("invariant-4", "L’enveloppe de l’appel ne suffit pas pour ce montant : rien n’a été décidé. Réduisez le montant, ajournez, ou augmentez l’enveloppe.",
			"The envelope of the call does not cover this amount: nothing was decided. Lower the amount, postpone, or raise the envelope.").Because(err)
	}
	return err
}

func getCall(ctx context.Context, q db.Queryer, id string) (*Call, error) {
	var c Call
	err := q.GetContext(ctx, &c, `SELECT `+callColumns+` FROM call WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, fault.NotFound("Cet appel à projets n’existe pas, ou n’est pas publié.", "This call for projects does not exist, or is not published.")
	}
	return &c, err
}

func listCalls(ctx context.Context, q db.Queryer, drafts bool) ([]Call, error) {
	var all []Call
	err := q.SelectContext(ctx, &all, `SELECT `+callColumns+` FROM call WHERE $1 OR state <> 'draft' ORDER BY closes_at DESC, id`, drafts)
	return all, err
}

const dossierColumns = `id, number, call_id, programme, state, title, owner_id, key_hash, email, structure_id, structure_confirmed, commune, departement, region, frozen, zone, in_qpv,
	requested_cents, eligible_cents, deducted_cents, proposed_cents, granted_cents, instructor_id, decider_id, score, filed_at, decided_at, state_since, due_at, silence_at,
	search_text, version, created_at, updated_at`

func insertDossier(ctx context.Context, tx *db.Tx, d *Dossier) error {
	d.place()
	_, err := tx.NamedExecContext(ctx, `INSERT INTO dossier (`+dossierColumns+`) VALUES (:id, :number, :call_id, :programme, :state, :title, :owner_id, :key_hash,
		:email, :structure_id, :structure_confirmed, :commune, :departement, :region, :frozen, :zone, :in_qpv, :requested_cents, :eligible_cents, :deducted_cents, :proposed_cents,
		:granted_cents, :instructor_id, :decider_id, :score, :filed_at, :decided_at, :state_since, :due_at, :silence_at, :search_text, :version, :created_at, :updated_at)`, d)
	if err != nil {
		return err
	}
	_, err = tx.NamedExecContext(ctx, `INSERT INTO dossier_content (dossier_id, answers, form) VALUES (:id, :answers, :form)`, d)
	return err
}

// place copies to columns what lists filter by of the frozen place.
func (d *Dossier) place() {
	if d.Frozen.V != nil {
		d.Zone, d.QPV = d.Frozen.V.Zone, len(d.Frozen.V.QPV) > 0
	}
}

func updateDossier(ctx context.Context, tx *db.Tx, d *Dossier, now time.Time) error {
	d.UpdatedAt = now
	d.place()
	d.SearchText = db.Fold(d.Number, d.Title, d.Commune, d.Answers.V["structure_name"])
	err := touched(tx.NamedExecContext(ctx, `UPDATE dossier SET number = :number, state = :state, title = :title, owner_id = :owner_id, key_hash = :key_hash, email = :email,
		structure_id = :structure_id, structure_confirmed = :structure_confirmed, commune = :commune, departement = :departement, region = :region, frozen = :frozen, zone = :zone, in_qpv = :in_qpv,
		requested_cents = :requested_cents, eligible_cents = :eligible_cents, deducted_cents = :deducted_cents, proposed_cents = :proposed_cents,
		granted_cents = :granted_cents, instructor_id = :instructor_id, decider_id = :decider_id, score = :score, filed_at = :filed_at,
		decided_at = :decided_at, state_since = :state_since, due_at = :due_at, silence_at = :silence_at, search_text = :search_text, version = version + 1, updated_at = :updated_at
		WHERE id = :id AND version = :version`, d))
	if err != nil {
		return err
	}
	d.Version++
	_, err = tx.NamedExecContext(ctx, `UPDATE dossier_content SET answers = :answers, form = :form WHERE dossier_id = :id`, d)
	return err
}

// whole are the columns of a dossier with its content, from dossier JOIN dossier_content.
const whole = dossierColumns + `, answers, form`

const fromWhole = ` FROM dossier JOIN dossier_content ON dossier_id = dossier.id `

func getDossier(ctx context.Context, q db.Queryer, id string) (*Dossier, error) {
	var d Dossier
	err := q.GetContext(ctx, &d, `SELECT `+whole+fromWhole+`WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknownDossier()
	}
	if err != nil {
		return nil, err
	}
	err = q.GetContext(ctx, &d.OpenCorrections, `SELECT COUNT(*) FROM dossier_correction WHERE dossier_id = $1 AND answered_at IS NULL`, id)
	return &d, err
}

func unknownDossier() error {
	return fault.NotFound("Ce dossier n’existe pas, ou ne vous est pas ouvert. Si vous l’avez commencé sans compte, utilisez votre lien de reprise.",
		"This application does not exist, or is not open to you. If you started it without an account, use your resume link.")
}

// nextNumber gives the next number of the year that it is in Paris, for a département.
func nextNumber(ctx context.Context, tx *db.Tx, dept string, now time.Time) (string, error) {
	last, year := 0, now.In(i18n.Paris).Year()
	err := tx.GetContext(ctx, &last, `INSERT INTO dossier_counter (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = dossier_counter.last + 1 RETURNING last`, year)
	if dept == "" {
		dept = "00"
	}
	return fmt.Sprintf("%s-%d-%05d", dept, year, last), err
}

// ZoneQPV filters the dossiers whose commune held a priority neighbourhood at filing.
const ZoneQPV = "QPV"

// Nobody filters the dossiers that have no instructor yet.
const Nobody = "-"

// Inbox filters the list of dossiers.
type Inbox struct {
	Call, Programme, State, Departement, Instructor, Text string
	Zone                                                  string // frozen at filing: ZIP, ZAC, HZ, or QPV
	Late                                                  bool
	Unassigned                                            bool          // nobody has it in hand
	Taken                                                 bool          // leaves out what was filed and nobody has in hand
	DueBefore                                             time.Time     // zero for any
	Calm                                                  time.Time     // leaves out what is due before; zero for any
	Owner                                                 accounts.Role // whose turn it is; "" for any
	Sort                                                  string        // a column of inboxOrder, with "-" in front for descending; "": what waits first
	Limit, Offset                                         int

	regions, departements []string // what the reader's territory allows; nil means everything
	now                   time.Time
}

var inboxOrder = map[string]string{
	"number": "number", "title": "search_text", "state": "state", "departement": "departement", "due": "due_at", "score": "score",
	"requested": "requested_cents", "granted": "granted_cents", "filed": "filed_at",
}

// where writes the condition of a list; every value is a parameter.
func (f Inbox) where() (string, []any) {
	cond, args := "state <> 'draft'", []any{}
	add := func(format string, value any) {
		args = append(args, value)
		cond += fmt.Sprintf(format, len(args))
	}
	for _, one := range [...]struct{ column, value string }{{"call_id", f.Call}, {"programme", f.Programme}, {"state", f.State}, {"departement", f.Departement}, {"instructor_id", f.Instructor}} {
		if one.value == Nobody {
			add(" AND "+one.column+" = $%d", "")
		} else if one.value != "" {
			add(" AND "+one.column+" = $%d", one.value)
		}
	}
	if f.Zone == ZoneQPV {
		cond += " AND in_qpv"
	} else if f.Zone != "" {
		add(" AND zone = $%d", f.Zone)
	}
	if f.Text != "" {
		add(" AND search_text LIKE $%d", db.Like(f.Text))
	}
	if f.Late {
		add(" AND due_at < $%d", f.now)
	}
	if !f.DueBefore.IsZero() {
		add(" AND due_at < $%d", clock.Cut(f.DueBefore))
	}
	if !f.Calm.IsZero() {
		add(" AND (due_at IS NULL OR due_at >= $%d)", clock.Cut(f.Calm))
	}
	if f.Unassigned {
		cond += " AND instructor_id = ''"
	}
	if f.Taken {
		cond += " AND (state <> 'filed' OR instructor_id <> '')"
	}
	if f.Owner != "" {
		cond += " AND state IN ('" + strings.Join(statesOf(f.Owner), "', '") + "')"
	}
	if f.departements != nil || f.regions != nil {
		cond += " AND ("
		for i, d := range f.departements {
			if i > 0 {
				cond += " OR "
			}
			add("departement = $%d", d)
		}
		for i, r := range f.regions {
			if i > 0 || len(f.departements) > 0 {
				cond += " OR "
			}
			add("region = $%d", r)
		}
		cond += ")"
	}
	return cond, args
}

// statesOf names the states in which it is a role's turn.
func statesOf(owner accounts.Role) (names []string) {
	for _, row := range DossierLife.Table().States {
		if row.Owner == owner && !row.Terminal {
			names = append(names, string(row.Name))
		}
	}
	return names
}

// waiting ranks what an inbox opens on: what has a deadline, what is under way without one, what was granted, and last what is over.
var waiting = func() string {
	var over []string
	for _, row := range DossierLife.Table().States {
		if row.Terminal {
			over = append(over, "'"+string(row.Name)+"'")
		}
	}
	return "CASE WHEN state IN (" + strings.Join(over, ", ") + ") THEN 3 WHEN state IN ('granted', 'convention', 'committed', 'paying', 'repayment') THEN 2 WHEN due_at IS NULL THEN 1 ELSE 0 END"
}()

// orderTerm is one column of an order.
type orderTerm struct {
	column string
	down   bool
}

// terms are the columns by which a list is sorted: the one asked for, or what waits first.
func (f Inbox) terms() []orderTerm {
	name, down := strings.CutPrefix(f.Sort, "-")
	if column, ok := inboxOrder[name]; ok {
		return []orderTerm{{column, down}, {"id", false}}
	}
	return []orderTerm{{waiting, false}, {"due_at", false}, {"filed_at", true}, {"id", false}}
}

// order writes how a list is sorted, or the same from its end. What has no deadline comes after what has one, on both databases.
func (f Inbox) order(backwards bool) string {
	var words []string
	for _, term := range f.terms() {
		word := term.column + map[bool]string{false: " ASC", true: " DESC"}[term.down != backwards]
		if term.column == "due_at" {
			word += map[bool]string{false: " NULLS LAST", true: " NULLS FIRST"}[backwards]
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

const listColumns = `zone, in_qpv, id, number, call_id, programme, state, title, structure_id, structure_confirmed, commune, departement, region, requested_cents,
	proposed_cents, granted_cents, instructor_id, decider_id, score, filed_at, state_since, due_at, frozen, version`

// streamDossiers reads every dossier of a filter, one at a time: memory does not grow with the list.
func streamDossiers(ctx context.Context, d *db.DB, f Inbox) iter.Seq2[Dossier, error] {
	return func(yield func(Dossier, error) bool) {
		cond, args := f.where()
		rows, err := d.QueryxContext(ctx, fmt.Sprintf(`SELECT %s FROM dossier WHERE %s ORDER BY %s`, listColumns, cond, f.order(false)), args...) //nolint:sqlclosecheck // closed by the defer below
		if err != nil {
			yield(Dossier{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var one Dossier
			err := rows.StructScan(&one)
			if !yield(one, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Dossier{}, err)
		}
	}
}

func listDossiers(ctx context.Context, q db.Queryer, f Inbox) (rows []Dossier, total int, err error) {
	cond, args := f.where()
	if err := q.GetContext(ctx, &total, `SELECT COUNT(*) FROM dossier WHERE `+cond, args...); err != nil {
		return nil, 0, err
	}
	limit, offset := min(f.Limit, total-f.Offset), f.Offset
	if limit <= 0 {
		return nil, total, nil
	}
	backwards := offset > total/2 // the end is nearer: what lies before it is not read
	if backwards {
		offset = total - offset - limit
	}
	args = append(args, limit, offset)
	err = q.SelectContext(ctx, &rows, fmt.Sprintf(`SELECT %s FROM dossier WHERE %s ORDER BY %s LIMIT $%d OFFSET $%d`,
		listColumns, cond, f.order(backwards), len(args)-1, len(args)), args...)
	if backwards {
		slices.Reverse(rows)
	}
	return rows, total, err
}

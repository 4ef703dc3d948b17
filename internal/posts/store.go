package posts

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const sharedColumns = `id, kind, state, title, region, departement, structure_id, dossier_id, contact_email, cost_cents, trainer, exception, quota_pct, parties, time_sum, funding_sum, starts_on, ends_on,
	alert_months, holder_name, holder_rpps, holder_since, departure_on, alerted_at, review, since, due_at, search_text, version, created_at, updated_at`

func insertShared(ctx context.Context, tx *db.Tx, p *SharedPost) error {
	p.SearchText = db.Fold(p.Title, p.Kind.Name().FR, p.Holder)
	_, err := tx.NamedExecContext(ctx, `INSERT INTO shared_post (`+sharedColumns+`) VALUES (`+named(sharedColumns)+`)`, p)
	return refusal(err)
}

func updateShared(ctx context.Context, tx *db.Tx, p *SharedPost, now time.Time) error {
	p.UpdatedAt, p.SearchText = now, db.Fold(p.Title, p.Kind.Name().FR, p.Holder)
	err := touched(tx.NamedExecContext(ctx, `UPDATE shared_post SET state = :state, title = :title, cost_cents = :cost_cents, trainer = :trainer, exception = :exception, quota_pct = :quota_pct, contact_email = :contact_email, parties = :parties,
		time_sum = :time_sum, funding_sum = :funding_sum, starts_on = :starts_on, ends_on = :ends_on, alert_months = :alert_months, holder_name = :holder_name,
		holder_rpps = :holder_rpps, holder_since = :holder_since, departure_on = :departure_on, alerted_at = :alerted_at, review = :review, since = :since, due_at = :due_at,
		search_text = :search_text, version = version + 1, updated_at = :updated_at WHERE id = :id AND version = :version`, p))
	if err == nil {
		p.Version++
	}
	return err
}

// putParties replaces the parties of a post.
func putParties(ctx context.Context, tx *db.Tx, p *SharedPost) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM shared_post_party WHERE post_id = $1`, p.ID); err != nil {
		return err
	}
	for _, party := range p.Party {
		if _, err := tx.NamedExecContext(ctx, `INSERT INTO shared_post_party (id, post_id, rank, name, siren, structure_id, commune, time_pct, funding_pct, hospital)
			VALUES (:id, :post_id, :rank, :name, :siren, :structure_id, :commune, :time_pct, :funding_pct, :hospital)`, party); err != nil {
			return refusal(err)
		}
	}
	return nil
}

func getShared(ctx context.Context, q db.Queryer, id string) (*SharedPost, error) {
	var p SharedPost
	err := q.GetContext(ctx, &p, `SELECT `+sharedColumns+` FROM shared_post WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknown()
	}
	if err != nil {
		return nil, err
	}
	err = q.SelectContext(ctx, &p.Party, `SELECT id, post_id, rank, name, siren, structure_id, commune, time_pct, funding_pct, hospital FROM shared_post_party WHERE post_id = $1 ORDER BY rank`, id)
	return &p, err
}

const gpColumns = `id, strand, state, title, region, departement, commune, commune_name, structure_id, practice, hospital, quota_pct, hospital_pct, qpv, zone, zone_on,
	zone_note, doctor_name, rpps, started_on, since, due_at, search_text, version, created_at, updated_at`

func insertGP(ctx context.Context, tx *db.Tx, p *GPPost) error {
	p.SearchText = db.Fold(p.Title, p.Town, p.Practice, p.Doctor, p.Hospital)
	_, err := tx.NamedExecContext(ctx, `INSERT INTO gp_post (`+gpColumns+`) VALUES (`+named(gpColumns)+`)`, p)
	return refusal(err)
}

func updateGP(ctx context.Context, tx *db.Tx, p *GPPost, now time.Time) error {
	p.UpdatedAt, p.SearchText = now, db.Fold(p.Title, p.Town, p.Practice, p.Doctor, p.Hospital)
	err := touched(tx.NamedExecContext(ctx, `UPDATE gp_post SET state = :state, zone = :zone, zone_on = :zone_on, zone_note = :zone_note, doctor_name = :doctor_name, rpps = :rpps,
		started_on = :started_on, since = :since, due_at = :due_at, search_text = :search_text, version = version + 1, updated_at = :updated_at
		WHERE id = :id AND version = :version`, p))
	if err == nil {
		p.Version++
	}
	return err
}

func getGP(ctx context.Context, q db.Queryer, id string) (*GPPost, error) {
	var p GPPost
	err := q.GetContext(ctx, &p, `SELECT `+gpColumns+` FROM gp_post WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, unknown()
	}
	return &p, err
}

// named turns a list of columns into the names of its values.
func named(columns string) string {
	return ":" + strings.Join(strings.FieldsFunc(columns, func(r rune) bool { return strings.ContainsRune(", \n\t", r) }), ", :")
}

func unknown() error {
	return fault.NotFound("Ce poste n’existe pas, ou ne vous est pas ouvert.", "This post does not exist, or is not open to you.")
}

// touched turns an update that found no row into a conflict, and says in words what a constraint refused.
func touched(result sql.Result, err error) error {
	if err != nil {
		return refusal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Quelqu’un d’autre a modifié ce poste entre-temps : rechargez la page.", "Somebody else changed this post meanwhile: reload the page.").Because(err)
	}
	return nil
}

// refusal says in words what a constraint of the database refused.
func refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case db.IsUnique(err) && strings.Contains(err.Error(), "siren"), db.IsUnique(err) && strings.Contains(err.Error(), "shared_post_party_distinct"):
		return fault.Refused("invariant-7", "Deux partenaires ont le même SIREN : un poste partagé réunit des partenaires juridiquement distincts.", "Two partners have the same SIREN: a shared post needs legally distinct partners.").Because(err)
	case db.IsUnique(err) && strings.Contains(err.Error(), "dossier"):
		return fault.Refused("dossier-once", "Ce dossier a déjà son poste.", "This application has its post already.").Because(err)
	case db.IsUnique(err) && strings.Contains(err.Error(), "holder"):
		return fault.Refused("invariant-7", "Le poste a déjà un titulaire : enregistrez d’abord son départ.", "The post already has a holder: record their departure first.").Because(err)
	case db.IsUnique(err):
		return fault.Refused("invariant-8", "Ce médecin occupe déjà un autre poste : un médecin recruté ne compte qu’une fois.", "This doctor already holds another post: a recruited doctor counts once.").Because(err)
	case db.IsCheck(err):
		return fault.Refused("invariant-7", "Les parts, le titulaire ou la zone de ce poste ne permettent pas cet état : rien n’a été enregistré.", "The shares, the holder or the zone of this post do not allow this state: nothing was recorded.").Because(err)
	}
	return err
}

// Filter chooses posts.
type Filter struct {
	Text, Kind, State, Departement, Zone string
	Strand                               int
	Alert                                bool
	Sort                                 string
	Limit, Offset                        int
}

// condition collects what rows must meet, with its arguments.
type condition struct {
	parts []string
	args  []any
}

// add takes a condition whose ? are its arguments.
func (c *condition) add(text string, args ...any) {
	for _, a := range args {
		c.args = append(c.args, a)
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", len(c.args)), 1)
	}
	c.parts = append(c.parts, text)
}

func (c *condition) addIf(yes bool, text string, args ...any) {
	if yes {
		c.add(text, args...)
	}
}

func (c *condition) where() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// seen narrows to what an actor may read. Sharing is the condition under which a structure's other posts are seen; it has one ?.
func (c *condition) seen(actor accounts.Actor, sharing string) {
	if actor.IsSystem() {
		return
	}
	any := condition{args: c.args}
	for _, g := range actor.Grants {
		switch {
		case g.Role == accounts.RoleOfficer && g.Departement != "":
			any.add("departement = ?", g.Departement)
		case g.Role == accounts.RoleOfficer && g.Region != "":
			any.add("region = ?", g.Region)
		case g.Role == accounts.RoleOfficer:
			any.add("1 = 1")
		case (g.Role == accounts.RoleApplicant || g.Role == accounts.RolePartner) && g.Structure != "":
			any.add("structure_id = ?", g.Structure)
			any.addIf(sharing != "", sharing, g.Structure)
		}
	}
	any.addIf(len(any.parts) == 0, "1 = 0")
	c.args = any.args
	c.parts = append(c.parts, "("+strings.Join(any.parts, " OR ")+")")
}

// order gives the ORDER BY of a sort key, with the first one as the usual order.
func order(sort string, columns map[string]string, usual string) string {
	name, down := strings.CutPrefix(sort, "-")
	column, ok := columns[name]
	if !ok {
		return " ORDER BY " + usual
	}
	if down {
		column += " DESC"
	}
	return " ORDER BY " + column + ", id"
}

package calls

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Right is what a co-applicant may do on a dossier.
type Right string

// The rights, each with those before it: read; fill in and attach; file, send back, withdraw and invite.
const (
	RightNone Right = ""
	RightRead Right = "read"
	RightEdit Right = "edit"
	RightFile Right = "file"
)

// Rights lists the rights that may be given, with what they mean.
var Rights = []struct {
	Right Right
	Name  i18n.Text
}{
	{RightRead, i18n.Text{FR: "Lire le dossier", EN: "Read the application"}},
	{RightEdit, i18n.Text{FR: "Lire et remplir", EN: "Read and fill in"}},
	{RightFile, i18n.Text{FR: "Remplir, déposer et inviter", EN: "Fill in, file and invite"}},
}

var rightRank = map[Right]int{RightRead: 1, RightEdit: 2, RightFile: 3}

// Covers tells whether a right holds another one.
func (r Right) Covers(other Right) bool { return rightRank[r] >= rightRank[other] }

// Access is a co-applicant of a dossier: somebody invited by link, with or without an account.
type Access struct {
	ID       string     `db:"id"`
	Name     string     `db:"name"`
	Email    string     `db:"email"`
	Rights   Right      `db:"rights"`
	PersonID string     `db:"person_id"`
	AddedAt  time.Time  `db:"added_at"`
	JoinedAt *time.Time `db:"joined_at"`
}

// keySeparator stands between the keys that one browser holds.
const keySeparator = "."

// Keys are the keys that the reader holds: one for the dossiers they started, one for each dossier that they joined by a link.
func (r Reader) Keys() []string {
	if r.Key == "" {
		return nil
	}
	return strings.Split(r.Key, keySeparator)
}

// WithKey adds a key to those that a reader holds, the latest first; old ones are forgotten beyond twelve.
func WithKey(keys, key string) string {
	const most = 12
	all := []string{key}
	for _, k := range (Reader{Key: keys}).Keys() {
		if k != key && len(all) < most {
			all = append(all, k)
		}
	}
	return strings.Join(all, keySeparator)
}

// hashes are what the database knows of the reader's keys. Never empty, so that a query can list them.
func (r Reader) hashes() []string {
	all := []string{"-"}
	for _, key := range r.Keys() {
		all = append(all, hashKey(key))
	}
	return all
}

// StartedWith tells whether a dossier was started without an account, with this key.
func (d *Dossier) StartedWith(key string) bool { return key != "" && d.KeyHash == hashKey(key) }

// RightOn tells what the reader may do on a dossier that they opened, as an applicant.
func (s *Service) RightOn(ctx context.Context, r Reader, d *Dossier) (Right, error) {
	return s.right(ctx, s.db, r, d)
}

// right tells what the reader may do on a dossier as an applicant.
func (s *Service) right(ctx context.Context, q db.Queryer, r Reader, d *Dossier) (Right, error) {
	if r.owns(d) {
		return RightFile, nil
	}
	if r.Anonymous() && r.Key == "" {
		return RightNone, nil
	}
	held, err := selectIn[Right](ctx, q, `SELECT rights FROM dossier_access WHERE dossier_id = ? AND revoked_at IS NULL AND joined_at IS NOT NULL
		AND ((? <> '' AND person_id = ?) OR (person_id = '' AND key_hash IN (?)))`, d.ID, r.ID, r.ID, r.hashes())
	best := RightNone
	for _, right := range held {
		if right.Covers(best) {
			best = right
		}
	}
	return best, err
}

// mustFile refuses whoever may fill in a dossier but not speak for it.
func (s *Service) mustFile(ctx context.Context, q db.Queryer, r Reader, d *Dossier) error {
	right, err := s.right(ctx, q, r, d)
	if err != nil || right.Covers(RightFile) {
		return err
	}
	return fault.Refused("dossier-rights", "Vous pouvez remplir ce dossier, pas le déposer, le retirer ni y inviter quelqu’un : demandez-le à la personne qui l’a commencé. Ce que vous avez saisi est gardé.",
		"You may fill in this application, not file, withdraw or share it: ask whoever started it. What you typed is kept.")
}

// openToFile opens a dossier to whoever may file it, withdraw it or share it.
func (s *Service) openToFile(ctx context.Context, tx *db.Tx, r Reader, id string) (*Dossier, []accounts.Role, error) {
	d, roles, err := s.open(ctx, tx, r, id, accounts.RoleApplicant)
	if err != nil {
		return nil, nil, err
	}
	return d, roles, s.mustFile(ctx, tx, r, d)
}

// Accesses lists the co-applicants of a dossier that the reader opened.
func (s *Service) Accesses(ctx context.Context, dossierID string) ([]Access, error) {
	var all []Access
	err := s.db.SelectContext(ctx, &all, `SELECT id, name, email, rights, person_id, added_at, joined_at FROM dossier_access WHERE dossier_id = $1 AND revoked_at IS NULL ORDER BY added_at, id`, dossierID)
	return all, err
}

// InviteCommand invites a co-applicant.
type InviteCommand struct {
	Name, Email string
	Rights      Right
	Key         string // fresh, random: the link that opens the dossier
}

func (c *InviteCommand) check() error {
	c.Name, c.Email = strings.TrimSpace(c.Name), strings.TrimSpace(c.Email)
	wrong := fault.Fields{}
	if c.Name == "" {
		wrong.Add("name", "Dites qui vous invitez.", "Say whom you invite.")
	}
	if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email {
		wrong.Add("email", "Cette adresse électronique n’est pas complète.", "This e-mail address is not complete.")
	}
	if rightRank[c.Rights] == 0 {
		wrong.Add("rights", "Choisissez ce que cette personne pourra faire.", "Choose what this person may do.")
	}
	return wrong.Err()
}

// InviteTo invites somebody to a dossier: a link is sent to them, and what they may do ends when the author says so.
func (s *Service) InviteTo(ctx context.Context, r Reader, id string, cmd InviteCommand) error {
	if err := cmd.check(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, _, err := s.openToFile(ctx, tx, r, id); err != nil {
			return err
		}
		const most = 30
		var n int
		if err := tx.GetContext(ctx, &n, `SELECT COUNT(*) FROM dossier_access WHERE dossier_id = $1 AND revoked_at IS NULL`, id); err != nil {
			return err
		}
		if n >= most {
			return fault.Refused("dossier-people", "Ce dossier a déjà trente co-porteurs.", "This application already has thirty co-applicants.")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_access (id, dossier_id, name, email, rights, person_id, key_hash, added_at) VALUES ($1, $2, $3, $4, $5, '', $6, $7)`,
			db.NewID(), id, cmd.Name, cmd.Email, cmd.Rights, hashKey(cmd.Key), s.now()); err != nil {
			return err
		}
		if err := s.record(ctx, tx, r, "calls.dossier.invite", "calls.dossier", id, "Co-porteur invité au dossier", "", map[string]string{"rights": string(cmd.Rights)}); err != nil {
			return err
		}
		return s.post.Send(ctx, tx, cmd.Email, i18n.Text{FR: "Vous êtes invité à un dossier de demande d’aide", EN: "You are invited to an aid application"},
			i18n.Text{FR: "Un dossier préparé avec l’Agence vous est ouvert. Ce lien est personnel : gardez-le, il ouvre le dossier sans compte.", EN: "An application is open to you. This link is yours: keep it, it opens the application without an account."}, "/rejoindre/"+cmd.Key)
	})
}

// Invited reads the dossier behind an invitation.
func (s *Service) Invited(ctx context.Context, key string) (*Dossier, Access, error) {
	var row struct {
		Access
		DossierID string `db:"dossier_id"`
	}
	err := s.db.GetContext(ctx, &row, `SELECT id, dossier_id, name, email, rights, person_id, added_at, joined_at FROM dossier_access WHERE key_hash = $1 AND revoked_at IS NULL`, hashKey(key))
	if db.NoRows(err) {
		return nil, Access{}, fault.NotFound("Cette invitation n’existe pas ou a été retirée. Demandez-en une autre à la personne qui prépare le dossier.", "This invitation does not exist or was withdrawn. Ask whoever prepares the application for another one.")
	}
	if err != nil {
		return nil, Access{}, err
	}
	d, err := getDossier(ctx, s.db, row.DossierID)
	return d, row.Access, err
}

// Join accepts an invitation: under the reader's account when they have one, by the key otherwise.
func (s *Service) Join(ctx context.Context, r Reader, key string) (*Dossier, error) {
	d, access, err := s.Invited(ctx, key)
	if err != nil {
		return nil, err
	}
	if access.PersonID != "" && access.PersonID != r.ID {
		return nil, fault.Refused("invitation-used", "Cette invitation a déjà servi à une autre personne.", "This invitation was already used by somebody else.")
	}
	return d, s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := touched(tx.ExecContext(ctx, `UPDATE dossier_access SET joined_at = $1, person_id = $2 WHERE id = $3 AND revoked_at IS NULL`, s.now(), r.ID, access.ID)); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.join", "calls.dossier", d.ID, "Invitation acceptée : "+access.Name, "", nil)
	})
}

// Revoke ends what a co-applicant may do.
func (s *Service) Revoke(ctx context.Context, r Reader, id, accessID string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, _, err := s.openToFile(ctx, tx, r, id); err != nil {
			return err
		}
		if err := touched(tx.ExecContext(ctx, `UPDATE dossier_access SET revoked_at = $1 WHERE id = $2 AND dossier_id = $3 AND revoked_at IS NULL`, s.now(), accessID, id)); err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.dossier.revoke", "calls.dossier", id, "Accès d’un co-porteur retiré", "", nil)
	})
}

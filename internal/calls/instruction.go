package calls

import (
	"context"
	"iter"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// MaxBatch is the most files of one batch action.
const MaxBatch = 500

// Inbox lists the dossiers of the reader's territory.
func (s *Service) Inbox(ctx context.Context, actor accounts.Actor, f Inbox) ([]Dossier, int, error) {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return nil, 0, err
	}
	f.now = s.now()
	f.regions, f.departements = territoryOf(actor)
	return listDossiers(ctx, s.db, f)
}

// Every reads every dossier of the reader's territory that a filter keeps, one at a time.
func (s *Service) Every(ctx context.Context, actor accounts.Actor, f Inbox) iter.Seq2[Dossier, error] {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return func(yield func(Dossier, error) bool) { yield(Dossier{}, err) }
	}
	f.now = s.now()
	f.regions, f.departements = territoryOf(actor)
	return streamDossiers(ctx, s.db, f)
}

// territoryOf gives where an officer works; nil, nil means everywhere.
func territoryOf(actor accounts.Actor) (regions, departements []string) {
	if actor.IsSystem() {
		return nil, nil
	}
	regions, departements = []string{}, []string{}
	for _, g := range actor.Grants {
		switch {
		case g.Role != accounts.RoleOfficer:
		case g.Departement != "":
			departements = append(departements, g.Departement)
		case g.Region != "":
			regions = append(regions, g.Region)
		default:
			return nil, nil
		}
	}
	if len(regions)+len(departements) == 0 {
		return []string{"-"}, nil // no territory: nothing
	}
	return regions, departements
}

// Assign gives dossiers to the reader.
func (s *Service) Assign(ctx context.Context, actor accounts.Actor, ids []string, instructor string) error {
	return s.batch(ctx, actor, ids, func(tx *db.Tx, r Reader, d *Dossier, _ []accounts.Role) error {
		return s.assign(ctx, tx, r, d, instructor, actor.Name)
	})
}

// batch runs an action over up to MaxBatch dossiers in one transaction: all or none.
func (s *Service) batch(ctx context.Context, actor accounts.Actor, ids []string, act func(tx *db.Tx, r Reader, d *Dossier, roles []accounts.Role) error) error {
	if len(ids) == 0 || len(ids) > MaxBatch {
		return fault.Invalid("Choisissez de 1 à 500 dossiers.", "Choose from 1 to 500 applications.")
	}
	r := Reader{Actor: actor}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
			if err != nil {
				return err
			}
			if err := act(tx, r, d, roles); err != nil {
				return err
			}
		}
		return nil
	})
}

// Admit declares dossiers admissible; whoever does becomes their instructor when they had none.
func (s *Service) Admit(ctx context.Context, actor accounts.Actor, ids []string) error {
	return s.batch(ctx, actor, ids, func(tx *db.Tx, r Reader, d *Dossier, roles []accounts.Role) error {
		if d.Instructor == "" {
			d.Instructor = actor.ID
		}
		if err := s.move(ctx, tx, r, d, roles, "admit", "", nil); err != nil {
			return err
		}
		return s.askDefaults(ctx, tx, r, d)
	})
}

// Instruct concludes the instruction with a proposed amount, in cents, at most what was requested, what the costs allow and what is left
// of the envelope.
func (s *Service) Instruct(ctx context.Context, actor accounts.Actor, id string, proposed int64, conclusion string) error {
	r := Reader{Actor: actor}
	if err := mustReason(conclusion); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if d.Decider != "" && d.Decider == actor.ID {
			return separation()
		}
		wrong := fault.Fields{}
		switch {
		case proposed < 0:
			wrong.Add("proposed", "Un montant n’est pas négatif.", "An amount is not negative.")
		case proposed > d.Requested:
			wrong.Add("proposed", "Le montant proposé dépasse ce qui est demandé ("+i18n.Euro(ctx, d.Requested)+").", "The amount proposed is over what is requested.")
		case d.Eligible > 0 && proposed > d.Eligible:
			wrong.Add("proposed", "Le montant proposé dépasse le coût éligible ("+i18n.Euro(ctx, d.Eligible)+") : une aide ne dépasse pas ce que le projet coûte.", "The amount proposed is over the eligible cost: an aid is no more than what the project costs.")
		}
		if err := s.withinCap(ctx, tx, d, proposed, wrong); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		d.Proposed, d.Instructor = proposed, actor.ID
		return s.move(ctx, tx, r, d, roles, "instruct", conclusion, map[string]string{"proposed_cents": cents(proposed)})
	})
}

// Message is a word between the author and the agency, or a note that only officers read.
type Message struct {
	ID         string    `db:"id"`
	Internal   bool      `db:"internal"`
	AuthorName string    `db:"author_name"`
	Text       string    `db:"text"`
	At         time.Time `db:"at"`
}

// Messages lists the messages that the roles of the reader may see.
func (s *Service) Messages(ctx context.Context, id string, officer bool) ([]Message, error) {
	var all []Message
	err := s.db.SelectContext(ctx, &all, `SELECT id, internal, author_name, text, at FROM dossier_message WHERE dossier_id = $1 AND ($2 OR NOT internal) ORDER BY at, id`, id, officer)
	return all, err
}

// Write adds a message, or an internal note when an officer says so.
func (s *Service) Write(ctx context.Context, r Reader, id, text string, internal bool) error {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxAnswer {
		wrong := fault.Fields{}
		wrong.Add("text", "Écrivez votre message, en 20 000 caractères au plus.", "Write your message, in 20,000 characters at most.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.open(ctx, tx, r, id, accounts.RoleApplicant, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		officer := has(roles, accounts.RoleOfficer)
		name := r.Name
		if r.Anonymous() {
			name = "Auteur du dossier"
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_message (id, dossier_id, internal, author_id, author_name, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			db.NewID(), id, internal && officer, r.ID, name, text, s.now()); err != nil {
			return err
		}
		if officer && !internal {
			return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : un message", EN: "Application " + d.Number + ": a message"},
				i18n.Text{FR: "Un message vous attend dans votre dossier.", EN: "A message awaits you in your application."}, "/dossiers/"+id)
		}
		return nil
	})
}

func has(roles []accounts.Role, wanted accounts.Role) bool {
	for _, r := range roles {
		if r == wanted {
			return true
		}
	}
	return false
}

package calls

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Correction is one point to correct, on a field of the form ("" for the dossier as a whole).
type Correction struct {
	ID         string     `db:"id"`
	RoundID    string     `db:"round_id"`
	Field      string     `db:"field"`
	Message    string     `db:"message"`
	AskedAt    time.Time  `db:"asked_at"`
	Answer     string     `db:"answer"`
	AnsweredAt *time.Time `db:"answered_at"`
}

// Round is one time that a dossier went back to its author: what it said before, and after.
type Round struct {
	ID      string          `db:"id"`
	AskedAt time.Time       `db:"asked_at"`
	Before  db.JSON[Said]   `db:"said_before"`
	After   db.JSON[*Said]  `db:"said_after"` // nil while it is with its author
	DoneAt  *time.Time      `db:"done_at"`
	Asked   []Correction    `db:"-"`
	changed map[string]bool // fields
}

// Said is what a dossier says at a moment: answers, and the documents of each field.
type Said struct {
	Answers   Answers             `json:"answers"`
	Documents map[string][]string `json:"documents,omitempty"` // field: names, each with the start of its SHA-256
}

// Changed tells whether a field is not what it was; "" asks of the dossier as a whole.
func (r *Round) Changed(field string) bool {
	if r.After.V == nil {
		return false
	}
	if r.changed == nil {
		r.changed = r.Before.V.differs(*r.After.V)
	}
	return r.changed[field] || field == "" && len(r.changed) > 0
}

// differs names the fields that two states do not say alike.
func (s Said) differs(other Said) map[string]bool {
	changed := map[string]bool{}
	field := func(key string) string { name, _, _ := strings.Cut(key, "."); return name }
	for _, pair := range [][2]Said{{s, other}, {other, s}} {
		for key, value := range pair[0].Answers {
			if pair[1].Answers[key] != value {
				changed[field(key)] = true
			}
		}
		for name, documents := range pair[0].Documents {
			if !slices.Equal(documents, pair[1].Documents[name]) {
				changed[name] = true
			}
		}
	}
	return changed
}

// said reads what a dossier says now.
func (s *Service) said(ctx context.Context, q db.Queryer, d *Dossier) (Said, error) {
	now := Said{Answers: maps.Clone(d.Answers.V), Documents: map[string][]string{}}
	all, err := documentsOf(ctx, q, d.ID)
	for _, doc := range all {
		const short = 8
		now.Documents[doc.Field] = append(now.Documents[doc.Field], doc.Name+" ("+doc.SHA256[:min(short, len(doc.SHA256))]+"…)")
	}
	return now, err
}

// Corrections lists the corrections asked on a dossier.
func (s *Service) Corrections(ctx context.Context, id string) ([]Correction, error) {
	return corrections(ctx, s.db, id)
}

func corrections(ctx context.Context, q db.Queryer, id string) ([]Correction, error) {
	var all []Correction
	err := q.SelectContext(ctx, &all, `SELECT id, round_id, field, message, asked_at, answer, answered_at FROM dossier_correction WHERE dossier_id = $1 ORDER BY asked_at, id`, id)
	return all, err
}

// Rounds lists the times that a dossier went back to its author, latest first, with what was asked, answered and changed.
func (s *Service) Rounds(ctx context.Context, id string) ([]Round, error) {
	var all []Round
	if err := s.db.SelectContext(ctx, &all, `SELECT id, asked_at, said_before, said_after, done_at FROM dossier_round WHERE dossier_id = $1 ORDER BY asked_at DESC, id`, id); err != nil {
		return nil, err
	}
	asked, err := s.Corrections(ctx, id)
	for i := range all {
		for _, c := range asked {
			if c.RoundID == all[i].ID {
				all[i].Asked = append(all[i].Asked, c)
			}
		}
	}
	return all, err
}

// AskCorrections sends the dossier back to its author, field by field.
func (s *Service) AskCorrections(ctx context.Context, actor accounts.Actor, id string, asked map[string]string) error {
	r := Reader{Actor: actor}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		now, round := s.now(), db.NewID()
		var points []string
		for _, field := range slices.Sorted(maps.Keys(asked)) {
			message := strings.TrimSpace(asked[field])
			if message == "" {
				continue
			}
			points = append(points, message)
			if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_correction (id, dossier_id, round_id, field, message, asked_by, asked_at, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
				db.NewID(), id, round, field, message, actor.ID, now); err != nil {
				return err
			}
		}
		before, err := s.said(ctx, tx, d)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dossier_round (id, dossier_id, asked_at, said_before) VALUES ($1, $2, $3, $4)`, round, id, now, db.JSON[Said]{V: before}); err != nil {
			return err
		}
		if err := s.move(ctx, tx, r, d, roles, "ask-correction", strings.Join(points, " · "), nil); err != nil {
			return err
		}
		return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : à compléter", EN: "Application " + d.Number + ": please complete"},
			i18n.Text{FR: "Des précisions vous sont demandées sur votre dossier. Rien de ce que vous avez saisi n’est perdu.", EN: "Some details are asked on your application. Nothing you typed is lost."}, "/dossiers/"+id)
	})
}

// AnswerCorrections keeps what the author answers in words to open corrections, by their identifiers.
func (s *Service) AnswerCorrections(ctx context.Context, r Reader, id string, answers map[string]string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleApplicant)
		if err != nil {
			return err
		}
		if d.State != ToComplete {
			return fault.Refused("dossier-filed", "Aucune correction n’attend de réponse sur ce dossier.", "No correction awaits an answer on this application.")
		}
		for correction, answer := range answers {
			if len(answer) > maxAnswer {
				wrong := fault.Fields{}
				wrong.Add(answerOf(correction), "Cette réponse dépasse 20 000 caractères.", "This answer is over 20,000 characters.")
				return wrong.Err()
			}
			if _, err := tx.ExecContext(ctx, `UPDATE dossier_correction SET answer = $1 WHERE id = $2 AND dossier_id = $3 AND answered_at IS NULL`, strings.TrimSpace(answer), correction, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// answerOf names the field in which a correction is answered.
func answerOf(correction string) string { return "answer." + correction }

// Complete sends the corrected dossier back to the instructor: every open correction has its field changed, or an answer in words.
func (s *Service) Complete(ctx context.Context, r Reader, id string) error {
	documents, err := s.present(ctx, id)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, roles, err := s.openToFile(ctx, tx, r, id)
		if err != nil {
			return err
		}
		if err := s.completed(ctx, d, documents); err != nil {
			return err
		}
		if err := s.answerRound(ctx, tx, d); err != nil {
			return err
		}
		d.StructureConfirmed = d.StructureConfirmed || speaksFor(r.Actor, d.Structure)
		d.OpenCorrections = 0
		return s.move(ctx, tx, r, d, roles, "complete", "", nil)
	})
}

// completed refuses a dossier that lacks something, or whose place is no longer that of the frozen zone.
func (s *Service) completed(ctx context.Context, d *Dossier, documents map[string]bool) error {
	if d.Form.V == nil {
		return nil
	}
	missing := d.Form.V.Check(d.Answers.V, documents).Missing
	if typed := d.Answers.V[AnswerCommune]; typed != d.Commune {
		missing.Add(AnswerCommune, "La zone est figée depuis le dépôt, pour la commune "+d.Commune+" : remettez ce code, ou retirez ce dossier et déposez-en un autre.",
			"The zone is frozen since filing, for municipality "+d.Commune+": put this code back, or withdraw this application and file another one.")
	}
	if err := s.structureKnown(ctx, *d.Form.V, d, missing); err != nil {
		return err
	}
	return missing.Err()
}

// answerRound closes the open corrections with what the dossier says now; one that nothing answers is named.
func (s *Service) answerRound(ctx context.Context, tx *db.Tx, d *Dossier) error {
	after, err := s.said(ctx, tx, d)
	if err != nil {
		return err
	}
	var open []Round
	if err := tx.SelectContext(ctx, &open, `SELECT id, asked_at, said_before, said_after, done_at FROM dossier_round WHERE dossier_id = $1 AND done_at IS NULL`, d.ID); err != nil {
		return err
	}
	rounds := map[string]*Round{}
	for i := range open {
		open[i].After.V = &after
		rounds[open[i].ID] = &open[i]
	}
	asked, err := corrections(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	wrong := fault.Fields{}
	for _, c := range asked {
		if round := rounds[c.RoundID]; c.AnsweredAt == nil && c.Answer == "" && round != nil && !round.Changed(c.Field) {
			wrong.Add(answerOf(c.ID), "Changez ce qui est demandé, ou répondez ici en quelques mots.", "Change what is asked, or answer here in a few words.")
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	now := s.now()
	if _, err := tx.ExecContext(ctx, `UPDATE dossier_round SET said_after = $1, done_at = $2 WHERE dossier_id = $3 AND done_at IS NULL`, db.JSON[*Said]{V: &after}, now, d.ID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE dossier_correction SET answered_at = $1 WHERE dossier_id = $2 AND answered_at IS NULL`, now, d.ID)
	return err
}

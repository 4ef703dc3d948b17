package calls

import (
	"context"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Opinion is what a reviewer was asked, and said.
type Opinion struct {
	ID           string                  `db:"id"`
	DossierID    string                  `db:"dossier_id"`
	ReviewerID   string                  `db:"reviewer_id"`
	ReviewerName string                  `db:"reviewer_name"`
	State        string                  `db:"state"` // asked, given, conflict
	AskedAt      time.Time               `db:"asked_at"`
	DueAt        time.Time               `db:"due_at"`
	Scores       db.JSON[map[string]int] `db:"scores"`
	Favourable   string                  `db:"favourable"` // yes, no, reserved
	Text         string                  `db:"text"`
	Conflict     string                  `db:"conflict"`
	GivenAt      *time.Time              `db:"given_at"`

	Number string `db:"number"` // of the dossier, in lists
	Title  string `db:"title"`
}

const opinionColumns = `opinion.id, opinion.dossier_id, reviewer_id, reviewer_name, opinion.state, asked_at, opinion.due_at, scores, favourable, text, conflict, given_at`

// Opinions lists the opinions on a dossier.
func (s *Service) Opinions(ctx context.Context, dossierID string) ([]Opinion, error) {
	var all []Opinion
	err := s.db.SelectContext(ctx, &all, `SELECT `+opinionColumns+`, '' AS number, '' AS title FROM opinion WHERE dossier_id = $1 ORDER BY asked_at, id`, dossierID)
	return all, err
}

// MyOpinions lists what the reviewer was asked, what is due first.
func (s *Service) MyOpinions(ctx context.Context, actor accounts.Actor) ([]Opinion, error) {
	if err := actor.RequireSomewhere(PermReview); err != nil {
		return nil, err
	}
	var all []Opinion
	err := s.db.SelectContext(ctx, &all, `SELECT `+opinionColumns+`, dossier.number, dossier.title FROM opinion JOIN dossier ON dossier.id = opinion.dossier_id
		WHERE reviewer_id = $1 ORDER BY CASE WHEN opinion.state = 'asked' THEN 0 ELSE 1 END, opinion.due_at, opinion.id LIMIT 500`, actor.ID)
	return all, err
}

// Reviewer is somebody who may be asked.
type Reviewer struct{ ID, Name string }

// AskOpinion asks a reviewer for an opinion within working days.
func (s *Service) AskOpinion(ctx context.Context, actor accounts.Actor, dossierID string, reviewer Reviewer, workingDays int) error {
	r := Reader{Actor: actor}
	if workingDays < 1 || workingDays > 60 || reviewer.ID == "" {
		wrong := fault.Fields{}
		wrong.Add("days", "Donnez un délai de 1 à 60 jours ouvrés, et choisissez un évaluateur.", "Give a deadline of 1 to 60 working days, and choose a reviewer.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, dossierID, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if d.OwnerID == reviewer.ID {
			return fault.Refused("invariant-6", "L’auteur d’un dossier ne peut pas l’évaluer.", "The author of an application cannot review it.")
		}
		now := s.now()
		_, err = tx.ExecContext(ctx, `INSERT INTO opinion (id, dossier_id, reviewer_id, reviewer_name, state, asked_by, asked_at, due_at, scores, favourable, text, conflict)
			VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, '{}', '', '', '')`, db.NewID(), dossierID, reviewer.ID, reviewer.Name, actor.ID, now,
			clock.Cut(clock.France.AddWorkingDays(now, workingDays)))
		if db.IsUnique(err) {
			return fault.Refused("opinion-once", "Cet évaluateur est déjà saisi pour ce dossier.", "This reviewer was already asked about this application.")
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, r, "calls.opinion.ask", "calls.dossier", dossierID, "Avis demandé à "+reviewer.Name, "", nil)
	})
}

// OpinionCommand is what a reviewer gives.
type OpinionCommand struct {
	Scores     map[string]int
	Favourable string // yes, no, reserved
	Text       string
	Conflict   string // a declared conflict of interest, which blocks the opinion and any vote (invariant 6)
}

// GiveOpinion records the opinion of the reviewer who was asked, once; or their conflict of interest.
func (s *Service) GiveOpinion(ctx context.Context, actor accounts.Actor, opinionID string, cmd OpinionCommand) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var o Opinion
		err := tx.GetContext(ctx, &o, `SELECT `+opinionColumns+`, '' AS number, '' AS title FROM opinion WHERE opinion.id = $1`, opinionID)
		if db.NoRows(err) || err == nil && o.ReviewerID != actor.ID {
			return fault.NotFound("Cet avis ne vous est pas demandé.", "This opinion is not asked of you.")
		}
		if err != nil {
			return err
		}
		if o.State != "asked" {
			return fault.Refused("opinion-once", "Cet avis est déjà donné.", "This opinion was already given.")
		}
		d, err := getDossier(ctx, tx, o.DossierID)
		if err != nil {
			return err
		}
		if err := s.fill(ctx, tx, &o, d, cmd); err != nil {
			return err
		}
		if _, err := tx.NamedExecContext(ctx, `UPDATE opinion SET state = :state, scores = :scores, favourable = :favourable, text = :text, conflict = :conflict,
			given_at = :given_at WHERE id = :id`, &o); err != nil {
			return err
		}
		if err := s.rescore(ctx, tx, d); err != nil {
			return err
		}
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.opinion."+o.State, "calls.dossier", d.ID, "Avis rendu par "+o.ReviewerName, cmd.Conflict, nil)
	})
}

func (s *Service) fill(ctx context.Context, tx *db.Tx, o *Opinion, d *Dossier, cmd OpinionCommand) error {
	now := s.now()
	o.GivenAt = &now
	if conflict := strings.TrimSpace(cmd.Conflict); conflict != "" {
		o.State, o.Conflict = "conflict", conflict
		return nil
	}
	c, err := getCall(ctx, tx, d.CallID)
	if err != nil {
		return err
	}
	wrong := fault.Fields{}
	for _, k := range c.Criteria.V {
		if score, ok := cmd.Scores[k.Name]; !ok || score < 0 || score > MaxScore {
			wrong.Add("score_"+k.Name, "Donnez une note de 0 à 5.", "Give a score from 0 to 5.")
		}
	}
	if cmd.Favourable != "yes" && cmd.Favourable != "no" && cmd.Favourable != "reserved" {
		wrong.Add("favourable", "Dites si votre avis est favorable, réservé ou défavorable.", "Say whether your opinion is favourable, reserved or unfavourable.")
	}
	if strings.TrimSpace(cmd.Text) == "" {
		wrong.Add("text", "Motivez votre avis en quelques mots.", "Explain your opinion in a few words.")
	}
	o.State, o.Scores.V, o.Favourable, o.Text = "given", cmd.Scores, cmd.Favourable, cmd.Text
	return wrong.Err()
}

// rescore keeps the mean of the opinions given on the dossier, so that ranking is a sort.
func (s *Service) rescore(ctx context.Context, tx *db.Tx, d *Dossier) error {
	var all []Opinion
	if err := tx.SelectContext(ctx, &all, `SELECT `+opinionColumns+`, '' AS number, '' AS title FROM opinion WHERE dossier_id = $1 AND state = 'given'`, d.ID); err != nil {
		return err
	}
	c, err := getCall(ctx, tx, d.CallID)
	if err != nil || len(all) == 0 {
		return err
	}
	sum := 0.0
	for _, o := range all {
		sum += c.Score(o.Scores.V)
	}
	d.Score = sum / float64(len(all))
	return updateDossier(ctx, tx, d, s.now())
}

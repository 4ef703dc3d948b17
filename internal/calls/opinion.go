package calls

import (
	"context"
	"crypto/rand"
	"io"
	"net/mail"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
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
	Email        string                  `db:"reviewer_email"` // of a reviewer without an account
	KeyHash      string                  `db:"key_hash"`       // of the link by which they answer
	Reminded     int                     `db:"reminded"`       // reminders sent

	Number string `db:"number"` // of the dossier, in lists
	Title  string `db:"title"`
}

const opinionColumns = `opinion.id, opinion.dossier_id, reviewer_id, reviewer_name, opinion.state, asked_at, opinion.due_at, scores, favourable, text, conflict, given_at, reviewer_email, opinion.key_hash, reminded`

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

// Reviewer is somebody who may be asked: a person with an account, or an address that receives a link.
type Reviewer struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

func (r Reviewer) check() i18n.Text {
	if r.Name == "" || r.ID == "" && r.Email == "" {
		return i18n.Text{FR: "Choisissez un évaluateur, ou donnez son nom et son adresse.", EN: "Choose a reviewer, or give their name and address."}
	}
	if a, err := mail.ParseAddress(r.Email); r.ID == "" && (err != nil || a.Address != r.Email) {
		return i18n.Text{FR: "L’adresse de l’évaluateur n’est pas complète.", EN: "The reviewer’s address is not complete."}
	}
	return i18n.Text{}
}

// identity is how the database tells reviewers apart.
func (r Reviewer) identity() string {
	if r.ID != "" {
		return r.ID
	}
	return "mail:" + hashKey(strings.ToLower(r.Email))
}

// AskOpinion asks a reviewer for an opinion within working days. Who has no account answers by a link of their own.
func (s *Service) AskOpinion(ctx context.Context, actor accounts.Actor, dossierID string, reviewer Reviewer, workingDays int) error {
	const mostDays = 60
	wrong := fault.Fields{}
	if workingDays < 1 || workingDays > mostDays {
		wrong.Add("days", "Donnez un délai de 1 à 60 jours ouvrés.", "Give a deadline of 1 to 60 working days.")
	}
	if refusal := reviewer.check(); !refusal.Empty() {
		wrong.Add("reviewer", refusal.FR, refusal.EN)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	r := Reader{Actor: actor}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, dossierID, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		return s.askOpinion(ctx, tx, r, d, reviewer, workingDays)
	})
}

func (s *Service) askOpinion(ctx context.Context, tx *db.Tx, r Reader, d *Dossier, reviewer Reviewer, workingDays int) error {
	if d.OwnerID != "" && d.OwnerID == reviewer.ID || reviewer.Email != "" && strings.EqualFold(d.Email, reviewer.Email) {
		return fault.Refused("invariant-6", "L’auteur d’un dossier ne peut pas l’évaluer.", "The author of an application cannot review it.")
	}
	now, key, link := s.now(), "", "/avis"
	if reviewer.ID == "" {
		key = rand.Text()
		link = "/avis/lien/" + key
		key = hashKey(key)
	}
	due := clock.Cut(clock.France.AddWorkingDays(now, workingDays))
	result, err := tx.ExecContext(ctx, `INSERT INTO opinion (id, dossier_id, reviewer_id, reviewer_name, state, asked_by, asked_at, due_at, scores, favourable, text, conflict, reviewer_email, key_hash)
		VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, '{}', '', '', '', $8, $9) ON CONFLICT (dossier_id, reviewer_id) DO NOTHING`,
		db.NewID(), d.ID, reviewer.identity(), reviewer.Name, r.ID, now, due, reviewer.Email, key)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Refused("opinion-once", "Cet évaluateur est déjà saisi pour ce dossier.", "This reviewer was already asked about this application.")
	}
	if err := s.record(ctx, tx, r, "calls.opinion.ask", "calls.dossier", d.ID, "Avis demandé à "+reviewer.Name, "", nil); err != nil {
		return err
	}
	return s.post.Send(ctx, tx, reviewer.Email, i18n.Text{FR: "Un avis vous est demandé", EN: "Your opinion is asked"},
		i18n.Text{FR: "L’Agence vous demande un avis sur le dossier " + d.Number + ", avant le " + i18n.Date(ctx, due) + ". S’il vous lie au demandeur, déclarez-le : vous serez dessaisi.",
			EN: "The agency asks for your opinion on application " + d.Number + ". Should you have a tie with the applicant, declare it."}, link)
}

// askDefaults asks the reviewers that the call names, when a dossier becomes admissible.
func (s *Service) askDefaults(ctx context.Context, tx *db.Tx, r Reader, d *Dossier) error {
	c, err := getCall(ctx, tx, d.CallID)
	if err != nil {
		return err
	}
	for _, reviewer := range c.Settings.V.Reviewers {
		err := s.askOpinion(ctx, tx, r, d, reviewer, c.Settings.V.Days())
		if err != nil && !fault.Is(err, fault.KindRefused) { // asked already, or the author: nothing to ask
			return err
		}
	}
	return nil
}

// OpinionByLink reads the opinion behind a reviewer's link, with its dossier unless a conflict took it away.
func (s *Service) OpinionByLink(ctx context.Context, key string) (*Opinion, *Dossier, error) {
	var o Opinion
	err := s.db.GetContext(ctx, &o, `SELECT `+opinionColumns+`, dossier.number, dossier.title FROM opinion JOIN dossier ON dossier.id = opinion.dossier_id WHERE opinion.key_hash = $1`, hashKey(key))
	if db.NoRows(err) || key == "" {
		return nil, nil, fault.NotFound("Ce lien d’avis n’existe pas. Ouvrez celui du dernier courriel reçu.", "This link does not exist. Open the one in the latest mail.")
	}
	if err != nil || o.State == "conflict" {
		return &o, nil, err
	}
	d, err := getDossier(ctx, s.db, o.DossierID)
	return &o, d, err
}

// OpenDocumentByLink gives a document of the dossier to the reviewer who holds the link.
func (s *Service) OpenDocumentByLink(ctx context.Context, key, documentID string) (*Document, io.ReadCloser, error) {
	_, d, err := s.OpinionByLink(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	if d == nil {
		return nil, nil, unknownDossier()
	}
	return s.documentOf(ctx, d.ID, documentID)
}

// RemindReviewers reminds reviewers without an account three working days before their opinion is due, and once it is late; those
// with an account are reminded too. A new link replaces the one before. It says how many reminders left.
func (s *Service) RemindReviewers(ctx context.Context) (int, error) {
	now := s.now()
	const ahead = 3
	soon := clock.France.AddWorkingDays(now, ahead)
	var due []Opinion
	if err := s.db.SelectContext(ctx, &due, `SELECT `+opinionColumns+`, dossier.number, dossier.title FROM opinion JOIN dossier ON dossier.id = opinion.dossier_id
		WHERE opinion.state = 'asked' AND reviewer_email <> '' AND ((reminded = 0 AND opinion.due_at < $1) OR (reminded = 1 AND opinion.due_at < $2))
		AND dossier.state = $3 ORDER BY opinion.due_at, opinion.id LIMIT 1000`, clock.Cut(soon), now, Admissible); err != nil {
		return 0, err
	}
	for _, o := range due {
		if err := s.remind(ctx, &o, now); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func (s *Service) remind(ctx context.Context, o *Opinion, now time.Time) error {
	step, link := 1, "/avis"
	if o.DueAt.Before(now) {
		step = 2
	}
	hash := o.KeyHash
	if hash != "" {
		key := rand.Text()
		link, hash = "/avis/lien/"+key, hashKey(key)
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE opinion SET reminded = $1, key_hash = $2 WHERE id = $3 AND state = 'asked' AND reminded = $4`, step, hash, o.ID, o.Reminded)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err // another node sent it
		}
		return s.post.Send(ctx, tx, o.Email, i18n.Text{FR: "Rappel : un avis vous est demandé", EN: "Reminder: your opinion is asked"},
			i18n.Text{FR: "Votre avis sur le dossier " + o.Number + " est attendu pour le " + i18n.Date(ctx, o.DueAt) + ".", EN: "Your opinion on application " + o.Number + " is awaited."}, link)
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
	return s.giveOpinion(ctx, actor, "", opinionID, cmd)
}

// GiveOpinionByLink records the opinion of the reviewer who holds the link.
func (s *Service) GiveOpinionByLink(ctx context.Context, key string, cmd OpinionCommand) error {
	o, _, err := s.OpinionByLink(ctx, key)
	if err != nil {
		return err
	}
	return s.giveOpinion(ctx, accounts.Actor{}, key, o.ID, cmd)
}

func (s *Service) giveOpinion(ctx context.Context, actor accounts.Actor, key, opinionID string, cmd OpinionCommand) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var o Opinion
		err := tx.GetContext(ctx, &o, `SELECT `+opinionColumns+`, '' AS number, '' AS title FROM opinion WHERE opinion.id = $1`, opinionID)
		if db.NoRows(err) || err == nil && (o.ReviewerID != actor.ID || actor.Anonymous()) && (key == "" || o.KeyHash != hashKey(key)) {
			return fault.NotFound("Cet avis ne vous est pas demandé.", "This opinion is not asked of you.")
		}
		if err != nil {
			return err
		}
		if key != "" {
			actor = accounts.Actor{ID: o.ReviewerID, Name: o.ReviewerName}
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
	if err := tx.SelectContext(ctx, &all, `SELECT `+opinionColumns+`, '' AS number, '' AS title FROM opinion WHERE dossier_id = $1 AND state = 'given' ORDER BY id`, d.ID); err != nil {
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

package calls

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// CallCommand is what an officer writes of a call.
type CallCommand struct {
	Programme         Programme
	Title, Summary    i18n.Text
	Region            string
	OpensAt, ClosesAt time.Time
	Envelope, Cap     int64 // cents
	Form              Form
	Criteria          []Criterion
	Rules             []string
	Settings          Settings
	Version           int // of the call that was read; 0 for a new one
}

func (c CallCommand) check() error {
	wrong := fault.Fields{}
	if _, ok := c.Programme.Info(); !ok {
		wrong.Add("programme", "Choisissez un dispositif.", "Choose a programme.")
	}
	if strings.TrimSpace(c.Title.FR) == "" {
		wrong.Add("title_fr", "Donnez un titre à l’appel.", "Give the call a title.")
	}
	if !c.ClosesAt.After(c.OpensAt) {
		wrong.Add("closes_at", "La clôture vient après l’ouverture.", "Closing comes after opening.")
	}
	if c.Envelope < 0 || c.Cap < 0 {
		wrong.Add("envelope", "Un montant n’est pas négatif.", "An amount is not negative.")
	}
	for _, k := range c.Criteria {
		if k.Weight <= 0 || k.Name == "" || k.Label.FR == "" {
			wrong.Add("criteria", "Un critère a un nom, un intitulé et un poids positif.", "A criterion has a name, a label and a positive weight.")
		}
	}
	c.Settings.check(wrong)
	for field, refusal := range c.Form.Validate() {
		wrong.Add("form."+field, refusal.FR, refusal.EN)
	}
	return wrong.Err()
}

func (s Settings) check(wrong fault.Fields) {
	const mostDays, mostSilence = 60, 250
	if s.OpinionDays < 0 || s.OpinionDays > mostDays {
		wrong.Add("opinion_days", "Donnez un délai de 1 à 60 jours ouvrés.", "Give a deadline of 1 to 60 working days.")
	}
	if s.Silence.N != 0 && (s.Silence.None() || s.Silence.N > mostSilence || s.Silence.Unit != lifecycle.Months && s.Silence.Unit != lifecycle.WorkingDays) {
		wrong.Add("silence", "Donnez un délai de 1 à 250, en mois ou en jours ouvrés ; 0 pour aucun.", "Give a time from 1 to 250, in months or working days; 0 for none.")
	}
	for _, m := range s.Calendar {
		if _, err := time.Parse(time.DateOnly, m.On); err != nil || m.Label.FR == "" {
			wrong.Add("calendar", "Chaque étape du calendrier a une date et un nom.", "Each step of the calendar has a date and a name.")
		}
	}
	for _, r := range s.Reviewers {
		if refusal := r.check(); !refusal.Empty() {
			wrong.Add("reviewers", refusal.FR, refusal.EN)
		}
	}
}

// CreateCall writes a new call, as a draft.
func (s *Service) CreateCall(ctx context.Context, actor accounts.Actor, cmd CallCommand) (*Call, error) {
	if err := actor.Require(PermCall, accounts.Scope{Region: cmd.Region}); err != nil {
		return nil, err
	}
	if err := cmd.check(); err != nil {
		return nil, err
	}
	now := s.now()
	c := &Call{ID: db.NewID(), Programme: cmd.Programme, State: CallDraft, Region: cmd.Region, CreatedAt: now, UpdatedAt: now, Version: 1}
	cmd.onto(c)
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := insertCall(ctx, tx, c); err != nil {
			return err
		}
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.call.create", "calls.call", c.ID, "Appel préparé : "+c.Title.V.FR, "", nil)
	})
	return c, err
}

func (c CallCommand) onto(call *Call) {
	call.Title.V, call.Summary.V = c.Title, c.Summary
	call.OpensAt, call.ClosesAt, call.Envelope, call.Cap = c.OpensAt, c.ClosesAt, c.Envelope, c.Cap
	call.Form.V, call.Criteria.V, call.Rules.V, call.Settings.V = c.Form, c.Criteria, c.Rules, c.Settings
}

// EditCall changes a call. The form of a published call may still change: dossiers filed before keep theirs.
func (s *Service) EditCall(ctx context.Context, actor accounts.Actor, id string, cmd CallCommand) (*Call, error) {
	var c *Call
	err := s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		if c, err = getCall(ctx, tx, id); err != nil {
			return err
		}
		if err := actor.Require(PermCall, accounts.Scope{Region: c.Region}); err != nil {
			return err
		}
		cmd.Programme = c.Programme // fixed once the call exists
		if err := cmd.check(); err != nil {
			return err
		}
		c.Version = cmd.Version
		cmd.onto(c)
		if err := updateCall(ctx, tx, c, s.now()); err != nil {
			if db.IsCheck(err) {
				return fault.Refused("invariant-4", "L’enveloppe ne peut pas descendre sous ce qui est déjà accordé.", "The envelope cannot go below what is already granted.").Because(err)
			}
			return err
		}
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.call.edit", "calls.call", id, "Appel modifié : "+c.Title.V.FR, "", nil)
	})
	return c, err
}

// CloneCall prepares a new draft from an old call, one year later.
func (s *Service) CloneCall(ctx context.Context, actor accounts.Actor, id string) (*Call, error) {
	old, err := getCall(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	title := i18n.Text{FR: old.Title.V.FR + " (copie)", EN: old.Title.V.EN + " (copy)"}
	return s.CreateCall(ctx, actor, CallCommand{Programme: old.Programme, Title: title, Summary: old.Summary.V, Region: old.Region,
		OpensAt: old.OpensAt.AddDate(1, 0, 0), ClosesAt: old.ClosesAt.AddDate(1, 0, 0), Envelope: old.Envelope, Cap: old.Cap,
		Form: old.Form.V, Criteria: old.Criteria.V, Rules: old.Rules.V, Settings: old.Settings.V.nextYear()})
}

// nextYear moves the calendar to the year after.
func (s Settings) nextYear() Settings {
	calendar := make([]Milestone, len(s.Calendar))
	for i, m := range s.Calendar {
		calendar[i] = m
		if on, err := time.Parse(time.DateOnly, m.On); err == nil {
			calendar[i].On = on.AddDate(1, 0, 0).Format(time.DateOnly)
		}
	}
	s.Calendar = calendar
	return s
}

// Command is what a call says, ready to be changed and saved again.
func (c *Call) Command() CallCommand {
	return CallCommand{Programme: c.Programme, Title: c.Title.V, Summary: c.Summary.V, Region: c.Region, OpensAt: c.OpensAt, ClosesAt: c.ClosesAt, Envelope: c.Envelope, Cap: c.Cap,
		Form: c.Form.V, Criteria: c.Criteria.V, Rules: c.Rules.V, Settings: c.Settings.V, Version: c.Version}
}

// MoveCall takes a call along its lifecycle.
func (s *Service) MoveCall(ctx context.Context, actor accounts.Actor, id, move, reason string) (*Call, error) {
	var c *Call
	err := s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		if c, err = getCall(ctx, tx, id); err != nil {
			return err
		}
		roles, err := callRoles(actor, c)
		if err != nil {
			return err
		}
		next, err := CallLife.Check(c, c.State, move, roles, reason)
		if err != nil {
			return err
		}
		from := c.State
		c.State = next
		if err := updateCall(ctx, tx, c, s.now()); err != nil {
			return err
		}
		mv, _ := CallLife.Move(move)
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.call."+move, "calls.call", id, mv.Label.FR+" : "+c.Title.V.FR, reason,
			map[string]string{"from": string(from), "to": string(next)})
	})
	return c, err
}

func callRoles(actor accounts.Actor, c *Call) ([]accounts.Role, error) {
	if actor.IsSystem() {
		return []accounts.Role{lifecycle.System, accounts.RoleOfficer}, nil
	}
	if err := actor.Require(PermCall, accounts.Scope{Region: c.Region}); err != nil {
		return nil, err
	}
	return []accounts.Role{accounts.RoleOfficer}, nil
}

// CloseDue closes the published calls whose window has passed; a job asks for it. It says how many it closed.
func (s *Service) CloseDue(ctx context.Context) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM call WHERE state = $1 AND closes_at <= $2 ORDER BY closes_at, id`, CallPublished, s.now().Add(-time.Second)); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := s.MoveCall(ctx, accounts.System("échéances"), id, "close", ""); err != nil && !fault.Is(err, fault.KindRefused) {
			return 0, err
		}
	}
	return len(ids), nil
}

// Call reads a call; a draft is there for officers of its region only.
func (s *Service) Call(ctx context.Context, actor accounts.Actor, id string) (*Call, error) {
	c, err := getCall(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if c.State == CallDraft && !actor.Can(PermCall, accounts.Scope{Region: c.Region}) {
		return nil, fault.NotFound("Cet appel à projets n’existe pas, ou n’est pas publié.", "This call for projects does not exist, or is not published.")
	}
	return c, nil
}

// RulesOf gives the rule versions that a dossier filed now would keep; before the opening, those of the opening.
func (s *Service) RulesOf(ctx context.Context, c *Call) ([]Rule, error) {
	at := s.now()
	if c.OpensAt.After(at) {
		at = c.OpensAt
	}
	rules, _, err := s.rules.Of(ctx, c.Programme, "", at)
	return rules, err
}

// Calls lists the calls that the reader may see: those that are open, the first to close first; those to come; then the past, the last
// to close first.
func (s *Service) Calls(ctx context.Context, actor accounts.Actor) ([]Call, error) {
	all, err := listCalls(ctx, s.db, actor.CanSomewhere(PermCall))
	now := s.now()
	slices.SortStableFunc(all, func(a, b Call) int { // the list comes with the last to close first
		if order := cmp.Compare(a.turn(now), b.turn(now)); order != 0 || a.turn(now) == turnPast {
			return order
		}
		return a.ClosesAt.Compare(b.ClosesAt)
	})
	return all, err
}

// Question is one question on a call, with its answer once given; both are public.
type Question struct {
	ID         string     `db:"id"`
	AskedAt    time.Time  `db:"asked_at"`
	Question   string     `db:"question"`
	Answer     string     `db:"answer"`
	AnsweredAt *time.Time `db:"answered_at"`
}

// Questions lists the questions on a call: answered ones for everybody, the others for officers.
func (s *Service) Questions(ctx context.Context, actor accounts.Actor, callID string) ([]Question, error) {
	var all []Question
	err := s.db.SelectContext(ctx, &all, `SELECT id, asked_at, question, answer, answered_at FROM call_question
		WHERE call_id = $1 AND ($2 OR answered_at IS NOT NULL) ORDER BY asked_at, id`, callID, actor.CanSomewhere(PermCall))
	return all, err
}

// Ask puts a question on a published call.
func (s *Service) Ask(ctx context.Context, actor accounts.Actor, callID, question string) error {
	question = strings.TrimSpace(question)
	if question == "" || len(question) > 2000 {
		wrong := fault.Fields{}
		wrong.Add("question", "Écrivez votre question, en 2 000 caractères au plus.", "Write your question, in 2,000 characters at most.")
		return wrong.Err()
	}
	if _, err := s.Call(ctx, actor, callID); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		id := db.NewID()
		_, err := tx.ExecContext(ctx, `INSERT INTO call_question (id, call_id, asked_at, question, answer, answered_by) VALUES ($1, $2, $3, $4, '', '')`,
			id, callID, s.now(), question)
		return err
	})
}

// Answer answers a question; both become public.
func (s *Service) Answer(ctx context.Context, actor accounts.Actor, callID, questionID, answer string) error {
	c, err := getCall(ctx, s.db, callID)
	if err != nil {
		return err
	}
	if err := actor.Require(PermCall, accounts.Scope{Region: c.Region}); err != nil {
		return err
	}
	if strings.TrimSpace(answer) == "" {
		wrong := fault.Fields{}
		wrong.Add("answer", "Écrivez la réponse.", "Write the answer.")
		return wrong.Err()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := touched(tx.ExecContext(ctx, `UPDATE call_question SET answer = $1, answered_by = $2, answered_at = $3 WHERE id = $4 AND call_id = $5`,
			answer, actor.ID, s.now(), questionID, callID)); err != nil {
			return err
		}
		return s.record(ctx, tx, Reader{Actor: actor}, "calls.call.answer", "calls.call", callID, "Réponse publiée à une question sur l’appel "+c.Title.V.FR, "", nil)
	})
}

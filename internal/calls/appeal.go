package calls

import (
	"context"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Appeal asks the agency to look again at a refusal: gracious, to who decided; hierarchical, to somebody above.
type Appeal struct {
	ID           string          `db:"id"`
	DossierID    string          `db:"dossier_id"`
	DecisionID   string          `db:"decision_id"`
	Kind         string          `db:"kind"`
	State        lifecycle.State `db:"state"`
	Text         string          `db:"text"`
	FiledAt      time.Time       `db:"filed_at"`
	DueAt        time.Time       `db:"due_at"`
	Answer       string          `db:"answer"`
	AnsweredBy   string          `db:"answered_by"`
	AnsweredName string          `db:"answered_name"`
	AnsweredAt   *time.Time      `db:"answered_at"`
	Version      int             `db:"version"`

	Number string `db:"number"` // of the dossier, in lists
	Title  string `db:"title"`
}

// The kinds of appeals.
const (
	AppealGracious     = "gracious"
	AppealHierarchical = "hierarchical"
)

// The states of an appeal.
const (
	AppealFiled    lifecycle.State = "filed"
	AppealAccepted lifecycle.State = "accepted"
	AppealRejected lifecycle.State = "rejected"
	AppealSilent   lifecycle.State = "silent"
	AppealLeft     lifecycle.State = "withdrawn"
)

// appealMonths is the time to appeal, and the silence after which an appeal counts as rejected (Code de justice administrative,
// R. 421-1 and R. 421-2).
const appealMonths = 2

// AppealLife is the lifecycle of an appeal: two months for the agency, then its silence rejects.
var AppealLife = lifecycle.New(lifecycle.Table[*Appeal, accounts.Role]{
	Name: "calls.appeal", Label: i18n.Text{FR: "Recours contre un refus", EN: "Appeal against a refusal"}, Initial: AppealFiled,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: AppealFiled, Label: i18n.Text{FR: "Recours déposé", EN: "Appeal filed"}, Owner: accounts.RoleOfficer},
		{Name: AppealAccepted, Label: i18n.Text{FR: "Recours accueilli", EN: "Appeal upheld"}, Terminal: true},
		{Name: AppealRejected, Label: i18n.Text{FR: "Recours rejeté", EN: "Appeal rejected"}, Terminal: true},
		{Name: AppealSilent, Label: i18n.Text{FR: "Rejeté par silence", EN: "Rejected by silence"}, Terminal: true},
		{Name: AppealLeft, Label: i18n.Text{FR: "Recours abandonné", EN: "Appeal withdrawn"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*Appeal, accounts.Role]{
		{Name: "accept", Label: i18n.Text{FR: "Accueillir et rouvrir le dossier", EN: "Uphold and reopen the application"}, From: []lifecycle.State{AppealFiled, AppealSilent}, To: AppealAccepted, Roles: byOfficer, Reason: true},
		{Name: "reject", Label: i18n.Text{FR: "Rejeter le recours", EN: "Reject the appeal"}, From: []lifecycle.State{AppealFiled}, To: AppealRejected, Roles: byOfficer, Reason: true},
		{Name: "silence", Label: i18n.Text{FR: "Silence de deux mois : rejet", EN: "Two months of silence: rejected"}, From: []lifecycle.State{AppealFiled}, To: AppealSilent, Roles: []accounts.Role{lifecycle.System},
			Automatic: true, Deadline: lifecycle.Deadline{N: appealMonths, Unit: lifecycle.Months}},
		{Name: "withdraw", Label: i18n.Text{FR: "Abandonner le recours", EN: "Withdraw the appeal"}, From: []lifecycle.State{AppealFiled}, To: AppealLeft, Roles: byApplicant},
	},
})

// AppealUntil is the last moment to appeal against a decision: two months, to the end of the day, moved to the next working day.
func AppealUntil(decided time.Time) time.Time {
	last := clock.AddMonths(decided, appealMonths)
	for !clock.France.IsWorkingDay(last) {
		last = clock.AddDays(last, 1)
	}
	y, m, d := last.In(i18n.Paris).Date()
	return clock.Cut(time.Date(y, m, d, 23, 59, 59, 0, i18n.Paris))
}

const appealColumns = `dossier_appeal.id, dossier_id, decision_id, kind, dossier_appeal.state, text, dossier_appeal.filed_at, dossier_appeal.due_at, answer, answered_by, answered_name, answered_at, dossier_appeal.version`

// Appeals lists the appeals of a dossier that the reader opened, latest first.
func (s *Service) Appeals(ctx context.Context, dossierID string) ([]Appeal, error) {
	var all []Appeal
	err := s.db.SelectContext(ctx, &all, `SELECT `+appealColumns+`, '' AS number, '' AS title FROM dossier_appeal WHERE dossier_id = $1 ORDER BY filed_at DESC, id`, dossierID)
	return all, err
}

// OpenAppeals lists the appeals that await an answer in the reader's territory, what is due first.
func (s *Service) OpenAppeals(ctx context.Context, actor accounts.Actor) ([]Appeal, error) {
	if err := actor.RequireSomewhere(PermInstruct); err != nil {
		return nil, err
	}
	var rows []struct {
		Appeal
		Dept   string `db:"departement"`
		Region string `db:"region"`
	}
	err := s.db.SelectContext(ctx, &rows, `SELECT `+appealColumns+`, number, title, departement, region FROM dossier_appeal JOIN dossier ON dossier.id = dossier_id
		WHERE dossier_appeal.state = $1 ORDER BY dossier_appeal.due_at, dossier_appeal.id LIMIT 500`, AppealFiled)
	var all []Appeal
	for _, row := range rows {
		if actor.Can(PermInstruct, accounts.Scope{Region: row.Region, Departement: row.Dept}) {
			all = append(all, row.Appeal)
		}
	}
	return all, err
}

// AppealCommand is what an applicant writes.
type AppealCommand struct{ Kind, Text string }

// FileAppeal appeals against the refusal that stands, within its deadline, once.
func (s *Service) FileAppeal(ctx context.Context, r Reader, id string, cmd AppealCommand) error {
	wrong := fault.Fields{}
	if cmd.Text = strings.TrimSpace(cmd.Text); cmd.Text == "" || len(cmd.Text) > maxAnswer {
		wrong.Add("appeal", "Dites en quoi la décision doit être revue, en 20 000 caractères au plus.", "Say why the decision should be looked at again, in 20,000 characters at most.")
	}
	if cmd.Kind != AppealGracious && cmd.Kind != AppealHierarchical {
		wrong.Add("kind", "Choisissez un recours gracieux ou hiérarchique.", "Choose a gracious or a hierarchical appeal.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.openToFile(ctx, tx, r, id)
		if err != nil {
			return err
		}
		decision, err := standing(ctx, tx, d)
		if err != nil {
			return err
		}
		now := s.now()
		if until := AppealUntil(decision.DecidedAt); now.After(until) {
			return fault.Refused("appeal-deadline", "Le délai de recours est passé depuis le "+i18n.Date(ctx, until)+". Votre texte reste affiché ; vous pouvez déposer une nouvelle demande à un appel ouvert.",
				"The time to appeal ended on "+i18n.Date(i18n.With(ctx, i18n.EN), until)+". Your text stays shown; you may apply again to an open call.")
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO dossier_appeal (id, dossier_id, decision_id, kind, state, text, filed_at, due_at, answer, answered_by, answered_name, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', 1)`, db.NewID(), id, decision.ID, cmd.Kind, AppealFiled, cmd.Text, now, clock.Cut(clock.AddMonths(now, appealMonths)))
		if db.IsUnique(err) {
			return fault.Refused("appeal-once", "Un recours est déjà déposé contre cette décision.", "An appeal was already filed against this decision.")
		}
		if err != nil {
			return err
		}
		if err := s.record(ctx, tx, r, "calls.appeal.file", "calls.dossier", id, "Recours déposé : dossier "+d.Number, "", map[string]string{"kind": cmd.Kind}); err != nil {
			return err
		}
		return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : recours bien reçu", EN: "Application " + d.Number + ": appeal received"},
			i18n.Text{FR: "Votre recours est enregistré. L’Agence a deux mois pour répondre.", EN: "Your appeal is recorded. The agency has two months to answer."}, "/dossiers/"+id)
	})
}

// standing is the refusal that stands on a dossier.
func standing(ctx context.Context, q db.Queryer, d *Dossier) (Decision, error) {
	var last Decision
	none := fault.Refused("appeal-nothing", "Aucun refus n’est à contester sur ce dossier.", "There is no refusal to appeal against on this application.")
	if d.State != Refused {
		return last, none
	}
	err := q.GetContext(ctx, &last, `SELECT id, outcome, amount_cents, reason, decided_by, decider_name, decided_at FROM dossier_decision
		WHERE dossier_id = $1 ORDER BY decided_at DESC, id DESC LIMIT 1`, d.ID)
	if db.NoRows(err) || err == nil && last.Outcome != "refuse" {
		return last, none
	}
	return last, err
}

func getAppeal(ctx context.Context, q db.Queryer, id string) (*Appeal, error) {
	var a Appeal
	err := q.GetContext(ctx, &a, `SELECT `+appealColumns+`, '' AS number, '' AS title FROM dossier_appeal WHERE id = $1`, id)
	if db.NoRows(err) {
		return nil, fault.NotFound("Ce recours n’existe pas.", "This appeal does not exist.")
	}
	return &a, err
}

// MoveAppeal takes an appeal along its lifecycle: an officer accepts (which reopens the dossier) or rejects it, with reasons; its
// author withdraws it. A hierarchical appeal is answered by somebody who did not decide.
func (s *Service) MoveAppeal(ctx context.Context, r Reader, id, move, reason string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		a, err := getAppeal(ctx, tx, id)
		if err != nil {
			return err
		}
		d, roles, err := s.open(ctx, tx, r, a.DossierID, accounts.RoleApplicant, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if move == "withdraw" {
			if err := s.mustFile(ctx, tx, r, d); err != nil {
				return err
			}
		}
		if move == "accept" || move == "reject" {
			if err := mayAnswer(ctx, tx, r.Actor, d, a); err != nil {
				return err
			}
		}
		return s.moveAppeal(ctx, tx, r, d, a, roles, move, strings.TrimSpace(reason))
	})
}

func mayAnswer(ctx context.Context, tx *db.Tx, actor accounts.Actor, d *Dossier, a *Appeal) error {
	if err := actor.Require(PermDecide, d.Scope()); err != nil {
		return err
	}
	if err := conflictOf(ctx, tx, actor.ID, d.ID); err != nil {
		return err
	}
	if a.Kind == AppealHierarchical && d.Decider == actor.ID {
		return fault.Refused("invariant-6", "Un recours hiérarchique reçoit sa réponse d’une autre personne que celle qui a décidé.", "A hierarchical appeal is answered by somebody else than the person who decided.")
	}
	return nil
}

func (s *Service) moveAppeal(ctx context.Context, tx *db.Tx, r Reader, d *Dossier, a *Appeal, roles []accounts.Role, move, reason string) error {
	next, err := AppealLife.Check(a, a.State, move, roles, reason)
	if err != nil {
		return err
	}
	now := s.now()
	if err := touched(tx.ExecContext(ctx, `UPDATE dossier_appeal SET state = $1, answer = $2, answered_by = $3, answered_name = $4, answered_at = $5, version = version + 1
		WHERE id = $6 AND version = $7`, next, reason, r.ID, r.Name, now, a.ID, a.Version)); err != nil {
		return err
	}
	mv, _ := AppealLife.Move(move)
	if err := s.record(ctx, tx, r, "calls.appeal."+move, "calls.dossier", d.ID, mv.Label.FR+" : dossier "+d.Number, reason, map[string]string{"from": string(a.State), "to": string(next)}); err != nil {
		return err
	}
	if next == AppealAccepted {
		d.Decider, d.DecidedAt = "", nil
		if err := s.move(ctx, tx, r, d, roles, "reopen", reason, nil); err != nil {
			return err
		}
	}
	if next == AppealLeft {
		return nil
	}
	return s.post.Send(ctx, tx, d.Email, i18n.Text{FR: "Dossier " + d.Number + " : réponse à votre recours", EN: "Application " + d.Number + ": answer to your appeal"},
		i18n.Text{FR: "Votre recours a reçu une suite : vous la lirez, avec vos voies de recours, dans votre espace.", EN: "Your appeal was dealt with: you will read how, and your remedies, in your space."}, "/dossiers/"+d.ID)
}

// SweepAppeals records the silence of the agency on appeals whose two months have passed. It says how many.
func (s *Service) SweepAppeals(ctx context.Context) (int, error) {
	var ids []string
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM dossier_appeal WHERE state = $1 AND due_at < $2 ORDER BY due_at, id`, AppealFiled, s.now()); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := s.MoveAppeal(ctx, Reader{Actor: accounts.System("échéances")}, id, "silence", ""); err != nil && !fault.Is(err, fault.KindRefused) && !fault.Is(err, fault.KindConflict) {
			return 0, err
		}
	}
	return len(ids), nil
}

package structures

import (
	"context"
	"fmt"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

const difficultyColumns = `id, structure_id, region, departement, state, state_since, signalled_on, signalled_by, signal, score, auditor_id, auditor_name, audit_due,
	audit, audited_on, plan, planned_on, support, supported_on, dossier_id, ended_on, outcome, version, created_at, updated_at`

var insertDifficulty = `INSERT INTO structure_difficulty (` + difficultyColumns + `) VALUES (:` +
	strings.Join(strings.Fields(strings.ReplaceAll(difficultyColumns, ",", " ")), ", :") + `)`

func selectDifficulty(ctx context.Context, q db.Queryer, id string) (Difficulty, error) {
	var c Difficulty
	err := q.GetContext(ctx, &c, "SELECT "+difficultyColumns+" FROM structure_difficulty WHERE id = $1", id)
	if db.NoRows(err) {
		return c, unknownCase()
	}
	return c, err
}

func updateDifficulty(ctx context.Context, tx *db.Tx, c *Difficulty) error {
	res, err := tx.NamedExecContext(ctx, `UPDATE structure_difficulty SET state = :state, state_since = :state_since, auditor_id = :auditor_id,
		auditor_name = :auditor_name, audit_due = :audit_due, audit = :audit, audited_on = :audited_on, plan = :plan, planned_on = :planned_on,
		support = :support, supported_on = :supported_on, dossier_id = :dossier_id, ended_on = :ended_on, outcome = :outcome, version = version + 1,
		updated_at = :updated_at WHERE id = :id AND version = :version`, c)
	if db.IsUnique(err) {
		return alreadySignalled().Because(err)
	}
	if err != nil {
		return fmt.Errorf("update the case: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("Quelqu’un a modifié ce cas entre-temps ; rien n’a été enregistré. Rechargez la page et recommencez.",
			"Somebody changed this case meanwhile; nothing was recorded. Reload the page and try again.").Because(err)
	}
	return nil
}

func unknownCase() error {
	return fault.NotFound("Ce cas n’existe pas, ou ne vous est pas ouvert.", "This case does not exist, or is not open to you.")
}

func alreadySignalled() *fault.Error {
	return fault.Refused("one-case", "Ce cabinet est déjà suivi : poursuivez le cas ouvert.", "This practice is already being helped: go on with the open case.")
}

// openCases are the cases that go on, by structure.
func (s *Service) openCases(ctx context.Context) (map[string]*Difficulty, error) {
	var rows []Difficulty
	if err := s.db.SelectContext(ctx, &rows, "SELECT "+difficultyColumns+" FROM structure_difficulty WHERE ended_on = ''"); err != nil {
		return nil, fmt.Errorf("read open cases: %w", err)
	}
	by := make(map[string]*Difficulty, len(rows))
	for i := range rows {
		by[rows[i].StructureID] = &rows[i]
	}
	return by, nil
}

// Cases lists the cases of a practice, latest first, for whoever may see its fragility.
func (s *Service) Cases(ctx context.Context, actor accounts.Actor, structure string) ([]Difficulty, error) {
	st, err := selectStructure(ctx, s.db, structure)
	if err != nil || !actor.Can(PermFragility, st.Scope()) {
		return nil, err
	}
	var all []Difficulty
	err = s.db.SelectContext(ctx, &all, "SELECT "+difficultyColumns+" FROM structure_difficulty WHERE structure_id = $1 ORDER BY signalled_on DESC, id", structure)
	return all, err
}

// CasesOf lists every case of a region, oldest first: for whoever follows what was done. Whoever asks has already been allowed to.
func (s *Service) CasesOf(ctx context.Context, region string) ([]Difficulty, error) {
	var all []Difficulty
	err := s.db.SelectContext(ctx, &all, "SELECT "+difficultyColumns+" FROM structure_difficulty WHERE region = $1 ORDER BY signalled_on, id", region)
	if err != nil {
		return nil, fmt.Errorf("list the cases of a region: %w", err)
	}
	return all, nil
}

// CaseFile is a case with the practice, its documents and its history.
type CaseFile struct {
	Difficulty
	Practice  Structure
	Documents []Document
	History   []audit.Record
}

// Case reads a case for those who act on it and for the practice itself.
func (s *Service) Case(ctx context.Context, actor accounts.Actor, id string) (*CaseFile, error) {
	c, err := selectDifficulty(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if len(RolesOnCase(actor, c)) == 0 && !actor.Can(PermFragility, c.Scope()) {
		return nil, unknownCase()
	}
	f := &CaseFile{Difficulty: c}
	if f.Practice, err = selectStructure(ctx, s.db, c.StructureID); err != nil {
		return nil, err
	}
	var all []Document
	err = s.db.SelectContext(ctx, &all, "SELECT "+documentColumns+" FROM structure_document WHERE case_id = $1 AND withdrawn_on = '' ORDER BY added_at, id", id)
	if err != nil {
		return nil, fmt.Errorf("read the documents of a case: %w", err)
	}
	for _, d := range all {
		if s.mayRead(ctx, actor, f.Practice, d) {
			f.Documents = append(f.Documents, d)
		}
	}
	f.History, err = audit.Timeline(ctx, s.db, audit.Object{Kind: "structures.difficulty", ID: id})
	return f, err
}

// Signal opens a case: an officer of the territory, a reviewer of it, or the practice itself may. A practice has one open case.
func (s *Service) Signal(ctx context.Context, actor accounts.Actor, structure, signal string) (Difficulty, error) {
	st, err := selectStructure(ctx, s.db, structure)
	if err != nil {
		return Difficulty{}, err
	}
	if err := actor.Require(PermSignal, st.Scope()); err != nil {
		return Difficulty{}, err
	}
	wrong := fault.Fields{}
	if st.Kind != GroupPractice {
		wrong.Add("signal", "Seul un cabinet de groupe suit ce parcours.", "Only a group practice follows this path.")
	}
	needWords(wrong, "signal", signal)
	if err := wrong.Err(); err != nil {
		return Difficulty{}, err
	}
	f, err := s.file(ctx, s.db, structure)
	if err != nil {
		return Difficulty{}, err
	}
	at, err := s.stand(ctx, st.Commune)
	if err != nil {
		return Difficulty{}, err
	}
	now, today := db.Now(s.clock), s.Today()
	c := Difficulty{ID: db.NewID(), StructureID: st.ID, Region: st.Region, Departement: st.Departement, State: Signalled, StateSince: now, SignalledOn: today,
		SignalledBy: actor.Name, Signal: strings.TrimSpace(signal), Score: Score(s.reference.Fragility(today), f.Members, at, today).Score, Version: 1, CreatedAt: now, UpdatedAt: now}
	return c, s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.NamedExecContext(ctx, insertDifficulty, c); err != nil {
			if db.IsUnique(err) {
				return alreadySignalled().Because(err)
			}
			return fmt.Errorf("open the case: %w", err)
		}
		fact := s.fact(st.ID, today, FactDifficulty, c.ID, t("Cabinet signalé en difficulté", "Practice signalled as in difficulty"))
		if err := insertOne(ctx, tx, insertFact, fact); err != nil {
			return err
		}
		return s.recordCase(ctx, tx, actor, &c, "signal", "A signalé le cabinet « "+st.Name+" » en difficulté.", "")
	})
}

func needWords(wrong fault.Fields, field, text string) {
	if n := len([]rune(strings.TrimSpace(text))); n < 10 || n > 5000 {
		wrong.Add(field, "Écrivez de 10 à 5 000 caractères.", "Write 10 to 5,000 characters.")
	}
}

func (s *Service) recordCase(ctx context.Context, tx *db.Tx, actor accounts.Actor, c *Difficulty, verb, text, reason string) error {
	return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "structures.difficulty." + verb,
		Object: audit.Object{Kind: "structures.difficulty", ID: c.ID}, Text: text, Reason: strings.TrimSpace(reason), Details: map[string]string{"state": string(c.State)}})
}

// CaseCommand moves a case on, with what the step needs: the auditor and the day of the audit to entrust it, the audit to give it, why
// money is needed and its dossier to support, a reason to end.
type CaseCommand struct {
	ID, Move                  string
	Version                   int
	AuditorID, AuditorName    string
	Due                       Day
	Audit, Support, DossierID string
	Reason                    string
}

// MoveCase moves a case on. Refusals name the machine, the move and what is missing.
func (s *Service) MoveCase(ctx context.Context, actor accounts.Actor, cmd CaseCommand) error {
	return s.changeCase(ctx, actor, cmd.ID, cmd.Version, func(tx *db.Tx, c *Difficulty) error {
		if err := s.fill(c, cmd); err != nil {
			return err
		}
		to, err := DifficultyLife.Check(c, c.State, cmd.Move, RolesOnCase(actor, *c), cmd.Reason)
		if err != nil {
			return err
		}
		today := s.Today()
		c.State, c.StateSince = to, db.Now(s.clock)
		switch cmd.Move {
		case "render":
			c.AuditedOn = today
		case "support":
			c.SupportedOn = today
		case "recover", "close":
			c.EndedOn, c.Outcome = today, strings.TrimSpace(cmd.Reason)
		case "reopen":
			c.EndedOn, c.Outcome = "", ""
		}
		mv, _ := DifficultyLife.Move(cmd.Move)
		label := DifficultyLife.Label(to)
		fact := s.fact(c.StructureID, today, FactDifficulty, c.ID, t("Cabinet en difficulté : "+label.FR, "Practice in difficulty: "+label.EN))
		if err := insertOne(ctx, tx, insertFact, fact); err != nil {
			return err
		}
		return s.recordCase(ctx, tx, actor, c, cmd.Move, mv.Label.FR+" : le cas est « "+label.FR+" ».", cmd.Reason)
	})
}

// fill takes from a command what its move brings; nothing else may change on the way.
func (s *Service) fill(c *Difficulty, cmd CaseCommand) error {
	wrong := fault.Fields{}
	switch cmd.Move {
	case "entrust":
		if cmd.AuditorID != "" {
			c.AuditorID, c.AuditorName = cmd.AuditorID, cmd.AuditorName
		}
		if cmd.Due != "" && (!cmd.Due.Valid() || cmd.Due < s.Today()) {
			wrong.Add("due", "L’audit se rend un jour à venir.", "The audit is due on a day to come.")
		}
		c.AuditDue = cmd.Due
	case "render":
		if strings.TrimSpace(cmd.Audit) != "" {
			needWords(wrong, "audit", cmd.Audit)
			c.Audit = strings.TrimSpace(cmd.Audit)
		}
	case "support":
		if strings.TrimSpace(cmd.Support) != "" {
			needWords(wrong, "support", cmd.Support)
			c.Support = strings.TrimSpace(cmd.Support)
		}
		c.DossierID = strings.TrimSpace(cmd.DossierID)
	}
	return wrong.Err()
}

// WritePlan keeps the plan that follows an audit.
func (s *Service) WritePlan(ctx context.Context, actor accounts.Actor, id string, version int, plan string) error {
	return s.changeCase(ctx, actor, id, version, func(tx *db.Tx, c *Difficulty) error {
		if err := actor.Require(permOfficer, c.Scope()); err != nil {
			return err
		}
		if c.State != Planning && c.State != Supported {
			return fault.Refused("structures.difficulty: plan", "Le plan s’écrit une fois l’audit rendu, tant que le cas est ouvert.", "The plan is written once the audit is given, while the case is open.")
		}
		wrong := fault.Fields{}
		needWords(wrong, "plan", plan)
		if err := wrong.Err(); err != nil {
			return err
		}
		if c.PlannedOn == "" {
			c.PlannedOn = s.Today()
		}
		c.Plan = strings.TrimSpace(plan)
		return s.recordCase(ctx, tx, actor, c, "plan", "A écrit le plan d’accompagnement.", "")
	})
}

// LinkDossier names the dossier of the aid.
func (s *Service) LinkDossier(ctx context.Context, actor accounts.Actor, id string, version int, dossier string) error {
	return s.changeCase(ctx, actor, id, version, func(tx *db.Tx, c *Difficulty) error {
		if err := actor.Require(permOfficer, c.Scope()); err != nil {
			return err
		}
		c.DossierID = strings.TrimSpace(dossier)
		return s.recordCase(ctx, tx, actor, c, "dossier", "A relié le cas à un dossier d’aide.", "")
	})
}

// changeCase is the frame of every write to a case: read, permission, change, version.
func (s *Service) changeCase(ctx context.Context, actor accounts.Actor, id string, version int, do func(tx *db.Tx, c *Difficulty) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err := selectDifficulty(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(RolesOnCase(actor, c)) == 0 {
			if actor.Can(PermFragility, c.Scope()) {
				return actor.Require(permOfficer, c.Scope())
			}
			return unknownCase()
		}
		if version != 0 {
			c.Version = version
		}
		c.UpdatedAt = db.Now(s.clock)
		if err := do(tx, &c); err != nil {
			return err
		}
		return updateDifficulty(ctx, tx, &c)
	})
}

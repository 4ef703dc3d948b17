package structures

import (
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Difficulty is the path of a group practice in difficulty: signalled, audited by the URPS, accompanied by a plan, supported with money
// only if needed, until it recovers or the case is closed.
type Difficulty struct {
	ID          string          `db:"id"`
	StructureID string          `db:"structure_id"`
	Region      string          `db:"region"`
	Departement string          `db:"departement"`
	State       lifecycle.State `db:"state"`
	StateSince  time.Time       `db:"state_since"`
	SignalledOn Day             `db:"signalled_on"`
	SignalledBy string          `db:"signalled_by"`
	Signal      string          `db:"signal"`
	Score       int             `db:"score"` // on the day of the signal
	AuditorID   string          `db:"auditor_id"`
	AuditorName string          `db:"auditor_name"`
	AuditDue    Day             `db:"audit_due"`
	Audit       string          `db:"audit"`
	AuditedOn   Day             `db:"audited_on"`
	Plan        string          `db:"plan"`
	PlannedOn   Day             `db:"planned_on"`
	Support     string          `db:"support"` // why money is needed
	SupportedOn Day             `db:"supported_on"`
	DossierID   string          `db:"dossier_id"` // of the aid, in the room of calls
	EndedOn     Day             `db:"ended_on"`
	Outcome     string          `db:"outcome"`
	Version     int             `db:"version"`
	CreatedAt   time.Time       `db:"created_at"`
	UpdatedAt   time.Time       `db:"updated_at"`
}

// Scope is where the practice is.
func (c *Difficulty) Scope() accounts.Scope {
	return accounts.Scope{Region: c.Region, Departement: c.Departement, Structure: c.StructureID}
}

// Open tells whether the case goes on.
func (c *Difficulty) Open() bool { return c.EndedOn == "" }

// Late tells whether the audit is awaited past its day.
func (c *Difficulty) Late(on Day) bool {
	return c.State == Audit && c.AuditDue != "" && c.AuditDue < on
}

// StateLabel is how people read the state.
func (c *Difficulty) StateLabel() i18n.Text { return DifficultyLife.Label(c.State) }

// The states of a case.
const (
	Signalled lifecycle.State = "signalled"
	Audit     lifecycle.State = "audit"
	Planning  lifecycle.State = "plan"
	Supported lifecycle.State = "support"
	Recovered lifecycle.State = "recovered"
	CaseEnded lifecycle.State = "closed"
)

var auditors = []accounts.Role{accounts.RoleReviewer}

// DifficultyLife is the lifecycle of a practice in difficulty (DOMAIN: signalled → audit (URPS) → plan → financial support only if needed
// → recovered / closed).
var DifficultyLife = lifecycle.New(lifecycle.Table[*Difficulty, accounts.Role]{
	Name: "structures.difficulty", Label: t("Cabinet en difficulté", "Practice in difficulty"), Initial: Signalled,
	States: []stateRow{
		{Name: Signalled, Label: t("signalé", "signalled"), Owner: accounts.RoleOfficer},
		{Name: Audit, Label: t("en audit", "being audited"), Owner: accounts.RoleReviewer},
		{Name: Planning, Label: t("accompagné par un plan", "accompanied by a plan"), Owner: accounts.RoleOfficer},
		{Name: Supported, Label: t("soutenu financièrement", "supported with money"), Owner: accounts.RoleOfficer},
		{Name: Recovered, Label: t("rétabli", "recovered"), Terminal: true},
		{Name: CaseEnded, Label: t("clos", "closed"), Terminal: true},
	},
	Moves: []lifecycle.Move[*Difficulty, accounts.Role]{
		{Name: "entrust", Label: t("Confier l’audit à l’URPS", "Entrust the audit to the URPS"), From: states{Signalled}, To: Audit, Roles: officers, Guard: entrusted},
		{Name: "render", Label: t("Rendre l’audit", "Give the audit"), From: states{Audit}, To: Planning, Roles: auditors, Guard: audited},
		{Name: "again", Label: t("Demander de compléter l’audit", "Ask to complete the audit"), From: states{Planning}, To: Audit, Roles: officers, Reason: true},
		{Name: "support", Label: t("Ouvrir un soutien financier", "Open financial support"), From: states{Planning}, To: Supported, Roles: officers, Guard: needed},
		{Name: "recover", Label: t("Constater le rétablissement", "Record the recovery"), From: states{Planning, Supported}, To: Recovered, Roles: officers, Reason: true, Guard: planned},
		{Name: "close", Label: t("Clore sans rétablissement", "Close without recovery"), From: states{Signalled, Audit, Planning, Supported}, To: CaseEnded, Roles: officers, Reason: true},
		{Name: "reopen", Label: t("Rouvrir", "Reopen"), From: states{Recovered, CaseEnded}, To: Signalled, Roles: officers, Reason: true},
	},
})

func entrusted(c *Difficulty) error {
	if c.AuditorID != "" {
		return nil
	}
	return fault.Refused("auditor", "Choisissez d’abord l’évaluateur de l’URPS qui fera l’audit.", "First choose the reviewer of the URPS who will do the audit.")
}

func audited(c *Difficulty) error {
	if c.Audit != "" {
		return nil
	}
	return fault.Refused("audit", "L’audit n’est pas écrit : dites ce qui a été constaté.", "The audit is not written: say what was found.")
}

func planned(c *Difficulty) error {
	if c.Audit != "" && c.Plan != "" {
		return nil
	}
	return fault.Refused("plan", "Un audit et un plan d’accompagnement précèdent cette étape.", "An audit and a plan come before this step.")
}

func needed(c *Difficulty) error {
	if err := planned(c); err != nil {
		return err
	}
	if c.Support != "" {
		return nil
	}
	return fault.Refused("need", "Dites pourquoi le plan ne suffit pas : le soutien financier n’est ouvert que s’il le faut.", "Say why the plan is not enough: money is given only if needed.")
}

func isAuditor(actor accounts.Actor, c Difficulty) bool {
	return actor.ID != "" && actor.ID == c.AuditorID && actor.Can(PermAudit, c.Scope())
}

// RolesOnCase lists the roles under which an actor acts on a case: officer in the territory, reviewer when the audit is theirs.
func RolesOnCase(actor accounts.Actor, c Difficulty) []accounts.Role {
	if actor.IsSystem() {
		return []accounts.Role{lifecycle.System, accounts.RoleOfficer, accounts.RoleReviewer}
	}
	var roles []accounts.Role
	if actor.Can(permOfficer, c.Scope()) {
		roles = append(roles, accounts.RoleOfficer)
	}
	if isAuditor(actor, c) {
		roles = append(roles, accounts.RoleReviewer)
	}
	return roles
}

// Steps are the states that a case goes through, for the line that shows where it is; support is there only when it was needed.
func (c *Difficulty) Steps() []lifecycle.State {
	steps := []lifecycle.State{Signalled, Audit, Planning}
	if c.Support != "" {
		steps = append(steps, Supported)
	}
	last := Recovered
	if c.State == CaseEnded {
		last = CaseEnded
	}
	return append(steps, last)
}

// Passed tells whether the case is at a step or beyond.
func (c *Difficulty) Passed(step lifecycle.State) bool {
	steps := c.Steps()
	return slices.Index(steps, step) <= slices.Index(steps, c.State)
}

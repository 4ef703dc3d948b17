package calls

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Dossier is one application to a call.
type Dossier struct {
	ID        string          `db:"id"`
	Number    string          `db:"number"` // what people quote: "91-2026-00042"
	CallID    string          `db:"call_id"`
	Programme Programme       `db:"programme"`
	State     lifecycle.State `db:"state"`
	Title     string          `db:"title"`

	OwnerID   string `db:"owner_id"`     // "" while nobody with an account claimed it
	KeyHash   string `db:"key_hash"`     // SHA-256 of the key of an author without account
	Email     string `db:"email"`        // where the receipt goes
	Structure string `db:"structure_id"` // "" when not tied to a known structure
	// StructureConfirmed tells that an applicant of the structure filed, or that the instructor checked which structure asks.
	StructureConfirmed bool   `db:"structure_confirmed"`
	Commune            string `db:"commune"`
	Dept               string `db:"departement"`
	Region             string `db:"region"`

	Answers db.JSON[Answers] `db:"answers"`
	// Form and Frozen are copied at filing: later versions of the call, zones or rules change nothing here (invariant 1).
	Form   db.JSON[*Form]   `db:"form"`
	Frozen db.JSON[*Freeze] `db:"frozen"`

	// Zone and QPV are those frozen, for lists.
	Zone string `db:"zone"`
	QPV  bool   `db:"in_qpv"`

	// Amounts in cents. Eligible is the eligible cost, Deducted what other grants take away (invariant 3).
	Requested int64 `db:"requested_cents"`
	Eligible  int64 `db:"eligible_cents"`
	Deducted  int64 `db:"deducted_cents"`
	Proposed  int64 `db:"proposed_cents"`
	Granted   int64 `db:"granted_cents"`

	Instructor string     `db:"instructor_id"`
	Decider    string     `db:"decider_id"`
	Score      float64    `db:"score"` // mean of the opinions given, 0 to 100
	FiledAt    *time.Time `db:"filed_at"`
	DecidedAt  *time.Time `db:"decided_at"`
	Since      time.Time  `db:"state_since"`
	DueAt      *time.Time `db:"due_at"`
	SilenceAt  *time.Time `db:"silence_at"` // when silence refuses; nil while it does not run
	SearchText string     `db:"search_text"`
	Version    int        `db:"version"`
	CreatedAt  time.Time  `db:"created_at"`
	UpdatedAt  time.Time  `db:"updated_at"`

	// Open corrections are counted for the guards; not a column.
	OpenCorrections int `db:"-"`
}

// Freeze is what filing keeps of the day it happened.
type Freeze struct {
	At       time.Time `json:"at"`
	Zone     string    `json:"zone"` // ZIP, ZAC, HZ or "" when unknown
	ZoneFrom string    `json:"zone_from,omitempty"`
	QPV      []string  `json:"qpv,omitempty"`
	APL      float64   `json:"apl,omitempty"`
	// Notes say how the territory's values were known: sources, vintages, demonstration marks.
	Notes []string `json:"notes,omitempty"`
	Rules []Rule   `json:"rules,omitempty"`
	// Silence is the time after which silence refused, on the day of filing.
	Silence lifecycle.Deadline `json:"silence,omitzero"`
}

// Rule is a rule version that spoke when the dossier was filed.
type Rule struct {
	ID, Version, Source string
	Text                i18n.Text
	// NotWith names the programmes that cannot be held together with this one (invariant 10).
	NotWith []Programme `json:",omitempty"`
}

// FiledNumber is the number that people quote; "" before filing.
func (d *Dossier) FiledNumber() string {
	if d.FiledAt == nil {
		return ""
	}
	return d.Number
}

// Scope is where the dossier is and whose it is.
func (d *Dossier) Scope() accounts.Scope {
	return accounts.Scope{Region: d.Region, Departement: d.Dept, Structure: d.Structure, Owner: d.OwnerID}
}

// The states of a dossier.
const (
	Draft      lifecycle.State = "draft"
	Filed      lifecycle.State = "filed"
	ToComplete lifecycle.State = "to-complete"
	Admissible lifecycle.State = "admissible"
	Instructed lifecycle.State = "instructed"
	Committee  lifecycle.State = "committee"
	Granted    lifecycle.State = "granted"
	Postponed  lifecycle.State = "postponed"
	Refused    lifecycle.State = "refused"
	Withdrawn  lifecycle.State = "withdrawn"
	Convention lifecycle.State = "convention"
	Committed  lifecycle.State = "committed"
	Paying     lifecycle.State = "paying"
	Settled    lifecycle.State = "settled"
	Repayment  lifecycle.State = "repayment"
)

var (
	byApplicant = []accounts.Role{accounts.RoleApplicant}
	byOfficer   = []accounts.Role{accounts.RoleOfficer}
)

func states(all ...lifecycle.State) []lifecycle.State { return all }

// DossierLife is the lifecycle of an aid application (DOMAIN: draft → filed → to complete → admissible → instructed → committee → granted,
// postponed or refused → convention → committed → payments → settled or repayment).
var DossierLife = lifecycle.New(lifecycle.Table[*Dossier, accounts.Role]{
	Name: "calls.dossier", Label: i18n.Text{FR: "Dossier de demande d’aide", EN: "Aid application"}, Initial: Draft,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Draft, Label: i18n.Text{FR: "Brouillon", EN: "Draft"}, Owner: accounts.RoleApplicant},
		{Name: Filed, Label: i18n.Text{FR: "Déposé", EN: "Filed"}, Owner: accounts.RoleOfficer},
		{Name: ToComplete, Label: i18n.Text{FR: "À compléter", EN: "To complete"}, Owner: accounts.RoleApplicant},
		{Name: Admissible, Label: i18n.Text{FR: "Recevable", EN: "Admissible"}, Owner: accounts.RoleOfficer},
		{Name: Instructed, Label: i18n.Text{FR: "Instruit", EN: "Instructed"}, Owner: accounts.RoleOfficer},
		{Name: Committee, Label: i18n.Text{FR: "En comité", EN: "In committee"}, Owner: accounts.RoleOfficer},
		{Name: Granted, Label: i18n.Text{FR: "Accordé", EN: "Granted"}, Owner: accounts.RoleOfficer},
		{Name: Postponed, Label: i18n.Text{FR: "Ajourné", EN: "Postponed"}, Owner: accounts.RoleOfficer},
		{Name: Refused, Label: i18n.Text{FR: "Refusé", EN: "Refused"}, Terminal: true},
		{Name: Withdrawn, Label: i18n.Text{FR: "Retiré", EN: "Withdrawn"}, Terminal: true},
		{Name: Convention, Label: i18n.Text{FR: "Convention en signature", EN: "Agreement being signed"}, Owner: accounts.RoleOfficer},
		{Name: Committed, Label: i18n.Text{FR: "Engagé", EN: "Committed"}, Owner: accounts.RoleOfficer},
		{Name: Paying, Label: i18n.Text{FR: "En paiement", EN: "Being paid"}, Owner: accounts.RoleOfficer},
		{Name: Settled, Label: i18n.Text{FR: "Soldé", EN: "Settled"}, Terminal: true},
		{Name: Repayment, Label: i18n.Text{FR: "En reversement", EN: "Repayment due"}, Owner: accounts.RoleApplicant},
	},
	Moves: []lifecycle.Move[*Dossier, accounts.Role]{
		{Name: "file", Label: i18n.Text{FR: "Déposer", EN: "File"}, From: states(Draft), To: Filed, Roles: byApplicant},
		{Name: "ask-correction", Label: i18n.Text{FR: "Demander une correction", EN: "Ask for a correction"}, From: states(Filed, Admissible), To: ToComplete, Roles: byOfficer, Reason: true},
		{Name: "complete", Label: i18n.Text{FR: "Renvoyer le dossier complété", EN: "Send the completed application back"}, From: states(ToComplete), To: Filed, Roles: byApplicant, Guard: corrected,
			Deadline: lifecycle.Deadline{N: 2, Unit: lifecycle.Months}},
		{Name: "admit", Label: i18n.Text{FR: "Déclarer recevable", EN: "Declare admissible"}, From: states(Filed), To: Admissible, Roles: byOfficer, Guard: corrected,
			Deadline: lifecycle.Deadline{N: 15, Unit: lifecycle.WorkingDays}},
		{Name: "instruct", Label: i18n.Text{FR: "Conclure l’instruction", EN: "Conclude the instruction"}, From: states(Admissible, Postponed), To: Instructed, Roles: byOfficer, Guard: settledStructure,
			Deadline: lifecycle.Deadline{N: 40, Unit: lifecycle.WorkingDays}},
		{Name: "to-committee", Label: i18n.Text{FR: "Inscrire au comité", EN: "Put before the committee"}, From: states(Instructed), To: Committee, Roles: byOfficer},
		{Name: "grant", Label: i18n.Text{FR: "Accorder", EN: "Grant"}, From: states(Instructed, Committee), To: Granted, Roles: byOfficer, Guard: grantable},
		{Name: "postpone", Label: i18n.Text{FR: "Ajourner", EN: "Postpone"}, From: states(Instructed, Committee), To: Postponed, Roles: byOfficer, Reason: true},
		{Name: "refuse", Label: i18n.Text{FR: "Refuser", EN: "Refuse"}, From: states(Filed, Admissible, Instructed, Committee, Postponed), To: Refused, Roles: byOfficer, Reason: true},
		{Name: "silence", Label: i18n.Text{FR: "Silence de l’Agence : refus", EN: "Silence of the agency: refused"}, From: silenceRuns, To: Refused, Roles: []accounts.Role{lifecycle.System}, Automatic: true,
			DeadlineOf: func(*Dossier) lifecycle.Deadline { return lifecycle.Deadline{} }}, // counted from the complete filing: see SilenceAt
		{Name: "withdraw", Label: i18n.Text{FR: "Retirer la demande", EN: "Withdraw the application"}, From: states(Draft, Filed, ToComplete, Admissible, Instructed, Committee, Postponed), To: Withdrawn, Roles: byApplicant, Reason: true},
		{Name: "lapse", Label: i18n.Text{FR: "Sans suite : délai passé", EN: "Lapsed: time ran out"}, From: states(ToComplete), To: Withdrawn, Roles: []accounts.Role{lifecycle.System}, Automatic: true,
			Deadline: lifecycle.Deadline{N: 2, Unit: lifecycle.Months}},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir (recours)", EN: "Reopen (appeal)"}, From: states(Refused, Withdrawn), To: Admissible, Roles: byOfficer, Reason: true},
		{Name: "draw-convention", Label: i18n.Text{FR: "Établir la convention", EN: "Draw up the agreement"}, From: states(Granted), To: Convention, Roles: byOfficer},
		{Name: "commit", Label: i18n.Text{FR: "Engager", EN: "Commit"}, From: states(Convention), To: Committed, Roles: byOfficer},
		{Name: "pay", Label: i18n.Text{FR: "Payer", EN: "Pay"}, From: states(Committed), To: Paying, Roles: byOfficer},
		{Name: "settle", Label: i18n.Text{FR: "Solder", EN: "Settle"}, From: states(Committed, Paying, Repayment), To: Settled, Roles: byOfficer},
		{Name: "ask-repayment", Label: i18n.Text{FR: "Demander un reversement", EN: "Ask for repayment"}, From: states(Committed, Paying, Settled), To: Repayment, Roles: byOfficer, Reason: true},
	},
})

func corrected(d *Dossier) error {
	if d.OpenCorrections == 0 {
		return nil
	}
	return fault.Refused("open-corrections", "Des corrections demandées n’ont pas encore reçu de réponse.", "Some corrections that were asked have no answer yet.")
}

func grantable(d *Dossier) error {
	if d.Proposed > 0 {
		return nil
	}
	return fault.Refused("proposal", "L’instruction n’a proposé aucun montant.", "The instruction proposed no amount.")
}

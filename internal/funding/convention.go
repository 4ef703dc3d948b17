package funding

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Convention is the agreement behind a grant. Amounts are in cents; dates are days, "2026-11-22" or "".
type Convention struct {
	ID            string          `db:"id"`
	Number        string          `db:"number"`
	DossierID     string          `db:"dossier_id"`
	DossierNumber string          `db:"dossier_number"`
	Title         string          `db:"title"`
	Programme     string          `db:"programme"`
	Structure     string          `db:"structure_id"`
	Dept          string          `db:"departement"`
	Region        string          `db:"region"`
	State         lifecycle.State `db:"state"`
	CallID        string          `db:"call_id"`
	Granted       int64           `db:"granted_cents"`
	Limit         int64           `db:"limit_cents"` // the most that may be granted, deductions made; 0 is none
	Tranched      int64           `db:"tranched_cents"`
	Ordered       int64           `db:"ordered_cents"`
	Paid          int64           `db:"paid_cents"`
	Claimed       int64           `db:"claimed_cents"` // asked back
	Repaid        int64           `db:"repaid_cents"`
	Released      int64           `db:"released_cents"` // given back to the envelope
	IBAN          string          `db:"iban"`
	Payee         string          `db:"payee"`
	Instructor    string          `db:"instructor_id"`
	Decider       string          `db:"decider_id"`
	AgencySigns   string          `db:"agency_signatory"`
	StructSigns   string          `db:"structure_signatory"`
	SignedOn      string          `db:"signed_on"`
	FileBlob      string          `db:"file_blob"`
	FileSHA256    string          `db:"file_sha256"`
	CommittedOn   string          `db:"committed_on"`
	StartsOn      string          `db:"starts_on"`
	EndsOn        string          `db:"ends_on"`
	Version       int             `db:"version"`
	CreatedAt     time.Time       `db:"created_at"`
	UpdatedAt     time.Time       `db:"updated_at"`

	// Balanced tells that every tranche was paid, for the guards; not a column.
	Balanced bool `db:"-"`
}

// Scope is where the convention is.
func (c *Convention) Scope() accounts.Scope {
	return accounts.Scope{Region: c.Region, Departement: c.Dept, Structure: c.Structure}
}

// The states of a convention.
const (
	Drawn     lifecycle.State = "drawn"
	Signed    lifecycle.State = "signed"
	Committed lifecycle.State = "committed"
	Paying    lifecycle.State = "paying"
	Settled   lifecycle.State = "settled"
	Repayment lifecycle.State = "repayment"
)

var officer = []accounts.Role{accounts.RoleOfficer}

// Life is the lifecycle of a convention (DOMAIN: convention → committed → payments → settled or repayment).
var Life = lifecycle.New(lifecycle.Table[*Convention, accounts.Role]{
	Name: "funding.convention", Label: i18n.Text{FR: "Convention de financement", EN: "Funding agreement"}, Initial: Drawn,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Drawn, Label: i18n.Text{FR: "À signer", EN: "To sign"}, Owner: accounts.RoleApplicant},
		{Name: Signed, Label: i18n.Text{FR: "Signée", EN: "Signed"}, Owner: accounts.RoleOfficer},
		{Name: Committed, Label: i18n.Text{FR: "Engagée", EN: "Committed"}, Owner: accounts.RoleOfficer},
		{Name: Paying, Label: i18n.Text{FR: "En paiement", EN: "Being paid"}, Owner: accounts.RoleOfficer},
		{Name: Settled, Label: i18n.Text{FR: "Soldée", EN: "Settled"}, Terminal: true},
		{Name: Repayment, Label: i18n.Text{FR: "Reversement demandé", EN: "Repayment asked"}, Owner: accounts.RoleApplicant},
	},
	Moves: []lifecycle.Move[*Convention, accounts.Role]{
		{Name: "sign", Label: i18n.Text{FR: "Enregistrer la signature", EN: "Record the signature"}, From: []lifecycle.State{Drawn}, To: Signed, Roles: officer, Guard: signable,
			Deadline: lifecycle.Deadline{N: 30, Unit: lifecycle.WorkingDays}},
		{Name: "commit", Label: i18n.Text{FR: "Engager", EN: "Commit"}, From: []lifecycle.State{Signed}, To: Committed, Roles: officer, Deadline: lifecycle.Deadline{N: 10, Unit: lifecycle.WorkingDays}},
		{Name: "pay", Label: i18n.Text{FR: "Ordonner un paiement", EN: "Order a payment"}, From: []lifecycle.State{Committed, Paying}, To: Paying, Roles: officer},
		{Name: "settle", Label: i18n.Text{FR: "Solder", EN: "Settle"}, From: []lifecycle.State{Paying, Repayment}, To: Settled, Roles: officer, Guard: balanced},
		{Name: "ask-repayment", Label: i18n.Text{FR: "Demander un reversement", EN: "Ask for repayment"}, From: []lifecycle.State{Paying, Settled}, To: Repayment, Roles: officer, Reason: true},
	},
})

func signable(c *Convention) error {
	if c.AgencySigns == "" || c.StructSigns == "" || c.AgencySigns == c.StructSigns || c.FileSHA256 == "" || c.SignedOn == "" {
		return twoSignatories()
	}
	return nil
}

func twoSignatories() error {
	return fault.Refused("two-signatories", "Une convention porte deux signataires distincts, une date et le fichier signé.", "An agreement has two distinct signatories, a date and the signed file.")
}

func balanced(c *Convention) error {
	if c.Balanced && c.Claimed == c.Repaid {
		return nil
	}
	return fault.Refused("balance", "Il reste une tranche à payer ou un reversement attendu.", "A tranche remains to be paid, or a repayment is expected.")
}

// Tranche is a part of the grant.
type Tranche struct {
	ID         string     `db:"id"`
	Convention string     `db:"convention_id"`
	Rank       int        `db:"rank"`
	Label      string     `db:"label"`
	Cents      int64      `db:"cents"`
	Final      bool       `db:"final"` // the balance: waits for an accepted report
	ExpectedOn string     `db:"expected_on"`
	State      string     `db:"state"` // planned, ordered, paid
	OrderedBy  string     `db:"ordered_by"`
	OrderedAt  *time.Time `db:"ordered_at"`
	Reference  string     `db:"reference"`
	PaidOn     string     `db:"paid_on"`
}

// Report is what the structure owes: a report, or the proof that a tranche waits for.
type Report struct {
	ID         string `db:"id"`
	Convention string `db:"convention_id"`
	Label      string `db:"label"`
	DueOn      string `db:"due_on"`
	State      string `db:"state"` // due, filed, accepted, to-redo
	Text       string `db:"text"`
	Reason     string `db:"reason"`
	// Tranche is the rank of the tranche that waits for it; 0 is the balance.
	Tranche   int        `db:"tranche_rank"`
	FileName  string     `db:"file_name"`
	FileBlob  string     `db:"file_blob"`
	SHA256    string     `db:"file_sha256"`
	FiledAt   *time.Time `db:"filed_at"`
	DecidedBy string     `db:"decided_by"`
	DecidedAt *time.Time `db:"decided_at"`
}

// Late tells whether it should have been filed before a day.
func (r Report) Late(today string) bool {
	return (r.State == "due" || r.State == "to-redo") && r.DueOn < today
}

// For tells whether a tranche waits for it.
func (r Report) For(t Tranche) bool { return r.Tranche == t.Rank || r.Tranche == 0 && t.Final }

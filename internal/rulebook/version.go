package rulebook

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Version is a rule as it is kept, with who wrote it, who reviewed it and where it stands.
type Version struct {
	ID           string          `db:"id"`
	RuleID       string          `db:"rule_id"`
	Version      int             `db:"version"`
	State        lifecycle.State `db:"state"`
	StateSince   time.Time       `db:"state_since"`
	From         Day             `db:"from_day"`
	To           Day             `db:"to_day"`
	Stored       db.JSON[Rule]   `db:"rule"`
	Note         string          `db:"note"`
	Embedded     bool            `db:"embedded"`
	AuthorID     string          `db:"author_id"`
	AuthorName   string          `db:"author_name"`
	ReviewerID   string          `db:"reviewer_id"`
	ReviewerName string          `db:"reviewer_name"`
	RowVersion   int             `db:"row_version"`
	CreatedAt    time.Time       `db:"created_at"`
	UpdatedAt    time.Time       `db:"updated_at"`

	asking string // who asks for a move
}

// Rule is the rule with the dates that are kept beside it.
func (v Version) Rule() Rule {
	r := v.Stored.V
	r.ID, r.Version, r.From, r.To = v.RuleID, v.Version, v.From, v.To
	return r
}

// The states of a version.
const (
	Draft     lifecycle.State = "draft"
	Reviewed  lifecycle.State = "reviewed"
	InForce   lifecycle.State = "in_force"
	Withdrawn lifecycle.State = "withdrawn"
	Discarded lifecycle.State = "discarded"
)

var writers = []accounts.Role{accounts.RoleOfficer, accounts.RoleAdmin}

// Machine is the life of a version.
var Machine = lifecycle.New(lifecycle.Table[*Version, accounts.Role]{
	Name: "rulebook.version", Label: i18n.Text{FR: "Version d’une règle", EN: "Version of a rule"}, Initial: Draft,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Draft, Label: i18n.Text{FR: "brouillon", EN: "draft"}, Owner: accounts.RoleOfficer},
		{Name: Reviewed, Label: i18n.Text{FR: "relue", EN: "reviewed"}, Owner: accounts.RoleOfficer},
		{Name: InForce, Label: i18n.Text{FR: "adoptée", EN: "adopted"}, Terminal: true},
		{Name: Withdrawn, Label: i18n.Text{FR: "retirée", EN: "withdrawn"}, Terminal: true},
		{Name: Discarded, Label: i18n.Text{FR: "abandonnée", EN: "discarded"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*Version, accounts.Role]{
		{Name: "review", Label: i18n.Text{FR: "Relire et approuver", EN: "Review and approve"}, From: []lifecycle.State{Draft}, To: Reviewed, Roles: writers, Guard: twoPeople},
		{Name: "send_back", Label: i18n.Text{FR: "Rendre à son auteur", EN: "Send back to its author"}, From: []lifecycle.State{Reviewed}, To: Draft, Roles: writers, Reason: true},
		{Name: "adopt", Label: i18n.Text{FR: "Mettre en vigueur à sa date", EN: "Put in force from its date"}, From: []lifecycle.State{Reviewed}, To: InForce, Roles: writers},
		{Name: "withdraw", Label: i18n.Text{FR: "Retirer", EN: "Withdraw"}, From: []lifecycle.State{InForce}, To: Withdrawn, Roles: writers, Reason: true},
		{Name: "discard", Label: i18n.Text{FR: "Abandonner", EN: "Discard"}, From: []lifecycle.State{Draft, Reviewed}, To: Discarded, Roles: writers, Reason: true},
		{Name: "reopen", Label: i18n.Text{FR: "Reprendre en brouillon", EN: "Take up again as a draft"}, From: []lifecycle.State{Withdrawn, Discarded}, To: Draft, Roles: writers, Reason: true},
	},
})

func twoPeople(v *Version) error {
	if v.AuthorID == v.asking {
		return fault.Refused("two-people", "Une autre personne que l’auteur doit relire cette version.", "Somebody other than the author must review this version.")
	}
	return nil
}

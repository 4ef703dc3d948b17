package calls

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Call opens a programme for a window of time.
type Call struct {
	ID        string             `db:"id"`
	Programme Programme          `db:"programme"`
	State     lifecycle.State    `db:"state"`
	Title     db.JSON[i18n.Text] `db:"title"`
	Summary   db.JSON[i18n.Text] `db:"summary"`
	Region    string             `db:"region"`
	OpensAt   time.Time          `db:"opens_at"`
	ClosesAt  time.Time          `db:"closes_at"`
	// Envelope and Granted are in cents; the database refuses Granted over Envelope (invariant 4).
	Envelope int64 `db:"envelope_cents"`
	Granted  int64 `db:"granted_cents"`
	// Cap is the most one dossier may be granted, in cents; 0 when nothing says.
	Cap       int64                `db:"cap_cents"`
	Form      db.JSON[Form]        `db:"form"`
	Criteria  db.JSON[[]Criterion] `db:"criteria"`
	Rules     db.JSON[[]string]    `db:"rules"`
	Settings  db.JSON[Settings]    `db:"settings"`
	Version   int                  `db:"version"`
	CreatedAt time.Time            `db:"created_at"`
	UpdatedAt time.Time            `db:"updated_at"`
}

// Settings is how a call is run, beyond what it asks.
type Settings struct {
	// Calendar are the dates that applicants read: committee, results, first payment.
	Calendar []Milestone `json:"calendar,omitempty"`
	// Reviewers are asked for their opinion by themselves, when a dossier becomes admissible.
	Reviewers []Reviewer `json:"reviewers,omitempty"`
	// OpinionDays is how many working days they have; 0 means DefaultOpinionDays.
	OpinionDays int `json:"opinion_days,omitempty"`
	// Silence is after how long silence refuses; none: an answer is always awaited.
	Silence lifecycle.Deadline `json:"silence,omitzero"`
	// Excludes names programmes whose grants to the same structure bar this one (invariant 10), besides what the rule book says.
	Excludes []Programme `json:"excludes,omitempty"`
}

// DefaultOpinionDays is how many working days a reviewer has when nobody says.
const DefaultOpinionDays = 15

// Days is how many working days a reviewer has.
func (s Settings) Days() int {
	if s.OpinionDays > 0 {
		return s.OpinionDays
	}
	return DefaultOpinionDays
}

// Milestone is a date of the calendar of a call.
type Milestone struct {
	On    string    `json:"on"` // 2026-12-15
	Label i18n.Text `json:"label"`
}

// Criterion is what reviewers score from 0 to 5, with its weight.
type Criterion struct {
	Name   string    `json:"name"`
	Label  i18n.Text `json:"label"`
	Weight int       `json:"weight"`
}

// MaxScore is the best score of a criterion.
const MaxScore = 5

// The states of a call.
const (
	CallDraft     lifecycle.State = "draft"
	CallPublished lifecycle.State = "published"
	CallClosed    lifecycle.State = "closed"
	CallJury      lifecycle.State = "jury"
	CallResults   lifecycle.State = "results"
)

// Left is what remains of the envelope, in cents.
func (c *Call) Left() int64 { return c.Envelope - c.Granted }

// Open tells whether a dossier may be filed at a moment: published, from the opening to the end of the closing second.
func (c *Call) Open(at time.Time) bool {
	return c.State == CallPublished && !at.Before(c.OpensAt) && !at.Truncate(time.Second).After(c.ClosesAt)
}

// The turns of calls in their list.
const (
	turnOpen = iota
	turnToCome
	turnPast
)

// turn says where a call stands in the list at a time.
func (c *Call) turn(at time.Time) int {
	switch {
	case c.Open(at):
		return turnOpen
	case c.ToCome(at):
		return turnToCome
	}
	return turnPast
}

// ToCome tells whether the call has yet to be published, or to open.
func (c *Call) ToCome(at time.Time) bool {
	return c.State == CallDraft || c.State == CallPublished && at.Before(c.OpensAt)
}

// Score is the weighted mean of scores, from 0 to 100; criteria without a score count for 0.
func (c *Call) Score(scores map[string]int) float64 {
	sum, weights := 0, 0
	for _, k := range c.Criteria.V {
		sum += k.Weight * scores[k.Name]
		weights += k.Weight
	}
	if weights == 0 {
		return 0
	}
	return 100 * float64(sum) / float64(weights*MaxScore)
}

// CallLife is the lifecycle of a call for projects (DOMAIN: draft → published → closed → jury → results).
var CallLife = lifecycle.New(lifecycle.Table[*Call, accounts.Role]{
	Name: "calls.call", Label: i18n.Text{FR: "Appel à projets", EN: "Call for projects"}, Initial: CallDraft,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: CallDraft, Label: i18n.Text{FR: "Brouillon", EN: "Draft"}, Owner: accounts.RoleOfficer},
		{Name: CallPublished, Label: i18n.Text{FR: "Publié", EN: "Published"}},
		{Name: CallClosed, Label: i18n.Text{FR: "Clôturé", EN: "Closed"}, Owner: accounts.RoleOfficer},
		{Name: CallJury, Label: i18n.Text{FR: "En comité", EN: "In committee"}, Owner: accounts.RoleOfficer},
		{Name: CallResults, Label: i18n.Text{FR: "Résultats publiés", EN: "Results published"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*Call, accounts.Role]{
		{Name: "publish", Label: i18n.Text{FR: "Publier", EN: "Publish"}, From: []lifecycle.State{CallDraft}, To: CallPublished, Roles: []accounts.Role{accounts.RoleOfficer}, Guard: publishable},
		{Name: "unpublish", Label: i18n.Text{FR: "Retirer de la publication", EN: "Unpublish"}, From: []lifecycle.State{CallPublished}, To: CallDraft, Roles: []accounts.Role{accounts.RoleOfficer}, Reason: true},
		{Name: "close", Label: i18n.Text{FR: "Clôturer", EN: "Close"}, From: []lifecycle.State{CallPublished}, To: CallClosed, Roles: []accounts.Role{accounts.RoleOfficer, lifecycle.System}},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir", EN: "Reopen"}, From: []lifecycle.State{CallClosed, CallJury, CallResults}, To: CallPublished, Roles: []accounts.Role{accounts.RoleOfficer}, Reason: true},
		{Name: "start-jury", Label: i18n.Text{FR: "Ouvrir le comité", EN: "Open the committee"}, From: []lifecycle.State{CallClosed}, To: CallJury, Roles: []accounts.Role{accounts.RoleOfficer}},
		{Name: "publish-results", Label: i18n.Text{FR: "Publier les résultats", EN: "Publish the results"}, From: []lifecycle.State{CallJury}, To: CallResults, Roles: []accounts.Role{accounts.RoleOfficer}},
	},
})

func publishable(c *Call) error {
	wrong := fault.Fields{}
	if c.Title.V.FR == "" {
		wrong.Add("title_fr", "Donnez un titre à l’appel.", "Give the call a title.")
	}
	if !c.ClosesAt.After(c.OpensAt) {
		wrong.Add("closes_at", "La clôture vient après l’ouverture.", "Closing comes after opening.")
	}
	if c.Envelope <= 0 {
		wrong.Add("envelope", "Indiquez l’enveloppe de l’appel.", "Say the envelope of the call.")
	}
	for field, refusal := range c.Form.V.Validate() {
		wrong.Add("form."+field, refusal.FR, refusal.EN)
	}
	return wrong.Err()
}

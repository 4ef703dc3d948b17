package initiatives

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Permissions of the room.
var (
	PermRead   = accounts.Declare("initiatives.read", i18n.Text{FR: "Lire les initiatives publiées", EN: "Read published initiatives"}, accounts.Anyone)
	PermManage = accounts.Declare("initiatives.manage", i18n.Text{FR: "Préparer et publier les initiatives de son territoire", EN: "Prepare and publish the initiatives of one's territory"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
)

// Evidence is a claim with its source. A fact that no figure measures has no value.
type Evidence struct {
	Claim    i18n.Text `json:"claim"`
	Value    string    `json:"value"`
	Source   string    `json:"source"`
	Verified bool      `json:"verified"`
}

// Replication is a place that copied the initiative.
type Replication struct {
	Where string    `json:"where"`
	On    clock.Day `json:"on"`
}

// Reference leads to a page of the product that says more.
type Reference struct {
	Label i18n.Text `json:"label"`
	Href  string    `json:"href"` // a path of this site
}

// Content is what the card says.
type Content struct {
	Title        i18n.Text     `json:"title"`
	Summary      i18n.Text     `json:"summary"`
	Where        string        `json:"where"`
	Since        string        `json:"since"` // a year or a day, as the source says it
	Evidence     []Evidence    `json:"evidence"`
	Takes        []i18n.Text   `json:"takes"`
	Partners     []i18n.Text   `json:"partners"`
	Cost         i18n.Text     `json:"cost"`
	Steps        []i18n.Text   `json:"steps"`
	Contact      i18n.Text     `json:"contact,omitzero"` // whom to ask, as a function: no person is named
	See          []Reference   `json:"see,omitempty"`    // what the initiative is about, elsewhere in the product
	Funding      []Reference   `json:"funding,omitempty"`
	Replications []Replication `json:"replications"`
}

// Initiative is something that works somewhere.
type Initiative struct {
	ID         string           `db:"id"`
	Slug       string           `db:"slug"`
	State      lifecycle.State  `db:"state"`
	Region     string           `db:"region"`
	Dept       string           `db:"departement"`
	Content    db.JSON[Content] `db:"content"`
	Since      time.Time        `db:"since"`
	SearchText string           `db:"search_text"`
	SortKey    string           `db:"sort_key"`
	Version    int              `db:"version"`
	CreatedAt  time.Time        `db:"created_at"`
	UpdatedAt  time.Time        `db:"updated_at"`
}

// Scope is where the initiative is.
func (x *Initiative) Scope() accounts.Scope {
	return accounts.Scope{Region: x.Region, Departement: x.Dept}
}

// Public tells whether everybody reads it.
func (x *Initiative) Public() bool { return x.State == Published || x.State == Replicated }

// The states of an initiative.
const (
	Spotted    lifecycle.State = "spotted"
	Qualified  lifecycle.State = "qualified"
	Sent       lifecycle.State = "sent"
	Retained   lifecycle.State = "retained"
	Published  lifecycle.State = "published"
	Replicated lifecycle.State = "replicated"
	Dropped    lifecycle.State = "dropped"
)

var officer = []accounts.Role{accounts.RoleOfficer}

// Life is the lifecycle of an initiative (DOMAIN: spotted → qualified → sent → retained → published → replicated).
var Life = lifecycle.New(lifecycle.Table[*Initiative, accounts.Role]{
	Name: "initiatives.initiative", Label: i18n.Text{FR: "Initiative inspirante", EN: "Inspiring initiative"}, Initial: Spotted,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Spotted, Label: i18n.Text{FR: "Repérée", EN: "Spotted"}, Owner: accounts.RoleOfficer},
		{Name: Qualified, Label: i18n.Text{FR: "Qualifiée par l’ARS", EN: "Qualified by the agency"}, Owner: accounts.RoleOfficer},
		{Name: Sent, Label: i18n.Text{FR: "Transmise au comité national", EN: "Sent to the national committee"}},
		{Name: Retained, Label: i18n.Text{FR: "Retenue par le comité national", EN: "Retained by the national committee"}, Owner: accounts.RoleOfficer},
		{Name: Published, Label: i18n.Text{FR: "Publiée", EN: "Published"}, Terminal: true},
		{Name: Replicated, Label: i18n.Text{FR: "Reprise ailleurs", EN: "Copied elsewhere"}, Terminal: true},
		{Name: Dropped, Label: i18n.Text{FR: "Non retenue", EN: "Not retained"}, Terminal: true},
	},
	Moves: []lifecycle.Move[*Initiative, accounts.Role]{
		{Name: "qualify", Label: i18n.Text{FR: "Qualifier", EN: "Qualify"}, From: []lifecycle.State{Spotted}, To: Qualified, Roles: officer, Guard: sourced},
		{Name: "send", Label: i18n.Text{FR: "Transmettre au comité national", EN: "Send to the national committee"}, From: []lifecycle.State{Qualified}, To: Sent, Roles: officer},
		{Name: "retain", Label: i18n.Text{FR: "Enregistrer qu’elle est retenue", EN: "Record that it is retained"}, From: []lifecycle.State{Sent}, To: Retained, Roles: officer},
		{Name: "drop", Label: i18n.Text{FR: "Ne pas retenir", EN: "Drop"}, From: []lifecycle.State{Spotted, Qualified, Sent}, To: Dropped, Roles: officer, Reason: true},
		{Name: "publish", Label: i18n.Text{FR: "Publier", EN: "Publish"}, From: []lifecycle.State{Retained}, To: Published, Roles: officer, Guard: complete},
		{Name: "replicate", Label: i18n.Text{FR: "Enregistrer une reprise", EN: "Record a copy elsewhere"}, From: []lifecycle.State{Published, Replicated}, To: Replicated, Roles: officer, Guard: copied},
		{Name: "unpublish", Label: i18n.Text{FR: "Retirer de la publication", EN: "Unpublish"}, From: []lifecycle.State{Published, Replicated}, To: Retained, Roles: officer, Reason: true},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir", EN: "Reopen"}, From: []lifecycle.State{Dropped}, To: Spotted, Roles: officer, Reason: true},
	},
})

// sourced wants evidence, each with its source.
func sourced(x *Initiative) error {
	ok := len(x.Content.V.Evidence) > 0
	for _, e := range x.Content.V.Evidence {
		ok = ok && e.Source != "" && !e.Claim.Empty()
	}
	if !ok {
		return fault.Refused("evidence", "Donnez au moins un fait, et la source de chacun.", "Give at least one fact, and the source of each.")
	}
	return nil
}

// complete wants the kit that lets others copy.
func complete(x *Initiative) error {
	c := x.Content.V
	if len(c.Takes) == 0 || len(c.Partners) == 0 || len(c.Steps) == 0 || c.Cost.Empty() {
		return fault.Refused("kit", "Complétez le mode d’emploi : ce qu’il faut, avec qui, à quel coût, en quelles étapes.", "Complete the kit: what it takes, with whom, at what cost, in which steps.")
	}
	return sourced(x)
}

func copied(x *Initiative) error {
	if len(x.Content.V.Replications) == 0 {
		return fault.Refused("replication", "Dites où l’initiative a été reprise.", "Say where the initiative was copied.")
	}
	return nil
}

package protocols

import (
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Day is a calendar day.
type Day = clock.Day

// Action is what the parties do within an axis. Source names the projects that follow from it; "" when none is counted.
type Action struct {
	ID     string    `json:"id"`
	Title  i18n.Text `json:"title"`
	Source string    `json:"source,omitempty"`
}

// Axis is a direction of the protocol.
type Axis struct {
	ID      string    `json:"id"`
	Title   i18n.Text `json:"title"`
	Actions []Action  `json:"actions"`
}

// Told is a figure that a source outside the product tells.
type Told struct {
	Claim    i18n.Text `json:"claim"`
	Value    string    `json:"value"`
	Source   string    `json:"source"`
	Verified bool      `json:"verified"`
}

// Term is a length of time for which the protocol was signed or renewed.
type Term struct {
	Signed Day `json:"signed"`
	Ends   Day `json:"ends"`
}

// Content is what a protocol says.
type Content struct {
	Title   i18n.Text `json:"title"`
	Purpose i18n.Text `json:"purpose"`
	Axes    []Axis    `json:"axes"`
	Told    []Told    `json:"told,omitempty"`
	Terms   []Term    `json:"terms"`
}

// Protocol is an agreement between the agency and a partner.
type Protocol struct {
	ID          string           `db:"id"`
	State       lifecycle.State  `db:"state"`
	Since       time.Time        `db:"since"`
	Region      string           `db:"region"`
	PartnerID   string           `db:"partner_id"`
	PartnerName string           `db:"partner_name"`
	Signed      Day              `db:"signed_on"`
	Ends        Day              `db:"ends_on"`
	Content     db.JSON[Content] `db:"content"`
	Version     int              `db:"version"`
	CreatedAt   time.Time        `db:"created_at"`
	UpdatedAt   time.Time        `db:"updated_at"`

	// Reviews are the yearly reviews, oldest first; not a column.
	Reviews []Review `db:"-"`
	// renewal is the end of the term asked for, while it is renewed.
	renewal Day
}

// Review is a yearly review. Figures are frozen when it is closed.
type Review struct {
	ID          string           `db:"id"`
	ProtocolID  string           `db:"protocol_id"`
	Opened      Day              `db:"opened_on"`
	AgencyWord  string           `db:"agency_word"`
	PartnerWord string           `db:"partner_word"`
	Closed      Day              `db:"closed_on"`
	Figures     db.JSON[Figures] `db:"figures"`
}

// Scope is where the protocol is; the partner is its structure.
func (p *Protocol) Scope() accounts.Scope {
	return accounts.Scope{Region: p.Region, Structure: p.PartnerID}
}

// StateLabel is how people read the state.
func (p *Protocol) StateLabel() i18n.Text { return Life.Label(p.State) }

// Open is the review that goes on; nil when none does.
func (p *Protocol) Open() *Review {
	if i := slices.IndexFunc(p.Reviews, func(r Review) bool { return r.Closed == "" }); i >= 0 {
		return &p.Reviews[i]
	}
	return nil
}

// ReviewDue is the day before which the next yearly review opens; "" when none is awaited.
func (p *Protocol) ReviewDue() Day {
	for _, due := range Life.Deadlines(p, p.State, p.Since) {
		return clock.DayOf(due.At)
	}
	return ""
}

// Late tells whether the yearly review is awaited past its day.
func (p *Protocol) Late(on Day) bool {
	due := p.ReviewDue()
	return due != "" && due < on
}

// Axis finds an axis.
func (p *Protocol) Axis(id string) *Axis {
	axes := p.Content.V.Axes
	if i := slices.IndexFunc(axes, func(a Axis) bool { return a.ID == id }); i >= 0 {
		return &axes[i]
	}
	return nil
}

// Sources lists the sources of projects that the actions follow, each once.
func (p *Protocol) Sources() []string {
	var all []string
	for _, axis := range p.Content.V.Axes {
		for _, a := range axis.Actions {
			if a.Source != "" && !slices.Contains(all, a.Source) {
				all = append(all, a.Source)
			}
		}
	}
	return all
}

// The states of a protocol.
const (
	Signed   lifecycle.State = "signed"
	Axes     lifecycle.State = "axes"
	Actions  lifecycle.State = "actions"
	Projects lifecycle.State = "projects"
	Reviewed lifecycle.State = "review"
	Renewed  lifecycle.State = "renewed"
	Ended    lifecycle.State = "ended"
)

var (
	officers = []accounts.Role{accounts.RoleOfficer}
	parties  = []accounts.Role{accounts.RoleOfficer, accounts.RoleReviewer, accounts.RolePartner}
)

type states = []lifecycle.State

func t(fr, en string) i18n.Text { return i18n.Text{FR: fr, EN: en} }

// Life is the lifecycle of a protocol (DOMAIN: signed → axes → actions → projects → yearly review → renewed).
var Life = lifecycle.New(lifecycle.Table[*Protocol, accounts.Role]{
	Name: "protocols.protocol", Label: t("Protocole ARS–URPS", "ARS–URPS protocol"), Initial: Signed,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Signed, Label: t("signé", "signed"), Owner: accounts.RoleOfficer},
		{Name: Axes, Label: t("axes arrêtés", "axes settled"), Owner: accounts.RoleOfficer},
		{Name: Actions, Label: t("actions arrêtées", "actions settled"), Owner: accounts.RoleOfficer},
		{Name: Projects, Label: t("projets en cours", "projects under way"), Owner: accounts.RoleOfficer},
		{Name: Reviewed, Label: t("revue annuelle", "yearly review"), Owner: accounts.RoleOfficer},
		{Name: Renewed, Label: t("renouvelé", "renewed"), Owner: accounts.RoleOfficer},
		{Name: Ended, Label: t("terminé", "ended"), Terminal: true},
	},
	Moves: []lifecycle.Move[*Protocol, accounts.Role]{
		{Name: "settle_axes", Label: t("Arrêter les axes", "Settle the axes"), From: states{Signed}, To: Axes, Roles: officers, Guard: hasAxes},
		{Name: "settle_actions", Label: t("Arrêter les actions", "Settle the actions"), From: states{Axes}, To: Actions, Roles: officers, Guard: eachAxisActs},
		{Name: "open_projects", Label: t("Ouvrir aux projets", "Open to projects"), From: states{Actions}, To: Projects, Roles: officers, Guard: isFollowed},
		{Name: "review", Label: t("Ouvrir la revue annuelle", "Open the yearly review"), From: states{Projects}, To: Reviewed, Roles: parties, Deadline: lifecycle.Deadline{N: 12, Unit: lifecycle.Months}},
		{Name: "reviewed", Label: t("Clore la revue et poursuivre", "Close the review and go on"), From: states{Reviewed}, To: Projects, Roles: officers, Guard: bothSpoke},
		{Name: "renew", Label: t("Clore la revue et renouveler", "Close the review and renew"), From: states{Reviewed}, To: Renewed, Roles: officers, Guard: renewable},
		{Name: "resume", Label: t("Poursuivre les projets", "Go on with the projects"), From: states{Renewed}, To: Projects, Roles: officers},
		{Name: "revise", Label: t("Réviser les axes", "Revise the axes"), From: states{Renewed}, To: Signed, Roles: officers},
		{Name: "end", Label: t("Mettre fin au protocole", "End the protocol"), From: states{Signed, Axes, Actions, Projects, Renewed}, To: Ended, Roles: officers, Reason: true},
		{Name: "reopen", Label: t("Rouvrir", "Reopen"), From: states{Ended}, To: Signed, Roles: officers, Reason: true},
	},
})

func hasAxes(p *Protocol) error {
	if len(p.Content.V.Axes) > 0 {
		return nil
	}
	return fault.Refused("axes", "Écrivez d’abord au moins un axe.", "First write at least one axis.")
}

func eachAxisActs(p *Protocol) error {
	for _, a := range p.Content.V.Axes {
		if len(a.Actions) == 0 {
			return fault.Refused("actions", "L’axe « "+a.Title.FR+" » n’a pas encore d’action.", "The axis “"+a.Title.EN+"” has no action yet.")
		}
	}
	return hasAxes(p)
}

func isFollowed(p *Protocol) error {
	if len(p.Sources()) > 0 {
		return nil
	}
	return fault.Refused("followed", "Dites pour une action au moins de quels dossiers viennent ses projets : c’est là qu’ils seront comptés.",
		"Say for at least one action which files its projects come from: that is where they will be counted.")
}

func bothSpoke(p *Protocol) error {
	r := p.Open()
	if r != nil && r.AgencyWord != "" && r.PartnerWord != "" {
		return nil
	}
	return fault.Refused("both-parties", "Chaque partie écrit d’abord son bilan : l’ARS et « "+p.PartnerName+" ».", "Each party writes its word first: the agency and “"+p.PartnerName+"”.")
}

func renewable(p *Protocol) error {
	if err := bothSpoke(p); err != nil {
		return err
	}
	if p.renewal > p.Ends {
		return nil
	}
	return fault.Refused("term", "Donnez la fin du nouveau terme : elle suit celle du terme qui s’achève.", "Give the end of the new term: it comes after that of the term that ends.")
}

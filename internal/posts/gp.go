package posts

import (
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// GPPost is a general practitioner's post in an under-served area.
type GPPost struct {
	ID        string          `db:"id"`
	Strand    int             `db:"strand"` // 1: shared with a hospital; 2: guaranteed income
	State     lifecycle.State `db:"state"`
	Title     string          `db:"title"`
	Region    string          `db:"region"`
	Dept      string          `db:"departement"`
	Commune   string          `db:"commune"`
	Town      string          `db:"commune_name"`
	Structure string          `db:"structure_id"`
	Practice  string          `db:"practice"`
	Hospital  string          `db:"hospital"`
	Quota     int             `db:"quota_pct"`
	AtHosp    int             `db:"hospital_pct"` // percent of the working time at the hospital
	QPV       string          `db:"qpv"`          // code of the neighbourhood of the practice, or ""
	// Zone is ZIP, ZAC or QPV as verified on ZoneOn; later zonings do not change it (invariant 1).
	Zone       string     `db:"zone"`
	ZoneOn     clock.Day  `db:"zone_on"`
	ZoneNote   string     `db:"zone_note"`
	Doctor     string     `db:"doctor_name"`
	RPPS       string     `db:"rpps"`
	StartedOn  clock.Day  `db:"started_on"`
	Since      time.Time  `db:"since"`
	DueAt      *time.Time `db:"due_at"`
	SearchText string     `db:"search_text"`
	Version    int        `db:"version"`
	CreatedAt  time.Time  `db:"created_at"`
	UpdatedAt  time.Time  `db:"updated_at"`
}

// The states of a recruitment; Jury, Started, Permanent and Ended are shared with shared posts.
const (
	Open         lifecycle.State = "open"
	ZoneVerified lifecycle.State = "verified"
	Selected     lifecycle.State = "selected"
	Term         lifecycle.State = "term"
	Vacant       lifecycle.State = "vacant"
)

// Scope is where the post is.
func (p *GPPost) Scope() accounts.Scope {
	return accounts.Scope{Region: p.Region, Departement: p.Dept, Structure: p.Structure}
}

// GPLife is the lifecycle of a recruitment (DOMAIN: open → zone verified → jury → selected → started → 24 months → made permanent, ended or
// vacant).
var GPLife = lifecycle.New(lifecycle.Table[*GPPost, accounts.Role]{
	Name: "posts.recruitment", Label: i18n.Text{FR: "Poste de généraliste en zone sous-dense", EN: "GP post in an under-served area"}, Initial: Open,
	States: []lifecycle.StateRow[accounts.Role]{
		{Name: Open, Label: i18n.Text{FR: "Ouvert", EN: "Open"}, Owner: accounts.RoleOfficer},
		{Name: ZoneVerified, Label: i18n.Text{FR: "Zone vérifiée", EN: "Zone verified"}, Owner: accounts.RoleOfficer},
		{Name: Jury, Label: i18n.Text{FR: "En jury", EN: "Before the jury"}, Owner: accounts.RoleOfficer},
		{Name: Selected, Label: i18n.Text{FR: "Médecin retenu", EN: "Doctor selected"}, Owner: accounts.RoleOfficer},
		{Name: Started, Label: i18n.Text{FR: "En exercice", EN: "At work"}},
		{Name: Term, Label: i18n.Text{FR: "24 mois échus", EN: "24 months passed"}, Owner: accounts.RoleOfficer},
		{Name: Permanent, Label: i18n.Text{FR: "Pérennisé", EN: "Made permanent"}, Terminal: true},
		{Name: Ended, Label: i18n.Text{FR: "Terminé", EN: "Ended"}, Terminal: true},
		{Name: Vacant, Label: i18n.Text{FR: "Vacant", EN: "Vacant"}, Owner: accounts.RoleOfficer},
	},
	Moves: []lifecycle.Move[*GPPost, accounts.Role]{
		{Name: "verify-zone", Label: i18n.Text{FR: "Vérifier la zone", EN: "Verify the zone"}, From: []lifecycle.State{Open}, To: ZoneVerified, Roles: officer, Guard: underServed},
		{Name: "to-jury", Label: i18n.Text{FR: "Présenter au jury", EN: "Bring to the jury"}, From: []lifecycle.State{ZoneVerified}, To: Jury, Roles: officer},
		{Name: "select", Label: i18n.Text{FR: "Retenir le médecin", EN: "Select the doctor"}, From: []lifecycle.State{Jury}, To: Selected, Roles: officer, Guard: known},
		{Name: "start", Label: i18n.Text{FR: "Prise de poste", EN: "Start"}, From: []lifecycle.State{Selected}, To: Started, Roles: officer, Guard: known},
		{Name: "reach-term", Label: i18n.Text{FR: "24 mois échus", EN: "24 months passed"}, From: []lifecycle.State{Started}, To: Term, Roles: []accounts.Role{accounts.RoleOfficer, lifecycle.System},
			Deadline: lifecycle.Deadline{N: 24, Unit: lifecycle.Months}, Automatic: true},
		{Name: "make-permanent", Label: i18n.Text{FR: "Pérenniser", EN: "Make permanent"}, From: []lifecycle.State{Started, Term}, To: Permanent, Roles: officer},
		{Name: "end", Label: i18n.Text{FR: "Terminer", EN: "End"}, From: []lifecycle.State{Started, Term, Permanent}, To: Ended, Roles: officer, Reason: true},
		{Name: "vacate", Label: i18n.Text{FR: "Déclarer vacant", EN: "Declare vacant"}, From: []lifecycle.State{Jury, Selected, Started, Term, Permanent}, To: Vacant, Roles: officer, Reason: true},
		{Name: "reopen", Label: i18n.Text{FR: "Rouvrir", EN: "Reopen"}, From: []lifecycle.State{Ended, Vacant}, To: Open, Roles: officer, Reason: true},
	},
})

// underServed refuses a practice outside ZIP, ZAC and QPV (invariant 8).
func underServed(p *GPPost) error {
	if p.Zone == "ZIP" || p.Zone == "ZAC" || p.Zone == "QPV" {
		return nil
	}
	return fault.Refused("invariant-8", "Le lieu d’exercice n’est ni en ZIP, ni en ZAC, ni dans un quartier prioritaire : ce poste ne peut pas y être ouvert.",
		"The practice is neither in ZIP, nor in ZAC, nor in a priority neighbourhood: this post cannot be there.")
}

func known(p *GPPost) error {
	if p.Doctor == "" || p.RPPS == "" {
		return fault.Refused("invariant-8", "Donnez le nom et le numéro RPPS du médecin : c’est par lui que le médecin n’est compté qu’une fois.", "Give the doctor's name and RPPS number: by it the doctor counts once.")
	}
	return nil
}

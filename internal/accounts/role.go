package accounts

import (
	"slices"

	"maillage/internal/platform/i18n"
)

// Role is what a person is here for.
type Role string

// The roles.
const (
	RoleAdmin         Role = "admin"         // runs the installation: accounts, audit, imports
	RoleOfficer       Role = "officer"       // regional health agency: regional office or departmental delegation
	RoleApplicant     Role = "applicant"     // coordinator of a structure that asks for support
	RoleReviewer      Role = "reviewer"      // gives opinions: expert, URPS, federation, CPAM, CDOM
	RoleGP            Role = "gp"            // general practitioner who asks a dermatologist (requérant)
	RoleDermatologist Role = "dermatologist" // answers (requis)
	RoleSecretary     Role = "secretary"     // books the visits of a dermatologist
	RolePartner       Role = "partner"       // town, préfecture, hospital, university: owns a share of a common action
)

// Roles lists every role, in the order in which they are shown.
var Roles = []Role{RoleAdmin, RoleOfficer, RoleApplicant, RoleReviewer, RoleGP, RoleDermatologist, RoleSecretary, RolePartner}

// roleNames is how people read a role.
var roleNames = map[Role]i18n.Text{
	RoleAdmin:         {FR: "Administrateur", EN: "Administrator"},
	RoleOfficer:       {FR: "Agent de l’ARS", EN: "Agency officer"},
	RoleApplicant:     {FR: "Porteur de projet", EN: "Applicant"},
	RoleReviewer:      {FR: "Évaluateur", EN: "Reviewer"},
	RoleGP:            {FR: "Médecin généraliste", EN: "General practitioner"},
	RoleDermatologist: {FR: "Dermatologue", EN: "Dermatologist"},
	RoleSecretary:     {FR: "Secrétaire médical", EN: "Medical secretary"},
	RolePartner:       {FR: "Institution partenaire", EN: "Partner institution"},
	everybody:         {FR: "Tout le monde", EN: "Anyone"},
	signedIn:          {FR: "Toute personne connectée", EN: "Anyone signed in"},
}

// Name is how people read the role.
func (r Role) Name() i18n.Text { return roleNames[r] }

// Valid tells whether the role exists.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// NeedsSecondFactor tells whether the role counts only in a session with a second factor: those who meet patients, and
// administrators.
func (r Role) NeedsSecondFactor() bool {
	switch r {
	case RoleGP, RoleDermatologist, RoleSecretary, RoleAdmin:
		return true
	default:
		return false
	}
}

// Grant is a role and where it holds. Region is an INSEE region code ("11"), Departement a département code ("91", "2A"), Structure
// the identifier of a structure or institution. What is empty does not narrow: a grant with none of them holds everywhere.
type Grant struct {
	Role        Role   `db:"role"`
	Region      string `db:"region"`
	Departement string `db:"departement"`
	Structure   string `db:"structure"`
}

// Scope is where an object is, and whose it is. What is empty is unknown, and an unknown place is inside no narrower grant. The
// region may be left out when the département is given.
type Scope struct {
	Region, Departement, Structure, Owner string
}

// covers tells whether the territory of a grant holds the object.
func (g Grant) covers(at Scope) bool {
	if g.Departement != "" {
		return g.Departement == at.Departement
	}
	return g.Region == "" || g.Region == at.region()
}

// region is the region of the object, found from its département when it was left out.
func (s Scope) region() string {
	if s.Region != "" {
		return s.Region
	}
	return RegionOf(s.Departement)
}

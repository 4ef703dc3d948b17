package accounts

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// State is where an account is in its life: invited → active ⇄ disabled.
type State string

// The states of an account.
const (
	StateInvited  State = "invited"  // a link was sent, nobody came yet
	StateActive   State = "active"   // may sign in
	StateDisabled State = "disabled" // may not; its history stays
)

var stateNames = map[State]i18n.Text{
	StateInvited:  {FR: "Invité", EN: "Invited"},
	StateActive:   {FR: "Actif", EN: "Active"},
	StateDisabled: {FR: "Désactivé", EN: "Disabled"},
}

// Name is how people read the state.
func (s State) Name() i18n.Text { return stateNames[s] }

// Person is somebody with an account.
type Person struct {
	ID             string    `db:"id"`
	Name           string    `db:"name"`
	Email          string    `db:"email"` // folded
	RPPS           string    `db:"rpps"`  // 11 digits, or ""
	OrganisationID string    `db:"organisation_id"`
	Lang           i18n.Lang `db:"lang"`
	State          State     `db:"state"`
	Version        int       `db:"version"`
	CreatedAt      time.Time `db:"created_at"`
	UpdatedAt      time.Time `db:"updated_at"`
	Grants         []Grant   `db:"-"`
}

const maxName, maxEmail = 120, 254 // characters

// FoldEmail brings an address to the form under which it is kept and compared.
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkPerson refuses the fields of a person that cannot be kept.
func checkPerson(f fault.Fields, p Person) {
	if p.Name == "" || utf8.RuneCountInString(p.Name) > maxName {
		f.Add("name", "Indiquez le prénom et le nom, en 120 caractères au plus.", "Give the first and last name, in 120 characters at most.")
	}
	address, err := mail.ParseAddress(p.Email)
	if err != nil || address.Address != p.Email || len(p.Email) > maxEmail {
		f.Add("email", "Indiquez une adresse électronique complète, par exemple prenom.nom@example.org.",
			"Give a complete e-mail address, for example first.last@example.org.")
	}
	if p.RPPS != "" && !isRPPS(p.RPPS) {
		f.Add("rpps", "Un numéro RPPS compte 11 chiffres.", "An RPPS number has 11 digits.")
	}
	if p.Lang != i18n.FR && p.Lang != i18n.EN {
		f.Add("lang", "Choisissez le français ou l’anglais.", "Choose French or English.")
	}
}

// isRPPS tells whether a text has the form of a doctor's number. Its check digit is not asked for: public test numbers fail it.
func isRPPS(s string) bool {
	return len(s) == 11 && strings.Trim(s, "0123456789") == ""
}

func searchText(p Person) string { return db.Fold(p.Name, p.Email, p.RPPS) }

// checkGrants refuses roles and territories that do not exist or do not fit together. The field is "grants".
func checkGrants(f fault.Fields, grants []Grant) {
	seen := map[Grant]bool{}
	for _, g := range grants {
		switch {
		case !g.Role.Valid():
			f.Add("grants", "Ce rôle n’existe pas.", "There is no such role.")
		case seen[g]:
			f.Add("grants", "Le même rôle est donné deux fois au même endroit.", "The same role is given twice in the same place.")
		case g.Region != "" && RegionName(g.Region) == "":
			f.Add("grants", "Cette région n’existe pas.", "There is no such region.")
		case g.Departement != "" && RegionOf(g.Departement) == "":
			f.Add("grants", "Ce département n’existe pas.", "There is no such département.")
		case g.Departement != "" && g.Region != "" && RegionOf(g.Departement) != g.Region:
			f.Add("grants", "Ce département n’est pas dans cette région.", "This département is not in this region.")
		case needsStructure(g.Role) && g.Structure == "":
			f.Add("grants", "Ce rôle s’exerce pour une structure : choisissez-la.", "This role is held for a structure: choose it.")
		}
		seen[g] = true
	}
}

// needsStructure tells whether a role means nothing without a structure.
func needsStructure(r Role) bool { return r == RoleApplicant || r == RolePartner }

package protocols

import (
	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
)

// Permissions of the room.
var (
	PermRead   = accounts.Declare("protocols.read", i18n.Text{FR: "Lire les axes, les actions et les bilans des protocoles", EN: "Read the axes, actions and reviews of protocols"}, accounts.Anyone)
	PermDetail = accounts.Declare("protocols.detail", i18n.Text{FR: "Voir un à un les projets d’un protocole, sa revue en cours et son historique", EN: "See the projects of a protocol one by one, its open review and its history"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory}, accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.InStructure},
		accounts.Allow{Role: accounts.RolePartner, Reach: accounts.InStructure})
	PermManage = accounts.Declare("protocols.manage", i18n.Text{FR: "Tenir les protocoles de sa région", EN: "Keep the protocols of one’s region"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermParty = accounts.Declare("protocols.party", i18n.Text{FR: "Ouvrir la revue annuelle d’un protocole dont on est partie et y écrire", EN: "Open the yearly review of a protocol to which one is party, and write in it"},
		accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.InStructure}, accounts.Allow{Role: accounts.RolePartner, Reach: accounts.InStructure})
	// PermMove lets one of the two parties move a protocol on; the lifecycle says which one does what.
	PermMove = accounts.Declare("protocols.move", i18n.Text{FR: "Faire avancer un protocole", EN: "Move a protocol on"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory}, accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.InStructure},
		accounts.Allow{Role: accounts.RolePartner, Reach: accounts.InStructure})
)

// RolesOn lists the roles under which an actor moves a protocol. The partner acts as a reviewer does, whatever its account.
func RolesOn(actor accounts.Actor, at accounts.Scope) []accounts.Role {
	if actor.IsSystem() {
		return []accounts.Role{lifecycle.System, accounts.RoleOfficer}
	}
	var roles []accounts.Role
	if actor.Can(PermManage, at) {
		roles = append(roles, accounts.RoleOfficer)
	}
	if actor.Can(PermParty, at) {
		roles = append(roles, accounts.RoleReviewer, accounts.RolePartner)
	}
	return roles
}

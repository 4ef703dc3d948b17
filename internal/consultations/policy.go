package consultations

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// What may be done here, and by whom.
var (
	PermRead = accounts.Declare("consultations.read", i18n.Text{FR: "Lire les consultations avancées ouvertes", EN: "Read the advanced consultations that opened"}, accounts.Anyone)
	// PermTakePart is asked with each partner's structure.
	PermTakePart = accounts.Declare("consultations.take-part", i18n.Text{FR: "Porter une facette et déclarer les séances d’une consultation partagée", EN: "Own a facet and report the sessions of a shared consultation"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory}, accounts.Allow{Role: accounts.RolePartner, Reach: accounts.InStructure})
	PermManage = accounts.Declare("consultations.manage", i18n.Text{FR: "Conduire les consultations avancées de son territoire", EN: "Run the advanced consultations of one's territory"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
)

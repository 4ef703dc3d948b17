package posts

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// What may be done here, and by whom.
var (
	PermCalculate = accounts.Declare("posts.calculate", i18n.Text{FR: "Calculer quotités et parts d’un poste", EN: "Compute the quotas and shares of a post"}, accounts.Anyone)
	PermRead      = accounts.Declare("posts.read", i18n.Text{FR: "Suivre les postes de son territoire ou de sa structure", EN: "Follow the posts of one's territory or structure"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory}, accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure},
		accounts.Allow{Role: accounts.RolePartner, Reach: accounts.InStructure})
	PermApply = accounts.Declare("posts.apply", i18n.Text{FR: "Préparer et déposer un poste partagé", EN: "Prepare and file a shared post"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory}, accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
	PermManage = accounts.Declare("posts.manage", i18n.Text{FR: "Conduire les postes de son territoire", EN: "Run the posts of one's territory"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
)

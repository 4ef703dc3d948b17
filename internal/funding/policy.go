package funding

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// What may be done here, and by whom. The author of the dossier reads the tracker and files reports (Grants says who that is).
var (
	PermManage = accounts.Declare("funding.manage", i18n.Text{FR: "Établir, signer, engager les conventions de son territoire", EN: "Draw up, sign and commit the agreements of one's territory"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermPay = accounts.Declare("funding.pay", i18n.Text{FR: "Ordonner les paiements de son territoire (jamais d’un dossier instruit ou décidé par soi)", EN: "Order the payments of one's territory (never of an application one processed or decided)"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
)

package reports

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room.
var (
	PermRead = accounts.Declare("reports.read", i18n.Text{FR: "Lire le bilan annuel public", EN: "Read the public yearly report"}, accounts.Anyone)
	PermFull = accounts.Declare("reports.full", i18n.Text{FR: "Lire les petits effectifs du bilan de son territoire", EN: "Read the small counts of one's territory in the yearly report"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
)

package territory

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room.
var (
	PermDatasets = accounts.Declare("territory.datasets", i18n.Text{
		FR: "Voir les jeux de données importés, leurs versions et leurs rapports",
		EN: "See the imported datasets, their versions and their reports"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.Everywhere})
	PermImport = accounts.Declare("territory.import", i18n.Text{
		FR: "Importer un fichier officiel, annuler un import",
		EN: "Import an official file, roll an import back"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
)

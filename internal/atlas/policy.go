package atlas

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// PermRead opens every public page of the atlas.
var PermRead = accounts.Declare("atlas.read", i18n.Text{
	FR: "Lire les cartes, les tableaux et les indicateurs de la région",
	EN: "Read the region's maps, tables and indicators",
}, accounts.Anyone)

// PermSave lets a signed-in person keep scenarios; PermEdit lets their owner change or delete them.
var (
	PermSave = accounts.Declare("atlas.scenario.save", i18n.Text{
		FR: "Enregistrer un scénario du simulateur",
		EN: "Save a scenario of the sandbox",
	}, accounts.SignedIn)
	PermEdit = accounts.Declare("atlas.scenario.edit", i18n.Text{
		FR: "Modifier ou supprimer ses propres scénarios",
		EN: "Change or delete one's own scenarios",
	}, accounts.SignedInOwn)
)

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

package desk

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// PermEnter opens the front door; who is not signed in finds the region at a glance there.
var PermEnter = accounts.Declare("desk.enter", i18n.Text{FR: "Entrer : la région en un coup d’œil, ou ce qui attend la personne connectée", EN: "Enter: the region at a glance, or what waits for whoever is signed in"}, accounts.Anyone)

package rulebook

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room.
var (
	PermRead = accounts.Declare("rulebook.read", i18n.Text{
		FR: "Lire les règles, demander « que puis-je obtenir ici ? »", EN: "Read the rules, ask “what can I get here?”"}, accounts.Anyone)
	PermWrite = accounts.Declare("rulebook.write", i18n.Text{
		FR: "Écrire, relire et mettre en vigueur une version de règle", EN: "Write, review and put in force a version of a rule"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
	PermSimulate = accounts.Declare("rulebook.simulate", i18n.Text{
		FR: "Simuler un changement de zonage", EN: "Simulate a change of zoning"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
)

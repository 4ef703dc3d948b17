package structures

import (
	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
)

// The permissions of this room.
var (
	PermRead = accounts.Declare("structures.read", i18n.Text{
		FR: "Voir l’identité, le lieu et l’état des structures", EN: "See the identity, place and state of structures"}, accounts.Anyone)
	PermDetail = accounts.Declare("structures.detail", i18n.Text{
		FR: "Voir les membres, les contacts et l’historique d’une structure", EN: "See a structure’s members, contacts and history"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
	PermWrite = accounts.Declare("structures.write", i18n.Text{
		FR: "Tenir à jour une structure", EN: "Keep a structure up to date"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
	PermCreate = accounts.Declare("structures.create", i18n.Text{
		FR: "Créer une structure, fusionner des doublons", EN: "Create a structure, merge duplicates"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermImport = accounts.Declare("structures.import", i18n.Text{
		FR: "Importer le répertoire FINESS", EN: "Import the FINESS register"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
)

// The permissions of practices in difficulty.
var (
	PermFragility = accounts.Declare("structures.fragility", i18n.Text{
		FR: "Voir le score de fragilité d’un cabinet et ce qui l’explique", EN: "See a practice’s score of fragility and what explains it"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
	PermSignal = accounts.Declare("structures.signal", i18n.Text{
		FR: "Signaler un cabinet en difficulté", EN: "Signal a practice in difficulty"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
	PermAudit = accounts.Declare("structures.audit", i18n.Text{
		FR: "Faire l’audit d’un cabinet qui vous est confié", EN: "Audit a practice entrusted to you"},
		accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.InTerritory})
)

// permAs tells under which roles somebody acts on a structure: each needs the permission for it.
var (
	permOfficer = accounts.Declare("structures.as-officer", i18n.Text{
		FR: "Faire avancer une structure pour l’ARS", EN: "Move a structure on for the agency"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	permTeam = accounts.Declare("structures.as-team", i18n.Text{
		FR: "Faire avancer sa propre structure", EN: "Move one’s own structure on"},
		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
)

// RolesOn lists the roles under which an actor may move a structure.
func RolesOn(actor accounts.Actor, at accounts.Scope) []accounts.Role {
	if actor.IsSystem() {
		return []accounts.Role{lifecycle.System, accounts.RoleOfficer, accounts.RoleApplicant}
	}
	var roles []accounts.Role
	if actor.Can(permOfficer, at) {
		roles = append(roles, accounts.RoleOfficer)
	}
	if actor.Can(permTeam, at) {
		roles = append(roles, accounts.RoleApplicant)
	}
	return roles
}

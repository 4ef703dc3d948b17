package operations

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room.
var (
	PermSee = accounts.Declare("operations.see", i18n.Text{
		FR: "Voir l’état du service et les tâches", EN: "See the state of the service and its jobs"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
	PermManage = accounts.Declare("operations.manage", i18n.Text{
		FR: "Relancer ou annuler une tâche", EN: "Retry or cancel a job"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
)

package accounts

import "maillage/internal/platform/i18n"

// The permissions of this room.
var (
	PermSignIn = Declare("accounts.sign-in", i18n.Text{
		FR: "Se connecter, accepter une invitation, retrouver son mot de passe",
		EN: "Sign in, accept an invitation, recover a password"}, Anyone)
	PermOwn = Declare("accounts.own", i18n.Text{
		FR: "Gérer son compte : langue, mot de passe, second facteur, sessions",
		EN: "Manage one's own account: language, password, second factor, sessions"}, SignedInOwn)
	PermPeopleSee = Declare("accounts.people.see", i18n.Text{
		FR: "Voir les comptes, leurs rôles et leur territoire",
		EN: "See accounts, their roles and their territory"}, Allow{RoleAdmin, Everywhere})
	PermPeopleManage = Declare("accounts.people.manage", i18n.Text{
		FR: "Inviter, donner des rôles, désactiver, retirer un second facteur",
		EN: "Invite, give roles, disable, remove a second factor"}, Allow{RoleAdmin, Everywhere})
	PermAudit = Declare("accounts.audit", i18n.Text{
		FR: "Lire le journal d’audit",
		EN: "Read the audit record"}, Allow{RoleAdmin, Everywhere})
)

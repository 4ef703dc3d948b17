package fhir

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room. Resources ask for those of the room that they come from.
var (
	PermDescribe = accounts.Declare("fhir.describe", i18n.Text{
		FR: "Lire ce que le serveur FHIR sait faire", EN: "Read what the FHIR server can do"}, accounts.Anyone)
	permPractitioners = accounts.Declare("fhir.practitioners", i18n.Text{
		FR: "Lire par FHIR les professionnels que l’on voit déjà sur les pages", EN: "Read over FHIR the professionals that one already sees on pages"}, accounts.SignedIn)
	PermExchange = accounts.Declare("fhir.exchange", i18n.Text{
		FR: "Créer et suivre des demandes depuis un autre logiciel, avec le secret qu’il a reçu", EN: "Create and follow requests from another program, with the secret it was given"}, accounts.Anyone)
	PermClients = accounts.Declare("fhir.clients", i18n.Text{
		FR: "Donner et retirer leur secret aux logiciels qui échangent par FHIR", EN: "Give and withdraw the secrets of programs that exchange over FHIR"},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
)

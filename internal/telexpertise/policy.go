package telexpertise

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// The permissions of this room. They open a door; inside, only a part in the case or in the pool counts (parts.go).
var (
	PermEnter = accounts.Declare("telexpertise.enter", i18n.Text{
		FR: "Entrer dans la télé-expertise", EN: "Enter tele-expertise"},
		accounts.Allow{Role: accounts.RoleGP, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleSecretary, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermAsk = accounts.Declare("telexpertise.ask", i18n.Text{
		FR: "Demander un avis, suivre ses demandes, lire la réponse", EN: "Ask for an opinion, follow one’s requests, read the answer"},
		accounts.Allow{Role: accounts.RoleGP, Reach: accounts.Everywhere})
	PermAnswer = accounts.Declare("telexpertise.answer", i18n.Text{
		FR: "Répondre aux demandes de ses pools", EN: "Answer the requests of one’s pools"},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere})
	PermBook = accounts.Declare("telexpertise.book", i18n.Text{
		FR: "Programmer les consultations de ses pools", EN: "Book the visits of one’s pools"},
		accounts.Allow{Role: accounts.RoleSecretary, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere})
	PermCase = accounts.Declare("telexpertise.case", i18n.Text{
		FR: "Ouvrir une demande où l’on a une part", EN: "Open a request in which one has a part"},
		accounts.Allow{Role: accounts.RoleGP, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleSecretary, Reach: accounts.Everywhere})
	PermLead = accounts.Declare("telexpertise.lead", i18n.Text{
		FR: "Régler un pool dont on est responsable", EN: "Set up a pool that one leads"},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere},
		accounts.Allow{Role: accounts.RoleAdmin, Reach: accounts.Everywhere})
	PermFigures = accounts.Declare("telexpertise.figures", i18n.Text{
		FR: "Lire les chiffres agrégés de la télé-expertise", EN: "Read the aggregated figures of tele-expertise"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory},
		accounts.Allow{Role: accounts.RoleDermatologist, Reach: accounts.Everywhere})
	PermPhone = accounts.Declare("telexpertise.phone", i18n.Text{
		FR: "Ouvrir la page vide du téléphone, qui se garde pour le hors ligne", EN: "Open the phone’s empty page, which is kept for offline use"}, accounts.Anyone)
	PermSlip = accounts.Declare("telexpertise.slip", i18n.Text{
		FR: "Ouvrir la fiche du patient avec son secret", EN: "Open the patient’s slip with its secret"}, accounts.Anyone)
)

// doors says which permission each part of a member needs: a role that does not count in this session (no second factor) closes the
// part too.
var doors = map[Part]accounts.Permission{
	PartRequester: PermAsk, PartExpert: PermAnswer, PartSecretary: PermBook, PartCoordinator: PermBook, PartLead: PermLead,
}

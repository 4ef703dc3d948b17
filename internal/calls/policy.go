package calls

import (
	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// What may be done here, and by whom. A dossier without an account is opened by its key instead (see Service.open).
var (
	PermRead = accounts.Declare("calls.read", i18n.Text{FR: "Lire les appels publiés et commencer un dossier", EN: "Read published calls and start an application"}, accounts.Anyone)
	PermCall = accounts.Declare("calls.manage", i18n.Text{FR: "Préparer, publier et clôturer un appel à projets", EN: "Prepare, publish and close a call for projects"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermDossier  = accounts.Declare("calls.dossier", i18n.Text{FR: "Remplir et suivre ses dossiers", EN: "Fill in and follow one's applications"}, accounts.SignedInOwn)
	PermInstruct = accounts.Declare("calls.instruct", i18n.Text{FR: "Instruire les dossiers de son territoire", EN: "Process the applications of one's territory"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermDecide = accounts.Declare("calls.decide", i18n.Text{FR: "Décider sur les dossiers de son territoire (jamais ceux que l’on a instruits)", EN: "Decide on the applications of one's territory (never those one processed)"},
		accounts.Allow{Role: accounts.RoleOfficer, Reach: accounts.InTerritory})
	PermReview = accounts.Declare("calls.review", i18n.Text{FR: "Donner les avis qui nous sont demandés", EN: "Give the opinions asked of us"},
		accounts.Allow{Role: accounts.RoleReviewer, Reach: accounts.Own})
)

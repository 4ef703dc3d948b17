package telexpertise

import "maillage/internal/platform/i18n"

// Part is the part somebody takes in one case or one pool.
type Part string

// The parts.
const (
	PartRequester   Part = "requester"   // asked; every requester of the pool asks for their own patients
	PartExpert      Part = "expert"      // answers cases of the pool
	PartTaker       Part = "taker"       // the expert who holds this case, or who answered it
	PartSecretary   Part = "secretary"   // books visits
	PartCoordinator Part = "coordinator" // keeps cases from being forgotten
	PartLead        Part = "lead"        // answers for the pool: settings, figures, discordances
	PartSystem      Part = "system"      // clocks
)

// Parts lists those that people take, in the order in which they are shown.
var Parts = []Part{PartRequester, PartExpert, PartTaker, PartSecretary, PartCoordinator, PartLead}

// memberParts are those that a member of a pool is given.
var memberParts = []Part{PartRequester, PartExpert, PartSecretary, PartCoordinator, PartLead}

var partNames = map[Part]i18n.Text{
	PartRequester:   {FR: "médecin requérant", EN: "requesting doctor"},
	PartExpert:      {FR: "dermatologue", EN: "dermatologist"},
	PartTaker:       {FR: "dermatologue en charge", EN: "dermatologist in charge"},
	PartSecretary:   {FR: "secrétaire", EN: "secretary"},
	PartCoordinator: {FR: "coordonnateur", EN: "coordinator"},
	PartLead:        {FR: "responsable du pool", EN: "lead of the pool"},
	PartExceptional: {FR: "accès exceptionnel", EN: "exceptional access"},
	PartSystem:      {FR: "le système", EN: "the system"},
}

// Name is how people read the part.
func (p Part) Name() i18n.Text { return partNames[p] }

package telexpertise

import (
	"slices"

	"maillage/internal/accounts"
)

// partsIn says which parts an actor takes in a case, from what they are in its pool.
func partsIn(actor accounts.Actor, held []Member, c *Case) []Part {
	if actor.IsSystem() {
		return []Part{PartSystem}
	}
	var parts []Part
	for _, m := range held {
		if m.PoolID != c.PoolID || m.PersonID != actor.ID || !actor.CanSomewhere(doors[m.Part]) {
			continue
		}
		switch {
		case m.Part == PartRequester && c.RequesterID != actor.ID: // somebody else's patient
		case m.Part != PartRequester && c.State == StateDraft: // not sent yet: nobody else's business
		case m.Part == PartSecretary && c.Visit == VisitNone: // nothing to book
		default:
			parts = append(parts, m.Part)
		}
	}
	if slices.Contains(parts, PartExpert) && c.TakerID == actor.ID {
		parts = append(parts, PartTaker)
	}
	return parts
}

// seesHealth tells whether the parts include one that reads photographs and clinical data: not the secretary's alone.
func seesHealth(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool {
		return p == PartRequester || p == PartExpert || p == PartExceptional || p == PartSystem
	})
}

package telexpertise

import (
	"cmp"
	"slices"
)

// Candidate is an expert as dispatch sees them.
type Candidate struct {
	ID          string
	Departement string
	OnDuty      bool // in the duty calendar today
	Away        bool // on holiday today: never offered
	Load        int  // cases that they hold or were offered, unanswered
	Capacity    int  // cases that they accept to have open at once; 0 for no limit
}

// full tells whether the candidate has as many cases as they accept.
func (c Candidate) full() bool { return c.Capacity > 0 && c.Load >= c.Capacity }

// Distance says how far apart two départements are, in kilometres; 0 for the same one.
type Distance func(a, b string) float64

// Policy orders the candidates for a case of a département, best first. It leaves out those who cannot be offered it.
type Policy func(departement string, candidates []Candidate, far Distance) []Candidate

// Share is the policy of the product: who is on duty, then who still has room, then the same or the nearest département, then the
// lowest load. Equal candidates keep the order of their identifiers, so that two runs give one answer.
func Share(departement string, candidates []Candidate, far Distance) []Candidate {
	return order(candidates, func(a, b Candidate) int {
		return cmp.Or(
			first(a.OnDuty, b.OnDuty),
			first(!a.full(), !b.full()),
			cmp.Compare(far(departement, a.Departement), far(departement, b.Departement)),
			cmp.Compare(a.Load, b.Load),
			cmp.Compare(a.ID, b.ID),
		)
	})
}

// Nearest is the policy that the simulation compares with: the nearest département, whatever the load.
func Nearest(departement string, candidates []Candidate, far Distance) []Candidate {
	return order(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(far(departement, a.Departement), far(departement, b.Departement)), cmp.Compare(a.ID, b.ID))
	})
}

func order(candidates []Candidate, less func(a, b Candidate) int) []Candidate {
	can := slices.DeleteFunc(slices.Clone(candidates), func(c Candidate) bool { return c.Away })
	slices.SortFunc(can, less)
	return can
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Offer is who sees a case as theirs to take, at one level of the escalation.
type Offer struct {
	Level int
	// To is one expert; "" when every expert of the pool may take it.
	To string
}

// NextOffer is where a case goes when the offer at level, made to those already tried, ran out (or, with level −1, when it arrives).
// Without a candidate left it goes to all, then to the coordinator.
func NextOffer(level int, tried []string, ordered []Candidate) Offer {
	next := level + 1
	if next >= LevelAll {
		return Offer{Level: min(next, LevelCoordinator)}
	}
	for _, c := range ordered {
		if !slices.Contains(tried, c.ID) {
			return Offer{Level: next, To: c.ID}
		}
	}
	if len(ordered) == 0 {
		return Offer{Level: LevelCoordinator}
	}
	return Offer{Level: LevelAll}
}

package telexpertise

import (
	"cmp"
	"slices"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// Candidate is an expert as dispatch sees them.
type Candidate struct {
	ID          string
	Departement string
	OnDuty      bool // in the duty calendar today
	Away        bool // on holiday today: never offered
	Idle        bool // did not open the worklist lately: others first
	Load        int  // cases that they hold or were offered, unanswered
	Recent      int  // cases that they answered in the last four weeks
	Capacity    int  // cases that they accept to have open at once; 0 for no limit
}

// full tells whether the candidate has as many cases as they accept.
func (c Candidate) full() bool { return c.Capacity > 0 && c.Load >= c.Capacity }

// Distance says how far apart two départements are, in kilometres; 0 for the same one.
type Distance func(a, b string) float64

// Policy orders the candidates for a case of a département, best first. It leaves out those who cannot be offered it.
type Policy func(departement string, candidates []Candidate, far Distance) []Candidate

// Share is the policy of the product: who is on duty, then who still has room, then who opened the worklist lately, then the same or
// the nearest département, then the lowest load, open cases first. Equal candidates keep the order of their identifiers, so that two
// runs give one answer.
func Share(departement string, candidates []Candidate, far Distance) []Candidate {
	return order(departement, candidates, far, func(a, b placed) int {
		return cmp.Or(willing(a, b), cmp.Compare(a.km, b.km), cmp.Compare(a.Load, b.Load), cmp.Compare(a.Recent, b.Recent), cmp.Compare(a.ID, b.ID))
	})
}

// ShareByLoad is the same with the load before the distance: for a pool whose visits are shared too, where nearness matters for the
// slot and not for the answer.
func ShareByLoad(departement string, candidates []Candidate, far Distance) []Candidate {
	return order(departement, candidates, far, func(a, b placed) int {
		return cmp.Or(willing(a, b), cmp.Compare(a.Load+a.Recent, b.Load+b.Recent), cmp.Compare(a.km, b.km), cmp.Compare(a.ID, b.ID))
	})
}

// Nearest is the policy that the simulation compares with: the nearest département, whatever the load.
func Nearest(departement string, candidates []Candidate, far Distance) []Candidate {
	return order(departement, candidates, far, func(a, b placed) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.ID, b.ID)) })
}

// placed is a candidate with the distance to the requester, asked once.
type placed struct {
	Candidate
	km float64
}

func willing(a, b placed) int {
	return cmp.Or(first(a.OnDuty, b.OnDuty), first(!a.full(), !b.full()), first(!a.Idle, !b.Idle))
}

func order(departement string, candidates []Candidate, far Distance, less func(a, b placed) int) []Candidate {
	can := make([]placed, 0, len(candidates))
	for _, c := range candidates {
		if !c.Away {
			can = append(can, placed{c, far(departement, c.Departement)})
		}
	}
	slices.SortFunc(can, less)
	sorted := make([]Candidate, len(can))
	for i, c := range can {
		sorted[i] = c.Candidate
	}
	return sorted
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
	// To are the experts who join those asked before; none when every expert of the pool may take it.
	To []string
}

// Everyone is a width that no pool has: an offer so wide goes to all at once, in a pool of at most Crowd experts who are there. In a larger
// one it goes to the first Crowd: enough that somebody looks soon, and what comes does not all fall to the few who look most often.
const (
	Everyone = 99
	Crowd    = 20
)

// NextOffer is where a case goes when the offer at level, made to those already tried, ran out (or, with level −1, when it arrives):
// to so many more experts at once, then to all, then to the coordinator. Those tried still see it. Without a candidate left it goes
// to all.
func NextOffer(level int, tried []string, ordered []Candidate, wide int) Offer {
	next := level + 1
	switch {
	case next >= LevelAll:
		return Offer{Level: min(next, LevelCoordinator)}
	case len(ordered) == 0:
		return Offer{Level: LevelCoordinator}
	case wide >= Everyone && len(ordered) <= Crowd:
		return Offer{Level: LevelAll}
	}
	var to []string
	for _, c := range ordered {
		if len(to) < min(max(1, wide), Crowd) && !slices.Contains(tried, c.ID) {
			to = append(to, c.ID)
		}
	}
	if len(to) == 0 {
		return Offer{Level: LevelAll}
	}
	return Offer{Level: next, To: to}
}

// wide is how many experts are asked at once for a case offered at a moment: as the pool chose for the urgency, and everyone in the
// last working hours before a rest, so that nobody's weekend keeps a case alone.
func (s Settings) wide(u Urgency, at time.Time) int {
	if last, rest := s.lastCall(at); s.Rest > 0 && !at.Before(last) && at.Before(rest) {
		return Everyone
	}
	if u == P1 {
		return s.WideP1
	}
	return s.Wide
}

// Offered is where a case goes next at a moment, under the settings of its pool.
func (s Settings) Offered(u Urgency, departement string, level int, tried []string, candidates []Candidate, far Distance, at time.Time) Offer {
	policy := Share
	if s.Order == OrderLoad {
		policy = ShareByLoad
	}
	return NextOffer(level, tried, policy(departement, candidates, far), s.wide(u, at))
}

// OfferEnds is when an offer made at a moment runs out: after the deadline of its urgency, or sooner, at the last call before a rest,
// when only some experts have it.
func (s Settings) OfferEnds(u Urgency, level int, at time.Time) time.Time {
	ends := byUrgency(u, s.OfferP1, s.Offer).After(at)
	if last, _ := s.lastCall(at); s.Rest > 0 && level < LevelAll && last.After(at) && last.Before(ends) {
		return last
	}
	return ends
}

// lastCall is the moment, some working hours before the next rest of a day or more, from which a case is everybody's; and when the rest begins.
func (s Settings) lastCall(at time.Time) (last, rest time.Time) {
	rest = restAfter(at)
	return clock.Cut(rest.Add(-time.Duration(s.Rest) * time.Hour)), rest
}

// restAfter is the first closing hour after a moment that no working day follows.
func restAfter(at time.Time) time.Time {
	for day := at.In(i18n.Paris); ; day = day.AddDate(0, 0, 1) {
		shut := time.Date(day.Year(), day.Month(), day.Day(), clock.France.Close, 0, 0, 0, i18n.Paris)
		if clock.France.IsWorkingDay(day) && !clock.France.IsWorkingDay(day.AddDate(0, 0, 1)) && at.Before(shut) {
			return shut
		}
	}
}

// idleAfter is the working time without opening the worklist after which others are asked first: three working days.
const idleAfter = 3 * 11 * time.Hour

// Idle tells whether an expert who last opened the worklist at a moment is to be asked after the others.
func Idle(last, now time.Time) bool {
	return !last.IsZero() && now.Sub(last) > idleAfter && clock.France.WorkingBetween(last, now) > idleAfter
}

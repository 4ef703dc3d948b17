package rulebook

import (
	"context"
	"slices"
)

// Subject is something that a change of zoning may touch: a structure, an open file, a post.
type Subject struct {
	Kind    string // "structure", "dossier", "post"
	ID      string
	Label   string
	Href    string
	Commune string // INSEE
	Who     string // choice of the fact "who"
	QPV     bool
	// Aids narrows to the aids that the subject asked for or holds; none: every aid meant for it.
	Aids []string
	// Decided says that the right is already due: rezoning never changes it (invariant 1). Zone is then the one that was frozen.
	Decided bool
	Zone    string
}

// SubjectSource lists the subjects of a region. Rooms above declare theirs; app hands them over.
type SubjectSource interface {
	Subjects(ctx context.Context, region string) ([]Subject, error)
}

// Change is what a new zoning does to a subject.
type Change struct {
	Subject
	Before, After string // zones
	Gained, Lost  []Rule
	// Kept are the aids that would be lost, and stay because they are decided (invariant 1).
	Kept []Rule
}

// Simulation is the outcome for every subject whose zone changes: losses first.
type Simulation struct {
	Subjects int // looked at
	Changes  []Change
	Gain     int // subjects that gain at least one aid
	Loss     int
	Stay     int // decided ones that a loss does not touch
}

// Simulate compares two zonings, each from commune to zone. What an aid asks besides the zone is not looked at: the answer says which
// aids open or close because of the zone alone.
func (b *Book) Simulate(subjects []Subject, before, after func(commune string) string, on Day) Simulation {
	sim := Simulation{Subjects: len(subjects)}
	known := map[zoneChange]effect{}
	for _, s := range subjects {
		from, to := before(s.Commune), after(s.Commune)
		if s.Decided && s.Zone != "" {
			from = s.Zone
		}
		if from == to || to == "" {
			continue
		}
		key := zoneChange{s.Who, from, to, s.QPV}
		e, seen := known[key]
		if !seen {
			e = b.effect(key, on)
			known[key] = e
		}
		c := Change{Subject: s, Before: from, After: to, Gained: narrow(e.gained, s.Aids), Lost: narrow(e.lost, s.Aids)}
		if s.Decided {
			c.Kept, c.Lost, c.Gained = c.Lost, nil, nil
		}
		if len(c.Gained)+len(c.Lost)+len(c.Kept) == 0 {
			continue
		}
		sim.count(c)
		sim.Changes = append(sim.Changes, c)
	}
	slices.SortStableFunc(sim.Changes, func(a, b Change) int { return a.rank() - b.rank() })
	return sim
}

// rank puts those who lose something first, then those whom a decision protects.
func (c Change) rank() int {
	switch {
	case len(c.Lost) > 0:
		return 0
	case len(c.Kept) > 0:
		return 1
	}
	return 2
}

func (s *Simulation) count(c Change) {
	if len(c.Gained) > 0 {
		s.Gain++
	}
	if len(c.Lost) > 0 {
		s.Loss++
	}
	if len(c.Kept) > 0 {
		s.Stay++
	}
}

type zoneChange struct {
	who, from, to string
	qpv           bool
}

type effect struct{ gained, lost []Rule }

// effect lists the aids for somebody that one zone opens and the other does not.
func (b *Book) effect(c zoneChange, on Day) effect {
	var e effect
	for _, r := range b.rules {
		if r.Kind != KindAid || !r.InForce(on) || len(r.Zones) == 0 || c.who != "" && len(r.Who) > 0 && !slices.Contains(r.Who, c.who) {
			continue
		}
		was := r.zone(Profile{"zone": c.from, "qpv": c.qpv}).Verdict == Eligible
		will := r.zone(Profile{"zone": c.to, "qpv": c.qpv}).Verdict == Eligible
		switch {
		case will && !was:
			e.gained = append(e.gained, r.Rule)
		case was && !will:
			e.lost = append(e.lost, r.Rule)
		}
	}
	return e
}

func narrow(rules []Rule, ids []string) []Rule {
	if len(ids) == 0 {
		return rules
	}
	return slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return !slices.Contains(ids, r.ID) })
}

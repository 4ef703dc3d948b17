package rulebook

import (
	"context"
	"slices"

	"maillage/internal/platform/i18n"
)

// Subject is something that a change of zoning may touch: a structure, an open file, a post.
type Subject struct {
	Kind    string // "structure", "dossier", "draft", "post", "shared"
	ID      string
	Label   i18n.Text
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
	// Revised are the aids that stay open with another rate or amount.
	Revised []Revision
	// Kept are the aids that would be lost or revised, and stay as they are because they are decided (invariant 1).
	Kept []Rule
}

// Revision is an aid whose rate or amount follows the zone: what it brings in each.
type Revision struct {
	Rule          Rule
	Before, After []Line
}

// Passage is what going from one zone to another does to the aids of whoever asks, outside priority neighbourhoods.
type Passage struct {
	Gained, Lost []Rule
	Revised      []Revision
}

// Simulation is the outcome for every subject whose zone changes: losses first.
type Simulation struct {
	Subjects int // looked at
	Changes  []Change
	Gain     int // subjects that gain at least one aid
	Loss     int
	Revised  int // those who keep their aids, at least one with another rate or amount
	Stay     int // decided ones that a loss or another amount does not touch
}

// Simulate compares two zonings, each from commune to zone. What an aid asks besides the zone is not looked at: the answer says which
// aids open, close or bring another amount because of the zone alone.
func (b *Book) Simulate(subjects []Subject, before, after func(commune string) string, on Day) Simulation {
	sim := Simulation{Subjects: len(subjects)}
	known := map[zoneChange]Passage{}
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
		c := e.of(s, from, to)
		if len(c.Gained)+len(c.Lost)+len(c.Revised)+len(c.Kept) == 0 {
			continue
		}
		sim.count(c)
		sim.Changes = append(sim.Changes, c)
	}
	slices.SortStableFunc(sim.Changes, func(a, b Change) int { return a.rank() - b.rank() })
	return sim
}

// of narrows a passage to what one subject asked for or may hold. What is decided loses nothing, gains nothing and keeps its amount.
func (p Passage) of(s Subject, from, to string) Change {
	c := Change{Subject: s, Before: from, After: to, Gained: narrow(p.Gained, s.Aids), Lost: narrow(p.Lost, s.Aids)}
	for _, r := range p.Revised {
		if len(s.Aids) == 0 || slices.Contains(s.Aids, r.Rule.ID) {
			c.Revised = append(c.Revised, r)
		}
	}
	if !s.Decided {
		return c
	}
	c.Kept = slices.Clone(c.Lost)
	for _, r := range c.Revised {
		c.Kept = append(c.Kept, r.Rule)
	}
	c.Gained, c.Lost, c.Revised = nil, nil, nil
	return c
}

// rank puts those who lose something first, then those whose amounts change, then those whom a decision protects.
func (c Change) rank() int {
	switch {
	case len(c.Lost) > 0:
		return 0
	case len(c.Revised) > 0:
		return 1
	case len(c.Kept) > 0:
		return 2
	}
	return 3
}

func (s *Simulation) count(c Change) {
	if len(c.Gained) > 0 {
		s.Gain++
	}
	if len(c.Lost) > 0 {
		s.Loss++
	}
	if len(c.Revised) > 0 && len(c.Gained)+len(c.Lost) == 0 {
		s.Revised++
	}
	if len(c.Kept) > 0 {
		s.Stay++
	}
}

type zoneChange struct {
	who, from, to string
	qpv           bool
}

// Passage tells what going from one zone to another does to every aid in force on a day.
func (b *Book) Passage(from, to string, on Day) Passage {
	return b.effect(zoneChange{from: from, to: to}, on)
}

// effect compares, aid by aid, what somebody may get in two zones.
func (b *Book) effect(c zoneChange, on Day) Passage {
	var e Passage
	for _, r := range b.rules {
		if r.Kind != KindAid || !r.InForce(on) || c.who != "" && len(r.Who) > 0 && !slices.Contains(r.Who, c.who) {
			continue
		}
		before, after := c.profile(c.from), c.profile(c.to)
		was, will := r.openIn(before), r.openIn(after)
		switch {
		case will && !was:
			e.Gained = append(e.Gained, r.Rule)
		case was && !will:
			e.Lost = append(e.Lost, r.Rule)
		case was && will:
			if x, y := r.lines(before), r.lines(after); !slices.EqualFunc(x, y, sameMoney) {
				e.Revised = append(e.Revised, Revision{r.Rule, x, y})
			}
		}
	}
	return e
}

func (c zoneChange) profile(zone string) Profile {
	p := Profile{"qpv": c.qpv}
	if zone != "" {
		p["zone"] = zone
	}
	if c.who != "" {
		p["who"] = c.who
	}
	return p
}

// openIn tells whether a zone leaves an aid open: neither the zones of the rule nor one of its conditions says no.
func (r *compiled) openIn(p Profile) bool {
	if len(r.Zones) > 0 && r.zone(p).Verdict != Eligible {
		return false
	}
	return !slices.ContainsFunc(r.conditions, func(c *expression) bool { return c.ask(p) == no })
}

// sameMoney tells whether two lines bring the same, whatever they are called.
func sameMoney(a, b Line) bool {
	return a.Low == b.Low && a.High == b.High && a.RateMin == b.RateMin && a.RateMax == b.RateMax && a.Unknown == b.Unknown && a.Open == b.Open && a.Per == b.Per
}

func narrow(rules []Rule, ids []string) []Rule {
	if len(ids) == 0 {
		return rules
	}
	return slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return !slices.Contains(ids, r.ID) })
}

package rulebook

import (
	"fmt"
	"slices"

	"maillage/internal/platform/i18n"
)

// Share is one aid of a funding plan, with what is asked or granted under it.
type Share struct {
	Rule   string // identifier of a rule; "" for a funder outside the book
	Funder string // one of Funders
	Amount Cents
}

// Plan is a funding plan: what is eligible, and who would pay.
type Plan struct {
	Cost    Cents // eligible cost
	Shares  []Share
	Profile Profile
}

// Clash is one thing wrong with a plan: which rule says so, and which shares it touches.
type Clash struct {
	Rule    string // "invariant-4", "invariant-10", "cap"
	Message i18n.Text
	Shares  []int // indices into Plan.Shares
}

// Stack checks a funding plan on a day: aids that cannot be held together (invariant 10), the sum against the eligible cost
// (invariant 4), and each aid against its own cap. No clash means that the plan holds as far as the book knows.
func (b *Book) Stack(plan Plan, on Day) []Clash {
	clashes := b.exclusions(plan, on)
	var sum Cents
	all := make([]int, len(plan.Shares))
	for i, s := range plan.Shares {
		all[i] = i
		sum += s.Amount
		clashes = append(clashes, b.overCap(plan, i, on)...)
	}
	if plan.Cost > 0 && sum > plan.Cost {
		over := sum - plan.Cost
		clashes = append(clashes, Clash{Rule: "invariant-4", Shares: all, Message: i18n.Text{
			FR: fmt.Sprintf("La somme des financeurs dépasse le coût éligible de %s : ensemble, les aides ne peuvent payer plus que le projet ne coûte.", euros(i18n.FR, over)),
			EN: fmt.Sprintf("The funders together exceed the eligible cost by %s: together, aids cannot pay more than the project costs.", euros(i18n.EN, over))}})
	}
	return clashes
}

func (b *Book) exclusions(plan Plan, on Day) []Clash {
	var clashes []Clash
	for i, s := range plan.Shares {
		x := b.on(s.Rule, on)
		for j, o := range plan.Shares[:i] {
			y := b.on(o.Rule, on)
			if x == nil || y == nil {
				continue
			}
			switch {
			case exclusive(x.Rule, y.Rule):
				clashes = append(clashes, Clash{Rule: "invariant-10", Shares: []int{j, i}, Message: i18n.Text{
					FR: fmt.Sprintf("« %s » et « %s » ne se cumulent pas : la règle de l’une exclut l’autre.", y.Title.FR, x.Title.FR),
					EN: fmt.Sprintf("“%s” and “%s” cannot be held together: the rule of one excludes the other.", y.Title.EN, x.Title.EN)}})
			case x.ID == y.ID && x.Once:
				clashes = append(clashes, Clash{Rule: "once", Shares: []int{j, i}, Message: i18n.Text{
					FR: fmt.Sprintf("« %s » ne s’obtient qu’une fois.", x.Title.FR),
					EN: fmt.Sprintf("“%s” is given once only.", x.Title.EN)}})
			}
		}
	}
	return clashes
}

// overCap compares a share with the most that its rule gives for this profile.
func (b *Book) overCap(plan Plan, i int, on Day) []Clash {
	s := plan.Shares[i]
	a, ok := b.EvaluateOne(s.Rule, plan.Profile, nil, on)
	if !ok || len(a.Lines) == 0 || slices.ContainsFunc(a.Lines, func(l Line) bool { return l.Unknown || l.Open || l.Per == PerPoint }) {
		return nil
	}
	_, high := a.Sum()
	if s.Amount <= high {
		return nil
	}
	return []Clash{{Rule: "cap", Shares: []int{i}, Message: i18n.Text{
		FR: fmt.Sprintf("« %s » donne au plus %s ici (version %d, %s).", a.Rule.Title.FR, euros(i18n.FR, high), a.Rule.Version, a.Rule.Article),
		EN: fmt.Sprintf("“%s” gives at most %s here (version %d, %s).", a.Rule.Title.EN, euros(i18n.EN, high), a.Rule.Version, a.Rule.Article)}}}
}

// Together tells whether an aid may be held beside others on a day; if not, it names the one that excludes it (invariant 10).
func (b *Book) Together(id string, held []string, on Day) (other Rule, ok bool) {
	r := b.on(id, on)
	for _, h := range held {
		if o := b.on(h, on); r != nil && o != nil && exclusive(r.Rule, o.Rule) {
			return o.Rule, false
		}
	}
	return Rule{}, true
}

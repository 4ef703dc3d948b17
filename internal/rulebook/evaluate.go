package rulebook

import (
	"slices"

	"maillage/internal/platform/i18n"
)

// Verdict is what an answer says.
type Verdict string

// The verdicts.
const (
	Eligible Verdict = "eligible"
	ToCheck  Verdict = "to_check" // a fact is missing
	Not      Verdict = "not"
)

// Answer is what the book says of one aid for one profile.
type Answer struct {
	Rule    Rule
	Verdict Verdict
	// Reasons are the conditions that spoke, those that say no first.
	Reasons []Reason
	Missing []string // facts that would settle the answer or narrow its amounts, in the order of Facts
	Lines   []Line
	// Excludes are the aids in force that cannot be held together with this one.
	Excludes []Rule
}

// Reason is one condition that spoke: what was asked, what was seen, by which rule.
type Reason struct {
	ID      string
	Label   i18n.Text
	Verdict Verdict
	Seen    []Seen
	Article string
	Version int
	// Unverified says that nobody read the condition at a source.
	Unverified bool
}

// Seen is the value that a condition saw; Known is false when nobody said.
type Seen struct {
	Fact  Fact
	Value any
	Known bool
}

// Line is an amount of an answer, as far as it is known.
type Line struct {
	Amount
	Low, High Cents
	// Unknown says that nobody could establish the amount: it is left to be filled in.
	Unknown bool
	// Open says that the high end depends on something that was not given, and has no cap.
	Open bool
	// IfChecked says that the line itself depends on something that was not given.
	IfChecked bool
	firm      Cents // what the line brings at least if it holds
}

// Sum adds the lines, each once whatever its period: the range of what the aid may bring in a first period. Lines of points do not
// count.
func (a Answer) Sum() (low, high Cents) {
	for _, l := range a.Lines {
		if l.Per != PerPoint {
			low, high = low+l.Low, high+l.High
		}
	}
	return low, high
}

// Evaluate answers for every aid in force on a day. The profile must be Normal; held are the aids already held. Eligible answers
// come first, then those to be checked, then the others; each group by what it may bring, largest first.
func (b *Book) Evaluate(p Profile, held []string, on Day) []Answer {
	var answers []Answer
	for _, r := range b.rules {
		if r.Kind == KindAid && r.InForce(on) {
			answers = append(answers, b.answer(r, p, held, on))
		}
	}
	rank := map[Verdict]int{Eligible: 0, ToCheck: 1, Not: 2}
	slices.SortStableFunc(answers, func(x, y Answer) int {
		if d := rank[x.Verdict] - rank[y.Verdict]; d != 0 {
			return d
		}
		_, hx := x.Sum()
		_, hy := y.Sum()
		return int(min(1, max(-1, hy-hx)))
	})
	return answers
}

// EvaluateOne answers for one aid in force on a day; false when there is none.
func (b *Book) EvaluateOne(id string, p Profile, held []string, on Day) (Answer, bool) {
	r := b.on(id, on)
	if r == nil {
		return Answer{}, false
	}
	return b.answer(r, p, held, on), true
}

// EvaluateVersion answers for a frozen version, whatever the day; false when the book does not hold it.
func (b *Book) EvaluateVersion(id string, version int, p Profile, held []string, on Day) (Answer, bool) {
	for _, r := range b.rules {
		if r.ID == id && r.Version == version {
			return b.answer(r, p, held, on), true
		}
	}
	return Answer{}, false
}

func (b *Book) answer(r *compiled, p Profile, held []string, on Day) Answer {
	a := Answer{Rule: r.Rule, Verdict: Eligible}
	for _, reason := range r.frame(p) {
		a.add(reason)
	}
	for i, c := range r.conditions {
		cond := r.Conditions[i]
		a.add(Reason{ID: cond.ID, Label: cond.Label, Verdict: verdictOf(c.ask(p)), Seen: seen(p, c.facts...), Article: cond.Article})
	}
	a.addHeld(r, b, held, on)
	a.Lines = r.lines(p)
	for _, l := range a.Lines {
		a.miss(p, l.facts(r)...)
	}
	slices.SortFunc(a.Missing, func(x, y string) int { return factIndex(x) - factIndex(y) })
	slices.SortStableFunc(a.Reasons, func(x, y Reason) int { return reasonRank[x.Verdict] - reasonRank[y.Verdict] })
	for _, o := range b.rules {
		if o.Kind == KindAid && o.InForce(on) && exclusive(r.Rule, o.Rule) {
			a.Excludes = append(a.Excludes, o.Rule)
		}
	}
	return a
}

var reasonRank = map[Verdict]int{Not: 0, ToCheck: 1, Eligible: 2}

// add counts a reason: one no is a no, one unknown leaves the answer to be checked.
func (a *Answer) add(r Reason) {
	r.Version, r.Unverified = a.Rule.Version, slices.Contains(a.Rule.Unverified, r.ID)
	if r.Article == "" {
		r.Article = a.Rule.Article
	}
	a.Reasons = append(a.Reasons, r)
	switch {
	case r.Verdict == Not:
		a.Verdict = Not
	case r.Verdict == ToCheck && a.Verdict == Eligible:
		a.Verdict = ToCheck
	}
	if r.Verdict == ToCheck {
		for _, s := range r.Seen {
			if !s.Known && !slices.Contains(a.Missing, s.Fact.ID) {
				a.Missing = append(a.Missing, s.Fact.ID)
			}
		}
	}
}

func (a *Answer) miss(p Profile, facts ...string) {
	for _, f := range facts {
		if _, known := p[f]; !known && f != "" && !slices.Contains(a.Missing, f) {
			a.Missing = append(a.Missing, f)
		}
	}
}

// addHeld says no when an aid already held excludes this one, and names it.
func (a *Answer) addHeld(r *compiled, b *Book, held []string, on Day) {
	for _, id := range held {
		other := b.on(id, on)
		if other == nil {
			if id == r.ID && r.Once {
				other = r
			} else {
				continue
			}
		}
		switch {
		case id == r.ID && r.Once:
			a.add(Reason{ID: "once", Verdict: Not, Label: i18n.Text{FR: "Cette aide ne s’obtient qu’une fois, et vous l’avez déjà.", EN: "This aid is given once, and you already hold it."}})
		case id != r.ID && exclusive(r.Rule, other.Rule):
			a.add(Reason{ID: "cumulation", Verdict: Not, Label: i18n.Text{
				FR: "Ne se cumule pas avec « " + other.Title.FR + " », déjà détenue : la règle de l’une exclut l’autre.",
				EN: "Cannot be held together with “" + other.Title.EN + "”, already held: the rule of one excludes the other."}})
		}
	}
}

// exclusive tells whether one of two different rules lists the other.
func exclusive(a, b Rule) bool {
	return a.ID != b.ID && (slices.Contains(a.NotWith, b.ID) || slices.Contains(b.NotWith, a.ID))
}

// frame asks who, where and what for.
func (r *compiled) frame(p Profile) []Reason {
	var reasons []Reason
	if len(r.Who) > 0 {
		reasons = append(reasons, Reason{ID: "who", Label: i18n.Text{FR: "L’aide s’adresse à vous", EN: "The aid is meant for you"}, Verdict: among(p["who"], r.Who), Seen: seen(p, "who")})
	}
	if len(r.Plans) > 0 {
		reasons = append(reasons, Reason{ID: "plan", Label: i18n.Text{FR: "Elle répond à ce que vous prévoyez", EN: "It answers what you plan"}, Verdict: among(p["plan"], r.Plans), Seen: seen(p, "plan")})
	}
	if r.Region != "" {
		reasons = append(reasons, Reason{ID: "region", Label: i18n.Text{FR: "Le site est dans la région", EN: "The site lies in the region"}, Verdict: among(p["region"], []string{r.Region}), Seen: seen(p, "region")})
	}
	if len(r.Zones) > 0 {
		reasons = append(reasons, r.zone(p))
	}
	return reasons
}

// zone asks whether the site lies in one of the rule's zones; a QPV counts where the rule says so.
func (r *compiled) zone(p Profile) Reason {
	reason := Reason{ID: "zone", Label: zoneLabel(r.Zones), Verdict: among(p["zone"], r.Zones), Seen: seen(p, "zone")}
	if slices.Contains(r.Zones, "QPV") && reason.Verdict != Eligible {
		reason.Seen = seen(p, "zone", "qpv")
		switch in, known := p["qpv"].(bool); {
		case known && in:
			reason.Verdict = Eligible
		case !known:
			reason.Verdict = ToCheck
		}
	}
	return reason
}

func zoneLabel(zones []string) i18n.Text {
	fr, en := "", ""
	for i, z := range zones {
		switch {
		case i > 0 && i == len(zones)-1:
			fr, en = fr+" ou ", en+" or "
		case i > 0:
			fr, en = fr+", ", en+", "
		}
		fr, en = fr+z, en+z
	}
	return i18n.Text{FR: "Le site est en " + fr, EN: "The site lies in " + en}
}

// among tells whether a value, or one of several, is in a list.
func among(v any, list []string) Verdict {
	switch v := v.(type) {
	case string:
		if slices.Contains(list, v) {
			return Eligible
		}
		return Not
	case []string:
		if len(v) == 0 {
			return ToCheck
		}
		if slices.ContainsFunc(v, func(s string) bool { return slices.Contains(list, s) }) {
			return Eligible
		}
		return Not
	}
	return ToCheck
}

func verdictOf(a answer) Verdict {
	return map[answer]Verdict{yes: Eligible, no: Not, unknown: ToCheck}[a]
}

func seen(p Profile, ids ...string) []Seen {
	all := make([]Seen, len(ids))
	for i, id := range ids {
		f, _ := FactByID(id)
		v, known := p[id]
		all[i] = Seen{f, v, known}
	}
	return all
}

func factIndex(id string) int {
	return slices.IndexFunc(Facts, func(f Fact) bool { return f.ID == id })
}

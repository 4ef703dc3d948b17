package structures

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// FragilityScale says how much each sign of fragility counts. It comes from the rule book, where officers change it; no official scale
// exists.
type FragilityScale struct {
	Risk            int // from how many points a practice is at risk
	Age, AgePoints  int // doctors of this age or more
	Months          int // departures announced within so many months
	DeparturePoints int
	SinglePoints    int // one doctor left; half of it for two
	LowAPL, MidAPL  int // thresholds, in tenths of a consultation a year
	LowPoints       int
	MidPoints       int
}

// Most is how many points all signs give together.
func (s FragilityScale) Most() int {
	return s.AgePoints + s.DeparturePoints + s.SinglePoints + max(s.LowPoints, s.MidPoints)
}

// Ground tells how a commune stands today: access to general practitioners, its zone, and what must be known of both.
type Ground interface {
	Stand(ctx context.Context, commune string) (Standing, error)
}

// Standing is how a commune stands.
type Standing struct {
	APL   float64 // consultations a year and inhabitant
	Known bool
	Zone  string
	Notes []string // where the values come from, when it matters
}

// Sign is one reason of a score: the points it gives out of the most it can give, and what was seen. Unknown says that nobody declared
// what it needs: it then gives nothing, and the score can only be higher.
type Sign struct {
	ID           string
	Label        i18n.Text
	Points, Most int
	Seen         i18n.Text
	Unknown      bool
}

// Fragility is the explained score of a practice, from declared data only.
type Fragility struct {
	Score, Most int
	AtRisk      bool
	Signs       []Sign
	Unknown     int // signs that nobody could read
}

// Frail is a group practice with its score and, when it is being helped, its case.
type Frail struct {
	Structure
	Fragility
	Doctors int
	Zone    string
	Case    *Difficulty
}

// doctor tells whether a profession is a doctor's.
func doctor(profession string) bool { return profession == "gp" || profession == "specialist" }

// Score weighs the signs of fragility of a practice on a day.
func Score(scale FragilityScale, members []Member, at Standing, on Day) Fragility {
	var doctors []Member
	declared := false
	for _, m := range members {
		declared = declared || doctor(m.Profession)
		if doctor(m.Profession) && m.On(on) {
			doctors = append(doctors, m)
		}
	}
	f := Fragility{Most: scale.Most(), Signs: []Sign{ages(scale, doctors, on), departures(scale, doctors, on), single(scale, doctors, declared), access(scale, at)}}
	for _, s := range f.Signs {
		f.Score += s.Points
		if s.Unknown {
			f.Unknown++
		}
	}
	f.AtRisk = f.Score >= scale.Risk
	return f
}

func ages(scale FragilityScale, doctors []Member, on Day) Sign {
	s := Sign{ID: "age", Most: scale.AgePoints, Label: tf("Médecins de %d ans et plus", "Doctors aged %d and over", scale.Age)}
	known, old := 0, 0
	year := on.Time().Year()
	for _, m := range doctors {
		if m.BirthYear == 0 {
			continue
		}
		known++
		if year-m.BirthYear >= scale.Age {
			old++
		}
	}
	if known == 0 {
		s.Unknown, s.Seen = true, t("aucun âge déclaré", "no age declared")
		return s
	}
	s.Points = scale.AgePoints * old / len(doctors)
	s.Seen = tf("%[1]d sur %[2]d", "%[1]d of %[2]d", old, len(doctors))
	if missing := len(doctors) - known; missing > 0 {
		s.Seen = tf("%[1]d sur %[2]d, âge non déclaré pour %[3]d", "%[1]d of %[2]d, age not declared for %[3]d", old, len(doctors), missing)
	}
	return s
}

func departures(scale FragilityScale, doctors []Member, on Day) Sign {
	s := Sign{ID: "departure", Most: scale.DeparturePoints, Label: tf("Départs annoncés dans les %d mois", "Departures announced within %d months", scale.Months)}
	leaving, first := 0, Day("")
	for _, m := range doctors {
		if m.Leaving != "" && m.Leaving <= on.AddMonths(scale.Months) {
			leaving++
			if first == "" || m.Leaving < first {
				first = m.Leaving
			}
		}
	}
	s.Seen = t("aucun départ annoncé", "no departure announced")
	if leaving > 0 {
		s.Points = scale.DeparturePoints * leaving / len(doctors)
		when := inWords(first)
		s.Seen = i18n.Text{FR: fmt.Sprintf("%d sur %d, le premier le %s", leaving, len(doctors), when.FR), EN: fmt.Sprintf("%d of %d, the first on %s", leaving, len(doctors), when.EN)}
	}
	return s
}

func single(scale FragilityScale, doctors []Member, declared bool) Sign {
	s := Sign{ID: "single", Most: scale.SinglePoints, Label: t("Nombre de médecins", "Number of doctors"), Seen: tf("%d médecins", "%d doctors", len(doctors))}
	switch {
	case !declared:
		s.Unknown, s.Seen = true, t("aucun médecin déclaré", "no doctor declared")
	case len(doctors) == 0:
		s.Points, s.Seen = s.Most, t("plus aucun médecin", "no doctor left")
	case len(doctors) == 1:
		s.Points, s.Seen = s.Most, t("un seul médecin", "a single doctor")
	case len(doctors) == 2:
		s.Points = s.Most / 2
	}
	return s
}

func access(scale FragilityScale, at Standing) Sign {
	s := Sign{ID: "apl", Most: max(scale.LowPoints, scale.MidPoints), Label: t("Accès aux médecins dans la commune (APL)", "Access to doctors in the municipality (APL)")}
	if !at.Known {
		s.Unknown, s.Seen = true, t("non calculé pour cette commune", "not computed for this municipality")
		return s
	}
	switch {
	case at.APL < float64(scale.LowAPL)/10:
		s.Points = scale.LowPoints
	case at.APL < float64(scale.MidAPL)/10:
		s.Points = scale.MidPoints
	}
	apl := fmt.Sprintf("%.2f", at.APL)
	s.Seen = i18n.Text{FR: strings.Replace(apl, ".", ",", 1) + " consultations par an et par habitant", EN: apl + " consultations a year and inhabitant"}
	if len(at.Notes) > 0 {
		s.Seen.FR += " (" + strings.Join(at.Notes, ", ") + ")"
	}
	return s
}

// FrailFilter narrows the list of practices.
type FrailFilter struct {
	Departement string
	All         bool // also those that are not at risk and not being helped
}

// Frail lists the group practices of an actor's territory, those with most points first: for officers, those at risk or being helped;
// for an auditor, those whose audit was entrusted to them.
func (s *Service) Frail(ctx context.Context, actor accounts.Actor, region string, f FrailFilter) ([]Frail, error) {
	if err := actor.RequireSomewhere(PermSignal); err != nil {
		return nil, err
	}
	found, _, err := selectList(ctx, s.db, Filter{Kinds: []Kind{GroupPractice}, Region: region, Departement: f.Departement, Limit: 100_000})
	if err != nil {
		return nil, err
	}
	cases, err := s.openCases(ctx)
	if err != nil {
		return nil, err
	}
	members, err := s.doctorsOf(ctx)
	if err != nil {
		return nil, err
	}
	scale, today := s.reference.Fragility(s.Today()), s.Today()
	var all []Frail
	for _, st := range found {
		c := cases[st.ID]
		if !actor.Can(PermFragility, st.Scope()) && (c == nil || !isAuditor(actor, *c)) {
			continue
		}
		at, err := s.stand(ctx, st.Commune)
		if err != nil {
			return nil, err
		}
		one := Frail{Structure: st, Fragility: Score(scale, members[st.ID], at, today), Zone: at.Zone, Case: c}
		for _, m := range members[st.ID] {
			if m.On(today) {
				one.Doctors++
			}
		}
		if f.All || one.AtRisk || c != nil {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b Frail) int {
		return cmp.Or(b.Score-a.Score, strings.Compare(a.SortKey+a.ID, b.SortKey+b.ID))
	})
	return all, nil
}

func (s *Service) stand(ctx context.Context, commune string) (Standing, error) {
	if s.ground == nil {
		return Standing{}, nil
	}
	return s.ground.Stand(ctx, commune)
}

func (s *Service) doctorsOf(ctx context.Context) (map[string][]Member, error) {
	var rows []Member
	err := s.db.SelectContext(ctx, &rows, "SELECT "+memberColumns+` FROM structure_member WHERE profession IN ('gp', 'specialist') AND structure_id IN
		(SELECT id FROM structure WHERE kind = $1 AND closed_on = '' AND merged_into = '') ORDER BY id`, string(GroupPractice))
	if err != nil {
		return nil, fmt.Errorf("read the doctors of practices: %w", err)
	}
	by := map[string][]Member{}
	for _, m := range rows {
		by[m.StructureID] = append(by[m.StructureID], m)
	}
	return by, nil
}

// FragilityOf scores one group practice for whoever may see it; false for another kind, or whoever may not.
func (s *Service) FragilityOf(ctx context.Context, actor accounts.Actor, f *File) (Fragility, bool, error) {
	if f.Kind != GroupPractice || !actor.Can(PermFragility, f.Scope()) {
		return Fragility{}, false, nil
	}
	at, err := s.stand(ctx, f.Commune)
	return Score(s.reference.Fragility(s.Today()), f.Members, at, s.Today()), err == nil, err
}

// CountFrail is how many practices of an officer's territory are at risk and helped by nobody yet, and how many are being helped.
func (s *Service) CountFrail(ctx context.Context, actor accounts.Actor, region string) (atRisk, helped int, err error) {
	all, err := s.Frail(ctx, actor, region, FrailFilter{})
	for _, one := range all {
		if one.Case != nil {
			helped++
		} else {
			atRisk++
		}
	}
	return atRisk, helped, err
}

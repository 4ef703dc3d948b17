package telexpertise

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
)

// Quarter is a calendar quarter of Paris. Figures of the agency are those of whole quarters that have ended: two windows that overlap
// would give small counts back by difference.
type Quarter struct{ Year, N int }

func quarterOf(t time.Time) Quarter {
	t = t.In(i18n.Paris)
	return Quarter{t.Year(), (int(t.Month())-1)/3 + 1}
}

// Before is the quarter before.
func (q Quarter) Before() Quarter {
	if q.N == 1 {
		return Quarter{q.Year - 1, 4}
	}
	return Quarter{q.Year, q.N - 1}
}

// String is the quarter's name in an address: 2026-T3.
func (q Quarter) String() string { return fmt.Sprintf("%d-T%d", q.Year, q.N) }

// bounds are the first moment of the quarter and that of the next.
func (q Quarter) bounds() (from, to time.Time) {
	from = time.Date(q.Year, time.Month(3*q.N-2), 1, 0, 0, 0, 0, i18n.Paris)
	return from, from.AddDate(0, 3, 0)
}

// ParseQuarter reads what String wrote.
func ParseQuarter(s string) (Quarter, bool) {
	var q Quarter
	n, err := fmt.Sscanf(s, "%d-T%d", &q.Year, &q.N)
	return q, n == 2 && err == nil && q.N >= 1 && q.N <= 4 && q.Year > 2000 && q.Year < 3000
}

// Step is an interval of the way from the question to the visit.
type Step struct {
	Code string
	Name i18n.Text
	From func(*Case) *time.Time
	To   func(*Case) *time.Time
	Keep func(*Case) bool
}

func submitted(c *Case) *time.Time { return c.SubmittedAt }
func answered(c *Case) *time.Time  { return c.AnsweredAt }
func always(*Case) bool            { return true }

// Steps lists the intervals that are measured.
var Steps = []Step{
	{"take", i18n.Text{FR: "demande → prise en charge", EN: "request → taken"}, submitted, func(c *Case) *time.Time { return c.TakenAt }, always},
	{"answer", i18n.Text{FR: "demande → réponse", EN: "request → answer"}, submitted, answered, always},
	{"read", i18n.Text{FR: "réponse → lecture", EN: "answer → read"}, answered, func(c *Case) *time.Time { return c.ReadAt }, always},
	{"inform", i18n.Text{FR: "lecture → patient informé", EN: "read → patient told"}, func(c *Case) *time.Time { return c.ReadAt }, func(c *Case) *time.Time { return c.InformedAt }, always},
	{"seen-p1", i18n.Text{FR: "demande P1 → consultation", EN: "P1 request → visit"}, submitted, func(c *Case) *time.Time { return c.SeenAt }, func(c *Case) bool { return c.Urgency == P1 }},
	{"seen", i18n.Text{FR: "demande → consultation, toutes urgences", EN: "request → visit, all urgencies"}, submitted, func(c *Case) *time.Time { return c.SeenAt }, always},
	{"histology", i18n.Text{FR: "exérèse → histologie", EN: "excision → histology"}, func(c *Case) *time.Time { return c.ExcisedAt }, func(c *Case) *time.Time { return c.HistologyAt }, always},
}

// Line is a row of figures: a département, a zone, a disposition.
type Line struct {
	Code   string
	Count  Count
	Answer Interval // request → answer; its N is 0 when too few
}

// Figures are those of one quarter.
type Figures struct {
	Quarter      Quarter
	Quarters     []Quarter // those that can be asked for, newest first
	Total        Count
	Intervals    []Interval // in the order of Steps; N 0 when hidden
	Departements []Line
	Zones        []Line
	Priority     []Line // communes with a priority neighbourhood, and others
	Urgencies    []Line
	Dispositions []Line
	Outcomes     []Line
	Cancers      Count
	Usable       float64 // share of answered requests whose photographs were usable; −1 when too few
	Kappa        float64 // agreement of second readings on urgency; NaN when too few
	Readings     Count
	Agreements   []Agreement // the same, pool by pool
	Grid         []Area      // each step by département and quarter
	// PriorityKnown tells whether a list of priority neighbourhoods is loaded: without one, none of them can be told apart.
	PriorityKnown bool
	History       []Line // by quarter, oldest first
	Suppressed    bool   // small counts are hidden here
}

// Figures computes a quarter: for an officer, of their region with small counts hidden (a delegation sees its own line of it); for the
// experts and leads of pools, of those pools, with nothing hidden. No case can be reached from them. The reading is recorded.
func (s *Service) Figures(ctx context.Context, actor accounts.Actor, asked Quarter) (*Figures, error) {
	if err := actor.RequireSomewhere(PermFigures); err != nil {
		return nil, err
	}
	cases, pairs, suppressed, err := s.counted(ctx, actor)
	if err != nil {
		return nil, err
	}
	last := quarterOf(s.clock.Now())
	if suppressed {
		last = last.Before()
	}
	if from, _ := asked.bounds(); asked == (Quarter{}) || from.After(s.clock.Now()) || suppressed && asked == quarterOf(s.clock.Now()) {
		asked = last
	}
	f := compute(cases, pairs, asked, suppressed)
	for q, n := last, 0; n < 8; q, n = q.Before(), n+1 {
		f.Quarters = append(f.Quarters, q)
	}
	f.History = history(cases, f.Quarters, suppressed)
	f.Grid = grid(cases, f.Quarters, suppressed)
	f.Agreements = agreements(within(cases, f.Quarter), pairs, poolsOf(cases), suppressed)
	if err := s.nameAgreements(ctx, f.Agreements); err != nil {
		return nil, err
	}
	f.PriorityKnown = slices.ContainsFunc(departementsOf(cases), func(d string) bool { return s.places.Priority(ctx, d) })
	if suppressed {
		f.onlyFor(actor)
	}
	entry := audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: actor.ID, Name: actor.Name}, Action: "telexpertise.figures",
		Object: audit.Object{Kind: "telexpertise.figures", ID: asked.String()}, Text: actor.Name + " a lu les chiffres du trimestre " + asked.String() + "."}
	return f, s.db.InTx(ctx, func(tx *db.Tx) error { return audit.Append(ctx, tx, entry) })
}

// pair is one second reading beside the first.
type pair struct {
	CaseID string      `db:"case_id"`
	First  Disposition `db:"first"`
	Second Disposition `db:"second"`
}

// counted reads the cases that an actor's figures are made of: those of an officer's region, or those of the actor's own pools.
func (s *Service) counted(ctx context.Context, actor accounts.Actor) (cases []Case, pairs []pair, suppressed bool, err error) {
	held, err := memberships(ctx, s.db, actor.ID)
	if err != nil {
		return nil, nil, false, err
	}
	inPool := func(pool string) bool {
		return slices.ContainsFunc(held, func(m Member) bool {
			return m.PoolID == pool && (m.Part == PartExpert || m.Part == PartLead || m.Part == PartCoordinator) && actor.CanSomewhere(doors[m.Part])
		})
	}
	suppressed = actor.Has(accounts.RoleOfficer) || actor.IsSystem()
	var all []Case
	if err := s.db.SelectContext(ctx, &all, "SELECT "+caseColumns+" FROM telex_case WHERE submitted_at IS NOT NULL AND state <> 'cancelled' ORDER BY id"); err != nil {
		return nil, nil, false, fmt.Errorf("read cases to count: %w", err)
	}
	for _, c := range all {
		region := accounts.RegionOf(c.Departement)
		if suppressed && officerRegion(actor, region) || !suppressed && inPool(c.PoolID) {
			cases = append(cases, c)
		}
	}
	err = s.db.SelectContext(ctx, &pairs, `SELECT a.case_id, a.disposition AS first, b.disposition AS second FROM telex_answer a JOIN telex_answer b ON b.case_id = a.case_id
		WHERE a.kind = 'answer' AND b.kind = 'second' ORDER BY a.case_id`)
	if err != nil {
		return nil, nil, false, fmt.Errorf("read second readings: %w", err)
	}
	return cases, pairs, suppressed, nil
}

// officerRegion tells whether an officer works in a region, all of it or a part.
func officerRegion(actor accounts.Actor, region string) bool {
	return actor.IsSystem() || slices.ContainsFunc(actor.Grants, func(g accounts.Grant) bool {
		return g.Role == accounts.RoleOfficer && (g.Region == region || g.Region == "" && (g.Departement == "" || accounts.RegionOf(g.Departement) == region))
	})
}

// onlyFor leaves the lines of the départements that the officer may see; their values are those of the whole region's table, so that
// no two officers hold two tables to subtract.
func (f *Figures) onlyFor(actor accounts.Actor) {
	may := func(departement string) bool { return actor.Can(PermFigures, accounts.Scope{Departement: departement}) }
	f.Departements = slices.DeleteFunc(f.Departements, func(l Line) bool { return !may(l.Code) })
	f.Grid = slices.DeleteFunc(f.Grid, func(a Area) bool { return !may(a.Code) })
}

func compute(cases []Case, pairs []pair, q Quarter, suppressed bool) *Figures {
	in := within(cases, q)
	f := &Figures{Quarter: q, Suppressed: suppressed, Total: limited(len(in), suppressed)}
	for _, step := range Steps {
		f.Intervals = append(f.Intervals, enough(step.measure(in), suppressed))
	}
	f.Departements = lines(in, suppressed, func(c *Case) string { return c.Departement }, departementsOf(cases)...)
	f.Zones = lines(in, suppressed, func(c *Case) string { return c.Zone }, zoneCodes...)
	f.Priority = lines(in, suppressed, func(c *Case) string { return map[bool]string{true: "QPV", false: "no-QPV"}[c.QPV] }, priorityCodes...)
	f.Urgencies = lines(in, suppressed, func(c *Case) string { return string(c.Urgency) }, urgencyCodes...)
	f.Dispositions = lines(in, suppressed, func(c *Case) string { return string(c.Disposition) }, dispositionCodes...)
	f.Outcomes = lines(in, suppressed, func(c *Case) string { return string(c.Outcome) }, outcomeCodes...)
	cancers, usable, said := 0, 0, 0
	for _, c := range in {
		if c.Outcome.Cancer() {
			cancers++
		}
		if c.PhotosUsable != nil {
			said++
			if *c.PhotosUsable {
				usable++
			}
		}
	}
	f.Cancers = limited(cancers, suppressed)
	if slices.ContainsFunc(f.Outcomes, func(l Line) bool { return Outcome(l.Code).Cancer() && l.Count.Hidden }) {
		f.Cancers = Count{Hidden: true} // the sum would give back the one that is hidden
	}
	f.Usable = -1
	if said > 0 && !suppressed || usable >= smallest && said-usable >= smallest {
		f.Usable = float64(usable) / float64(said)
	}
	f.agreement(in, pairs, suppressed)
	return f
}

// departementsOf lists those from which requests ever came: the same lines in every quarter.
func departementsOf(cases []Case) []string {
	seen := map[string]bool{}
	for _, c := range cases {
		seen[c.Departement] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func (f *Figures) agreement(in []*Case, pairs []pair, suppressed bool) {
	var both [][2]string
	for _, p := range pairs {
		if slices.ContainsFunc(in, func(c *Case) bool { return c.ID == p.CaseID }) {
			both = append(both, [2]string{urgencyOf(p.First), urgencyOf(p.Second)})
		}
	}
	f.Readings = limited(len(both), suppressed)
	f.Kappa = Kappa(nil)
	if !f.Readings.Hidden {
		f.Kappa = Kappa(both)
	}
}

// limited hides a count under six on its own.
func limited(n int, suppressed bool) Count {
	if suppressed && n < smallest {
		return Count{Hidden: true}
	}
	return Count{N: n}
}

// enough forgets an interval over fewer than six cases.
func enough(i Interval, suppressed bool) Interval {
	if suppressed && i.N < smallest {
		return Interval{}
	}
	return i
}

func (s Step) measure(in []*Case) Interval {
	var all []time.Duration
	for _, c := range in {
		from, to := s.From(c), s.To(c)
		if s.Keep(c) && from != nil && to != nil && !to.Before(*from) {
			all = append(all, to.Sub(*from))
		}
	}
	return interval(all)
}

// Every code of each table of the agency, those without a case too: a line that is there only when it counts somebody would tell that
// it counts at least one. Those that matter least stand first: they are hidden with the small ones.
var (
	outcomeCodes     = []string{"", "none", "benign", "lost", "premalignant", "bcc", "scc", "melanoma"}
	dispositionCodes = []string{"", "D3", "D2", "D4", "D6", "D1", "D5"}
	zoneCodes        = []string{"", "HZ", "ZAC", "ZIP"}
	priorityCodes    = []string{"no-QPV", "QPV"}
	urgencyCodes     = []string{"P3", "P2", "P1"}
)

// lines counts cases by a code, in the order given; for the agency with the lines that count nobody, elsewhere without.
func lines(in []*Case, suppressed bool, code func(*Case) string, every ...string) []Line {
	groups := map[string][]*Case{}
	for _, c := range in {
		groups[code(c)] = append(groups[code(c)], c)
	}
	codes := slices.Clone(every)
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		if !slices.Contains(codes, k) {
			codes = append(codes, k)
		}
	}
	if !suppressed {
		codes = slices.DeleteFunc(codes, func(k string) bool { return len(groups[k]) == 0 })
	}
	counts := make([]int, len(codes))
	for i, k := range codes {
		counts[i] = len(groups[k])
	}
	shown := shownCounts(counts, suppressed)
	var all []Line
	for i, k := range codes {
		l := Line{Code: k, Count: shown[i]}
		if !shown[i].Hidden {
			l.Answer = enough(Steps[1].measure(groups[k]), suppressed)
		}
		all = append(all, l)
	}
	return all
}

// history is the volume and the time to answer of each quarter, oldest first.
func history(cases []Case, quarters []Quarter, suppressed bool) []Line {
	var all []Line
	for _, q := range quarters {
		f := compute(cases, nil, q, suppressed)
		all = append(all, Line{Code: q.String(), Count: f.Total, Answer: f.Intervals[1]})
	}
	slices.SortFunc(all, func(a, b Line) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

package reports

import (
	"context"
	"slices"
	"sync"

	"maillage/internal/accounts"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
)

// FirstYear is the earliest that can be asked for: the protocol of 2017.
const FirstYear = 2017

// Service draws the reports. Safe for concurrent use.
type Service struct {
	clock clock.Clock
	from  Sources

	mu       sync.Mutex
	on       clock.Day         // the day of what is kept
	quarters map[int][]Quarter // tele-expertise by year: read once a day, for each reading of it is recorded
}

// New makes the service.
func New(c clock.Clock, from Sources) *Service { return &Service{clock: c, from: from} }

// Today is the day in Paris.
func (s *Service) Today() clock.Day { return clock.DayOf(s.clock.Now()) }

// Last is the last year that is over.
func (s *Service) Last() int { return s.Today().Time().Year() - 1 }

// gathered is what the rooms handed over.
type gathered struct {
	before, after Picture
	gain          Gain
	sites         []Site
	facts         map[Measure]map[string]int64
	quarters      []Quarter
}

// Year draws the report of a year. Public hides small counts from an officer too, to see what everybody reads.
func (s *Service) Year(ctx context.Context, actor accounts.Actor, year int, public bool) (*Report, error) {
	if err := actor.Require(PermRead, accounts.Scope{}); err != nil {
		return nil, err
	}
	today := s.Today()
	this := today.Time().Year()
	if year < FirstYear || year > this {
		return nil, fault.NotFound("Il n’y a pas de bilan de cette année.", "There is no report of that year.")
	}
	r := &Report{Year: year, From: yearDay(year), To: yearDay(year + 1), Notes: slices.Clone(s.from.Notes)}
	if r.Running = year == this; r.Running {
		r.To = today.Add(1)
	}
	for y := this; y >= FirstYear; y-- {
		r.Years = append(r.Years, y)
	}
	g, err := s.gather(ctx, r)
	if err != nil {
		return nil, err
	}
	may := func(departement string) bool {
		return !public && actor.Can(PermFull, accounts.Scope{Region: s.from.Region, Departement: departement})
	}
	r.Public = !slices.ContainsFunc(s.from.Departements, func(d Departement) bool { return may(d.Code) })
	d := drawing{r, g, s.from.Departements, may}
	d.draw()
	return r, nil
}

func yearDay(year int) clock.Day { return clock.Day(digits(year) + "-01-01") }

func (s *Service) gather(ctx context.Context, r *Report) (*gathered, error) {
	g := &gathered{facts: map[Measure]map[string]int64{}}
	var err error
	if g.before, err = s.from.Territory.Access(ctx, s.from.Region, r.From); err != nil {
		return nil, err
	}
	if g.after, err = s.from.Territory.Access(ctx, s.from.Region, r.To); err != nil {
		return nil, err
	}
	if g.sites, err = s.from.Sites.Started(ctx, s.from.Region, r.From, r.To); err != nil {
		return nil, err
	}
	if g.gain, err = s.from.Territory.Gain(ctx, s.from.Region, r.From, g.sites); err != nil {
		return nil, err
	}
	for _, source := range s.from.Facts {
		facts, err := source.Facts(ctx, s.from.Region, r.From, r.To)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			if g.facts[f.Measure] == nil {
				g.facts[f.Measure] = map[string]int64{}
			}
			g.facts[f.Measure][f.Departement] += f.N
		}
	}
	g.quarters, err = s.delays(ctx, r.Year)
	return g, err
}

// delays reads what tele-expertise publishes of a year, once a day.
func (s *Service) delays(ctx context.Context, year int) ([]Quarter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if today := s.Today(); s.on != today {
		s.on, s.quarters = today, map[int][]Quarter{}
	}
	if kept, ok := s.quarters[year]; ok {
		return kept, nil
	}
	all, err := s.from.Delays.Quarters(ctx, year)
	if err == nil {
		s.quarters[year] = all
	}
	return all, err
}

// Package simulate plays a pool over months of working days, event by event, with the dispatch code that runs in the product, and
// compares ways of sharing requests. The same seed gives the same answer. It invents arrivals and habits: what it compares are
// policies under equal conditions, not the future.
package simulate

import (
	"math"
	"math/rand/v2"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
)

// Policy is how requests are shared.
type Policy struct {
	Name string
	// Settings of the pool; nil sends each request to the nearest dermatologist, where it waits, and the visit is asked of their secretary.
	Settings *telexpertise.Settings
}

// Policies are those that are compared: the nearest only, the default settings of a pool, the recommended ones.
func Policies() []Policy {
	usual, best := telexpertise.DefaultSettings(), telexpertise.Recommended()
	return []Policy{{Name: "au plus proche"}, {Name: "réglages par défaut", Settings: &usual}, {Name: "réglages recommandés", Settings: &best}}
}

// Plan is what is simulated.
type Plan struct {
	Seed    uint64
	Scale   int // times the pool of 10 dermatologists and its volume
	Days    int
	Repeats int // runs of following seeds, taken together
	Policy  Policy
	Habits  Habits
}

// Habits of doctors are assumed, all of them; Varied gives those around which the table of sensitivity turns.
type Habits struct {
	Name     string
	Open     float64 // share of working days on which an expert opens the list, on average
	Spread   float64 // the habits of experts go from Open − Spread to Open + Spread
	OnDuty   float64 // the same, on duty
	Reacts   float64 // share of messages to a few named experts after which one opens the list within three working hours
	Saturday float64 // share of requests that come on a Saturday morning
	Weekend  bool    // a shared pool has somebody on duty on Saturdays, who opens the list at noon
}

// Usual are the habits of the main table: nobody is assumed to react to a message.
func Usual() Habits {
	return Habits{Name: "comme ci-dessus", Open: 0.65, Spread: 0.3, OnDuty: 0.95}
}

// Varied are the habits of the table of sensitivity.
func Varied() []Habits {
	vary := func(name string, change func(*Habits)) Habits {
		h := Usual()
		h.Name = name
		change(&h)
		return h
	}
	return []Habits{
		Usual(),
		vary("liste ouverte 45 % des jours", func(h *Habits) { h.Open = 0.45 }),
		vary("liste ouverte 30 % des jours, garde comprise à 70 %", func(h *Habits) { h.Open, h.Spread, h.OnDuty = 0.3, 0.2, 0.7 }),
		vary("liste ouverte 85 % des jours", func(h *Habits) { h.Open, h.Spread = 0.85, 0.1 }),
		vary("tous la même assiduité", func(h *Habits) { h.Spread = 0 }),
		vary("garde tenue comme un jour ordinaire", func(h *Habits) { h.OnDuty = 0.65 }),
		vary("un message sur quatre fait ouvrir la liste", func(h *Habits) { h.Reacts = 0.25 }),
		vary("une demande sur dix le samedi matin", func(h *Habits) { h.Saturday = 0.1 }),
		vary("la même, avec une garde le samedi midi", func(h *Habits) { h.Saturday, h.Weekend = 0.1, true }),
	}
}

// The seed's pool: 10 dermatologists, and 452 requests in a year.
const (
	yearlyRequests = 452.0
	workingDays    = 251.0
)

// shares are the pool's experts by département, and where requests come from.
var shares = []struct {
	departement string
	experts     int
	requests    float64
}{{"77", 4, 0.45}, {"93", 3, 0.35}, {"94", 3, 0.20}}

// distances between the centres of the départements, in km.
var distances = map[string]float64{"7793": 36, "7794": 35, "9394": 18}

func far(a, b string) float64 {
	if a == b {
		return 0
	}
	return max(distances[a+b], distances[b+a])
}

// What does not vary.
const (
	awayDays     = 0.12 // of working days, in runs of a week, announced in the calendar
	sessionTime  = 30 * time.Minute
	answerTime   = 3 * time.Minute
	asksForMore  = 0.08 // of first readings; the requester completes within two days
	leaves       = 0.05 // of readings: called away, the expert leaves the case taken and unanswered
	called       = 0.7  // of the coordinator's calls: an expert opens the list within two working hours
	visitWanted  = 0.6  // of P1 requests
	slotsPerWeek = 3    // kept for the pool by each expert
)

var urgencies = []struct {
	urgency telexpertise.Urgency
	share   float64
}{{telexpertise.P1, 0.2}, {telexpertise.P2, 0.35}, {telexpertise.P3, 0.45}}

// request is one case of the simulation.
type request struct {
	id          int
	departement string
	urgency     telexpertise.Urgency
	at          time.Time
	level       int
	offers      int      // counts offers, so that a clock knows whether it is still its own
	tried       []string // who sees it
	all         bool     // everybody does
	taker       int      // who holds it, or −1
	answered    time.Time
	answeredBy  int
	completed   time.Time // until when more was awaited
	asked       bool
	visit       time.Time
	escalations int
}

// expert is one dermatologist of the simulation.
type expert struct {
	telexpertise.Candidate
	habit    float64
	answers  int
	recent   []time.Time // answers of the last four weeks
	slots    []time.Time // free ones, soonest first
	awayOn   map[int]bool
	lastSeen time.Time
	idle     bool // as it stood on idleOn: looked at once a day
	idleOn   int
}

// begin is the first Monday of the simulation: any, with holidays ahead of it.
var begin = time.Date(2026, 1, 5, 0, 0, 0, 0, i18n.Paris)

func dayAt(day int, hour float64) time.Time {
	d := begin.AddDate(0, 0, day)
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, int(hour*3600), 0, i18n.Paris)
}

func dayNumber(at time.Time) int { return int(at.Sub(begin).Hours()+1) / 24 }

// arrivals draws the requests: as many a working day as the year says, within working hours, and a share on Saturday mornings.
func arrivals(p Plan, r *rand.Rand) []*request {
	var all []*request
	perDay := yearlyRequests * float64(p.Scale) / workingDays
	for day := range p.Days {
		noon := dayAt(day, 12)
		mean, open, hours := perDay*(1-p.Habits.Saturday), 8.0, 11.0
		switch {
		case noon.Weekday() == time.Saturday && p.Habits.Saturday > 0:
			mean, open, hours = perDay*5*p.Habits.Saturday, 8, 5
		case !clock.France.IsWorkingDay(noon):
			continue
		}
		for range poisson(mean, r) {
			all = append(all, draw(len(all), dayAt(day, open+hours*r.Float64()), r))
		}
	}
	return all
}

func draw(id int, at time.Time, r *rand.Rand) *request {
	q := &request{id: id, at: at, departement: shares[len(shares)-1].departement, urgency: telexpertise.P3, answeredBy: -1, taker: -1}
	x, y := r.Float64(), r.Float64()
	for _, s := range shares {
		if x -= s.requests; x < 0 {
			q.departement = s.departement
			break
		}
	}
	for _, u := range urgencies {
		if y -= u.share; y < 0 {
			q.urgency = u.urgency
			break
		}
	}
	q.asked = r.Float64() < asksForMore
	return q
}

// poisson draws a count of a mean: by products while the mean is small, by the normal approximation above.
func poisson(mean float64, r *rand.Rand) int {
	if mean > 50 {
		return max(0, int(mean+r.NormFloat64()*math.Sqrt(mean)+0.5))
	}
	limit, product, n := math.Exp(-mean), r.Float64(), 0
	for ; product > limit; n++ {
		product *= r.Float64()
	}
	return n
}

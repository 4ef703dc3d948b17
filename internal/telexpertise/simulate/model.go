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

// Plan is what is simulated.
type Plan struct {
	Seed  uint64
	Scale int // times the pool of 10 dermatologists and its volume
	Days  int
	// Shared is our policy: real dispatch, escalation, slots of the whole pool attached when the answer is signed. Without it each
	// request goes to the nearest dermatologist and waits there, and the visit is asked of their own secretary.
	Shared bool
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

// Habits of doctors, all assumed.
const (
	openDaily    = 0.65 // an expert opens the list on a working day
	openOnDuty   = 0.95 // the same, on duty
	awayDays     = 0.12 // of working days, in runs of a week, announced in the calendar
	sessionTime  = 30 * time.Minute
	answerTime   = 3 * time.Minute
	asksForMore  = 0.08 // of first readings; the requester completes within a day or two
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
	offer       telexpertise.Offer
	tried       []string
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
	answers int
	slots   []time.Time // free ones, soonest first
	awayOn  map[int]bool
}

// begin is the first Monday of the simulation: any, with holidays ahead of it.
var begin = time.Date(2026, 1, 5, 0, 0, 0, 0, i18n.Paris)

func dayAt(day int, hour float64) time.Time {
	d := begin.AddDate(0, 0, day)
	return d.Add(time.Duration(hour * float64(time.Hour)))
}

// arrivals draws the requests: as many a working day as the year says, within working hours.
func arrivals(p Plan, r *rand.Rand) []*request {
	var all []*request
	perDay := yearlyRequests * float64(p.Scale) / workingDays
	for day := range p.Days {
		if !clock.France.IsWorkingDay(dayAt(day, 12)) {
			continue
		}
		for range poisson(perDay, r) {
			q := &request{id: len(all), at: dayAt(day, 8+11*r.Float64()), departement: shares[len(shares)-1].departement, urgency: telexpertise.P3, answeredBy: -1}
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
			all = append(all, q)
		}
	}
	return all
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

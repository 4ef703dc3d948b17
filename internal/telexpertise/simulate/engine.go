package simulate

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/telexpertise"
)

// event is a moment at which something happens; n breaks ties, so that runs repeat.
type event struct {
	at time.Time
	n  int
	do func(at time.Time)
}

type queue []event

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].at.Compare(q[j].at), cmp.Compare(q[i].n, q[j].n)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push is part of heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(event)) }

// Pop is part of heap.Interface.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

type engine struct {
	plan     Plan
	settings telexpertise.Settings
	random   *rand.Rand
	experts  []*expert
	byID     map[string]int
	requests []*request
	open     map[string][]*request // by the expert they are offered to
	forAll   []*request
	events   queue
	n        int
}

// Run plays a plan to its end; requests still open then are left out of the times and counted.
func Run(p Plan) Result {
	e := &engine{plan: p, settings: telexpertise.DefaultSettings(), random: rand.New(rand.NewPCG(p.Seed, 1)), byID: map[string]int{}, open: map[string][]*request{}}
	e.hire()
	e.requests = arrivals(p, rand.New(rand.NewPCG(p.Seed, 2)))
	for _, q := range e.requests {
		e.at(q.at, func(at time.Time) { e.pass(q, -1, at) })
	}
	e.schedule()
	for len(e.events) > 0 {
		next := heap.Pop(&e.events).(event)
		next.do(next.at)
	}
	return e.result()
}

func (e *engine) at(t time.Time, do func(time.Time)) {
	e.n++
	heap.Push(&e.events, event{t, e.n, do})
}

// hire makes the experts, their holidays and the slots that they keep.
func (e *engine) hire() {
	for _, s := range shares {
		for i := range s.experts * e.plan.Scale {
			x := &expert{Candidate: telexpertise.Candidate{ID: fmt.Sprintf("%s-%04d", s.departement, i), Departement: s.departement}, awayOn: map[int]bool{}}
			for week := 0; week < e.plan.Days/7+1; week++ {
				if e.random.Float64() < awayDays {
					for d := range 7 {
						x.awayOn[week*7+d] = true
					}
					continue
				}
				for k := range slotsPerWeek {
					x.slots = append(x.slots, dayAt(week*7+(i+2*k)%5, 9+float64(3*k)))
				}
			}
			e.byID[x.ID] = len(e.experts)
			e.experts = append(e.experts, x)
		}
	}
}

// schedule draws when each expert opens the list: once or twice on most working days, more surely on duty.
func (e *engine) schedule() {
	for day := range e.plan.Days {
		if !clock.France.IsWorkingDay(dayAt(day, 12)) {
			continue
		}
		for i, x := range e.experts {
			chance := openDaily
			if e.onDuty(i, day) {
				chance = openOnDuty
			}
			for _, from := range []float64{8, 12.5} {
				hour, opens := from+5*e.random.Float64(), e.random.Float64() < chance/1.3
				if opens && !x.awayOn[day] {
					e.at(dayAt(day, hour), func(at time.Time) { e.session(i, at) })
				}
			}
		}
	}
}

// onDuty turns the duty through the pool: one expert in ten each day.
func (e *engine) onDuty(i, day int) bool { return i%10 == day%10 }

// pass offers a request to its next reader. Without sharing it goes to the nearest and stays there.
func (e *engine) pass(q *request, level int, at time.Time) {
	day := int(at.Sub(begin).Hours() / 24)
	candidates := make([]telexpertise.Candidate, len(e.experts))
	for i, x := range e.experts {
		candidates[i] = x.Candidate
		candidates[i].Load = len(e.open[x.ID])
		candidates[i].OnDuty, candidates[i].Away = e.onDuty(i, day), e.plan.Shared && x.awayOn[day]
	}
	if !e.plan.Shared {
		near := telexpertise.Nearest(q.departement, candidates, far)
		same := slices.IndexFunc(near, func(c telexpertise.Candidate) bool { return c.Departement != q.departement })
		q.offer = telexpertise.Offer{To: near[q.id%max(1, same)].ID} // each practice has its own nearest one
		e.open[q.offer.To] = append(e.open[q.offer.To], q)
		return
	}
	e.drop(q)
	q.offer = telexpertise.NextOffer(level, q.tried, telexpertise.Share(q.departement, candidates, far))
	if q.offer.To == "" {
		e.forAll = append(e.forAll, q)
	} else {
		q.tried = append(q.tried, q.offer.To)
		e.open[q.offer.To] = append(e.open[q.offer.To], q)
	}
	if q.offer.Level >= telexpertise.LevelCoordinator {
		return
	}
	deadline := e.settings.Offer
	if q.urgency == telexpertise.P1 {
		deadline = e.settings.OfferP1
	}
	now := q.offer.Level
	e.at(deadline.After(at), func(at time.Time) {
		if q.answeredBy < 0 && !q.completed.After(at) && q.offer.Level == now {
			q.escalations++
			e.pass(q, now, at)
		}
	})
}

func (e *engine) drop(q *request) {
	gone := func(o *request) bool { return o == q }
	if q.offer.To != "" {
		e.open[q.offer.To] = slices.DeleteFunc(e.open[q.offer.To], gone)
	}
	e.forAll = slices.DeleteFunc(e.forAll, gone)
}

// session is one opening of the list: by risk, then age, until time is up.
func (e *engine) session(i int, at time.Time) {
	x := e.experts[i]
	end := at.Add(sessionTime)
	for _, q := range e.todo(x) {
		if at.Add(answerTime).After(end) {
			return
		}
		if q.completed.After(at) {
			continue
		}
		at = at.Add(answerTime)
		if q.asked {
			q.asked, q.completed = false, at.Add(time.Duration(4+40*e.random.Float64())*time.Hour)
			continue
		}
		e.drop(q)
		q.answered, q.answeredBy = at, i
		x.answers++
		if q.urgency == telexpertise.P1 && e.random.Float64() < visitWanted {
			q.visit = e.book(q, i, at)
		}
	}
}

func (e *engine) todo(x *expert) []*request {
	list := slices.Concat(e.open[x.ID], e.forAll)
	slices.SortStableFunc(list, func(a, b *request) int { return cmp.Or(cmp.Compare(a.urgency, b.urgency), a.at.Compare(b.at)) })
	return list
}

// book takes the first free slot a day ahead: of the whole pool when it is shared, attached as the answer is signed; else of the
// expert alone, once their secretary has reached the patient.
func (e *engine) book(q *request, by int, at time.Time) time.Time {
	best, where := time.Time{}, -1
	from := at.Add(24 * time.Hour)
	if !e.plan.Shared {
		from = clock.France.AddWorking(at, time.Duration(11+33*e.random.Float64())*time.Hour) // one to four days to reach the patient
	}
	for i, x := range e.experts {
		if !e.plan.Shared && i != by || far(q.departement, x.Departement) > 40 {
			continue
		}
		if k := slices.IndexFunc(x.slots, func(s time.Time) bool { return s.After(from) }); k >= 0 && (where < 0 || x.slots[k].Before(best)) {
			best, where = x.slots[k], i
		}
	}
	if where >= 0 {
		e.experts[where].slots = slices.DeleteFunc(e.experts[where].slots, func(s time.Time) bool { return s.Equal(best) })
	}
	return best
}

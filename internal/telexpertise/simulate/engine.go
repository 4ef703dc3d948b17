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
	set      *telexpertise.Settings // nil: the nearest only
	random   *rand.Rand             // what experts and requesters do once the list is open
	experts  []*expert
	byID     map[string]int
	duty     map[int]map[int]bool // by day, who is on duty
	requests []*request
	open     [][]*request // by expert: offered to them by name, or held by them
	forAll   []*request
	events   queue
	n        int
}

// Run plays a plan to its end, as often as it says; requests still open then are left out of the times and counted.
func Run(p Plan) Result {
	var all []Result
	for range max(1, p.Repeats) {
		all = append(all, run(p))
		p.Seed++
	}
	return together(all)
}

func run(p Plan) Result { return build(p).result() }

// build plays one run to its end.
func build(p Plan) *engine {
	e := &engine{plan: p, set: p.Policy.Settings, random: rand.New(rand.NewPCG(p.Seed, 4)), byID: map[string]int{}, duty: map[int]map[int]bool{}}
	e.hire(rand.New(rand.NewPCG(p.Seed, 1)))
	e.requests = arrivals(p, rand.New(rand.NewPCG(p.Seed, 2)))
	for _, q := range e.requests {
		e.at(q.at, func(at time.Time) { e.pass(q, -1, at) })
	}
	e.schedule(rand.New(rand.NewPCG(p.Seed, 3)))
	for len(e.events) > 0 {
		next := heap.Pop(&e.events).(event)
		next.do(next.at)
	}
	return e
}

func (e *engine) at(t time.Time, do func(time.Time)) {
	e.n++
	heap.Push(&e.events, event{t, e.n, do})
}

// hire makes the experts, their habits, their holidays and the slots that they keep.
func (e *engine) hire(r *rand.Rand) {
	for _, s := range shares {
		for i := range s.experts * e.plan.Scale {
			x := &expert{Candidate: telexpertise.Candidate{ID: fmt.Sprintf("%s-%04d", s.departement, i), Departement: s.departement}, awayOn: map[int]bool{}}
			x.habit = e.plan.Habits.Open + e.plan.Habits.Spread*(2*r.Float64()-1)
			for week := 0; week < e.plan.Days/7+1; week++ {
				if r.Float64() < awayDays {
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
	e.open = make([][]*request, len(e.experts))
}

// schedule draws when each expert opens the list: once or twice on most of their working days. A shared pool has its duty: who has it
// opens more surely, and once more at the hour of the evening reminder while something waits.
func (e *engine) schedule(r *rand.Rand) {
	for day := range e.plan.Days {
		if noon := dayAt(day, 12); !clock.France.IsWorkingDay(noon) {
			if noon.Weekday() == time.Saturday && e.plan.Habits.Weekend {
				e.weekend(day, r)
			}
			continue
		}
		e.setDuty(day)
		for i, x := range e.experts {
			chance := x.habit
			if e.duty[day][i] {
				chance = max(chance, e.plan.Habits.OnDuty)
			}
			for _, from := range []float64{8, 12.5} {
				hour, opens := from+5*r.Float64(), r.Float64() < chance/1.3
				if opens && !x.awayOn[day] {
					e.at(dayAt(day, hour), func(at time.Time) { e.session(i, at) })
				}
			}
			evening, looks := r.Float64(), r.Float64() < e.plan.Habits.OnDuty
			if e.set != nil && e.set.Evening > 0 && e.duty[day][i] && looks {
				e.at(dayAt(day, float64(e.set.Evening)+1.5*evening), func(at time.Time) { e.session(i, at) })
			}
		}
	}
}

// weekend is the duty of a Saturday: one look at noon.
func (e *engine) weekend(day int, r *rand.Rand) {
	e.setDuty(day)
	for i := range e.experts {
		minutes, looks := r.Float64(), r.Float64() < e.plan.Habits.OnDuty
		if e.duty[day][i] && looks {
			e.at(dayAt(day, telexpertise.WeekendHour+1.5*minutes), func(at time.Time) { e.session(i, at) })
		}
	}
}

// setDuty turns the duty through the pool: of ten experts, each day the next one who is not away.
func (e *engine) setDuty(day int) {
	e.duty[day] = map[int]bool{}
	if e.set == nil {
		return
	}
	for ten := 0; ten < len(e.experts); ten += 10 {
		for k := range 10 {
			if i := ten + (day+k)%10; i < len(e.experts) && !e.experts[i].awayOn[day] {
				e.duty[day][i] = true
				break
			}
		}
	}
}

// pass offers a request to its next readers. Without sharing it goes to the nearest and stays there.
func (e *engine) pass(q *request, level int, at time.Time) {
	q.offers++
	if e.set == nil {
		e.toNearest(q)
		return
	}
	offer := e.set.Offered(q.urgency, q.departement, level, q.tried, e.candidates(at), far, at)
	q.level = offer.Level
	q.tried = append(q.tried, offer.To...)
	for _, id := range offer.To {
		i := e.byID[id]
		e.open[i] = append(e.open[i], q)
	}
	if len(offer.To) == 0 {
		e.toAll(q, q.level)
	}
	e.message(offer, at)
	if q.level >= telexpertise.LevelCoordinator {
		e.call(at)
		return
	}
	mine := q.offers
	e.at(e.set.OfferEnds(q.urgency, q.level, at), func(at time.Time) {
		if q.answeredBy < 0 && q.taker < 0 && q.offers == mine {
			q.escalations++
			e.pass(q, q.level, at)
		}
	})
}

// toNearest gives a request to the dermatologist of its practice.
func (e *engine) toNearest(q *request) {
	all := make([]telexpertise.Candidate, len(e.experts))
	for i, x := range e.experts {
		all[i] = x.Candidate
	}
	near := telexpertise.Nearest(q.departement, all, far)
	same := slices.IndexFunc(near, func(c telexpertise.Candidate) bool { return c.Departement != q.departement })
	i := e.byID[near[q.id%max(1, same)].ID]
	e.open[i] = append(e.open[i], q)
}

func (e *engine) candidates(at time.Time) []telexpertise.Candidate {
	day := dayNumber(at)
	all := make([]telexpertise.Candidate, len(e.experts))
	for i, x := range e.experts {
		for len(x.recent) > 0 && at.Sub(x.recent[0]) > 28*24*time.Hour {
			x.recent = x.recent[1:]
		}
		if x.idleOn != day {
			x.idleOn, x.idle = day, telexpertise.Idle(x.lastSeen, at)
		}
		all[i] = x.Candidate
		all[i].Load, all[i].Recent = len(e.open[i]), len(x.recent)
		all[i].OnDuty, all[i].Away, all[i].Idle = e.duty[day][i], x.awayOn[day], x.idle
	}
	return all
}

// message tells those who were asked; with some luck one of them opens the list soon.
func (e *engine) message(o telexpertise.Offer, at time.Time) {
	told := o.To
	if len(told) == 0 { // a message to everyone moves as many people as one to three
		for range min(3, len(e.experts)) {
			told = append(told, e.experts[e.random.IntN(len(e.experts))].ID)
		}
	}
	for _, id := range told {
		if e.random.Float64() < e.plan.Habits.Reacts {
			e.comes(e.byID[id], at, 3)
		}
	}
}

// call is the coordinator's: an expert who is there opens the list, most of the time.
func (e *engine) call(at time.Time) {
	if e.random.Float64() < called {
		e.comes(e.random.IntN(len(e.experts)), at, 2)
	}
}

// comes makes an expert open the list within so many working hours, unless they are away.
func (e *engine) comes(i int, at time.Time, within float64) {
	then := clock.France.AddWorking(at, time.Duration((0.2+within*e.random.Float64())*float64(time.Hour)))
	if !e.experts[i].awayOn[dayNumber(then)] {
		e.at(then, func(at time.Time) { e.session(i, at) })
	}
}

func (e *engine) toAll(q *request, level int) {
	if !q.all {
		e.forAll = append(e.forAll, q)
	}
	q.all, q.level = true, level
}

// drop takes a request off every list.
func (e *engine) drop(q *request) {
	gone := func(o *request) bool { return o == q }
	for i := range e.open {
		if len(e.open[i]) > 0 {
			e.open[i] = slices.DeleteFunc(e.open[i], gone)
		}
	}
	if q.all {
		e.forAll = slices.DeleteFunc(e.forAll, gone)
	}
	q.all = false
}

// session is one opening of the list: by risk, then age, until time is up.
func (e *engine) session(i int, at time.Time) {
	x := e.experts[i]
	x.lastSeen, x.idle = at, false
	end := at.Add(sessionTime)
	for _, q := range e.todo(i) {
		if at.Add(answerTime).After(end) {
			return
		}
		if q.completed.After(at) {
			continue
		}
		at = at.Add(answerTime)
		switch {
		case q.asked:
			q.asked, q.completed = false, at.Add(time.Duration(4+40*e.random.Float64())*time.Hour)
			e.take(q, i, at, q.completed)
		case e.random.Float64() < leaves:
			e.take(q, i, at, at)
			return
		default:
			e.answer(q, i, at)
		}
	}
}

func (e *engine) todo(i int) []*request {
	list := slices.Concat(e.open[i], e.forAll)
	slices.SortStableFunc(list, func(a, b *request) int { return cmp.Or(cmp.Compare(a.urgency, b.urgency), a.at.Compare(b.at)) })
	return slices.Compact(list)
}

// take leaves a request with one expert; a shared pool frees it at half time.
func (e *engine) take(q *request, i int, at, from time.Time) {
	e.drop(q)
	q.taker = i
	e.open[i] = append(e.open[i], q)
	if e.set == nil {
		return
	}
	q.offers++
	mine := q.offers
	half := e.set.AnswerHalf(q.urgency)
	e.at(half.After(from), func(at time.Time) {
		if q.answeredBy < 0 && q.offers == mine {
			e.drop(q)
			q.taker = -1
			q.escalations++
			e.pass(q, telexpertise.LevelNext, at) // to all
		}
	})
}

func (e *engine) answer(q *request, i int, at time.Time) {
	e.drop(q)
	q.answered, q.answeredBy = at, i
	x := e.experts[i]
	x.answers++
	x.recent = append(x.recent, at)
	if q.urgency == telexpertise.P1 && e.random.Float64() < visitWanted {
		q.visit = e.book(q, i, at)
	}
}

// book takes the first free slot a day ahead: of the whole pool when it is shared, attached as the answer is signed; else of the
// expert alone, once their secretary has reached the patient.
func (e *engine) book(q *request, by int, at time.Time) time.Time {
	best, where := time.Time{}, -1
	from := at.Add(24 * time.Hour)
	if e.set == nil {
		from = clock.France.AddWorking(at, time.Duration(11+33*e.random.Float64())*time.Hour) // one to four days to reach the patient
	}
	for i, x := range e.experts {
		if e.set == nil && i != by || far(q.departement, x.Departement) > 40 {
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

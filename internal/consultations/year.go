package consultations

import (
	"cmp"
	"slices"
	"time"

	"maillage/internal/platform/clock"
)

// YearReview is the review of one year since the opening; years count from 1.
type YearReview struct {
	ConsultationID string    `db:"consultation_id"`
	Year           int       `db:"year"`
	Text           string    `db:"text"`
	WrittenOn      clock.Day `db:"written_on"`
}

// Part is what a partner brought in a year.
type Part struct {
	ConsultationID string `db:"consultation_id"`
	PartnerID      string `db:"partner_id"`
	Year           int    `db:"year"`
	Hours          int    `db:"hours"`
	Cents          int64  `db:"cents"`
	Note           string `db:"note"`
}

// Year is what happened in a year since the opening.
type Year struct {
	Number                   int
	From, To                 clock.Day // first and last day
	Planned, Held, Cancelled int       // Planned counts those that are to come or were not told of
	Slots, Attended          int       // of the sessions held
	Waiting                  int       // median of what the sessions held told, in days; -1 when none told
	Review                   YearReview
	Parts                    []Part
}

// Foreseen is how many sessions were on the calendar.
func (y Year) Foreseen() int { return y.Planned + y.Held + y.Cancelled }

// Taken is the share of slots that were taken.
func (y Year) Taken() float64 { return float64(y.Attended) / float64(max(1, y.Slots)) }

// PartOf is what a partner brought in the year.
func (y Year) PartOf(partner string) (Part, bool) {
	i := slices.IndexFunc(y.Parts, func(p Part) bool { return p.PartnerID == partner })
	if i < 0 {
		return Part{}, false
	}
	return y.Parts[i], true
}

// yearOf is the year of a day since the opening, from 1; 0 before it.
func (c *Consultation) yearOf(day clock.Day) int {
	if !c.OpenedOn.Valid() || day < c.OpenedOn {
		return 0
	}
	year := 1
	for day >= c.OpenedOn.AddMonths(12*year) {
		year++
	}
	return year
}

// dueYear is the year whose review is asked for: the last that ended when the review opened, the running one before.
func (c *Consultation) dueYear(today clock.Day) int {
	if c.State == Review {
		return max(1, c.yearOf(clock.DayOf(c.Since))-1)
	}
	return max(1, c.yearOf(today))
}

// reviewOf is the review of a year, if it was written.
func (c *Consultation) reviewOf(year int) (YearReview, bool) {
	i := slices.IndexFunc(c.Reviews, func(r YearReview) bool { return r.Year == year })
	if i < 0 {
		return YearReview{}, false
	}
	return c.Reviews[i], true
}

// years gathers what happened, latest first: years without a session, a review or a part are left out, but for the running one.
func years(c *Consultation, all []Session, parts []Part, today clock.Day) []Year {
	byNumber := map[int]*Year{}
	at := func(number int) *Year {
		if byNumber[number] == nil {
			y := &Year{Number: number, From: c.OpenedOn.AddMonths(12 * (number - 1)), To: c.OpenedOn.AddMonths(12 * number).Add(-1), Waiting: -1}
			y.Review, _ = c.reviewOf(number)
			byNumber[number] = y
		}
		return byNumber[number]
	}
	waits := map[int][]int{}
	for _, s := range all {
		number := c.yearOf(s.HeldOn)
		if number == 0 {
			continue
		}
		y := at(number)
		switch s.State {
		case Held:
			y.Held, y.Slots, y.Attended = y.Held+1, y.Slots+s.Slots, y.Attended+s.Attended
			if s.Waiting != nil {
				waits[number] = append(waits[number], *s.Waiting)
			}
		case Cancelled:
			y.Cancelled++
		default:
			y.Planned++
		}
	}
	for _, p := range parts {
		y := at(p.Year)
		y.Parts = append(y.Parts, p)
	}
	for _, r := range c.Reviews {
		at(r.Year)
	}
	if running := c.yearOf(today); running > 0 {
		at(running)
	}
	out := make([]Year, 0, len(byNumber))
	for number, y := range byNumber {
		if list := waits[number]; len(list) > 0 {
			slices.Sort(list)
			y.Waiting = list[len(list)/2]
		}
		out = append(out, *y)
	}
	slices.SortFunc(out, func(a, b Year) int { return cmp.Compare(b.Number, a.Number) })
	return out
}

// weeks lists days a number of weeks apart.
func weeks(from clock.Day, every, count int) []clock.Day {
	days := make([]clock.Day, 0, count)
	for k := range count {
		days = append(days, from.Add(7*every*k))
	}
	return days
}

// reportLag is how long after its day a planned session without news is shown as late.
const reportLag = 7 * 24 * time.Hour

// Silent tells whether a planned session is past and nobody told what became of it.
func (s Session) Silent(now time.Time) bool {
	return s.State == Planned && now.After(s.HeldOn.Time().Add(24*time.Hour+reportLag))
}

package clock

import (
	"time"

	"maillage/internal/platform/i18n"
)

// Working says when people work. Hours are those of Location's wall clock, on days that are neither a weekend nor a holiday.
type Working struct {
	Open, Close int // hours: [Open, Close)
	Location    *time.Location
	Holiday     func(year int, month time.Month, day int) bool
}

// France is 8 h to 19 h, Monday to Friday, in Paris, public holidays out (the two further ones of Alsace-Moselle are working days).
var France = Working{Open: 8, Close: 19, Location: i18n.Paris, Holiday: func(year int, month time.Month, day int) bool {
	_, off := FrenchHoliday(year, month, day)
	return off
}}

// IsWorking tells whether people work at t.
func (w Working) IsWorking(t time.Time) bool {
	open, shut := w.day(t)
	return !t.Before(open) && t.Before(shut)
}

// IsWorkingDay tells whether people work on the day of t, whatever its hour.
func (w Working) IsWorkingDay(t time.Time) bool {
	open, shut := w.day(t)
	return open.Before(shut)
}

// AddWorking is the moment when d of working time has passed since t. It ends at a closing hour rather than at the next opening.
// d is zero (the answer is t) or more.
func (w Working) AddWorking(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	at := t
	for {
		open, shut := w.day(at)
		if at.Before(open) {
			at = open
		}
		if left := shut.Sub(at); left >= d {
			return at.Add(d)
		} else if left > 0 {
			d -= left
		}
		at = w.midnight(at, 1)
	}
}

// AddWorkingDays is the same wall-clock hour on the n-th working day after the day of t. n is zero (the answer is t) or more.
func (w Working) AddWorkingDays(t time.Time, n int) time.Time {
	if n <= 0 {
		return t
	}
	local := t.In(w.Location)
	for days := 1; ; days++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+days, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), w.Location)
		if w.IsWorkingDay(at) {
			if n--; n == 0 {
				return at
			}
		}
	}
}

// WorkingBetween is the working time that passes from a to b; zero when b is not after a.
func (w Working) WorkingBetween(a, b time.Time) time.Duration {
	var total time.Duration
	for at := a; at.Before(b); at = w.midnight(at, 1) {
		open, shut := w.day(at)
		if at.After(open) {
			open = at
		}
		if b.Before(shut) {
			shut = b
		}
		if d := shut.Sub(open); d > 0 {
			total += d
		}
	}
	return total
}

// day gives the opening and closing of the day of t; both are the same moment when nobody works that day.
func (w Working) day(t time.Time) (open, shut time.Time) {
	y, m, d := t.In(w.Location).Date()
	open = time.Date(y, m, d, w.Open, 0, 0, 0, w.Location)
	if wd := open.Weekday(); wd == time.Saturday || wd == time.Sunday || w.Holiday(y, m, d) {
		return open, open
	}
	return open, time.Date(y, m, d, w.Close, 0, 0, 0, w.Location)
}

func (w Working) midnight(t time.Time, days int) time.Time {
	y, m, d := t.In(w.Location).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, w.Location)
}

// AddMonths is the same day and hour n months later in Paris; a day that the month does not have becomes its last one
// (31 December and two months: 28 or 29 February).
func AddMonths(t time.Time, n int) time.Time {
	t = t.In(i18n.Paris)
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 12, 0, 0, 0, i18n.Paris).Day()
	return time.Date(y, m+time.Month(n), min(d, last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), i18n.Paris)
}

// AddDays is the same wall-clock hour n days later in Paris.
func AddDays(t time.Time, n int) time.Time { return t.In(i18n.Paris).AddDate(0, 0, n) }

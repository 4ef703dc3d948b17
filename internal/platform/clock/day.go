package clock

import (
	"time"

	"maillage/internal/platform/i18n"
)

// Day is a calendar day, "2006-01-02"; "" is none. Days compare as text, and are kept as text.
type Day string

// DayOf is the day that a moment is in, in Paris.
func DayOf(t time.Time) Day { return Day(t.In(i18n.Paris).Format(time.DateOnly)) }

// Valid tells whether the day exists.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Time is the start of the day in Paris; the zero time for no day.
func (d Day) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), i18n.Paris)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add is the day so many days later, or before; "" stays "".
func (d Day) Add(days int) Day {
	if !d.Valid() {
		return ""
	}
	return DayOf(d.Time().AddDate(0, 0, days))
}

// AddMonths is the same day so many months later, or the last day of that month when it is shorter; "" stays "".
func (d Day) AddMonths(months int) Day {
	if !d.Valid() {
		return ""
	}
	return DayOf(AddMonths(d.Time(), months))
}

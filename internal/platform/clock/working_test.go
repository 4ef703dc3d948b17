package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

func paris(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, i18n.Paris)
	if err != nil {
		panic(err)
	}
	return t
}

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{1961: "04-02", 2000: "04-23", 2008: "03-23", 2019: "04-21", 2024: "03-31", 2026: "04-05", 2038: "04-25"} {
		m, d := clock.Easter(year)
		if got := time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Format("01-02"); got != want {
			t.Errorf("Easter %d on %s, want %s", year, got, want)
		}
	}
}

func TestHolidaysOf2026(t *testing.T) {
	want := "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"
	got := ""
	for day := paris("2026-01-01 12:00"); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
		if name, off := clock.FrenchHoliday(day.Date()); off {
			got += " " + day.Format("01-02")
			if name.FR == "" || name.EN == "" {
				t.Errorf("%s has no name", day)
			}
		}
	}
	if got != " "+want {
		t.Fatalf("got%s, want %s", got, want)
	}
}

func TestAddWorking(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		d    time.Duration
		want string
	}{
		"same day":                {"2026-03-02 09:00", 8 * time.Hour, "2026-03-02 17:00"},
		"ends at closing":         {"2026-03-02 11:00", 8 * time.Hour, "2026-03-02 19:00"},
		"over the night":          {"2026-03-02 18:00", 2 * time.Hour, "2026-03-03 09:00"},
		"asked at night":          {"2026-03-02 03:00", time.Hour, "2026-03-02 09:00"},
		"over a weekend":          {"2026-03-06 18:30", time.Hour, "2026-03-09 08:30"},
		"over the clock change":   {"2026-03-27 18:30", time.Hour, "2026-03-30 08:30"},
		"back to winter":          {"2026-10-23 18:30", 12 * time.Hour, "2026-10-27 08:30"},
		"over a holiday bridge":   {"2026-05-13 18:00", 2 * time.Hour, "2026-05-15 09:00"},
		"three days in a row off": {"2026-12-24 18:00", 2 * time.Hour, "2026-12-28 09:00"},
		"nothing":                 {"2026-03-07 12:00", 0, "2026-03-07 12:00"},
	} {
		if got := clock.France.AddWorking(paris(c.from), c.d); !got.Equal(paris(c.want)) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAddWorkingDaysAndMonths(t *testing.T) {
	if got := clock.France.AddWorkingDays(paris("2026-04-03 10:15"), 2); !got.Equal(paris("2026-04-08 10:15")) {
		t.Errorf("two working days over Easter: %s", got)
	}
	for from, want := range map[string]string{"2026-12-31 09:00": "2027-02-28 09:00", "2027-12-31 09:00": "2028-02-29 09:00", "2026-01-15 09:00": "2026-03-15 09:00"} {
		if got := clock.AddMonths(paris(from), 2); !got.Equal(paris(want)) {
			t.Errorf("%s and two months: %s", from, got)
		}
	}
	if got := clock.AddDays(paris("2026-03-28 12:00"), 1); !got.Equal(paris("2026-03-29 12:00")) {
		t.Errorf("a day over the clock change: %s", got)
	}
}

func moment(t *rapid.T, label string) time.Time {
	return time.Unix(rapid.Int64Range(1_450_000_000, 2_000_000_000).Draw(t, label), 0)
}

func TestWorkingTimeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := clock.France
		from := moment(t, "from")
		d := time.Duration(rapid.Int64Range(1, 400*3600).Draw(t, "seconds")) * time.Second
		e := time.Duration(rapid.Int64Range(0, 100*3600).Draw(t, "more")) * time.Second
		end := w.AddWorking(from, d)
		if got := w.WorkingBetween(from, end); got != d {
			t.Fatalf("%s of work after %s is %s, between them %s", d, from, end, got)
		}
		if split, whole := w.AddWorking(end, e), w.AddWorking(from, d+e); !split.Equal(whole) {
			t.Fatalf("in two steps %s, in one %s", split, whole)
		}
		if !w.IsWorking(end.Add(-time.Nanosecond)) {
			t.Fatalf("ends at %s, when nobody works", end)
		}
	})
}

func TestWorkingBetweenIsAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := clock.France
		a := moment(t, "a")
		b := a.Add(time.Duration(rapid.Int64Range(0, 60*86400).Draw(t, "ab")) * time.Second)
		c := b.Add(time.Duration(rapid.Int64Range(0, 60*86400).Draw(t, "bc")) * time.Second)
		if whole, parts := w.WorkingBetween(a, c), w.WorkingBetween(a, b)+w.WorkingBetween(b, c); whole != parts {
			t.Fatalf("%s and %s", whole, parts)
		}
		if w.WorkingBetween(c, a) != 0 && c.After(a) {
			t.Fatal("time went back")
		}
	})
}

package clock

import (
	"time"

	"maillage/internal/platform/i18n"
)

// fixedHolidays are those of article L3133-1 of the Code du travail that keep their date.
var fixedHolidays = map[[2]int]i18n.Text{
	{1, 1}:   {FR: "Jour de l’An", EN: "New Year’s Day"},
	{5, 1}:   {FR: "Fête du Travail", EN: "Labour Day"},
	{5, 8}:   {FR: "Victoire de 1945", EN: "Victory Day 1945"},
	{7, 14}:  {FR: "Fête nationale", EN: "National Day"},
	{8, 15}:  {FR: "Assomption", EN: "Assumption"},
	{11, 1}:  {FR: "Toussaint", EN: "All Saints’ Day"},
	{11, 11}: {FR: "Armistice de 1918", EN: "Armistice Day 1918"},
	{12, 25}: {FR: "Noël", EN: "Christmas Day"},
}

// movingHolidays are those that follow Easter Sunday, by days after it.
var movingHolidays = map[int]i18n.Text{
	1:  {FR: "Lundi de Pâques", EN: "Easter Monday"},
	39: {FR: "Ascension", EN: "Ascension Day"},
	50: {FR: "Lundi de Pentecôte", EN: "Whit Monday"},
}

// FrenchHoliday names the public holiday of a day of metropolitan France, if it is one.
func FrenchHoliday(year int, month time.Month, day int) (i18n.Text, bool) {
	if name, ok := fixedHolidays[[2]int{int(month), day}]; ok {
		return name, true
	}
	m, d := Easter(year)
	since := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(time.Date(year, m, d, 0, 0, 0, 0, time.UTC))
	name, ok := movingHolidays[int(since/(24*time.Hour))]
	return name, ok && since > 0
}

// Easter is the month and day of Easter Sunday, by the Gregorian computus (Meeus, Jones and Butcher's form of it).
func Easter(year int) (time.Month, int) {
	golden := year % 19
	century, rest := year/100, year%100
	correction := (century - (century+8)/25 + 1) / 3
	epact := (19*golden + century - century/4 - correction + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(rest/4) - epact - rest%4) % 7
	shift := (golden + 11*epact + 22*weekday) / 451
	days := epact + weekday - 7*shift + 114
	return time.Month(days / 31), days%31 + 1
}

package notifications

import (
	"slices"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Topic is what a notice is about.
type Topic string

// The topics.
const (
	TopicAnswers Topic = "answers" // news of one's own requests
	TopicWork    Topic = "work"    // requests to take or to answer
	TopicVisits  Topic = "visits"  // bookings and what nobody took
	TopicFiles   Topic = "files"   // applications for aid, their money, shared posts
)

// Topics lists them with their words.
var Topics = []struct {
	Topic Topic
	Label i18n.Text
}{
	{TopicAnswers, i18n.Text{FR: "Nouvelles de mes demandes", EN: "News of my requests"}},
	{TopicWork, i18n.Text{FR: "Demandes à prendre en charge", EN: "Requests to take"}},
	{TopicVisits, i18n.Text{FR: "Rendez-vous et coordination", EN: "Visits and coordination"}},
	{TopicFiles, i18n.Text{FR: "Dossiers d’aide, versements et postes", EN: "Aid applications, payments and posts"}},
}

// Channel is how somebody is told.
type Channel string

// The channels.
const (
	Both Channel = "both"
	Mail Channel = "mail"
	Push Channel = "push"
)

// Channels lists them with their words.
var Channels = []struct {
	Channel Channel
	Label   i18n.Text
}{
	{Both, i18n.Text{FR: "Message et appareil", EN: "Mail and device"}},
	{Mail, i18n.Text{FR: "Message seul", EN: "Mail only"}},
	{Push, i18n.Text{FR: "Appareil seul", EN: "Device only"}},
}

// Rules are what somebody chose.
type Rules struct {
	Channels map[Topic]Channel `json:"channels"`
	// QuietFrom and QuietTo bound each night's quiet hours, in Paris: "20:00", "07:00"; empty for none.
	QuietFrom string `json:"quiet_from"`
	QuietTo   string `json:"quiet_to"`
	// WorkingDays keeps Saturdays, Sundays and holidays quiet.
	WorkingDays bool `json:"working_days"`
	// Urgent lets what is urgent through at any hour.
	Urgent bool `json:"urgent"`
}

// DefaultRules are those of somebody who chose nothing.
func DefaultRules() Rules {
	return Rules{Channels: map[Topic]Channel{}, QuietFrom: "20:00", QuietTo: "07:00", WorkingDays: true, Urgent: true}
}

// Channel is how this person is told of a topic.
func (r Rules) Channel(t Topic) Channel {
	if c := r.Channels[t]; c != "" {
		return c
	}
	return Both
}

func (r Rules) check() error {
	f := fault.Fields{}
	for t, c := range r.Channels {
		if !slices.ContainsFunc(Channels, func(k struct {
			Channel Channel
			Label   i18n.Text
		}) bool {
			return k.Channel == c
		}) {
			f.Add("channel_"+string(t), "Choisissez comment être prévenu.", "Choose how to be told.")
		}
	}
	for name, text := range map[string]string{"quiet_from": r.QuietFrom, "quiet_to": r.QuietTo} {
		if _, ok := minuteOf(text); !ok && text != "" {
			f.Add(name, "Indiquez une heure, par exemple 20:00.", "Give a time, such as 20:00.")
		}
	}
	if (r.QuietFrom == "") != (r.QuietTo == "") {
		f.Add("quiet_to", "Indiquez le début et la fin des heures calmes, ou aucun des deux.", "Give both ends of the quiet hours, or neither.")
	}
	return f.Err()
}

// minuteOf is the minute of the day of "20:00".
func minuteOf(text string) (int, bool) {
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil
}

// NotBefore is when a push may leave: now, or at the end of the quiet time.
func (r Rules) NotBefore(now time.Time, urgent bool) time.Time {
	if urgent && r.Urgent {
		return now
	}
	at := now.In(i18n.Paris)
	for range 30 { // a holiday between week-ends, and more
		next := r.loud(at)
		if next.Equal(at) {
			return at
		}
		at = next
	}
	return at
}

// loud is the moment itself when nothing is quiet, else a later one that may be.
func (r Rules) loud(at time.Time) time.Time {
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	if r.WorkingDays && !clock.France.IsWorkingDay(at) {
		return midnight.AddDate(0, 0, 1)
	}
	from, ok := minuteOf(r.QuietFrom)
	to, too := minuteOf(r.QuietTo)
	if !ok || !too || from == to {
		return at
	}
	now := at.Hour()*60 + at.Minute()
	end := time.Date(at.Year(), at.Month(), at.Day(), to/60, to%60, 0, 0, at.Location())
	switch {
	case from < to && now >= from && now < to, from > to && now < to:
		return end
	case from > to && now >= from:
		return end.AddDate(0, 0, 1)
	}
	return at
}

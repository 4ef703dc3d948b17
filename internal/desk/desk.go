package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/platform/i18n"
)

// Item is one thing that waits for the reader.
type Item struct {
	Title  string
	Detail string
	Href   string
	Due    time.Time // zero without a deadline
	Badge  string    // a word on its state, "" for none
	Tone   string    // of the badge
}

// Section is what one room hands over.
type Section struct {
	Key   string // stands in the page's anchors
	Title i18n.Text
	Items []Item
	Total int // how many there are in all; Items holds the first
	// Most is how many lines are shown, of those that count; 0 shows them all.
	Most int
	// Counted are the deadlines of all there is, for a room that hands over the first lines only; nil: those of Items are counted.
	Counted *Deadlines
	// Empty says that nothing waits here, and what to do; a section without items nor Empty is left out.
	Empty i18n.Text
	More  Link
	// Body is drawn instead of the items, by the room that hands it over.
	Body templ.Component
	Wide bool // takes the whole width
}

// Deadlines are those that have passed, and those that come within seven days.
type Deadlines struct{ Late, Soon int }

// Link is a place with its label.
type Link struct {
	Href, Icon string
	Label      i18n.Text
	Main       bool
}

// Shown tells whether the section has anything to say.
func (s Section) Shown() bool { return len(s.Items) > 0 || s.Body != nil || !s.Empty.Empty() }

// Part is what a source hands over: sections, and the places that this reader comes for.
type Part struct {
	Sections []Section
	Links    []Link
	// Lead says in one sentence what the reader is here for; the first source that gives one is heard.
	Lead i18n.Text
}

// Source is how a room takes part in the desk of a reader.
type Source func(ctx context.Context, actor accounts.Actor) (Part, error)

// Desk is what waits for one reader.
type Desk struct {
	Name      string
	Now       time.Time
	Lead      i18n.Text
	Sections  []Section
	Links     []Link
	Deadlines // each thing counted once
}

// Soon is when what comes within seven days ends: at midnight in Paris after the seventh, as the countdown of each line counts.
func Soon(now time.Time) time.Time {
	const days = 7
	p := now.In(i18n.Paris)
	return time.Date(p.Year(), p.Month(), p.Day()+days+1, 0, 0, 0, 0, i18n.Paris)
}

// Gather asks every source, in order.
func Gather(ctx context.Context, actor accounts.Actor, now time.Time, sources ...Source) (Desk, error) {
	d := Desk{Name: actor.Name, Now: now}
	dated := map[string]time.Time{}
	for k, source := range sources {
		part, err := source(ctx, actor)
		if err != nil {
			return d, fmt.Errorf("desk, source %d: %w", k, err)
		}
		if d.Lead.Empty() {
			d.Lead = part.Lead
		}
		d.Links = append(d.Links, part.Links...)
		for _, s := range part.Sections {
			if !s.Shown() {
				continue
			}
			d.Sections = append(d.Sections, s.cut())
			if s.Counted != nil {
				d.Late, d.Soon = d.Late+s.Counted.Late, d.Soon+s.Counted.Soon
				continue
			}
			for _, item := range s.Items {
				if !item.Due.IsZero() {
					dated[item.Href] = item.Due
				}
			}
		}
	}
	for _, due := range dated {
		switch {
		case due.Before(now):
			d.Late++
		case due.Before(Soon(now)):
			d.Soon++
		}
	}
	return d, nil
}

// cut keeps the first lines, and how many there are in all.
func (s Section) cut() Section {
	s.Total = max(s.Total, len(s.Items))
	if s.Most > 0 {
		s.Items = s.Items[:min(s.Most, len(s.Items))]
	}
	return s
}

// Done puts what is over after what goes on, each in the order it had.
func Done(items []Item, over func(k int) bool) []Item {
	var going, past []Item
	for k, item := range items {
		if over(k) {
			past = append(past, item)
		} else {
			going = append(going, item)
		}
	}
	return append(going, past...)
}

// ByDue puts the nearest deadline first; what has none comes last, in the order it had.
func ByDue(items []Item) []Item {
	slices.SortStableFunc(items, func(a, b Item) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			return cmp.Compare(boolRank(a.Due.IsZero()), boolRank(b.Due.IsZero()))
		}
		return a.Due.Compare(b.Due)
	})
	return items
}

func boolRank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// Countdown says how far a deadline is, in days of the calendar in Paris, and its tone.
func Countdown(ctx context.Context, now, due time.Time) (words, tone string) {
	days := int(day(due).Sub(day(now)).Hours()/24 + 0.5)
	if due.Before(now) {
		days = int(day(now).Sub(day(due)).Hours()/24 + 0.5)
		switch days {
		case 0:
			return i18n.T(ctx, "en retard depuis ce matin", "late since today"), "late"
		case 1:
			return i18n.T(ctx, "en retard d’un jour", "one day late"), "late"
		}
		return i18n.Tf(ctx, "en retard de %s jours", "%s days late", i18n.Int(ctx, days)), "late"
	}
	switch {
	case days == 0:
		return i18n.T(ctx, "aujourd’hui", "today"), "warn"
	case days == 1:
		return i18n.T(ctx, "demain", "tomorrow"), "warn"
	case days <= 7:
		return i18n.Tf(ctx, "dans %s jours", "in %s days", i18n.Int(ctx, days)), "warn"
	}
	return i18n.Date(ctx, due), ""
}

// day is noon of a day in Paris: days apart are then whole, whatever summer time does.
func day(t time.Time) time.Time {
	p := t.In(i18n.Paris)
	return time.Date(p.Year(), p.Month(), p.Day(), 12, 0, 0, 0, time.UTC)
}

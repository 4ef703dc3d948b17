package desk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/desk"
	"maillage/internal/platform/i18n"
)

var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, i18n.Paris)

func source(sections ...desk.Section) desk.Source {
	return func(context.Context, accounts.Actor) (desk.Part, error) { return desk.Part{Sections: sections}, nil }
}

func TestGatherCountsEachDeadlineOnce(t *testing.T) {
	late := desk.Item{Title: "late", Href: "/a", Due: noon.Add(-time.Hour)}
	near := desk.Item{Title: "near", Href: "/b", Due: noon.AddDate(0, 0, 3)}
	edge := desk.Item{Title: "edge", Href: "/d", Due: noon.AddDate(0, 0, 7).Add(11 * time.Hour)} // "dans 7 jours"
	far := desk.Item{Title: "far", Href: "/c", Due: noon.AddDate(0, 1, 0)}
	d, err := desk.Gather(context.Background(), accounts.Actor{ID: "x", Name: "Anne Roy"}, noon,
		source(desk.Section{Key: "first", Items: []desk.Item{late, near, edge, far}}, desk.Section{Key: "empty"}),
		source(desk.Section{Key: "again", Items: []desk.Item{late}, Total: 9}, desk.Section{Key: "said", Empty: i18n.Text{FR: "Rien.", EN: "Nothing."}}))
	if err != nil || d.Late != 1 || d.Soon != 2 || len(d.Sections) != 3 || d.Sections[0].Total != 4 || d.Sections[1].Total != 9 {
		t.Fatalf("%+v, %v", d, err)
	}
	broken := errors.New("broken")
	if _, err := desk.Gather(context.Background(), accounts.Actor{}, noon, func(context.Context, accounts.Actor) (desk.Part, error) { return desk.Part{}, broken }); !errors.Is(err, broken) {
		t.Errorf("a source that fails is passed over: %v", err)
	}
}

// What is shown is cut; what is counted is not.
func TestGatherCountsWhatIsNotShown(t *testing.T) {
	var items []desk.Item
	for i := range 9 {
		items = append(items, desk.Item{Href: fmt.Sprint(i), Due: noon.AddDate(0, 0, 1)})
	}
	d, err := desk.Gather(context.Background(), accounts.Actor{}, noon, source(desk.Section{Key: "all", Items: items, Most: 6},
		desk.Section{Key: "first", Items: items[:2], Total: 13, Counted: &desk.Deadlines{Late: 1, Soon: 12}}))
	if err != nil || d.Late != 1 || d.Soon != 21 || len(d.Sections[0].Items) != 6 || d.Sections[0].Total != 9 || d.Sections[1].Total != 13 {
		t.Errorf("%d late, %d soon, %d shown of %d: %v", d.Late, d.Soon, len(d.Sections[0].Items), d.Sections[0].Total, err)
	}
}

func TestOrder(t *testing.T) {
	items := desk.ByDue([]desk.Item{{Title: "none"}, {Title: "later", Due: noon.Add(time.Hour)}, {Title: "first", Due: noon}})
	if items[0].Title != "first" || items[2].Title != "none" {
		t.Errorf("%v", items)
	}
	items = desk.Done([]desk.Item{{Title: "over"}, {Title: "on"}}, func(k int) bool { return k == 0 })
	if items[0].Title != "on" || items[1].Title != "over" {
		t.Errorf("%v", items)
	}
}

// The clocks go forward in the night of 28 to 29 March 2026: days are those of the calendar.
func TestCountdown(t *testing.T) {
	ctx := i18n.With(context.Background(), i18n.EN)
	for _, c := range []struct {
		due         time.Time
		words, tone string
	}{
		{noon.Add(2 * time.Hour), "today", "warn"},
		{noon.Add(-2 * time.Hour), "late since today", "late"},
		{noon.AddDate(0, 0, -1), "one day late", "late"},
		{noon.AddDate(0, 0, -3), "3 days late", "late"},
		{noon.AddDate(0, 0, 1).Add(-11 * time.Hour), "tomorrow", "warn"},
		{noon.AddDate(0, 0, 4), "in 4 days", "warn"},
		{noon.AddDate(0, 0, 8), "4 April 2026", ""},
	} {
		if words, tone := desk.Countdown(ctx, noon, c.due); words != c.words || tone != c.tone {
			t.Errorf("%s: %q %q, not %q %q", c.due, words, tone, c.words, c.tone)
		}
	}
}

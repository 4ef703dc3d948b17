package structures

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
)

// Event is one line of a timeline.
type Event struct {
	Day    Day
	Text   i18n.Text
	Who    string // "" when the fact was dated, not done here
	Reason string
	Href   string // of what it speaks of, or ""
}

// Timeline tells everything that happened to a structure, latest first: dated facts, numbers and sites that came and went, what
// people did here, and the same of those merged into it. Other rooms' events (aids, contracts, posts) are added by app through more.
func (s *Service) Timeline(ctx context.Context, actor accounts.Actor, id string, more ...Event) ([]Event, error) {
	f, err := s.file(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	if err := actor.Require(PermDetail, f.Scope()); err != nil {
		return nil, err
	}
	names := s.reference.CPTSMissions(s.Today())
	events := append(slices.Clone(more), f.events(names)...)
	var merged []string
	if err := s.db.SelectContext(ctx, &merged, "SELECT id FROM structure WHERE merged_into = $1 ORDER BY id", id); err != nil {
		return nil, fmt.Errorf("find merged structures: %w", err)
	}
	for _, m := range merged {
		other, err := s.file(ctx, s.db, m)
		if err != nil {
			return nil, err
		}
		events = append(events, other.events(names)...)
	}
	for _, object := range append([]string{id}, merged...) {
		records, err := audit.Timeline(ctx, s.db, audit.Object{Kind: "structures.structure", ID: object})
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			events = append(events, Event{Day: clock.DayOf(r.At), Text: i18n.Text{FR: r.Text, EN: r.Text}, Who: r.Actor.Name, Reason: r.Reason})
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return strings.Compare(string(b.Day), string(a.Day)) })
	return events, nil
}

// events are the dated facts of a file, the later ones first within a day.
func (f *File) events(names []Mission) []Event {
	var events []Event
	add := func(day Day, text i18n.Text) {
		if day != "" {
			events = append(events, Event{Day: day, Text: text})
		}
	}
	for _, fact := range slices.Backward(f.Facts) {
		add(fact.Day, fact.Text.V)
	}
	for _, n := range f.Identifiers {
		add(n.From, tf("Numéro %[1]s %[2]s", "%[1]s number %[2]s", n.Scheme, n.Value))
		add(n.To, tf("Fin du numéro %[1]s %[2]s", "End of %[1]s number %[2]s", n.Scheme, n.Value))
	}
	for _, x := range f.Sites {
		if !x.Main {
			add(x.From, tf("Site ouvert : %[1]s", "Site opened: %[1]s", x.Name()))
			add(x.To, tf("Site fermé : %[1]s", "Site closed: %[1]s", x.Name()))
		}
	}
	for _, m := range f.Members {
		if p, ok := ProfessionByID(m.Profession); ok && m.To != "" {
			add(m.To, tf("Départ d’un membre (%[1]s)", "A member left (%[2]s)", strings.ToLower(p.Label.FR), strings.ToLower(p.Label.EN)))
		}
	}
	for _, d := range f.Documents {
		k, _ := DocumentKindByID(d.Kind)
		add(d.Expires, tf("Expiration : %[1]s", "Expiry: %[2]s", k.Label.FR, k.Label.EN))
	}
	for _, m := range f.Missions {
		add(m.Started, missionText(names, m.Mission, "Mission « %s » démarrée", "Mission “%s” started"))
		add(m.Deployed, missionText(names, m.Mission, "Mission « %s » déployée", "Mission “%s” deployed"))
	}
	return events
}

// missionText names a mission as people read it.
func missionText(names []Mission, id, fr, en string) i18n.Text {
	label := i18n.Text{FR: id, EN: id}
	if i := slices.IndexFunc(names, func(m Mission) bool { return m.ID == id }); i >= 0 {
		label = names[i].Label
	}
	return i18n.Text{FR: fmt.Sprintf(fr, label.FR), EN: fmt.Sprintf(en, label.EN)}
}

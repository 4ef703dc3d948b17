package app

import (
	"context"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/structures"
	"maillage/internal/territory"
)

// equipStructures hands to the room of structures what other rooms give: how communes stand, and a store for documents.
func (a *App) equipStructures(ctx context.Context) error {
	store, err := a.openFiles(ctx, filesOfStructures)
	if err != nil {
		return err
	}
	a.structures.Equip(structureGround{a.atlas}, fileStore{store, a.antivirus})
	return nil
}

// structureGround tells how the communes of structures stand.
type structureGround struct{ atlas *atlas.Atlas }

// Stand reads the commune as the room of calls does.
func (g structureGround) Stand(ctx context.Context, code string) (structures.Standing, error) {
	commune, ok := territory.Embedded().Commune(code)
	if !ok {
		return structures.Standing{}, nil
	}
	region, err := g.atlas.Region(ctx, commune.Region, atlas.DefaultDecay)
	if err != nil {
		return structures.Standing{}, err
	}
	n, ok := region.Find(code)
	if !ok {
		return structures.Standing{}, nil
	}
	s := structures.Standing{APL: region.Model(territory.UpTo65).Value[n], Known: true, Zone: region.ZoneOf(n).Class}
	if region.DemoSupply() {
		s.Notes = append(s.Notes, "offre de démonstration")
	}
	return s, nil
}

// structureHistory tells what the rooms of aids, money and posts hold of a structure.
type structureHistory struct {
	calls   *calls.Service
	funding *funding.Service
	posts   *posts.Service
}

// Events are the dated facts of every aid, contract and post of a structure; whoever asks may already read its history.
func (h structureHistory) Events(ctx context.Context, structure string) ([]structures.Event, error) {
	dossiers, err := h.calls.OfStructure(ctx, structure)
	if err != nil {
		return nil, err
	}
	contracts, err := h.funding.OfStructure(ctx, structure)
	if err != nil {
		return nil, err
	}
	held, err := h.posts.OfStructure(ctx, structure)
	if err != nil {
		return nil, err
	}
	var events []structures.Event
	for i := range dossiers {
		events = append(events, dossierEvents(&dossiers[i])...)
	}
	for _, m := range contracts {
		events = append(events, contractEvent(m))
	}
	for _, m := range held {
		events = append(events, postEvent(m))
	}
	// An administrator reads the history of a structure, not the files that it names.
	if accounts.FromContext(ctx).RequireSomewhere(posts.PermRead) != nil {
		for i := range events {
			events[i].Href = ""
		}
	}
	return events, nil
}

func dossierEvents(d *calls.Dossier) []structures.Event {
	programme, href := d.Programme.Name(), "/dossiers/"+d.ID
	var events []structures.Event
	if d.FiledAt != nil {
		events = append(events, structures.Event{Day: clock.DayOf(*d.FiledAt), Href: href, Text: i18n.Text{
			FR: "Dossier " + d.Number + " déposé : " + programme.FR, EN: "Application " + d.Number + " filed: " + programme.EN}})
	}
	if d.DecidedAt == nil {
		return events
	}
	text := i18n.Text{FR: "Dossier " + d.Number + " : décision rendue", EN: "Application " + d.Number + ": decided"}
	switch {
	case d.State == calls.Refused:
		text = i18n.Text{FR: "Dossier " + d.Number + " refusé", EN: "Application " + d.Number + " refused"}
	case d.Granted > 0:
		text = money(d.Granted, "Dossier "+d.Number+" : %s accordés", "Application "+d.Number+": %s granted")
	}
	return append(events, structures.Event{Day: clock.DayOf(*d.DecidedAt), Href: href, Text: text})
}

func contractEvent(m funding.Milestone) structures.Event {
	text := money(m.Cents, "Convention "+m.Number+" signée : %s", "Agreement "+m.Number+" signed: %s")
	if m.Kind == "paid" {
		text = money(m.Cents, "Convention "+m.Number+" : %s versés", "Agreement "+m.Number+": %s paid")
	}
	return structures.Event{Day: clock.Day(m.Day), Href: "/conventions/" + m.ConventionID, Text: text}
}

func postEvent(m posts.Milestone) structures.Event {
	text := i18n.Text{FR: "Prise de poste : " + m.Title, EN: "Post taken up: " + m.Title}
	if m.Leave {
		text = i18n.Text{FR: "Départ d’un poste : " + m.Title, EN: "Post left: " + m.Title}
	}
	return structures.Event{Day: m.Day, Href: m.Href, Text: text, Who: m.Holder}
}

// money puts an amount in a sentence, in both languages.
func money(cents int64, fr, en string) i18n.Text {
	in := func(lang i18n.Lang, text string) string {
		return i18n.Tf(i18n.With(context.Background(), lang), text, text, i18n.Euro(i18n.With(context.Background(), lang), cents))
	}
	return i18n.Text{FR: in(i18n.FR, fr), EN: in(i18n.EN, en)}
}

// demoPractices are the group practices in difficulty of the demonstration, where its dossiers of that programme are.
func (a *App) demoPractices(ctx context.Context, places []calls.DemoPlace) ([]calls.DemoPlace, error) {
	zones := map[string]string{}
	for _, p := range places {
		zones[p.Code] = p.Zone
	}
	var all []calls.DemoPlace
	for n := 1; n <= structures.DemoFragile; n++ {
		st, err := a.structures.Get(ctx, accounts.System("demonstration"), structures.DemoID(structures.GroupPractice, n))
		if err != nil {
			return nil, err
		}
		commune, _ := territory.Embedded().Commune(st.Commune)
		all = append(all, calls.DemoPlace{Code: st.Commune, Name: commune.Name, Departement: st.Departement, Zone: zones[st.Commune], Structure: st.ID})
	}
	return all, nil
}

// linkDemoPractices names, in each case of the demonstration, the dossier of its aid.
func (a *App) linkDemoPractices(ctx context.Context) error {
	system := accounts.System("démonstration")
	for n := 1; n <= structures.DemoFragile; n++ {
		practice := structures.DemoID(structures.GroupPractice, n)
		dossiers, err := a.calls.OfStructure(ctx, practice)
		if err != nil {
			return err
		}
		cases, err := a.structures.Cases(ctx, system, practice)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if c.DossierID != "" || c.Support == "" || len(dossiers) == 0 {
				continue
			}
			if err := a.structures.LinkDossier(ctx, system, c.ID, c.Version, dossiers[0].ID); err != nil {
				return err
			}
		}
	}
	return nil
}

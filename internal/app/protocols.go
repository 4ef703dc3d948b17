package app

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/desk"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/protocols"
	protocolsweb "maillage/internal/protocols/web"
	"maillage/internal/structures"
)

// openProtocols makes the room of protocols: it counts the dossiers of calls and the practices in difficulty.
func (a *App) openProtocols(ctx context.Context) error {
	a.protocols = protocols.New(a.DB, a.cfg.Clock, protocolProjects{a})
	if !a.cfg.Demo {
		return nil
	}
	urps, err := a.structures.Get(ctx, accounts.System("démonstration"), structures.DemoURPS)
	if err != nil {
		return err
	}
	return a.protocols.SeedDemo(ctx, a.cfg.Region, urps.ID, urps.Name, protocols.DemoSources{Walls: ofProgramme + string(calls.ProtocolWalls), Practices: practicesSource})
}

func (a *App) protocolPages() *protocolsweb.Pages {
	return &protocolsweb.Pages{Protocols: a.protocols, Region: a.cfg.Region, Parties: a.institutions}
}

// institutions are those with which the agency may sign.
func (a *App) institutions(ctx context.Context) ([]protocolsweb.Institution, error) {
	found, _, err := a.structures.List(ctx, accounts.FromContext(ctx), structures.Filter{Kinds: []structures.Kind{structures.Agency}, Region: a.cfg.Region, Limit: 1000})
	all := make([]protocolsweb.Institution, len(found))
	for i, st := range found {
		all[i] = protocolsweb.Institution{ID: st.ID, Name: st.Name}
	}
	return all, err
}

// The sources of projects: the dossiers of a programme, and the practices in difficulty.
const (
	ofProgramme     = "programme:"
	practicesSource = "practices-in-difficulty"
)

// protocolProjects tells the room of protocols what the others hold.
type protocolProjects struct{ *App }

// Sources lists what an action may be followed by.
func (p protocolProjects) Sources(ctx context.Context, region string) ([]protocols.Source, error) {
	open, err := p.calls.Calls(ctx, accounts.Actor{})
	if err != nil {
		return nil, err
	}
	all := []protocols.Source{{ID: practicesSource, Label: i18n.Text{FR: "Cabinets en difficulté : audit, plan, soutien", EN: "Practices in difficulty: audit, plan, support"}}}
	if accounts.FromContext(ctx).CanSomewhere(structures.PermSignal) {
		all[0].Href = "/cabinets-fragiles"
	}
	for _, info := range calls.Programmes {
		if info.Post {
			continue
		}
		source := protocols.Source{ID: ofProgramme + string(info.Code), Label: info.Name}
		for _, c := range open {
			if c.Programme == info.Code && c.Region == region && c.State == calls.CallPublished {
				source.Href = "/appels/" + c.ID
			}
		}
		all = append(all, source)
	}
	return all, nil
}

// Projects lists those of a source, in a region, since a day.
func (p protocolProjects) Projects(ctx context.Context, region, source string, since protocols.Day) ([]protocols.Project, error) {
	if source == practicesSource {
		return p.practices(ctx, region, since)
	}
	dossiers, err := p.calls.OfProgramme(ctx, region, calls.Programme(strings.TrimPrefix(source, ofProgramme)), since.Time())
	if err != nil {
		return nil, err
	}
	all := make([]protocols.Project, 0, len(dossiers))
	for i := range dossiers {
		if d := &dossiers[i]; d.State != calls.Withdrawn {
			all = append(all, projectOf(ctx, d))
		}
	}
	return all, nil
}

// projectOf tells a dossier as a project; it leads to the dossier for whoever processes it.
func projectOf(ctx context.Context, d *calls.Dossier) protocols.Project {
	x := protocols.Project{Number: d.Number, Title: d.Title, Commune: d.Commune, Departement: d.Dept, Structure: d.Structure, State: calls.DossierLife.Label(d.State),
		On: clock.DayOf(*d.FiledAt), Supported: d.Held(), TowardMSP: d.Answers.V["to_msp"] == "yes", Kind: d.Answers.V["works"]}
	if x.Supported {
		x.Granted = d.Granted
	}
	if accounts.FromContext(ctx).Can(calls.PermInstruct, d.Scope()) {
		x.Href = "/dossiers/" + d.ID
	}
	return x
}

// practices tells the cases of practices in difficulty: one is supported once its audit is given.
func (p protocolProjects) practices(ctx context.Context, region string, since protocols.Day) ([]protocols.Project, error) {
	cases, err := p.structures.CasesOf(ctx, region)
	if err != nil {
		return nil, err
	}
	aids, err := p.calls.OfProgramme(ctx, region, calls.PracticeDifficulty, since.Time())
	if err != nil {
		return nil, err
	}
	granted := map[string]int64{}
	for i := range aids {
		if aids[i].Held() {
			granted[aids[i].ID] = aids[i].Granted
		}
	}
	actor := accounts.FromContext(ctx)
	var all []protocols.Project
	for i := range cases {
		c := &cases[i]
		if c.SignalledOn < since {
			continue
		}
		st, err := p.structures.Get(ctx, accounts.System("protocoles"), c.StructureID)
		if err != nil {
			return nil, err
		}
		x := protocols.Project{Title: st.Name, Commune: st.Commune, Departement: st.Departement, Structure: st.ID, State: c.StateLabel(), On: c.SignalledOn,
			Supported: c.AuditedOn != "", Granted: granted[c.DossierID]}
		if len(structures.RolesOnCase(actor, *c)) > 0 {
			x.Href = "/cabinets-fragiles/" + c.ID
		}
		all = append(all, x)
	}
	return all, nil
}

// deskProtocols are the yearly reviews that wait for the reader.
func (a *App) deskProtocols(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(protocols.PermMove) {
		return desk.Part{}, nil
	}
	all, err := a.protocols.List(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Key: "protocols", Title: i18n.Text{FR: "Protocoles : revue annuelle", EN: "Protocols: yearly review"}, More: desk.Link{Href: "/protocoles", Label: i18n.Text{FR: "Tous", EN: "All"}}}
	for _, f := range all {
		if item, waits := protocolItem(ctx, f, a.protocols.Today()); waits {
			s.Items = append(s.Items, item)
		}
	}
	s.Items, s.Total = firstItems(desk.ByDue(s.Items)), len(s.Items)
	return desk.Part{Sections: []desk.Section{s}}, nil
}

// protocolItem tells what a protocol waits for: a review to open within two months, or a word to write.
func protocolItem(ctx context.Context, f *protocols.File, today protocols.Day) (desk.Item, bool) {
	item := desk.Item{Title: f.Content.V.Title.Ctx(ctx), Detail: f.PartnerName, Href: "/protocoles/" + f.ID, Badge: f.StateLabel().Ctx(ctx), Tone: "info"}
	if !f.Manages && !f.Party {
		return item, false
	}
	if r := f.Open(); r != nil {
		return item, f.Manages || r.PartnerWord == ""
	}
	due := f.ReviewDue()
	if due == "" || due > today.AddMonths(2) {
		return item, false
	}
	item.Due = due.Time()
	return item, true
}

func (a *App) findProtocols(ctx context.Context, actor accounts.Actor, query string, limit int) (hits []atlas.Hit, err error) {
	all, err := a.protocols.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if len(hits) < limit && matches(query, both(f.Content.V.Title), f.PartnerName) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Protocole", EN: "Protocol"}, Title: f.Content.V.Title.Ctx(ctx), Detail: f.PartnerName, Href: "/protocoles/" + f.ID})
		}
	}
	return hits, nil
}

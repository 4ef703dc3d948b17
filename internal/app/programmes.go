package app

import (
	"context"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	atlasweb "maillage/internal/atlas/web"
	"maillage/internal/calls"
	"maillage/internal/platform/db"
	"maillage/internal/platform/jobs"
	"maillage/internal/rulebook"
	rulebookweb "maillage/internal/rulebook/web"
	"maillage/internal/structures"
	structuresweb "maillage/internal/structures/web"
	"maillage/internal/territory"
)

// openProgrammes makes the rooms of structures and of rules. Structures read sizes, missions and terms in the rule book.
func (a *App) openProgrammes(ctx context.Context) error {
	var err error
	if a.rules, err = rulebook.Open(ctx, a.DB, a.cfg.Clock); err != nil {
		return err
	}
	a.structures = structures.New(a.DB, a.cfg.Clock, a.rules)
	a.jobs.Periodic("structures.clocks", jobs.Every(time.Hour), func(ctx context.Context, _ *jobs.Job) error {
		_, err := a.structures.Sweep(ctx)
		return err
	})
	if a.cfg.Demo {
		return a.structures.SeedDemo(ctx)
	}
	return nil
}

// ImportFINESS imports the official register from the server's console.
func ImportFINESS(ctx context.Context, cfg Config, cmd structures.ImportCommand) (*structures.Diff, error) {
	store, err := db.OpenToImport(ctx, cfg.DB, cmd.DryRun)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	var rules structures.Reference // a comparison asks it nothing, and opening the rule book keeps the rules of this version
	if !cmd.DryRun {
		if rules, err = rulebook.Open(ctx, store, cfg.Clock); err != nil {
			return nil, err
		}
	}
	return structures.New(store, cfg.Clock, rules).Import(ctx, accounts.System("maillage import finess"), cmd)
}

func (a *App) structurePages(ground *atlasweb.Pages) *structuresweb.Pages {
	return &structuresweb.Pages{Service: a.structures, Places: a.territory, Region: a.cfg.Region, Computed: computedZones{a.atlas}.unofficial, Locator: ground.Locator, Auditors: a.auditors, Aid: caseAid{a.calls}.of,
		More: structureHistory{a.calls, a.funding, a.posts}.Events}
}

func (a *App) rulePages() *rulebookweb.Pages {
	return &rulebookweb.Pages{Rules: a.rules, Structures: a.structures, Places: a.territory, Region: a.cfg.Region,
		Computed: computedZones{a.atlas}.open, Sources: []rulebook.SubjectSource{filedDossiers{a.calls}, draftDossiers{a.calls}, postSubjects{a.posts}, sharedSubjects{a.posts, a.calls}},
		Open: openCalls{a.calls, a.rules}.ofRules, Held: heldAids{a.calls, a.structures}.of}
}

// computedZones gives the zone that access alone suggests.
type computedZones struct{ atlas *atlas.Atlas }

// open gives the zone of a commune, whatever it comes from.
func (c computedZones) open(ctx context.Context) func(string) (string, bool) {
	find := c.places(ctx)
	return func(code string) (string, bool) {
		region, place, ok := find(code)
		if !ok {
			return "", false
		}
		return region.ZoneOf(place).Class, true
	}
}

// unofficial gives the zone of a commune whose region has no official zoning, and nothing for the others.
func (c computedZones) unofficial(ctx context.Context) func(string) (string, bool) {
	find := c.places(ctx)
	return func(code string) (string, bool) {
		region, place, ok := find(code)
		if !ok || !region.ZonesComputed() {
			return "", false
		}
		return region.ZoneOf(place).Class, true
	}
}

// places finds communes in their regions, and reads each region once. A divided commune has no place: its arrondissements have.
func (c computedZones) places(ctx context.Context) func(string) (*atlas.Region, int, bool) {
	regions := map[string]*atlas.Region{}
	return func(code string) (*atlas.Region, int, bool) {
		commune, ok := territory.Embedded().Commune(code)
		if !ok {
			return nil, 0, false
		}
		region, known := regions[commune.Region]
		if !known {
			region, _ = c.atlas.Region(ctx, commune.Region, atlas.DefaultDecay) // without it nothing is suggested: the page says that no zoning is loaded
			regions[commune.Region] = region
		}
		if region == nil {
			return nil, 0, false
		}
		place, ok := region.Find(code)
		return region, place, ok
	}
}

// openCalls leads from an aid to the calls that are open for it.
type openCalls struct {
	calls *calls.Service
	rules *rulebook.Service
}

// ofRules gives the open call of each rule; of several, the one that closes last.
func (o openCalls) ofRules(ctx context.Context) (map[string]rulebookweb.OpenCall, error) {
	all, err := o.calls.Calls(ctx, accounts.Actor{})
	if err != nil {
		return nil, err
	}
	open := map[string]rulebookweb.OpenCall{}
	for _, c := range all {
		rule, ok := ruleOf[c.Programme]
		if !ok || c.State != calls.CallPublished {
			continue
		}
		if known, ok := open[rule]; ok && known.Closes.After(c.ClosesAt) {
			continue
		}
		open[rule] = rulebookweb.OpenCall{ID: c.ID, Title: c.Title.V, Closes: c.ClosesAt}
	}
	return open, nil
}

// heldAids tells what a structure already holds.
type heldAids struct {
	calls      *calls.Service
	structures *structures.Service
}

// of gives the aids granted to a structure and what each brings, to whoever may read its history; nobody else learns it.
func (h heldAids) of(ctx context.Context, actor accounts.Actor, structure string) (map[string]rulebook.Cents, error) {
	st, err := h.structures.Get(ctx, actor, structure)
	if err != nil || !actor.Can(structures.PermDetail, st.Scope()) {
		return nil, err
	}
	dossiers, err := h.calls.OfStructure(ctx, structure)
	if err != nil {
		return nil, err
	}
	held := map[string]rulebook.Cents{}
	for i := range dossiers {
		if rule, ok := ruleOf[dossiers[i].Programme]; ok && dossiers[i].Held() {
			held[rule] += rulebook.Cents(dossiers[i].Granted)
		}
	}
	return held, nil
}

// auditors lists the reviewers to whom the audit of a practice may be entrusted.
func (a *App) auditors(ctx context.Context) ([]structuresweb.Auditor, error) {
	people, err := a.accounts.Holding(ctx, accounts.RoleReviewer)
	var all []structuresweb.Auditor
	for _, p := range people {
		all = append(all, structuresweb.Auditor{ID: p.ID, Name: p.Name})
	}
	return all, err
}

// caseAid reads the aid of a practice in difficulty.
type caseAid struct{ calls *calls.Service }

// of lists the dossiers that a practice filed, for the officer who links one to its case.
func (c caseAid) of(ctx context.Context, structure string) ([]structuresweb.AidFile, error) {
	dossiers, err := c.calls.OfStructure(ctx, structure)
	var all []structuresweb.AidFile
	for i := range dossiers {
		d := &dossiers[i]
		_, _, closed := c.calls.Dossier(ctx, calls.Reader{Actor: accounts.FromContext(ctx)}, d.ID)
		all = append(all, structuresweb.AidFile{ID: d.ID, Number: d.Number, Programme: d.Programme.Name(), State: calls.DossierLife.Label(d.State), Granted: d.Granted, Readable: closed == nil})
	}
	return all, err
}

package app

import (
	"context"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/calls"
	"maillage/internal/funding"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/posts"
	"maillage/internal/territory"
)

// finder lets a function take part in the search.
type finder func(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error)

// Find implements atlas.Finder.
func (f finder) Find(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	return f(ctx, actor, query, limit)
}

// finders are everything that the search looks into, each within what the reader may see.
func (a *App) finders(located structuresOnMap) []atlas.Finder {
	return []atlas.Finder{
		finder(findPages), located, finder(a.findDossiers), finder(a.findRules), finder(a.findCalls), finder(a.findConventions), finder(a.findPosts),
		finder(a.findConsultations), finder(a.findInitiatives), finder(a.findProtocols), finder(a.findPeople),
	}
}

// matches tells whether each word of a query begins a word of what is written somewhere.
func matches(query string, texts ...string) bool {
	words := " " + db.Fold(texts...)
	for _, word := range db.Words(query) {
		if !strings.Contains(words, " "+word) {
			return false
		}
	}
	return true
}

func both(t i18n.Text) string { return t.FR + " " + t.EN }

// morePages are found by other words than those of the navigation.
var morePages = []struct {
	entrance
	words string
}{
	{entrance{"/donnees", i18n.Text{FR: "Données ouvertes", EN: "Open data"}, permSite}, "télécharger csv api dictionnaire download"},
	{entrance{"/departements", i18n.Text{FR: "Départements", EN: "Départements"}, atlas.PermRead}, "comparaison comparison"},
	{entrance{"/sources", i18n.Text{FR: "Sources et licences", EN: "Sources and licences"}, permSite}, "méthode apl method"},
	{entrance{"/accessibilite", i18n.Text{FR: "Accessibilité", EN: "Accessibility"}, permSite}, "handicap rgaa wcag"},
	{entrance{"/administration/donnees", i18n.Text{FR: "Données du territoire", EN: "Data of the territory"}, territory.PermImport}, "import zonage rpps"},
	{entrance{"/administration/audit", i18n.Text{FR: "Journal d’audit", EN: "Audit record"}, accounts.PermAudit}, "trace historique"},
}

// findPages finds the pages that a reader may enter, by their names.
func findPages(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	var hits []atlas.Hit
	add := func(e entrance, under i18n.Text, words string) {
		if len(hits) < limit && actor.CanSomewhere(e.permission) && matches(query, both(e.label), both(under), words) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Page", EN: "Page"}, Title: e.label.Ctx(ctx), Detail: under.Ctx(ctx), Href: e.href})
		}
	}
	for _, area := range areas {
		for _, e := range area.entrances {
			add(e, area.label, "")
		}
	}
	for _, p := range morePages {
		add(p.entrance, i18n.Text{}, p.words)
	}
	return hits, nil
}

// findDossiers finds the reader's own dossiers, and those of an officer's territory.
func (a *App) findDossiers(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	if actor.Anonymous() {
		return nil, nil
	}
	mine, err := a.calls.Mine(ctx, calls.Reader{Actor: actor})
	if err != nil {
		return nil, err
	}
	found := make([]calls.Dossier, 0, limit)
	for _, d := range mine {
		if len(found) < limit && matches(query, d.Title, d.Number) {
			found = append(found, d)
		}
	}
	if actor.CanSomewhere(calls.PermInstruct) {
		more, _, err := a.calls.Inbox(ctx, actor, calls.Inbox{Text: query, Limit: limit})
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	hits := make([]atlas.Hit, 0, len(found))
	for _, d := range found {
		hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Dossier", EN: "Application"}, Title: d.Title, Detail: d.Number + " · " + calls.DossierLife.Label(d.State).Ctx(ctx), Href: "/dossiers/" + d.ID})
	}
	return hits, nil
}

// findRules finds the rules in force: the aids with their amounts.
func (a *App) findRules(ctx context.Context, _ accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	book, err := a.rules.Book(ctx)
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, r := range book.On(a.rules.Today()) {
		if len(hits) < limit && matches(query, both(r.Title), both(r.Summary), r.Funder, r.ID) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Aide ou règle", EN: "Aid or rule"}, Title: r.Title.Ctx(ctx), Detail: r.Article, Href: "/regles/" + r.ID})
		}
	}
	return hits, nil
}

func (a *App) findCalls(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	all, err := a.calls.Calls(ctx, actor)
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, c := range all {
		if len(hits) < limit && matches(query, both(c.Title.V), both(c.Summary.V)) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Appel à projets", EN: "Call for projects"}, Title: c.Title.V.Ctx(ctx), Detail: i18n.Tf(ctx, "jusqu’au %s", "until %s", i18n.Date(ctx, c.ClosesAt)), Href: "/appels/" + c.ID})
		}
	}
	return hits, nil
}

func (a *App) findConventions(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	if !actor.CanSomewhere(funding.PermManage) {
		return nil, nil
	}
	all, err := a.funding.Conventions(ctx, actor, funding.Filter{})
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, c := range all {
		if len(hits) < limit && matches(query, c.Title, c.Number, c.Payee) {
			hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Convention", EN: "Agreement"}, Title: c.Title, Detail: c.Number + " · " + i18n.Euro(ctx, c.Granted), Href: "/conventions/" + c.ID})
		}
	}
	return hits, nil
}

func (a *App) findPosts(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	if !actor.CanSomewhere(posts.PermRead) {
		return nil, nil
	}
	shared, _, err := a.posts.ListShared(ctx, actor, posts.Filter{Text: query, Limit: limit})
	if err != nil {
		return nil, err
	}
	hits := make([]atlas.Hit, 0, len(shared))
	for _, p := range shared {
		hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Poste partagé", EN: "Shared post"}, Title: p.Title, Detail: p.Dept, Href: "/postes/partages/" + p.ID})
	}
	return hits, nil
}

func (a *App) findConsultations(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	all, err := a.consultations.List(ctx, actor, query)
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, c := range all[:min(limit, len(all))] {
		hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Consultation avancée", EN: "Advanced consultation"}, Title: c.Title, Detail: c.Town, Href: "/consultations/" + c.ID})
	}
	return hits, nil
}

func (a *App) findInitiatives(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	all, err := a.initiatives.List(ctx, actor, query)
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, x := range all[:min(limit, len(all))] {
		hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Initiative inspirante", EN: "Inspiring initiative"}, Title: x.Content.V.Title.Ctx(ctx), Detail: x.Content.V.Where, Href: "/initiatives/" + x.Slug})
	}
	return hits, nil
}

// findPeople finds accounts, for whoever runs them.
func (a *App) findPeople(ctx context.Context, actor accounts.Actor, query string, limit int) ([]atlas.Hit, error) {
	if !actor.CanSomewhere(accounts.PermPeopleSee) {
		return nil, nil
	}
	list, err := a.accounts.People(ctx, actor, accounts.PeopleQuery{Text: query})
	if err != nil {
		return nil, err
	}
	var hits []atlas.Hit
	for _, p := range list.People[:min(limit, len(list.People))] {
		hits = append(hits, atlas.Hit{Kind: i18n.Text{FR: "Compte", EN: "Account"}, Title: p.Name, Detail: p.Email, Href: "/administration/comptes/" + p.ID})
	}
	return hits, nil
}

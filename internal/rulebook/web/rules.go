package web

import (
	"cmp"
	"net/http"
	"slices"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
)

type rulesPage struct {
	Day     rulebook.Day
	Rules   []rulebook.Rule
	Waiting []rulebook.Version // drafts and reviewed versions, for those who write
	CanEdit bool
	// CanSimulate opens the rezoning simulator.
	CanSimulate bool
	Err         error
}

// rules lists the rules in force on a day.
func (p *Pages) rules(w http.ResponseWriter, r *http.Request) error {
	actor := accounts.FromContext(r.Context())
	page := rulesPage{Day: rulebook.Day(r.URL.Query().Get("le")), CanEdit: actor.Can(rulebook.PermWrite, accounts.Scope{}),
		CanSimulate: actor.CanSomewhere(rulebook.PermSimulate)}
	if page.Day == "" {
		page.Day = p.Rules.Today()
	}
	status := http.StatusOK
	if !page.Day.Valid() {
		wrong := fault.Fields{}
		wrong.Add("le", "Cette date n’existe pas.", "This date does not exist.")
		page.Err, page.Day, status = wrong.Err(), p.Rules.Today(), http.StatusUnprocessableEntity
	}
	book, err := p.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	page.Rules = book.On(page.Day)
	slices.SortStableFunc(page.Rules, func(a, b rulebook.Rule) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Title.Ctx(r.Context()), b.Title.Ctx(r.Context())))
	})
	versions, err := p.Rules.Versions(r.Context(), actor, "")
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.State == rulebook.Draft || v.State == rulebook.Reviewed {
			page.Waiting = append(page.Waiting, v)
		}
	}
	return httpx.Render(w, r, status, rulesView(page))
}

type rulePage struct {
	Rule     rulebook.Rule
	Current  bool // in force today
	Versions []rulebook.Version
	History  []audit.Record
	Outcomes []rulebook.Outcome
	Actor    accounts.Actor
	CanEdit  bool
	Err      error
}

// rule shows a rule: the version asked for (?v=), else the one in force, else the newest.
func (p *Pages) rule(w http.ResponseWriter, r *http.Request) error {
	return p.showRule(w, r, r.PathValue("id"), nil)
}

func (p *Pages) showRule(w http.ResponseWriter, r *http.Request, id string, refusal error) error {
	ctx := r.Context()
	actor := accounts.FromContext(ctx)
	versions, err := p.Rules.Versions(ctx, actor, id)
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return fault.NotFound("Cette règle n’existe pas.", "This rule does not exist.")
	}
	page := rulePage{Versions: versions, Actor: actor, CanEdit: actor.Can(rulebook.PermWrite, accounts.Scope{}), Err: refusal}
	page.Rule = pick(versions, r.URL.Query().Get("v"), p.Rules.Today())
	page.Current = page.Rule.InForce(p.Rules.Today())
	if page.Outcomes, err = p.Rules.Try(ctx, page.Rule); err != nil && fault.KindOf(err) != fault.KindInvalid {
		return err
	}
	if page.History, err = p.Rules.History(ctx, actor, id); err != nil {
		return err
	}
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal)
	}
	return httpx.Render(w, r, status, ruleView(page))
}

func pick(versions []rulebook.Version, asked string, today rulebook.Day) rulebook.Rule {
	for _, v := range versions {
		if asked == v.ID {
			return v.Rule()
		}
	}
	for _, v := range versions {
		if v.State == rulebook.InForce && v.Rule().InForce(today) {
			return v.Rule()
		}
	}
	return versions[0].Rule()
}

// move moves a version on; a refusal comes back on the rule's page.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := accounts.FromContext(ctx)
	v, err := p.Rules.Version(ctx, actor, r.PathValue("version"))
	if err != nil {
		return err
	}
	_, err = p.Rules.Move(ctx, actor, rulebook.MoveCommand{ID: v.ID, Move: r.PostFormValue("move"), Reason: r.PostFormValue("reason")})
	if fault.KindOf(err) != "" {
		return p.showRule(w, r, v.RuleID, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/regles/"+v.RuleID)
}

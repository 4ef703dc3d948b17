package app

import (
	"context"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/funding"
	fundingweb "maillage/internal/funding/web"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/rulebook"
)

// openFunding makes the room of money: it knows grants through the room of calls, and what cannot be held together through the rule book.
func (a *App) openFunding(files funding.Files, letters funding.Letters) {
	a.funding = funding.New(a.DB, a.cfg.Clock, funding.Needs{Grants: grants{a.calls}, Rules: aidsTogether{a.rules}, Files: files, Letters: letters})
	a.jobs.Periodic("funding.remind", jobs.DailyAt(7, 0), func(ctx context.Context, _ *jobs.Job) error { _, err := a.funding.Remind(ctx); return err })
	a.fundingPages = &fundingweb.Pages{Funding: a.funding, Grant: grants{a.calls}.read(a.DB), Budgets: budgets{a.calls}.of, Programmes: programmes(), Region: a.cfg.Region}
}

func programmes() []fundingweb.Programme {
	var all []fundingweb.Programme
	for _, p := range calls.Programmes {
		all = append(all, fundingweb.Programme{Code: string(p.Code), Name: p.Name})
	}
	return all
}

// tracker draws what follows a grant inside the page of its dossier: the payments, and the post when one was asked.
func (a *App) tracker(ctx context.Context, actor accounts.Actor, key, dossierID string) (templ.Component, error) {
	money, err := a.fundingPages.Tracker(ctx, actor, key, dossierID)
	if err != nil {
		return nil, err
	}
	post, err := a.postPages().Panel(ctx, actor, dossierID)
	if err != nil {
		return nil, err
	}
	var parts []templ.Component
	for _, part := range []templ.Component{money, post} {
		if part != nil {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return nil, nil //nolint:nilnil // nothing follows yet
	}
	return templ.Join(parts...), nil
}

// seedFunding fills the demonstration's room of money from the grants of its calls.
func (a *App) seedFunding(ctx context.Context) error {
	granted, err := a.calls.DemoGranted(ctx)
	if err != nil {
		return err
	}
	var all []funding.DemoGrant
	for _, d := range granted {
		g, err := grants{a.calls}.Granted(ctx, a.DB, d.ID)
		if err != nil {
			return err
		}
		all = append(all, funding.DemoGrant{Grant: g, State: d.State, Decided: clock.DayOf(d.DecidedAt)})
	}
	return a.funding.SeedDemo(ctx, all, "demo-officer-payer")
}

// grants tells the room of money what the room of calls granted.
type grants struct{ calls *calls.Service }

// Granted reads a grant in the caller's transaction.
func (g grants) Granted(ctx context.Context, q db.Queryer, id string) (funding.Grant, error) {
	d, err := g.calls.Granted(ctx, q, id)
	return funding.Grant{DossierID: d.DossierID, CallID: d.CallID, Number: d.Number, Title: d.Title, Programme: string(d.Programme), Structure: d.Structure, Departement: d.Departement,
		Region: d.Region, Instructor: d.Instructor, Decider: d.Decider, Email: d.Email, IBAN: d.IBAN, Payee: d.Payee, Cents: d.Cents, Limit: d.Limit, Deducted: d.Deducted}, err
}

func (g grants) read(d *db.DB) func(context.Context, string) (funding.Grant, error) {
	return func(ctx context.Context, id string) (funding.Grant, error) { return g.Granted(ctx, d, id) }
}

// Advance takes the dossier along.
func (g grants) Advance(ctx context.Context, tx *db.Tx, actor accounts.Actor, id, move, reason string) error {
	return g.calls.Advance(ctx, tx, actor, id, move, reason)
}

// Release gives back to the envelope what a settled grant did not spend.
func (g grants) Release(ctx context.Context, tx *db.Tx, actor accounts.Actor, id string, cents int64) error {
	return g.calls.Release(ctx, tx, actor, id, cents)
}

// Author tells who owns a dossier.
func (g grants) Author(ctx context.Context, actor accounts.Actor, key, id string) (bool, error) {
	return g.calls.Author(ctx, actor, key, id)
}

// budgets gives the envelopes of calls to the room of money.
type budgets struct{ calls *calls.Service }

func (b budgets) of(ctx context.Context, actor accounts.Actor) ([]funding.Budget, error) {
	all, err := b.calls.Budgets(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := make([]funding.Budget, 0, len(all))
	for _, x := range all {
		y := funding.Budget{CallID: x.CallID, Title: x.Title, Programme: string(x.Programme), Cents: x.Cents}
		for _, g := range x.Grants {
			y.Decisions = append(y.Decisions, funding.Decision{On: string(clock.DayOf(g.At)), DossierID: g.DossierID, Number: g.Number, Title: g.Title, Decide: g.Decider, Cents: g.Cents})
		}
		out = append(out, y)
	}
	return out, nil
}

// aidsTogether asks the rule book which aids exclude one another.
type aidsTogether struct{ rules *rulebook.Service }

// Together answers for programmes; those without a rule exclude nothing.
func (t aidsTogether) Together(ctx context.Context, programme string, held []string, on string) (i18n.Text, bool, error) {
	mine, ok := ruleOf[calls.Programme(programme)]
	if !ok {
		return i18n.Text{}, true, nil
	}
	var others []string
	for _, h := range held {
		if id, ok := ruleOf[calls.Programme(h)]; ok && id != mine {
			others = append(others, id)
		}
	}
	book, err := t.rules.Book(ctx)
	if err != nil {
		return i18n.Text{}, false, err
	}
	other, ok := book.Together(mine, others, clock.Day(on))
	return other.Title, ok, nil
}

// Excluded names the programmes whose rule excludes a programme's.
func (t aidsTogether) Excluded(ctx context.Context, programme, on string) ([]string, error) {
	mine, ok := ruleOf[calls.Programme(programme)]
	if !ok {
		return nil, nil
	}
	book, err := t.rules.Book(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range notWith(book, mine, clock.Day(on)) {
		all = append(all, string(p))
	}
	return all, nil
}

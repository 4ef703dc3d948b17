package app

import (
	"context"
	"strconv"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	"maillage/internal/desk"
	deskweb "maillage/internal/desk/web"
	"maillage/internal/funding"
	"maillage/internal/platform/i18n"
)

// deskOpinions are the opinions asked of a reviewer.
func (a *App) deskOpinions(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.CanSomewhere(calls.PermReview) {
		return desk.Part{}, nil
	}
	opinions, err := a.calls.MyOpinions(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	asked := desk.Section{Most: deskShown, Key: "asked", Title: i18n.Text{FR: "Avis à donner", EN: "Opinions to give"}, Empty: i18n.Text{FR: "Aucun avis ne vous est demandé. Un courriel vous préviendra.", EN: "No opinion is asked of you. An e-mail will tell you."}}
	given := desk.Section{Most: deskShown, Key: "given", Title: i18n.Text{FR: "Avis donnés", EN: "Opinions given"}, More: desk.Link{Href: "/avis", Label: i18n.Text{FR: "Tous mes avis", EN: "All my opinions"}}}
	for _, o := range opinions {
		item := desk.Item{Title: o.Title, Detail: o.Number, Href: "/avis/" + o.ID}
		switch o.State {
		case "asked":
			item.Due = o.DueAt
			asked.Items = append(asked.Items, item)
		case "conflict":
			item.Badge = i18n.T(ctx, "conflit d’intérêts", "conflict of interest")
			given.Items = append(given.Items, item)
		default:
			item.Badge, item.Tone = i18n.T(ctx, "donné", "given"), "good"
			given.Items = append(given.Items, item)
		}
	}
	asked.Items = desk.ByDue(asked.Items)
	part := desk.Part{Sections: []desk.Section{asked, given}, Lead: i18n.Text{FR: "Vos avis éclairent le comité ; vous pouvez vous déporter à tout moment.", EN: "Your opinions inform the committee; you may step aside at any time."}}
	if len(asked.Items) > 0 {
		part.Links = []desk.Link{{Href: asked.Items[0].Href, Label: i18n.Text{FR: "Donner le premier avis", EN: "Give the first opinion"}, Icon: "pencil", Main: true}}
	}
	return part, nil
}

// deskMine are the dossiers of an applicant: what is missing, who has them, the next payment.
func (a *App) deskMine(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	dossiers, err := a.calls.Mine(ctx, calls.Reader{Actor: actor})
	if err != nil || len(dossiers) == 0 && !actor.Has(accounts.RoleApplicant) {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "dossiers", Title: i18n.Text{FR: "Mes dossiers", EN: "My applications"}, More: desk.Link{Href: "/dossiers", Label: i18n.Text{FR: "Tous mes dossiers", EN: "All my applications"}},
		Empty: i18n.Text{FR: "Vous n’avez pas encore de dossier. Demandez d’abord ce que vous pouvez obtenir : la réponse ouvre le bon appel.", EN: "You have no application yet. First ask what you can get: the answer opens the right call."}}
	yours := 0
	for _, d := range dossiers[:min(mostMine, len(dossiers))] {
		item, asked, err := a.mineItem(ctx, actor, d)
		if err != nil {
			return desk.Part{}, err
		}
		if asked {
			yours++
		}
		s.Items = append(s.Items, item)
	}
	s.Items = desk.Done(s.Items, func(k int) bool { return calls.DossierLife.State(dossiers[k].State).Terminal })
	s.Items, s.Total = desk.ByDue(s.Items), len(dossiers)
	ask := desk.Section{Key: "ask", Title: i18n.Text{FR: "Que puis-je obtenir ici\u202f?", EN: "What can I get here?"}, Body: deskweb.AskForm()}
	return desk.Part{Sections: []desk.Section{ask, s}, Lead: yoursText(yours)}, nil
}

// yoursText says how many dossiers wait for their author.
func yoursText(n int) i18n.Text {
	switch n {
	case 0:
		return i18n.Text{FR: "Rien ne vous est demandé pour l’instant.", EN: "Nothing is asked of you for now."}
	case 1:
		return i18n.Text{FR: "Un dossier attend quelque chose de vous.", EN: "One application waits for something from you."}
	}
	return i18n.Text{FR: strconv.Itoa(n) + " dossiers attendent quelque chose de vous.", EN: strconv.Itoa(n) + " applications wait for something from you."}
}

// mostMine bounds the dossiers that are looked into for the desk.
const mostMine = 30

// mineItem says of a dossier what its author must know first, and whether something is asked of them.
func (a *App) mineItem(ctx context.Context, actor accounts.Actor, d calls.Dossier) (item desk.Item, asked bool, err error) {
	item = desk.Item{Title: d.Title, Detail: d.Number, Href: "/dossiers/" + d.ID, Badge: calls.DossierLife.Label(d.State).Ctx(ctx), Tone: fileTone(d)}
	if d.Title == "" {
		item.Title = d.Programme.Name().Ctx(ctx)
	}
	switch d.State {
	case calls.Draft:
		done, err := a.calls.Completeness(ctx, &d)
		if err != nil {
			return item, false, err
		}
		item.Detail = i18n.Tf(ctx, "%s réponses sur %s ; reste à compléter : %s", "%s answers of %s; still to fill in: %s", i18n.Int(ctx, done.Done), i18n.Int(ctx, done.Asked), i18n.Int(ctx, len(done.Missing)))
		return item, true, nil
	case calls.ToComplete:
		item.Detail += " · " + i18n.T(ctx, "l’agence attend vos corrections", "the agency waits for your corrections")
		if d.DueAt != nil {
			item.Due = *d.DueAt
		}
		return item, true, nil
	case calls.Convention, calls.Committed, calls.Paying, calls.Repayment:
		tracked, found, err := a.funding.Track(ctx, actor, "", d.ID)
		if err != nil || !found {
			return item, false, err
		}
		words, due, asked := paidNext(ctx, tracked)
		item.Detail, item.Due = item.Detail+" · "+words, due
		return item, asked, nil
	default:
		if d.DueAt != nil {
			item.Detail += " · " + i18n.Tf(ctx, "réponse attendue avant le %s", "answer expected before %s", i18n.Date(ctx, *d.DueAt))
		}
	}
	return item, false, nil
}

// paidNext says of an agreement what its author must do, and before when, as its page does; else when the next payment comes.
func paidNext(ctx context.Context, t funding.Tracker) (words string, due time.Time, asked bool) {
	for _, r := range t.Repayments {
		if r.Open() {
			return i18n.Tf(ctx, "à vous : reversez %s", "yours to do: repay %s", i18n.Euro(ctx, r.Left())), endOf(r.DueOn), true
		}
	}
	if next := t.Next(); next != nil && t.Missing == "report" {
		for _, r := range t.Awaited(*next) {
			if r.State != "filed" {
				return i18n.Tf(ctx, "à vous : déposez « %s »", "yours to do: file “%s”", r.Label), endOf(r.DueOn), true
			}
		}
		return i18n.T(ctx, "l’agence examine ce que vous avez déposé", "the agency examines what you filed"), time.Time{}, false
	}
	return nextPayment(ctx, t), time.Time{}, t.Missing == "signature"
}

// endOf is the end of a day in Paris: what is due on a day is not late before it is over.
func endOf(on string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, on, i18n.Paris)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1).Add(-time.Second)
}

// nextPayment says when the next tranche comes, or what it waits for.
func nextPayment(ctx context.Context, t funding.Tracker) string {
	waits := map[string]string{
		"signature": i18n.T(ctx, "la convention attend une signature", "the agreement waits for a signature"), "commitment": i18n.T(ctx, "l’agence doit engager la dépense", "the agency must commit the expense"),
	}
	for _, tranche := range t.Tranches {
		if tranche.State == "paid" {
			continue
		}
		if word := waits[t.Missing]; word != "" {
			return word
		}
		words := i18n.Tf(ctx, "prochain versement : %s", "next payment: %s", i18n.Euro(ctx, tranche.Cents))
		if on, err := time.Parse(time.DateOnly, tranche.ExpectedOn); err == nil {
			words += i18n.Tf(ctx, ", prévu le %s", ", expected on %s", i18n.Date(ctx, on))
		}
		return words
	}
	return i18n.T(ctx, "tout est versé", "all is paid")
}

// deskOpenCalls are the calls that an applicant may answer, the first to close first.
func (a *App) deskOpenCalls(ctx context.Context, actor accounts.Actor) (desk.Part, error) {
	if !actor.Has(accounts.RoleApplicant) {
		return desk.Part{}, nil
	}
	all, err := a.calls.Calls(ctx, actor)
	if err != nil {
		return desk.Part{}, err
	}
	s := desk.Section{Most: deskShown, Key: "calls", Title: i18n.Text{FR: "Appels ouverts", EN: "Open calls"}, More: desk.Link{Href: "/appels", Label: i18n.Text{FR: "Tous les appels", EN: "All calls"}}}
	now := a.cfg.Clock.Now()
	for _, c := range all {
		if c.State == calls.CallPublished && c.OpensAt.Before(now) && c.ClosesAt.After(now) {
			s.Items = append(s.Items, desk.Item{Title: c.Title.V.Ctx(ctx), Detail: i18n.Tf(ctx, "jusqu’au %s", "until %s", i18n.Date(ctx, c.ClosesAt)), Href: "/appels/" + c.ID})
		}
	}
	return desk.Part{Sections: []desk.Section{s}}, nil
}

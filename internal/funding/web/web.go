// Package web draws the pages of money: agreements, payments, and the tracker that an applicant follows.
package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
	"maillage/internal/ui"
)

// Programme names a programme.
type Programme struct {
	Code string
	Name i18n.Text
}

// Pages holds what the pages need. Grant reads what is granted to a dossier, Budgets the envelopes of calls.
type Pages struct {
	Funding    *funding.Service
	Grant      func(ctx context.Context, dossierID string) (funding.Grant, error)
	Budgets    func(ctx context.Context, actor accounts.Actor) ([]funding.Budget, error)
	Programmes []Programme
	Region     string
}

const maxSigned = 21 << 20

// PermReports opens the reports to whoever holds the dossier; the service asks who that is.
var PermReports = accounts.Declare("funding.report", i18n.Text{FR: "Déposer les comptes rendus de ses dossiers", EN: "File the reports of one's applications"}, accounts.Anyone)

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/conventions", Permission: funding.PermManage, Handler: p.list},
		{Method: get, Path: "/conventions/nouvelle", Permission: funding.PermManage, Handler: p.newConvention},
		{Method: post, Path: "/conventions", Permission: funding.PermManage, Handler: p.draw},
		{Method: get, Path: "/conventions/codes", Permission: funding.PermManage, Handler: p.codes},
		{Method: post, Path: "/conventions/codes", Permission: funding.PermManage, Handler: p.setCode},
		{Method: get, Path: "/conventions/{id}", Permission: funding.PermManage, Handler: p.convention},
		{Method: get, Path: "/conventions/{id}/pdf", Permission: funding.PermManage, Handler: p.conventionPDF},
		{Method: get, Path: "/conventions/{id}/signee", Permission: PermReports, Handler: p.signedFile},
		{Method: post, Path: "/conventions/{id}/signer", Permission: funding.PermManage, Handler: p.sign, MaxBody: maxSigned},
		{Method: post, Path: "/conventions/{id}/engager", Permission: funding.PermManage, Handler: p.commit},
		{Method: post, Path: "/conventions/{id}/tranches/{rank}", Permission: funding.PermPay, Handler: p.order},
		{Method: post, Path: "/conventions/{id}/comptes-rendus/{report}", Permission: funding.PermManage, Handler: p.judge},
		{Method: get, Path: "/conventions/{id}/comptes-rendus/{report}/piece", Permission: PermReports, Handler: p.reportFile},
		{Method: post, Path: "/conventions/{id}/solder", Permission: funding.PermManage, Handler: p.settle},
		{Method: post, Path: "/conventions/{id}/reversement", Permission: funding.PermManage, Handler: p.claim},
		{Method: post, Path: "/conventions/{id}/reversement/{rank}", Permission: funding.PermPay, Handler: p.repaid},
		{Method: get, Path: "/conventions/{id}/reversement/{rank}/pdf", Permission: PermReports, Handler: p.repaymentPDF},
		{Method: post, Path: "/conventions/{id}/avenants", Permission: funding.PermManage, Handler: p.amend, MaxBody: maxSigned},
		{Method: get, Path: "/paiements", Permission: funding.PermPay, Handler: p.orders},
		{Method: post, Path: "/paiements/bordereau", Permission: funding.PermPay, Handler: p.batch},
		{Method: get, Path: "/paiements/export/{file}", Permission: funding.PermPay, Handler: p.exportOrders, Stream: true},
		{Method: post, Path: "/paiements/retour", Permission: funding.PermPay, Handler: p.importPaid, MaxBody: funding.MostPaid},
		{Method: get, Path: "/enveloppes", Permission: funding.PermManage, Handler: p.envelopes},
		{Method: get, Path: "/enveloppes/export/{file}", Permission: funding.PermManage, Handler: p.exportEnvelopes, Stream: true},
		{Method: get, Path: "/enveloppes/{call}", Permission: funding.PermManage, Handler: p.envelope},
		{Method: get, Path: "/dossiers/{dossier}/comptes-rendus/{convention}/{report}", Permission: PermReports, Handler: p.reportForm},
		{Method: post, Path: "/dossiers/{dossier}/comptes-rendus/{convention}/{report}", Permission: PermReports, Handler: p.fileReport, MaxBody: maxSigned, Raw: true},
	}
}

func (p *Pages) programme(ctx context.Context, code string) string {
	for _, x := range p.Programmes {
		if x.Code == code {
			return x.Name.Ctx(ctx)
		}
	}
	return code
}

// key is what opens dossiers started without an account.
func key(r *http.Request) string { return httpx.Kept(r, "dossier") }

type listing struct {
	Filter     funding.Filter
	Rows       []funding.Row
	Page       int
	Total      int
	Programmes []Programme
	Region     string
}

const pageSize = 50

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := funding.Filter{State: q.Get("etat"), Programme: q.Get("programme"), Departement: q.Get("departement"), Text: q.Get("q"), Waiting: q.Get("faire") == "1"}
	all, err := p.Funding.Conventions(r.Context(), accounts.FromContext(r.Context()), f)
	if err != nil {
		return err
	}
	page, from := httpx.Page(r, pageSize)
	v := listing{Filter: f, Page: page, Total: len(all), Programmes: p.Programmes, Region: p.Region}
	v.Rows = all[min(from, len(all)):min(from+pageSize, len(all))]
	return httpx.Render(w, r, http.StatusOK, listView(v))
}

// mostTranches is how many tranches the form takes.
const mostTranches = 4

// drawForm is what the page that draws an agreement shows again.
type drawForm struct {
	Grant funding.Grant
	Typed func(string) string
	Err   error
}

func (p *Pages) newConvention(w http.ResponseWriter, r *http.Request) error {
	g, err := p.Grant(r.Context(), r.FormValue("dossier"))
	if err != nil {
		return err
	}
	if err := accounts.FromContext(r.Context()).Require(funding.PermManage, accounts.Scope{Region: g.Region, Departement: g.Departement}); err != nil {
		return err
	}
	today := clock.Day(p.Funding.Today())
	first := g.Cents / 100 * 60
	suggested := map[string]string{"payee": g.Payee, "iban": g.IBAN, "starts_on": string(today), "ends_on": string(today.AddMonths(24)),
		"label_0": i18n.T(r.Context(), "À la signature", "On signature"), "cents_0": euros(first), "expected_0": string(today.AddMonths(1)),
		"label_1": i18n.T(r.Context(), "Solde", "Balance"), "cents_1": euros(g.Cents - first), "expected_1": string(today.AddMonths(12)), "final_1": "1",
		"report_0": i18n.T(r.Context(), "Compte rendu final", "Final report"), "due_0": string(today.AddMonths(11))}
	return httpx.Render(w, r, http.StatusOK, drawView(drawForm{Grant: g, Typed: func(n string) string { return suggested[n] }}))
}

func euros(cents int64) string {
	if cents%100 == 0 {
		return fmt.Sprint(cents / 100)
	}
	return fmt.Sprintf("%d,%02d", cents/100, cents%100)
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request) error {
	cmd := funding.DrawCommand{DossierID: r.PostFormValue("dossier"), StartsOn: r.PostFormValue("starts_on"), EndsOn: r.PostFormValue("ends_on"), IBAN: r.PostFormValue("iban"), Payee: r.PostFormValue("payee")}
	for i := range mostTranches {
		amount := r.PostFormValue(fmt.Sprintf("cents_%d", i))
		if strings.TrimSpace(amount) == "" {
			break
		}
		cents, _ := money.Cents(amount) // an unreadable amount is 0, which the service refuses at its field
		cmd.Tranches = append(cmd.Tranches, funding.PlannedTranche{Label: r.PostFormValue(fmt.Sprintf("label_%d", i)), Cents: cents,
			Final: r.PostFormValue(fmt.Sprintf("final_%d", i)) == "1", ExpectedOn: r.PostFormValue(fmt.Sprintf("expected_%d", i)), Proof: r.PostFormValue(fmt.Sprintf("proof_%d", i))})
	}
	for i := range 4 {
		if label := r.PostFormValue(fmt.Sprintf("report_%d", i)); label != "" {
			cmd.Reports = append(cmd.Reports, funding.PlannedReport{Label: label, DueOn: r.PostFormValue(fmt.Sprintf("due_%d", i))})
		}
	}
	c, err := p.Funding.Draw(r.Context(), accounts.FromContext(r.Context()), cmd)
	if err != nil {
		g, gerr := p.Grant(r.Context(), cmd.DossierID)
		if gerr != nil {
			return err
		}
		return again(w, r, err, drawView(drawForm{Grant: g, Typed: r.PostFormValue, Err: err}))
	}
	return httpx.SeeOther(w, r, "/conventions/"+c.ID)
}

func (p *Pages) convention(w http.ResponseWriter, r *http.Request) error { return p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, refusal error) error {
	actor := accounts.FromContext(r.Context())
	t, err := p.Funding.Read(r.Context(), actor, "", r.PathValue("id"))
	if err != nil {
		return err
	}
	page := conventionView(t, actor, r.FormValue, refusal)
	if refusal != nil {
		return again(w, r, refusal, page)
	}
	return httpx.Render(w, r, http.StatusOK, page)
}

func again(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindRefused, fault.KindConflict:
		return httpx.Render(w, r, httpx.Status(err), page)
	default:
		return err
	}
}

// act runs an action of the page of an agreement, then shows it again.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, do func(actor accounts.Actor, id string) error) error {
	id := r.PathValue("id")
	if err := do(accounts.FromContext(r.Context()), id); err != nil {
		return p.show(w, r, err)
	}
	return httpx.SeeOther(w, r, "/conventions/"+id)
}

func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		cmd := funding.SignCommand{Agency: r.FormValue("agency"), Structure: r.FormValue("structure"), SignedOn: r.FormValue("signed_on")}
		if file, _, err := r.FormFile("file"); err == nil {
			defer func() { _ = file.Close() }()
			cmd.File = file
		}
		_, err := p.Funding.Sign(r.Context(), actor, id, cmd)
		return err
	})
}

func (p *Pages) commit(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error { return p.Funding.Commit(r.Context(), actor, id) })
}

func (p *Pages) settle(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error { return p.Funding.Settle(r.Context(), actor, id) })
}

func (p *Pages) order(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		rank, _ := strconv.Atoi(r.PathValue("rank")) // no number is 0, which the service does not find
		return p.Funding.Order(r.Context(), actor, id, rank)
	})
}

func (p *Pages) judge(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Funding.JudgeReport(r.Context(), actor, id, r.PathValue("report"), r.PostFormValue("accept") == "1", strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func amount(r *http.Request) int64 {
	cents, _ := money.Cents(r.PostFormValue("cents")) // an unreadable amount is 0, which the service refuses at its field
	return cents
}

func (p *Pages) claim(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Funding.Claim(r.Context(), actor, id, funding.ClaimCommand{Cents: amount(r), Reason: r.PostFormValue("reason"), DueOn: r.PostFormValue("due_on")})
	})
}

func (p *Pages) repaid(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		rank, _ := strconv.Atoi(r.PathValue("rank")) // no number is 0, which the service does not find
		return p.Funding.Repaid(r.Context(), actor, id, funding.RepaidCommand{Rank: rank, Cents: amount(r), On: r.PostFormValue("on")})
	})
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		cmd := funding.AmendCommand{Text: r.FormValue("text"), EndsOn: r.FormValue("ends_on"), SignedOn: r.FormValue("amended_on")}
		for rank := 1; rank <= mostTranches; rank++ {
			typed := r.FormValue(fmt.Sprintf("amended_%d", rank))
			if typed == "" {
				continue
			}
			cents, ok := money.Cents(typed)
			if !ok {
				cents = -1 // which the service refuses at its field
			}
			cmd.Tranches = append(cmd.Tranches, funding.AmendedTranche{Rank: rank, Cents: cents, ExpectedOn: r.FormValue(fmt.Sprintf("amended_on_%d", rank))})
		}
		if file, _, err := r.FormFile("file"); err == nil {
			defer func() { _ = file.Close() }()
			cmd.File = file
		}
		return p.Funding.Amend(r.Context(), actor, id, cmd)
	})
}

// Tracker draws the payment tracker of a dossier; nil while there is no agreement.
func (p *Pages) Tracker(ctx context.Context, actor accounts.Actor, key, dossierID string) (templ.Component, error) {
	t, found, err := p.Funding.Track(ctx, actor, key, dossierID)
	if err != nil || !found {
		if fault.Is(err, fault.KindNotFound) {
			return nil, nil // a reviewer reads the dossier, not the money
		}
		return nil, err
	}
	return trackerView(t, dossierID, actor.Can(funding.PermManage, t.Convention.Scope())), nil
}

func errorOf(ctx context.Context, err error, name string) string {
	return ui.FieldError(ctx, err, name)
}

// Package web draws the pages of money: agreements, payments, and the tracker that an applicant follows.
package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/funding"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
	"maillage/internal/platform/sheets"
	"maillage/internal/ui"
)

// Pages holds what the pages need. Grant reads what is granted to a dossier.
type Pages struct {
	Funding *funding.Service
	Grant   func(ctx context.Context, dossierID string) (funding.Grant, error)
}

const maxSigned = 20 << 20

// PermReports opens the reports to whoever holds the dossier; the service asks who that is.
var PermReports = accounts.Declare("funding.report", i18n.Text{FR: "Déposer les comptes rendus de ses dossiers", EN: "File the reports of one's applications"}, accounts.Anyone)

// Routes is the table of the room.
func (p *Pages) Routes() []httpx.Route {
	get, post := http.MethodGet, http.MethodPost
	return []httpx.Route{
		{Method: get, Path: "/conventions", Permission: funding.PermManage, Handler: p.list},
		{Method: get, Path: "/conventions/nouvelle", Permission: funding.PermManage, Handler: p.newConvention},
		{Method: post, Path: "/conventions", Permission: funding.PermManage, Handler: p.draw},
		{Method: get, Path: "/conventions/{id}", Permission: funding.PermManage, Handler: p.convention},
		{Method: get, Path: "/conventions/{id}/pdf", Permission: funding.PermManage, Handler: p.conventionPDF},
		{Method: post, Path: "/conventions/{id}/signer", Permission: funding.PermManage, Handler: p.sign, MaxBody: maxSigned},
		{Method: post, Path: "/conventions/{id}/engager", Permission: funding.PermManage, Handler: p.commit},
		{Method: post, Path: "/conventions/{id}/tranches/{rank}", Permission: funding.PermPay, Handler: p.order},
		{Method: post, Path: "/conventions/{id}/comptes-rendus/{report}", Permission: funding.PermManage, Handler: p.judge},
		{Method: post, Path: "/conventions/{id}/solder", Permission: funding.PermManage, Handler: p.settle},
		{Method: post, Path: "/conventions/{id}/reversement", Permission: funding.PermManage, Handler: p.claim},
		{Method: post, Path: "/conventions/{id}/reverse", Permission: funding.PermPay, Handler: p.repaid},
		{Method: post, Path: "/conventions/{id}/avenants", Permission: funding.PermManage, Handler: p.amend},
		{Method: get, Path: "/paiements", Permission: funding.PermPay, Handler: p.orders},
		{Method: get, Path: "/paiements/export/{file}", Permission: funding.PermPay, Handler: p.exportOrders, Stream: true},
		{Method: post, Path: "/paiements/retour", Permission: funding.PermPay, Handler: p.importPaid, MaxBody: 8 << 20},
		{Method: post, Path: "/dossiers/{dossier}/comptes-rendus/{convention}/{report}", Permission: PermReports, Handler: p.fileReport},
	}
}

// key is what opens dossiers started without an account.
func key(r *http.Request) string {
	if c, err := r.Cookie("dossier"); err == nil {
		return c.Value
	}
	return ""
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Funding.Conventions(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, listView(all))
}

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
	today := time.Now().In(i18n.Paris)
	first := g.Cents / 100 * 60
	suggested := map[string]string{"payee": g.Payee, "iban": g.IBAN, "starts_on": today.Format(time.DateOnly), "ends_on": today.AddDate(2, 0, 0).Format(time.DateOnly),
		"label_0": i18n.T(r.Context(), "À la signature", "On signature"), "cents_0": euros(first), "expected_0": today.AddDate(0, 1, 0).Format(time.DateOnly),
		"label_1": i18n.T(r.Context(), "Solde", "Balance"), "cents_1": euros(g.Cents - first), "expected_1": today.AddDate(1, 0, 0).Format(time.DateOnly), "final_1": "1",
		"report_0": i18n.T(r.Context(), "Compte rendu final", "Final report"), "due_0": today.AddDate(0, 11, 0).Format(time.DateOnly)}
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
	for i := range 6 {
		amount := r.PostFormValue(fmt.Sprintf("cents_%d", i))
		if strings.TrimSpace(amount) == "" {
			continue
		}
		cents, _ := money.Cents(amount) // an unreadable amount is 0, which the service refuses at its field
		cmd.Tranches = append(cmd.Tranches, funding.PlannedTranche{Label: r.PostFormValue(fmt.Sprintf("label_%d", i)), Cents: cents,
			Final: r.PostFormValue(fmt.Sprintf("final_%d", i)) == "1", ExpectedOn: r.PostFormValue(fmt.Sprintf("expected_%d", i))})
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
	page := conventionView(t, actor, r.PostFormValue, refusal)
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
		var rank int
		_, _ = fmt.Sscan(r.PathValue("rank"), &rank)
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
		return p.Funding.Claim(r.Context(), actor, id, amount(r), strings.TrimSpace(r.PostFormValue("reason")))
	})
}

func (p *Pages) repaid(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Funding.Repaid(r.Context(), actor, id, amount(r))
	})
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(actor accounts.Actor, id string) error {
		return p.Funding.Amend(r.Context(), actor, id, r.PostFormValue("text"), r.PostFormValue("ends_on"), r.PostFormValue("signed_on"))
	})
}

func (p *Pages) orders(w http.ResponseWriter, r *http.Request) error { return p.showOrders(w, r, nil) }

func (p *Pages) showOrders(w http.ResponseWriter, r *http.Request, refusal error) error {
	all, err := p.Funding.Orders(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	if refusal != nil {
		return again(w, r, refusal, ordersView(all, "", refusal))
	}
	return httpx.Render(w, r, http.StatusOK, ordersView(all, r.FormValue("payes"), nil))
}

func (p *Pages) exportOrders(w http.ResponseWriter, r *http.Request) error {
	format, err := sheets.ParseFormat(strings.TrimPrefix(r.PathValue("file"), "ordres."))
	if err != nil {
		return err
	}
	all, err := p.Funding.Orders(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	text := func(fr, en string) sheets.Column { return sheets.Column{Title: i18n.Text{FR: fr, EN: en}} }
	columns := []sheets.Column{text("Référence", "Reference"), text("Bénéficiaire", "Payee"), text("IBAN", "IBAN"), {Title: i18n.Text{FR: "Montant", EN: "Amount"}, Kind: sheets.Cents}, text("Convention", "Agreement"), text("Libellé", "Label")}
	return sheets.Serve(w, r, format, "ordres-de-paiement", columns, func(yield func([]any, error) bool) {
		for _, o := range all {
			if !yield([]any{o.Reference, o.Payee, o.IBAN, o.Cents, o.Number, o.Label}, nil) {
				return
			}
		}
	})
}

func (p *Pages) importPaid(w http.ResponseWriter, r *http.Request) error {
	file, _, err := r.FormFile("file")
	if err != nil {
		return p.showOrders(w, r, fault.Invalid("Choisissez le fichier rendu par le comptable.", "Choose the file the accountant gave back.").Because(err))
	}
	defer func() { _ = file.Close() }()
	n, err := p.Funding.ImportPaid(r.Context(), accounts.FromContext(r.Context()), file)
	if err != nil {
		return p.showOrders(w, r, err)
	}
	return httpx.SeeOther(w, r, fmt.Sprintf("/paiements?payes=%d", n))
}

func (p *Pages) fileReport(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.Funding.FileReport(ctx, accounts.FromContext(ctx), key(r), r.PathValue("convention"), r.PathValue("report"), r.PostFormValue("text")); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, "/dossiers/"+r.PathValue("dossier"))
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

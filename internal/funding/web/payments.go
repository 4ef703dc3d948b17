package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/funding"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

// slip is a file of orders for the accountant; Number is "" for the orders that are on none yet.
type slip struct {
	Number string
	Orders []funding.PaymentOrder
	Cents  int64
}

func slips(all []funding.PaymentOrder) []slip {
	var out []slip
	at := map[string]int{}
	for _, o := range all {
		i, ok := at[o.Batch]
		if !ok {
			i = len(out)
			at[o.Batch] = i
			out = append(out, slip{Number: o.Batch})
		}
		out[i].Orders = append(out[i].Orders, o)
		out[i].Cents += o.Cents
	}
	return out
}

type ordersPage struct {
	Slips       []slip
	Imported    bool // the accountant's return just was: what was paid, and what was known already
	Paid, Known int
	Made        string // the slip just made
	Err         error
}

func (p *Pages) orders(w http.ResponseWriter, r *http.Request) error { return p.showOrders(w, r, nil) }

func (p *Pages) showOrders(w http.ResponseWriter, r *http.Request, refusal error) error {
	all, err := p.Funding.Orders(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return err
	}
	v := ordersPage{Slips: slips(all), Err: refusal}
	if refusal != nil {
		return again(w, r, refusal, ordersView(v))
	}
	q := r.URL.Query()
	v.Imported, v.Made = q.Has("payes"), q.Get("bordereau")
	v.Paid, _ = strconv.Atoi(q.Get("payes"))
	v.Known, _ = strconv.Atoi(q.Get("connus"))
	return httpx.Render(w, r, http.StatusOK, ordersView(v))
}

func (p *Pages) batch(w http.ResponseWriter, r *http.Request) error {
	number, _, err := p.Funding.Batch(r.Context(), accounts.FromContext(r.Context()))
	if err != nil {
		return p.showOrders(w, r, err)
	}
	return httpx.SeeOther(w, r, "/paiements?bordereau="+url.QueryEscape(number))
}

func text(fr, en string) sheets.Column { return sheets.Column{Title: i18n.Text{FR: fr, EN: en}} }

func cents(fr, en string) sheets.Column {
	return sheets.Column{Title: i18n.Text{FR: fr, EN: en}, Kind: sheets.Cents}
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
	wanted, one := r.URL.Query().Get("bordereau"), r.URL.Query().Has("bordereau")
	name := "ordres-de-paiement"
	if wanted != "" {
		name += "-" + wanted
	}
	columns := []sheets.Column{text("Référence", "Reference"), text("Bénéficiaire", "Payee"), text("IBAN", "IBAN"), cents("Montant", "Amount"), text("Convention", "Agreement"), text("Libellé", "Label"),
		text("Code FIR", "FIR code"), text("Bordereau", "Slip"), text("Payé le", "Paid on")}
	return sheets.Serve(w, r, format, name, columns, func(yield func([]any, error) bool) {
		for _, o := range all {
			if one && o.Batch != wanted {
				continue
			}
			if !yield([]any{o.Reference, o.Payee, o.IBAN, o.Cents, o.Number, o.Label, o.Code, o.Batch, ""}, nil) {
				return
			}
		}
	})
}

func (p *Pages) importPaid(w http.ResponseWriter, r *http.Request) error {
	file, _, err := r.FormFile("file")
	if err != nil {
		wrong := fault.Fields{}
		wrong.Add("file", "Choisissez le fichier rendu par le comptable.", "Choose the file the accountant gave back.")
		return p.showOrders(w, r, wrong.Err())
	}
	defer func() { _ = file.Close() }()
	paid, known, err := p.Funding.ImportPaid(r.Context(), accounts.FromContext(r.Context()), file)
	if err != nil {
		return p.showOrders(w, r, err)
	}
	return httpx.SeeOther(w, r, fmt.Sprintf("/paiements?payes=%d&connus=%d", paid, known))
}

// paperOut sends a PDF that was kept.
func paperOut(w http.ResponseWriter, file io.ReadCloser, name string) error {
	defer func() { _ = file.Close() }()
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", httpx.Attachment(name))
	_, err := io.Copy(w, file)
	return err
}

func (p *Pages) signedFile(w http.ResponseWriter, r *http.Request) error {
	file, c, err := p.Funding.SignedFile(r.Context(), accounts.FromContext(r.Context()), key(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return paperOut(w, file, "convention-"+c.Number+"-signee.pdf")
}

func (p *Pages) reportFile(w http.ResponseWriter, r *http.Request) error {
	file, _, err := p.Funding.ReportFile(r.Context(), accounts.FromContext(r.Context()), key(r), r.PathValue("id"), r.PathValue("report"))
	if err != nil {
		return err
	}
	return paperOut(w, file, "piece-"+r.PathValue("report")+".pdf")
}

// balances reads the envelopes as they stood on the day asked.
func (p *Pages) balances(r *http.Request) ([]funding.Balance, error) {
	ctx := r.Context()
	actor := accounts.FromContext(ctx)
	budgets, err := p.Budgets(ctx, actor)
	if err != nil {
		return nil, err
	}
	return p.Funding.Balances(ctx, actor, budgets, r.URL.Query().Get("au"))
}

type envelopesPage struct {
	All []funding.Balance
	On  string
	Err error
	// Programme names programmes.
	Programme func(code string) string
}

func (p *Pages) envelopes(w http.ResponseWriter, r *http.Request) error {
	v := envelopesPage{On: r.URL.Query().Get("au"), Programme: func(code string) string { return p.programme(r.Context(), code) }}
	v.All, v.Err = p.balances(r)
	if v.Err != nil {
		return again(w, r, v.Err, envelopesView(v))
	}
	if v.On == "" {
		v.On = p.Funding.Today()
	}
	return httpx.Render(w, r, http.StatusOK, envelopesView(v))
}

func (p *Pages) envelope(w http.ResponseWriter, r *http.Request) error {
	all, err := p.balances(r)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.CallID == r.PathValue("call") {
			return httpx.Render(w, r, http.StatusOK, envelopeView(b, p.programme(r.Context(), b.Programme)))
		}
	}
	return fault.NotFound("Cette enveloppe n’existe pas, ou n’est pas de votre région.", "This envelope does not exist, or is not of your region.")
}

func (p *Pages) exportEnvelopes(w http.ResponseWriter, r *http.Request) error {
	format, err := sheets.ParseFormat(strings.TrimPrefix(r.PathValue("file"), "enveloppes."))
	if err != nil {
		return err
	}
	all, err := p.balances(r)
	if err != nil {
		return err
	}
	columns := []sheets.Column{text("Appel", "Call"), text("Programme", "Programme"), {Title: i18n.Text{FR: "Au", EN: "On"}, Kind: sheets.Date}, cents("Enveloppe", "Envelope"), cents("Accordé", "Granted"), cents("Reste à accorder", "Left to grant"),
		cents("Engagé", "Committed"), cents("Ordonné", "Ordered"), cents("Payé", "Paid"), cents("Reversé", "Repaid"), cents("Rendu à l’enveloppe", "Given back to the envelope"), cents("En tranches", "In tranches")}
	return sheets.Serve(w, r, format, "enveloppes", columns, func(yield func([]any, error) bool) {
		for _, b := range all {
			if !yield([]any{b.Title, p.programme(r.Context(), b.Programme), dayTime(b.On), b.Budget.Cents, b.Granted, b.Left(), b.Committed, b.Ordered, b.Paid, b.Repaid, b.Freed(), b.Planned}, nil) {
				return
			}
		}
	})
}

func dayTime(day string) time.Time { return clock.Day(day).Time() }

func (p *Pages) codes(w http.ResponseWriter, r *http.Request) error { return p.showCodes(w, r, nil) }

type codesPage struct {
	Programmes []Programme
	Codes      map[string]string
	Changes    bool
	Err        error
	Typed      string
	At         string
}

func (p *Pages) showCodes(w http.ResponseWriter, r *http.Request, refusal error) error {
	actor := accounts.FromContext(r.Context())
	codes, err := p.Funding.Codes(r.Context(), actor)
	if err != nil {
		return err
	}
	v := codesPage{Programmes: p.Programmes, Codes: codes, Err: refusal, Changes: actor.Can(funding.PermManage, accounts.Scope{Region: p.Region})}
	if refusal != nil {
		v.Typed, v.At = r.PostFormValue("code"), r.PostFormValue("programme")
		return again(w, r, refusal, codesView(v))
	}
	return httpx.Render(w, r, http.StatusOK, codesView(v))
}

func (p *Pages) setCode(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.Funding.SetCode(ctx, accounts.FromContext(ctx), p.Region, r.PostFormValue("programme"), r.PostFormValue("code")); err != nil {
		return p.showCodes(w, r, err)
	}
	return httpx.SeeOther(w, r, "/conventions/codes")
}

// reportPage is the form of a report, for the author of the dossier.
type reportPage struct {
	Dossier string
	Tracker funding.Tracker
	Report  funding.Report
	Typed   string
	Err     error
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request) error {
	return p.showReport(w, r, nil)
}

func (p *Pages) showReport(w http.ResponseWriter, r *http.Request, refusal error) error {
	t, err := p.Funding.Read(r.Context(), accounts.FromContext(r.Context()), key(r), r.PathValue("convention"))
	if err != nil {
		return err
	}
	for _, x := range t.Reports {
		if x.ID != r.PathValue("report") {
			continue
		}
		v := reportPage{Dossier: r.PathValue("dossier"), Tracker: t, Report: x, Typed: x.Text, Err: refusal}
		if refusal != nil {
			v.Typed = r.FormValue("text")
			return again(w, r, refusal, reportView(v))
		}
		return httpx.Render(w, r, http.StatusOK, reportView(v))
	}
	return fault.NotFound("Ce compte rendu n’est pas attendu.", "This report is not expected.")
}

func (p *Pages) fileReport(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if _, err := p.Funding.Read(ctx, accounts.FromContext(ctx), key(r), r.PathValue("convention")); err != nil {
		return err // before the paper is read: anybody may send here
	}
	if err := httpx.ReadForm(r); err != nil {
		return err
	}
	cmd := funding.FileCommand{Text: r.FormValue("text")}
	if file, head, err := r.FormFile("file"); err == nil {
		defer func() { _ = file.Close() }()
		cmd.File, cmd.FileName = file, head.Filename
	}
	if err := p.Funding.FileReport(ctx, accounts.FromContext(ctx), key(r), r.PathValue("convention"), r.PathValue("report"), cmd); err != nil {
		return p.showReport(w, r, err)
	}
	return httpx.SeeOther(w, r, "/dossiers/"+r.PathValue("dossier")+"#money")
}

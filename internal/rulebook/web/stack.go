package web

import (
	"net/http"
	"strings"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/rulebook"
)

// planRows is how many aids the form of a funding plan offers.
const planRows = 5

type stackPage struct {
	question
	Book    *rulebook.Book
	Day     rulebook.Day
	Cost    rulebook.Cents
	Shares  []rulebook.Share
	Amounts []string // as typed
	Sum     rulebook.Cents
	Clashes []rulebook.Clash
	Checked bool
	Taken   bool // the plan starts from what the structure holds
}

// stack checks a funding plan: which aids clash, what exceeds what.
func (p *Pages) stack(w http.ResponseWriter, r *http.Request) error {
	q, err := p.question(r)
	if err != nil {
		return err
	}
	book, err := p.Rules.Book(r.Context())
	if err != nil {
		return err
	}
	page := stackPage{question: q, Book: book, Day: p.Rules.Today()}
	wrong := fault.Fields{}
	page.takeHoldings()
	page.read(wrong)
	page.Err = wrong.Err()
	status := http.StatusOK
	if page.Err != nil {
		status = http.StatusUnprocessableEntity
	} else if page.Checked {
		page.Clashes = book.Stack(rulebook.Plan{Cost: page.Cost, Shares: page.Shares, Profile: page.Profile}, page.Day)
	}
	return httpx.Render(w, r, status, stackView(page))
}

// takeHoldings starts the plan from what the structure already holds, until somebody types another.
func (page *stackPage) takeHoldings() {
	if len(page.Form["aide"]) > 0 {
		return
	}
	for _, id := range page.Held {
		if cents, ok := page.Granted[id]; ok && len(page.Form["aide"]) < planRows {
			page.Form.Add("aide", id)
			page.Form.Add("montant", euros(cents))
			page.Taken = true
		}
	}
}

func (page *stackPage) read(wrong fault.Fields) {
	const bad, badEN = "Écrivez un montant en euros, par exemple 12 500,50.", "Write an amount in euros, for instance 12500.50."
	if text := strings.TrimSpace(page.Form.Get("cost")); text != "" {
		cost, err := rulebook.ParseEuros(text)
		if err != nil {
			wrong.Add("cost", bad, badEN)
		}
		page.Cost = cost
	}
	page.Amounts = page.Form["montant"]
	for i, id := range page.Form["aide"] {
		if i >= len(page.Amounts) || id == "" && strings.TrimSpace(page.Amounts[i]) == "" {
			continue
		}
		page.Checked = true
		share := rulebook.Share{Rule: id, Funder: "other"}
		if rule, ok := page.Book.Rule(id, page.Day); ok {
			share.Funder = rule.Funder
		}
		if text := strings.TrimSpace(page.Amounts[i]); text != "" {
			amount, err := rulebook.ParseEuros(text)
			if err != nil {
				wrong.Add("montant-"+string(rune('0'+i)), bad, badEN)
			}
			share.Amount = amount
		}
		page.Sum += share.Amount
		page.Shares = append(page.Shares, share)
	}
}

// typed is what stands in a row of the form.
func (page stackPage) typed(row int) (aid, amount string) {
	if aids := page.Form["aide"]; row < len(aids) {
		aid = aids[row]
	}
	if row < len(page.Amounts) {
		amount = page.Amounts[row]
	}
	return aid, amount
}

package web

import (
	"context"
	"time"

	"maillage/internal/funding"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

func tone(s lifecycle.State) string {
	return map[lifecycle.State]string{funding.Drawn: "warn", funding.Signed: "info", funding.Committed: "info", funding.Paying: "good", funding.Settled: "good", funding.Repayment: "late"}[s]
}

func stateName(ctx context.Context, s lifecycle.State) string { return funding.Life.Label(s).Ctx(ctx) }

func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.Date(ctx, t)
}

func missingText(ctx context.Context, missing string) string {
	return map[string]i18n.Text{
		"signature":  {FR: "Le prochain paiement attend la convention signée.", EN: "The next payment waits for the signed agreement."},
		"commitment": {FR: "Le prochain paiement attend l’engagement par l’Agence.", EN: "The next payment waits for the agency's commitment."},
		"report":     {FR: "Le prochain paiement attend une pièce ou un compte rendu accepté.", EN: "The next payment waits for an accepted proof or report."},
	}[missing].Ctx(ctx)
}

func reportTone(state string) string {
	return map[string]string{"due": "warn", "filed": "info", "accepted": "good", "to-redo": "late"}[state]
}

func reportText(ctx context.Context, x funding.Report) string {
	switch x.State {
	case "filed":
		return i18n.T(ctx, "déposé, à examiner", "filed, to examine")
	case "accepted":
		return i18n.T(ctx, "accepté", "accepted")
	case "to-redo":
		return i18n.T(ctx, "à reprendre", "to redo")
	}
	return i18n.T(ctx, "attendu le ", "expected on ") + dayText(ctx, x.DueOn)
}

// may tells whether an officer could make a move now; guards that read a form are the service's.
func may(c funding.Convention, move string) bool {
	mv, ok := funding.Life.Move(move)
	if !ok {
		return false
	}
	for _, s := range mv.From {
		if s == c.State {
			return true
		}
	}
	return false
}

func stateOptions(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, s := range funding.Life.Table().States {
		all = append(all, ui.Option{Value: string(s.Name), Label: s.Label.Ctx(ctx)})
	}
	return all
}

func programmeOptions(ctx context.Context, programmes []Programme) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "Tous", "All")}}
	for _, p := range programmes {
		all = append(all, ui.Option{Value: p.Code, Label: p.Name.Ctx(ctx)})
	}
	return all
}

func ticked(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

// nextText says what a convention waits for.
func nextText(ctx context.Context, r funding.Row) (tone, said string) {
	switch {
	case r.State == funding.Drawn:
		return "", i18n.T(ctx, "attend les signatures", "waits for the signatures")
	case r.State == funding.Signed:
		return "warn", i18n.T(ctx, "à engager", "to commit")
	case r.Filed > 0:
		return "warn", i18n.T(ctx, "compte rendu à examiner", "report to examine")
	case r.Late > 0:
		return "late", i18n.T(ctx, "compte rendu en retard", "report late")
	case r.Ready > 0:
		return "warn", i18n.T(ctx, "tranche à ordonner", "tranche to order")
	case r.Claimed > r.Repaid:
		return "", i18n.T(ctx, "attend le reversement", "waits for the repayment")
	case r.Planned > 0 && r.Owed > 0:
		return "", i18n.T(ctx, "attend un compte rendu", "waits for a report")
	case r.Ordered > r.Paid:
		return "", i18n.T(ctx, "attend le comptable", "waits for the accountant")
	case r.State == funding.Paying:
		return "warn", i18n.T(ctx, "à solder", "to settle")
	}
	return "", ""
}

func kindText(ctx context.Context, kind string) string {
	return map[string]i18n.Text{
		"granted": {FR: "Accordé", EN: "Granted"}, "drawn": {FR: "Convention établie", EN: "Agreement drawn"}, "committed": {FR: "Engagé", EN: "Committed"}, "ordered": {FR: "Paiement ordonné", EN: "Payment ordered"},
		"planned": {FR: "Tranches prévues", EN: "Tranches planned"}, "released": {FR: "Non dépensé, rendu à l’enveloppe", EN: "Not spent, given back to the envelope"},
		"returned": {FR: "Reversé, rendu à l’enveloppe", EN: "Repaid, given back to the envelope"},
		"paid":     {FR: "Payé", EN: "Paid"}, "claimed": {FR: "Reversement demandé", EN: "Repayment asked"}, "repaid": {FR: "Reversement reçu", EN: "Repayment received"},
	}[kind].Ctx(ctx)
}

func or(typed, usual string) string {
	if typed != "" {
		return typed
	}
	return usual
}

func slipName(ctx context.Context, s slip) string {
	if s.Number == "" {
		return i18n.T(ctx, "Ordres qui attendent un bordereau", "Orders that wait for a slip")
	}
	return i18n.Tf(ctx, "Bordereau %s", "Slip %s", s.Number)
}

func codeOf(v codesPage, programme string) string {
	if v.Err != nil && v.At == programme {
		return v.Typed
	}
	return v.Codes[programme]
}

func errorAt(ctx context.Context, v codesPage, programme string) string {
	if v.At == programme {
		return errorOf(ctx, v.Err, "code")
	}
	return ""
}

// step is what comes next for the author of a dossier: who must act, on what, before when; Href leads to the form, "" when nothing is
// theirs to do.
type step struct{ Tone, Title, Text, Href, Link string }

// nextStep says it in one sentence or two.
func nextStep(ctx context.Context, t funding.Tracker) step {
	for _, r := range t.Repayments {
		if r.Open() {
			return step{Tone: "warn", Title: i18n.Tf(ctx, "À vous : reversez %s avant le %s", "Yours to do: repay %s before %s", i18n.Euro(ctx, r.Left()), dayText(ctx, r.DueOn)),
				Text: i18n.Tf(ctx, "Rappelez la référence %s. Le motif et l’ordre de reversement sont plus bas.", "Quote the reference %s. The reason and the order of repayment are below.", r.Number)}
		}
	}
	next := t.Next()
	switch {
	case next == nil && t.Convention.Ordered > t.Convention.Paid:
		return step{Tone: "info", Title: i18n.T(ctx, "Rien à faire : le dernier paiement est en cours", "Nothing to do: the last payment is under way"), Text: i18n.T(ctx, "L’Agence l’a ordonné, son comptable le verse.", "The agency ordered it, its accountant pays it.")}
	case next == nil:
		return step{Tone: "good", Title: i18n.T(ctx, "Tout est payé", "All is paid"), Text: i18n.T(ctx, "Aucun versement n’est plus attendu.", "No payment is expected any more.")}
	case t.Missing == "signature":
		return step{Tone: "warn", Title: i18n.T(ctx, "À signer par les deux parties", "To be signed by both parties"), Text: i18n.T(ctx, "L’Agence vous adresse la convention ; renvoyez-la signée. Rien n’est versé avant.", "The agency sends you the agreement; return it signed. Nothing is paid before.")}
	case t.Missing == "commitment":
		return step{Tone: "info", Title: i18n.T(ctx, "Rien à faire : l’Agence engage la dépense", "Nothing to do: the agency commits the money"), Text: expected(ctx, *next)}
	}
	for _, r := range t.Awaited(*next) {
		if r.State == "filed" {
			continue
		}
		said := step{Tone: "warn", Title: i18n.Tf(ctx, "À vous : déposez « %s » avant le %s", "Yours to do: file “%s” before %s", r.Label, dayText(ctx, r.DueOn)), Text: expected(ctx, *next), Href: "#proof-" + r.ID, Link: i18n.T(ctx, "Le déposer", "File it")}
		switch {
		case r.Late(t.Today):
			said.Tone, said.Title = "late", i18n.Tf(ctx, "En retard : « %s », attendu le %s", "Late: “%s”, expected on %s", r.Label, dayText(ctx, r.DueOn))
		case r.State == "to-redo":
			said.Title = i18n.Tf(ctx, "À vous : reprenez « %s »", "Yours to do: redo “%s”", r.Label)
		}
		return said
	}
	if len(t.Awaited(*next)) > 0 {
		return step{Tone: "info", Title: i18n.T(ctx, "Rien à faire : l’Agence examine ce que vous avez déposé", "Nothing to do: the agency examines what you filed"), Text: expected(ctx, *next)}
	}
	return step{Tone: "good", Title: i18n.T(ctx, "Rien ne manque", "Nothing is missing"), Text: expected(ctx, *next)}
}

// expected tells of the next payment: how much, when.
func expected(ctx context.Context, x funding.Tranche) string {
	return i18n.Tf(ctx, "Prochain versement : %s, attendu le %s.", "Next payment: %s, expected on %s.", i18n.Euro(ctx, x.Cents), dayText(ctx, x.ExpectedOn))
}

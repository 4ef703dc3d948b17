package web

import (
	"context"
	"strings"
	"testing"

	"maillage/internal/funding"
	"maillage/internal/platform/i18n"
)

// Whatever the state of the money, the author reads whose turn it is, and finds the form when it is theirs.
func TestTheTrackerSaysWhoseTurnItIs(t *testing.T) {
	planned := []funding.Tranche{{Rank: 1, Label: "À la signature", Cents: 18_000_00, State: "paid"}, {Rank: 2, Label: "Solde", Cents: 12_000_00, Final: true, ExpectedOn: "2026-12-01", State: "planned"}}
	paid := []funding.Tranche{{Rank: 1, Cents: 30_000_00, State: "paid"}}
	report := func(state, due string) []funding.Report {
		return []funding.Report{{ID: "r", Label: "Compte rendu", State: state, DueOn: due}}
	}
	signed := funding.Convention{SignedOn: "2026-04-01", State: funding.Paying, Granted: 30_000_00, Paid: 18_000_00, Ordered: 18_000_00}
	for want, x := range map[string]funding.Tracker{
		"warn|À signer par les deux parties|":                             {Tranches: planned, Missing: "signature"},
		"info|Rien à faire : l’Agence engage|":                            {Convention: signed, Tranches: planned, Missing: "commitment"},
		"warn|À vous : déposez « Compte rendu »|#proof-r":                 {Convention: signed, Tranches: planned, Reports: report("due", "2026-11-30"), Missing: "report"},
		"late|En retard : « Compte rendu »|#proof-r":                      {Convention: signed, Tranches: planned, Reports: report("due", "2026-10-30"), Missing: "report"},
		"warn|À vous : reprenez « Compte rendu »|#proof-r":                {Convention: signed, Tranches: planned, Reports: report("to-redo", "2026-11-30"), Missing: "report"},
		"info|Rien à faire : l’Agence examine|":                           {Convention: signed, Tranches: planned, Reports: report("filed", "2026-11-30"), Missing: "report"},
		"good|Rien ne manque|":                                            {Convention: signed, Tranches: planned, Reports: report("accepted", "2026-11-30")},
		"info|Rien à faire : le dernier paiement est en cours|":           {Convention: funding.Convention{Ordered: 2, Paid: 1}, Tranches: paid},
		"good|Tout est payé|":                                             {Convention: signed, Tranches: paid},
		"warn|À vous : reversez 1\u202f000\u00a0€ avant le 1er décembre|": {Convention: signed, Tranches: paid, Repayments: []funding.RepaymentOrder{{Cents: 1_000_00, DueOn: "2026-12-01", Number: "R1"}}},
	} {
		x.Today = "2026-11-25"
		n := nextStep(i18n.With(context.Background(), i18n.FR), x)
		tone, rest, _ := strings.Cut(want, "|")
		title, href, _ := strings.Cut(rest, "|")
		if n.Tone != tone || !strings.HasPrefix(n.Title, i18n.French(title)) || n.Href != href || n.Text == "" || (n.Href == "") != (n.Link == "") {
			t.Errorf("%s: %+v", want, n)
		}
	}
}

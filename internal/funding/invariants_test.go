package funding

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// together runs several attempts at once and says how many held; every other one must be refused with words, not broken.
func (w *world) together(attempts ...func() error) (held int) {
	w.t.Helper()
	errs := make([]error, len(attempts))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, try := range attempts {
		all.Go(func() {
			<-start
			errs[i] = try()
		})
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		switch fault.KindOf(err) {
		case "":
			held++
		case fault.KindRefused, fault.KindConflict, fault.KindInvalid:
		default:
			w.t.Errorf("an attempt broke: %v", err)
		}
	}
	return held
}

func (w *world) on(day string) {
	w.t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	w.must(err)
	w.clock.Set(at.Add(9 * time.Hour))
}

func (w *world) committed(cmd DrawCommand) *Convention {
	w.t.Helper()
	c, err := w.Draw(ctx, w.instructor, cmd)
	w.must(err)
	c, err = w.Sign(ctx, w.instructor, c.ID, SignCommand{Agency: "Directrice", Structure: "Gérant", SignedOn: w.Today(), File: strings.NewReader("%PDF-1.7")})
	w.must(err)
	w.must(w.Commit(ctx, w.instructor, c.ID))
	return c
}

// checked wants the database to refuse a statement by a constraint.
func (w *world) checked(what, statement string, args ...any) {
	w.t.Helper()
	if _, err := w.db.ExecContext(ctx, statement, args...); !db.IsCheck(err) {
		w.t.Errorf("the database lets %s: %v", what, err)
	}
}

// directly runs a statement behind the back of the service.
func (w *world) directly(statement string) error {
	_, err := w.db.ExecContext(ctx, statement)
	return err
}

// Invariant 3: what the structure received already is deducted, by the service and by the database.
func TestAnAidAlreadyReceivedIsDeducted(t *testing.T) {
	each(t, func(w *world) {
		w.grant = func(g *Grant) { g.Limit, g.Deducted = 29_000_00, 6_000_00 }
		_, err := w.Draw(ctx, w.instructor, draw(20_000_00))
		w.refused(err, fault.KindRefused, "invariant-3")
		w.grant = func(g *Grant) { g.Limit = 30_000_00 }
		c, err := w.Draw(ctx, w.instructor, draw(20_000_00))
		w.must(err)
		w.checked("a grant pass its limit", `UPDATE convention SET granted_cents = limit_cents + 1 WHERE id = $1`, c.ID)
	})
}

// Invariant 4: two tranches ordered at once, two agreements drawn at once from one grant, an amendment at the same time as an order.
func TestTheGrantHoldsUnderSimultaneousHands(t *testing.T) {
	each(t, func(w *world) {
		draws := make([]func() error, 6)
		for i := range draws {
			draws[i] = func() error { _, err := w.Draw(ctx, w.instructor, draw(10_000_00, 10_000_00, 10_000_00)); return err }
		}
		if held := w.together(draws...); held != 1 {
			w.t.Fatalf("%d agreements for one grant", held)
		}
		var id string
		w.must(w.db.GetContext(ctx, &id, `SELECT id FROM convention`))
		_, err := w.Sign(ctx, w.instructor, id, SignCommand{Agency: "Directrice", Structure: "Gérant", SignedOn: w.Today(), File: strings.NewReader("%PDF-1.7")})
		w.must(err)
		w.must(w.Commit(ctx, w.instructor, id))

		orders := make([]func() error, 6)
		for i := range orders {
			orders[i] = func() error { return w.Order(ctx, w.payer, id, 1) }
		}
		if held := w.together(orders...); held != 1 {
			w.t.Fatalf("one tranche was ordered %d times", held)
		}
		w.together(func() error { return w.Order(ctx, w.payer, id, 2) }, func() error {
			return w.Amend(ctx, w.instructor, id, AmendCommand{Text: "Révision", EndsOn: "2027-06-01", SignedOn: w.Today(), Tranches: []AmendedTranche{{2, 20_000_00, "2026-06-01"}}})
		})
		c, err := get(ctx, w.db, id)
		w.must(err)
		var ordered, planned int64
		w.must(w.db.GetContext(ctx, &ordered, `SELECT COALESCE(SUM(cents), 0) FROM payment_order WHERE convention_id = $1`, id))
		w.must(w.db.GetContext(ctx, &planned, `SELECT SUM(cents) FROM tranche WHERE convention_id = $1`, id))
		if c.Ordered != ordered || c.Tranched != planned || planned > c.Granted {
			w.t.Errorf("ordered %d (%d), planned %d (%d), granted %d", c.Ordered, ordered, c.Tranched, planned, c.Granted)
		}
	})
}

// Invariants 5 and 6, in the database itself: no order unsigned, no balance without its report, none by who processed or decided.
func TestTheDatabaseKeepsTheOrder(t *testing.T) {
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00, 10_000_00))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.checked("the tranches pass the grant", `UPDATE convention SET tranched_cents = granted_cents + 1`)
		w.checked("orders pass the tranches", `UPDATE convention SET ordered_cents = tranched_cents + 1`)
		w.checked("an unsigned agreement be paid", `UPDATE convention SET signed_on = ''`)
		w.checked("an unsigned order be", `UPDATE payment_order SET signed_on = ''`)
		w.checked("a balance be ordered without report", `UPDATE payment_order SET final = (1 = 1)`)
		w.checked("the instructor pay", `UPDATE payment_order SET ordered_by = instructor_id`)
		w.checked("the decider pay", `UPDATE payment_order SET ordered_by = decider_id`)
		w.checked("an order of nothing be", `UPDATE payment_order SET cents = 0`)
		w.checked("more be paid than ordered", `UPDATE convention SET paid_cents = ordered_cents + 1`)
		w.checked("more be repaid than asked", `UPDATE convention SET repaid_cents = claimed_cents + 1`)
	})
}

// Invariant 10: aids that exclude one another are not held together, the other one is named, and two draws at once do not slip through.
func TestExclusiveAidsAreNotHeldTogether(t *testing.T) {
	each(t, func(w *world) {
		w.grant = func(g *Grant) { g.Programme = map[string]string{"d1": "x", "d2": "y", "d3": "z"}[g.DossierID] }
		of := func(dossier string) DrawCommand {
			c := draw(30_000_00)
			c.DossierID = dossier
			return c
		}
		attempt := func(dossier string) func() error {
			return func() error { _, err := w.Draw(ctx, w.instructor, of(dossier)); return err }
		}
		if held := w.together(attempt("d1"), attempt("d2")); held != 1 {
			w.t.Fatalf("%d of two exclusive aids are held", held)
		}
		var first string
		w.must(w.db.GetContext(ctx, &first, `SELECT dossier_id FROM convention`))
		second := map[string]string{"d1": "d2", "d2": "d1"}[first]
		_, err := w.Draw(ctx, w.instructor, of(second))
		w.refused(err, fault.KindRefused, "invariant-10")
		if !strings.Contains(err.Error(), "Aid "+map[string]string{"d1": "x", "d2": "y"}[first]) {
			w.t.Errorf("the other aid is not named: %v", err)
		}
		_, err = w.Draw(ctx, w.instructor, of("d3"))
		w.must(err)
		if err := w.directly(`INSERT INTO funding_exclusion (structure_id, pair, programme) VALUES ('msp', 'x | y', 'other')`); !db.IsUnique(err) {
			w.t.Errorf("the database lets a structure hold both of two exclusive aids: %v", err)
		}
		// Settled, the first one excludes nothing any more, in the database either.
		var id string
		w.must(w.db.GetContext(ctx, &id, `SELECT id FROM convention WHERE dossier_id = $1`, first))
		w.must(w.directly(`UPDATE convention SET state = 'paying', signed_on = '2026-04-01', tranched_cents = 0 WHERE id = '` + id + `'`))
		w.must(w.directly(`DELETE FROM tranche WHERE convention_id = '` + id + `'`))
		w.must(w.Settle(ctx, w.instructor, id))
		_, err = w.Draw(ctx, w.instructor, of(second))
		w.must(err)
		w.grant = func(g *Grant) { g.Programme, g.Structure = "x", "" }
		other := of("d4")
		_, err = w.Draw(ctx, w.instructor, other)
		w.must(err) // a structure that nobody knows excludes nothing
	})
}

// A tranche waits for its proof; the author files it as a PDF, and nothing else.
func TestATrancheWaitsForItsProof(t *testing.T) {
	each(t, func(w *world) {
		cmd := draw(20_000_00, 10_000_00)
		cmd.Tranches[0].Proof = "Facture de l’étude"
		c := w.committed(cmd)
		w.refused(w.Order(ctx, w.payer, c.ID, 1), fault.KindRefused, "tranche-proof")
		track, _, err := w.Track(ctx, w.author, "", "d1")
		w.must(err)
		awaited := track.Awaited(track.Tranches[0])
		if track.Missing != "report" || len(awaited) != 1 || awaited[0].Label != "Facture de l’étude" || track.Payable(track.Tranches[0]) {
			w.t.Fatalf("%+v", awaited)
		}
		w.refused(w.FileReport(ctx, w.elsewhere, "", c.ID, awaited[0].ID, FileCommand{Text: "x"}), fault.KindNotFound, "")
		w.refused(w.FileReport(ctx, w.author, "", c.ID, awaited[0].ID, FileCommand{File: strings.NewReader("GIF89a")}), fault.KindInvalid, "")
		w.refused(w.FileReport(ctx, w.author, "", c.ID, awaited[0].ID, FileCommand{}), fault.KindInvalid, "")
		w.must(w.FileReport(ctx, w.author, "", c.ID, awaited[0].ID, FileCommand{FileName: "facture.pdf", File: strings.NewReader("%PDF-1.7")}))
		w.must(w.JudgeReport(ctx, w.instructor, c.ID, awaited[0].ID, false, "Il manque la date."))
		if len(w.sent) != 1 || !strings.HasPrefix(w.sent[0], "porteuse@example.org: Compte rendu à reprendre") {
			w.t.Errorf("letters: %v", w.sent)
		}
		w.refused(w.Order(ctx, w.payer, c.ID, 1), fault.KindRefused, "tranche-proof")
		w.must(w.FileReport(ctx, accounts.Actor{}, "clef", c.ID, awaited[0].ID, FileCommand{File: strings.NewReader("%PDF-1.7")}))
		w.must(w.JudgeReport(ctx, w.instructor, c.ID, awaited[0].ID, true, ""))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
	})
}

// An amendment changes the end and the tranches to come, within the grant; what is ordered stays.
func TestAmendments(t *testing.T) {
	each(t, func(w *world) {
		drawn, err := w.Draw(ctx, w.instructor, draw(20_000_00, 5_000_00))
		w.must(err)
		amend := func(tranches ...AmendedTranche) error {
			return w.Amend(ctx, w.instructor, drawn.ID, AmendCommand{Text: "Report d’un an", EndsOn: "2028-04-01", SignedOn: "2026-04-01", Tranches: tranches, File: strings.NewReader("%PDF-1.7")})
		}
		w.refused(amend(), fault.KindRefused, "funding.convention: amend")
		_, err = w.Sign(ctx, w.instructor, drawn.ID, SignCommand{Agency: "A", Structure: "B", SignedOn: "2026-04-01", File: strings.NewReader("%PDF-1.7")})
		w.must(err)
		w.must(w.Commit(ctx, w.instructor, drawn.ID))
		w.must(w.Order(ctx, w.payer, drawn.ID, 1))
		w.refused(amend(AmendedTranche{1, 19_000_00, "2026-05-01"}), fault.KindRefused, "tranche-once")
		w.refused(amend(AmendedTranche{2, 10_000_01, "2027-05-01"}), fault.KindRefused, "invariant-4")
		w.refused(amend(AmendedTranche{2, -1, "2027-05-01"}), fault.KindInvalid, "")
		w.must(amend(AmendedTranche{1, 20_000_00, "2026-05-01"}, AmendedTranche{2, 10_000_00, "2027-05-01"}))
		w.must(amend())
		track, err := w.Read(ctx, w.instructor, "", drawn.ID)
		w.must(err)
		if len(track.Amendments) != 2 || track.Convention.EndsOn != "2028-04-01" || track.Convention.Tranched != 30_000_00 || track.Tranches[1].Cents != 10_000_00 || track.Amendments[0].SHA256 == "" ||
			!strings.Contains(track.Amendments[0].Changes, "tranche 2") {
			w.t.Errorf("%+v", track)
		}
		w.must(amend(AmendedTranche{2, 0, "2027-05-01"}))
		w.refused(w.Order(ctx, w.payer, drawn.ID, 2), fault.KindNotFound, "")
		_, _, err = w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+drawn.Number+"-1,2000000,2026-04-01\n"))
		w.must(err)
		w.must(w.Settle(ctx, w.instructor, drawn.ID)) // the project was smaller than planned: the rest goes back to the envelope
		if !slices.Equal(w.released, []int64{10_000_00}) {
			w.t.Errorf("given back: %v", w.released)
		}
		early := AmendCommand{Text: "Trop tôt", EndsOn: "2028-04-01", SignedOn: "2026-03-31"}
		w.must(w.Claim(ctx, w.instructor, drawn.ID, ClaimCommand{1_000_00, "Trop versé", "2026-07-01"}))
		w.refused(w.Amend(ctx, w.instructor, drawn.ID, early), fault.KindInvalid, "")
	})
}

// A repayment is asked, comes in parts, and closes; the payer records it, not who processed.
func TestRepaymentInParts(t *testing.T) {
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.on("2026-05-02")
		_, _, err := w.ImportPaid(ctx, w.payer, strings.NewReader("reference,montant,paye_le\n"+c.Number+"-1,\"20 000,00\",02/05/2026\n"))
		w.must(err)
		claim := func(cents int64, reason string) error {
			return w.Claim(ctx, w.instructor, c.ID, ClaimCommand{cents, reason, "2026-07-01"})
		}
		w.refused(claim(20_000_01, "Projet arrêté"), fault.KindInvalid, "")
		w.refused(claim(5_000_00, " "), fault.KindInvalid, "")
		w.must(claim(5_000_00, "Projet réduit"))
		w.must(claim(1_000_00, "Second poste non pourvu"))
		repaid := func(who accounts.Actor, rank int, cents int64) error {
			return w.Repaid(ctx, who, c.ID, RepaidCommand{rank, cents, "2026-05-02"})
		}
		w.refused(repaid(w.instructor, 1, 1), fault.KindRefused, "invariant-6")
		w.refused(repaid(w.payer, 3, 1), fault.KindNotFound, "")
		w.must(repaid(w.payer, 1, 2_000_00))
		w.refused(repaid(w.payer, 1, 3_000_01), fault.KindInvalid, "")
		w.refused(w.Settle(ctx, w.instructor, c.ID), fault.KindRefused, "funding.convention: settle (balance)")
		if held := w.together(func() error { return repaid(w.payer, 1, 3_000_00) }, func() error { return repaid(w.payer, 1, 3_000_00) }); held != 1 {
			w.t.Errorf("the rest came back %d times", held)
		}
		w.must(repaid(w.payer, 2, 1_000_00))
		w.checked("more come back than asked", `UPDATE repayment SET repaid_cents = cents + 1`)
		w.must(w.Settle(ctx, w.instructor, c.ID))
		if !slices.Equal(w.released, []int64{16_000_00}) { // 10,000 were never planned, 6,000 came back
			w.t.Errorf("given back: %v", w.released)
		}
		w.must(w.Claim(ctx, w.instructor, c.ID, ClaimCommand{4_000_00, "Contrôle", "2026-09-01"}))
		w.must(repaid(w.payer, 3, 4_000_00))
		w.must(w.Settle(ctx, w.instructor, c.ID))
		if !slices.Equal(w.released, []int64{16_000_00, 4_000_00}) { // settled again, only what came back since returns
			w.t.Errorf("given back: %v", w.released)
		}
		w.checked("more go back than was not spent", `UPDATE convention SET released_cents = released_cents + 1 WHERE id = $1`, c.ID)
		all, err := w.Balances(ctx, w.instructor, []Budget{{CallID: "call", Cents: 100_000_00, Decisions: []Decision{{On: "2026-03-20", DossierID: "d1", Number: "91", Cents: 30_000_00}}}}, "")
		w.must(err)
		if b := all[0]; b.Left() != 90_000_00 || b.Due() != 0 || b.Spent() != 10_000_00 || b.Movements[len(b.Movements)-1].Left != b.Left() {
			w.t.Errorf("the envelope: %+v", b)
		}
		track, err := w.Read(ctx, w.author, "", c.ID)
		w.must(err)
		if len(track.Repayments) != 3 || track.Repayments[0].Open() || track.Repayments[0].ClosedOn != "2026-05-02" || track.Convention.State != Settled {
			w.t.Errorf("%+v", track.Repayments)
		}
	})
}

// The balance of an envelope can be read on any day, and its last one adds up with the agreements.
func TestBalanceOnAnyDay(t *testing.T) {
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00, 10_000_00))
		w.on("2026-04-10")
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.on("2026-05-02")
		_, _, err := w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+c.Number+"-1,2000000,2026-05-01\n"))
		w.must(err)
		w.must(w.Claim(ctx, w.instructor, c.ID, ClaimCommand{500_00, "Trop versé", "2026-06-01"}))
		w.must(w.Repaid(ctx, w.payer, c.ID, RepaidCommand{1, 500_00, "2026-05-02"}))
		budget := []Budget{{CallID: "call", Title: "MSP", Cents: 100_000_00, Decisions: []Decision{{On: "2026-03-20", DossierID: "d1", Number: "91", Cents: 30_000_00}}}}
		for day, want := range map[string]string{
			"2026-03-19": "100000 0 0 0 0", "2026-03-20": "70000 0 0 0 0", "2026-04-01": "70000 30000 0 0 30000", "2026-04-10": "70000 30000 20000 0 30000",
			"2026-05-01": "70000 30000 20000 20000 10000", "2026-05-02": "70000 30000 20000 19500 10000", "": "70000 30000 20000 19500 10000",
		} {
			all, err := w.Balances(ctx, w.instructor, budget, day)
			w.must(err)
			b := all[0]
			if got := fmt.Sprint(b.Left()/100, " ", b.Committed/100, " ", b.Ordered/100, " ", b.Spent()/100, " ", b.Due()/100); got != want {
				w.t.Errorf("on %s: %s, want %s", day, got, want)
			}
		}
		for day, want := range map[clock.Day]int64{"2026-04-30": 0, "2026-05-01": 20_000_00, "2026-05-02": -500_00} { // net of what came back
			paid, err := w.PaidBetween(ctx, "11", day, day.Add(1))
			w.must(err)
			if len(paid) != int(min(1, max(want, -want))) || want != 0 && (paid[0].Cents != want || paid[0].Departement != "91") {
				w.t.Errorf("paid on %s: %+v", day, paid)
			}
		}
		// An amendment recorded today and signed in the past changes what the days since its signature planned, and none before.
		w.must(w.Amend(ctx, w.instructor, c.ID, AmendCommand{Text: "Solde réduit", EndsOn: "2027-04-01", SignedOn: "2026-04-15", Tranches: []AmendedTranche{{2, 6_000_00, "2026-06-01"}}}))
		for day, want := range map[string]int64{"2026-03-31": 0, "2026-04-01": 30_000_00, "2026-04-14": 30_000_00, "2026-04-15": 26_000_00, "": 26_000_00} {
			all, err := w.Balances(ctx, w.instructor, budget, day)
			w.must(err)
			if all[0].Planned != want {
				w.t.Errorf("planned on %s: %d, want %d", day, all[0].Planned, want)
			}
		}
		_, err = w.Balances(ctx, w.instructor, budget, "hier")
		w.refused(err, fault.KindInvalid, "")
		_, err = w.Balances(ctx, w.author, budget, "")
		w.refused(err, fault.KindForbidden, "")
	})
}

// An order is on one slip, however many hands make them; the slip, filled in, is what the accountant gives back, as XLSX too.
func TestASlipGoesAndComesBack(t *testing.T) {
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00, 10_000_00))
		_, _, err := w.Batch(ctx, w.payer)
		w.refused(err, fault.KindRefused, "batch-empty")
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		make1 := func() error { _, _, err := w.Batch(ctx, w.payer); return err }
		if held := w.together(make1, make1, make1); held != 1 {
			w.t.Errorf("the order went on %d slips", held)
		}
		orders, err := w.Orders(ctx, w.payer)
		w.must(err)
		if len(orders) != 1 || orders[0].Batch != "B-2026-04-01-01" {
			w.t.Fatalf("%+v", orders)
		}
		book := excelize.NewFile()
		for i, row := range [][]any{{"Référence", "Bénéficiaire", "Montant (€)", "Payé le"}, {orders[0].Reference, "SISA", 20000, time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)}} {
			w.must(book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
		}
		var file bytes.Buffer
		w.must(book.Write(&file))
		w.on("2026-04-05")
		if paid, _, err := w.ImportPaid(ctx, w.payer, bytes.NewReader(file.Bytes())); err != nil || paid != 1 {
			w.t.Fatal(paid, err)
		}
		track, err := w.Read(ctx, w.payer, "", c.ID)
		w.must(err)
		if track.Tranches[0].PaidOn != "2026-04-03" {
			w.t.Errorf("paid on %s", track.Tranches[0].PaidOn)
		}
		latin := "R\xe9f\xe9rence;Montant;Pay\xe9 le\r\n" + orders[0].Reference + ";20000,00;03/04/2026\r\n"
		if paid, known, err := w.ImportPaid(ctx, w.payer, strings.NewReader(latin)); err != nil || paid != 0 || known != 1 {
			w.t.Errorf("the same in Latin-1: %d, %d, %v", paid, known, err)
		}
		_, _, err = w.ImportPaid(ctx, w.elsewhere, strings.NewReader(latin))
		w.refused(err, fault.KindInvalid, "")
	})
}

// Two files with the same line at once pay once.
func TestTheSameReturnTwiceAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.committed(draw(20_000_00, 10_000_00))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		var mu sync.Mutex
		total := 0
		send := func() error {
			n, _, err := w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+c.Number+"-1,2000000,2026-04-01\n"))
			mu.Lock()
			defer mu.Unlock()
			total += n
			return err
		}
		w.together(send, send, send)
		after, err := get(ctx, w.db, c.ID)
		if err != nil || after.Paid != 20_000_00 || total != 1 {
			w.t.Errorf("paid %d, recorded %d times: %v", after.Paid, total, err)
		}
	})
}

// Authors are reminded once, two weeks before what they owe.
func TestReminders(t *testing.T) {
	each(t, func(w *world) {
		w.committed(draw(20_000_00, 10_000_00)) // its report is due on 1 May 2027
		w.on("2027-04-16")
		if n, err := w.Remind(ctx); err != nil || n != 0 {
			w.t.Errorf("too soon: %d, %v", n, err)
		}
		w.on("2027-04-17")
		for _, want := range []int{1, 0} {
			if n, err := w.Remind(ctx); err != nil || n != want {
				w.t.Errorf("%d, %v", n, err)
			}
		}
		if len(w.sent) != 1 {
			w.t.Errorf("letters: %v", w.sent)
		}
	})
}

// Codes of the fund are empty until somebody writes them, for the region; a delegation does not.
func TestCodes(t *testing.T) {
	each(t, func(w *world) {
		codes, err := w.Codes(ctx, w.instructor)
		if err != nil || len(codes) != 0 {
			w.t.Fatal(codes, err)
		}
		w.refused(w.SetCode(ctx, w.instructor, "11", "msp-start-up", "MI 2-3-1"), fault.KindForbidden, "")
		w.refused(w.SetCode(ctx, w.payer, "11", "msp-start-up", "a;b"), fault.KindInvalid, "")
		for _, code := range []string{"MI 2-3-1", "", "MI 2-3-2"} {
			w.must(w.SetCode(ctx, w.payer, "11", "msp-start-up", code))
		}
		c := w.committed(draw(20_000_00))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		orders, err := w.Orders(ctx, w.payer)
		if err != nil || len(orders) != 1 || orders[0].Code != "MI 2-3-2" {
			w.t.Errorf("%+v, %v", orders, err)
		}
	})
}

// The demonstration's agreements add up, and seeding twice adds nothing.
func TestDemoAddsUp(t *testing.T) {
	each(t, func(w *world) {
		var grants []DemoGrant
		for i, state := range []string{"convention", "committed", "paying", "settled", "repayment"} {
			g, err := w.Granted(ctx, nil, fmt.Sprintf("d%d", i+1))
			w.must(err)
			grants = append(grants, DemoGrant{Grant: g, State: lifecycle.State(state), Decided: "2025-06-02"})
		}
		for range 2 {
			w.must(w.SeedDemo(ctx, grants, "payer"))
		}
		var wrong int
		w.must(w.db.GetContext(ctx, &wrong, `SELECT COUNT(*) FROM convention c WHERE
			c.paid_cents <> COALESCE((SELECT SUM(cents) FROM funding_entry e WHERE e.convention_id = c.id AND e.kind = 'paid'), 0)
			OR c.ordered_cents <> COALESCE((SELECT SUM(cents) FROM payment_order o WHERE o.convention_id = c.id), 0)
			OR c.claimed_cents <> COALESCE((SELECT SUM(cents) FROM repayment r WHERE r.convention_id = c.id), 0)`))
		var future int
		w.must(w.db.GetContext(ctx, &future, `SELECT COUNT(*) FROM funding_entry WHERE on_day > $1`, w.Today()))
		if future != 0 {
			w.t.Errorf("%d movements of money lie in the future", future)
		}
		rows, err := w.Conventions(context.Background(), w.payer, Filter{})
		if err != nil || wrong != 0 || len(rows) != 5 {
			w.t.Errorf("%d agreements do not add up, of %d: %v", wrong, len(rows), err)
		}
		if todo, err := w.Conventions(ctx, w.payer, Filter{Waiting: true, Text: "msp 00002"}); err != nil || len(todo) != 1 || todo[0].Ready != 1 {
			w.t.Errorf("to do: %+v, %v", todo, err)
		}
	})
}

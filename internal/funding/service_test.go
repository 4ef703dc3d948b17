package funding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/lifecycle/lifecycletest"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

var ctx = context.Background()

type world struct {
	*Service
	t        *testing.T
	db       *db.DB
	clock    *clock.Fixed
	moves    []string
	sent     []string
	released []int64        // given back to envelopes
	grant    func(g *Grant) // changes what is granted
	mu       sync.Mutex

	instructor, decider, payer, elsewhere, author accounts.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	officer := func(id, dept string) accounts.Actor {
		return accounts.Actor{ID: id, Name: id, Grants: []accounts.Grant{{Role: accounts.RoleOfficer, Region: "11", Departement: dept}}}
	}
	w := &world{t: t, db: d, instructor: officer("instructor", "91"), decider: officer("decider", ""), payer: officer("payer", ""), elsewhere: officer("elsewhere", "77"),
		author: accounts.Actor{ID: "author", Name: "Porteuse", Grants: []accounts.Grant{{Role: accounts.RoleApplicant}}}}
	w.clock = clock.At(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	w.Service = New(d, w.clock, Needs{Grants: w, Rules: w, Files: w, Letters: w})
	return w
}

// Granted grants 30,000 euros to whatever dossier is named: d1 is 91-2026-00001, d2 91-2026-00002.
func (w *world) Granted(_ context.Context, _ db.Queryer, id string) (Grant, error) {
	g := Grant{DossierID: id, Number: "91-2026-0000" + id[1:], Title: "MSP", Programme: "msp-start-up", CallID: "call", Structure: "msp", Departement: "91", Region: "11", Instructor: "instructor",
		Decider: "decider", Email: "porteuse@example.org", Cents: 30_000_00}
	if w.grant != nil {
		w.grant(&g)
	}
	return g, nil
}

// Together excludes two aids called "x" and "y".
func (w *world) Together(_ context.Context, programme string, held []string, _ string) (i18n.Text, bool, error) {
	for _, h := range held {
		if programme+h == "xy" || programme+h == "yx" {
			return i18n.Text{FR: "Aide " + h, EN: "Aid " + h}, false, nil
		}
	}
	return i18n.Text{}, true, nil
}

// Excluded says the same of what cannot be held together.
func (w *world) Excluded(_ context.Context, programme, _ string) ([]string, error) {
	return map[string][]string{"x": {"y"}, "y": {"x"}}[programme], nil
}

func (w *world) Release(_ context.Context, _ *db.Tx, _ accounts.Actor, _ string, cents int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released = append(w.released, cents)
	return nil
}

func (w *world) Send(_ context.Context, _ *db.Tx, to string, subject, _ i18n.Text, _ string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, to+": "+subject.FR)
	return nil
}

func (w *world) Advance(_ context.Context, _ *db.Tx, _ accounts.Actor, _, move, _ string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moves = append(w.moves, move)
	return nil
}

func (w *world) Author(_ context.Context, actor accounts.Actor, key, _ string) (bool, error) {
	return actor.ID == w.author.ID || key == "clef", nil
}

func (w *world) Put(_ context.Context, _ string, r io.Reader) (int64, string, error) {
	b, err := io.ReadAll(r)
	sum := sha256.Sum256(b)
	return int64(len(b)), hex.EncodeToString(sum[:]), err
}

func (w *world) Get(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("%PDF-1.7")), nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind fault.Kind, rule string) {
	w.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || rule != "" && f.Rule != rule {
		w.t.Fatalf("wanted %s %s, got %v", kind, rule, err)
	}
}

func draw(cents ...int64) DrawCommand {
	cmd := DrawCommand{DossierID: "d1", StartsOn: "2026-04-01", EndsOn: "2027-04-01", IBAN: "FR76 3000 6000 0112 3456 7890 189", Payee: "SISA", Reports: []PlannedReport{{"Rapport final", "2027-05-01"}}}
	for i, c := range cents {
		cmd.Tranches = append(cmd.Tranches, PlannedTranche{Label: "Tranche", Cents: c, ExpectedOn: "2026-05-01", Final: i > 0 && i == len(cents)-1})
	}
	return cmd
}

func (w *world) signed() *Convention {
	w.t.Helper()
	c, err := w.Draw(ctx, w.instructor, draw(20_000_00, 10_000_00))
	w.must(err)
	c, err = w.Sign(ctx, w.instructor, c.ID, SignCommand{Agency: "Directrice", Structure: "Gérant", SignedOn: "2026-04-01", File: strings.NewReader("%PDF-1.7")})
	w.must(err)
	return c
}

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func TestEveryMoveEveryRole(t *testing.T) {
	lifecycletest.EveryMoveEveryRole(t, Life, []accounts.Role{accounts.RoleApplicant, accounts.RoleOfficer, accounts.RoleAdmin}, func(lifecycle.State) *Convention {
		return &Convention{AgencySigns: "a", StructSigns: "b", FileSHA256: "c", SignedOn: "d", Balanced: true}
	})
}

func TestTwoTranchesThenTheReportThenTheBalance(t *testing.T) {
	each(t, func(w *world) {
		c := w.signed()
		w.must(w.Commit(ctx, w.instructor, c.ID))
		w.refused(w.Order(ctx, w.instructor, c.ID, 1), fault.KindRefused, "invariant-6")
		w.refused(w.Order(ctx, w.decider, c.ID, 1), fault.KindRefused, "invariant-6")
		w.refused(w.Order(ctx, w.elsewhere, c.ID, 1), fault.KindNotFound, "")
		w.refused(w.Order(ctx, w.payer, c.ID, 2), fault.KindRefused, "tranche-order")
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.refused(w.Order(ctx, w.payer, c.ID, 1), fault.KindRefused, "tranche-once")
		w.refused(w.Order(ctx, w.payer, c.ID, 2), fault.KindRefused, "invariant-5")
		orders, err := w.Orders(ctx, w.payer)
		w.must(err)
		if len(orders) != 1 || orders[0].Cents != 20_000_00 || orders[0].IBAN != "FR7630006000011234567890189" {
			w.t.Fatal(orders)
		}
		file := "reference;cents;paid_on\r\n" + orders[0].Reference + ";2000000;2026-04-10\r\n"
		w.clock.Set(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
		for _, want := range []int{1, 0} { // the same file again has no effect
			if n, known, err := w.ImportPaid(ctx, w.payer, strings.NewReader(file)); err != nil || n != want || known != 1-want {
				w.t.Fatal(n, known, err)
			}
		}
		track, found, err := w.Track(ctx, accounts.Actor{}, "clef", "d1")
		if err != nil || !found || track.Missing != "report" || track.Convention.Paid != 20_000_00 {
			w.t.Fatal(track, found, err)
		}
		w.must(w.FileReport(ctx, w.author, "", c.ID, track.Reports[0].ID, FileCommand{Text: "L’étude conclut à une ouverture en 2027."}))
		w.must(w.JudgeReport(ctx, w.instructor, c.ID, track.Reports[0].ID, true, ""))
		w.must(w.Order(ctx, w.payer, c.ID, 2))
		w.refused(w.Settle(ctx, w.instructor, c.ID), fault.KindRefused, "funding.convention: settle (balance)")
		w.clock.Set(time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC))
		_, _, err = w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+c.Number+"-2,1000000,2027-06-01\n"))
		w.must(err)
		w.must(w.Settle(ctx, w.instructor, c.ID))
		w.must(w.Claim(ctx, w.instructor, c.ID, ClaimCommand{5_000_00, "Étude partielle.", "2027-09-01"}))
		w.refused(w.Settle(ctx, w.instructor, c.ID), fault.KindRefused, "")
		w.must(w.Repaid(ctx, w.payer, c.ID, RepaidCommand{1, 5_000_00, "2027-06-01"}))
		w.must(w.Settle(ctx, w.instructor, c.ID))
		if got := strings.Join(w.moves, " "); got != "draw-convention commit pay settle ask-repayment settle" {
			w.t.Fatal(got)
		}
	})
}

func TestNothingIsOrderedBeforeTheSignature(t *testing.T) {
	each(t, func(w *world) {
		c, err := w.Draw(ctx, w.instructor, draw(20_000_00))
		w.must(err)
		w.refused(w.Order(ctx, w.payer, c.ID, 1), fault.KindRefused, "invariant-5")
		for _, s := range []SignCommand{
			{Agency: "A", Structure: "A", SignedOn: "2026-04-01", File: strings.NewReader("x")}, {Agency: "A", Structure: "", SignedOn: "2026-04-01", File: strings.NewReader("x")},
			{Agency: "Ambre", Structure: "ambre", SignedOn: "2026-04-01", File: strings.NewReader("%PDF-1.7")},
		} {
			_, err := w.Sign(ctx, w.instructor, c.ID, s)
			w.refused(err, fault.KindRefused, "two-signatories")
		}
		for _, s := range []SignCommand{{Agency: "A", Structure: "B", File: strings.NewReader("%PDF-1.7")}, {Agency: "A", Structure: "B", SignedOn: "2026-04-01"}, {Agency: "A", Structure: "B", SignedOn: "2026-04-01", File: strings.NewReader("")}, {Agency: "A", Structure: "B", SignedOn: "2026-04-02", File: strings.NewReader("x")}} {
			_, err := w.Sign(ctx, w.instructor, c.ID, s)
			w.refused(err, fault.KindInvalid, "")
		}
		if _, err := w.db.Exec(`UPDATE convention SET ordered_cents = 1`); !db.IsCheck(err) {
			w.t.Fatalf("the database let an unsigned agreement be paid: %v", err)
		}
	})
}

func TestTranchesNeverExceedTheGrant(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.Draw(ctx, w.instructor, draw(20_000_00, 10_000_01))
		w.refused(err, fault.KindInvalid, "")
		_, err = w.Draw(ctx, w.elsewhere, draw(1))
		w.refused(err, fault.KindForbidden, "")
		w.signed()
		if _, err := w.db.Exec(`UPDATE convention SET tranched_cents = granted_cents + 1`); !db.IsCheck(err) {
			w.t.Fatalf("the database let tranches pass the grant: %v", err)
		}
		_, err = w.Draw(ctx, w.instructor, draw(20_000_00))
		w.refused(err, fault.KindRefused, "convention-once")
	})
}

func TestABrokenAnswerOfTheAccountantImportsNothing(t *testing.T) {
	each(t, func(w *world) {
		c := w.signed()
		w.must(w.Commit(ctx, w.instructor, c.ID))
		w.must(w.Order(ctx, w.payer, c.ID, 1))
		w.clock.Set(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
		good := c.Number + "-1,2000000,2026-04-10\n"
		for bad, place := range map[string]string{
			"ref,cents,paid_on\n" + good:                                       "Line 1, column \"reference\"",
			"reference,cents,paid_on\n" + good + "X,1,2026-04-10\n":            "Line 3, column \"reference\"",
			"reference,cents,paid_on\n" + good + "X,1\n":                       "Line 3, column \"paye_le\"",
			"reference,cents,paid_on\n" + c.Number + "-1,1,2026-04-10\n":       "Line 2, column \"montant\"",
			"reference,cents,paid_on\n" + c.Number + "-1,2000000,hier\n":       "Line 2, column \"paye_le\"",
			"reference,cents,paid_on\n" + c.Number + "-1,2000000,2026-04-11\n": "Line 2, column \"paye_le\": a payment made cannot be in the future",
			"reference;montant\nX;1\n":                                         "Line 1, column \"paye_le\"",
			"reference,cents,paid_on\n\"" + good:                               "Line 2",
			"PK\x03\x04 no workbook":                                           "Line 1",
			"reference,cents,paid_on\n" + c.Number + "-2,1000000,2026-04-10\n": "Line 2, column \"reference\"",
			"": "Line 1",
		} {
			_, _, err := w.ImportPaid(ctx, w.payer, strings.NewReader(bad))
			w.refused(err, fault.KindInvalid, "")
			if !strings.Contains(err.Error(), place) {
				w.t.Errorf("%q: %v", bad, err)
			}
		}
		if after, err := get(ctx, w.db, c.ID); err != nil || after.Paid != 0 {
			w.t.Fatal(after, err)
		}
	})
}

// Whatever is tried in whatever order, paid ≤ ordered ≤ tranches ≤ grant, and nothing is ordered unsigned.
func TestMoneyNeverExceedsTheGrant(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	c := w.signed()
	w.must(w.Commit(ctx, w.instructor, c.ID))
	w.clock.Set(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
	rapid.Check(t, func(rt *rapid.T) {
		switch rapid.IntRange(0, 4).Draw(rt, "act") {
		case 0:
			_ = w.Order(ctx, w.payer, c.ID, rapid.IntRange(0, 3).Draw(rt, "rank"))
		case 1:
			line := rapid.SampledFrom([]string{"-1,2000000", "-2,1000000", "-1,1"}).Draw(rt, "line")
			_, _, _ = w.ImportPaid(ctx, w.payer, strings.NewReader("reference,cents,paid_on\n"+c.Number+line+",2026-04-10\n"))
		case 2:
			_ = w.Claim(ctx, w.instructor, c.ID, ClaimCommand{rapid.Int64Range(-1, 40_000_00).Draw(rt, "claim"), "motif", "2026-09-01"})
		case 3:
			_ = w.Repaid(ctx, w.payer, c.ID, RepaidCommand{rapid.IntRange(0, 2).Draw(rt, "order"), rapid.Int64Range(-1, 40_000_00).Draw(rt, "repaid"), "2026-04-10"})
		case 4:
			_ = w.Settle(ctx, w.instructor, c.ID)
		}
		now, err := get(ctx, w.db, c.ID)
		if err != nil || now.Repaid > now.Claimed || now.Claimed > now.Paid || now.Paid > now.Ordered || now.Ordered > now.Tranched || now.Tranched > now.Granted {
			rt.Fatal(now, err)
		}
	})
}

func FuzzReadPaid(f *testing.F) {
	f.Add("reference,cents,paid_on\nC-1,100,2026-01-01\n")
	f.Add("\ufeffreference;cents;paid_on\r\n\"C;1\";100;2026-01-01")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := readPaid(strings.NewReader(text))
		if err != nil && (len(lines) > 0 || !fault.Is(err, fault.KindInvalid)) {
			t.Fatal(lines, err)
		}
		for _, l := range lines {
			if l.cents <= 0 || l.line < 2 {
				t.Fatal(l)
			}
		}
	})
}

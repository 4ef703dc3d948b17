package funding

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
)

// paidLine is a line of the accountant's answer.
type paidLine struct {
	line      int
	reference string
	cents     int64
	paidOn    string
}

// MostPaid is how many bytes an answer of the accountant may have.
const MostPaid = 8 << 20

// ImportPaid reads what the accountant paid: the file of orders with a column more, or any CSV or XLSX with a header and three columns:
// the reference, the amount, the day. All or nothing; a refusal names the line and the column. A line that was imported before changes
// nothing.
func (s *Service) ImportPaid(ctx context.Context, actor accounts.Actor, r io.Reader) (paid, known int, err error) {
	if err := actor.RequireSomewhere(PermPay); err != nil {
		return 0, 0, err
	}
	lines, err := readPaid(r)
	if err != nil {
		return 0, 0, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		paid, known = 0, 0
		for _, l := range lines {
			done, err := s.payOne(ctx, tx, actor, l)
			if err != nil {
				return err
			}
			if done {
				paid++
			} else {
				known++
			}
		}
		return nil
	})
	return paid, known, err
}

func (s *Service) payOne(ctx context.Context, tx *db.Tx, actor accounts.Actor, l paidLine) (bool, error) {
	var t Tranche
	err := tx.GetContext(ctx, &t, `SELECT id, convention_id, rank, label, cents, final, expected_on, state, ordered_by, ordered_at, reference, paid_on FROM tranche WHERE reference = $1`, l.reference)
	if db.NoRows(err) || err == nil && t.State == "planned" {
		return false, badLine(l.line, "reference", "aucun ordre de paiement ne porte cette référence", "no payment order has this reference")
	}
	if err != nil {
		return false, err
	}
	c, err := s.open(ctx, tx, actor, t.Convention, PermPay)
	if err != nil {
		return false, badLine(l.line, "reference", "cette convention n’est pas de votre territoire", "this agreement is not in your territory")
	}
	if t.Cents != l.cents {
		return false, badLine(l.line, "montant", "le montant payé n’est pas celui de l’ordre ("+i18n.Euro(i18n.With(ctx, i18n.FR), t.Cents)+")", "the amount paid is not the one ordered ("+i18n.Euro(i18n.With(ctx, i18n.EN), t.Cents)+")")
	}
	if l.paidOn > s.Today() {
		return false, badLine(l.line, "paye_le", "un paiement fait ne peut pas être dans le futur", "a payment made cannot be in the future")
	}
	if t.State == "paid" {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE tranche SET state = 'paid', paid_on = $1 WHERE id = $2`, l.paidOn, t.ID); err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE payment_order SET paid_on = $1 WHERE tranche_id = $2`, l.paidOn, t.ID); err != nil {
		return false, err
	}
	c.Paid += t.Cents
	if err := update(ctx, tx, c, s.now()); err != nil {
		return false, err
	}
	if err := s.enter(ctx, tx, actor, c, "paid", t.Cents, l.paidOn, t.Reference); err != nil {
		return false, err
	}
	return true, s.record(ctx, tx, actor, "paid", c, "Tranche payée", "", map[string]string{"reference": t.Reference, "cents": strconv.FormatInt(t.Cents, 10)})
}

func badLine(line int, column, fr, en string) error {
	return fault.Invalid(fmt.Sprintf("Ligne %d, colonne « %s » : %s. Rien n’a été importé.", line, column, fr), fmt.Sprintf("Line %d, column %q: %s. Nothing was imported.", line, column, en))
}

// The columns that the answer needs, by the names under which they are found; all others are let be.
var paidColumns = []struct {
	name  string
	known []string
}{
	{"reference", []string{"reference"}},
	{"montant", []string{"montant", "amount", "cents"}},
	{"paye_le", []string{"paye le", "paid on"}},
}

// readPaid reads the answer of the accountant, CSV or XLSX, as rows with their line numbers.
func readPaid(r io.Reader) ([]paidLine, error) {
	body, err := io.ReadAll(io.LimitReader(r, MostPaid))
	if err != nil {
		return nil, err
	}
	rows, err := paidRows(body)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, badLine(1, "reference", "le fichier est vide", "the file is empty")
	}
	at, inCents, err := paidHeader(rows[0].cells)
	if err != nil {
		return nil, err
	}
	var all []paidLine
	for _, row := range rows[1:] {
		l, err := row.read(at, inCents)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// paidHeader finds the three columns; inCents tells that amounts are whole cents rather than euros.
func paidHeader(header []string) (at [3]int, inCents bool, err error) {
	for i, column := range paidColumns {
		at[i] = -1
		for j, title := range header {
			title = strings.TrimSpace(strings.ReplaceAll(db.Fold(title), "_", " "))
			for _, known := range column.known {
				if at[i] < 0 && (title == known || strings.HasPrefix(title, known+" (")) {
					at[i], inCents = j, inCents || known == "cents"
				}
			}
		}
		if at[i] < 0 {
			return at, false, badLine(1, column.name, "l’en-tête attendu porte les colonnes reference, montant (en euros) et paye_le", "the header expected has the columns reference, amount (in euros) and paid_on")
		}
	}
	return at, inCents, nil
}

type paidRow struct {
	line  int
	cells []string
	sheet bool // of a workbook, which keeps days as numbers
}

func (r paidRow) read(at [3]int, inCents bool) (paidLine, error) {
	l := paidLine{line: r.line}
	var cell [3]string
	for i, j := range at {
		if j >= len(r.cells) {
			return l, badLine(r.line, paidColumns[i].name, "la cellule manque", "the cell is missing")
		}
		cell[i] = strings.TrimSpace(r.cells[j])
	}
	var ok bool
	if inCents {
		n, err := strconv.ParseInt(cell[1], 10, 64)
		l.cents, ok = n, err == nil
	} else {
		l.cents, ok = money.Cents(cell[1])
	}
	if !ok || l.cents <= 0 {
		return l, badLine(r.line, "montant", "un montant positif est attendu", "a positive amount is expected")
	}
	if l.reference = cell[0]; l.reference == "" {
		return l, badLine(r.line, "reference", "la référence de l’ordre est attendue", "the reference of the order is expected")
	}
	if l.paidOn = dayOf(cell[2], r.sheet); l.paidOn == "" {
		return l, badLine(r.line, "paye_le", "une date AAAA-MM-JJ ou JJ/MM/AAAA est attendue", "a date YYYY-MM-DD or DD/MM/YYYY is expected")
	}
	return l, nil
}

// dayOf reads a day as files write it; "" when it is none.
func dayOf(text string, sheet bool) string {
	if serial, err := strconv.ParseFloat(text, 64); sheet && err == nil {
		if t, err := excelize.ExcelDateToTime(serial, false); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

func paidRows(body []byte) ([]paidRow, error) {
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return sheetRows(body)
	}
	if !utf8.Valid(body) { // what office tools of the agency still write
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(body)
		if err != nil {
			return nil, badLine(1, "reference", "ce fichier n’est pas du texte", "this file is no text")
		}
		body = decoded
	}
	text := strings.TrimPrefix(string(body), "\ufeff")
	in := csv.NewReader(strings.NewReader(text))
	if head, _, _ := strings.Cut(text, "\n"); strings.Contains(head, ";") {
		in.Comma = ';'
	}
	in.FieldsPerRecord = -1
	var rows []paidRow
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			var where *csv.ParseError
			line := len(rows) + 1
			if errors.As(err, &where) {
				line = where.StartLine
			}
			return nil, badLine(line, "reference", "la ligne n’est pas lisible (guillemet non fermé ?)", "the row cannot be read (unclosed quote?)")
		}
		line, _ := in.FieldPos(0)
		rows = append(rows, paidRow{line, cells, false})
	}
}

// sheetRows reads the first sheet of a workbook; its unpacked size is bounded.
func sheetRows(body []byte) ([]paidRow, error) {
	book, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: 8 * MostPaid, UnzipXMLSizeLimit: 8 * MostPaid, RawCellValue: true})
	if err != nil {
		return nil, badLine(1, "reference", "ce classeur ne s’ouvre pas, ou il est trop gros", "this workbook does not open, or is too large")
	}
	defer func() { _ = book.Close() }()
	cells, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return nil, badLine(1, "reference", "la première feuille ne se lit pas", "the first sheet cannot be read")
	}
	var rows []paidRow
	for i, row := range cells {
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			rows = append(rows, paidRow{i + 1, row, true})
		}
	}
	return rows, nil
}

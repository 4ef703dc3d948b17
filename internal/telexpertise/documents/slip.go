package documents

import (
	"fmt"
	"io"
	"time"

	"rsc.io/qr"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf"
	"maillage/internal/telexpertise"
)

// Modules is a square code that leads to an address: true is black, rows from the top.
func Modules(address string) ([][]bool, error) {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw a square code: %w", err)
	}
	rows := make([][]bool, code.Size)
	for y := range rows {
		rows[y] = make([]bool, code.Size)
		for x := range rows[y] {
			rows[y][x] = code.Black(x, y)
		}
	}
	return rows, nil
}

// Slip writes the patient's slip in its language: no name, no diagnosis.
func Slip(w io.Writer, s telexpertise.Slip, now time.Time) error {
	modules, err := Modules(s.Address)
	if err != nil {
		return err
	}
	l := telexpertise.LanguageOf(s.Lang)
	words := telexpertise.SlipTexts[l.Code]
	d := pdf.New(pdf.Options{Title: words.Title, Issuer: s.Pool, Lang: i18n.Lang(l.Code), At: now, Right: l.Right})
	d.Heading(1, words.Title)
	if s.Ended {
		d.Paragraph(words.Ended)
	} else {
		d.Paragraph(words.What)
		for _, line := range words.Now(s) {
			d.Strong(line)
		}
		d.Paragraph(words.Worse)
	}
	y := d.Y() + 6
	d.MatrixAtStart(y, 40, modules)
	d.MoveTo(y + 46)
	d.Small(words.Code)
	d.Small(s.Address)
	return d.Write(w)
}
